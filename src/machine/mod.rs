//! The resumable driver: the states of [`crate::state`], moved by the leaves of
//! [`crate::grammar`], with an explicit stack.
//!
//! # How it works
//!
//! The machine is called with bytes and reads as far as they go. It never keeps bytes: every call
//! says how many it consumed, and the caller presents the rest again, with more behind it. What
//! it keeps is where it stands: the state, the type being read, the stack of open aggregates, and,
//! inside an unfinished line, how far it has looked for the line's end. So no byte that was
//! consumed is looked at again, and no byte at all more than twice when they come one at a time.
//!
//! There are two ways through a value. The *stride* (`stride.rs`) takes a whole value from Start
//! to END at once, when all its bytes are there and nothing about it is unusual. The *steps*
//! (`steps.rs`) take one state at a time, resume anywhere, and are the only authority on errors:
//! whatever the stride does not recognise, good or bad, goes through the steps. An observer is
//! shown the same rows either way.
//!
//! # Invariants
//!
//! * `state` is `Start`, `Elements` or `End`, or `reading` and `token_start` belong to what is
//!   being read: a value whose marker has been consumed, or an inline command, which has none.
//!   It is `End` only between frames.
//! * `top` is the innermost open aggregate if `depth > 0`; the stack holds the `depth - 1` others.
//!   If nothing is open it is `Level::EMPTY`: an array that is neither streamed nor plain.
//! * In `Start` with `depth > 0`, either `top.remaining > 0` or `top` is streamed.
//! * `scanned` is not 0 only in `Line`, `Length` and `Count`, and counts bytes of the unconsumed
//!   input that hold no line end, but for a CR at their end if `seen_cr`.
//! * Once `failed` is set no input is consumed and nothing is emitted any more.
//! * `frame_start` is where the frame begins, or, between frames, where the next will.
//!
//! # Adding a type
//!
//! Its marker in [`crate::wire`], its rows in [`crate::state`], its leaf in [`crate::grammar`],
//! an event, and an arm in `steps.rs`. An arm in `stride.rs` only makes it faster.

mod sink;
mod stack;
mod steps;
mod stride;
#[cfg(all(test, feature = "alloc"))]
mod tests;

pub use sink::Sink;
pub use stack::{FixedStack, Level, Stack};

use crate::error::{ErrorKind, Expected, Found, ProtocolError, Truncated};
use crate::event::Token;
use crate::limits::Limits;
use crate::state::{Dialect, Observer, Rule, State, Step};
use crate::wire::Type;
use core::ops::ControlFlow;
use sink::Slot;
use stride::Left;

/// Reads a stream of RESP, resuming wherever the last read ended.
///
/// ```
/// use resp_machine::event::Event;
/// use resp_machine::machine::Machine;
/// use resp_machine::Dialect;
///
/// let mut machine = Machine::new(Dialect::Resp3);
///
/// // A read that ends in the middle of an integer.
/// let mut feed = machine.feed(b"*2\r\n:1\r\n:4");
/// assert!(matches!(feed.next_token()?.unwrap().event, Event::Begin { count: Some(2), .. }));
/// assert_eq!(feed.next_token()?.unwrap().event, Event::Integer(1));
/// assert_eq!(feed.next_token()?, None);
/// let consumed = feed.consumed();
/// assert_eq!(consumed, 9); // all but the "4", which is presented again
///
/// let mut feed = machine.feed(b"42\r\n");
/// assert_eq!(feed.next_token()?.unwrap().event, Event::Integer(42));
/// assert!(matches!(feed.next_token()?.unwrap().event, Event::End { count: 2, .. }));
/// assert!(machine.finish().is_ok());
/// # Ok::<(), resp_machine::ProtocolError>(())
/// ```
///
/// The type parameter is the stack: `Vec<Level>` from [`Machine::new`], or a [`FixedStack`] from
/// [`Machine::fixed`] where there is no allocator.
#[derive(Clone, Debug)]
pub struct Machine<S> {
    state: State,
    dialect: Dialect,
    /// The type whose marker was read last.
    reading: Type,
    /// A push is open.
    pushing: bool,
    /// The last byte of `scanned` is a CR.
    seen_cr: bool,
    /// The format of the verbatim string being read has been checked.
    format_checked: bool,
    /// The blob being read is handed over in parts, and its beginning has been.
    in_parts: bool,
    /// Bytes of the unconsumed input that need not be searched for a line end again.
    scanned: usize,
    /// In `Body`: bytes of the blob that are still due.
    due: u64,
    /// In `Body`: the stream offset of the blob's first byte.
    body_start: u64,
    /// The stream offset of the first byte that is not consumed.
    offset: u64,
    /// The stream offset of the marker that was read last.
    token_start: u64,
    /// The stream offset of the first byte of the frame.
    frame_start: u64,
    depth: usize,
    top: Level,
    stack: S,
    limits: Limits,
    /// Blobs of more bytes than this are handed over in parts.
    whole: u64,
    failed: Option<ProtocolError>,
}

