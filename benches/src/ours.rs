//! resp-machine, in each of its ways.

use crate::sum;
use bytes::Bytes;
use resp_machine::Dialect;
use resp_machine::event::{Event, Token};
use resp_machine::frame::{Elements, Frame, Pairs, Parser, View};
use resp_machine::machine::{Machine, Sink};
use std::hint::black_box;
use std::ops::ControlFlow;

pub fn tape_only() -> impl FnMut(&[u8]) -> u64 {
    let mut parser = Parser::new(Dialect::Resp3);
    move |mut wire| {
        let mut frames = 0;
        while !wire.is_empty() {
            let parsed = parser.parse(wire).expect("valid").expect("whole");
            black_box(&parsed.frame);
            wire = &wire[parsed.consumed..];
            frames += 1;
        }
        frames
    }
}

pub fn tape_read() -> impl FnMut(&[u8]) -> u64 {
    let mut parser = Parser::new(Dialect::Resp3);
    move |mut wire| {
        let mut total = 0u64;
        while !wire.is_empty() {
            let parsed = parser.parse(wire).expect("valid").expect("whole");
            total = total.wrapping_add(read(parsed.frame));
            wire = &wire[parsed.consumed..];
        }
        total
    }
}

#[inline(always)]
pub fn read(frame: Frame<'_>) -> u64 {
    match frame.view() {
        View::SimpleString(text)
        | View::SimpleError(text)
        | View::BulkString(text)
        | View::BulkError(text) => sum::string(text),
        View::Verbatim { text, .. } => sum::string(text),
        View::BigNumber(number) => sum::string(number.text()),
        View::Integer(value) => sum::integer(value),
        View::Double(double) => sum::double(double.value()),
        View::Boolean(value) => sum::boolean(value),
        View::Null(_) => sum::NULL,
        View::Array(items) | View::Set(items) | View::Push(items) => read_all(items),
        View::Map(pairs) => read_pairs(pairs),
        _ => 0,
    }
}

/// Apart, as in every library's reader, so that reading a scalar is not the beginning of a loop.
#[inline(never)]
fn read_pairs(pairs: Pairs<'_>) -> u64 {
    pairs.fold(sum::elements(pairs.len()), |total, (key, value)| {
        total.wrapping_add(read(key)).wrapping_add(read(value))
    })
}

#[inline(never)]
fn read_all(items: Elements<'_>) -> u64 {
    items.fold(sum::elements(items.len()), |total, item| total.wrapping_add(read(item)))
}

pub fn of_event(event: Event<'_>) -> u64 {
    match event {
        Event::SimpleString(text)
        | Event::SimpleError(text)
        | Event::BulkString(text)
        | Event::BulkError(text) => sum::string(text),
        Event::Verbatim { text, .. } => sum::string(text),
        Event::BigNumber(number) => sum::string(number.text()),
        Event::Integer(value) => sum::integer(value),
        Event::Double(double) => sum::double(double.value()),
        Event::Boolean(value) => sum::boolean(value),
        Event::Null(_) => sum::NULL,
        Event::Begin { count, .. } => count.unwrap_or(0),
        _ => 0,
    }
}

pub fn pull() -> impl FnMut(&[u8]) -> u64 {
    let mut machine = Machine::new(Dialect::Resp3);
    move |wire| {
        let mut total = 0u64;
        let mut feed = machine.feed(wire);
        while let Some(token) = feed.next_token().expect("valid") {
            total = total.wrapping_add(of_event(token.event));
        }
        total
    }
}

pub fn push() -> impl FnMut(&[u8]) -> u64 {
    struct Total(u64);
    impl<'b> Sink<'b> for Total {
        #[inline(always)]
        fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
            self.0 = self.0.wrapping_add(of_event(token.event));
            ControlFlow::Continue(())
        }
    }
    let mut machine = Machine::new(Dialect::Resp3);
    move |wire| {
        let mut total = Total(0);
        machine.drive(wire, &mut total).expect("valid");
        total.0
    }
}

pub fn owned(wire: Bytes) -> impl FnMut(&[u8]) -> u64 {
    let mut parser = Parser::new(Dialect::Resp3);
    move |_| {
        let mut buffer = wire.clone();
        let mut total = 0u64;
        while !buffer.is_empty() {
            let frame = parser.parse_owned(&mut buffer).expect("valid").expect("whole");
            total = total.wrapping_add(read(frame.frame()));
        }
        total
    }
}
