//! `mutate`: a valid frame, broken in one named way, gives the documented error, at its offset.
//!
//! Random bytes seldom get past the first line; a valid frame with one thing wrong, deep inside,
//! gets there every time. What the error must be follows from the value and the [`Break`], by
//! arithmetic on the layout of the value, and the machine is not asked.
//!
//! A bug that turns it red: a check that is missing (the LF behind a blob), a check that is made
//! too late (the count of a streamed map at its end, not at the end's marker), an offset that is
//! that of the line and not of the byte, and a limit that is off by one.

mod request;
#[cfg(test)]
mod tests;

use super::Reached;
use super::layout::{Layout, Part};
use super::wire::decode;
use crate::error::ErrorKind;
use crate::value::Value;
use crate::value::arbitrary::Request;
use crate::{Dialect, Limits};
use alloc::format;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};

/// What is done to a valid frame, a reply or a request. Where more than one part of it could be
/// broken so, the fuzzer chooses.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Break {
    /// The input ends somewhere inside: not an error, but a truncated value.
    Truncated,
    /// A line is ended by LF alone: `BareLf`, at the LF.
    CrDropped,
    /// Another byte stands where a line's LF belongs: `BareCr`, at that byte.
    LfReplaced,
    /// CR inside a simple string or error: `BareCr`, at the byte behind it.
    CrInText,
    /// LF inside a simple string or error: `BareLf`, at it.
    LfInText,
    /// Text one byte over the limit of a line: `LineTooLong`, at that byte.
    LineTooLong,
    /// One more byte announced than there is: `BlobNotTerminated`, at the LF that is no CR.
    LengthTooLarge,
    /// One byte less announced: `BlobNotTerminated`, at the byte that is not the terminator.
    LengthTooSmall,
    /// Another byte where the CR behind a blob belongs: `BlobNotTerminated`, at it.
    TerminatorCr,
    /// Another byte where the LF behind a blob belongs: `BlobNotTerminated`, at it.
    TerminatorLf,
    /// `+` before a length or count: an invalid one, at the sign.
    PlusInNumber,
    /// `-` before a length or count: an invalid one, where it can no longer be `-1`, or, for the
    /// types that have no null, at the sign.
    MinusInNumber,
    /// A digit of a length or count replaced by a letter: an invalid one, at the letter.
    LetterInNumber,
    /// A zero before a length or count: an invalid one, at the byte behind it; for a verbatim
    /// string `VerbatimTooShort`, at the zero.
    LeadingZero,
    /// No digits: an invalid length, count or value, at the CR.
    Empty,
    /// A length or count beyond the limit by one: `BlobTooLong`, `TooManyElements`, at its first
    /// digit.
    OverLimit,
    /// A length or count of thirty digits: the same.
    Huge,
    /// An integer of 2^63: `IntegerOutOfRange`, at its first digit.
    IntegerOutOfRange,
    /// A letter at the end of a line that is a number, a boolean or a null: an invalid one, at it.
    JunkInLine,
    /// `?` where the type is not streamed: an invalid length or count, at it.
    StreamedOther,
    /// A marker replaced by a byte that is none: `UnknownType`, at it.
    UnknownMarker,
    /// `;` where no streamed string is open: `OutOfPlace`, at it.
    ChunkOutOfPlace,
    /// `.` where no streamed aggregate is open: `OutOfPlace`, or behind an attribute
    /// `AttributeWithoutValue`, at it.
    EndOutOfPlace,
    /// A value in place of a chunk: `OutOfPlace`, at its marker.
    ValueInString,
    /// Something on the line of an end marker: `InvalidStreamEnd`, at it.
    JunkBehindEnd,
    /// The last value of a streamed map left out: `OddMap`, at the end marker.
    OddMap,
    /// A push inside a push: `PushInsidePush`, at its marker.
    PushInsidePush,
    /// One aggregate too many around a value: `TooDeep`, at its marker.
    TooDeep,
    /// One element too many in a streamed aggregate: `TooManyElements`, at its marker.
    TooManyElements,
    /// Another byte where the colon of a verbatim string belongs: `VerbatimFormat`, at it.
    VerbatimColon,
    /// A verbatim string of less than four bytes: `VerbatimTooShort`, at the length.
    VerbatimTooShort,
    /// Read as RESP2: `Resp3Type`, at the first marker that is not of RESP2, or an invalid
    /// length or count, at the first `?`.
    WrongDialect,
    /// Whole, under a limit that it exceeds: `FrameTooLong`, at the marker or the byte of a line that
    /// is over it, or at the length of the blob that does not fit.
    FrameTooLong,
    /// An argument of a request that is no bulk string: `ExpectedBulkString`, at its marker.
    ArgumentType,
    /// The last quote of an inline command left out: `UnbalancedQuotes`, at the end of the line.
    QuoteLeftOpen,
    /// Text directly behind a word in quotes: `UnbalancedQuotes`, at it.
    TextBehindQuote,
    /// A NUL in an inline command: `NulInInline`, at it.
    NulInLine,
}

