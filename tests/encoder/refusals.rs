//! What is refused, and by which call: both sides of each limit, and every way to write a value.

use super::{
    INT, LIMITS, SOME, assert_written, begin, big, double, end, inlined, ok, stream, written,
};
use Target::{AsIs, Resp2, Resp3};
use resp_machine::encode::{EncodeError as E, Encoder, Target};
use resp_machine::event::Aggregate::{Array, Map, String as Text};
use resp_machine::event::{Event, Null};
use resp_machine::value::{List, Value};
use resp_machine::{Decoder, Dialect, Limits};
use std::collections::BTreeSet;

/// Small enough that every one of them can be broken.
const SMALL: Limits = LIMITS.depth(3).elements(3).line(8).blob(16).frame(64);

/// Asserts that each of `events` passes with the limit, and is refused with one less, at the place
/// in the sequence that is given.
fn assert_edge(
    target: Target,
    events: &[Event<'_>],
    least: Limits,
    less: Limits,
    at: usize,
    why: E,
) {
    assert!(written(target, least, events).is_ok(), "{target:?} {events:?}: {least:?}");
    assert_written(target, less, events, Err((at, why)));
}

#[test]
fn limits_are_the_last_that_passes() {
    let verbatim = Event::Verbatim { format: *b"txt", text: b"abc" };
    for target in [AsIs, Resp3, Resp2] {
        let line = |events: &[Event<'_>]| {
            assert_edge(
                target,
                events,
                LIMITS.line(7),
                LIMITS.line(6),
                0,
                E::LineTooLong { limit: 6 },
            );
        };
        line(&[Event::SimpleString(b"1234567")]);
        line(&[Event::SimpleError(b"1234567")]);
        line(&[Event::Integer(1_234_567)]);
        line(&[Event::Integer(-123_456)]);
        line(&[double("1234567")]);
        line(&[big("1234567")]);
        line(&[inlined("ab cdef\r\n")]);

        let blob = |events: &[Event<'_>], at| {
            assert_edge(
                target,
                events,
                LIMITS.blob(7),
                LIMITS.blob(6),
                at,
                E::BlobTooLong { limit: 6 },
            );
        };
        blob(&[Event::BulkString(b"1234567")], 0);
        if target != Resp2 {
            blob(&[Event::BulkError(b"1234567")], 0);
            blob(&[verbatim], 0);
            blob(&[stream(Text), Event::Chunk(b"1234567"), end(Text)], 1);
        } else {
            blob(&[double("1.25e10")], 0);
        }

        let most = |limit| LIMITS.elements(limit);
        let many = E::TooManyElements { limit: 1 };
        assert_edge(target, &[begin(Array, 2), INT, INT], most(2), most(1), 0, many);
        if target == Resp2 {
            // A map is an array of twice as many.
            let map = [begin(Map, 1), INT, INT];
            assert_edge(target, &map, most(2), most(1), 0, many);
        } else {
            assert_edge(target, &[begin(Map, 2), INT, INT, INT, INT], most(2), most(1), 0, many);
            assert_edge(target, &[stream(Array), INT, INT, end(Array)], most(2), most(1), 2, many);
            let map = [stream(Map), INT, INT, INT, INT, end(Map)];
            assert_edge(target, &map, most(2), most(1), 3, many);
            let string = [stream(Text), SOME, SOME, end(Text)];
            assert_edge(target, &string, most(2), most(1), 2, E::OutOfPlace);
        }

        let (two, one) = (LIMITS.depth(2), LIMITS.depth(1));
        let deep = E::TooDeep { limit: 1 };
        assert_edge(target, &[begin(Array, 1), begin(Array, 0)], two, one, 1, deep);
        if target == AsIs {
            // Its marker is that of an array.
            assert_edge(target, &[begin(Array, 1), Event::Null(Null::Array)], two, one, 1, deep);
        }
        assert!(written(target, one, &[begin(Array, 1), Event::Null(Null::Bulk)]).is_ok());
        if target != Resp2 {
            assert!(written(target, one, &[begin(Array, 1), stream(Text), end(Text)]).is_ok());
        }

        // A frame is known to be too long when it is whole, and a blob before it is copied.
        let whole = |frame: u64| LIMITS.frame(frame);
        let too_long = |limit| E::FrameTooLong { limit };
        assert_edge(target, &[Event::SimpleString(b"abc")], whole(6), whole(5), 1, too_long(5));
        assert_edge(target, &[Event::BulkString(b"abc")], whole(9), whole(8), 1, too_long(8));
        let two = [begin(Array, 1), Event::BulkString(b"abcd")];
        assert_edge(target, &two, whole(14), whole(13), 2, too_long(13));
        assert_written(target, whole(8), &two, Err((2, too_long(8))));
        assert_written(target, whole(7), &two, Err((1, too_long(7))));
    }
    // No count may be so large that twice of it does not fit.
    let limits = LIMITS.elements(u64::MAX);
    let limit = u64::MAX / 4;
    assert_written(AsIs, limits, &[begin(Map, limit)], Err((1, E::Unfinished)));
    assert_written(AsIs, limits, &[begin(Map, limit + 1)], Err((0, E::TooManyElements { limit })));
    // Text for which RESP2 has a line is cut off at the line's limit.
    assert_written(Resp2, LIMITS.line(3), &[Event::BulkError(b"abcd")], ok("-abc "));
}

/// Each way to write a value.
const WRITES: [(&str, Write); 9] = [
    ("event", |encoder, out| encoder.event(out, Event::Integer(1))),
    ("value", |encoder, out| encoder.value(out, &Value::Integer(1))),
    ("double", |encoder, out| encoder.double(out, 0.5)),
    ("big_number", |encoder, out| encoder.big_number(out, b"1")),
    ("integer_text", |encoder, out| encoder.integer_text(out, b"+1")),
    ("array", |encoder, out| encoder.array(out, 0)),
    ("map", |encoder, out| encoder.map(out, 0)),
    ("inline", |encoder, out| encoder.value(out, &Value::Inline(vec![b"a".to_vec()]))),
    ("frame", |encoder, out| {
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(b"*1\r\n:1\r\n");
        encoder.frame(out, decoder.next_frame().unwrap().unwrap())
    }),
];

type Write = fn(&mut Encoder, &mut Vec<u8>) -> Result<(), E>;

#[test]
fn nothing_but_chunks_is_written_into_a_streamed_string() {
    for (name, write) in WRITES {
        let mut encoder = Encoder::new();
        let mut out = b"before".to_vec();
        encoder.event(&mut out, stream(Text)).unwrap();
        assert_eq!(write(&mut encoder, &mut out), Err(E::OutOfPlace), "{name}");
        assert_eq!(out, b"before", "{name}");
        // What was begun is forgotten.
        assert_eq!(write(&mut encoder, &mut out), Ok(()), "{name}");
    }
    // Where it stands is looked at before what it is.
    let odd = Value::Map(List::new(vec![Value::Integer(1)]));
    let mut encoder = Encoder::new();
    let mut out = Vec::new();
    encoder.event(&mut out, stream(Text)).unwrap();
    assert_eq!(encoder.value(&mut out, &odd), Err(E::OutOfPlace));
    assert_eq!(encoder.value(&mut out, &odd), Err(E::OddMap));
}

/// A frame of so many bytes, one value after the other, is refused by the call that writes too
/// much, or at its end.
#[test]
fn a_frame_over_its_limit_is_taken_back() {
    for (name, write) in WRITES.iter().filter(|(name, _)| !matches!(*name, "inline" | "frame")) {
        for target in [Target::AsIs, Target::Resp2] {
            let mut encoder = Encoder::to(target).limits(SMALL.elements(1000));
            let mut out = b"before".to_vec();
            encoder.array(&mut out, 40).unwrap();
            let outcome = (0..40).try_for_each(|_| write(&mut encoder, &mut out));
            let outcome = outcome.and_then(|()| encoder.finish(&mut out));
            assert_eq!(outcome, Err(E::FrameTooLong { limit: 64 }), "{name} {target:?}");
            assert_eq!(out, b"before", "{name} {target:?}");
        }
    }
}

/// A frame that was read with wider limits than those of whoever will read it again.
#[test]
fn frames_are_held_to_the_limits_of_the_next_reader() {
    let cases: [(&[u8], E); 5] = [
        (b"*1\r\n+123456789\r\n", E::LineTooLong { limit: 8 }),
        (b"*1\r\n$17\r\naaaaaaaaaaaaaaaaa\r\n", E::BlobTooLong { limit: 16 }),
        (b"*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", E::TooManyElements { limit: 3 }),
        (b"*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", E::TooDeep { limit: 3 }),
        (b"*3\r\n*3\r\n:11\r\n:1\r\n:1\r\n*3\r\n:1\r\n:1\r\n:1\r\n%3\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n",
            E::FrameTooLong { limit: 64 }),
    ];
    for (wire, error) in cases {
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(wire);
        let frame = decoder.next_frame().unwrap().unwrap();
        let mut out = b"before".to_vec();
        let outcome = Encoder::new().limits(SMALL).frame(&mut out, frame);
        assert_eq!((outcome, &out[..]), (Err(error), &b"before"[..]), "{}", wire.escape_ascii());
        assert_eq!(Encoder::new().frame(&mut out, frame), Ok(()));
        assert_eq!(&out[6..], wire);
    }
}

/// Whoever reads the message of an error learns the limit, or what to do instead.
#[test]
fn every_refusal_has_words_of_its_own() {
    let errors = [
        (E::LineBreak { at: 4 }, "at byte 4"),
        (E::InvalidNumber, "digits"),
        (E::LineTooLong { limit: 5 }, "5 bytes: use a bulk string"),
        (E::BlobTooLong { limit: 6 }, "blob of more than 6 bytes"),
        (E::FrameTooLong { limit: 7 }, "frame of more than 7 bytes"),
        (E::TooManyElements { limit: 8 }, "8 elements"),
        (E::TooDeep { limit: 9 }, "9 aggregates"),
        (E::EmptyChunk, "end the streamed string"),
        (E::OutOfPlace, "holds chunks"),
        (E::NotStreamable, "are streamed"),
        (E::InlineInside, "stands alone"),
        (E::NothingDescribed, "describes a value"),
        (E::UnexpectedEnd, "does not match"),
        (E::OddMap, "no value"),
        (E::PushInside, "push"),
        (E::StreamedInResp2, "RESP2 has no streamed forms"),
        (E::BlobInParts, "not in parts"),
        (E::Unfinished, "not whole"),
    ];
    let mut seen = BTreeSet::new();
    for (error, words) in errors {
        assert!(error.to_string().contains(words), "{error}");
        assert!(seen.insert(error.to_string()), "{error}");
    }
}
