//! From bytes to frames: the machine, with the tape as its sink.

use super::Frame;
use super::owned::{OwnedFrame, SharedBuffer};
use super::tape::Tape;
use crate::error::{ProtocolError, Truncated};
use crate::limits::Limits;
use crate::machine::{Level, Machine, Resumed};
use crate::state::{Dialect, Observer};
use alloc::vec::Vec;

/// Reads one frame at a time from a buffer that begins with the frame.
///
/// The buffer is the caller's ([`Decoder`](crate::Decoder) is this with a buffer). It must begin
/// with the same bytes until the frame is complete, and grow at its end: the parser remembers how
/// far it has read, and goes on there.
///
/// ```
/// use resp_machine::frame::{Parser, View};
/// use resp_machine::Dialect;
///
/// let mut parser = Parser::new(Dialect::Resp3);
/// assert!(parser.parse(b"*2\r\n:1\r\n+hel")?.is_none());
/// let parsed = parser.parse(b"*2\r\n:1\r\n+hello\r\n:3\r\n")?.unwrap();
/// assert_eq!(parsed.consumed, 16);
/// let View::Array(elements) = parsed.frame.view() else { panic!("not an array") };
/// assert_eq!(elements.get(1).unwrap().as_bytes()?, b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Parser {
    machine: Machine<Vec<Level>>,
    tape: Tape,
    /// Bytes of the current frame that have been read.
    at: usize,
    /// The current frame has been handed over.
    done: bool,
}

/// A frame, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct Parsed<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// How many bytes of the buffer belong to it and are to be dropped before the next call.
    ///
    /// 0 for a push that interrupts a frame: its bytes lie within those of the frame it
    /// interrupts, which are still needed.
    pub consumed: usize,
    /// The frame's bytes. Those of a frame that was interrupted hold the pushes, too.
    pub wire: &'a [u8],
    /// Where in the buffer `wire` begins.
    pub(crate) skipped: usize,
}

impl Parser {
    /// A parser at the beginning of a stream, with the dialect's default limits.
    pub fn new(dialect: Dialect) -> Parser {
        Parser::with_limits(dialect, Limits::new(dialect))
    }

    /// A parser at the beginning of a stream.
    ///
    /// The tape indexes a frame with 32 bits, so [`Limits::frame`] is at most 2^32-1 here.
    pub fn with_limits(dialect: Dialect, limits: Limits) -> Parser {
        let limits = limits.frame(limits.frame.min(u64::from(u32::MAX)));
        Parser {
            machine: Machine::with_limits(dialect, limits),
            tape: Tape::new(),
            at: 0,
            done: true,
        }
    }

    /// Reads the frame that `buffer` begins with, or `None` if it is not complete (or shorter
    /// than it was at the last call).
    ///
    /// # Errors
    /// The first violation of the protocol, again at every later call.
    #[inline(always)]
    pub fn parse<'a>(&'a mut self, buffer: &'a [u8]) -> Result<Option<Parsed<'a>>, ProtocolError> {
        if let Some(length) = self.read_lone(buffer) {
            return Ok(Some(self.lone(buffer, length)));
        }
        let resumed = self.read_on_unobserved(buffer);
        self.outcome(resumed, buffer)
    }

