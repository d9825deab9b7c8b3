//! The encoder at its limits: what is refused, by which call, in which words, and that the buffer
//! is then as it was; and the functions that write one value each.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::encode::{EncodeError, Encoder, Target, scalar};
use resp_machine::event::{Aggregate, BigNumber, Double, Event, Null};
use resp_machine::value::{List, Value};
use resp_machine::{Decoder, Dialect, Limits};

/// Small enough that every one of them can be broken.
fn limits() -> Limits {
    Limits::new(Dialect::Resp3).depth(3).elements(3).line(8).blob(16).frame(64)
}

type Write = fn(&mut Encoder, &mut Vec<u8>) -> Result<(), EncodeError>;

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

const CHUNKS: Event<'_> = Event::Begin { kind: Aggregate::String, count: None, interrupts: false };

#[test]
fn nothing_but_chunks_is_written_into_a_streamed_string() {
    for (name, write) in WRITES {
        let mut encoder = Encoder::new();
        let mut out = b"before".to_vec();
        encoder.event(&mut out, CHUNKS).unwrap();
        assert_eq!(write(&mut encoder, &mut out), Err(EncodeError::OutOfPlace), "{name}");
        assert_eq!(out, b"before", "{name}");
        // What was begun is forgotten.
        assert_eq!(write(&mut encoder, &mut out), Ok(()), "{name}");
    }
}

/// A frame of so many bytes, one value after the other, is refused by the call that writes too
/// much, or at its end.
#[test]
fn a_frame_over_its_limit_is_taken_back() {
    for (name, write) in WRITES.iter().filter(|(name, _)| !matches!(*name, "inline" | "frame")) {
        for target in [Target::AsIs, Target::Resp2] {
            let mut encoder = Encoder::to(target).limits(limits().elements(1000));
            let mut out = b"before".to_vec();
            encoder.array(&mut out, 40).unwrap();
            let outcome = (0..40).try_for_each(|_| write(&mut encoder, &mut out));
            let outcome = outcome.and_then(|()| encoder.finish(&mut out));
            assert_eq!(outcome, Err(EncodeError::FrameTooLong { limit: 64 }), "{name} {target:?}");
            assert_eq!(out, b"before", "{name} {target:?}");
        }
    }
}