/// A broken frame, and what the machine must say of it.
#[derive(Debug)]
struct Broken {
    bytes: Vec<u8>,
    limits: Limits,
    dialect: Dialect,
    /// `None` if the bytes are only truncated.
    error: Option<(ErrorKind, usize)>,
}

impl Broken {
    fn new(bytes: Vec<u8>, dialect: Dialect, error: Option<(ErrorKind, usize)>) -> Broken {
        Broken { bytes, limits: limits(dialect), dialect, error }
    }
}

const DEPTH: usize = 12;
const LINE: usize = 120;
const BLOB: usize = 300;
const ELEMENTS: usize = 9;

fn limits(dialect: Dialect) -> Limits {
    Limits::new(dialect).depth(DEPTH).line(LINE).blob(BLOB as u64).elements(ELEMENTS as u64)
}

/// What comes before the broken frame, so that an offset is one into the stream.
fn before(dialect: Dialect) -> (&'static [u8], Value) {
    match dialect {
        Dialect::Request => (b"*0\r\n", Value::array([])),
        _ => (b":7\r\n", Value::Integer(7)),
    }
}

struct Input {
    broken: Broken,
    what: Break,
    before: usize,
}

fn input(data: &[u8]) -> Result<Option<Input>> {
    let mut u = Unstructured::new(data);
    let what = Break::arbitrary(&mut u)?;
    let before = u.int_in_range(0..=2)?;
    let choice = usize::from(u.arbitrary::<u16>()?);
    let broken = match what {
        Break::ArgumentType | Break::QuoteLeftOpen | Break::TextBehindQuote | Break::NulInLine => {
            request::broken(what, Request::arbitrary(&mut u)?.words, choice)
        }
        _ if request::is_told_alike(what) && u.ratio(1, 4)? => {
            request::broken_as_array(what, Request::arbitrary(&mut u)?.words, choice)
        }
        _ => broken(what, Layout::of(&Value::arbitrary(&mut u)?), choice),
    };
    Ok(broken.map(|broken| Input { broken, what, before }))
}

/// The target.
pub fn run(data: &[u8]) {
    let Ok(Some(Input { broken, what, before: count })) = input(data) else { return };
    let (bytes, value) = before(broken.dialect);
    let wire = [&bytes.repeat(count), &broken.bytes[..]].concat();
    let offset = count * bytes.len();
    let said = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let (frames, end, ..) = decode(broken.dialect, broken.limits, pieces);
        (frames, end.map_err(|error| (error.kind, error.offset)))
    };
    let (frames, end) = said(&mut core::iter::once(&wire[..]));
    let shown = || format!("{what:?}: {}", wire.escape_ascii());
    assert_eq!(said(&mut wire.chunks(1)), (frames.clone(), end), "{}", shown());
    assert_eq!(frames, alloc::vec![value; count], "{}", shown());
    match (broken.error, end) {
        (Some((kind, at)), Err(said)) => {
            assert_eq!(said, (kind, (offset + at) as u64), "{}", shown());
        }
        (None, Ok(Err(truncated))) => {
            assert_eq!(truncated.offset, wire.len() as u64, "{}", shown());
        }
        (expected, end) => panic!("{expected:?} was expected, not {end:?}: {}", shown()),
    }
}

