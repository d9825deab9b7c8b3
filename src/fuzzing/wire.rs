//! The input of the targets that read the protocol.
//!
//! The first byte: dialect (modulo 3), then whether the limits are tight, then how many of the
//! following bytes are cuts. Each cut is the length of a piece; what is left behind the last is one
//! piece more. If what is left of the first byte is not 0, one byte more stands before the cuts:
//! whether they are taken over and over (one cut of 1: every byte is a piece), and how many bytes a
//! frame may have.

use super::Reached;
use crate::error::ErrorKind;
use crate::event::Event;
use crate::machine::Machine;
use crate::state::{Observer, ROWS, State, Step, TABLE};
use crate::wire::Type;
use crate::{Dialect, Limits};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) use super::reading::decode;

/// An input of a target that reads the protocol.
///
/// ```
/// use resp_machine::fuzzing::Wire;
/// use resp_machine::Dialect;
/// let data = Wire::new(Dialect::Resp3, b"+OK\r\n").to_bytes();
/// let wire = Wire::of(&data).ok_or("a wire")?;
/// assert_eq!((wire.dialect, wire.input), (Dialect::Resp3, &b"+OK\r\n"[..]));
/// assert_eq!(wire.pieces().count(), 1);
/// let mut bytewise = wire;
/// (bytewise.cuts, bytewise.over_and_over) = (&[1], true);
/// assert_eq!(bytewise.pieces().count(), 5);
/// assert_eq!(Wire::of(&bytewise.to_bytes()), Some(bytewise));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wire<'a> {
    /// The language to read it in.
    pub dialect: Dialect,
    /// Whether the limits are so low that a dozen bytes reach them.
    pub tight: bool,
    /// How many bytes a frame may have, at most 127; 0 for no limit but the default.
    pub frame: u8,
    /// The lengths of the pieces in which it arrives.
    pub cuts: &'a [u8],
    /// Whether the cuts begin again when the last has been taken.
    pub over_and_over: bool,
    /// The bytes.
    pub input: &'a [u8],
}

/// How many first bytes stand for an input with nothing more before the cuts.
const PLAIN: usize = 3 * 2 * 16;

