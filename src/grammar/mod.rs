//! The leaf grammar: what one state reads, as nom parsers.
//!
//! Each function here reads what one state of the machine reads, and nothing more: it starts
//! behind the type byte, keeps no state and never recurses. They are hand-written functions of
//! nom's `IResult` rather than stock combinators, which costs nothing in composability and saves
//! about a third of the time on short values.
//!
//! All of them are *streaming* parsers in nom's sense:
//! * `Incomplete` means that the input is a prefix of something; it is not an error;
//! * the verdict on a line, good or bad, is given once the line is whole, so that it does not
//!   depend on how the input was cut;
//! * an error is `Err::Error` with a [`Fault`], whose input begins at the first byte that rules
//!   out every valid continuation (for a number out of range, at the number). It lets `alt` go on;
//!   wrap a leaf in `nom::combinator::cut` to keep its fault.
//!
//! Numbers are parsed in [`number`], blobs in [`blob`], inline commands in [`inline`], and the
//! lines that hold text in this module. To add a type that is a line: add its leaf here and its
//! row in [`crate::state`].
//!
//! ```
//! use nom::{Parser, bytes::streaming::tag, sequence::preceded};
//! use resp_machine::grammar::{self, Fault};
//!
//! // A field of somebody else's format: "len:" and a RESP integer line.
//! let mut field = preceded(tag::<_, _, Fault>("len:"), grammar::integer);
//! assert_eq!(field.parse(&b"len:42\r\nrest"[..]), Ok((&b"rest"[..], 42)));
//! assert!(field.parse(&b"len:4"[..]).unwrap_err().is_incomplete());
//! ```

pub mod blob;
pub mod inline;
#[cfg(all(test, feature = "alloc"))]
mod nom_tests;
pub mod number;
#[cfg(all(test, feature = "alloc"))]
mod tests;

pub use blob::{body, verbatim};
pub use inline::{Inline, Word, Words, inline_command};
pub use number::{Forms, Size, big_number, double, integer, size};

use crate::error::{ErrorKind, Expected, Found};
use core::fmt;
use memchr::memchr2;
use nom::{Err, IResult, Needed};

/// Why a leaf rejected its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// The input from the offending byte on.
    pub input: &'a [u8],
    /// The rule that was broken; `None` when a combinator of nom, not a leaf, made the fault.
    pub kind: Option<ErrorKind>,
    /// What would have been right.
    pub expected: Expected,
    /// What came instead.
    pub found: Option<Found>,
}

impl<'a> nom::error::ParseError<&'a [u8]> for Fault<'a> {
    fn from_error_kind(input: &'a [u8], _: nom::error::ErrorKind) -> Self {
        Fault {
            input,
            kind: None,
            expected: Expected::Marker,
            found: input.first().map(|&byte| Found::Byte(byte)),
        }
    }

    fn append(_: &'a [u8], _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'a, E> nom::error::FromExternalError<&'a [u8], E> for Fault<'a> {
    fn from_external_error(input: &'a [u8], kind: nom::error::ErrorKind, _: E) -> Self {
        nom::error::ParseError::from_error_kind(input, kind)
    }
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.found) {
            (Some(_), Some(found)) => write!(f, "expected {}, found {found}", self.expected),
            (Some(_), None) => write!(f, "expected {}", self.expected),
            (None, _) => write!(f, "no match, {} bytes before the end", self.input.len()),
        }
    }
}

impl core::error::Error for Fault<'_> {}

/// The result of a leaf: the input behind it, and what it read.
pub type Leaf<'a, T> = IResult<&'a [u8], T, Fault<'a>>;

/// The index of the first CR or LF.
#[inline(always)]
pub(crate) fn line_break(input: &[u8]) -> Option<usize> {
    // Most lines that are text end within eight bytes, where one comparison of a whole word finds
    // the end sooner than a loop, and both sooner than a search with vector instructions begins.
    match input.first_chunk::<8>() {
        Some(word) => match line_break_in_word(*word) {
            Some(at) => Some(at),
            None => Some(8 + memchr2(b'\r', b'\n', &input[8..])?),
        },
        None => input.iter().position(|byte| matches!(byte, b'\r' | b'\n')),
    }
}