/// What a step leads to: on, or out of the core.
type Flow = ControlFlow<Pause>;

const NEED_MORE: Flow = ControlFlow::Break(Pause::NeedMore);
const ASKED: Flow = ControlFlow::Break(Pause::Asked);

/// Where every row that completes a value leads, and those that follow it: the states that the
/// machine enters so often that it does not name the row each time.
const ENDED: State = Rule::BodyBulkString.to();
const EXHAUSTED: State = Rule::EndElement.to();
const DUE: State = Rule::ElementsNext.to();

/// Why the core returned.
enum Pause {
    /// The input is used up, but for the beginning of something unfinished.
    NeedMore,
    /// The sink asked for it.
    Asked,
    /// The input broke a rule; `failed` says which.
    Failed,
}

/// The input of one call, and how far it has been consumed.
#[derive(Clone, Copy, Debug)]
struct Cursor<'b> {
    input: &'b [u8],
    /// The stream offset of `input[0]`.
    base: u64,
    /// What has not been consumed, up to where the frame must have ended.
    rest: &'b [u8],
    /// The stream offset behind `rest`.
    end: u64,
}

impl<'b> Cursor<'b> {
    /// The stream offset of the first byte that has not been consumed.
    #[inline(always)]
    fn offset(&self) -> u64 {
        self.end - self.rest.len() as u64
    }

    /// The index into `input` of that byte.
    #[inline(always)]
    fn at(&self) -> usize {
        (self.offset() - self.base) as usize
    }

    /// Whether `rest` ends before the input does.
    #[inline(always)]
    fn is_clipped(&self) -> bool {
        self.end != self.base + self.input.len() as u64
    }

    /// Goes on at `at`, where a frame must end before the stream offset `limit`.
    #[inline(always)]
    fn seek(&mut self, at: usize, limit: u64) {
        let end = limit.saturating_sub(self.base).min(self.input.len() as u64);
        self.end = self.base + end;
        self.rest = self.input.get(at..end as usize).unwrap_or_default();
        if self.rest.is_empty() {
            // Nothing is left, or nothing may be taken; either way `at` is where that is so.
            self.end = self.base + at as u64;
        }
    }
}

#[cfg(feature = "alloc")]
impl Machine<alloc::vec::Vec<Level>> {
    /// A machine at the beginning of a stream, with the dialect's default limits.
    pub fn new(dialect: Dialect) -> Self {
        Machine::with_limits(dialect, Limits::new(dialect))
    }

    /// A machine at the beginning of a stream.
    pub fn with_limits(dialect: Dialect, limits: Limits) -> Self {
        Machine::build(dialect, limits)
    }

    /// Gives back memory that deep nesting made the stack take.
    pub(crate) fn shrink(&mut self) {
        self.stack.shrink_to_fit();
    }
}

impl<const N: usize> Machine<FixedStack<N>> {
    /// A machine that needs no allocator: values may be nested up to `N` deep, or to
    /// [`Limits::depth`] if that is less.
    ///
    /// ```
    /// use resp_machine::machine::{FixedStack, Machine};
    /// use resp_machine::{Dialect, Limits};
    /// let machine: Machine<FixedStack<16>> =
    ///     Machine::fixed(Dialect::Request, Limits::new(Dialect::Request));
    /// assert_eq!(machine.limits().depth, 16);
    /// ```
    pub fn fixed(dialect: Dialect, limits: Limits) -> Self {
        Machine::build(dialect, limits)
    }
}