#[test]
fn every_limit_is_one_of_each_value() {
    let refused = |target: Target, limits: Limits, write: Write| {
        let mut encoder = Encoder::to(target).limits(limits);
        let mut out = b"before".to_vec();
        let error = write(&mut encoder, &mut out).and_then(|()| encoder.finish(&mut out));
        assert_eq!(out, b"before", "{error:?}");
        error.unwrap_err()
    };
    let line = EncodeError::LineTooLong { limit: 8 };
    let lines: [Write; 7] = [
        |encoder, out| encoder.event(out, Event::SimpleString(b"123456789")),
        |encoder, out| encoder.event(out, Event::Integer(-12_345_678)),
        |encoder, out| encoder.integer_text(out, b"+12345678"),
        |encoder, out| encoder.double(out, 1.234_567_8),
        |encoder, out| encoder.big_number(out, b"123456789"),
        |encoder, out| encoder.event(out, Event::Double(Double::new(b"1.2345678").unwrap())),
        |encoder, out| encoder.event(out, Event::BigNumber(BigNumber::new(b"123456789").unwrap())),
    ];
    for write in lines {
        assert_eq!(refused(Target::AsIs, limits(), write), line);
    }
    let inline: Write = |encoder, out| {
        let (_, command) = resp_machine::grammar::inline_command(b"ECHO abcd\r\n").unwrap();
        encoder.event(out, Event::Inline(command))
    };
    assert_eq!(refused(Target::AsIs, limits(), inline), line);
    let inside: Write = |encoder, out| {
        encoder.array(out, 1)?;
        let (_, command) = resp_machine::grammar::inline_command(b"PING\r\n").unwrap();
        encoder.event(out, Event::Inline(command))
    };
    assert_eq!(refused(Target::AsIs, limits(), inside), EncodeError::InlineInside);

    let blob = EncodeError::BlobTooLong { limit: 16 };
    let blobs: [Write; 4] = [
        |encoder, out| encoder.event(out, Event::BulkString(&[0; 17])),
        |encoder, out| encoder.event(out, Event::Verbatim { format: *b"txt", text: &[0; 17] }),
        // In RESP2 the chunks are one bulk string, so their sum counts.
        |encoder, out| {
            encoder.value(out, &Value::StreamedString(vec![vec![b'a'; 9], vec![b'b'; 9]]))
        },
        |encoder, out| encoder.event(out, Event::BulkString(&[b'a'; 1000])),
    ];
    for write in blobs {
        assert_eq!(refused(Target::Resp2, limits(), write), blob);
    }
    let chunks = blobs[2];
    let mut out = Vec::new();
    assert_eq!(chunks(&mut Encoder::new().limits(limits()), &mut out), Ok(()));

    // The blob that does not fit the frame is not even copied.
    let frame: Write = |encoder, out| {
        encoder.array(out, 2)?;
        encoder.event(out, Event::BulkString(&[b'a'; 61]))?;
        panic!("{}", out.escape_ascii())
    };
    let long = EncodeError::FrameTooLong { limit: 64 };
    assert_eq!(refused(Target::AsIs, limits().blob(1000), frame), long);
    // A value in a list that is refused, and the list with it.
    let element: Write =
        |encoder, out| encoder.value(out, &Value::array([Value::simple("123456789")]));
    assert_eq!(refused(Target::AsIs, limits(), element), line);
}

/// A frame that was read with wider limits than those of whoever will read it again.
#[test]
fn frames_are_held_to_the_limits_of_the_next_reader() {
    let cases: [(&[u8], EncodeError); 5] = [
        (b"*1\r\n+123456789\r\n", EncodeError::LineTooLong { limit: 8 }),
        (b"*1\r\n$17\r\naaaaaaaaaaaaaaaaa\r\n", EncodeError::BlobTooLong { limit: 16 }),
        (b"*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", EncodeError::TooManyElements { limit: 3 }),
        (b"*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", EncodeError::TooDeep { limit: 3 }),
        (b"*3\r\n*3\r\n:11\r\n:1\r\n:1\r\n*3\r\n:1\r\n:1\r\n:1\r\n%3\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n",
            EncodeError::FrameTooLong { limit: 64 }),
    ];
    for (wire, error) in cases {
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(wire);
        let frame = decoder.next_frame().unwrap().unwrap();
        let mut out = b"before".to_vec();
        let outcome = Encoder::new().limits(limits()).frame(&mut out, frame);
        assert_eq!((outcome, &out[..]), (Err(error), &b"before"[..]), "{}", wire.escape_ascii());
        assert_eq!(Encoder::new().frame(&mut out, frame), Ok(()));
        assert_eq!(&out[6..], wire);
    }
}

/// What an aggregate is closed with must be what it was opened with: an odd map is found out by
/// whoever ends it.
#[test]
fn a_refusal_by_a_list_is_that_of_its_end() {
    let odd = Value::array([Value::Map(List::streamed(vec![Value::Integer(1)]))]);
    let mut out = b"before".to_vec();
    assert_eq!(Encoder::new().value(&mut out, &odd), Err(EncodeError::OddMap));
    assert_eq!(out, b"before");
}

#[test]
fn an_encoder_is_that_of_its_target() {
    assert_eq!(Encoder::default().target(), Target::AsIs);
    for target in [Target::AsIs, Target::Resp2, Target::Resp3] {
        assert_eq!(Encoder::to(target).target(), target);
        let mut out = Vec::new();
        Encoder::to(target).event(&mut out, Event::Null(Null::Array)).unwrap();
        assert_eq!(out, if target == Target::Resp3 { &b"_\r\n"[..] } else { b"*-1\r\n" });
    }
}

