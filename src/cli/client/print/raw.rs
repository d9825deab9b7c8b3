//! The bytes of the values, a line for each element.

use super::walk::{Step, walk};
use crate::frame::{Frame, View};
use std::io::{self, Write};

pub(super) fn write(frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    walk(frame, false, |step| match step {
        Step::Leaf(view) => leaf(&view, out),
        Step::Item(index) | Step::Key(index, _) if index > 0 => out.write_all(b"\n"),
        Step::Value(_) => out.write_all(b" "),
        Step::Open(..) | Step::Item(_) | Step::Key(..) | Step::Close(_) => Ok(()),
    })
}

fn leaf(view: &View<'_>, out: &mut impl Write) -> io::Result<()> {
    match view {
        View::SimpleString(bytes)
        | View::BulkString(bytes)
        | View::Verbatim { text: bytes, .. } => out.write_all(bytes),
        View::StreamedString(chunks) => {
            let mut chunks = *chunks;
            chunks.try_for_each(|chunk| out.write_all(chunk))
        }
        // One line end more than a value has, so that an error stands out.
        View::SimpleError(text) | View::BulkError(text) => {
            out.write_all(text)?;
            out.write_all(b"\n")
        }
        View::Integer(value) => write!(out, "{value}"),
        View::Boolean(value) => write!(out, "({value})"),
        View::Double(double) => out.write_all(double.text()),
        View::BigNumber(number) => out.write_all(number.text()),
        View::Null(_) => Ok(()),
        // No reply is an inline command, and `walk` opens aggregates.
        View::Inline(_) | View::Array(_) | View::Map(_) | View::Set(_) | View::Push(_) => Ok(()),
    }
}
