//! Value to bytes to value, bytes to value to bytes, and frame to bytes.
//!
//! A round trip proves little by itself (a type dropped on both ways comes back unharmed), so the
//! bytes of every edge are written out in `common/values.rs`, and what RESP2 makes of a value is
//! computed a second time, by recursion, and compared with what the encoder's bytes read as.
//!
//! The other half are refusals: whatever the parser would reject must not be written, and a
//! refused frame must leave the buffer as it was. (Random values are in `random_values.rs`.)

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::conversion::{down, up};
use common::reference::End;
use common::spelling::shortest;
use common::values::{edges, streamed};
use common::{Rng, run, vectors, whole};
use resp_machine::encode::{EncodeError, Encoder, Target};
use resp_machine::event::{Aggregate, Event, Null};
use resp_machine::frame::Frame;
use resp_machine::value::{List, Value};
use resp_machine::{Decoder, Dialect, Limits};

fn encoded(target: Target, value: &Value) -> Vec<u8> {
    let mut wire = Vec::new();
    Encoder::to(target).value(&mut wire, value).expect("an edge can be written");
    wire
}

/// Reads `wire`, which is one frame, and hands it to `look`.
fn with_frame<T>(dialect: Dialect, wire: &[u8], look: impl FnOnce(Frame<'_>) -> T) -> T {
    let mut decoder = Decoder::new(dialect);
    decoder.feed(wire);
    look(decoder.next_frame().expect("valid").expect("whole"))
}

fn frame_encoded(target: Target, dialect: Dialect, wire: &[u8]) -> Vec<u8> {
    with_frame(dialect, wire, |frame| {
        let mut out = Vec::new();
        Encoder::to(target).frame(&mut out, frame).expect("what was read can be written");
        out
    })
}

#[test]
fn edges_as_they_are() {
    for (value, wire) in edges() {
        assert_eq!(encoded(Target::AsIs, &value), wire, "{value:?}");
        let read = whole(Dialect::Resp3, &wire);
        assert_eq!((&read.frames, read.end()), (&vec![value.clone()], End::Clean), "{value:?}");
        assert_eq!(frame_encoded(Target::AsIs, Dialect::Resp3, &wire), wire, "{value:?}");
        assert_eq!(value.clone(), value);
    }
}

#[test]
fn edges_as_resp3_have_one_null() {
    for (value, wire) in edges() {
        let written = encoded(Target::Resp3, &value);
        assert_eq!(whole(Dialect::Resp3, &written).frames, [up(&value)], "{value:?}");
        assert_eq!(frame_encoded(Target::Resp3, Dialect::Resp3, &wire), written, "{value:?}");
    }
}

#[test]
fn edges_as_resp2_lose_what_is_documented() {
    for (value, wire) in edges() {
        let written = encoded(Target::Resp2, &value);
        let read = whole(Dialect::Resp2, &written);
        assert_eq!((read.frames.as_slice(), read.end()), (&[down(&value)][..], End::Clean));
        assert_eq!(frame_encoded(Target::Resp2, Dialect::Resp3, &wire), written, "{value:?}");
    }
}

#[test]
fn valid_vectors_as_resp2_lose_what_is_documented() {
    common::on_large_stack(|| {
        for vector in vectors::valid() {
            if vector.dialects.contains(&Dialect::Request) {
                continue;
            }
            let values = whole(Dialect::Resp3, &vector.wire).frames;
            let wire: Vec<u8> =
                values.iter().flat_map(|value| encoded(Target::Resp2, value)).collect();
            let read = whole(Dialect::Resp2, &wire);
            let expected: Vec<Value> = values.iter().map(down).collect();
            assert_eq!((read.frames, read.end), (expected, Ok(Ok(()))), "{}", vector.id);
        }
    });
}

/// Two means that share no code write the same text of a double: above all where two texts are as good
/// as each other, and where the neighbours of a number are not equally far.
#[test]
fn the_text_of_a_double_is_the_shortest() {
    let mut rng = Rng::new(7);
    let ties = (0..100_000).map(|_| (rng.next() >> 34) as f64 / (1_u64 << rng.below(40)) as f64);
    let mut values: Vec<f64> = ties.collect();
    values.extend((0..100_000).map(|_| f64::from_bits(rng.next())).filter(|value| !value.is_nan()));
    values.extend((-1074..1024).map(|power| 2_f64.powi(power)));
    values.extend([80.102_081_298_828_12, 0.0, -0.0, 1e15, 1e16, 1e-5, 9.9e-6, f64::MAX]);
    for value in values {
        let wire = encoded(Target::Resp3, &Value::Double(value));
        assert_eq!(format!(",{}\r\n", shortest(value)).as_bytes(), wire, "{value:e}");
    }
}

#[test]
fn inline_commands_come_back_word_for_word() {
    let mut rng = Rng::new(3);
    for _ in 0..20_000 {
        let words: Vec<Vec<u8>> = (0..rng.below(4))
            .map(|_| (0..rng.below(6)).map(|_| *rng.pick(b"a*\\\"' \r\n\0x\xff#;")).collect())
            .collect();
        let wire = encoded(Target::AsIs, &Value::Inline(words.clone()));
        let read = whole(Dialect::Request, &wire);
        assert_eq!(read.frames, [Value::Inline(words)], "{}", wire.escape_ascii());
    }
}

/// What must be refused, and why.
fn refused() -> Vec<(Value, EncodeError)> {
    let int = Value::Integer;
    let deep = |levels| (0..levels).fold(int(1), |value, _| Value::array([value]));
    vec![
        (Value::simple("a\r\nb"), EncodeError::LineBreak { at: 1 }),
        (Value::error("ab\n"), EncodeError::LineBreak { at: 2 }),
        (Value::simple(vec![b'a'; 65_537]), EncodeError::LineTooLong { limit: 65_536 }),
        (Value::BigNumber(b"".into()), EncodeError::InvalidNumber),
        (Value::BigNumber(b"12.5".into()), EncodeError::InvalidNumber),
        (Value::BigNumber(b"1\r\n".into()), EncodeError::InvalidNumber),
        (Value::BigNumber(vec![b'1'; 65_537]), EncodeError::LineTooLong { limit: 65_536 }),
        (Value::Inline(vec![vec![b'a'; 65_537]]), EncodeError::LineTooLong { limit: 65_536 }),
        (Value::Inline(vec![vec![0; 17_000]]), EncodeError::LineTooLong { limit: 65_536 }),
        (Value::array([Value::Inline(vec![])]), EncodeError::InlineInside),
        (streamed(&[b"a", b""]), EncodeError::EmptyChunk),
        (Value::Map(List::new(vec![int(1)])), EncodeError::OddMap),
        (Value::Map(List::streamed(vec![int(1)])), EncodeError::OddMap),
        (Value::Attributed(List::default()), EncodeError::NothingDescribed),
        (Value::Attributed(List::new(vec![int(1), int(2)])), EncodeError::OddMap),
        (Value::Attributed(List::streamed(vec![int(1)])), EncodeError::NotStreamable),
        (Value::Push(List::streamed(vec![])), EncodeError::NotStreamable),
        (Value::array([Value::push([])]), EncodeError::PushInside),
        (Value::push([Value::push([])]), EncodeError::PushInside),
        (Value::array([Value::push([]).with_attribute([])]), EncodeError::PushInside),
        (int(1).with_attribute([(int(1), Value::push([]))]), EncodeError::PushInside),
        (deep(1025), EncodeError::TooDeep { limit: 1024 }),
        (
            (0..1025).fold(int(1), |value, _| value.with_attribute([])),
            EncodeError::TooDeep { limit: 1024 },
        ),
    ]
}

#[test]
fn refusals_leave_the_buffer_as_it_was() {
    for target in [Target::AsIs, Target::Resp3, Target::Resp2] {
        for (value, error) in refused() {
            for value in [value.clone(), Value::array([Value::Integer(7), value.clone()])] {
                let mut encoder = Encoder::to(target);
                let mut out = Vec::new();
                encoder.value(&mut out, &Value::Integer(1)).expect("an integer");
                let wrapped = encoder.value(&mut out, &value);
                let known = match (&value, wrapped) {
                    (_, Err(known)) => known,
                    (value, Ok(())) => {
                        let shown: String = format!("{value:?}").chars().take(200).collect();
                        panic!("{target:?} {shown} was written")
                    }
                };
                if !matches!(value, Value::Array(_)) {
                    assert_eq!(known, error, "{target:?} {value:?}");
                }
                assert_eq!(out, b":1\r\n", "{target:?} {value:?}");
                encoder.value(&mut out, &Value::Integer(2)).expect("it goes on");
                assert_eq!(out, b":1\r\n:2\r\n");
            }
        }
    }
}

/// Any sequence of events: what is accepted can be read, and what is refused leaves whole frames.
#[test]
fn whatever_the_encoder_accepts_the_parser_accepts() {
    let texts: [&[u8]; 6] =
        [b"", b"a", b"abcdef", b"abcdefg", b"a\nb", b"0123456789012345678901234"];
    let mut rng = Rng::new(4);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..400_000 {
        let target = *rng.pick(&[Target::AsIs, Target::Resp2, Target::Resp3]);
        let dialect = if target == Target::Resp2 { Dialect::Resp2 } else { Dialect::Resp3 };
        let limits = Limits::new(dialect).depth(3).elements(2).line(24).blob(8).frame(90);
        let mut encoder = Encoder::to(target).limits(limits);
        let mut out = Vec::new();
        let mut complete = 0;
        let mut trail = Vec::new();
        for _ in 0..rng.below(12) {
            let kind = *rng.pick(&Aggregate::ALL);
            let text = *rng.pick(&texts);
            let count = [None, Some(0), Some(1), Some(2), Some(3)][rng.below(5)];
            let event = match rng.below(16) {
                0..=4 => Event::Begin { kind, count, interrupts: rng.below(30) == 0 },
                5..=7 => Event::End { kind, count: 0, interrupts: rng.below(30) == 0 },
                8 => Event::SimpleString(text),
                9 => Event::BulkString(text),
                10 => Event::BulkError(text),
                11 => Event::Verbatim { format: *b"txt", text },
                12 | 13 => Event::Chunk(text),
                14 => Event::Null(*rng.pick(&[Null::Array, Null::Resp3])),
                _ => *rng.pick(&[
                    Event::Integer(i64::MIN),
                    Event::Boolean(true),
                    Event::BlobEnd,
                    Event::Double(resp_machine::event::Double::new(b"1.25e-100").expect("valid")),
                ]),
            };
            trail.push(format!("{event:?}"));
            match encoder.event(&mut out, event) {
                Ok(()) if encoder.is_complete() => {
                    // A frame over its limit is found out when it is finished.
                    if encoder.finish(&mut out).is_err() {
                        assert_eq!(out.len(), complete, "{target:?} {trail:?}");
                    }
                    complete = out.len();
                }
                Ok(()) => {}
                Err(_) => {
                    refused += 1;
                    assert_eq!(out.len(), complete, "{target:?} {trail:?}");
                }
            }
        }
        if encoder.finish(&mut out).is_err() {
            assert_eq!(out.len(), complete, "{target:?} {trail:?}");
        }
        let read = run(dialect, limits, [&out[..]]);
        assert_eq!(read.end(), End::Clean, "{target:?} {trail:?} {}", out.escape_ascii());
        accepted += read.frames.len();
    }
    println!("{accepted} frames accepted, {refused} events refused");
    assert!(accepted > 200_000 && refused > 200_000);
}

/// Values too deep for a thread's stack, on a thread of ordinary size.
#[test]
fn two_hundred_thousand_levels_do_not_overflow_the_stack() {
    const LEVELS: usize = 200_000;
    let limits = Limits::new(Dialect::Resp3).depth(2 * LEVELS);
    let headers: [(&[u8], &[u8]); 6] = [
        (b"*1\r\n", b""),
        (b"%1\r\n+k\r\n", b""),
        (b"~1\r\n", b""),
        (b"|0\r\n", b""),
        (b"*?\r\n", b".\r\n"),
        (b"|1\r\n+k\r\n", b":2\r\n"),
    ];
    for (header, end) in headers {
        let wire = [&header.repeat(LEVELS), &b":1\r\n"[..], &end.repeat(LEVELS)].concat();
        let mut decoder = Decoder::with_limits(Dialect::Resp3, limits);
        decoder.feed(&wire);
        let owned = decoder.next_owned().expect("valid").expect("whole");
        let frame = owned.frame();
        assert_eq!(frame, frame);
        let value = Value::from(frame);
        let copy = value.clone();
        assert_eq!(value, copy);
        assert!(format!("{value:?}").len() > LEVELS);
        assert!(format!("{frame:?}").len() > LEVELS);
        drop(copy);
        let mut encoder = Encoder::new().limits(limits);
        let mut out = Vec::new();
        encoder.value(&mut out, &value).expect("within the limits");
        assert_eq!(out, wire);
        out.clear();
        encoder.frame(&mut out, frame).expect("within the limits");
        assert_eq!(out, wire);
        let mut low = Encoder::to(Target::Resp2).limits(limits);
        out.clear();
        low.frame(&mut out, frame).expect("within the limits");
        drop(value);
    }
}
