//! The bodies of blobs: so many bytes, then CRLF.
//!
//! A body is the one thing in the protocol that may hold CR and LF, because its length was
//! announced; the CRLF behind it is what proves that both ends counted alike, so it is checked as
//! soon as either of its bytes is there.

use super::{Fault, Leaf};
use crate::error::{ErrorKind, Expected, Found};
use nom::{Err, Needed};

/// `Body`: exactly `length` bytes and CRLF. Returns the bytes.
///
/// ```
/// use resp_machine::grammar::body;
/// assert_eq!(body(5)(b"he\r\no\r\n"), Ok((&b""[..], &b"he\r\no"[..])));
/// assert!(body(5)(b"hell").unwrap_err().is_incomplete());
/// ```
///
/// # Errors
/// [`BlobNotTerminated`](ErrorKind::BlobNotTerminated) at the first byte behind the body that is
/// not CRLF.
#[inline(always)]
pub fn body(length: usize) -> impl Fn(&[u8]) -> Leaf<'_, &[u8]> {
    move |input| match input.split_at_checked(length) {
        Some((bytes, [b'\r', b'\n', rest @ ..])) => Ok((rest, bytes)),
        _ => not_terminated(input, length),
    }
}

#[cold]
fn not_terminated<T>(input: &[u8], length: usize) -> Leaf<'_, T> {
    let wrong = match input.get(length..) {
        Some([b'\r', b'\n', ..]) | Some([b'\r']) | Some([]) | None => None,
        Some([b'\r', _, ..]) => Some(length + 1),
        Some(_) => Some(length),
    };
    match wrong {
        Some(at) => Err(fault(input, at, ErrorKind::BlobNotTerminated, Expected::Terminator)),
        None => {
            let missing = length.saturating_add(2).saturating_sub(input.len());
            Err(Err::Incomplete(Needed::new(missing)))
        }
    }
}

fn fault(input: &[u8], at: usize, kind: ErrorKind, expected: Expected) -> Err<Fault<'_>> {
    Err::Error(Fault {
        input: &input[at..],
        kind: Some(kind),
        expected,
        found: Some(Found::Byte(input[at])),
    })
}

/// What a verbatim string holds: its format (any three bytes: servers send what scripts gave
/// them) and, behind a colon, its text.
///
/// ```
/// use resp_machine::grammar::verbatim;
/// assert_eq!(verbatim(8)(b"txt:text\r\n"), Ok((&b""[..], (*b"txt", &b"text"[..]))));
/// ```
///
/// # Errors
/// [`VerbatimTooShort`](ErrorKind::VerbatimTooShort) for a length below 4,
/// [`VerbatimFormat`](ErrorKind::VerbatimFormat) as soon as the fourth byte is not a colon, and
/// those of [`body`].
#[inline]
pub fn verbatim(length: usize) -> impl Fn(&[u8]) -> Leaf<'_, ([u8; 3], &[u8])> {
    move |input| {
        if length < 4 {
            return Err(Err::Error(Fault {
                input,
                kind: Some(ErrorKind::VerbatimTooShort),
                expected: Expected::AtLeast(4),
                found: Some(Found::Number(length as u64)),
            }));
        }
        let (behind, format) = format(input)?;
        let (rest, text) = body(length - 4)(behind)?;
        Ok((rest, (format, text)))
    }
}

/// The first four bytes of a verbatim string: three of format, and a colon.
///
/// # Errors
/// [`VerbatimFormat`](ErrorKind::VerbatimFormat) at the byte that should be the colon.
#[inline]
pub fn format(input: &[u8]) -> Leaf<'_, [u8; 3]> {
    match input {
        [a, b, c, b':', rest @ ..] => Ok((rest, [*a, *b, *c])),
        [_, _, _, _, ..] => Err(fault(input, 3, ErrorKind::VerbatimFormat, Expected::Colon)),
        _ => Err(Err::Incomplete(Needed::new(4 - input.len()))),
    }
}