impl<S: Stack> Machine<S> {
    fn build(dialect: Dialect, mut limits: Limits) -> Self {
        limits.depth = limits.depth.min(S::CAPACITY);
        // Twice the count of a map must fit, and so must a blob with its CRLF.
        limits.elements = limits.elements.min(u64::MAX / 4);
        limits.blob = limits.blob.min((usize::MAX / 2) as u64);
        limits.line = limits.line.clamp(2, usize::MAX / 2);
        limits.frame = limits.frame.min(u64::MAX / 2);
        Machine {
            state: State::Start,
            dialect,
            reading: Type::Null,
            pushing: false,
            seen_cr: false,
            format_checked: false,
            in_parts: false,
            scanned: 0,
            due: 0,
            body_start: 0,
            offset: 0,
            token_start: 0,
            frame_start: 0,
            depth: 0,
            top: Level::EMPTY,
            stack: S::default(),
            whole: limits.blob,
            limits,
            failed: None,
        }
    }

    /// Hands blobs (and chunks of streamed strings) of more than `bytes` bytes over as they
    /// arrive, in [`BlobPart`](crate::event::Event::BlobPart)s, instead of waiting until they are
    /// whole. With it a blob of any size passes through constant memory.
    ///
    /// ```
    /// use resp_machine::event::Event;
    /// use resp_machine::machine::Machine;
    /// use resp_machine::Dialect;
    /// let mut machine = Machine::new(Dialect::Resp3).blobs_in_parts_over(4);
    /// let mut feed = machine.feed(b"$6\r\nfoo");
    /// assert!(matches!(feed.next_token()?.unwrap().event, Event::BlobBegin { length: 6, .. }));
    /// assert_eq!(feed.next_token()?.unwrap().event, Event::BlobPart(b"foo"));
    /// assert_eq!(feed.consumed(), 7);
    /// # Ok::<(), resp_machine::ProtocolError>(())
    /// ```
    #[must_use]
    pub fn blobs_in_parts_over(mut self, bytes: u64) -> Self {
        self.whole = bytes.min(self.limits.blob);
        self
    }

    /// Where the machine stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// The language that is read.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The limits in force.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The stream offset of the first byte that has not been consumed.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// How many aggregates (and streamed strings) are open.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The innermost of them.
    pub const fn innermost(&self) -> Option<&Level> {
        if self.depth > 0 { Some(&self.top) } else { None }
    }

    /// How many bytes of the input that is not consumed have been searched for the end of a line
    /// and hold none, but for a CR that may be the last of them: the search goes on behind them.
    pub const fn scanned(&self) -> usize {
        self.scanned
    }

    /// In [`State::Body`], how many bytes of the blob are not consumed.
    pub const fn due(&self) -> Option<u64> {
        match self.state {
            State::Body => Some(self.due),
            _ => None,
        }
    }

    /// Whether nothing has been begun: the last frame, if any, is complete.
    pub const fn is_between_frames(&self) -> bool {
        self.depth == 0 && matches!(self.state, State::Start | State::End)
    }

    /// The error that stopped the machine, if one did.
    pub const fn error(&self) -> Option<&ProtocolError> {
        self.failed.as_ref()
    }

    /// Says whether the stream may end here.
    ///
    /// # Errors
    /// [`Truncated`] if it ends inside a frame, and after a [`ProtocolError`]. The offset is that
    /// of the end of what was consumed; the caller adds what it kept.
    pub fn finish(&self) -> Result<(), Truncated> {
        if self.is_between_frames() && self.failed.is_none() {
            return Ok(());
        }
        Err(self.truncated(0))
    }

    /// The end of a stream that should not end, `kept` bytes behind what was consumed.
    pub(crate) fn truncated(&self, kept: usize) -> Truncated {
        let offset = self.offset + kept as u64;
        Truncated { offset, state: self.state, depth: self.depth }
    }