impl<'a> Wire<'a> {
    /// An input that arrives whole.
    pub const fn new(dialect: Dialect, input: &'a [u8]) -> Wire<'a> {
        Wire { dialect, tight: false, frame: 0, cuts: &[], over_and_over: false, input }
    }

    /// What `data` stands for; nothing if it is too short.
    pub fn of(data: &'a [u8]) -> Option<Wire<'a>> {
        let (choice, rest) = data.split_first()?;
        let choice = usize::from(*choice);
        let (more, rest) = match choice < PLAIN {
            true => (0, rest),
            false => rest.split_first().map(|(more, rest)| (*more, rest))?,
        };
        let (cuts, input) = rest.split_at_checked(choice / 6 % 16)?;
        Some(Wire {
            dialect: Dialect::ALL[choice % 3],
            tight: choice / 3 % 2 == 1,
            frame: more / 2,
            cuts,
            over_and_over: more % 2 == 1,
            input,
        })
    }

    /// The inverse of [`of`](Wire::of). Of more than 15 cuts, the first 15 are kept.
    pub fn to_bytes(self) -> Vec<u8> {
        let dialect = Dialect::ALL.iter().position(|dialect| *dialect == self.dialect);
        let cuts = &self.cuts[..self.cuts.len().min(15)];
        let choice = (cuts.len() * 2 + usize::from(self.tight)) * 3 + dialect.unwrap_or(0);
        match self.frame % 128 * 2 + u8::from(self.over_and_over) {
            0 => [&[choice as u8], cuts, self.input].concat(),
            more => [&[(choice + PLAIN) as u8, more], cuts, self.input].concat(),
        }
    }

    /// The limits to read it with.
    pub fn limits(&self) -> Limits {
        let limits = Limits::new(self.dialect);
        // The defaults for what is announced: nothing is reserved for it, and every digit counts.
        let limits = match self.tight {
            true => limits.depth(TIGHT).line(12).blob(24).elements(3),
            false => limits.depth(WIDE).line(200),
        };
        if self.frame > 0 { limits.frame(self.frame.into()) } else { limits }
    }

    /// The input as it arrives.
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let mut left = self.input;
        let mut cuts = self.cuts.iter();
        // Pieces of no bytes only would not come to an end.
        let again = self.over_and_over && self.cuts.iter().any(|cut| *cut > 0);
        let first = cuts.clone();
        core::iter::from_fn(move || {
            if left.is_empty() {
                return None;
            }
            if again && cuts.len() == 0 {
                cuts = first.clone();
            }
            let length = cuts.next().map_or(left.len(), |cut| usize::from(*cut));
            let (piece, behind) = left.split_at(length.min(left.len()));
            left = behind;
            Some(piece)
        })
    }
}

/// How deep values may nest, if the limits are tight, and if they are not.
pub(super) const TIGHT: usize = 3;
pub(super) const WIDE: usize = 24;

/// Bytes behind a value, with which it is surely read as one of many: several steps at a time, and copied
/// with what is behind it.
const STRIDE: u64 = 32;

/// Which rows were taken.
struct Rows([bool; ROWS]);

impl Observer for Rows {
    fn transition(&mut self, step: &Step) {
        self.0[step.rule as usize] = true;
    }
}

/// What an input reaches, with the limits of [`Wire::limits`].
pub(super) fn reaches(data: &[u8]) -> Reached {
    Wire::of(data).map_or_else(Reached::new, |wire| wire.reaches(wire.limits()))
}

impl Wire<'_> {
    /// What it reaches, read within `limits`: the rows that it takes, which types it has that hold
    /// something, with more behind it or without, how it ends, and in which states its pieces do.
    pub fn reaches(&self, limits: Limits) -> Reached {
        let mut rows = Rows([false; ROWS]);
        let mut machine = Machine::with_limits(self.dialect, limits);
        let mut feed = machine.feed_observed(self.input, &mut rows);
        let dialect = self.dialect.name();
        let mut reached = Reached::new();
        let end = loop {
            match feed.next_token() {
                Ok(Some(token)) => {
                    let behind = self.input.len() as u64 - token.end;
                    if let Some(held) = held(token.event) {
                        if behind >= STRIDE {
                            reached.insert(format!("{dialect}-{held}-and-more"));
                        }
                        reached.insert(format!("{dialect}-{held}"));
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let taken = TABLE.iter().filter(|row| rows.0[row.rule as usize]);
        reached.extend(taken.map(|row| format!("{dialect}-{:?}", row.rule)));
        reached.insert(match end {
            Some(error) => {
                // Of what nests too deeply, the marker is the one that is refused.
                let marker = match error.kind {
                    ErrorKind::TooDeep => self.input.get(error.offset as usize).copied(),
                    _ => error.of.map(Type::marker),
                };
                // A marker is not a good part of a file's name.
                let of = match marker {
                    None => "none".into(),
                    Some(0) => "inline".into(),
                    Some(marker) => format!("{marker:02x}"),
                };
                format!("{dialect}-error-{:?}-{:?}-{of}", error.kind, error.state)
            }
            None => format!("{dialect}-stops-{:?}", machine.state()),
        });
        reached.extend(self.ends_of_reads(limits).map(|cut| format!("{dialect}-cut-{cut}")));
        reached
    }

    /// Where reads end and more is to come: in which states, and whether behind a CR; and `Bytewise`,
    /// if each byte of a frame comes by itself.
    fn ends_of_reads(&self, limits: Limits) -> impl Iterator<Item = String> {
        let mut reached = Reached::new();
        let mut machine = Machine::with_limits(self.dialect, limits);
        let mut kept: Vec<u8> = Vec::new();
        let (mut fed, mut frames, mut bytewise) = (0, 0, true);
        'pieces: for piece in self.pieces() {
            fed += piece.len();
            bytewise &= piece.len() == 1;
            kept.extend_from_slice(piece);
            let mut feed = machine.feed(&kept);
            loop {
                match feed.next_token() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => {
                        bytewise = false;
                        break 'pieces;
                    }
                }
            }
            let consumed = feed.consumed();
            kept.drain(..consumed);
            let state = machine.state();
            frames += usize::from(state == State::End);
            if fed < self.input.len() && !piece.is_empty() {
                let cr = if piece.ends_with(b"\r") { "-cr" } else { "" };
                reached.insert(format!("{state:?}{cr}"));
            }
        }
        if bytewise && fed > 1 && frames > 0 {
            reached.insert("Bytewise".into());
        }
        reached.into_iter()
    }
}

/// What there was, if there was something in it: an element, another word, a second byte. (What is empty
/// takes the same rows, and hides a byte that is lost.)
fn held(event: Event<'_>) -> Option<String> {
    let (kind, text) = match event {
        Event::End { kind, count: 1.., .. } => return Some(format!("holds-{kind:?}")),
        Event::Inline(line) if line.words().count() > 1 => return Some("holds-Inline".into()),
        Event::Integer(10..) => return Some("holds-Integer".into()),
        Event::SimpleString(text) => (Type::SimpleString, text),
        Event::SimpleError(text) => (Type::SimpleError, text),
        Event::BulkString(text) => (Type::BulkString, text),
        Event::BulkError(text) => (Type::BulkError, text),
        Event::Verbatim { text, .. } => (Type::VerbatimString, text),
        Event::Double(double) => (Type::Double, double.text()),
        Event::BigNumber(number) => (Type::BigNumber, number.text()),
        Event::Chunk(text) => (Type::Chunk, text),
        _ => return None,
    };
    (text.len() > 1).then(|| format!("holds-{kind:?}"))
}
