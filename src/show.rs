//! Printing: values and frames the way nested values are usually written, `[1, {"key": 2.5}]`.
//!
//! One notation for both. Each type that is not a bulk string has a mark: `+"…"` and `-"…"` for
//! simple strings and errors, `!"…"` for bulk errors, `,` and `(` before doubles and big numbers,
//! `null$` and `null*` for the nulls of RESP2; `~{…}` is a set, `>(…)` a push, `|{…}` an attribute
//! before what it describes.
//!
//! A [`Printer`] is told of brackets and leaves, one after the other, and adds the punctuation; it
//! keeps a stack, so nothing recurses.

use crate::event::{Aggregate, Event, Null};
use alloc::vec::Vec;
use core::fmt;

/// So many of something.
pub(crate) struct Count(pub(crate) u64, pub(crate) &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} {}{s}", self.0, self.1)
    }
}

/// An aggregate whose end has not been printed.
struct Open {
    kind: Aggregate,
    /// Values printed in it.
    written: u64,
    /// For an attribute, how many there will be.
    due: Option<u64>,
}

/// Prints values one after the other.
pub(crate) struct Printer<'f, 'g> {
    f: &'f mut fmt::Formatter<'g>,
    open: Vec<Open>,
}

impl<'f, 'g> Printer<'f, 'g> {
    pub(crate) fn new(f: &'f mut fmt::Formatter<'g>) -> Self {
        Printer { f, open: Vec::new() }
    }

    /// What stands between the last value and the next.
    fn place(&mut self) -> fmt::Result {
        match self.open.last_mut() {
            None => Ok(()),
            // What an attribute describes stands in the attribute's place.
            Some(open) if open.due == Some(open.written) => {
                self.open.pop();
                self.f.write_str("} ")
            }
            Some(open) => {
                let written = open.written;
                open.written += 1;
                self.f.write_str(match open.kind.values_per_element() {
                    _ if written == 0 => "",
                    2 if written % 2 == 1 => ": ",
                    _ => ", ",
                })
            }
        }
    }

    /// The beginning of an aggregate; for an attribute, of so many pairs.
    pub(crate) fn begin(&mut self, kind: Aggregate, streamed: bool, pairs: u64) -> fmt::Result {
        self.place()?;
        let due = (kind == Aggregate::Attribute).then_some(pairs * 2);
        self.open.push(Open { kind, written: 0, due });
        self.f.write_str(if streamed { "streamed " } else { "" })?;
        self.f.write_str(match kind {
            Aggregate::Array => "[",
            Aggregate::Map => "{",
            Aggregate::Set => "~{",
            Aggregate::Push => ">(",
            Aggregate::Attribute => "|{",
            Aggregate::String => "(",
        })
    }

    /// The end of an aggregate. An attribute's is printed before what it describes.
    pub(crate) fn end(&mut self, kind: Aggregate) -> fmt::Result {
        if kind == Aggregate::Attribute {
            return Ok(());
        }
        self.open.pop();
        self.f.write_str(match kind {
            Aggregate::Array => "]",
            Aggregate::Map | Aggregate::Set | Aggregate::Attribute => "}",
            Aggregate::Push | Aggregate::String => ")",
        })
    }

    /// The end of everything; an attribute that describes nothing is still open.
    pub(crate) fn finish(self) -> fmt::Result {
        self.open.iter().try_for_each(|_| self.f.write_str("}"))
    }

    /// A value that is printed by `write`.
    pub(crate) fn leaf_with(
        &mut self,
        write: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        self.place()?;
        write(self.f)
    }

    /// The value of an event that is one.
    pub(crate) fn leaf(&mut self, event: &Event<'_>) -> fmt::Result {
        self.leaf_with(|f| match *event {
            Event::SimpleString(text) => write!(f, "+\"{}\"", text.escape_ascii()),
            Event::SimpleError(text) => write!(f, "-\"{}\"", text.escape_ascii()),
            Event::Integer(value) => write!(f, "{value}"),
            Event::BulkString(bytes) | Event::Chunk(bytes) | Event::BlobPart(bytes) => {
                write!(f, "\"{}\"", bytes.escape_ascii())
            }
            Event::BulkError(bytes) => write!(f, "!\"{}\"", bytes.escape_ascii()),
            Event::Verbatim { format, text } => {
                write!(f, "={}\"{}\"", format.escape_ascii(), text.escape_ascii())
            }
            Event::Null(Null::Bulk) => f.write_str("null$"),
            Event::Null(Null::Array) => f.write_str("null*"),
            Event::Null(Null::Resp3) => f.write_str("null"),
            Event::Boolean(value) => write!(f, "{value}"),
            Event::Double(double) => write!(f, ",{}", double.text().escape_ascii()),
            Event::BigNumber(number) => write!(f, "({}", number.text().escape_ascii()),
            Event::Inline(inline) => write!(f, "`{}`", inline.line().escape_ascii()),
            Event::BlobBegin { kind, length, .. } => {
                write!(f, "{kind} of {}", Count(length, "byte"))
            }
            Event::Begin { .. } | Event::End { .. } | Event::BlobEnd => Ok(()),
        })
    }
}

/// Prints the events of one value.
pub(crate) fn events<'a>(
    f: &mut fmt::Formatter<'_>,
    events: impl Iterator<Item = Event<'a>>,
) -> fmt::Result {
    let mut printer = Printer::new(f);
    for event in events {
        match event {
            Event::Begin { kind, count, .. } => {
                printer.begin(kind, count.is_none(), count.unwrap_or(0))?;
            }
            Event::End { kind, .. } => printer.end(kind)?,
            leaf => printer.leaf(&leaf)?,
        }
    }
    printer.finish()
}
