//! Checking a file: how much of it is valid, and what is wrong with the first byte that is not.
//!
//! A [`Checker`] reads a file piece by piece and keeps the offset behind the last whole frame: what
//! can be kept of a file that breaks off, or was damaged. It holds no frame; a blob of any size passes
//! in parts.
//!
//! # Append-only files
//!
//! An append-only file is a stream of requests with rules of its own, which are those of
//! redis-server's loader and of redis-check-aof:
//!
//! * every request is an array of one argument at least; there are no inline commands;
//! * a line that begins with `#` is an annotation (a time), and belongs to the file;
//! * `MULTI` and `EXEC` enclose what is executed as a whole, so a `MULTI` without its `EXEC` is not
//!   valid, nor what stands behind it; one inside another, or an `EXEC` alone, is a fault;
//! * a file that begins with `REDIS` begins with a dump, the preamble of a mixed file. That is another
//!   format, and nothing is said of it.
//!
//! # Invariants
//!
//! * What is reported does not depend on how the file was cut into pieces.
//! * The first [`valid`](Report::valid) bytes alone are a file without a fault.

use crate::error::{ProtocolError, Truncated};
use crate::event::{Event, Token};
use crate::limits::Limits;
use crate::machine::{Level, Machine, Sink};
use crate::state::Dialect;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

/// Blobs of more bytes than this are read in parts.
const PART: u64 = 64 * 1024;
/// What a dump begins with.
const DUMP: &[u8] = b"REDIS";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An append-only file.
    Aof,
    /// A stream of frames.
    Stream(Dialect),
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// It is not RESP.
    Protocol(ProtocolError),
    /// It ends inside a frame.
    Truncated(Truncated),
    /// It ends inside an annotation.
    AnnotationTruncated,
    /// Something that is neither a request as an array nor an annotation.
    NotARequest,
    /// A request of no arguments.
    EmptyRequest,
    /// A `MULTI` inside another.
    NestedMulti,
    /// An `EXEC` without its `MULTI`.
    ExecWithoutMulti,
    /// It ends without the `EXEC` of the `MULTI` at this offset.
    MultiWithoutExec {
        /// The offset of the `MULTI`.
        multi: u64,
    },
    /// It begins with a dump.
    Dump,
}

impl Reason {
    /// Whether there is nothing wrong with what is there: it only ends too early.
    pub const fn is_early_end(&self) -> bool {
        matches!(
            self,
            Reason::Truncated(_) | Reason::AnnotationTruncated | Reason::MultiWithoutExec { .. }
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Protocol(error) => return error.fmt(f),
            Reason::Truncated(end) => return end.fmt(f),
            Reason::MultiWithoutExec { multi } => {
                return write!(f, "the file ends before the EXEC of the MULTI at offset {multi}");
            }
            Reason::AnnotationTruncated => "the file ends inside an annotation",
            Reason::NotARequest => "expected '*', a request, or '#', an annotation",
            Reason::EmptyRequest => "a request of no arguments",
            Reason::NestedMulti => "a MULTI inside another",
            Reason::ExecWithoutMulti => "an EXEC without its MULTI",
            Reason::Dump => "the file begins with a dump (RDB), which is not checked here",
        })
    }
}

/// The first fault of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// The offset of the byte that is wrong: for the rules of requests, the first of the request;
    /// for a file that ends too early, its end.
    pub offset: u64,
    /// What is wrong.
    pub reason: Reason,
}

/// What there is to say of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// How many bytes, from its beginning, are valid.
    pub valid: u64,
    /// How many frames are in those; annotations do not count.
    pub frames: u64,
    /// The first fault, if there is one.
    pub fault: Option<Fault>,
}

/// Checks a file as it is read.
///
/// ```
/// use resp_machine::check::{Checker, Format, Reason};
/// let mut checker = Checker::new(Format::Aof);
/// checker.feed(b"*1\r\n$4\r\nPING\r\n*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n");
/// let report = checker.finish();
/// assert_eq!((report.valid, report.frames), (14, 1));
/// let fault = report.fault.unwrap();
/// assert_eq!((fault.offset, fault.reason), (43, Reason::MultiWithoutExec { multi: 14 }));
/// ```
#[derive(Debug)]
pub struct Checker {
    format: Format,
    machine: Machine<Vec<Level>>,
    /// What the machine has not consumed.
    input: Vec<u8>,
    /// The file offset of `input[0]`.
    offset: u64,
    /// Bytes of annotations, which the machine has not seen.
    annotations: u64,
    in_annotation: bool,
    /// The file offset of the current frame.
    start: u64,
    request: Request,
    /// The file offset of the `MULTI` that is open.
    multi: Option<u64>,
    frames: u64,
    report: Report,
}

/// What must be known of a request.
#[derive(Debug, Default)]
struct Request {
    name: Option<Name>,
    ended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Multi,
    Exec,
    Other,
}

impl Name {
    fn of(argument: &[u8]) -> Name {
        match argument {
            name if name.eq_ignore_ascii_case(b"MULTI") => Name::Multi,
            name if name.eq_ignore_ascii_case(b"EXEC") => Name::Exec,
            _ => Name::Other,
        }
    }
}

