//! The input of the targets that read the protocol, and how they read it.
//!
//! The first byte: dialect (modulo 3), then whether the limits are tight, then how many of the
//! following bytes are cuts. Each cut is the length of a piece; what is left behind the last is one
//! piece more.

use super::Reached;
use crate::error::{ProtocolError, Truncated};
use crate::machine::Machine;
use crate::state::{Observer, ROWS, State, Step, TABLE};
use crate::value::Value;
use crate::{Decoder, Dialect, Limits};
use alloc::format;
use alloc::vec::Vec;

/// An input of a target that reads the protocol.
///
/// ```
/// use resp_machine::fuzzing::Wire;
/// use resp_machine::Dialect;
/// let data = Wire::new(Dialect::Resp3, b"+OK\r\n").to_bytes();
/// let wire = Wire::of(&data).ok_or("a wire")?;
/// assert_eq!((wire.dialect, wire.input), (Dialect::Resp3, &b"+OK\r\n"[..]));
/// assert_eq!(wire.pieces().count(), 1);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Wire<'a> {
    /// The language to read it in.
    pub dialect: Dialect,
    /// Whether the limits are so low that a dozen bytes reach them.
    pub tight: bool,
    /// The lengths of the pieces in which it arrives.
    pub cuts: &'a [u8],
    /// The bytes.
    pub input: &'a [u8],
}

impl<'a> Wire<'a> {
    /// An input that arrives whole.
    pub const fn new(dialect: Dialect, input: &'a [u8]) -> Wire<'a> {
        Wire { dialect, tight: false, cuts: &[], input }
    }

    /// What `data` stands for; nothing if it is too short.
    pub fn of(data: &'a [u8]) -> Option<Wire<'a>> {
        let (choice, rest) = data.split_first()?;
        let dialect = Dialect::ALL[usize::from(*choice) % 3];
        let choice = choice / 3;
        let (cuts, input) = rest.split_at_checked(usize::from(choice / 2 % 16))?;
        Some(Wire { dialect, tight: choice % 2 == 1, cuts, input })
    }

    /// The inverse of [`of`](Wire::of). Of more than 15 cuts, the first 15 are kept.
    pub fn to_bytes(self) -> Vec<u8> {
        let dialect = Dialect::ALL.iter().position(|dialect| *dialect == self.dialect);
        let cuts = &self.cuts[..self.cuts.len().min(15)];
        let choice = (cuts.len() * 2 + usize::from(self.tight)) * 3 + dialect.unwrap_or(0);
        [&[choice as u8], cuts, self.input].concat()
    }

    /// The limits to read it with.
    pub fn limits(&self) -> Limits {
        let limits = Limits::new(self.dialect);
        match self.tight {
            true => limits.depth(3).line(12).blob(24).elements(3),
            false => limits.depth(24).line(200).blob(4096).elements(5000),
        }
    }

    /// The input as it arrives.
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut left = self.input;
        let mut cuts = self.cuts.iter();
        core::iter::from_fn(move || {
            if left.is_empty() {
                return None;
            }
            let length = cuts.next().map_or(left.len(), |cut| usize::from(*cut));
            let (piece, behind) = left.split_at(length.min(left.len()));
            left = behind;
            Some(piece)
        })
    }
}

/// How an input ends.
pub(super) type End = Result<Result<(), Truncated>, ProtocolError>;

/// Everything an input came to: its frames, how it ends, how far the machine consumed it, and
/// where the machine stands.
pub(super) type Outcome = (Vec<Value>, End, u64, State);

/// Takes every frame as soon as there is one.
pub(super) fn decode<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Outcome {
    let mut decoder = Decoder::with_limits(dialect, limits);
    let mut frames = Vec::new();
    let mut failed = None;
    'pieces: for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(Value::from(frame)),
                Ok(None) => break,
                Err(error) => {
                    failed = Some(error);
                    break 'pieces;
                }
            }
        }
    }
    let machine = decoder.parser().machine();
    let end = failed.map_or_else(|| Ok(decoder.finish()), Err);
    (frames, end, machine.offset(), machine.state())
}

/// Which rows were taken.
struct Rows([bool; ROWS]);

impl Observer for Rows {
    fn transition(&mut self, step: &Step) {
        self.0[step.rule as usize] = true;
    }
}

/// The rows that an input takes, and how it ends.
pub(super) fn reaches(data: &[u8]) -> Reached {
    let Some(wire) = Wire::of(data) else { return Reached::new() };
    let mut rows = Rows([false; ROWS]);
    let mut machine = Machine::with_limits(wire.dialect, wire.limits());
    let mut feed = machine.feed_observed(wire.input, &mut rows);
    let end = loop {
        match feed.next_token() {
            Ok(Some(_)) => {}
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let dialect = wire.dialect.name();
    let mut reached: Reached = TABLE
        .iter()
        .filter(|row| rows.0[row.rule as usize])
        .map(|row| format!("{dialect}-{:?}", row.rule))
        .collect();
    reached.insert(match end {
        Some(error) => {
            let of = error.of.map_or('-', |of| match of.marker() {
                0 => 'i',
                marker => marker as char,
            });
            // A marker is not a good part of a file's name.
            format!("{dialect}-error-{:?}-{:02x}", error.kind, u32::from(of))
        }
        None => format!("{dialect}-stops-{:?}", machine.state()),
    });
    reached
}
