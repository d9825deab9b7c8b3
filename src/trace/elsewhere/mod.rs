//! What other software does with input that the machine refuses: one table, by what was wrong.
//!
//! hiredis reads replies, redis-server reads requests; each has an answer for the errors of its
//! kind of input. The answers were recorded, from hiredis 1.5.0-dev and redis-server 7.0.15, over
//! malformed input (`tests/vectors/malformed.jsonl`); the tests hold each answer here against each
//! record that it speaks of. Where an error does not tell which of two things happens, both are
//! named. Where nothing was recorded, nothing is said.
//!
//! To add an answer: an arm, with the verdicts that it admits. The test fails while a record says
//! something else.

use crate::error::{ErrorKind, Expected, Found, ProtocolError};
use crate::state::Dialect;
use crate::wire::Type;
use alloc::borrow::Cow;
use alloc::format;

/// What becomes of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is read as something.
    Accepts,
    /// It is read as the beginning of something.
    Waits,
    /// It is an error, which says this, among other things.
    Refuses(&'static str),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: Cow<'static, str>,
    /// What it admits; empty if it says nothing of the whole input.
    pub(super) verdicts: &'static [Verdict],
}

/// The answers to an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Elsewhere {
    pub(super) hiredis: Option<Said>,
    pub(super) redis: Option<Said>,
}

/// What others do with what made `error`, in a stream that had a streamed form before it or not.
pub(super) fn elsewhere(error: &ProtocolError, streamed: bool) -> Elsewhere {
    match error.dialect {
        Dialect::Request => Elsewhere { hiredis: None, redis: redis(error) },
        Dialect::Resp2 | Dialect::Resp3 => {
            Elsewhere { hiredis: hiredis(error, streamed), redis: None }
        }
    }
}

use Verdict::{Accepts, Refuses, Waits};

fn said(text: impl Into<Cow<'static, str>>, verdicts: &'static [Verdict]) -> Option<Said> {
    Some(Said { text: text.into(), verdicts })
}

/// What hiredis calls a line of this type that it cannot read.
fn bad(kind: Option<Type>) -> Option<&'static [Verdict; 1]> {
    Some(match kind? {
        Type::SimpleString | Type::SimpleError => &[Refuses("Bad simple string value")],
        Type::Integer => &[Refuses("Bad integer value")],
        Type::Null => &[Refuses("Bad nil value")],
        Type::Boolean => &[Refuses("Bad bool value")],
        Type::Double => &[Refuses("Bad double value")],
        Type::BigNumber => &[Refuses("Bad bignum value")],
        Type::BulkString | Type::VerbatimString => &[Refuses("Bad bulk string length")],
        Type::Array | Type::Map | Type::Set | Type::Push | Type::Attribute => {
            &[Refuses("Bad multi-bulk length")]
        }
        Type::BulkError | Type::Chunk | Type::StreamEnd | Type::Inline => return None,
    })
}

/// It refuses the input, and says why.
fn refuses(verdicts: &'static [Verdict; 1]) -> Option<Said> {
    let [Refuses(why)] = verdicts else {
        return None;
    };
    said(format!("refuses it: \"{why}\""), verdicts)
}

/// As the error is, but its words depend on more than the error tells.
const REFUSED: &[Verdict] = &[Refuses("")];
const EITHER: &[Verdict] = &[Accepts, Refuses("")];