    /// Makes the machine stand at the beginning of a new stream, keeping its memory.
    pub fn reset(&mut self) {
        self.stack.clear();
        let stack = core::mem::take(&mut self.stack);
        let whole = self.whole;
        *self = Machine { stack, whole, ..Machine::build(self.dialect, self.limits) };
    }

    /// Reads `input`, one event at a time: the pull interface.
    ///
    /// `input` begins with the bytes that the last call left unconsumed.
    #[inline]
    pub fn feed<'m, 'b>(&'m mut self, input: &'b [u8]) -> Feed<'m, 'b, S, ()> {
        self.feed_observed(input, ())
    }

    /// As [`feed`](Machine::feed), with an observer.
    #[inline]
    pub fn feed_observed<'m, 'b, O: Observer>(
        &'m mut self,
        input: &'b [u8],
        observer: O,
    ) -> Feed<'m, 'b, S, O> {
        Feed { cursor: self.cursor(input, 0), machine: self, observer }
    }

    /// Reads `input` and pushes every event into `sink`: the visitor interface. Returns how many
    /// bytes were consumed.
    ///
    /// # Errors
    /// The first violation of the protocol, again at every later call.
    #[inline]
    pub fn drive<'b, K: Sink<'b>>(
        &mut self,
        input: &'b [u8],
        sink: &mut K,
    ) -> Result<usize, ProtocolError> {
        self.drive_observed(input, sink, ())
    }

