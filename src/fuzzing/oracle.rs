//! `oracle`: the machine against a decoder that is obviously right.
//!
//! The reference (`reference`) takes the whole input, starts from byte 0, recurses and copies; it
//! is written from the specifications and the documented decisions, and shares no code with the
//! library. In whatever pieces the fuzzer chose, frames, the kind of error and its offset must be the same;
//! so must the state and the type that were being read, and how deep. What an error says that it found must be
//! what is there, and what it expected be what its rule, or its limit, is.
//!
//! A bug that turns it red: a rule that is wrong. A map whose count is not doubled, an attribute
//! that counts as an element, `$-2` taken for a null, a limit that is off by one, an error inside an
//! element that names the array.

use super::reading;
use super::reference::{self, Bounds, End, Place};
use super::wire::{Wire, decode};
use crate::Limits;
use crate::error::{ErrorKind, Expected, Found, ProtocolError};
use crate::state::State;
use crate::wire::Type;

/// The target; its input is a [`Wire`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    let limits = wire.limits();
    let (expected, ended, place) =
        reference::decode_to(wire.input, wire.dialect, Bounds::of(&limits));
    let (frames, end, ..) = decode(wire.dialect, limits, wire.pieces());
    let shown = || wire.input.escape_ascii();
    let said = match end {
        Ok(Ok(())) => End::Clean,
        Ok(Err(_)) => End::NeedMore,
        Err(error) => End::Error(error.kind, error.offset),
    };
    assert_eq!((frames, said), (expected, ended), "{}", shown());
    stands(&wire, end, place);
}

/// Where it ended is said as the reference says it, and of an error what was found there.
fn stands(wire: &Wire<'_>, end: reading::End, place: Place) {
    let (limits, shown) = (wire.limits(), || wire.input.escape_ascii());
    match end {
        Ok(Ok(())) => {}
        Ok(Err(truncated)) => {
            let said = (truncated.offset, truncated.state, truncated.depth);
            assert_eq!(said, (wire.input.len() as u64, place.state, place.depth), "{}", shown());
        }
        Err(error) => {
            let said = (error.dialect, error.state, error.of);
            assert_eq!(said, (wire.dialect, place.state, place.of), "{error:?}: {}", shown());
            assert_eq!(error.found, found(wire, &error, place), "{error:?}: {}", shown());
            assert!(expects(&error, &limits), "{error:?}: {}", shown());
        }
    }
}

/// What there is at the offset of an error: a number where a number is too large or too small, else
/// a byte.
fn found(wire: &Wire<'_>, error: &ProtocolError, place: Place) -> Found {
    let there = &wire.input[error.offset as usize..];
    let digits = there.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = there[..digits]
        .iter()
        .try_fold(0u64, |n, digit| n.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
        .map_or(Found::HugeNumber, Found::Number);
    match (error.kind, error.state) {
        // A leading zero is the number: no digit may follow it.
        (ErrorKind::VerbatimTooShort, _) if there.first() == Some(&b'0') => Found::Number(0),
        (ErrorKind::BlobTooLong | ErrorKind::VerbatimTooShort, _) => number,
        // One chunk more than there may be, whatever its length.
        (ErrorKind::TooManyElements, State::Length) => Found::Number(wire.limits().elements + 1),
        (ErrorKind::TooManyElements, State::Count) => number,
        // A blob that does not fit; what else is too much for a frame is told at its byte.
        (ErrorKind::FrameTooLong, _) if place.misfit => number,
        (ErrorKind::IntegerOutOfRange, _) => Found::HugeNumber,
        // `*-9223372036854775809`, told at its sign.
        (ErrorKind::InvalidCount, _) if error.expected == Expected::Integer64 => Found::HugeNumber,
        _ => there.first().map_or(Found::HugeNumber, |byte| Found::Byte(*byte)),
    }
}

/// Whether what would have been right is what the rule says.
fn expects(error: &ProtocolError, limits: &Limits) -> bool {
    let expected = match error.kind {
        ErrorKind::UnknownType | ErrorKind::Resp3Type => Expected::Marker,
        ErrorKind::ExpectedBulkString => Expected::BulkMarker,
        ErrorKind::PushInsidePush => Expected::NotAPush,
        ErrorKind::TooDeep => Expected::Depth(limits.depth as u64),
        ErrorKind::OddMap => Expected::MapValue,
        ErrorKind::AttributeWithoutValue => Expected::AnnotatedValue,
        ErrorKind::BareCr => Expected::LineFeed,
        ErrorKind::LineTooLong => Expected::LineOf(limits.line as u64),
        ErrorKind::IntegerOutOfRange => Expected::Integer64,
        ErrorKind::InvalidNull | ErrorKind::InvalidStreamEnd => Expected::EndOfLine,
        ErrorKind::BlobTooLong => Expected::AtMost(limits.blob),
        ErrorKind::TooManyElements => Expected::AtMost(limits.elements),
        ErrorKind::FrameTooLong => Expected::FrameOf(limits.frame),
        ErrorKind::BlobNotTerminated => Expected::Terminator,
        ErrorKind::VerbatimTooShort => Expected::AtLeast(4),
        ErrorKind::VerbatimFormat => Expected::Colon,
        ErrorKind::NulInInline => Expected::NotNul,
        // These depend on how far into it the fault is.
        ErrorKind::OutOfPlace => {
            return matches!(error.expected, Expected::Marker | Expected::ChunkMarker);
        }
        ErrorKind::UnbalancedQuotes => {
            return matches!(error.expected, Expected::ClosingQuote | Expected::SpaceAfterQuote);
        }
        ErrorKind::InvalidBoolean => {
            return matches!(error.expected, Expected::Boolean | Expected::EndOfLine);
        }
        ErrorKind::InvalidInteger | ErrorKind::InvalidBigNumber => {
            return matches!(
                error.expected,
                Expected::Number | Expected::Digit | Expected::DigitOrEnd
            );
        }
        ErrorKind::InvalidLength => {
            return matches!(error.expected, Expected::Length | Expected::MinusOne)
                || ends_number(error.expected);
        }
        ErrorKind::InvalidCount => {
            return matches!(
                error.expected,
                Expected::Count | Expected::MinusOne | Expected::Digit | Expected::Integer64
            ) || ends_number(error.expected);
        }
        ErrorKind::InvalidDouble => {
            return matches!(error.expected, Expected::Double | Expected::DoubleWord)
                || matches!(error.expected, Expected::Digit)
                || ends_number(error.expected);
        }
        // The end came where the line was to go on: expected is what any other byte there would be told.
        ErrorKind::BareLf => {
            let kind = match (error.state, error.of) {
                (State::Length, _) => ErrorKind::InvalidLength,
                (State::Count, _) => ErrorKind::InvalidCount,
                (_, Some(Type::Boolean)) => ErrorKind::InvalidBoolean,
                (_, Some(Type::Integer)) => ErrorKind::InvalidInteger,
                (_, Some(Type::Double)) => ErrorKind::InvalidDouble,
                (_, Some(Type::BigNumber)) => ErrorKind::InvalidBigNumber,
                _ => ErrorKind::InvalidNull,
            };
            return expects(&ProtocolError { kind, ..*error }, limits);
        }
    };
    error.expected == expected
}

fn ends_number(expected: Expected) -> bool {
    matches!(expected, Expected::DigitOrEnd | Expected::EndOfLine)
}
