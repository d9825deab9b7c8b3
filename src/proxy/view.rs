//! One direction of a connection, read as frames from pieces of it that may have gaps, and may not
//! be RESP.
//!
//! # How it works
//!
//! The machine says where frames end, with blobs in parts, so that it passes frames of any size in
//! constant memory. The bytes of a frame that is small enough to be shown are kept until then, and
//! read again as a tree.
//!
//! Where the machine fails, or bytes are missing, the place in the stream is lost. Nothing in RESP
//! marks the beginning of a frame, so the next one cannot be looked for; but most peers send what
//! belongs together at once, so the beginning of a read is a plausible place: of the one that the
//! fault is in, if the frame began before it, or else of the next. There a new machine begins. If it
//! fails, or is announced a frame larger than would be shown, the next read is tried. The first frame
//! that is complete ends the search.
//!
//! # Invariants
//!
//! * `bytes` begins at the stream offset `start`: with the current frame, or, when that is too large
//!   to be shown, with what the machine has not consumed.
//! * Memory is bounded by twice the largest frame that is shown, and one piece.

use crate::error::{ProtocolError, Truncated};
use crate::event::Token;
use crate::frame::{Frame, Parser};
use crate::limits::Limits;
use crate::machine::{Level, Machine, Sink};
use crate::state::Dialect;
use core::ops::ControlFlow;

/// Blobs of more bytes than this are passed over as they arrive.
const PART: u64 = 16 * 1024;

/// What is seen of a direction.
#[derive(Debug)]
#[non_exhaustive]
pub enum Seen<'a> {
    /// A frame is complete.
    Frame(Frame<'a>),
    /// A frame is complete, and larger than is shown.
    Large {
        /// The stream offset of its beginning.
        offset: u64,
        /// Its size in bytes.
        bytes: u64,
    },
    /// This is not RESP. What follows is passed over, until a frame is found again.
    Lost(ProtocolError),
    /// Bytes are missing: the copy of them was not made. What follows is passed over as well.
    Missing {
        /// The stream offset of the first of them.
        offset: u64,
        /// How many.
        bytes: u64,
    },
    /// A frame has been found again.
    Found {
        /// The stream offset of its beginning.
        offset: u64,
        /// How many bytes before it were passed over, missing ones included.
        bytes: u64,
    },
    /// The stream ended inside a frame.
    Incomplete(Truncated),
    /// The stream ended, and nothing had been found again.
    PassedOver {
        /// How many bytes were passed over to the end, missing ones included.
        bytes: u64,
    },
}

/// Reads one direction of a connection.
///
/// ```
/// use resp_machine::Dialect;
/// use resp_machine::proxy::{Seen, View};
/// let mut view = View::new(Dialect::Resp3, 1024);
/// let mut seen = Vec::new();
/// let mut see = |what: Seen<'_>| seen.push(match what {
///     Seen::Frame(frame) => format!("{frame:?}"),
///     Seen::Lost(error) => format!("lost at {}", error.offset),
///     Seen::Found { offset, bytes } => format!("found at {offset}, behind {bytes}"),
///     other => format!("{other:?}"),
/// });
/// view.feed(0, b"+OK\r\n$1\r\nabc\r\n:1\r\n", &mut see); // a blob that is too long
/// view.feed(18, b":2\r\n", &mut see);
/// assert_eq!(seen, [r#"+"OK""#, "lost at 10", "found at 18, behind 13", "2"]);
/// ```
#[derive(Debug)]
pub struct View {
    machine: Machine<Vec<Level>>,
    parser: Parser,
    /// The stream offset at which the machine began.
    base: u64,
    bytes: Vec<u8>,
    /// The stream offset of `bytes[0]`.
    start: u64,
    /// The stream offset of the current frame.
    frame: u64,
    /// Since which stream offset the place in the stream is lost, if it is.
    lost: Option<u64>,
    /// No frame of more bytes is shown.
    largest: usize,
}

/// Pauses the machine at the end of each frame.
#[derive(Default)]
struct FrameEnd(bool);

impl<'b> Sink<'b> for FrameEnd {
    fn event(&mut self, _: Token<'b>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn frame_end(&mut self, _: u64) -> ControlFlow<()> {
        self.0 = true;
        ControlFlow::Break(())
    }
}