fn hiredis(error: &ProtocolError, streamed: bool) -> Option<Said> {
    if streamed {
        const NOT_STREAMED: &[Verdict] =
            &[Refuses("Bad multi-bulk length"), Refuses("Bad bulk string length")];
        return said("has stopped before: it knows no streamed forms", NOT_STREAMED);
    }
    if error.of == Some(Type::BulkError) {
        const NO_TYPE: &[Verdict] = &[Refuses("Protocol error, got \"!\" as reply type byte")];
        return said("refuses the type: bulk errors are unknown to it", NO_TYPE);
    }
    let refused = || bad(error.of).and_then(refuses);
    let unknown_type = said(
        "refuses it: \"Protocol error, got … as reply type byte\"",
        &[Refuses("Protocol error, got")],
    );
    match error.kind {
        ErrorKind::UnknownType | ErrorKind::OutOfPlace | ErrorKind::AttributeWithoutValue => {
            unknown_type
        }
        ErrorKind::Resp3Type if matches!(error.found, Found::Byte(b'!' | b';' | b'.')) => {
            unknown_type
        }
        ErrorKind::Resp3Type => said("knows no dialects: reads RESP3 on every connection", &[]),
        ErrorKind::PushInsidePush => said("takes the inner push as an element", &[Accepts]),
        ErrorKind::TooDeep => match error.expected {
            Expected::Depth(1024..) => refuses(&[Refuses("Max nesting depth exceeded")]),
            _ => None,
        },
        ErrorKind::BareLf => {
            let [Refuses(why)] = bad(error.of)? else {
                return None;
            };
            said(
                format!("takes LF alone for no line end: waits for CR LF, then refuses: \"{why}\""),
                &[Waits, Refuses("Bad ")],
            )
        }
        ErrorKind::LineTooLong => said(
            "has no limit for lines: waits for CR LF, then judges the whole",
            &[Waits, Accepts, Refuses("")],
        ),
        ErrorKind::InvalidBoolean => match error.found {
            Found::Byte(b'T' | b'F') => said("takes #T and #F, and nothing longer", EITHER),
            _ => refused(),
        },
        ErrorKind::InvalidDouble => hiredis_double(error),
        ErrorKind::InvalidBigNumber => match (error.expected, error.found) {
            (Expected::Digit, Found::Byte(b'\r')) => {
                said("takes a minus with no digit behind it, but no plus", EITHER)
            }
            (Expected::Number, Found::Byte(b'\r')) => {
                said("takes an empty line for a number, but no CR by itself", EITHER)
            }
            _ => refused(),
        },
        ErrorKind::InvalidLength | ErrorKind::InvalidCount => hiredis_size(error),
        ErrorKind::BlobTooLong => match error.found {
            Found::Number(n) if n <= i64::MAX as u64 => {
                said("has no limit: waits for all the bytes", &[Waits])
            }
            _ => refused(),
        },
        ErrorKind::TooManyElements => match error.found {
            Found::Number(n) if n <= u64::from(u32::MAX) => None,
            Found::Number(n) if n <= i64::MAX as u64 => {
                refuses(&[Refuses("Multi-bulk length out of range")])
            }
            _ => refused(),
        },
        ErrorKind::BlobNotTerminated => said(
            "does not look at the two bytes behind a blob; it loses step if they were data",
            &[Accepts, Refuses("Protocol error, got")],
        ),
        // Whether a digit stands behind it, the error does not tell.
        ErrorKind::VerbatimTooShort if error.found == Found::Number(0) => said(
            "refuses it: less than a format (\"Verbatim string 4 bytes …\"), or a leading zero \
             (\"Bad bulk string length\")",
            &[
                Refuses("Verbatim string 4 bytes of content type are missing"),
                Refuses("Bad bulk string length"),
            ],
        ),
        ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat => said(
            "refuses it: \"Verbatim string 4 bytes of content type are missing …\"",
            &[Refuses("Verbatim string 4 bytes of content type are missing")],
        ),
        ErrorKind::BareCr
        | ErrorKind::InvalidInteger
        | ErrorKind::IntegerOutOfRange
        | ErrorKind::InvalidNull => refused(),
        _ => None,
    }
}

fn hiredis_double(error: &ProtocolError) -> Option<Said> {
    match (error.expected, error.found) {
        (Expected::Double | Expected::DoubleWord, Found::Byte(b'i' | b'I' | b'n' | b'N'))
        | (Expected::DoubleWord, _) => {
            said("takes inf and nan in any case, and no other word", EITHER)
        }
        (Expected::Double, Found::Byte(b'.')) => said("takes .5 for 0.5", EITHER),
        (Expected::Digit, _) => said("takes 5. for 5.0, but no exponent without digits", EITHER),
        _ => bad(error.of).and_then(refuses),
    }
}

/// A length or a count that is none.
fn hiredis_size(error: &ProtocolError) -> Option<Said> {
    let null = !matches!(error.of, Some(Type::Array | Type::BulkString));
    match (error.expected, error.found) {
        (_, Found::Byte(b'-')) if null => {
            said("takes -1 for a null, whatever the type; refuses other negative numbers", EITHER)
        }
        (Expected::MinusOne, Found::Byte(b'1'..=b'9')) => {
            said("refuses numbers below -1: out of range", &[Refuses("length out of range")])
        }
        // Behind `-1` a digit makes a number out of range, behind `0` it makes none.
        (Expected::EndOfLine, Found::Byte(b'0'..=b'9')) => said("refuses it", REFUSED),
        _ => bad(error.of).and_then(refuses),
    }
}

fn redis(error: &ProtocolError) -> Option<Said> {
    let answers = || format!("answers -ERR {} and closes the connection", error.redis_text());
    let refuses = || said(answers(), &[Refuses("-ERR Protocol error: ")]);
    match (error.kind, error.found, error.expected) {
        (ErrorKind::ExpectedBulkString, ..) => refuses(),
        (ErrorKind::InvalidCount | ErrorKind::InvalidLength, ..) => refuses(),
        (ErrorKind::UnbalancedQuotes, ..) => refuses(),
        (ErrorKind::LineTooLong, _, Expected::LineOf(65536..)) => refuses(),
        (ErrorKind::TooManyElements, Found::HugeNumber | Found::Number(0x8000_0000..), _)
        | (ErrorKind::BlobTooLong, Found::HugeNumber | Found::Number(0x2000_0001..), _) => {
            refuses()
        }
        (ErrorKind::BareLf, ..) => said(
            format!("looks for CR alone: waits for one, then {}", answers()),
            &[Waits, Refuses("-ERR Protocol error: ")],
        ),
        (ErrorKind::BareCr, ..) => said("does not look at the byte behind a CR", &[Accepts]),
        (ErrorKind::BlobNotTerminated, ..) => {
            said("does not look at the two bytes behind an argument", &[Accepts])
        }
        (ErrorKind::NulInInline, ..) => {
            said("takes the NUL for the end of the text: waits for ever", &[Waits])
        }
        _ => None,
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
