//! Every way to cut an input.
//!
//! An input of n bytes can be cut in 2^(n-1) ways. Two pieces catch most faults of resumption,
//! but not those that need three: a CR alone in a piece of its own, a length resumed twice. So
//! each short input is cut in all the ways there are, and shown to every interface: the pull
//! interface with blobs whole and in parts, the visitor, the parser and the decoder. Each must
//! give what it gives for the whole: the same events with the same byte ranges (adjacent parts of
//! a blob joined), the same frames, the same error, the same number of bytes consumed.
//!
//! (That every proper prefix of a valid frame needs more is in `vectors.rs`.)

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::vectors;
use resp_machine::event::{Event, Token};
use resp_machine::frame::Parser;
use resp_machine::machine::{FixedStack, Machine, Sink, Stack};
use resp_machine::state::TABLE;
use resp_machine::value::Value;
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect, Limits, ProtocolError, Truncated};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// The longest input that is cut in every way.
const LONGEST: usize = 12;

/// An event that owns what it holds.
#[derive(Clone, Debug, PartialEq)]
enum Owned {
    Other(String, u64, u64),
    Part(Vec<u8>, u64, u64),
    BlobBegin(Type, Option<[u8; 3]>, u64, u64),
}

/// Type, format, length, start, and the bytes so far.
type Blob = (Type, Option<[u8; 3]>, u64, u64, Vec<u8>);

/// The same events with each blob in one piece; a blob that is not complete is left out.
fn in_one_piece(events: &[Owned]) -> Vec<Owned> {
    let mut whole = Vec::new();
    let mut blob: Option<Blob> = None;
    for event in events {
        match (event, &mut blob) {
            (Owned::BlobBegin(kind, format, length, start), _) => {
                blob = Some((*kind, *format, *length, *start, Vec::new()));
            }
            (Owned::Part(bytes, ..), Some((.., all))) => all.extend_from_slice(bytes),
            (Owned::Other(name, _, end), Some((kind, format, length, start, bytes))) => {
                assert_eq!(name, "BlobEnd");
                assert_eq!(*length, bytes.len() as u64);
                let event = match (kind, format) {
                    (Type::VerbatimString, Some(format)) => {
                        Event::Verbatim { format: *format, text: bytes }
                    }
                    (Type::BulkError, None) => Event::BulkError(bytes),
                    (Type::Chunk, None) => Event::Chunk(bytes),
                    (_, format) => {
                        assert!(format.is_none());
                        Event::BulkString(bytes)
                    }
                };
                whole.push(Owned::Other(format!("{event:?}"), *start, *end));
                blob = None;
            }
            (other, _) => whole.push(other.clone()),
        }
    }
    whole
}

#[derive(Default)]
struct Events {
    all: Vec<Owned>,
    frames: Vec<u64>,
}

impl<'b> Sink<'b> for Events {
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        let Token { event, start, end } = token;
        match (event, self.all.last_mut()) {
            (Event::BlobPart(bytes), Some(Owned::Part(joined, _, last))) => {
                assert!(!bytes.is_empty() && *last == start);
                joined.extend_from_slice(bytes);
                *last = end;
            }
            (Event::BlobPart(bytes), _) => self.all.push(Owned::Part(bytes.to_vec(), start, end)),
            (Event::BlobBegin { kind, format, length }, _) => {
                self.all.push(Owned::BlobBegin(kind, format, length, start));
            }
            (event, _) => self.all.push(Owned::Other(format!("{event:?}"), start, end)),
        }
        ControlFlow::Continue(())
    }

    fn frame_end(&mut self, end: u64) -> ControlFlow<()> {
        self.frames.push(end);
        ControlFlow::Continue(())
    }
}

/// What an interface makes of an input: its events, where frames ended, and the end.
type Seen = (Vec<Owned>, Vec<u64>, Result<Result<(), Truncated>, ProtocolError>, u64);