impl View {
    /// A view of a stream from its beginning, that shows frames of up to `largest` bytes.
    pub fn new(dialect: Dialect, largest: usize) -> View {
        // What is allowed is for the two sides to say.
        let limits = Limits::new(dialect).blob(u64::MAX).frame(u64::MAX).line(largest);
        View {
            machine: Machine::with_limits(dialect, limits).blobs_in_parts_over(PART),
            parser: Parser::with_limits(dialect, limits),
            base: 0,
            bytes: Vec::new(),
            start: 0,
            frame: 0,
            lost: None,
            largest,
        }
    }

    /// The stream offset behind what has been fed.
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Reads a piece that begins at this stream offset, and says what is seen.
    pub fn feed(&mut self, offset: u64, piece: &[u8], mut see: impl FnMut(Seen<'_>)) {
        let end = self.end();
        if offset > end {
            see(Seen::Missing { offset: end, bytes: offset - end });
            self.lost.get_or_insert(self.frame);
            self.begin_at(offset);
        }
        self.bytes.extend_from_slice(piece);
        loop {
            let mut ended = FrameEnd::default();
            let read = (self.base + self.machine.offset() - self.start) as usize;
            match self.machine.drive(&self.bytes[read..], &mut ended) {
                Err(mut error) => {
                    error.offset += self.base;
                    if self.lost.is_none() {
                        self.lost = Some(self.frame);
                        see(Seen::Lost(error));
                    }
                    if self.frame >= offset {
                        return self.begin_at(self.end());
                    }
                    self.begin_at(offset);
                    self.bytes.extend_from_slice(piece);
                }
                Ok(_) if !ended.0 => break,
                // A push within a frame: it is shown with that.
                Ok(_) if !self.machine.is_between_frames() => {}
                Ok(_) => self.frame_ended(&mut see),
            }
        }
        self.drop_read();
    }

    /// Goes on at this stream offset as at the beginning of a stream.
    fn begin_at(&mut self, offset: u64) {
        self.machine.reset();
        self.bytes.clear();
        (self.base, self.start, self.frame) = (offset, offset, offset);
    }

    fn frame_ended(&mut self, see: &mut impl FnMut(Seen<'_>)) {
        let (start, end) = (self.frame, self.base + self.machine.offset());
        if let Some(since) = self.lost.take() {
            see(Seen::Found { offset: start, bytes: start - since });
        }
        self.frame = end;
        let from = match start.checked_sub(self.start) {
            Some(from) if end - start <= self.largest as u64 => from,
            _ => return see(Seen::Large { offset: start, bytes: end - start }),
        };
        let mut wire = &self.bytes[from as usize..(end - self.start) as usize];
        self.parser.reset();
        // Pushes that interrupt the frame come before it.
        while let Ok(Some(parsed)) = self.parser.parse(wire) {
            let consumed = parsed.consumed;
            see(Seen::Frame(parsed.frame));
            wire = &wire[consumed..];
            if wire.is_empty() {
                break;
            }
        }
    }

    /// Drops what need not be kept any more.
    fn drop_read(&mut self) {
        let read = self.base + self.machine.offset();
        let is_large = self.end() - self.frame > self.largest as u64;
        if is_large && self.lost.is_some() {
            // Hardly a frame, this close to where the place was lost.
            return self.begin_at(self.end());
        }
        let keep = if is_large { read } else { self.frame };
        // What is kept of a frame that turned out large is less than what was.
        self.bytes.drain(..(keep.saturating_sub(self.start)) as usize);
        self.start = self.start.max(keep);
        self.bytes.shrink_to(2 * self.largest);
    }

    /// The stream ends at this offset.
    pub fn finish(&mut self, offset: u64, mut see: impl FnMut(Seen<'_>)) {
        let end = self.end();
        if offset > end {
            see(Seen::Missing { offset: end, bytes: offset - end });
            self.lost.get_or_insert(self.frame);
        }
        match self.lost {
            Some(since) => see(Seen::PassedOver { bytes: offset - since }),
            None => {
                let kept = end - self.base - self.machine.offset();
                if kept > 0 || self.machine.finish().is_err() {
                    let mut end = self.machine.truncated(kept as usize);
                    end.offset += self.base;
                    see(Seen::Incomplete(end));
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