impl<'b> Sink<'b> for Request {
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        match token.event {
            Event::BulkString(argument) => {
                self.name.get_or_insert_with(|| Name::of(argument));
            }
            Event::BlobBegin { .. } => {
                self.name.get_or_insert(Name::Other);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn frame_end(&mut self, _: u64) -> ControlFlow<()> {
        self.ended = true;
        ControlFlow::Break(())
    }
}

impl Checker {
    /// A checker at the beginning of a file.
    pub fn new(format: Format) -> Checker {
        let dialect = match format {
            Format::Aof => Dialect::Request,
            Format::Stream(dialect) => dialect,
        };
        // What a server has written it can read, whatever its limits are.
        let limits = Limits::new(dialect).blob(u64::MAX).frame(u64::MAX);
        Checker {
            format,
            machine: Machine::with_limits(dialect, limits).blobs_in_parts_over(PART),
            input: Vec::new(),
            offset: 0,
            annotations: 0,
            in_annotation: false,
            start: 0,
            request: Request::default(),
            multi: None,
            frames: 0,
            report: Report { valid: 0, frames: 0, fault: None },
        }
    }

    /// Whether a fault has been found: what follows is not looked at.
    pub const fn is_over(&self) -> bool {
        self.report.fault.is_some()
    }

    /// Reads the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        if self.is_over() {
            return;
        }
        let mut input = core::mem::take(&mut self.input);
        input.extend_from_slice(piece);
        let mut at = 0;
        while let Some(consumed) = self.step(&input[at..], self.offset + at as u64) {
            at += consumed;
        }
        let machine = self.machine.offset() + self.annotations - self.offset;
        let consumed = at.max(machine as usize);
        self.offset += consumed as u64;
        input.drain(..consumed);
        self.input = input;
    }

    /// Reads one frame, or one annotation: how many bytes it took, or nothing, if that is all there
    /// is, or all that is to be read.
    fn step(&mut self, rest: &[u8], offset: u64) -> Option<usize> {
        let between = self.machine.is_between_frames();
        if self.format == Format::Aof && between {
            match rest.first()? {
                _ if self.in_annotation => return self.annotation(rest, offset),
                b'#' => {
                    self.in_annotation = true;
                    return self.annotation(rest, offset);
                }
                b'*' => {}
                _ if offset == 0 && rest.starts_with(DUMP) => return self.fail(0, Reason::Dump),
                // It takes a few bytes more to say which.
                _ if offset == 0 && DUMP.starts_with(rest) => return None,
                _ => return self.fail(offset, Reason::NotARequest),
            }
        }
        let before = self.machine.offset();
        self.request.ended = false;
        match self.machine.drive(rest, &mut self.request) {
            Err(mut error) => {
                error.offset += self.annotations;
                return self.fail(error.offset, Reason::Protocol(error));
            }
            Ok(_) if !self.request.ended => return None,
            Ok(_) => {}
        }
        let consumed = (self.machine.offset() - before) as usize;
        if self.machine.is_between_frames() {
            self.frame_ended(offset + consumed as u64)?;
        }
        Some(consumed)
    }

    fn annotation(&mut self, rest: &[u8], offset: u64) -> Option<usize> {
        let end = memchr::memchr(b'\n', rest);
        let taken = end.map_or(rest.len(), |at| at + 1);
        self.annotations += taken as u64;
        if end.is_some() {
            self.in_annotation = false;
            self.whole_to(offset + taken as u64);
        }
        Some(taken)
    }

    /// A frame is whole, and may be against the rules of its kind of file.
    fn frame_ended(&mut self, end: u64) -> Option<()> {
        let start = self.start;
        let name = self.request.name.take();
        if self.format == Format::Aof {
            match (name, self.multi) {
                (None, _) => return self.fail(start, Reason::EmptyRequest),
                (Some(Name::Multi), Some(_)) => return self.fail(start, Reason::NestedMulti),
                (Some(Name::Multi), None) => self.multi = Some(start),
                (Some(Name::Exec), None) => return self.fail(start, Reason::ExecWithoutMulti),
                (Some(Name::Exec), Some(_)) => self.multi = None,
                (Some(Name::Other), _) => {}
            }
        }
        self.frames += 1;
        self.whole_to(end);
        Some(())
    }

    /// Up to here all is whole.
    fn whole_to(&mut self, end: u64) {
        self.start = end;
        if self.multi.is_none() {
            self.report.valid = end;
            self.report.frames = self.frames;
        }
    }

    fn fail<T>(&mut self, offset: u64, reason: Reason) -> Option<T> {
        self.report.fault = Some(Fault { offset, reason });
        None
    }

    /// The file has ended.
    pub fn finish(mut self) -> Report {
        if self.is_over() {
            return self.report;
        }
        let end = self.offset + self.input.len() as u64;
        let reason = if self.in_annotation {
            Some(Reason::AnnotationTruncated)
        } else if self.machine.is_between_frames() && !self.input.is_empty() {
            // Less than it takes to tell a dump.
            match self.format {
                Format::Aof if !self.input.starts_with(b"*") => Some(Reason::NotARequest),
                _ => Some(Reason::Truncated(self.truncated(end))),
            }
        } else if self.machine.finish().is_err() {
            Some(Reason::Truncated(self.truncated(end)))
        } else {
            self.multi.map(|multi| Reason::MultiWithoutExec { multi })
        };
        if let Some(reason) = reason {
            let offset = if reason == Reason::NotARequest { self.offset } else { end };
            self.fail::<()>(offset, reason);
        }
        self.report
    }

    fn truncated(&self, end: u64) -> Truncated {
        let mut truncated = self.machine.truncated(self.input.len());
        truncated.offset = end;
        truncated
    }
}

#[cfg(test)]
mod tests;
