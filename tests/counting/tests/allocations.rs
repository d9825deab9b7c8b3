//! Allocations per frame: none for borrowed frames, one for owned ones, none for writing.
//!
//! Timings differ from machine to machine; a count does not. Each test first lets the buffers
//! grow (that is what "reused" means), then counts.

use counting::{Counting, measure};
use resp_machine::encode::{Encoder, Target, command, scalar};
use resp_machine::event::Token;
use resp_machine::frame::{Frame, Parser, View};
use resp_machine::machine::{Machine, Sink};
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect};
use std::hint::black_box;
use std::ops::ControlFlow;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Frames of every kind: flat, nested, attributed, streamed, interrupted.
const MIXED: &[u8] =
    b"+OK\r\n:42\r\n$5\r\nhello\r\n*3\r\n:1\r\n*1\r\n_\r\n#t\r\n%1\r\n+k\r\n,1.5\r\n\
    |1\r\n+ttl\r\n:9\r\n~2\r\n(12\r\n=5\r\ntxt:a\r\n*?\r\n$?\r\n;2\r\nab\r\n;0\r\n.\r\n>1\r\n+p\r\n\
    *2\r\n>1\r\n+x\r\n:1\r\n*1\r\n*1\r\n*1\r\n*1\r\n$-1\r\n";
const FRAMES: usize = 9;

struct Count(usize, usize);

impl<'b> Sink<'b> for Count {
    fn event(&mut self, _: Token<'b>) -> ControlFlow<()> {
        self.0 += 1;
        ControlFlow::Continue(())
    }

    fn frame_end(&mut self, _: u64) -> ControlFlow<()> {
        self.1 += 1;
        ControlFlow::Continue(())
    }
}

/// Looks at every value of a frame whose aggregates are at most a few levels deep.
fn look(frame: Frame<'_>) -> usize {
    let inside: usize = match frame.view() {
        View::Array(items) | View::Set(items) | View::Push(items) => items.map(look).sum(),
        View::Map(pairs) => pairs.map(|(key, value)| look(key) + look(value)).sum(),
        View::BulkString(bytes) | View::SimpleString(bytes) => bytes.len(),
        View::StreamedString(chunks) => chunks.total(),
        _ => 1,
    };
    inside + frame.attributes().flatten().map(|(key, value)| look(key) + look(value)).sum::<usize>()
}

#[test]
fn pulled_events_allocate_nothing() {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut pull = || {
        let mut feed = machine.feed(MIXED);
        let mut events = 0;
        while let Some(token) = feed.next_token().unwrap() {
            black_box(token);
            events += 1;
        }
        events
    };
    pull();
    let (events, counts) = measure(|| (0..100).map(|_| pull()).sum::<usize>());
    assert!(events > 100 * FRAMES);
    assert_eq!(counts.allocations, 0);
}

#[test]
fn pushed_events_allocate_nothing() {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut count = Count(0, 0);
    machine.drive(MIXED, &mut count).unwrap();
    assert_eq!(count.1, FRAMES + 1); // the frames, and the push that interrupts one
    let ((), counts) = measure(|| {
        for _ in 0..100 {
            machine.drive(MIXED, &mut count).unwrap();
        }
    });
    assert_eq!(counts.allocations, 0);
}

#[test]
fn borrowed_frames_allocate_nothing() {
    let mut parser = Parser::new(Dialect::Resp3);
    let mut parse = || {
        let (mut at, mut frames) = (0, 0);
        while let Some(parsed) = parser.parse(&MIXED[at..]).unwrap() {
            black_box(look(parsed.frame));
            at += parsed.consumed;
            frames += 1;
        }
        frames
    };
    assert_eq!(parse(), FRAMES + 1);
    let (_, counts) = measure(|| (0..100).map(|_| parse()).sum::<usize>());
    assert_eq!(counts.allocations, 0);
}

#[test]
fn a_decoder_in_steady_state_allocates_nothing() {
    let stream = MIXED.repeat(400);
    let mut decoder = Decoder::new(Dialect::Resp3);
    let mut decode = || {
        let mut frames = 0;
        for piece in stream.chunks(1460) {
            decoder.feed(piece);
            while let Some(frame) = decoder.next_frame().unwrap() {
                black_box(look(frame));
                frames += 1;
            }
        }
        frames
    };
    decode();
    let (frames, counts) = measure(decode);
    assert_eq!(frames, 400 * (FRAMES + 1));
    assert_eq!(counts.allocations, 0);
}

