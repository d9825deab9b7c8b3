//! JSON, in one line. Bytes that are not UTF-8 pass as they are.

use super::walk::{Step, walk};
use crate::frame::{Frame, View};
use crate::wire::Type;
use std::io::{self, Write};

/// An aggregate that has not ended.
struct Level {
    /// The key being written is no string: its text stands in quotes.
    quoted_key: bool,
}

pub(super) fn write(frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut open: Vec<Level> = Vec::new();
    walk(frame, false, |step| match step {
        Step::Leaf(view) => leaf(&view, out),
        Step::Open(kind, _) => {
            open.push(Level { quoted_key: false });
            out.write_all(if kind == Type::Map { b"{" } else { b"[" })
        }
        Step::Item(0) => Ok(()),
        Step::Item(_) => out.write_all(b","),
        Step::Key(index, key) => {
            let quoted_key = !is_text(key);
            if let Some(level) = open.last_mut() {
                level.quoted_key = quoted_key;
            }
            out.write_all(match (index, quoted_key) {
                (0, false) => b"",
                (0, true) => b"\"",
                (_, false) => b",",
                (_, true) => b",\"",
            })
        }
        Step::Value(_) => {
            let quoted_key = open.last().is_some_and(|level| level.quoted_key);
            out.write_all(if quoted_key { b"\":" } else { b":" })
        }
        Step::Close(kind) => {
            open.pop();
            out.write_all(if kind == Type::Map { b"}" } else { b"]" })
        }
    })
}

/// Whether the value is written as text in quotes.
fn is_text(value: Frame<'_>) -> bool {
    value.to_bytes().is_ok()
}

fn leaf(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    match view {
        View::SimpleString(bytes)
        | View::BulkString(bytes)
        | View::Verbatim { text: bytes, .. } => text(bytes.iter().copied(), out),
        View::StreamedString(chunks) => text((*chunks).flatten().copied(), out),
        View::SimpleError(bytes) | View::BulkError(bytes) => {
            out.write_all(b"error:")?;
            text(bytes.iter().copied(), out)
        }
        View::Integer(value) => write!(out, "{value}"),
        View::Boolean(value) => write!(out, "{value}"),
        View::Double(double) => out.write_all(double.text()),
        View::BigNumber(number) => out.write_all(number.text()),
        View::Null(_) => out.write_all(b"null"),
        // No reply is an inline command, and `walk` opens aggregates.
        View::Inline(_) | View::Array(_) | View::Map(_) | View::Set(_) | View::Push(_) => Ok(()),
    }
}

fn text(bytes: impl Iterator<Item = u8>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    for byte in bytes {
        match byte {
            b'\\' | b'"' => out.write_all(&[b'\\', byte])?,
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            b'\t' => out.write_all(b"\\t")?,
            0x08 => out.write_all(b"\\b")?,
            0x0c => out.write_all(b"\\f")?,
            0..=0x1f => write!(out, "\\u{byte:04x}")?,
            _ => out.write_all(&[byte])?,
        }
    }
    out.write_all(b"\"")
}
