//! The bodies of the fuzz targets, so that the unit tests can replay a corpus without a fuzzer.
//!
//! Each takes any bytes and panics if a promise of the library is broken on them. `fuzz/` holds
//! one thin target for each.

#![expect(clippy::panic, reason = "panicking is how a target reports")]

use crate::encode::{EncodeError, Encoder};
use crate::error::{ProtocolError, Truncated};
use crate::event::Event;
use crate::machine::Machine;
use crate::state::{Observer, State, Step};
use crate::value::Value;
use crate::{Decoder, Dialect, Limits};
use alloc::vec::Vec;

/// Limits low enough for short inputs to reach them.
fn limits(dialect: Dialect) -> Limits {
    Limits::new(dialect).depth(24).line(200).blob(4096).elements(5000).frame(1 << 16)
}

/// How an input ends.
type End = Result<Result<(), Truncated>, ProtocolError>;

/// The frames of an input that arrives in pieces, and how it ends.
fn decode<'a>(dialect: Dialect, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Value>, End) {
    let mut decoder = Decoder::with_limits(dialect, limits(dialect));
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(Value::from(frame)),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
    }
    let end = decoder.finish();
    (frames, Ok(end))
}

/// Checks that the transitions are a path in the table.
struct Path {
    at: State,
    dialect: Dialect,
}

impl Observer for Path {
    fn transition(&mut self, step: &Step) {
        let row = step.rule.transition();
        assert_eq!(row.from, self.at, "{:?} does not leave {:?}", step.rule, self.at);
        assert!(row.allowed_in(self.dialect), "{:?} is not of {:?}", step.rule, self.dialect);
        self.at = row.to;
    }
}

/// The events of an input that arrives in pieces, parts of blobs joined; how far it was consumed,
/// and the error if there is one.
fn events<'a>(
    dialect: Dialect,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<alloc::string::String>, u64, Option<ProtocolError>) {
    let machine = Machine::with_limits(dialect, limits(dialect));
    let mut machine = machine.blobs_in_parts_over(16);
    let mut path = Path { at: State::Start, dialect };
    let mut seen = Vec::new();
    let mut blob: Vec<u8> = Vec::new();
    let mut kept: Vec<u8> = Vec::new();
    for piece in pieces {
        kept.extend_from_slice(piece);
        let mut feed = machine.feed_observed(&kept, &mut path);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => match token.event {
                    Event::BlobPart(part) => blob.extend_from_slice(part),
                    event => {
                        let (start, end) = (token.start, token.end);
                        seen.push(alloc::format!("{start}..{end} {event:?} {blob:?}"));
                        blob.clear();
                    }
                },
                Ok(None) => break,
                Err(error) => return (seen, feed.machine().offset(), Some(error)),
            }
        }
        let consumed = feed.consumed();
        kept.drain(..consumed);
    }
    (seen, machine.offset(), None)
}

fn dialect(choice: u8) -> Dialect {
    Dialect::ALL[usize::from(choice) % Dialect::ALL.len()]
}

/// `split`: the same events, frames, error and end, however the input is cut.
///
/// The first byte chooses the dialect, the second how many cuts there are; each cut is a byte,
/// the distance from the last.
pub fn split(data: &[u8]) {
    let [choice, cuts, rest @ ..] = data else { return };
    let dialect = dialect(*choice);
    let Some((cuts, input)) = rest.split_at_checked(usize::from(*cuts % 32)) else { return };
    let pieces = || {
        let mut left = input;
        let mut cuts = cuts.iter();
        core::iter::from_fn(move || {
            if left.is_empty() {
                return None;
            }
            let length = cuts.next().map_or(left.len(), |cut| usize::from(*cut));
            let (piece, behind) = left.split_at(length.min(left.len()));
            left = behind;
            Some(piece)
        })
    };
    let whole = || core::iter::once(input);
    let bytes = || input.chunks(1);
    assert_eq!(decode(dialect, whole()), decode(dialect, pieces()));
    assert_eq!(decode(dialect, whole()), decode(dialect, bytes()));
    assert_eq!(events(dialect, whole()), events(dialect, pieces()));
    assert_eq!(events(dialect, whole()), events(dialect, bytes()));
}

/// `roundtrip`: what was accepted encodes to something that decodes to the same.
///
/// The first byte chooses the dialect.
pub fn roundtrip(data: &[u8]) {
    let [choice, input @ ..] = data else { return };
    let dialect = dialect(*choice);
    let (frames, _) = decode(dialect, core::iter::once(input));
    for value in frames {
        let mut wire = Vec::new();
        match Encoder::new().limits(limits(dialect)).value(&mut wire, &value) {
            Ok(()) => {}
            // Quotes and escapes can make the line of an inline command longer.
            Err(EncodeError::LineTooLong { .. }) if matches!(value, Value::Inline(_)) => continue,
            Err(error) => panic!("{value:?} was read and cannot be written: {error}"),
        }
        let (again, end) = decode(dialect, core::iter::once(&wire[..]));
        assert_eq!(again, [value]);
        assert_eq!(end, Ok(Ok(())));
    }
}
