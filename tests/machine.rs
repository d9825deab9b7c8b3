//! What a machine says of itself, and what observers and sinks see of it.
//!
//! Where it stands is asked after every byte. What it is told to do (blobs in parts, a stack of so
//! many levels, an observer around another) gives the same however it is driven.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::event::Token;
use resp_machine::frame::Parser;
use resp_machine::machine::{FixedStack, Machine, Sink, Stack as _};
use resp_machine::state::{Observer, Rule, Step};
use resp_machine::{Dialect, Limits, State};
use std::ops::ControlFlow;

/// Collects events, printed, and pauses behind each if it is told to.
struct Log {
    events: Vec<String>,
    pauses: bool,
}

impl<'b> Sink<'b> for Log {
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        self.events.push(format!("{:?} {}..{}", token.event, token.start, token.end));
        if self.pauses { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Parts of a blob are pushed as they are pulled.
#[test]
fn parts_are_the_same_pushed_and_pulled() {
    let input = b"*2\r\n$6\r\nfoobar\r\n=8\r\ntxt:text\r\n:1\r\n";
    let machine = || Machine::new(Dialect::Resp3).blobs_in_parts_over(3);
    for piece in 1..=input.len() {
        let mut pulled = Vec::new();
        let mut puller = machine();
        let mut kept = Vec::new();
        for bytes in input.chunks(piece) {
            kept.extend_from_slice(bytes);
            let mut feed = puller.feed(&kept);
            while let Some(token) = feed.next_token().unwrap() {
                pulled.push(format!("{:?} {}..{}", token.event, token.start, token.end));
            }
            let consumed = feed.consumed();
            kept.drain(..consumed);
        }
        assert!(pulled.iter().any(|event| event.starts_with("BlobPart")), "{pulled:?}");
        for pauses in [false, true] {
            let mut log = Log { events: Vec::new(), pauses };
            let mut driver = machine();
            let mut kept = Vec::new();
            for bytes in input.chunks(piece) {
                kept.extend_from_slice(bytes);
                loop {
                    let before = log.events.len();
                    let consumed = driver.drive(&kept, &mut log).unwrap();
                    kept.drain(..consumed);
                    if log.events.len() == before {
                        break;
                    }
                }
            }
            assert_eq!(log.events, pulled, "pieces of {piece}, {pauses}");
            assert!(driver.finish().is_ok());
        }
    }
}

/// An observer around another: the innermost may be the one that is nothing.
struct Count<O> {
    rules: Vec<Rule>,
    visited: usize,
    inner: O,
}

impl<O: Observer> Observer for Count<O> {
    fn transition(&mut self, step: &Step) {
        self.rules.push(step.rule);
        self.inner.transition(step);
    }

    fn visited(&mut self, bytes: usize) {
        self.visited += bytes;
        self.inner.visited(bytes);
    }
}

#[test]
fn observers_see_the_same_inside_one_another_and_of_any_way_to_read() {
    let wire = b":1\r\n$1\r\na\r\n*1\r\n_\r\n+b\r\n";
    let count = || Count {
        rules: Vec::new(),
        visited: 0,
        inner: Count { rules: Vec::new(), visited: 0, inner: () },
    };
    let mut driven = count();
    let mut log = Log { events: Vec::new(), pauses: false };
    let consumed =
        Machine::new(Dialect::Resp3).drive_observed(wire, &mut log, &mut driven).unwrap();
    assert_eq!((consumed, log.events.len()), (wire.len(), 6));
    assert_eq!(driven.rules, driven.inner.rules);
    assert_eq!(driven.visited, driven.inner.visited);
    assert_eq!(driven.rules[..2], [Rule::StartInteger, Rule::LineInteger]);

    // The tree, which takes single values by a way of its own.
    let mut parsed = count();
    let mut parser = Parser::new(Dialect::Resp3);
    let mut rest = &wire[..];
    while let Some(frame) = parser.parse_observed(rest, &mut parsed).unwrap() {
        rest = &rest[frame.consumed..];
    }
    assert!(rest.is_empty());
    assert_eq!(parsed.rules, driven.rules);
}

/// Where a machine stands, asked after every byte.
#[test]
fn the_machine_says_where_it_stands() {
    let wire = b"*2\r\n:1\r\n|1\r\n+k\r\n+v\r\n%?\r\n:1\r\n:2\r\n.\r\n+x\r\n";
    // Behind which byte it says what: how deep, what is innermost, and what that lacks.
    let changes: &[(usize, &str)] = &[
        (0, "0"),
        (4, "1 Array 2"),
        (8, "1 Array 1"),
        (12, "2 Attribute 2"),
        (16, "2 Attribute 1"),
        (20, "2 Attribute 1"),
        (24, "3 Map -"),
        (35, "0"),
    ];
    let mut machine = Machine::with_limits(Dialect::Resp3, Limits::new(Dialect::Resp3).depth(3));
    let mut start = 0;
    for end in 0..=wire.len() {
        let mut feed = machine.feed(&wire[start..end]);
        while feed.next_token().unwrap().is_some() {}
        start += feed.consumed();
        assert_eq!(machine.offset(), start as u64);
        let mut said = machine.depth().to_string();
        if let Some(level) = machine.innermost() {
            let left = level.remaining().map_or("-".to_owned(), |left| left.to_string());
            said = format!("{said} {:?} {left}", level.kind());
        }
        let expected = changes.iter().rfind(|(at, _)| *at <= end).unwrap().1;
        assert_eq!(said, expected, "behind byte {end}");
        assert_eq!(machine.is_between_frames(), [0, 35, 39].contains(&end), "behind byte {end}");
        assert!(machine.error().is_none());
    }
    assert_eq!((start, machine.finish()), (wire.len(), Ok(())));
    assert!(machine.feed(b"x").next_token().is_err());
    let error = *machine.error().expect("it failed");
    assert_eq!(error.offset, wire.len() as u64);
    assert_eq!(machine.finish().unwrap_err().offset, wire.len() as u64);
    machine.reset();
    assert_eq!((machine.offset(), machine.error(), machine.limits().depth), (0, None, 3));
}

/// A stack of a fixed size is a limit of the depth; a new stream begins with an empty one.
#[test]
fn a_fixed_stack_is_a_limit() {
    let limits = Limits::new(Dialect::Resp3).depth(100);
    let mut machine: Machine<FixedStack<4>> = Machine::fixed(Dialect::Resp3, limits);
    assert_eq!((machine.dialect(), machine.limits().depth), (Dialect::Resp3, 4));
    for _ in 0..2 {
        let mut feed = machine.feed(b"*2\r\n%1\r\n~3\r\n*1\r\n");
        while feed.next_token().unwrap().is_some() {}
        assert_eq!((machine.state(), machine.depth(), machine.offset()), (State::Start, 4, 16));
        machine.reset();
        assert_eq!((machine.depth(), machine.innermost(), machine.offset()), (0, None, 0));
    }
}

/// A machine that stopped says so again, whatever is fed to it, and takes nothing.
#[test]
fn an_error_stays_where_it_was_found() {
    let cases: [(Dialect, &[u8], State); 6] = [
        (Dialect::Resp3, b"x", State::Start),
        (Dialect::Resp3, b"*1\r\nx", State::Start),
        (Dialect::Resp3, b"#x\r\n", State::Line),
        (Dialect::Resp3, b"$1\r\nabc", State::Body),
        (Dialect::Request, b"*1\r\n:", State::Start),
        (Dialect::Request, b"*x\r\n", State::Count),
    ];
    for (dialect, wire, state) in cases {
        let mut machine = Machine::new(dialect);
        let mut log = Log { events: Vec::new(), pauses: false };
        let error = machine.drive(wire, &mut log).unwrap_err();
        assert_eq!(error.state, state, "{}", wire.escape_ascii());
        let (events, offset) = (log.events.len(), machine.offset());
        for more in [&b"+OK\r\n"[..], b"*1\r\n$4\r\nPING\r\n", wire, b""] {
            assert_eq!(machine.drive(more, &mut log), Err(error));
            assert_eq!(machine.feed(more).next_token(), Err(error));
        }
        assert_eq!((log.events.len(), machine.offset()), (events, offset));
        assert!(machine.finish().is_err());
    }
}

#[test]
fn a_fixed_stack_holds_what_fits() {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut feed = machine.feed(b"*3\r\n");
    assert!(matches!(feed.next_token(), Ok(Some(_))));
    let level = *feed.machine().innermost().unwrap();
    let mut stack = FixedStack::<2>::default();
    for _ in 0..5 {
        stack.push(level);
    }
    assert_eq!([stack.pop(), stack.pop(), stack.pop()], [Some(level), Some(level), None]);
    stack.push(level);
    stack.clear();
    assert_eq!(stack.pop(), None);
}
