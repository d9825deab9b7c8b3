//! The format for people: `1) (integer) 7`, `2# "key" => "value"`.
//!
//! What is in an aggregate is numbered, and what is in that is indented by the width of the number.
//! The first element stands on the line of the aggregate's own number.

use super::walk::{Step, walk};
use crate::frame::{Frame, View};
use crate::wire::Type;
use std::io::{self, Write};

/// An aggregate that has not ended.
struct Level {
    kind: Type,
    /// Columns of its numbers.
    width: usize,
    /// Columns before its numbers.
    indent: usize,
}

impl Level {
    /// Columns before what is in its elements.
    fn inner(&self) -> usize {
        self.indent + self.width + 2
    }
}

pub(super) fn write(frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut open: Vec<Level> = Vec::new();
    walk(frame, true, |step| match step {
        Step::Leaf(view) => leaf(&view, out),
        Step::Open(kind, count) => {
            if count == 0 {
                out.write_all(empty(kind))?;
            }
            let indent = open.last().map_or(0, Level::inner);
            open.push(Level { kind, width: count.to_string().len(), indent });
            Ok(())
        }
        Step::Item(index) | Step::Key(index, _) => match open.last() {
            Some(level) => number(level, index, out),
            None => Ok(()),
        },
        Step::Value(value) => {
            out.write_all(b" => ")?;
            match open.last() {
                Some(level) if has_lines(value) => new_line(level.inner(), out),
                _ => Ok(()),
            }
        }
        Step::Close(kind) => {
            let level = open.pop();
            match level {
                // What is described begins where its attributes began.
                Some(level) if kind == Type::Attribute => new_line(level.indent, out),
                _ => Ok(()),
            }
        }
    })
}

fn new_line(indent: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "\n{:indent$}", "")
}

fn number(level: &Level, index: usize, out: &mut impl Write) -> io::Result<()> {
    if index > 0 {
        new_line(level.indent, out)?;
    }
    let mark = match level.kind {
        Type::Set => '~',
        Type::Map => '#',
        Type::Attribute => '|',
        _ => ')',
    };
    write!(out, "{:width$}{mark} ", index + 1, width = level.width)
}

/// Whether the value has more lines than one, as redis-cli sees it: it looks for an aggregate of
/// more than one element, and neither at keys nor into text.
fn has_lines(mut value: Frame<'_>) -> bool {
    loop {
        let (count, first) = match value.view() {
            View::Array(items) | View::Set(items) | View::Push(items) => {
                (items.len(), items.get(0))
            }
            View::Map(pairs) => (pairs.len(), pairs.pair(0).map(|(_, value)| value)),
            _ => (0, None),
        };
        let is_described = value.attributes().any(|pairs| pairs.len() > 0);
        match first {
            _ if count > 1 || is_described => return true,
            Some(only) => value = only,
            None => return false,
        }
    }
}

fn empty(kind: Type) -> &'static [u8] {
    match kind {
        Type::Map => b"(empty hash)",
        Type::Set => b"(empty set)",
        Type::Push => b"(empty push)",
        _ => b"(empty array)",
    }
}

fn leaf(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    match view {
        View::SimpleString(text) | View::Verbatim { text, .. } => out.write_all(text),
        View::SimpleError(text) | View::BulkError(text) => {
            out.write_all(b"(error) ")?;
            out.write_all(text)
        }
        View::Integer(value) => write!(out, "(integer) {value}"),
        View::BulkString(bytes) => quoted(bytes.iter().copied(), out),
        View::StreamedString(chunks) => quoted((*chunks).flatten().copied(), out),
        View::Null(_) => out.write_all(b"(nil)"),
        View::Boolean(value) => write!(out, "({value})"),
        View::Double(double) => {
            out.write_all(b"(double) ")?;
            out.write_all(double.text())
        }
        View::BigNumber(number) => {
            out.write_all(b"(big number) ")?;
            out.write_all(number.text())
        }
        // No reply is an inline command, and `walk` opens aggregates.
        View::Inline(_) | View::Array(_) | View::Map(_) | View::Set(_) | View::Push(_) => Ok(()),
    }
}

/// Bytes in double quotes, as they may be typed again.
fn quoted(bytes: impl Iterator<Item = u8>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    for byte in bytes {
        match byte {
            b'\\' | b'"' => out.write_all(&[b'\\', byte])?,
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            b'\t' => out.write_all(b"\\t")?,
            0x07 => out.write_all(b"\\a")?,
            0x08 => out.write_all(b"\\b")?,
            b' '..=b'~' => out.write_all(&[byte])?,
            _ => write!(out, "\\x{byte:02x}")?,
        }
    }
    out.write_all(b"\"")
}