    /// As [`drive`](Machine::drive), with an observer.
    ///
    /// # Errors
    /// As [`drive`](Machine::drive).
    #[inline]
    pub fn drive_observed<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        sink: &mut K,
        mut observer: O,
    ) -> Result<usize, ProtocolError> {
        let mut cursor = self.cursor(input, 0);
        match self.run(&mut cursor, sink, &mut observer) {
            Pause::Failed => Err(self.failure()),
            Pause::NeedMore | Pause::Asked => Ok(cursor.at()),
        }
    }

    /// A cursor over `input`, of which `at` bytes have been consumed before.
    #[inline(always)]
    fn cursor<'b>(&self, input: &'b [u8], at: usize) -> Cursor<'b> {
        let base = self.offset - at as u64;
        let mut cursor = Cursor { input, base, rest: &[], end: 0 };
        cursor.seek(at, self.frame_start + self.limits.frame);
        cursor
    }

    /// The error that stopped the machine.
    #[cold]
    pub(crate) fn failure(&self) -> ProtocolError {
        self.failed.unwrap_or(ProtocolError {
            kind: ErrorKind::UnknownType,
            offset: self.offset,
            state: self.state,
            of: None,
            dialect: self.dialect,
            expected: Expected::Marker,
            found: Found::HugeNumber,
        })
    }

    /// The core: moves until the input is used up or the sink asks to pause.
    #[inline]
    fn run<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Pause {
        loop {
            match self.stride(cursor, sink, observer) {
                Left::Paused => return Pause::Asked,
                Left::NeedMore => {
                    self.offset = cursor.offset();
                    return Pause::NeedMore;
                }
                Left::Steps => {}
            }
            if let ControlFlow::Break(pause) = self.step_or_part(cursor, sink, observer) {
                self.offset = cursor.offset();
                return pause;
            }
        }
    }

    /// The core, from where a stride left off, for a single event.
    ///
    /// The cursor comes and goes by value: a caller of [`Feed::next_token`] can then keep it in
    /// registers from event to event, which saves up to a fifth of the time of short ones.
    #[inline(never)]
    fn run_on<'b, O: Observer>(
        &mut self,
        mut cursor: Cursor<'b>,
        observer: &mut O,
    ) -> (Cursor<'b>, Result<Option<Token<'b>>, ProtocolError>) {
        let mut slot = Slot(None);
        let pause = match self.step_or_part(&mut cursor, &mut slot, observer) {
            ControlFlow::Continue(()) => self.run(&mut cursor, &mut slot, observer),
            ControlFlow::Break(pause) => {
                self.offset = cursor.offset();
                pause
            }
        };
        match pause {
            Pause::Failed => (cursor, Err(self.failure())),
            Pause::NeedMore | Pause::Asked => (cursor, Ok(slot.0)),
        }
    }

    /// Whether a part of a blob comes next.
    #[inline(always)]
    fn is_taking_parts(&self) -> bool {
        self.in_parts && self.due > 0 && self.failed.is_none()
    }

    /// One step, or, of a blob that is taken in parts, what is there of it: that needs nothing of
    /// what a step prepares, and is all there is to do for each read of a large blob.
    #[inline(always)]
    fn step_or_part<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        if self.is_taking_parts() {
            self.take_part(cursor, sink)
        } else {
            self.step(cursor, sink, observer)
        }
    }

    /// One step from the state that the machine is in.
    #[inline(never)]
    fn step<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        if self.failed.is_some() {
            return ControlFlow::Break(Pause::Failed);
        }
        let (input, base) = (cursor.input, cursor.base);
        let mut at = cursor.at();
        let flow = match self.state {
            State::Start | State::End => self.step_start(input, &mut at, base, observer),
            State::Elements => self.step_elements(at, base, sink, observer),
            State::Line => self.step_line(input, &mut at, base, sink, observer),
            State::Length => self.step_length(input, &mut at, base, sink, observer),
            State::Body => self.step_body(input, &mut at, base, sink, observer),
            State::Count => self.step_count(input, &mut at, base, sink, observer),
        };
        if self.is_between_frames() {
            self.frame_start = base + at as u64;
        }
        cursor.seek(at, self.frame_start + self.limits.frame);
        flow
    }

    /// A frame has just ended: the next begins where the cursor stands.
    #[inline(always)]
    fn note_frame(&mut self, cursor: &mut Cursor<'_>) {
        self.frame_start = cursor.offset();
        if cursor.is_clipped() {
            cursor.seek(cursor.at(), self.frame_start + self.limits.frame);
        }
    }

    /// One value is complete: what is due in the aggregate around it, if there is one.
    #[inline(always)]
    fn value_ended<O: Observer>(&mut self, offset: u64, observer: &mut O) {
        if self.depth == 0 {
            self.state = ENDED;
            return;
        }
        self.state = DUE;
        self.element_ended(offset, observer);
    }

    /// One value of an open aggregate is complete, and the state is `Start` already.
    #[inline(always)]
    fn element_ended<O: Observer>(&mut self, offset: u64, observer: &mut O) {
        self.top.remaining -= 1;
        if O::WATCHING && !self.top.annotated {
            self.report(observer, Rule::EndElement, offset, offset);
        }
        if self.top.remaining > 0 {
            self.report(observer, Rule::ElementsNext, offset, offset);
        } else if self.top.plain {
            self.state = EXHAUSTED;
        } else {
            self.last_value_ended(offset, observer);
        }
    }

    /// The last value that was due in the innermost level is complete. Attributes whose value it
    /// was go with it.
    fn last_value_ended<O: Observer>(&mut self, offset: u64, observer: &mut O) {
        while self.top.annotated && self.top.remaining == 0 {
            self.pop();
            if self.depth == 0 {
                self.state = ENDED;
                return;
            }
            self.top.remaining -= 1;
            if O::WATCHING && !self.top.annotated {
                self.report(observer, Rule::EndElement, offset, offset);
            }
        }
        self.after_element(offset, observer);
    }

    /// An element of the innermost aggregate ended: another is due, or the aggregate's end.
    fn after_element<O: Observer>(&mut self, offset: u64, observer: &mut O) {
        if self.top.remaining > 0 || self.top.streamed {
            self.state = DUE;
            if O::WATCHING {
                self.report(observer, Rule::ElementsNext, offset, offset);
            }
        } else {
            self.state = EXHAUSTED;
        }
    }

    #[inline]
    fn push(&mut self, level: Level) {
        if self.depth > 0 {
            self.stack.push(self.top);
        }
        self.top = level;
        self.depth += 1;
    }

    #[inline]
    fn pop(&mut self) {
        self.depth -= 1;
        match self.stack.pop() {
            Some(level) => self.top = level,
            None => self.top = Level::EMPTY,
        }
    }

    /// Whether no aggregate encloses the value that is due, attributes that describe it aside.
    #[inline]
    fn is_at_top(&self) -> bool {
        self.depth == 0 || (self.top.annotated && self.top.at_top)
    }

    /// The first byte, as an index into the input, that is over the frame's limit.
    #[inline(always)]
    fn frame_end(&self, base: u64) -> u64 {
        (self.frame_start + self.limits.frame).saturating_sub(base)
    }

    #[inline(always)]
    fn report<O: Observer>(&self, observer: &mut O, rule: Rule, start: u64, end: u64) {
        if O::WATCHING {
            observer.transition(&Step {
                rule,
                start,
                end,
                depth: self.depth,
                remaining: self.innermost().and_then(Level::remaining),
            });
        }
    }

    #[cold]
    fn fail(&mut self, kind: ErrorKind, offset: u64, expected: Expected, found: Found) -> Flow {
        let state = self.state;
        let of = match state {
            State::Start => None,
            _ => Some(self.reading),
        };
        let error =
            ProtocolError { kind, offset, state, of, dialect: self.dialect, expected, found };
        self.failed = Some(error);
        ControlFlow::Break(Pause::Failed)
    }
}

