//! The steps: one state at a time, resumable at any byte, and the authority on errors.
//!
//! One function for each state. Each either consumes what its state reads and moves on, or
//! consumes nothing and asks for more, or fails. Where it moves to is the table's affair: a step
//! names the [`Rule`] it takes, and [`Machine::take`] looks up where that leads.

mod body;

use super::stack::{Level, Stack};
use super::{ASKED, Flow, Machine, NEED_MORE, Sink};
use crate::error::{ErrorKind, Expected, Found};
use crate::event::{Aggregate, BigNumber, Double, Event, Null, Token};
use crate::grammar::{self, Fault, Forms, Size};
use crate::state::{self, Dialect, Observer, On, Rule, State};
use crate::wire::Type;
use core::ops::ControlFlow;
use memchr::memchr;
use nom::Err;

/// Whether the line being read can be judged.
enum Line {
    Ready,
    Unfinished,
    TooLong,
}

/// Why a marker is refused.
type Refusal = (ErrorKind, Expected);

impl<S: Stack> Machine<S> {
    /// Takes a row: the state becomes what the table says.
    #[inline]
    fn take<O: Observer>(&mut self, rule: Rule, start: u64, end: u64, observer: &mut O) {
        self.state = rule.to();
        self.report(observer, rule, start, end);
    }

    /// `Start`: one marker.
    pub(super) fn step_start<O: Observer>(
        &mut self,
        input: &[u8],
        at: &mut usize,
        base: u64,
        observer: &mut O,
    ) -> Flow {
        let Some(&marker) = input.get(*at) else {
            return NEED_MORE;
        };
        let offset = base + *at as u64;
        if self.state == State::End {
            self.take(Rule::EndFrame, offset, offset, observer);
        }
        observer.visited(1);
        if *at as u64 >= self.frame_end(base) {
            return self.frame_too_long(offset, Found::Byte(marker));
        }
        let rule = match self.judge_marker(marker) {
            Ok(rule) => rule,
            Err((kind, expected)) => return self.fail(kind, offset, expected, Found::Byte(marker)),
        };
        self.reading = match rule.transition().on {
            On::Marker(kind) => kind,
            _ => Type::Inline,
        };
        // An inline command has no marker: its first byte belongs to its line, and has been
        // looked at.
        let inline = self.reading == Type::Inline;
        *at += usize::from(!inline);
        self.scanned = usize::from(inline && marker != b'\n');
        self.token_start = offset;
        self.format_checked = false;
        self.in_parts = false;
        self.take(rule, offset, base + *at as u64, observer);
        ControlFlow::Continue(())
    }

    /// The row by which `marker` leaves `Start` here.
    fn judge_marker(&self, marker: u8) -> Result<Rule, Refusal> {
        let row = state::start_row(self.dialect, marker);
        if self.dialect == Dialect::Request {
            return match (self.depth, row) {
                (0, Some(Rule::StartArray)) if self.limits.depth == 0 => Err(self.too_deep()),
                (0, Some(Rule::StartArray)) => Ok(Rule::StartArray),
                (0, _) => Ok(Rule::StartInline),
                (_, Some(Rule::StartBulkString)) => Ok(Rule::StartBulkString),
                _ => Err((ErrorKind::ExpectedBulkString, Expected::BulkMarker)),
            };
        }
        let Some(row) = row else {
            return Err(match state::start_row(Dialect::Resp3, marker) {
                Some(_) => (ErrorKind::Resp3Type, Expected::Marker),
                None => (ErrorKind::UnknownType, Expected::Marker),
            });
        };
        let in_string = self.top.kind == Aggregate::String;
        match row {
            Rule::StartChunk if in_string => return Ok(row),
            _ if in_string => return Err((ErrorKind::OutOfPlace, Expected::ChunkMarker)),
            Rule::StartChunk => return Err((ErrorKind::OutOfPlace, Expected::Marker)),
            Rule::StartStreamEnd => return self.judge_stream_end(),
            _ => {}
        }
        let full = self.top.streamed && self.top.remaining == 0;
        let interrupts = row == Rule::StartPush && !self.is_at_top();
        if full && !interrupts {
            let most = self.top.size / self.top.kind.values_per_element();
            return Err((ErrorKind::TooManyElements, Expected::AtMost(most)));
        }
        if row == Rule::StartPush && self.pushing {
            return Err((ErrorKind::PushInsidePush, Expected::NotAPush));
        }
        if row.to() == State::Count && self.depth >= self.limits.depth {
            return Err(self.too_deep());
        }
        Ok(if interrupts { Rule::StartInterruption } else { row })
    }

