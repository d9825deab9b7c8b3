//! For tokio: a codec of `tokio_util`, frames in and values out.
//!
//! `FramedRead` and `Framed` own the buffer, so the codec is [`Parser`] on somebody else's buffer,
//! as [`crate::Decoder`] is on its own. One difference matters: `tokio_util` grows its buffer and
//! does not shrink it.

use crate::encode::{EncodeError, Encoder, Target};
use crate::error::{ProtocolError, Truncated};
use crate::frame::{OwnedFrame, Parser};
use crate::limits::Limits;
use crate::state::Dialect;
use crate::value::Value;
use bytes::BytesMut;
use std::fmt;
use std::io;

/// Frames of one dialect in; values out.
///
/// ```
/// use bytes::BytesMut;
/// use resp_machine::Dialect;
/// use resp_machine::codec::Codec;
/// use resp_machine::value::Value;
/// use tokio_util::codec::{Decoder, Encoder};
///
/// let mut codec = Codec::new(Dialect::Resp3);
/// let mut buffer = BytesMut::from(&b":1\r\n+partial"[..]);
/// assert_eq!(codec.decode(&mut buffer)?.ok_or("a frame")?.frame().as_i64()?, 1);
/// assert!(codec.decode(&mut buffer)?.is_none());
///
/// let mut out = BytesMut::new();
/// codec.encode(&Value::simple("OK"), &mut out)?;
/// assert_eq!(out, "+OK\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Codec {
    parser: Parser,
    encoder: Encoder,
}

impl Codec {
    /// A codec at the beginning of a stream, with the dialect's default limits.
    pub fn new(dialect: Dialect) -> Codec {
        Codec::with_limits(dialect, Limits::new(dialect))
    }

    /// A codec at the beginning of a stream.
    pub fn with_limits(dialect: Dialect, limits: Limits) -> Codec {
        Codec { parser: Parser::with_limits(dialect, limits), encoder: Encoder::new() }
    }

    /// Sets the version that values are written in; without it, each is written as its own type.
    #[must_use]
    pub fn writing(mut self, target: Target) -> Codec {
        self.encoder = Encoder::to(target);
        self
    }
}

/// Why a codec's stream ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodecError {
    /// The transport failed.
    Io(io::Error),
    /// The input is not RESP.
    Protocol(ProtocolError),
    /// The input ended inside a frame.
    Truncated(Truncated),
    /// The value cannot be written; nothing was.
    Encode(EncodeError),
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::Io(error) => error.fmt(f),
            CodecError::Protocol(error) => write!(f, "at byte {}: {error}", error.offset),
            CodecError::Truncated(end) => write!(f, "at byte {}: {end}", end.offset),
            CodecError::Encode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CodecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CodecError::Io(error) => Some(error),
            CodecError::Protocol(error) => Some(error),
            CodecError::Truncated(end) => Some(end),
            CodecError::Encode(error) => Some(error),
        }
    }
}

impl From<io::Error> for CodecError {
    fn from(error: io::Error) -> CodecError {
        CodecError::Io(error)
    }
}

impl tokio_util::codec::Decoder for Codec {
    type Item = OwnedFrame;
    type Error = CodecError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<OwnedFrame>, CodecError> {
        self.parser.parse_owned(buffer).map_err(CodecError::Protocol)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<OwnedFrame>, CodecError> {
        match self.decode(buffer)? {
            Some(frame) => Ok(Some(frame)),
            None => {
                self.parser.finish(buffer.len()).map_err(CodecError::Truncated)?;
                Ok(None)
            }
        }
    }
}

impl tokio_util::codec::Encoder<&Value> for Codec {
    type Error = CodecError;

    fn encode(&mut self, value: &Value, out: &mut BytesMut) -> Result<(), CodecError> {
        self.encoder.value(out, value).map_err(CodecError::Encode)
    }
}

impl tokio_util::codec::Encoder<Value> for Codec {
    type Error = CodecError;

    fn encode(&mut self, value: Value, out: &mut BytesMut) -> Result<(), CodecError> {
        self.encoder.value(out, &value).map_err(CodecError::Encode)
    }
}