/// The break, and the error that it must give.
pub(super) fn reaches(data: &[u8]) -> Reached {
    match input(data) {
        Ok(Some(Input { broken, what, .. })) => {
            let kind = broken.error.map_or("truncated".to_owned(), |(kind, _)| format!("{kind:?}"));
            let request = broken.dialect == Dialect::Request && request::is_told_alike(what);
            let of = if request { "-of-a-request" } else { "" };
            [format!("{what:?}-{kind}{of}")].into()
        }
        _ => Reached::new(),
    }
}

/// The types in a value, with what streams.
pub(super) fn types(value: &Value) -> Reached {
    let layout = Layout::of(value);
    let parts = layout.parts.iter();
    parts
        .filter_map(|part| match part {
            Part::Marker { at, place, .. } => {
                let marker = u32::from(layout.bytes[*at]);
                let place = if place.described { "-described" } else { "" };
                Some(format!("type-{marker:02x}{place}"))
            }
            Part::End { .. } => Some("streamed-end".to_owned()),
            Part::Chunk { .. } => Some("chunk".to_owned()),
            _ => None,
        })
        .collect()
}

/// What a type says of a length or count that is none.
fn invalid(marker: u8) -> ErrorKind {
    match marker {
        b'$' | b'!' | b'=' | b';' => ErrorKind::InvalidLength,
        b':' => ErrorKind::InvalidInteger,
        b'(' => ErrorKind::InvalidBigNumber,
        b',' => ErrorKind::InvalidDouble,
        b'#' => ErrorKind::InvalidBoolean,
        b'_' => ErrorKind::InvalidNull,
        _ => ErrorKind::InvalidCount,
    }
}

/// The bytes with those of `range` replaced.
fn spliced(layout: &Layout, range: core::ops::Range<usize>, by: &[u8]) -> Vec<u8> {
    [&layout.bytes[..range.start], by, &layout.bytes[range.end..]].concat()
}

/// Breaks one part of `layout`, if there is one that can be broken so.
fn broken(what: Break, layout: Layout, choice: usize) -> Option<Broken> {
    if what == Break::Truncated {
        let end = choice % layout.bytes.len();
        let bytes = layout.bytes[..end].to_vec();
        return (end > 0).then_some(Broken::new(bytes, Dialect::Resp3, None));
    }
    if what == Break::WrongDialect {
        let error = wrong_dialect(&layout)?;
        return Some(Broken::new(layout.bytes, Dialect::Resp2, Some(error)));
    }
    if what == Break::FrameTooLong {
        // What comes before has to fit.
        let room = layout.bytes.len().checked_sub(FITS).filter(|room| *room > 0)?;
        let limit = FITS + choice % room;
        let error = Some((ErrorKind::FrameTooLong, over(&layout, limit)?));
        let broken = Broken::new(layout.bytes, Dialect::Resp3, error);
        return Some(Broken { limits: broken.limits.frame(limit as u64), ..broken });
    }
    // The first part from the chosen one on that can be broken so.
    let parts = layout.parts.len();
    (0..parts).map(|index| &layout.parts[(choice + index) % parts]).find_map(|part| {
        let (bytes, kind, at) = match *part {
            Part::Line { marker, at, end } => line(what, &layout, marker, at..end),
            Part::Number { marker, at, end, number } => {
                self::number(what, &layout, marker, at..end, number, choice)
            }
            Part::Body { .. } => body(what, &layout, *part),
            Part::Marker { .. } => marker(what, &layout, *part),
            Part::Chunk { at } => chunk(what, &layout, at),
            Part::End { .. } => end(what, &layout, *part),
        }?;
        Some(Broken::new(bytes, Dialect::Resp3, Some((kind, at))))
    })
}

type Found = Option<(Vec<u8>, ErrorKind, usize)>;

/// What can be wrong with the end of any line.
fn line_end(what: Break, layout: &Layout, end: usize) -> Found {
    Some(match what {
        Break::CrDropped => (spliced(layout, end..end + 1, b""), ErrorKind::BareLf, end),
        Break::LfReplaced => (spliced(layout, end + 1..end + 2, b"x"), ErrorKind::BareCr, end + 1),
        _ => return None,
    })
}