#[test]
fn owned_frames_allocate_once() {
    let wire = b"*3\r\n$1\r\na\r\n*1\r\n:1\r\n%1\r\n+k\r\n:2\r\n".repeat(1000);
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&wire);
    let mut frames = Vec::with_capacity(1000);
    let ((), counts) = measure(|| {
        while let Some(frame) = decoder.next_owned().unwrap() {
            frames.push(frame);
        }
    });
    assert_eq!(frames.len(), 1000);
    // One for each frame, and a few when the tape grows and the buffer begins to be shared.
    assert!(counts.allocations <= 1000 + 8, "{counts:?}");
}

#[test]
fn owned_scalars_share_the_buffer_and_allocate_nothing() {
    let wire = b"$5\r\nhello\r\n:1\r\n+OK\r\n".repeat(1000);
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&wire);
    let mut frames = Vec::with_capacity(3000);
    let ((), counts) = measure(|| {
        while let Some(frame) = decoder.next_owned().unwrap() {
            frames.push(frame);
        }
    });
    assert_eq!(frames.len(), 3000);
    assert!(counts.allocations <= 4, "{counts:?}");
}

#[test]
fn writing_into_a_reused_buffer_allocates_nothing() {
    let mut values: Vec<Value> = Vec::new();
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(MIXED);
    while let Some(frame) = decoder.next_frame().unwrap() {
        values.push(Value::from(frame));
    }
    values.push((0..8).fold(Value::Double(0.1), |value, _| Value::array([value])));
    let mut out = Vec::with_capacity(1 << 16);
    for target in [Target::AsIs, Target::Resp2, Target::Resp3] {
        let mut encoder = Encoder::to(target);
        let mut write = || {
            out.clear();
            for value in &values {
                encoder.value(&mut out, value).unwrap();
            }
            command(&mut out, ["SET", "key", "value"]);
            scalar::double(&mut out, 0.1);
            scalar::integer(&mut out, i64::MIN);
        };
        write();
        let ((), counts) = measure(|| (0..100).for_each(|_| write()));
        assert_eq!(counts.allocations, 0, "{target:?}");
    }
}

#[test]
fn writing_frames_allocates_nothing() {
    let mut parser = Parser::new(Dialect::Resp3);
    let mut out = Vec::with_capacity(1 << 16);
    for target in [Target::AsIs, Target::Resp2] {
        let mut encoder = Encoder::to(target);
        let mut write = || {
            out.clear();
            let mut at = 0;
            while let Some(parsed) = parser.parse(&MIXED[at..]).unwrap() {
                encoder.frame(&mut out, parsed.frame).unwrap();
                at += parsed.consumed;
            }
        };
        write();
        let ((), counts) = measure(|| (0..100).for_each(|_| write()));
        assert_eq!(counts.allocations, 0, "{target:?}");
    }
}

/// A machine that is told to begin anew keeps its stack.
#[test]
fn a_machine_that_is_reset_allocates_nothing() {
    let nested = b"*1\r\n".repeat(50);
    let mut machine = Machine::new(Dialect::Resp3);
    let mut read = || {
        let mut feed = machine.feed(&nested);
        while feed.next_token().unwrap().is_some() {}
        machine.reset();
    };
    read();
    assert_eq!(measure(read).1.allocations, 0);
}

/// Behind a large frame the room for its bytes is given back, and the tape of a small one is not:
/// the next small one needs a buffer, and nothing else.
#[test]
fn a_small_frame_behind_a_large_one_finds_its_tape() {
    let large = [b"$100000\r\n", &[b'x'; 100_000][..], b"\r\n"].concat();
    let small = [b"*500\r\n", &b":1\r\n".repeat(500)[..]].concat();
    let mut decoder = Decoder::new(Dialect::Resp3);
    for round in 0..3 {
        decoder.feed(&large);
        assert!(decoder.next_frame().unwrap().is_some());
        let (_, counts) = measure(|| {
            decoder.feed(&small);
            assert!(decoder.next_frame().unwrap().is_some());
            assert!(decoder.next_frame().unwrap().is_none());
        });
        assert!(round == 0 || counts.allocations <= 1, "{counts:?}");
    }
}
