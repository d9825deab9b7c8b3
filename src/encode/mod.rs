//! Writing RESP: values, frames and commands into any buffer, with no allocation of its own (but
//! for what is nested more than 16 levels deep).
//!
//! * [`command`] writes a request.
//! * [`scalar`] holds a function for each type that does not nest, for replies that are one value.
//! * [`Encoder`] writes anything: frames, [`Value`](crate::value::Value)s, or one event at a time,
//!   and keeps count, so that what it wrote is a whole frame when it says so.
//!
//! # What cannot be written
//!
//! Whatever the parser would reject is an [`EncodeError`], and the buffer is as it was before the
//! frame was begun: text with CR or LF as a simple string, a chunk of no bytes, an aggregate with
//! too many or too few elements, a push inside a value, nesting beyond [`Limits`](crate::Limits).
//!
//! # Down to RESP2
//!
//! With [`Target::Resp2`] each RESP3 value is written the way Redis writes it on a RESP2
//! connection:
//!
//! | RESP3 | RESP2 |
//! | --- | --- |
//! | `_` null | `$-1` |
//! | `#t`, `#f` | `:1`, `:0` |
//! | double, big number | bulk string of its text |
//! | verbatim string | bulk string of the text, without the format |
//! | bulk error | simple error; CR and LF become spaces, text beyond 64 KiB is cut off |
//! | map of n pairs | array of 2n |
//! | set, push | array |
//! | attribute | left out |
//! | streamed string | bulk string |
//! | streamed array, set, map | array, with its count |
//!
//! With [`Target::Resp3`] the nulls of RESP2 are written as `_`; everything else is the same in
//! both versions.

mod encoder;
mod nesting;
pub mod scalar;

pub use encoder::Encoder;
#[cfg(feature = "cli")]
pub(crate) use scalar::quoted;
pub use scalar::{command, inline};

use bytes::BytesMut;
use core::fmt;

/// A buffer to write to.
pub trait Output {
    /// Adds bytes at the end.
    fn put(&mut self, bytes: &[u8]);
    /// How many bytes there are.
    fn length(&self) -> usize;
    /// Takes bytes away from the end, down to `length`.
    fn cut(&mut self, length: usize);
}

macro_rules! output {
    ($($buffer:ty),+) => {$(
        impl Output for $buffer {
            #[inline]
            fn put(&mut self, bytes: &[u8]) {
                self.extend_from_slice(bytes);
            }

            #[inline]
            fn length(&self) -> usize {
                self.len()
            }

            fn cut(&mut self, length: usize) {
                self.truncate(length);
            }
        }
    )+};
}

output!(alloc::vec::Vec<u8>, BytesMut);

/// The version of the protocol to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Target {
    /// Every value as its own type, of whichever version that is.
    #[default]
    AsIs,
    /// Down to RESP2.
    Resp2,
    /// RESP3: as it is, but for the nulls.
    Resp3,
}

/// Why something cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// CR or LF, at this index, in the text of a line.
    LineBreak {
        /// Where in the text.
        at: usize,
    },
    /// A big number that is not a sign and digits, or an integer that is not, or is beyond 64
    /// bits.
    InvalidNumber,
    /// Text too long for a line.
    LineTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Bytes too many for a blob.
    BlobTooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A frame of too many bytes; told when it is whole.
    FrameTooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// More elements than an aggregate may have.
    TooManyElements {
        /// The limit.
        limit: u64,
    },
    /// Nesting beyond the limit.
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A chunk of no bytes, which would end the streamed string.
    EmptyChunk,
    /// A chunk outside a streamed string, or something else inside.
    OutOfPlace,
    /// A push or an attribute without its count.
    NotStreamable,
    /// An inline command inside a value, or one whose line begins as an array does.
    InlineInside,
    /// An attribute that describes no value.
    NothingDescribed,
    /// An end where nothing is open, of another kind than what is, or before all elements that
    /// were announced.
    UnexpectedEnd,
    /// A map whose last key has no value.
    OddMap,
    /// A push inside a value.
    PushInside,
    /// A streamed form, of unknown size, for RESP2.
    StreamedInResp2,
    /// A part of a blob: blobs are written whole.
    BlobInParts,
    /// What was written is not a whole frame.
    Unfinished,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::LineBreak { at } => {
                write!(f, "CR or LF at byte {at} of a simple string or error: use the bulk form")
            }
            EncodeError::InvalidNumber => f.write_str(
                "a number is an optional sign and digits, and an integer is within 64 bits",
            ),
            EncodeError::NotStreamable => {
                f.write_str("only strings, arrays, sets and maps are streamed")
            }
            EncodeError::InlineInside => f.write_str("an inline command stands alone"),
            EncodeError::NothingDescribed => f.write_str("an attribute describes a value"),
            EncodeError::LineTooLong { limit } => {
                write!(f, "a line of more than {limit} bytes: use a bulk string")
            }
            EncodeError::BlobTooLong { limit } => write!(f, "a blob of more than {limit} bytes"),
            EncodeError::FrameTooLong { limit } => write!(f, "a frame of more than {limit} bytes"),
            EncodeError::TooManyElements { limit } => {
                write!(f, "an aggregate of more than {limit} elements")
            }
            EncodeError::TooDeep { limit } => {
                write!(f, "more than {limit} aggregates inside one another")
            }
            EncodeError::EmptyChunk => {
                f.write_str("a chunk of no bytes would end the streamed string")
            }
            EncodeError::OutOfPlace => {
                f.write_str("a streamed string holds chunks, and nothing else does")
            }
            EncodeError::UnexpectedEnd => {
                f.write_str("an end that does not match what is open, or comes too early")
            }
            EncodeError::OddMap => f.write_str("the last key of the map has no value"),
            EncodeError::PushInside => f.write_str("a push cannot stand inside another value"),
            EncodeError::StreamedInResp2 => {
                f.write_str("RESP2 has no streamed forms, and the size is not known")
            }
            EncodeError::BlobInParts => f.write_str("blobs are written whole, not in parts"),
            EncodeError::Unfinished => f.write_str("elements are missing: the frame is not whole"),
        }
    }
}

impl core::error::Error for EncodeError {}
