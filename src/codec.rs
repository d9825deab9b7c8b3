//! For tokio: a codec of `tokio_util`, frames in and values out.
//!
//! `FramedRead` and `Framed` own the buffer, so the codec is [`Parser`] on somebody else's buffer,
//! as [`crate::Decoder`] is on its own. One difference matters: `tokio_util` grows its buffer and
//! does not shrink it, so a connection keeps the room of its largest frame.

use crate::decoder::StreamError;
use crate::encode::{Encoder, Target};
use crate::frame::{OwnedFrame, Parser};
use crate::limits::Limits;
use crate::state::Dialect;
use crate::value::Value;
use bytes::BytesMut;

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
/// codec.encode(Value::simple("OK"), &mut out)?;
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

impl tokio_util::codec::Decoder for Codec {
    type Item = OwnedFrame;
    type Error = StreamError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<OwnedFrame>, StreamError> {
        self.parser.parse_owned(buffer).map_err(StreamError::Protocol)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<OwnedFrame>, StreamError> {
        match self.decode(buffer)? {
            Some(frame) => Ok(Some(frame)),
            None => {
                self.parser.finish(buffer.len()).map_err(StreamError::Truncated)?;
                Ok(None)
            }
        }
    }
}

/// One type goes out, so that `flush` and `close` of a `Framed` know which; a frame is sent as
/// `Value::from(&frame)`.
impl tokio_util::codec::Encoder<Value> for Codec {
    type Error = StreamError;

    fn encode(&mut self, value: Value, out: &mut BytesMut) -> Result<(), StreamError> {
        self.encoder.value(out, &value).map_err(StreamError::Encode)
    }
}