/// The index of the first CR or LF of eight bytes.
///
/// In a word, `(x - 0x01…) & !x & 0x80…` has the high bit of the lowest zero byte set, and no
/// lower bit: `x` is the word with CR, or with LF, turned to zero.
#[inline(always)]
fn line_break_in_word(word: [u8; 8]) -> Option<usize> {
    const LOW: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let word = u64::from_le_bytes(word);
    let cr = word ^ u64::from_le_bytes([b'\r'; 8]);
    let lf = word ^ u64::from_le_bytes([b'\n'; 8]);
    let zeros = (cr.wrapping_sub(LOW) & !cr | lf.wrapping_sub(LOW) & !lf) & HIGH;
    if zeros == 0 { None } else { Some(zeros.trailing_zeros() as usize / 8) }
}

/// The verdict on a line that went wrong at `at`: a fault if the line is whole, and otherwise
/// that more is needed.
///
/// A line is whole when an LF has come, or a CR and the byte behind it.
#[cold]
fn reject<'a, T>(input: &'a [u8], at: usize, kind: ErrorKind, expected: Expected) -> Leaf<'a, T> {
    let whole = match line_break(input) {
        None => false,
        Some(end) => input[end] == b'\n' || end + 1 < input.len(),
    };
    match input.get(at) {
        Some(&byte) if whole => Err(Err::Error(Fault {
            input: &input[at..],
            kind: Some(line_kind(input, at, kind)),
            expected,
            found: Some(Found::Byte(byte)),
        })),
        _ => Err(Err::Incomplete(Needed::Unknown)),
    }
}

/// A fault at the end of a line is one of line ends, whatever the line was to hold.
fn line_kind(input: &[u8], at: usize, kind: ErrorKind) -> ErrorKind {
    if at > 0 && input[at - 1] == b'\r' {
        ErrorKind::BareCr
    } else if input[at] == b'\n' {
        ErrorKind::BareLf
    } else {
        kind
    }
}

/// The end of a line at `at`, where nothing but CR LF can follow: `value` and the input behind.
#[inline(always)]
fn end_line<T>(
    input: &[u8],
    at: usize,
    value: T,
    kind: ErrorKind,
    expected: Expected,
) -> Leaf<'_, T> {
    match input.get(at..) {
        Some([b'\r', b'\n', rest @ ..]) => Ok((rest, value)),
        Some([b'\r', ..]) => reject(input, at + 1, kind, Expected::LineFeed),
        _ => reject(input, at, kind, expected),
    }
}

/// `Line` of a simple string or simple error: any bytes but CR and LF.
///
/// ```
/// use resp_machine::grammar::text;
/// assert_eq!(text(b"OK\r\n+next"), Ok((&b"+next"[..], &b"OK"[..])));
/// assert!(text(b"OK\r").unwrap_err().is_incomplete());
/// ```
///
/// # Errors
/// [`BareLf`](ErrorKind::BareLf) and [`BareCr`](ErrorKind::BareCr).
#[inline(always)]
pub fn text(input: &[u8]) -> Leaf<'_, &[u8]> {
    let Some(end) = line_break(input) else {
        return Err(Err::Incomplete(Needed::Unknown));
    };
    end_line(input, end, &input[..end], ErrorKind::BareLf, Expected::EndOfLine)
}

/// `Line` of a null: empty.
///
/// # Errors
/// [`InvalidNull`](ErrorKind::InvalidNull) if there is anything before CR LF.
#[inline(always)]
pub fn null(input: &[u8]) -> Leaf<'_, ()> {
    end_line(input, 0, (), ErrorKind::InvalidNull, Expected::EndOfLine)
}

/// `Line` of the end of a streamed aggregate: empty.
///
/// # Errors
/// [`InvalidStreamEnd`](ErrorKind::InvalidStreamEnd) if there is anything before CR LF.
#[inline(always)]
pub fn stream_end(input: &[u8]) -> Leaf<'_, ()> {
    end_line(input, 0, (), ErrorKind::InvalidStreamEnd, Expected::EndOfLine)
}

/// `Line` of a boolean: `t` or `f`.
///
/// # Errors
/// [`InvalidBoolean`](ErrorKind::InvalidBoolean) for anything else, capitals included.
#[inline(always)]
pub fn boolean(input: &[u8]) -> Leaf<'_, bool> {
    match input.first() {
        // One test for both, so that no branch depends on which it is: nobody can predict that.
        Some(&letter) if matches!(letter, b't' | b'f') => {
            end_line(input, 1, letter == b't', ErrorKind::InvalidBoolean, Expected::EndOfLine)
        }
        _ => reject(input, 0, ErrorKind::InvalidBoolean, Expected::Boolean),
    }
}