    fn judge_stream_end(&self) -> Result<Rule, Refusal> {
        if self.top.annotated {
            Err((ErrorKind::AttributeWithoutValue, Expected::AnnotatedValue))
        } else if !self.top.streamed {
            Err((ErrorKind::OutOfPlace, Expected::Marker))
        } else if self.top.is_odd() {
            Err((ErrorKind::OddMap, Expected::MapValue))
        } else {
            Ok(Rule::StartStreamEnd)
        }
    }

    fn too_deep(&self) -> Refusal {
        (ErrorKind::TooDeep, Expected::Depth(self.limits.depth as u64))
    }

    fn frame_too_long(&mut self, offset: u64, found: Found) -> Flow {
        let limit = Expected::FrameOf(self.limits.frame);
        self.fail(ErrorKind::FrameTooLong, offset, limit, found)
    }

    /// Goes on looking for the end of the line where the last call stopped.
    fn find_line_end<O: Observer>(&mut self, rest: &[u8], observer: &mut O) -> Line {
        let limit = self.limits.line;
        if self.seen_cr {
            return if rest.len() > self.scanned { Line::Ready } else { Line::Unfinished };
        }
        let inline = self.reading == Type::Inline;
        let most = (limit + 1 + usize::from(inline)).min(rest.len());
        let fresh = rest.get(self.scanned..most).unwrap_or_default();
        let found = if inline { memchr(b'\n', fresh) } else { grammar::line_break(fresh) };
        observer.visited(found.map_or(fresh.len(), |at| at + 1));
        let end = found.map(|at| self.scanned + at);
        match end {
            Some(end) if inline && end > limit && rest[limit] != b'\r' => Line::TooLong,
            Some(end) if inline => {
                self.scanned = end;
                Line::Ready
            }
            Some(end) if !inline && rest[end] == b'\r' && end + 1 == rest.len() => {
                self.scanned = rest.len();
                self.seen_cr = true;
                Line::Unfinished
            }
            Some(_) => Line::Ready,
            // The CR of an inline command may be the first byte over the limit.
            None if inline && rest.len() == limit + 1 && rest[limit] == b'\r' => {
                self.scanned = rest.len();
                Line::Unfinished
            }
            None if rest.len() > limit => Line::TooLong,
            None => {
                self.scanned = rest.len();
                Line::Unfinished
            }
        }
    }

    /// Runs `leaf` on the line at `at` once the line is whole: what it read, and where it ends.
    /// The leaf is also told how many bytes were searched: for an inline command, where its LF is.
    fn read_line<'b, T, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: usize,
        base: u64,
        observer: &mut O,
        leaf: impl FnOnce(&'b [u8], usize) -> grammar::Leaf<'b, T>,
    ) -> Result<(T, usize), Flow> {
        let rest = &input[at..];
        match self.find_line_end(rest, observer) {
            Line::Ready => {}
            Line::Unfinished => return Err(NEED_MORE),
            Line::TooLong => {
                let limit = self.limits.line;
                let offset = base + (at + limit) as u64;
                let expected = Expected::LineOf(limit as u64);
                let found = Found::Byte(rest[limit]);
                return Err(self.fail(ErrorKind::LineTooLong, offset, expected, found));
            }
        }
        match leaf(rest, self.scanned) {
            Ok((behind, value)) => {
                let end = input.len() - behind.len();
                // The LF of an inline command is not looked at again.
                observer.visited(end - at - usize::from(self.reading == Type::Inline));
                if end as u64 > self.frame_end(base) {
                    let over = self.frame_end(base) as usize;
                    let found = Found::Byte(input[over]);
                    return Err(self.frame_too_long(base + over as u64, found));
                }
                self.scanned = 0;
                self.seen_cr = false;
                Ok((value, end))
            }
            Err(refusal) => Err(self.refused(refusal, input, base)),
        }
    }

    /// What becomes of a state whose leaf read nothing.
    #[cold]
    fn refused(&mut self, refusal: Err<Fault<'_>>, input: &[u8], base: u64) -> Flow {
        match refusal {
            Err::Incomplete(_) => NEED_MORE,
            Err::Error(fault) | Err::Failure(fault) => self.fail_at(fault, input, base),
        }
    }

    fn fail_at(&mut self, fault: Fault<'_>, input: &[u8], base: u64) -> Flow {
        let at = input.len() - fault.input.len();
        let kind = fault.kind.unwrap_or(ErrorKind::UnknownType);
        let found = fault.found.unwrap_or(Found::HugeNumber);
        self.fail(kind, base + at as u64, fault.expected, found)
    }