fn line(what: Break, layout: &Layout, marker: u8, range: core::ops::Range<usize>) -> Found {
    let (at, end) = (range.start, range.end);
    let text = matches!(marker, b'+' | b'-');
    let middle = at + (end - at) / 2;
    Some(match what {
        Break::CrInText if text => {
            (spliced(layout, middle..middle, b"\rx"), ErrorKind::BareCr, middle + 1)
        }
        Break::LfInText if text => {
            (spliced(layout, middle..middle, b"\nx"), ErrorKind::BareLf, middle)
        }
        Break::LineTooLong if text => {
            (spliced(layout, at..end, &[b'x'; LINE + 1]), ErrorKind::LineTooLong, at + LINE)
        }
        Break::Empty if !text && marker != b'_' => {
            (spliced(layout, at..end, b""), invalid(marker), at)
        }
        Break::JunkInLine if !text => (spliced(layout, end..end, b"x"), invalid(marker), end),
        Break::IntegerOutOfRange if marker == b':' => {
            (spliced(layout, at..end, b"9223372036854775808"), ErrorKind::IntegerOutOfRange, at)
        }
        _ => return line_end(what, layout, end),
    })
}

fn number(
    what: Break,
    layout: &Layout,
    marker: u8,
    range: core::ops::Range<usize>,
    number: Option<usize>,
    choice: usize,
) -> Found {
    let (at, end) = (range.start, range.end);
    let length = matches!(marker, b'$' | b'!' | b'=' | b';');
    let digits = number.is_some();
    let with = |text: &[u8]| spliced(layout, at..end, text);
    let (limit, over) = match length {
        true => (BLOB, ErrorKind::BlobTooLong),
        false => (ELEMENTS, ErrorKind::TooManyElements),
    };
    Some(match what {
        Break::PlusInNumber if digits => (spliced(layout, at..at, b"+"), invalid(marker), at),
        Break::MinusInNumber if digits => {
            let nullable = matches!(marker, b'$' | b'*');
            let one = layout.bytes[at] == b'1';
            if nullable && number == Some(1) {
                return None;
            }
            let wrong = if nullable { at + 1 + usize::from(one) } else { at };
            (spliced(layout, at..at, b"-"), invalid(marker), wrong)
        }
        Break::LetterInNumber if digits => {
            let letter = at + choice % (end - at);
            (spliced(layout, letter..letter + 1, b"x"), invalid(marker), letter)
        }
        Break::LeadingZero if digits => match marker {
            b'=' => (spliced(layout, at..at, b"0"), ErrorKind::VerbatimTooShort, at),
            _ => (spliced(layout, at..at, b"0"), invalid(marker), at + 1),
        },
        Break::Empty => (with(b""), invalid(marker), at),
        Break::OverLimit => (with((limit + 1).to_string().as_bytes()), over, at),
        Break::Huge => (with(&[b'9'; 30]), over, at),
        Break::StreamedOther if !matches!(marker, b'$' | b'*' | b'%' | b'~') => {
            (with(b"?"), invalid(marker), at)
        }
        Break::VerbatimTooShort if marker == b'=' => {
            (with(format!("{}", choice % 4).as_bytes()), ErrorKind::VerbatimTooShort, at)
        }
        _ => return line_end(what, layout, end),
    })
}

fn body(what: Break, layout: &Layout, part: Part) -> Found {
    let Part::Body { marker, at, end, length_at } = part else { return None };
    let least = match marker {
        b'=' => 4,
        b';' => 1,
        _ => 0,
    };
    let announced = |length: usize| {
        let text = length.to_string();
        // What lies behind the length moves if it has a digit more or less.
        let old = at - 2 - length_at;
        (spliced(layout, length_at..at - 2, text.as_bytes()), at + text.len() - old)
    };
    let terminator = ErrorKind::BlobNotTerminated;
    let length = end - at;
    Some(match what {
        Break::LengthTooLarge if length < BLOB => {
            let (bytes, body) = announced(length + 1);
            (bytes, terminator, body + length + 1)
        }
        Break::LengthTooSmall if length > least => {
            let (bytes, body) = announced(length - 1);
            // The last byte may look like the CR; then the CR is not the LF.
            let cr = layout.bytes[end - 1] == b'\r';
            (bytes, terminator, body + length - 1 + usize::from(cr))
        }
        Break::TerminatorCr => (spliced(layout, end..end + 1, b"x"), terminator, end),
        Break::TerminatorLf => (spliced(layout, end + 1..end + 2, b"x"), terminator, end + 1),
        Break::VerbatimColon if marker == b'=' => {
            (spliced(layout, at + 3..at + 4, b";"), ErrorKind::VerbatimFormat, at + 3)
        }
        _ => return None,
    })
}

