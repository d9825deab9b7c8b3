//! The stride: a whole value from Start to END at once.
//!
//! While the bytes of the next value are all there and it is of an ordinary form, the steps from
//! state to state are only bookkeeping. The loops here take such values with one match each, and
//! leave everything else, errors included, to `steps.rs` with nothing consumed.
//!
//! What is not ordinary: a value that is not whole, a limit, a null of RESP2, a streamed form, an
//! attribute, a push, a blob to be handed over in parts, and whatever is wrong.

use super::stack::{Level, Stack};
use super::{Machine, Sink};
use crate::event::{Aggregate, BigNumber, Double, Event, Null, Token};
use crate::grammar::{self, number::short_size};
use crate::state::{self, Dialect, Observer, Rule, State};
use crate::wire::Type;

/// Why a stride stopped.
pub(super) enum Left {
    /// The sink asked for it.
    Paused,
    /// The innermost aggregate is complete.
    Elements,
    /// The next value is for the steps.
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

/// One value taken in a stride, and the input behind it.
enum Taken<'b> {
    Value(Event<'b>, &'b [u8]),
    Open(Aggregate, u64, &'b [u8]),
    Nothing,
}

/// `leaf` if it accepted a whole line within the limit.
#[inline(always)]
fn line<'b, T>(
    leaf: grammar::Leaf<'b, T>,
    body: &'b [u8],
    limit: usize,
    event: impl FnOnce(T) -> Event<'b>,
) -> Taken<'b> {
    match leaf {
        Ok((rest, value)) if body.len() - rest.len() <= limit + 2 => {
            Taken::Value(event(value), rest)
        }
        _ => Taken::Nothing,
    }
}

/// A length or count whose line is within the limit.
#[inline(always)]
fn size(body: &[u8], limit: usize) -> Option<(&[u8], u64)> {
    short_size(body).filter(|(rest, _)| body.len() - rest.len() <= limit + 2)
}