    /// Hands a complete value over.
    #[inline]
    fn emit_value<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        event: Event<'b>,
        end: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let start = self.token_start;
        let flow = sink.event(Token { event, start, end });
        self.value_ended(end, observer);
        self.go_on(flow, end, sink)
    }

    /// Tells the sink if a frame ended, and pauses if it wants to.
    #[inline]
    fn go_on<'b, K: Sink<'b>>(&mut self, flow: ControlFlow<()>, end: u64, sink: &mut K) -> Flow {
        let frame = match self.state {
            State::End => sink.frame_end(end),
            _ => ControlFlow::Continue(()),
        };
        match (flow, frame) {
            (ControlFlow::Continue(()), ControlFlow::Continue(())) => ControlFlow::Continue(()),
            _ => ASKED,
        }
    }

    /// `Line`: the value itself.
    pub(super) fn step_line<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let reading = self.reading;
        let leaf = |rest: &'b [u8], searched: usize| -> grammar::Leaf<'b, Event<'b>> {
            match reading {
                Type::SimpleString => with(grammar::text(rest), Event::SimpleString),
                Type::SimpleError => with(grammar::text(rest), Event::SimpleError),
                Type::Integer => with(grammar::integer(rest), Event::Integer),
                Type::Boolean => with(grammar::boolean(rest), Event::Boolean),
                Type::Double => {
                    with(grammar::double(rest), |text| Event::Double(Double::accepted(text)))
                }
                Type::BigNumber => with(grammar::big_number(rest), |text| {
                    Event::BigNumber(BigNumber::accepted(text))
                }),
                Type::Inline => with(grammar::inline::inline_line(rest, searched), Event::Inline),
                Type::StreamEnd => with(grammar::stream_end(rest), |()| Event::BlobEnd),
                _ => with(grammar::null(rest), |()| Event::Null(Null::Resp3)),
            }
        };
        let (event, end) = match self.read_line(input, *at, base, observer, leaf) {
            Ok(read) => read,
            Err(flow) => return flow,
        };
        let start = base + *at as u64;
        *at = end;
        let end = base + end as u64;
        if reading == Type::StreamEnd {
            return self.close(Rule::LineStreamEnd, start, end, sink, observer);
        }
        if let Some(rule) = state::value_row(reading) {
            self.take(rule, start, end, observer);
        }
        self.emit_value(event, end, sink, observer)
    }

    /// `Length`: how many bytes a blob has.
    pub(super) fn step_length<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let reply = self.dialect != Dialect::Request;
        let forms = Forms::length(self.limits.blob);
        let forms = match self.reading {
            Type::BulkString => forms.null(reply).streamed(self.dialect == Dialect::Resp3),
            Type::VerbatimString => forms.at_least(4),
            _ => forms,
        };
        let leaf = grammar::size(forms);
        let leaf = |rest, _| leaf(rest);
        let (size, end) = match self.read_line(input, *at, base, observer, leaf) {
            Ok(read) => read,
            Err(flow) => return flow,
        };
        let start = base + *at as u64;
        let end_offset = base + end as u64;
        let chunk = self.reading == Type::Chunk;
        match size {
            Size::Exactly(0) if chunk => {
                *at = end;
                self.close(Rule::LengthChunkEnd, start, end_offset, sink, observer)
            }
            Size::Exactly(length) => {
                if chunk && self.top.remaining == 0 {
                    let expected = Expected::AtMost(self.top.size);
                    let found = Found::Number(self.top.size + 1);
                    return self.fail(ErrorKind::TooManyElements, start, expected, found);
                }
                if end as u64 + length + 2 > self.frame_end(base) {
                    return self.frame_too_long(start, Found::Number(length));
                }
                *at = end;
                self.due = length;
                self.body_start = end_offset;
                let rule = if chunk { Rule::LengthChunk } else { Rule::LengthBlob };
                self.take(rule, start, end_offset, observer);
                ControlFlow::Continue(())
            }
            Size::Streamed => {
                *at = end;
                let level = Level {
                    kind: Aggregate::String,
                    streamed: true,
                    remaining: self.limits.elements,
                    size: self.limits.elements,
                    ..Level::EMPTY
                };
                self.begin(level, Rule::LengthStreamed, start, end_offset, sink, observer)
            }
            Size::Null | Size::Negative => {
                *at = end;
                self.take(Rule::LengthNull, start, end_offset, observer);
                self.emit_value(Event::Null(Null::Bulk), end_offset, sink, observer)
            }
        }
    }

    /// `Count`: how many elements an aggregate has.
    pub(super) fn step_count<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let request = self.dialect == Dialect::Request;
        let resp3 = self.dialect == Dialect::Resp3;
        let forms = Forms::count(self.limits.elements);
        let (kind, forms) = match self.reading {
            Type::Map => (Aggregate::Map, forms.streamed(resp3)),
            Type::Set => (Aggregate::Set, forms.streamed(resp3)),
            Type::Push => (Aggregate::Push, forms),
            Type::Attribute => (Aggregate::Attribute, forms),
            _ => (Aggregate::Array, forms.null(true).negative(request).streamed(resp3)),
        };
        let leaf = grammar::size(forms);
        let leaf = |rest, _| leaf(rest);
        let (size, end) = match self.read_line(input, *at, base, observer, leaf) {
            Ok(read) => read,
            Err(flow) => return flow,
        };
        let start = base + *at as u64;
        *at = end;
        let end = base + end as u64;
        let (rule, streamed, count) = match size {
            Size::Exactly(count) => (Rule::CountSized, false, count),
            Size::Streamed => (Rule::CountStreamed, true, self.limits.elements),
            Size::Negative => (Rule::CountNegative, false, 0),
            Size::Null => {
                self.take(Rule::CountNull, start, end, observer);
                return self.emit_value(Event::Null(Null::Array), end, sink, observer);
            }
        };
        let size = count * kind.values_per_element();
        let at_top = self.is_at_top();
        let push = kind == Aggregate::Push;
        self.pushing |= push;
        let level = Level {
            kind,
            plain: matches!(kind, Aggregate::Array | Aggregate::Map | Aggregate::Set) && !streamed,
            streamed,
            interrupts: push && !at_top,
            annotated: false,
            at_top,
            remaining: size,
            size,
        };
        self.begin(level, rule, start, end, sink, observer)
    }

    /// Opens a level.
    fn begin<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        level: Level,
        rule: Rule,
        start: u64,
        end: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        self.push(level);
        self.take(rule, start, end, observer);
        self.after_element(end, observer);
        let event = Event::Begin {
            kind: level.kind,
            count: if level.streamed {
                None
            } else {
                Some(level.size / level.kind.values_per_element())
            },
            interrupts: level.interrupts,
        };
        let start = self.token_start;
        hand_over(sink, Token { event, start, end })
    }

    /// `Elements`, with none left: the end of an aggregate; what an attribute describes is due.
    pub(super) fn step_elements<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        at: usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let offset = base + at as u64;
        if self.top.kind != Aggregate::Attribute {
            return self.close(Rule::ElementsDone, offset, offset, sink, observer);
        }
        let event =
            Event::End { kind: Aggregate::Attribute, count: self.top.count(), interrupts: false };
        self.top.annotated = true;
        self.top.remaining = 1;
        self.take(Rule::ElementsAnnotated, offset, offset, observer);
        let (start, end) = (offset, offset);
        hand_over(sink, Token { event, start, end })
    }

    /// Closes the innermost level: with an end marker, whose line is `start..end`, or, with its
    /// last element, with no bytes of its own.
    pub(super) fn close<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        rule: Rule,
        start: u64,
        end: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let level = self.top;
        self.pop();
        self.take(rule, start, end, observer);
        let event =
            Event::End { kind: level.kind, count: level.count(), interrupts: level.interrupts };
        let start = if start < end { self.token_start } else { end };
        let flow = sink.event(Token { event, start, end });
        self.pushing &= level.kind != Aggregate::Push;
        if level.interrupts {
            let frame = sink.frame_end(end);
            self.take(Rule::EndInterruption, end, end, observer);
            self.after_element(end, observer);
            return match (flow, frame) {
                (ControlFlow::Continue(()), ControlFlow::Continue(())) => ControlFlow::Continue(()),
                _ => ASKED,
            };
        }
        self.value_ended(end, observer);
        self.go_on(flow, end, sink)
    }
}

/// A leaf's result, with what it read turned into an event.
#[inline(always)]
fn with<'b, T>(
    leaf: grammar::Leaf<'b, T>,
    event: impl FnOnce(T) -> Event<'b>,
) -> grammar::Leaf<'b, Event<'b>> {
    leaf.map(|(rest, value)| (rest, event(value)))
}

/// Hands one event over, and pauses if the sink wants to.
#[inline(always)]
fn hand_over<'b, K: Sink<'b>>(sink: &mut K, token: Token<'b>) -> Flow {
    match sink.event(token) {
        ControlFlow::Continue(()) => ControlFlow::Continue(()),
        ControlFlow::Break(()) => ASKED,
    }
}
