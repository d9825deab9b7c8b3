//! Buffering: bytes in, frames out.
//!
//! A [`Decoder`] does no I/O: it is fed bytes as they arrive, cut anywhere, and gives frames. It
//! is [`Parser`] with a buffer that keeps what the parser has not consumed. [`FrameReader`] is an
//! iterator of owned frames over anything that implements [`std::io::Read`].
//!
//! # Memory
//!
//! The buffer holds what was fed and not consumed, never more because a peer announced more. With
//! the tape and the stack, a decoder takes at most 34 bytes of memory for each byte of the frame
//! it has received, and 8 KiB: that much for the shortest aggregates, nested and at the moment at
//! which a vector grows; hardly more than 1 for blobs. A test of peak memory on hostile input holds
//! it.
//!
//! After a frame that made it grow beyond [`Decoder::retain`] the room is given back, as soon as
//! the decoder is asked for another frame and what it holds of that is little.

use crate::error::{ProtocolError, Truncated};
use crate::frame::{Frame, OwnedFrame, Parser};
use crate::limits::Limits;
use crate::state::Dialect;
use bytes::{Buf, BytesMut};

/// Room that is kept from frame to frame unless [`Decoder::retain`] says otherwise.
const RETAIN: usize = 64 * 1024;

/// Turns bytes, however they are cut, into frames.
///
/// ```
/// use resp_machine::{Decoder, Dialect};
///
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(b"+PONG\r\n$5\r\nhel");
/// assert_eq!(decoder.next_frame()?.unwrap().as_bytes()?, b"PONG");
/// assert!(decoder.next_frame()?.is_none()); // more is needed
/// decoder.feed(b"lo\r\n");
/// assert_eq!(decoder.next_frame()?.unwrap().as_bytes()?, b"hello");
/// assert!(decoder.finish().is_ok()); // the stream may end here
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    parser: Parser,
    buffer: BytesMut,
    /// Bytes at the beginning of the buffer that belong to frames handed over before the last.
    head: usize,
    /// Bytes of the frame handed over last.
    handed: usize,
    /// The most that the buffer has held since it was last given back.
    peak: usize,
    retain: usize,
}

impl Decoder {
    /// A decoder at the beginning of a stream, with the dialect's default limits.
    pub fn new(dialect: Dialect) -> Decoder {
        Decoder::with_limits(dialect, Limits::new(dialect))
    }

    /// A decoder at the beginning of a stream.
    pub fn with_limits(dialect: Dialect, limits: Limits) -> Decoder {
        Decoder {
            parser: Parser::with_limits(dialect, limits),
            buffer: BytesMut::new(),
            head: 0,
            handed: 0,
            peak: 0,
            retain: RETAIN,
        }
    }

    /// Sets up to how many bytes the buffer keeps its room when it has been drained, 64 KiB unless
    /// set. What a frame of that size has taken beside it stays, too: up to twenty times as much.
    #[must_use]
    pub fn retain(mut self, bytes: usize) -> Decoder {
        self.retain = bytes;
        self
    }

    /// Adds bytes that arrived.
    #[inline]
    pub fn feed(&mut self, bytes: &[u8]) {
        self.make_room();
        self.buffer.extend_from_slice(bytes);
        self.peak = self.peak.max(self.buffer.len());
    }

    /// Reads once from `reader`, up to `most` bytes (at least 1, and at most 16 MiB); 0 at the end
    /// of the stream.
    ///
    /// # Errors
    /// Those of the reader.
    #[cfg(feature = "std")]
    pub fn read_from(
        &mut self,
        reader: &mut impl std::io::Read,
        most: usize,
    ) -> std::io::Result<usize> {
        self.make_room();
        let most = most.clamp(1, 1 << 24);
        let held = self.buffer.len();
        self.peak = self.peak.max(held + most);
        let mut room = Room { buffer: &mut self.buffer, filled: held };
        room.buffer.resize(held + most, 0);
        let read = reader.read(&mut room.buffer[held..])?;
        room.filled += read;
        Ok(read)
    }

    /// Drops what has been handed over, and memory beyond what is retained.
    #[inline]
    fn make_room(&mut self) {
        let gone = self.head + self.handed;
        self.head = 0;
        self.handed = 0;
        if gone == self.buffer.len() {
            self.buffer.clear();
        } else {
            self.buffer.advance(gone);
        }
        if self.peak > self.retain {
            self.give_back();
        }
    }

    /// If what is left is little, gives back the room that a large frame took.
    #[cold]
    fn give_back(&mut self) {
        let unread = self.unread();
        if unread.len() > self.retain / 2 {
            return;
        }
        self.buffer = BytesMut::from(unread);
        self.head = 0;
        self.handed = 0;
        self.peak = self.buffer.len();
        self.parser.shrink_to(self.retain / 16);
    }

    /// The next frame, borrowed, or `None` when more bytes are needed.
    ///
    /// A push that interrupts a frame comes before that frame.
    ///
    /// # Errors
    /// The first violation of the protocol, again at every later call.
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ProtocolError> {
        self.head += core::mem::take(&mut self.handed);
        if self.peak > self.retain {
            self.give_back();
        }
        let Some(parsed) = self.parser.parse(&self.buffer[self.head..])? else {
            return Ok(None);
        };
        self.handed = parsed.consumed;
        Ok(Some(parsed.frame))
    }