#[test]
fn each_scalar_is_its_line_or_blob() {
    let number = |text| BigNumber::new(text).unwrap();
    let mut out = Vec::new();
    scalar::simple_string(&mut out, b"OK").unwrap();
    scalar::simple_error(&mut out, b"ERR no").unwrap();
    scalar::bulk_error(&mut out, b"a\r\nb");
    scalar::big_number(&mut out, number(b"-12")).unwrap();
    for text in [&b"7"[..], b"+7", b"-007"] {
        scalar::integer_text(&mut out, text).unwrap();
    }
    let whole = b"+OK\r\n-ERR no\r\n!4\r\na\r\nb\r\n(-12\r\n:7\r\n:+7\r\n:-007\r\n";
    assert_eq!(out.escape_ascii().to_string(), whole.escape_ascii().to_string());

    let long = vec![b'1'; 65_537];
    let too_long = Err(EncodeError::LineTooLong { limit: 65_536 });
    assert_eq!(scalar::simple_string(&mut out, b"a\nb"), Err(EncodeError::LineBreak { at: 1 }));
    assert_eq!(scalar::simple_error(&mut out, b"ab\r"), Err(EncodeError::LineBreak { at: 2 }));
    assert_eq!(scalar::simple_error(&mut out, &long), too_long);
    assert_eq!(scalar::big_number(&mut out, number(&long)), too_long);
    for text in [&b""[..], b"+", b"1a", b"9223372036854775808", b"\xff", &vec![b'0'; 65_537]] {
        assert_eq!(scalar::integer_text(&mut out, text), Err(EncodeError::InvalidNumber));
    }
    assert_eq!(out, whole, "a refusal writes nothing");
}

/// Whoever reads the message of an error learns the limit, or what to do instead.
#[test]
fn every_refusal_has_words_of_its_own() {
    let errors = [
        (EncodeError::LineBreak { at: 4 }, "at byte 4"),
        (EncodeError::InvalidNumber, "digits"),
        (EncodeError::LineTooLong { limit: 5 }, "5 bytes: use a bulk string"),
        (EncodeError::BlobTooLong { limit: 6 }, "blob of more than 6 bytes"),
        (EncodeError::FrameTooLong { limit: 7 }, "frame of more than 7 bytes"),
        (EncodeError::TooManyElements { limit: 8 }, "8 elements"),
        (EncodeError::TooDeep { limit: 9 }, "9 aggregates"),
        (EncodeError::EmptyChunk, "end the streamed string"),
        (EncodeError::OutOfPlace, "holds chunks"),
        (EncodeError::NotStreamable, "are streamed"),
        (EncodeError::InlineInside, "stands alone"),
        (EncodeError::NothingDescribed, "describes a value"),
        (EncodeError::UnexpectedEnd, "does not match"),
        (EncodeError::OddMap, "no value"),
        (EncodeError::PushInside, "push"),
        (EncodeError::StreamedInResp2, "RESP2 has no streamed forms"),
        (EncodeError::BlobInParts, "not in parts"),
        (EncodeError::Unfinished, "not whole"),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (error, words) in errors {
        assert!(error.to_string().contains(words), "{error}");
        assert!(seen.insert(error.to_string()), "{error}");
    }
}

#[test]
fn a_broken_map_in_the_wrong_place_is_out_of_place() {
    let odd = Value::Map(List::new(vec![Value::Integer(1)]));
    let mut encoder = Encoder::new();
    let mut out = b"before".to_vec();
    encoder.event(&mut out, CHUNKS).unwrap();
    assert_eq!(encoder.value(&mut out, &odd), Err(EncodeError::OutOfPlace));
    assert_eq!(encoder.value(&mut out, &odd), Err(EncodeError::OddMap));
    assert_eq!(out, b"before");
}
