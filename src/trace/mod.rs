//! The trace: what the machine does with a stream, step by step.
//!
//! A [`Tracer`] is fed pieces of input, cut as they come, and tells of everything as it happens:
//! each transition with the bytes that caused it, the stack behind it and the event it emitted;
//! where a piece ends, what was consumed, what must be presented again and where the search for a
//! line's end will go on; an error with what other software makes of it; the end. Each
//! [`Item`] is a line of JSON by [`Item::to_json`]; `docs/trace.md` has the form, which is a
//! contract.
//!
//! # How it works
//!
//! It reads nothing itself. [`Machine::drive_observed`] moves the machine, with a [`Sink`] that
//! pauses it at each event and an [`Observer`] that collects the rows that were taken on the way.
//! A row whose [`Emits`] is not `Nothing` stands for exactly one event, and there is at most one
//! such row from pause to pause; so rows and events find each other. The aggregates that are open
//! are followed from the rows (`stack.rs`).
//!
//! # Invariants
//!
//! * Transitions chain (each leaves the state that the one before it entered) and their bytes tile
//!   what was consumed, in order.
//! * Without the chunks, the trace does not depend on how the input was cut, unless blobs are taken
//!   in parts.
//! * What is kept between two pieces is what the machine did not consume, one unfinished line or
//!   blob, and a few bytes before it. [`Tracer::blobs_in_parts_over`] bounds it.
//!
//! # Adding to it
//!
//! A new kind of item is a variant of [`Item`] with its serialised form beside it in `item.rs`, and
//! a section in `docs/trace.md`. What others do with an error is the table in
//! `elsewhere/mod.rs`.

mod elsewhere;
mod item;
mod stack;
mod words;

pub use item::{Chunk, End, Incomplete, Item, Part, Refusal, Transition};
pub use stack::Open;

use crate::event::Token;
use crate::limits::Limits;
use crate::machine::{Level, Machine, Sink};
use crate::state::{Dialect, Emits, Observer, Step};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;
use stack::Stack;

/// Tells what the machine does with the pieces of a stream.
///
/// ```
/// use resp_machine::Dialect;
/// use resp_machine::trace::{Item, Tracer};
///
/// let mut rules = Vec::new();
/// let mut note = |item: &Item<'_>| match item {
///     Item::Transition(row) => rules.push(format!("{:?} {}", row.rule, row.bytes.escape_ascii())),
///     Item::Chunk(chunk) => rules.push(format!("bytes kept: {}", chunk.kept)),
///     _ => {}
/// };
/// let mut tracer = Tracer::new(Dialect::Resp3);
/// tracer.feed(b":4", &mut note);
/// tracer.feed(b"2\r\n", &mut note);
/// tracer.finish(&mut note);
/// assert_eq!(
///     rules,
///     [r"StartInteger :", "bytes kept: 1", r"LineInteger 42\r\n", "bytes kept: 0"]
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Tracer {
    machine: Machine<Vec<Level>>,
    /// The last bytes that were consumed, to show before an error; what was not; and the piece
    /// behind it.
    input: Vec<u8>,
    /// The stream offset of `input[0]`.
    base: u64,
    stack: Stack,
    rows: Rows,
    /// Up to where transitions and parts have shown the stream.
    shown: u64,
    frames: u64,
}

/// The rows that were taken since the last event.
#[derive(Clone, Debug, Default)]
struct Rows(Vec<Step>);

impl Observer for Rows {
    fn transition(&mut self, step: &Step) {
        self.0.push(*step);
    }
}

/// Pauses the machine at each event.
#[derive(Default)]
struct Pause<'b> {
    token: Option<Token<'b>>,
    frames: u64,
}

impl<'b> Sink<'b> for Pause<'b> {
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        self.token = Some(token);
        ControlFlow::Break(())
    }

    fn frame_end(&mut self, _: u64) -> ControlFlow<()> {
        self.frames += 1;
        ControlFlow::Continue(())
    }
}

impl Tracer {
    /// A tracer at the beginning of a stream, with the dialect's default limits.
    pub fn new(dialect: Dialect) -> Tracer {
        Tracer::with_limits(dialect, Limits::new(dialect))
    }

    /// A tracer at the beginning of a stream.
    pub fn with_limits(dialect: Dialect, limits: Limits) -> Tracer {
        Tracer {
            machine: Machine::with_limits(dialect, limits),
            input: Vec::new(),
            base: 0,
            stack: Stack::default(),
            rows: Rows::default(),
            shown: 0,
            frames: 0,
        }
    }

    /// Takes blobs of more than `bytes` bytes in [`Part`]s, as they arrive, so that no blob is held
    /// in memory: for streams that go on and on.
    #[must_use]
    pub fn blobs_in_parts_over(mut self, bytes: u64) -> Tracer {
        self.machine = self.machine.blobs_in_parts_over(bytes);
        self
    }

    /// The machine, to ask where it stands.
    pub const fn machine(&self) -> &Machine<Vec<Level>> {
        &self.machine
    }

    /// The open aggregates, outermost first.
    pub fn stack(&self) -> &[Open] {
        self.stack.open()
    }