fn pull<S: Stack>(mut machine: Machine<S>, input: &[u8], ends: &[usize]) -> Seen {
    let mut events = Events::default();
    let mut start = 0;
    for &end in ends {
        let mut feed = machine.feed(&input[start..end]);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => {
                    let _ = events.event(token);
                }
                Ok(None) => break,
                Err(error) => {
                    let offset = machine.offset();
                    return (events.all, events.frames, Err(error), offset);
                }
            }
        }
        start += feed.consumed();
    }
    let offset = machine.offset();
    (events.all, events.frames, Ok(machine.finish()), offset)
}

fn drive(dialect: Dialect, input: &[u8], ends: &[usize]) -> Seen {
    let mut machine = Machine::new(dialect);
    let mut events = Events::default();
    let mut start = 0;
    for &end in ends {
        match machine.drive(&input[start..end], &mut events) {
            Ok(consumed) => start += consumed,
            Err(error) => return (events.all, events.frames, Err(error), machine.offset()),
        }
    }
    (events.all, events.frames, Ok(machine.finish()), machine.offset())
}

type Frames = (Vec<Value>, Result<Result<(), Truncated>, ProtocolError>, u64);

fn parse(dialect: Dialect, input: &[u8], ends: &[usize]) -> Frames {
    let mut parser = Parser::new(dialect);
    let mut frames = Vec::new();
    let mut start = 0;
    for &end in ends {
        loop {
            match parser.parse(&input[start..end]) {
                Ok(Some(parsed)) => {
                    frames.push(Value::from(parsed.frame));
                    start += parsed.consumed;
                }
                Ok(None) => break,
                Err(error) => return (frames, Err(error), parser.machine().offset()),
            }
        }
    }
    let finish = parser.finish(input.len() - start);
    (frames, Ok(finish), parser.machine().offset())
}

fn owned(dialect: Dialect, input: &[u8], ends: &[usize]) -> Frames {
    let mut decoder = Decoder::new(dialect);
    let mut frames = Vec::new();
    let mut start = 0;
    for &end in ends {
        decoder.feed(&input[start..end]);
        start = end;
        loop {
            match decoder.next_owned() {
                Ok(Some(frame)) => frames.push(Value::from(&frame)),
                Ok(None) => break,
                Err(error) => return (frames, Err(error), decoder.parser().machine().offset()),
            }
        }
    }
    (frames, Ok(decoder.finish()), decoder.parser().machine().offset())
}

/// Cuts `input` in every way; gives the number of ways.
fn every_way(dialect: Dialect, input: &[u8]) -> usize {
    let whole = [input.len()];
    let machines = || {
        let limits = Limits::new(dialect);
        (Machine::new(dialect), Machine::new(dialect).blobs_in_parts_over(0), limits)
    };
    let (machine, in_parts, limits) = machines();
    let pulled = pull(machine, input, &whole);
    let parts = pull(in_parts, input, &whole);
    let driven = drive(dialect, input, &whole);
    let frames = parse(dialect, input, &whole);
    assert_eq!((&pulled.0, &pulled.2, pulled.3), (&driven.0, &driven.2, driven.3));
    // The machine counts what it consumed, the parser what it was shown.
    let shown = pulled.2.map(|finish| {
        finish.map_err(|mut truncated| {
            truncated.offset = input.len() as u64;
            truncated
        })
    });
    assert_eq!((&shown, pulled.3), (&frames.1, frames.2), "{}", input.escape_ascii());
    let same_error = |a: &Seen| a.2.map_err(|error| (error.kind, error.offset, error.state));
    assert_eq!(same_error(&pulled).err(), same_error(&parts).err());
    assert_eq!(in_one_piece(&parts.0), pulled.0, "in parts: {}", input.escape_ascii());
    let ways = 1 << (input.len() - 1);
    for way in 0..ways {
        let cut = |at: &usize| *at == input.len() || way >> (at - 1) & 1 == 1;
        let ends: Vec<usize> = (1..=input.len()).filter(cut).collect();
        let show = || format!("{dialect:?} {} cut at {ends:?}", input.escape_ascii());
        let (machine, in_parts, _) = machines();
        assert_eq!(pull(machine, input, &ends), pulled, "pulled: {}", show());
        assert_eq!(pull(in_parts, input, &ends), parts, "in parts: {}", show());
        let fixed: Machine<FixedStack<8>> = Machine::fixed(dialect, limits);
        assert_eq!(pull(fixed, input, &ends), pulled, "without allocator: {}", show());
        assert_eq!(drive(dialect, input, &ends), driven, "driven: {}", show());
        assert_eq!(parse(dialect, input, &ends), frames, "parsed: {}", show());
        assert_eq!(owned(dialect, input, &ends), frames, "owned: {}", show());
    }
    ways
}