    /// As [`parse`](Parser::parse), with an observer.
    ///
    /// # Errors
    /// As [`parse`](Parser::parse).
    #[inline]
    pub fn parse_observed<'a, O: Observer>(
        &'a mut self,
        buffer: &'a [u8],
        mut observer: O,
    ) -> Result<Option<Parsed<'a>>, ProtocolError> {
        if self.done
            && begins_lone(buffer)
            && let Some(length) = self.take_lone(buffer, &mut observer)
        {
            return Ok(Some(self.lone(buffer, length)));
        }
        let resumed = self.read_on(buffer, &mut observer);
        self.outcome(resumed, buffer)
    }

    #[inline(always)]
    fn outcome<'a>(
        &'a mut self,
        resumed: Resumed,
        buffer: &'a [u8],
    ) -> Result<Option<Parsed<'a>>, ProtocolError> {
        match resumed {
            Resumed::Unfinished => Ok(None),
            Resumed::Ended => Ok(Some(self.parsed(buffer))),
            Resumed::Failed => Err(self.machine.failure()),
        }
    }

    /// Reads the frame that `buffer` begins with and splits its bytes off, or `None` if it is not
    /// complete. The frame shares the buffer's memory; see [`OwnedFrame`] for what is allocated.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use resp_machine::Dialect;
    /// use resp_machine::frame::Parser;
    /// let mut parser = Parser::new(Dialect::Resp3);
    /// let mut buffer = Bytes::from_static(b"$5\r\nhello\r\n:1\r\n");
    /// let frame = parser.parse_owned(&mut buffer)?.ok_or("a frame")?;
    /// assert_eq!(frame.frame().as_bytes()?, b"hello");
    /// assert_eq!(buffer, ":1\r\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`parse`](Parser::parse).
    #[inline]
    pub fn parse_owned<B: SharedBuffer>(
        &mut self,
        buffer: &mut B,
    ) -> Result<Option<OwnedFrame>, ProtocolError> {
        if let Some(length) = self.read_lone(buffer.as_ref()) {
            return Ok(Some(OwnedFrame::take(buffer, length, self.tape.entries())));
        }
        match self.read_on_unobserved(buffer.as_ref()) {
            Resumed::Unfinished => Ok(None),
            Resumed::Ended if self.tape.is_interrupted() => {
                Ok(Some(OwnedFrame::interruption(&self.parsed(buffer.as_ref()))))
            }
            Resumed::Ended => {
                self.done = true;
                Ok(Some(OwnedFrame::take(buffer, self.at, self.tape.entries())))
            }
            Resumed::Failed => Err(self.machine.failure()),
        }
    }

    /// Reads a frame that is a single value, if that is what comes and it is whole: how long it is.
    ///
    /// This way and the other, [`read_on_unobserved`](Self::read_on_unobserved), are compiled once
    /// and here, each by itself, so that a short frame does not pay for the registers that the whole
    /// machine needs: what a caller gets inlined is the choice, and how the outcome becomes a frame.
    #[inline(always)]
    fn read_lone(&mut self, buffer: &[u8]) -> Option<usize> {
        if self.done && begins_lone(buffer) { self.take_lone_unobserved(buffer) } else { None }
    }

    #[inline(never)]
    fn take_lone_unobserved(&mut self, buffer: &[u8]) -> Option<usize> {
        self.take_lone(buffer, &mut ())
    }

    #[inline(always)]
    fn take_lone<O: Observer>(&mut self, buffer: &[u8], observer: &mut O) -> Option<usize> {
        self.tape.begin(self.machine.offset());
        self.machine.take_lone(buffer, &mut self.tape, observer)
    }

    /// The single value that has been read.
    #[inline(always)]
    fn lone<'a>(&'a self, buffer: &'a [u8], length: usize) -> Parsed<'a> {
        let frame = Frame::new(buffer, self.tape.entries());
        Parsed { frame, consumed: length, wire: &buffer[..length], skipped: 0 }
    }

    #[inline(never)]
    fn read_on_unobserved(&mut self, buffer: &[u8]) -> Resumed {
        self.read_on(buffer, &mut ())
    }

    /// Moves on in `buffer`.
    #[inline(always)]
    fn read_on<O: Observer>(&mut self, buffer: &[u8], observer: &mut O) -> Resumed {
        if self.done {
            self.at = 0;
            self.done = false;
            self.tape.begin(self.machine.offset());
        }
        if buffer.len() < self.at {
            return Resumed::Unfinished;
        }
        self.machine.resume(buffer, &mut self.at, &mut self.tape, observer)
    }

    /// What has ended.
    #[inline(always)]
    fn parsed<'a>(&'a mut self, buffer: &'a [u8]) -> Parsed<'a> {
        let at = self.at;
        if let Some(start) = self.tape.take_interruption() {
            let frame = Frame::new(buffer, self.tape.push_entries());
            return Parsed { frame, consumed: 0, wire: &buffer[start..at], skipped: start };
        }
        self.done = true;
        let frame = Frame::new(buffer, self.tape.entries());
        Parsed { frame, consumed: at, wire: &buffer[..at], skipped: 0 }
    }

    /// Says whether the stream may end here, with `unread` bytes of it in the buffer.
    ///
    /// # Errors
    /// [`Truncated`] if it ends inside a frame, if there are bytes that have not been parsed, and
    /// after a [`ProtocolError`].
    pub fn finish(&self, unread: usize) -> Result<(), Truncated> {
        let read = if self.done { 0 } else { self.at };
        let kept = unread.saturating_sub(read);
        match self.machine.finish() {
            Ok(()) if kept == 0 => Ok(()),
            _ => Err(self.machine.truncated(kept)),
        }
    }

    /// The machine, to ask where it stands.
    pub const fn machine(&self) -> &Machine<Vec<Level>> {
        &self.machine
    }

    /// Makes the parser stand at the beginning of a new stream, keeping its memory.
    pub fn reset(&mut self) {
        self.machine.reset();
        self.at = 0;
        self.done = true;
    }

    /// Gives back memory that a large frame made the parser take, beyond room for `entries`
    /// values.
    pub fn shrink_to(&mut self, entries: usize) {
        if self.done {
            self.tape.begin(self.machine.offset());
        }
        self.tape.shrink(entries);
        self.machine.shrink();
    }
}

/// Whether `buffer` begins with a value that [`Machine::take_lone`] may take.
#[inline(always)]
fn begins_lone(buffer: &[u8]) -> bool {
    matches!(buffer.first(), Some(b'+' | b':' | b'$'))
}