fn marker(what: Break, layout: &Layout, part: Part) -> Found {
    let Part::Marker { at, place, .. } = part else { return None };
    let replaced = |byte: u8| spliced(layout, at..at + 1, &[byte]);
    Some(match what {
        Break::UnknownMarker => (replaced(b'G'), ErrorKind::UnknownType, at),
        Break::ChunkOutOfPlace => (replaced(b';'), ErrorKind::OutOfPlace, at),
        Break::EndOutOfPlace => match place.streamed {
            Some((true, before)) if before % 2 == 1 => (replaced(b'.'), ErrorKind::OddMap, at),
            Some(_) => return None,
            None if place.described => (replaced(b'.'), ErrorKind::AttributeWithoutValue, at),
            None => (replaced(b'.'), ErrorKind::OutOfPlace, at),
        },
        // The push itself may be at the top, and so may what describes it.
        Break::PushInsidePush if place.pushed => {
            (spliced(layout, at..at, b">0\r\n"), ErrorKind::PushInsidePush, at)
        }
        Break::TooDeep => {
            let most = DEPTH - place.depth;
            let around = b"*1\r\n".repeat(most + 1);
            (spliced(layout, at..at, &around), ErrorKind::TooDeep, at + 4 * most)
        }
        _ => return None,
    })
}

fn chunk(what: Break, layout: &Layout, at: usize) -> Found {
    let replaced = |byte: u8| spliced(layout, at..at + 1, &[byte]);
    Some(match what {
        Break::ValueInString => (replaced(b'+'), ErrorKind::OutOfPlace, at),
        Break::UnknownMarker => (replaced(b'G'), ErrorKind::UnknownType, at),
        _ => return None,
    })
}

fn end(what: Break, layout: &Layout, part: Part) -> Found {
    let Part::End { at, last, values, per, .. } = part else { return None };
    Some(match what {
        Break::JunkBehindEnd => {
            (spliced(layout, at + 1..at + 1, b"x"), ErrorKind::InvalidStreamEnd, at + 1)
        }
        Break::OddMap if per == 2 => {
            let last = last?;
            (spliced(layout, last..at, b""), ErrorKind::OddMap, last)
        }
        Break::TooManyElements => {
            let room = ELEMENTS * per - values;
            let more = b"_\r\n".repeat(room + 1);
            (spliced(layout, at..at, &more), ErrorKind::TooManyElements, at + 3 * room)
        }
        Break::CrDropped | Break::LfReplaced => return line_end(what, layout, at + 1),
        _ => return None,
    })
}

/// The length of what comes before.
const FITS: usize = 4;

/// Where it is told that a frame has more than `limit` bytes.
fn over(layout: &Layout, limit: usize) -> Option<usize> {
    layout.parts.iter().find_map(|part| match *part {
        Part::Marker { at, .. } | Part::Chunk { at } | Part::End { at, .. } if at >= limit => {
            Some(at)
        }
        // A line up to its LF; the nulls of RESP2, and an end marker, have no part for theirs.
        Part::Line { end, .. } | Part::Number { end, .. } => (end + 2 > limit).then_some(limit),
        Part::Marker { at, .. } => {
            let null = matches!(layout.bytes.get(at + 1..at + 3), Some(b"-1"))
                && matches!(layout.bytes[at], b'$' | b'*');
            (null && at + 5 > limit).then_some(limit)
        }
        Part::End { at, .. } => (at + 3 > limit).then_some(limit),
        Part::Body { end, length_at, .. } => (end + 2 > limit).then_some(length_at),
        Part::Chunk { .. } => None,
    })
}

/// The first thing that RESP2 does not have.
fn wrong_dialect(layout: &Layout) -> Option<(ErrorKind, usize)> {
    layout.parts.iter().find_map(|part| match *part {
        Part::Marker { at, .. } if !b"+-:$*".contains(&layout.bytes[at]) => {
            Some((ErrorKind::Resp3Type, at))
        }
        Part::Number { marker, at, number: None, .. } => Some((invalid(marker), at)),
        _ => None,
    })
}
