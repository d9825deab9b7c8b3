//! Replies as redis-cli prints them, byte for byte.
//!
//! | Module | Format |
//! | --- | --- |
//! | `standard` | for people: types told, strings quoted, elements numbered |
//! | `raw` | for programs that read lines: the bytes, and nothing else |
//! | `json` | for programs that read JSON |
//! | `walk` | what all of them go by: a frame, step by step, with a stack in place of recursion |
//!
//! # What redis-cli 7.0 cannot print
//!
//! Big numbers are `(big number) 12…` in the standard format, and digits in the others. Attributes
//! stand before what they describe, numbered like a map but with `|`, in the standard format; the
//! others leave them out. Streamed values are printed as if they had come with their size.
//!
//! What redis-cli prints as JSON is not always JSON, and neither is this: an error is
//! `error:"…"`, an infinite double `inf`, and a key that is an aggregate is its text in quotes.

mod json;
mod raw;
mod standard;
mod walk;

use crate::frame::{Frame, View};
use std::io::{self, Write};

/// How replies are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Format {
    Standard,
    Raw,
    Json,
}

impl Format {
    /// Prints a reply, with its line end.
    pub(in crate::cli) fn reply(self, frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
        match self {
            Format::Standard => standard::write(frame, out)?,
            Format::Raw => raw::write(frame, out)?,
            Format::Json => json::write(frame, out)?,
        }
        out.write_all(b"\n")
    }

    /// Prints a push, with its line end.
    pub(in crate::cli) fn push(self, frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
        match invalidated(frame) {
            Some(keys) if self == Format::Standard => {
                out.write_all(b"-> invalidate: ")?;
                for (index, key) in keys.enumerate() {
                    out.write_all(if index == 0 { b"'" } else { b", '" })?;
                    out.write_all(&key.to_bytes().unwrap_or_default())?;
                    out.write_all(b"'")?;
                }
                out.write_all(b"\n")
            }
            _ => self.reply(frame, out),
        }
    }
}

/// Prints the text that a reply is made of, with no line end: for replies that are documents.
pub(super) fn document(frame: Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    raw::write(frame, out)
}

/// The keys that a push says have changed, if that is what it says.
fn invalidated(push: Frame<'_>) -> Option<crate::frame::Elements<'_>> {
    let message = push.pub_sub().filter(|message| message.is_push)?;
    match message.rest.get(0)?.view() {
        View::Array(keys) if message.kind == b"invalidate" => Some(keys),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
