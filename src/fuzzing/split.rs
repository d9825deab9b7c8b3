//! `split`: however an input is cut, and however it is read, it is the same input.
//!
//! The input is read whole, byte by byte, and in the pieces that the fuzzer chose. Frames, events
//! with their places in the stream, the rows taken, the error in every field, the offset, the state
//! and the bytes consumed must be the same. A blob in parts must be the blob, and every token must
//! lie where the bytes say it (`tokens`). The rows must be a path of the table. And one byte at a
//! time, no byte may be visited a third time.
//!
//! The frames must be the same for all who depend on them (`reading`): lent, kept until the
//! decoder is gone, read by a decoder that was reset, from an iterator over a reader, by the codec;
//! by the view and the accessors as by the events (`view`); and from a machine with a stack of a
//! fixed size. To a client that waits for replies, a push is none, wherever it comes.
//!
//! A bug that turns it red: anything that is remembered wrongly when a read ends. The end of
//! a line searched for from where the last search stopped, one byte too late; a CR at the end of
//! a read; the length of a blob counted down twice; a chunk taken for a whole string; a push that is
//! kept without its place; a reset that forgets all but the line.

use super::reading::{self, decode};
use super::tokens::{Kept, Tokens};
use super::wire::{TIGHT, WIDE, Wire};
use crate::error::ProtocolError;
use crate::machine::{FixedStack, Machine, Stack};
use crate::state::{Dialect, Observer, Rule, State, Step};
use alloc::vec::Vec;

/// The documented bound on how often a byte is visited, which is for one byte at a time.
const MOST: usize = 2;

/// Blobs of more bytes than this come in parts.
const PARTS: u64 = 4;

/// The transitions: checked to be a path in the table, and kept.
struct Path {
    at: State,
    dialect: Dialect,
    rows: Vec<(Rule, u64, u64, usize)>,
    visited: usize,
}

impl Observer for Path {
    fn transition(&mut self, step: &Step) {
        let row = step.rule.transition();
        assert_eq!(row.from, self.at, "{:?} does not leave {:?}", step.rule, self.at);
        assert!(row.allowed_in(self.dialect), "{:?} is not of {:?}", step.rule, self.dialect);
        self.at = row.to;
        self.rows.push((step.rule, step.start, step.end, step.depth));
    }

    fn visited(&mut self, bytes: usize) {
        self.visited += bytes;
    }
}

/// What the machine said.
#[derive(Debug, PartialEq)]
struct Told {
    said: Vec<(u64, u64, Kept)>,
    rows: Vec<(Rule, u64, u64, usize)>,
    error: Option<ProtocolError>,
}

/// Where the machine stands, how many bytes it has consumed, and how deep it is.
type Stands = (State, u64, usize);

/// Reads `pieces`, visiting each byte at most `most` times.
fn tell<'a, S: Stack>(
    wire: &Wire<'_>,
    machine: &mut Machine<S>,
    most: usize,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Told, Stands) {
    let mut path = Path { at: State::Start, dialect: wire.dialect, rows: Vec::new(), visited: 0 };
    let mut tokens = Tokens::of(wire.input);
    let mut kept: Vec<u8> = Vec::new();
    let mut fed = 0;
    let mut error = None;
    'pieces: for piece in pieces {
        fed += piece.len();
        kept.extend_from_slice(piece);
        let mut feed = machine.feed_observed(&kept, &mut path);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => tokens.add(token),
                Ok(None) => break,
                Err(failure) => {
                    error = Some(failure);
                    break 'pieces;
                }
            }
        }
        let consumed = feed.consumed();
        kept.drain(..consumed);
    }
    // Where there is more to see, what a stride may have looked at is told, not what it did.
    assert!(path.visited <= most.saturating_mul(fed), "{} visits of {fed} bytes", path.visited);
    assert_eq!(path.at, machine.state(), "the machine stands where its last row leads");
    let stands = (machine.state(), machine.offset(), machine.depth());
    (Told { said: tokens.said, rows: path.rows, error }, stands)
}

/// The target; its input is a [`Wire`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    frames(&wire);
    match wire.tight {
        true => events::<TIGHT>(&wire),
        false => events::<WIDE>(&wire),
    }
}

/// What those who take frames get.
fn frames(wire: &Wire<'_>) {
    let (dialect, limits) = (wire.dialect, wire.limits());
    let expected = decode(dialect, limits, core::iter::once(wire.input));
    assert_eq!(decode(dialect, limits, wire.pieces()), expected);
    assert_eq!(reading::kept(dialect, limits, wire.pieces()), expected);
    assert_eq!(reading::kept(dialect, limits, wire.input.chunks(1)), expected);
    assert_eq!(reading::replayed(dialect, limits, wire.input.chunks(1)), expected);
    assert_eq!(reading::read(dialect, limits, wire.pieces()), expected);
    #[cfg(feature = "client")]
    reading::is_received(dialect, limits, wire.pieces(), (&expected.0, expected.1));
    #[cfg(feature = "codec")]
    assert_eq!(reading::codec(dialect, limits, wire.pieces()), (expected.0, expected.1));
}

/// What those who take events get; `DEPTH` is how deep the limits let values nest.
fn events<const DEPTH: usize>(wire: &Wire<'_>) {
    let (dialect, limits) = (wire.dialect, wire.limits());
    let whole = || core::iter::once(wire.input);
    let growing = || Machine::with_limits(dialect, limits);
    let fixed = || Machine::<FixedStack<DEPTH>>::fixed(dialect, limits);
    let (expected, stands) = tell(wire, &mut growing(), usize::MAX, whole());
    // Blobs whole, and blobs as they come: of one that is not complete, more has been consumed.
    let (parts, in_parts) =
        tell(wire, &mut growing().blobs_in_parts_over(PARTS), usize::MAX, whole());
    assert_eq!(parts, expected);
    assert_eq!((in_parts.0, in_parts.2), (stands.0, stands.2));
    for (parts, stands) in [(u64::MAX, stands), (PARTS, in_parts)] {
        let expected = (&expected, stands);
        let mut machine = growing().blobs_in_parts_over(parts);
        let (told, stands) = tell(wire, &mut machine, MOST, wire.input.chunks(1));
        assert_eq!((&told, stands), expected);
        let mut machine = fixed().blobs_in_parts_over(parts);
        let (told, stands) = tell(wire, &mut machine, usize::MAX, wire.pieces());
        assert_eq!((&told, stands), expected);
        // It has a memory, now, to forget.
        machine.reset();
        let (told, stands) = tell(wire, &mut machine, MOST, wire.input.chunks(1));
        assert_eq!((&told, stands), expected);
    }
}
