//! The stride: a whole value from Start to END at once.
//!
//! While the bytes of the next value are all there and it is of an ordinary form, the steps from
//! state to state are only bookkeeping. The loops here take such values with one match each, and
//! leave everything else, errors included, to `steps.rs` with nothing consumed.
//!
//! What is not ordinary: a value that is not whole, a limit, a null of RESP2, a streamed form, an
//! attribute, a push, a blob to be handed over in parts, and whatever is wrong.

use super::stack::{Level, Stack};
use super::{Cursor, DUE, ENDED, Machine, Sink};
use crate::event::{Aggregate, BigNumber, Double, Event, Null, Token};
use crate::grammar::{self, number::short_size};
use crate::state::{self, Dialect, Observer, Rule, State};
use crate::wire::Type;
use core::ops::ControlFlow;

/// Why a stride stopped.
pub(super) enum Left {
    /// The sink asked for it.
    Paused,
    /// The input is used up.
    NeedMore,
    /// What comes next is for the steps.
    Steps,
}

/// What a stride took, and what the sink said to it.
enum Taken {
    Value(ControlFlow<()>),
    Header(ControlFlow<()>),
}

const STRING: u8 = Type::SimpleString.marker();
const ERROR: u8 = Type::SimpleError.marker();
const INTEGER: u8 = Type::Integer.marker();
const BULK: u8 = Type::BulkString.marker();
const ARRAY: u8 = Type::Array.marker();
const NULL: u8 = Type::Null.marker();
const BOOLEAN: u8 = Type::Boolean.marker();
const DOUBLE: u8 = Type::Double.marker();
const BIG_NUMBER: u8 = Type::BigNumber.marker();
const BULK_ERROR: u8 = Type::BulkError.marker();
const VERBATIM: u8 = Type::VerbatimString.marker();
const MAP: u8 = Type::Map.marker();
const SET: u8 = Type::Set.marker();

/// What `leaf` read, if it accepted a whole line within the limit, and the input behind it.
#[inline(always)]
fn line<'b, T>(leaf: grammar::Leaf<'b, T>, body: &[u8], limit: usize) -> Option<(T, &'b [u8])> {
    match leaf {
        Ok((rest, value)) if body.len() - rest.len() <= limit + 2 => Some((value, rest)),
        _ => None,
    }
}

/// A blob that is all there and not longer than `most`.
#[inline(always)]
fn blob(body: &[u8], most: u64, limit: usize) -> Option<(&[u8], &[u8])> {
    let (rest, length) = short_size(body, limit)?;
    if length > most {
        return None;
    }
    match rest.split_at_checked(length as usize)? {
        (bytes, [b'\r', b'\n', rest @ ..]) => Some((bytes, rest)),
        _ => None,
    }
}