    /// The next frame, to keep, or `None` when more bytes are needed. The bytes are shared (see
    /// [`OwnedFrame`] for what that keeps alive and what is allocated).
    ///
    /// # Errors
    /// The first violation of the protocol, again at every later call.
    #[inline]
    pub fn next_owned(&mut self) -> Result<Option<OwnedFrame>, ProtocolError> {
        let gone = core::mem::take(&mut self.head) + core::mem::take(&mut self.handed);
        if gone > 0 {
            self.buffer.advance(gone);
        }
        if self.peak > self.retain {
            self.give_back();
        }
        self.parser.parse_owned(&mut self.buffer)
    }

    /// Says whether the stream may end here: asked when there is no next frame.
    ///
    /// # Errors
    /// [`Truncated`] if it ends inside a frame, an attribute without its value included; if there
    /// are bytes that no frame has been asked of; and after a [`ProtocolError`].
    pub fn finish(&self) -> Result<(), Truncated> {
        self.parser.finish(self.buffer.len() - self.head - self.handed)
    }

    /// Where the machine stands.
    pub const fn parser(&self) -> &Parser {
        &self.parser
    }

    /// Bytes that have been fed and do not belong to a frame that was handed over.
    pub fn unread(&self) -> &[u8] {
        &self.buffer[self.head + self.handed..]
    }

    /// Bytes of memory that the buffer holds.
    pub fn capacity(&self) -> usize {
        self.peak.max(self.buffer.capacity())
    }

    /// Makes the decoder stand at the beginning of a new stream, keeping its memory.
    pub fn reset(&mut self) {
        self.parser.reset();
        self.buffer.clear();
        self.head = 0;
        self.handed = 0;
    }
}

/// The part of a buffer that a reader fills; what it has not filled is taken away again, even if
/// the reader panics.
#[cfg(feature = "std")]
struct Room<'a> {
    buffer: &'a mut BytesMut,
    filled: usize,
}

#[cfg(feature = "std")]
impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.buffer.truncate(self.filled);
    }
}

#[cfg(feature = "std")]
pub use reader::{FrameReader, StreamError};

#[cfg(feature = "std")]
mod reader {
    use super::{Decoder, Dialect, OwnedFrame, ProtocolError, Truncated};
    use crate::encode::EncodeError;
    use std::fmt;
    use std::io::{self, Read};

    /// How much is asked of the reader at once.
    const READ: usize = 16 * 1024;

    /// Why a stream of frames ended.
    #[derive(Debug)]
    #[non_exhaustive]
    pub enum StreamError {
        /// The transport failed; it may be tried again.
        Io(io::Error),
        /// The input is not RESP.
        Protocol(ProtocolError),
        /// The input ended inside a frame.
        Truncated(Truncated),
        /// A value cannot be written; nothing was.
        Encode(EncodeError),
    }

    impl fmt::Display for StreamError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                StreamError::Io(error) => error.fmt(f),
                StreamError::Protocol(error) => write!(f, "at byte {}: {error}", error.offset),
                StreamError::Truncated(end) => write!(f, "at byte {}: {end}", end.offset),
                StreamError::Encode(error) => error.fmt(f),
            }
        }
    }

    impl std::error::Error for StreamError {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            // What it prints is the cause itself; what is behind that is what is left to tell.
            match self {
                StreamError::Io(error) => error.source(),
                StreamError::Protocol(_) | StreamError::Truncated(_) | StreamError::Encode(_) => {
                    None
                }
            }
        }
    }

    impl From<io::Error> for StreamError {
        fn from(error: io::Error) -> StreamError {
            StreamError::Io(error)
        }
    }

    /// An iterator over the frames of anything that can be read.
    ///
    /// ```
    /// use resp_machine::{Dialect, decoder::FrameReader};
    /// let input: &[u8] = b"*1\r\n$4\r\nPING\r\nECHO hi\r\n";
    /// let requests: Result<Vec<_>, _> = FrameReader::new(input, Dialect::Request).collect();
    /// let requests = requests?;
    /// assert_eq!(requests.len(), 2);
    /// assert_eq!(requests[1].frame().args()?.next().unwrap(), &b"ECHO"[..]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Debug)]
    pub struct FrameReader<R> {
        reader: R,
        decoder: Decoder,
        ended: bool,
    }

    impl<R: Read> FrameReader<R> {
        /// Reads `reader` from its beginning, with the dialect's default limits.
        pub fn new(reader: R, dialect: Dialect) -> FrameReader<R> {
            FrameReader::with_decoder(reader, Decoder::new(dialect))
        }

        /// Reads `reader` with a decoder that has limits of its own, or has been fed already.
        pub fn with_decoder(reader: R, decoder: Decoder) -> FrameReader<R> {
            FrameReader { reader, decoder, ended: false }
        }

        /// The decoder, to ask where it stands.
        pub const fn decoder(&self) -> &Decoder {
            &self.decoder
        }
    }

    impl<R: Read> Iterator for FrameReader<R> {
        type Item = Result<OwnedFrame, StreamError>;

        fn next(&mut self) -> Option<Self::Item> {
            if self.ended {
                return None;
            }
            loop {
                match self.decoder.next_owned() {
                    Ok(Some(frame)) => return Some(Ok(frame)),
                    Ok(None) => {}
                    Err(error) => {
                        self.ended = true;
                        return Some(Err(StreamError::Protocol(error)));
                    }
                }
                match self.decoder.read_from(&mut self.reader, READ) {
                    Ok(0) => {
                        self.ended = true;
                        let end = self.decoder.finish();
                        return end.err().map(|end| Err(StreamError::Truncated(end)));
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Some(Err(StreamError::Io(error))),
                }
            }
        }
    }
}