/// The pull interface: the events of one piece of input.
///
/// Made by [`Machine::feed`].
#[derive(Debug)]
pub struct Feed<'m, 'b, S, O> {
    machine: &'m mut Machine<S>,
    cursor: Cursor<'b>,
    observer: O,
}

impl<'b, S: Stack, O: Observer> Feed<'_, 'b, S, O> {
    /// The next event, or `None` when more input is needed.
    ///
    /// # Errors
    /// The first violation of the protocol, again at every later call.
    // Left to themselves, compilers outline it in large functions, and events then take twice as
    // long: the cursor and the event go through memory.
    #[inline(always)]
    pub fn next_token(&mut self) -> Result<Option<Token<'b>>, ProtocolError> {
        if self.machine.is_taking_parts() {
            let mut slot = Slot(None);
            // For each read of a large blob this is all there is to do, and by way of a step it
            // would take five times as long.
            let _ = self.machine.take_part(&mut self.cursor, &mut slot);
            self.machine.offset = self.cursor.offset();
            return Ok(slot.0);
        }
        let mut slot = Slot(None);
        match self.machine.stride(&mut self.cursor, &mut slot, &mut self.observer) {
            Left::Paused => return Ok(slot.0),
            Left::NeedMore => {
                self.machine.offset = self.cursor.offset();
                return Ok(None);
            }
            Left::Steps => {}
        }
        let (cursor, outcome) = self.machine.run_on(self.cursor, &mut self.observer);
        self.cursor = cursor;
        outcome
    }

    /// How many bytes of the input have been consumed. The rest is to be presented again, with
    /// more behind it.
    pub fn consumed(&self) -> usize {
        self.cursor.at()
    }

    /// The machine, to ask where it stands.
    pub const fn machine(&self) -> &Machine<S> {
        self.machine
    }
}

/// What became of a frame.
#[cfg(feature = "alloc")]
pub(crate) enum Resumed {
    /// It is not whole.
    Unfinished,
    /// It is whole, or an interruption of it is.
    Ended,
    /// The input broke a rule.
    Failed,
}

/// The entrance for the tree, whose input always begins with the frame.
#[cfg(feature = "alloc")]
impl<S: Stack> Machine<S> {
    /// Reads the frame that `input` begins with, of which `at` bytes have been consumed before,
    /// and moves `at`.
    #[inline(always)]
    pub(crate) fn resume<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        sink: &mut K,
        observer: &mut O,
    ) -> Resumed {
        let mut cursor = self.cursor(input, *at);
        let pause = self.run(&mut cursor, sink, observer);
        *at = cursor.at();
        match pause {
            Pause::NeedMore => Resumed::Unfinished,
            Pause::Asked => Resumed::Ended,
            Pause::Failed => Resumed::Failed,
        }
    }
}