impl<S: Stack> Machine<S> {
    /// Takes values while they can be taken whole, and closes the aggregates they complete.
    #[inline(always)]
    pub(super) fn stride<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        let left = match self.state {
            State::Elements if self.top.plain => {
                self.close_all(ControlFlow::Continue(()), cursor, sink, observer)
            }
            State::Start | State::End => None,
            _ => Some(Left::Steps),
        };
        let left = match (left, self.dialect) {
            (Some(left), _) => left,
            (None, Dialect::Request) => self.stride_requests(cursor, sink, observer),
            (None, _) => self.stride_replies(cursor, sink, observer),
        };
        if let Left::Paused = left {
            self.offset = cursor.offset();
        }
        left
    }

    /// Takes replies while they can be taken whole.
    #[inline(always)]
    fn stride_replies<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        // The end of a stream, and its chunks, are for the steps; so is a stream at its limit.
        if self.top.streamed && (self.top.kind == Aggregate::String || self.top.remaining == 0) {
            return Left::Steps;
        }
        if self.failed.is_some() {
            return Left::Steps;
        }
        let limit = self.limits.line;
        loop {
            let Some((&marker, body)) = cursor.rest.split_first() else {
                return starved(cursor);
            };
            // Each of the common types has an arm of its own, so that the sink is compiled into
            // it for just that event.
            let flow = match marker {
                BULK => blob(body, self.whole, limit).map(|(bytes, rest)| {
                    self.hand_over(Event::BulkString(bytes), rest, cursor, sink, observer)
                }),
                INTEGER => line(grammar::integer(body), body, limit).map(|(value, rest)| {
                    self.hand_over(Event::Integer(value), rest, cursor, sink, observer)
                }),
                STRING => line(grammar::text(body), body, limit).map(|(text, rest)| {
                    self.hand_over(Event::SimpleString(text), rest, cursor, sink, observer)
                }),
                NULL if self.resp3() => line(grammar::null(body), body, limit).map(|((), rest)| {
                    self.hand_over(Event::Null(Null::Resp3), rest, cursor, sink, observer)
                }),
                BOOLEAN if self.resp3() => {
                    line(grammar::boolean(body), body, limit).map(|(value, rest)| {
                        self.hand_over(Event::Boolean(value), rest, cursor, sink, observer)
                    })
                }
                DOUBLE if self.resp3() => {
                    line(grammar::double(body), body, limit).map(|(text, rest)| {
                        let double = Double::accepted(text);
                        self.hand_over(Event::Double(double), rest, cursor, sink, observer)
                    })
                }
                ARRAY => self.open(Aggregate::Array, body, cursor, sink, observer),
                MAP if self.resp3() => self.open(Aggregate::Map, body, cursor, sink, observer),
                SET if self.resp3() => self.open(Aggregate::Set, body, cursor, sink, observer),
                _ => self
                    .take_rare(marker, body)
                    .map(|(event, rest)| self.hand_over(event, rest, cursor, sink, observer)),
            };
            let Some(flow) = flow else {
                return self.give_up(cursor, observer);
            };
            if let Some(left) = self.settle(flow, cursor, sink, observer) {
                return left;
            }
        }
    }

    /// Takes a reply that is a single value, of one of the commonest types and whole, and says how
    /// long it was: the shortest way from Start to END, for a machine that is between frames.
    ///
    /// It spares such a frame what only aggregates need, which is half of what it costs. The sink is
    /// not told of its end.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn take_lone<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        sink: &mut K,
        observer: &mut O,
    ) -> Option<usize> {
        let (&marker, body) = input.split_first()?;
        if self.failed.is_some()
            || matches!(self.dialect, Dialect::Request)
            || input.len() as u64 > self.limits.frame
        {
            return None;
        }
        let limit = self.limits.line;
        let base = self.offset;
        let mut cursor = Cursor { input, base, rest: input, end: base + input.len() as u64 };
        match marker {
            STRING => {
                let (text, rest) = line(grammar::text(body), body, limit)?;
                self.hand_over(Event::SimpleString(text), rest, &mut cursor, sink, observer);
            }
            INTEGER => {
                let (value, rest) = line(grammar::integer(body), body, limit)?;
                self.hand_over(Event::Integer(value), rest, &mut cursor, sink, observer);
            }
            BULK => {
                let (bytes, rest) = blob(body, self.whole, limit)?;
                self.hand_over(Event::BulkString(bytes), rest, &mut cursor, sink, observer);
            }
            _ => return None,
        }
        self.state = ENDED;
        self.offset = cursor.offset();
        self.frame_start = self.offset;
        Some(input.len() - cursor.rest.len())
    }

    #[inline(always)]
    fn resp3(&self) -> bool {
        matches!(self.dialect, Dialect::Resp3)
    }

    /// The types that are seldom many.
    #[inline(always)]
    fn take_rare<'b>(&self, marker: u8, body: &'b [u8]) -> Option<(Event<'b>, &'b [u8])> {
        let limit = self.limits.line;
        if !self.resp3() && marker != ERROR {
            return None;
        }
        Some(match marker {
            ERROR => {
                let (text, rest) = line(grammar::text(body), body, limit)?;
                (Event::SimpleError(text), rest)
            }
            BIG_NUMBER => {
                let (text, rest) = line(grammar::big_number(body), body, limit)?;
                (Event::BigNumber(BigNumber::accepted(text)), rest)
            }
            BULK_ERROR => {
                let (bytes, rest) = blob(body, self.whole, limit)?;
                (Event::BulkError(bytes), rest)
            }
            VERBATIM => match blob(body, self.whole, limit)? {
                ([a, b, c, b':', text @ ..], rest) => {
                    (Event::Verbatim { format: [*a, *b, *c], text }, rest)
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Takes requests while they can be taken whole.
    #[inline(always)]
    fn stride_requests<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        if self.failed.is_some() {
            return Left::Steps;
        }
        loop {
            let Some((&marker, body)) = cursor.rest.split_first() else {
                return starved(cursor);
            };
            let flow = match (self.depth, marker) {
                (1, BULK) => blob(body, self.whole, self.limits.line).map(|(bytes, rest)| {
                    self.hand_over(Event::BulkString(bytes), rest, cursor, sink, observer)
                }),
                (0, ARRAY) => self.open(Aggregate::Array, body, cursor, sink, observer),
                // Nothing but the marker was looked at, and the steps look at it again.
                _ => return Left::Steps,
            };
            let Some(flow) = flow else {
                return self.give_up(cursor, observer);
            };
            if let Some(left) = self.settle(flow, cursor, sink, observer) {
                return left;
            }
        }
    }

    /// Leaves the value that comes next to the steps.
    #[inline(always)]
    fn give_up<O: Observer>(&self, cursor: &Cursor<'_>, observer: &mut O) -> Left {
        if O::WATCHING {
            let seen = cursor.rest.len().min(self.limits.line);
            observer.visited(looked_at(&cursor.rest[..seen]));
        }
        Left::Steps
    }

    /// Takes a value and hands it over.
    #[inline(always)]
    fn hand_over<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        event: Event<'b>,
        rest: &'b [u8],
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Taken {
        let before = cursor.rest;
        let start = cursor.offset();
        cursor.rest = rest;
        let end = cursor.offset();
        if O::WATCHING {
            self.report_value(&before[..before.len() - rest.len()], start, observer);
        }
        Taken::Value(sink.event(Token { event, start, end }))
    }

    /// Takes the header of an aggregate, if it is an ordinary one, and hands it over.
    #[inline(always)]
    fn open<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        kind: Aggregate,
        body: &'b [u8],
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Taken> {
        let (rest, count) = short_size(body, self.limits.line)?;
        if count > self.limits.elements || self.depth >= self.limits.depth {
            return None;
        }
        let before = cursor.rest;
        let start = cursor.offset();
        cursor.rest = rest;
        let end = cursor.offset();
        if O::WATCHING {
            self.report_start(before[0], start, observer);
            observer.visited(before.len() - rest.len());
        }
        let remaining = count * kind.values_per_element();
        self.push(Level { kind, plain: true, remaining, size: remaining, ..Level::EMPTY });
        self.report(observer, Rule::CountSized, start + 1, end);
        self.after_element(end, observer);
        let event = Event::Begin { kind, count: Some(count), interrupts: false };
        Some(Taken::Header(sink.event(Token { event, start, end })))
    }

    /// Moves the machine to where what was taken leads, and says whether the stride ends there.
    #[inline(always)]
    fn settle<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        taken: Taken,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Left> {
        let flow = match taken {
            Taken::Value(flow) if self.depth == 0 => {
                self.state = ENDED;
                return self.frame_ended(flow, cursor, sink);
            }
            Taken::Value(flow) => {
                // Inside an aggregate the stride never leaves `Start` but by its last value.
                self.element_ended(cursor.offset(), observer);
                flow
            }
            Taken::Header(flow) => flow,
        };
        // What is due is known without a look at the state, but for a stream that has all the
        // elements it may have.
        if self.top.remaining > 0 {
            return flow.is_break().then_some(Left::Paused);
        }
        self.close_all(flow, cursor, sink, observer)
    }

    /// Closes the innermost aggregate, which is complete, and those around it whose last element
    /// it was; what is not plain is left to the steps.
    #[inline(always)]
    fn close_all<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        mut flow: ControlFlow<()>,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Left> {
        let end = cursor.offset();
        loop {
            if !self.top.plain {
                if self.depth == 0 {
                    // The value was that of an attribute.
                    return self.frame_ended(flow, cursor, sink);
                }
                return Some(if flow.is_break() { Left::Paused } else { Left::Steps });
            }
            if flow.is_break() {
                return Some(Left::Paused);
            }
            let Level { kind, size, .. } = self.top;
            self.pop();
            self.report(observer, Rule::ElementsDone, end, end);
            let count = size / kind.values_per_element();
            let event = Event::End { kind, count, interrupts: false };
            flow = sink.event(Token { event, start: end, end });
            if self.depth == 0 {
                self.state = ENDED;
                return self.frame_ended(flow, cursor, sink);
            }
            self.state = DUE;
            self.element_ended(end, observer);
            if self.top.remaining > 0 {
                return flow.is_break().then_some(Left::Paused);
            }
        }
    }

    /// Tells the sink that a frame has ended, and says whether the stride ends with it.
    #[inline(always)]
    fn frame_ended<'b, K: Sink<'b>>(
        &mut self,
        flow: ControlFlow<()>,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
    ) -> Option<Left> {
        self.note_frame(cursor);
        let frame = sink.frame_end(cursor.offset());
        (flow.is_break() || frame.is_break()).then_some(Left::Paused)
    }

    /// The rows out of End and Start that the stride stands for.
    fn report_start<O: Observer>(&mut self, marker: u8, start: u64, observer: &mut O) {
        if self.state == State::End {
            self.report(observer, Rule::EndFrame, start, start);
        }
        if let Some(rule) = state::start_row(self.dialect, marker) {
            self.report(observer, rule, start, start + 1);
        }
    }

    /// The rows that a value taken in a stride stands for.
    fn report_value<O: Observer>(&mut self, bytes: &[u8], start: u64, observer: &mut O) {
        let marker = bytes[0];
        self.report_start(marker, start, observer);
        let end = start + bytes.len() as u64;
        let kind = Type::from_marker(marker).unwrap_or(Type::Null);
        let mut from = start + 1;
        let mut visited = bytes.len();
        if matches!(kind, Type::BulkString | Type::BulkError | Type::VerbatimString) {
            let header = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
            self.report(observer, Rule::LengthBlob, from, start + header as u64);
            from = start + header as u64;
            visited = header + 2;
        }
        observer.visited(visited);
        if let Some(rule) = state::value_row(kind) {
            self.report(observer, rule, from, end);
        }
    }
}

/// There is nothing left to read, unless a limit hides it, which is for the steps to say.
#[inline(always)]
fn starved(cursor: &Cursor<'_>) -> Left {
    if cursor.is_clipped() { Left::Steps } else { Left::NeedMore }
}

/// How many bytes a stride may have looked at before it gave up.
fn looked_at(rest: &[u8]) -> usize {
    let digits = || 1 + rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.first().copied().and_then(Type::from_marker) {
        Some(Type::BulkString | Type::BulkError | Type::VerbatimString) => digits() + 2,
        Some(Type::Array | Type::Map | Type::Set) => digits() + 2,
        Some(Type::Push | Type::Attribute | Type::Chunk | Type::StreamEnd) => 1,
        Some(_) => rest.len(),
        None => 1,
    }
    .min(rest.len())
}
