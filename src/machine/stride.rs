//! The stride: a whole value from Start to END at once.
//!
//! While the bytes of the next value are all there and it is of an ordinary form, the steps from
//! state to state are only bookkeeping. The loops here take such values with one match each, and
//! leave everything else, errors included, to `steps.rs` with nothing consumed.
//!
//! What is not ordinary: a value that is not whole, a limit, a null of RESP2, a streamed form, an
//! attribute, a push, a blob to be handed over in parts, and whatever is wrong.

use super::stack::{Level, Stack};
use super::{Cursor, ENDED, Machine, Sink};
use crate::event::{Aggregate, BigNumber, Double, Event, Null, Token};
use crate::grammar::{self, number::short_size};
use crate::state::{self, Dialect, Observer, Rule, State};
use crate::wire::Type;

/// Why a stride stopped.
pub(super) enum Left {
    /// The sink asked for it.
    Paused,
    /// The innermost aggregate is complete, or the next value is for the steps.
    Steps,
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
    /// Takes replies while they can be taken whole.
    #[inline(always)]
    pub(super) fn stride_replies<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        if self.depth > 0 && self.top.streamed {
            // The end of a stream, and its chunks, are for the steps; so is a stream at its limit.
            if self.top.kind == Aggregate::String || self.top.remaining == 0 {
                return Left::Steps;
            }
        }
        if self.failed.is_some() {
            return Left::Steps;
        }
        let limit = self.limits.line;
        loop {
            let Some((&marker, body)) = cursor.rest.split_first() else {
                return Left::Steps;
            };
            // Each of the common types has an exit of its own, so that the sink is compiled into
            // it for just that event.
            let settled = match marker {
                BULK => match blob(body, self.whole, limit) {
                    Some((bytes, rest)) => {
                        self.settle(Event::BulkString(bytes), rest, cursor, sink, observer)
                    }
                    None => return self.give_up(cursor, observer),
                },
                INTEGER => match line(grammar::integer(body), body, limit) {
                    Some((value, rest)) => {
                        self.settle(Event::Integer(value), rest, cursor, sink, observer)
                    }
                    None => return self.give_up(cursor, observer),
                },
                STRING => match line(grammar::text(body), body, limit) {
                    Some((text, rest)) => {
                        self.settle(Event::SimpleString(text), rest, cursor, sink, observer)
                    }
                    None => return self.give_up(cursor, observer),
                },
                ARRAY => self.open(Aggregate::Array, body, cursor, sink, observer),
                MAP if self.resp3() => self.open(Aggregate::Map, body, cursor, sink, observer),
                SET if self.resp3() => self.open(Aggregate::Set, body, cursor, sink, observer),
                _ => match self.take_rare(marker, body) {
                    Some((event, rest)) => self.settle(event, rest, cursor, sink, observer),
                    None => return self.give_up(cursor, observer),
                },
            };
            if let Some(left) = settled {
                return left;
            }
        }
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
            NULL => {
                let ((), rest) = line(grammar::null(body), body, limit)?;
                (Event::Null(Null::Resp3), rest)
            }
            BOOLEAN => {
                let (value, rest) = line(grammar::boolean(body), body, limit)?;
                (Event::Boolean(value), rest)
            }
            DOUBLE => {
                let (text, rest) = line(grammar::double(body), body, limit)?;
                (Event::Double(Double::accepted(text)), rest)
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
    pub(super) fn stride_requests<'b, K: Sink<'b>, O: Observer>(
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
                return Left::Steps;
            };
            let settled = match (self.depth, marker) {
                (1, BULK) => match blob(body, self.whole, self.limits.line) {
                    Some((bytes, rest)) => {
                        self.settle(Event::BulkString(bytes), rest, cursor, sink, observer)
                    }
                    None => return self.give_up(cursor, observer),
                },
                (0, ARRAY) => self.open(Aggregate::Array, body, cursor, sink, observer),
                // Nothing but the marker was looked at, and the steps look at it again.
                _ => return Left::Steps,
            };
            if let Some(left) = settled {
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

    /// Takes a value, hands it over, and says whether the stride ends.
    #[inline(always)]
    fn settle<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        event: Event<'b>,
        rest: &'b [u8],
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Left> {
        let before = cursor.rest;
        let start = cursor.offset();
        cursor.rest = rest;
        let end = cursor.offset();
        if O::WATCHING {
            self.report_value(&before[..before.len() - rest.len()], start, observer);
        }
        let flow = sink.event(Token { event, start, end });
        if self.depth > 0 {
            // Inside an aggregate the stride never leaves `Start` but by its last value.
            self.element_ended(end, observer);
        } else {
            self.state = ENDED;
        }
        if self.depth == 0 {
            self.note_frame(cursor);
            let frame = sink.frame_end(end);
            return (flow.is_break() || frame.is_break()).then_some(Left::Paused);
        }
        if flow.is_break() {
            return Some(Left::Paused);
        }
        // The aggregate is complete, or is a stream that has all the elements it may have.
        if self.top.remaining == 0 { Some(Left::Steps) } else { None }
    }

    /// Takes the header of an aggregate, hands it over, and says whether the stride ends.
    #[inline(always)]
    fn open<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        kind: Aggregate,
        body: &'b [u8],
        cursor: &mut Cursor<'b>,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Left> {
        let (rest, count) = match short_size(body, self.limits.line) {
            Some((rest, count))
                if count <= self.limits.elements && self.depth < self.limits.depth =>
            {
                (rest, count)
            }
            _ => return Some(self.give_up(cursor, observer)),
        };
        let before = cursor.rest;
        let start = cursor.offset();
        cursor.rest = rest;
        let end = cursor.offset();
        if O::WATCHING {
            self.report_start(before[0], start, observer);
            observer.visited(before.len() - rest.len());
        }
        let remaining = count * kind.values_per_element();
        self.push(Level { kind, remaining, size: remaining, ..Level::EMPTY });
        self.report(observer, Rule::CountSized, start + 1, end);
        self.after_element(end, observer);
        let event = Event::Begin { kind, count: Some(count), interrupts: false };
        if sink.event(Token { event, start, end }).is_break() {
            return Some(Left::Paused);
        }
        match self.state {
            State::Elements => Some(Left::Steps),
            _ => None,
        }
    }

    /// The rows out of End and Start that the stride stands for.
    fn report_start<O: Observer>(&mut self, marker: u8, start: u64, observer: &mut O) {
        if self.depth == 0 && self.state == State::End {
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

/// How many bytes a stride may have looked at before it gave up.
fn looked_at(rest: &[u8]) -> usize {
    let digits = || 1 + rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.first().copied().and_then(Type::from_marker) {
        Some(Type::BulkString | Type::BulkError | Type::VerbatimString) => digits() + 2,
        Some(Type::Array | Type::Map | Type::Set) => digits() + 2,
        Some(_) => rest.len(),
        None => 1,
    }
    .min(rest.len())
}
