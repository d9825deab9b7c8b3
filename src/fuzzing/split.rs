//! `split`: however an input is cut, it is the same input.
//!
//! The input is read whole, byte by byte, and in the pieces that the fuzzer chose. Frames, events
//! with their places in the stream (parts of blobs joined), the rows taken, the error in every
//! field, the offset, the state and the bytes consumed must be the same. The rows must be a path
//! of the table. And one byte at a time, no byte may be visited a third time.
//!
//! A bug that turns it red: anything that is remembered wrongly when a read ends. The end of
//! a line searched for from where the last search stopped, one byte too late; a CR at the end of
//! a read; the length of a blob counted down twice; a chunk taken for a whole string.

use super::wire::{Wire, decode};
use crate::error::ProtocolError;
use crate::event::Event;
use crate::machine::Machine;
use crate::state::{Dialect, Observer, Rule, State, Step};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The documented bound on how often a byte is visited, which is for one byte at a time.
const MOST: usize = 2;

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

/// What the machine said, and where it stood at the end.
#[derive(Debug, PartialEq)]
struct Told {
    events: Vec<String>,
    rows: Vec<(Rule, u64, u64, usize)>,
    error: Option<ProtocolError>,
    /// Where the machine stands, how many bytes it has consumed, and how deep it is.
    stands: (State, u64, usize),
}

/// Reads `pieces`, visiting each byte at most `most` times.
fn tell<'a>(
    wire: &Wire<'_>,
    parts: u64,
    most: usize,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Told {
    let machine = Machine::with_limits(wire.dialect, wire.limits());
    let mut machine = machine.blobs_in_parts_over(parts);
    let mut path = Path { at: State::Start, dialect: wire.dialect, rows: Vec::new(), visited: 0 };
    let mut events = Vec::new();
    let mut blob: Vec<u8> = Vec::new();
    let mut kept: Vec<u8> = Vec::new();
    let mut fed = 0;
    let mut error = None;
    'pieces: for piece in pieces {
        fed += piece.len();
        kept.extend_from_slice(piece);
        let mut feed = machine.feed_observed(&kept, &mut path);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => match token.event {
                    Event::BlobPart(part) => blob.extend_from_slice(part),
                    event => {
                        events.push(format!("{}..{} {event:?} {blob:?}", token.start, token.end));
                        blob.clear();
                    }
                },
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
    Told { events, rows: path.rows, error, stands }
}

/// The target; its input is a [`Wire`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    let whole = || core::iter::once(wire.input);
    let bytes = || wire.input.chunks(1);
    let (dialect, limits) = (wire.dialect, wire.limits());
    let expected = decode(dialect, limits, whole());
    assert_eq!(decode(dialect, limits, wire.pieces()), expected);
    assert_eq!(decode(dialect, limits, bytes()), expected);
    // Blobs whole, and blobs as they come.
    for parts in [u64::MAX, 4] {
        let expected = tell(&wire, parts, usize::MAX, whole());
        assert_eq!(tell(&wire, parts, usize::MAX, wire.pieces()), expected);
        assert_eq!(tell(&wire, parts, MOST, bytes()), expected);
    }
}