/// A blob that is all there and not longer than `most`.
#[inline(always)]
fn blob(body: &[u8], most: u64, limit: usize) -> Option<(&[u8], &[u8])> {
    let (rest, length) = size(body, limit)?;
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
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        if self.depth > 0 && self.top.streamed {
            // The end of a stream, and its chunks, are for the steps; so is a stream at its limit.
            if self.top.kind == Aggregate::String || self.top.remaining == 0 {
                return Left::Steps;
            }
        }
        let resp3 = matches!(self.dialect, Dialect::Resp3);
        loop {
            let Some((marker, body)) = self.next_marker(input, *at, base) else {
                return Left::Steps;
            };
            let limit = self.limits.line;
            let taken = match marker {
                BULK => match blob(body, self.whole, self.limits.line) {
                    Some((bytes, rest)) => Taken::Value(Event::BulkString(bytes), rest),
                    None => Taken::Nothing,
                },
                INTEGER => line(grammar::integer(body), body, limit, Event::Integer),
                STRING => line(grammar::text(body), body, limit, Event::SimpleString),
                ARRAY => self.open(Aggregate::Array, body),
                ERROR => line(grammar::text(body), body, limit, Event::SimpleError),
                _ if resp3 => self.take_resp3(marker, body),
                _ => Taken::Nothing,
            };
            if let Some(left) = self.settle(taken, marker, input, at, base, sink, observer) {
                return left;
            }
        }
    }

    /// The types that only RESP3 has.
    #[inline(always)]
    fn take_resp3<'b>(&self, marker: u8, body: &'b [u8]) -> Taken<'b> {
        let limit = self.limits.line;
        match marker {
            NULL => line(grammar::null(body), body, limit, |()| Event::Null(Null::Resp3)),
            BOOLEAN => line(grammar::boolean(body), body, limit, Event::Boolean),
            DOUBLE => line(grammar::double(body), body, limit, |text| {
                Event::Double(Double::accepted(text))
            }),
            BIG_NUMBER => line(grammar::big_number(body), body, limit, |text| {
                Event::BigNumber(BigNumber::accepted(text))
            }),
            MAP => self.open(Aggregate::Map, body),
            SET => self.open(Aggregate::Set, body),
            BULK_ERROR => match blob(body, self.whole, self.limits.line) {
                Some((bytes, rest)) => Taken::Value(Event::BulkError(bytes), rest),
                None => Taken::Nothing,
            },
            VERBATIM => match blob(body, self.whole, self.limits.line) {
                Some(([a, b, c, b':', text @ ..], rest)) => {
                    let format = [*a, *b, *c];
                    Taken::Value(Event::Verbatim { format, text }, rest)
                }
                _ => Taken::Nothing,
            },
            _ => Taken::Nothing,
        }
    }

    /// Takes requests while they can be taken whole.
    #[inline(always)]
    pub(super) fn stride_requests<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Left {
        loop {
            let Some((marker, body)) = self.next_marker(input, *at, base) else {
                return Left::Steps;
            };
            let taken = match (self.depth, marker) {
                (1, BULK) => match blob(body, self.whole, self.limits.line) {
                    Some((bytes, rest)) => Taken::Value(Event::BulkString(bytes), rest),
                    None => Taken::Nothing,
                },
                (0, ARRAY) => self.open(Aggregate::Array, body),
                _ => Taken::Nothing,
            };
            if let Some(left) = self.settle(taken, marker, input, at, base, sink, observer) {
                return left;
            }
        }
    }

    /// The next marker and the input behind it, up to the frame's limit.
    #[inline(always)]
    fn next_marker<'b>(&mut self, input: &'b [u8], at: usize, base: u64) -> Option<(u8, &'b [u8])> {
        if self.depth == 0 {
            self.frame_start = base + at as u64;
        }
        let end = self.frame_end(base).min(input.len() as u64) as usize;
        let (marker, body) = input.get(at..end)?.split_first()?;
        Some((*marker, body))
    }

    #[inline(always)]
    fn open<'b>(&self, kind: Aggregate, body: &'b [u8]) -> Taken<'b> {
        match size(body, self.limits.line) {
            Some((rest, count))
                if count <= self.limits.elements && self.depth < self.limits.depth =>
            {
                Taken::Open(kind, count, rest)
            }
            _ => Taken::Nothing,
        }
    }

    /// Consumes what was taken, hands it over, and says whether the stride goes on.
    #[expect(clippy::too_many_arguments, reason = "inlined twice: the body of both loops")]
    #[inline(always)]
    fn settle<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        taken: Taken<'b>,
        marker: u8,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Option<Left> {
        let from = *at;
        let start = base + from as u64;
        match taken {
            Taken::Value(event, rest) => {
                // `rest` ends where the frame may end, which can be before the input does.
                let window = self.frame_end(base).min(input.len() as u64) as usize;
                *at = window - rest.len();
                let end = base + *at as u64;
                if O::WATCHING {
                    self.report_value(&input[from..*at], marker, start, observer);
                }
                let flow = sink.event(Token { event, start, end });
                self.value_ended(end, observer);
                if self.depth == 0 {
                    let frame = sink.frame_end(end);
                    return (flow.is_break() || frame.is_break()).then_some(Left::Paused);
                }
                match self.state {
                    _ if flow.is_break() => Some(Left::Paused),
                    State::Elements => Some(Left::Elements),
                    // A stream that has all the elements it may have.
                    _ if self.top.remaining == 0 => Some(Left::Steps),
                    _ => None,
                }
            }
            Taken::Open(kind, count, rest) => {
                let window = self.frame_end(base).min(input.len() as u64) as usize;
                *at = window - rest.len();
                let end = base + *at as u64;
                if O::WATCHING {
                    self.report_start(marker, start, observer);
                    observer.visited(*at - from);
                }
                let remaining = count * kind.values_per_element();
                self.push(Level { kind, remaining, size: remaining, ..Level::EMPTY });
                self.report(observer, Rule::CountSized, start + 1, end);
                self.after_element(end, observer);
                let count = Some(count);
                let interrupts = false;
                let event = Event::Begin { kind, count, interrupts };
                match self.state {
                    _ if sink.event(Token { event, start, end }).is_break() => Some(Left::Paused),
                    State::Elements => Some(Left::Elements),
                    _ => None,
                }
            }
            Taken::Nothing => {
                if O::WATCHING {
                    let seen = input[from..].len().min(self.limits.line);
                    // What begins an inline command is left to the steps at its first byte.
                    let inline =
                        self.dialect == Dialect::Request && self.depth == 0 && marker != ARRAY;
                    if !inline {
                        observer.visited(given_up(&input[from..from + seen]));
                    }
                }
                Some(Left::Steps)
            }
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
    fn report_value<O: Observer>(
        &mut self,
        bytes: &[u8],
        marker: u8,
        start: u64,
        observer: &mut O,
    ) {
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
fn given_up(rest: &[u8]) -> usize {
    let digits = || 1 + rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.first().copied().and_then(Type::from_marker) {
        Some(Type::BulkString | Type::BulkError | Type::VerbatimString) => digits() + 2,
        Some(Type::Array | Type::Map | Type::Set) => digits() + 2,
        Some(_) => rest.len(),
        None => 1,
    }
    .min(rest.len())
}