/// Inputs of more than one frame, and of everything that is awkward to resume.
const AWKWARD: &[&[u8]] = &[
    b":1\r\n+a\r\n_\r\n",
    b"$1\r\na\r\n:2\r\n",
    b"$2\r\n\r\n\r\n_\r\n",
    b"*2\r\n_\r\n_\r\n",
    b"*1\r\n>0\r\n_\r\n",
    b"|0\r\n>0\r\n_\r\n",
    b"|0\r\n|0\r\n_\r\n",
    b"*1\r\n|0\r\n_\r\n",
    b"*?\r\n|0\r\n.\r",
    b"*?\r\n.\r\n.\r\n",
    b"%?\r\n_\r\n.\r\n",
    b"$?\r\n;1\r\na\r",
    b"=4\r\nabcd\r\n",
    b"=6\r\ntxt:ab",
    b"*1\r\n$-1\r\n_",
    b"$3\r\nabcd\r\n",
    b"$3\r\nabc\rX\r\n",
    b"+a\rb\r\n",
    b":5\r\r\n",
    b":5\n",
    b"#t\r\n#f\r\n#x",
    b",inf\r\n,1e\r\n",
    b"(+12\r\n(-\r\n",
    b"*12\r\n$1\r\nab",
    b">1\r\n>0\r\n",
    b"_\r\n\r\n",
];

const REQUESTS: &[&[u8]] = &[
    b"*1\r\n$1\r\nA\r\n",
    b"*1\r\n$1\r\nAB\r",
    b"*-1\r\n*-2\r\na\n",
    b"*0\r\n*0\r\n\r\n",
    b"a 'b\\'' \"\\n\"",
    b"a \"\\x41\"\r\n",
    b"a \"b\"c\r\n",
    b"a 'b\r\nc\r\n",
    b"a\0b\r\n",
    b"\r\n\n \r\n",
    b"*1\r\n+a\r\n",
    b"*x\r\n",
];

#[test]
fn every_way_to_cut_every_short_input() {
    common::on_large_stack(|| {
        let mut inputs: BTreeSet<(u8, Vec<u8>)> = BTreeSet::new();
        for vector in vectors::all() {
            for &dialect in &vector.dialects {
                inputs.insert((dialect as u8, vector.wire.clone()));
            }
        }
        for row in &TABLE {
            for &dialect in row.dialects {
                inputs.insert((dialect as u8, row.example.to_vec()));
            }
        }
        for dialect in [Dialect::Resp2, Dialect::Resp3] {
            inputs.extend(AWKWARD.iter().map(|input| (dialect as u8, input.to_vec())));
        }
        inputs.extend(REQUESTS.iter().map(|input| (Dialect::Request as u8, input.to_vec())));
        let (mut tried, mut ways) = (0, 0);
        for (dialect, input) in inputs {
            if (1..=LONGEST).contains(&input.len()) {
                let dialect = Dialect::ALL[usize::from(dialect)];
                ways += every_way(dialect, &input);
                tried += 1;
            }
        }
        println!("{tried} inputs, {ways} ways to cut them, 6 interfaces");
        assert!(tried > 300 && ways > 100_000);
    });
}