    /// How many frames have ended; a push that interrupts an aggregate is one.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Reads the next piece, and gives `take` what happens: the transitions, then a [`Chunk`], or a
    /// [`Refusal`]. Behind an error nothing happens any more.
    pub fn feed(&mut self, piece: &[u8], mut take: impl FnMut(&Item<'_>)) {
        if self.machine.error().is_some() {
            return;
        }
        self.input.extend_from_slice(piece);
        let outcome = loop {
            let mut pause = Pause::default();
            let rest = &self.input[(self.machine.offset() - self.base) as usize..];
            let outcome = self.machine.drive_observed(rest, &mut pause, &mut self.rows);
            self.frames += pause.frames;
            let more = pause.token.is_some();
            let told = Told { input: &self.input, base: self.base, shown: &mut self.shown };
            told.tell(&mut self.rows, &mut self.stack, pause.token, &mut take);
            let remaining = self.machine.innermost().and_then(Level::remaining);
            self.stack.settle(self.machine.depth(), remaining);
            if !more {
                break outcome;
            }
        };
        match outcome {
            Ok(_) => {
                let consumed = (self.machine.offset() - self.base) as usize;
                let kept = &self.input[consumed..];
                take(&Item::Chunk(Chunk::new(&self.machine, kept, self.stack.open())));
                let past = consumed.saturating_sub(item::AROUND);
                self.input.drain(..past);
                self.base += past as u64;
            }
            Err(error) => {
                let streamed = self.stack.has_streamed();
                take(&Item::Error(Refusal::new(&error, self.base, &self.input, streamed)));
            }
        }
    }

    /// The stream has ended: gives `take` an [`End`], or an [`Incomplete`]; nothing behind an error.
    pub fn finish(&self, mut take: impl FnMut(&Item<'_>)) {
        if self.machine.error().is_some() {
            return;
        }
        take(&match self.machine.finish() {
            Ok(()) => Item::End(End { offset: self.machine.offset(), frames: self.frames }),
            Err(_) => {
                let end = self.base + self.input.len() as u64;
                let kept = (end - self.machine.offset()) as usize;
                Item::Incomplete(Incomplete::from(self.machine.truncated(kept)))
            }
        });
    }
}

/// What there is to show.
struct Told<'t> {
    input: &'t [u8],
    /// The stream offset of `input[0]`.
    base: u64,
    shown: &'t mut u64,
}

impl<'t> Told<'t> {
    /// What the bytes `start..end` of the stream have that was not shown before.
    fn show(&mut self, start: u64, end: u64) -> &'t [u8] {
        let from = start.max(*self.shown);
        *self.shown = end;
        self.input.get((from - self.base) as usize..(end - self.base) as usize).unwrap_or_default()
    }

    /// Gives `take` the rows, the one that emits with its event; and an event that no row
    /// announces.
    fn tell(
        mut self,
        rows: &mut Rows,
        stack: &mut Stack,
        mut token: Option<Token<'_>>,
        take: &mut impl FnMut(&Item<'_>),
    ) {
        for step in rows.0.drain(..) {
            let row = step.rule.transition();
            stack.take(&step);
            let event = match row.emits {
                Emits::Nothing => None,
                _ => token.take().map(|token| token.event),
            };
            let bytes = self.show(step.start, step.end);
            take(&Item::Transition(Transition {
                rule: row.rule,
                from: row.from,
                to: row.to,
                start: step.start,
                end: step.end,
                bytes,
                stack: stack.open(),
                event,
                why: words::why(&step, bytes, stack.open()),
            }));
        }
        if let Some(Token { event, end, .. }) = token {
            // What a part has that no row has shown: for the beginning of a blob, its format.
            let start = *self.shown;
            take(&Item::Part(Part { start, end, bytes: self.show(start, end), event }));
        }
    }
}

/// The pieces of `input`, cut at the offsets `cuts`. Cuts out of order, or behind the end, do not
/// cut.
pub fn pieces<'a>(input: &'a [u8], cuts: &[usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut start = 0;
    cuts.iter().copied().chain([input.len()]).filter_map(move |end| {
        let piece = input.get(start..end).filter(|piece| !piece.is_empty())?;
        start = end;
        Some(piece)
    })
}

/// Traces `input`, cut at the offsets `cuts`, with the dialect's default limits.
///
/// ```
/// use resp_machine::Dialect;
/// use resp_machine::trace::{Item, trace};
/// let mut end = None;
/// trace(Dialect::Request, b"PING\r\n", &[3], |item| {
///     if let Item::End(ended) = item {
///         end = Some(ended.offset);
///     }
/// });
/// assert_eq!(end, Some(6));
/// ```
pub fn trace(dialect: Dialect, input: &[u8], cuts: &[usize], mut take: impl FnMut(&Item<'_>)) {
    let mut tracer = Tracer::new(dialect);
    for piece in pieces(input, cuts) {
        tracer.feed(piece, &mut take);
    }
    tracer.finish(take);
}

/// The trace of `input`, cut at the offsets `cuts`: one JSON object a line.
///
/// ```
/// use resp_machine::Dialect;
/// use resp_machine::trace::json_lines;
/// let lines = json_lines(Dialect::Resp3, b"_\r\n", &[]);
/// assert_eq!(lines.lines().last(), Some(r#"{"kind":"end","offset":3,"frames":1}"#));
/// ```
pub fn json_lines(dialect: Dialect, input: &[u8], cuts: &[usize]) -> String {
    let mut lines = String::new();
    trace(dialect, input, cuts, |item| {
        lines.push_str(&item.to_json());
        lines.push('\n');
    });
    lines
}
