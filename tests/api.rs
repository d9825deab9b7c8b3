//! What a dependant would trip over.
//!
//! Whether frames go to other threads, what a parser says after an error, whether `nth` is what
//! iterating gives, what a reader that fails halfway does to the frames behind it: each test here
//! is the promise of one sentence of the documentation.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{vectors, whole};
use resp_machine::decoder::{FrameReader, StreamError};
use resp_machine::event::Event;
use resp_machine::frame::{Frame, OwnedFrame, Parser, View};
use resp_machine::machine::{FixedStack, Level, Machine};
use resp_machine::state::State;
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect, ErrorKind, Limits, ProtocolError, Truncated};
use std::io::{self, Read};

fn owned(wire: &[u8]) -> OwnedFrame {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(wire);
    decoder.next_owned().expect("valid").expect("whole")
}

#[test]
fn everything_can_be_sent_and_shared() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Frame<'_>>();
    send_and_sync::<OwnedFrame>();
    send_and_sync::<Value>();
    send_and_sync::<Decoder>();
    send_and_sync::<Parser>();
    send_and_sync::<Machine<Vec<Level>>>();
    send_and_sync::<Machine<FixedStack<4>>>();
    send_and_sync::<ProtocolError>();
    send_and_sync::<Truncated>();
    send_and_sync::<FrameReader<io::Empty>>();
}

#[test]
fn an_error_is_sticky_until_reset() {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b":1\r\n:x\r\n:2\r\n");
    assert!(decoder.next_frame().unwrap().is_some());
    let first = decoder.next_frame().unwrap_err();
    assert_eq!(
        (first.kind, first.offset, first.state),
        (ErrorKind::InvalidInteger, 5, State::Line)
    );
    decoder.feed(b":3\r\n");
    assert_eq!(decoder.next_frame().unwrap_err(), first);
    assert_eq!(decoder.next_owned().unwrap_err(), first);
    assert_eq!(decoder.parser().machine().error(), Some(&first));
    decoder.reset();
    decoder.feed(b":4\r\n");
    assert_eq!(decoder.next_frame().unwrap().unwrap().as_i64(), Ok(4));
    // Offsets begin again with the stream.
    decoder.feed(b"x");
    assert_eq!(decoder.next_frame().unwrap_err().offset, 4);
}

#[test]
fn reset_forgets_everything_that_was_begun() {
    let beginnings = [
        "*2\r\n:1\r\n",
        ">2\r\n+a\r\n",
        "|1\r\n+k\r\n",
        "=9\r\ntxt",
        "+ab\r",
        "$?\r\n;3\r\na",
        "*?\r\n*1\r\n",
    ];
    for beginning in beginnings {
        for in_parts in [0, u64::MAX] {
            let mut machine = Machine::new(Dialect::Resp3).blobs_in_parts_over(in_parts);
            let mut feed = machine.feed(beginning.as_bytes());
            while feed.next_token().unwrap().is_some() {}
            machine.reset();
            assert!(
                machine.is_between_frames() && machine.finish().is_ok() && machine.offset() == 0
            );
            let mut feed = machine.feed(b">0\r\n");
            assert!(feed.next_token().unwrap().is_some(), "{beginning:?}");
            assert!(feed.next_token().unwrap().is_some(), "{beginning:?}");
            assert_eq!(feed.next_token(), Ok(None));
            assert!(machine.finish().is_ok(), "{beginning:?}");
            // What it was told to do it still does.
            let mut feed = machine.feed(b"$3\r\nabc\r\n");
            let first = feed.next_token().unwrap().unwrap().event;
            assert_eq!(matches!(first, Event::BlobBegin { .. }), in_parts == 0);
            while feed.next_token().unwrap().is_some() {}
            // And nothing is open that a stream's end could close.
            let error = machine.feed(b".\r\n").next_token().unwrap_err();
            assert_eq!(error.kind, ErrorKind::OutOfPlace, "{beginning:?}");
        }
    }
}

#[test]
fn finish_tells_a_clean_end_from_a_truncated_one_in_every_state() {
    type Open = Option<(State, usize)>;
    let cases: [(&[u8], Open); 17] = [
        (b"", None),
        (b":1\r\n", None),
        (b":1\r\n*0\r\n", None),
        (b":", Some((State::Line, 0))),
        (b":1\r", Some((State::Line, 0))),
        (b"$", Some((State::Length, 0))),
        (b"$3", Some((State::Length, 0))),
        (b"$3\r\nabc", Some((State::Body, 0))),
        (b"$3\r\nabc\r", Some((State::Body, 0))),
        (b"*", Some((State::Count, 0))),
        (b"*1\r\n", Some((State::Start, 1))),
        (b"*1\r\n*2\r\n_\r\n", Some((State::Start, 2))),
        (b"|0\r\n", Some((State::Start, 1))),
        (b":1\r\n|1\r\n+k\r\n+v\r\n", Some((State::Start, 1))),
        (b"*?\r\n", Some((State::Start, 1))),
        (b"$?\r\n;1\r\na\r\n", Some((State::Start, 1))),
        (b"*1\r\n>0\r\n", Some((State::Start, 1))),
    ];
    for (input, expected) in cases {
        let end = whole(Dialect::Resp3, input).end.unwrap();
        let seen = end.err().map(|truncated| (truncated.state, truncated.depth));
        assert_eq!(seen, expected, "{}", input.escape_ascii());
        if let Err(truncated) = end {
            assert_eq!(truncated.offset, input.len() as u64, "{}", input.escape_ascii());
            assert!(!truncated.to_string().is_empty());
        }
    }
    assert!(whole(Dialect::Request, b"PING").end.unwrap().is_err());
}

/// The machine says where it will go on in what it has not consumed: how much of a line need not be
/// searched again, and how much of a blob has not come.
#[test]
fn the_machine_says_what_is_searched_and_what_is_due() {
    let cases: [(&[u8], usize, Option<u64>); 12] = [
        (b"", 0, None),
        (b"+", 0, None),
        (b"+hell", 4, None),
        (b"+hello\r", 6, None),
        (b"+hello\r\n", 0, None),
        (b"*3", 1, None),
        (b"*3\r\n", 0, None),
        (b"$5\r", 2, None),
        (b"$5\r\n", 0, Some(5)),
        (b"$5\r\nhel", 0, Some(5)),
        (b"$0\r\n", 0, Some(0)),
        (b"$5\r\nhello\r\n", 0, None),
    ];
    for (input, searched, due) in cases {
        let mut machine = Machine::new(Dialect::Resp3);
        let mut feed = machine.feed(input);
        while feed.next_token().unwrap().is_some() {}
        let said = (machine.scanned(), machine.due());
        assert_eq!(said, (searched, due), "{}", input.escape_ascii());
    }
    // Of a blob in parts, what has come is consumed.
    let mut machine = Machine::new(Dialect::Resp3).blobs_in_parts_over(0);
    let mut feed = machine.feed(b"$5\r\nhel");
    while feed.next_token().unwrap().is_some() {}
    assert_eq!(machine.due(), Some(2));
}

/// `get`, `nth`, `len` and `pair` give what iterating gives, from every place in the iteration.
#[test]
fn random_access_is_iteration() {
    let wires: [&[u8]; 8] = [
        b"*0\r\n",
        b"*4\r\n:1\r\n$1\r\na\r\n_\r\n+b\r\n",
        b"*3\r\n*2\r\n:1\r\n:2\r\n:3\r\n*0\r\n",
        b"*3\r\n:1\r\n|1\r\n+k\r\n*1\r\n_\r\n:2\r\n:3\r\n",
        b"~?\r\n:1\r\n$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n:3\r\n.\r\n",
        b">2\r\n+kind\r\n%1\r\n:1\r\n:2\r\n",
        b"*2\r\n|0\r\n|0\r\n:1\r\n*?\r\n.\r\n",
        b"*1\r\n>1\r\n+x\r\n*1\r\n:1\r\n",
    ];
    for wire in wires {
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(wire);
        let mut frame = decoder.next_owned().unwrap().unwrap();
        if let Some(interrupted) = decoder.next_owned().unwrap() {
            frame = interrupted;
        }
        let elements = frame.frame().elements().unwrap();
        let all: Vec<Frame<'_>> = elements.collect();
        assert_eq!(elements.len(), all.len());
        for skipped in 0..=all.len() {
            let mut rest = elements;
            if skipped > 0 {
                assert_eq!(rest.nth(skipped - 1), all.get(skipped - 1).copied());
            }
            assert_eq!(rest.len(), all.len() - skipped);
            for index in 0..all.len() + 2 {
                let expected = all.get(skipped + index).copied();
                assert_eq!(rest.get(index), expected, "{}", wire.escape_ascii());
                assert_eq!(rest.clone().nth(index), expected, "{}", wire.escape_ascii());
            }
        }
        let mut past = elements;
        assert_eq!((past.nth(all.len()), past.next(), past.len()), (None, None, 0));
        assert_eq!(elements.get(usize::MAX), None);
    }
}

#[test]
fn pairs_are_those_of_a_map_or_of_a_flat_array() {
    for wire in ["%2\r\n+a\r\n*1\r\n:1\r\n+b\r\n:2\r\n", "*4\r\n+a\r\n*1\r\n:1\r\n+b\r\n:2\r\n"] {
        let frame = owned(wire.as_bytes());
        let pairs = frame.frame().pairs().unwrap();
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs.get(b"b").unwrap().as_i64(), Ok(2));
        assert!(pairs.get(b"c").is_none());
        let (key, value) = pairs.pair(1).unwrap();
        assert_eq!((key.as_str(), value.as_i64()), (Ok("b"), Ok(2)));
        assert!(pairs.pair(2).is_none() && pairs.pair(usize::MAX).is_none());
    }
    assert!(owned(b"*1\r\n:1\r\n").frame().pairs().is_err());
    assert!(owned(b"~2\r\n:1\r\n:2\r\n").frame().pairs().is_err());
}

#[test]
fn attributes_are_out_of_the_way_and_there() {
    let frame = owned(b"|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n*1\r\n|0\r\n:3\r\n");
    let frame = frame.frame();
    let View::Array(mut items) = frame.view() else { panic!("{frame:?}") };
    assert_eq!(items.next().unwrap().attributes().count(), 1);
    let keys: Vec<_> = frame.attributes().map(|mut pairs| pairs.next().unwrap().0).collect();
    assert_eq!(keys.iter().map(|key| key.as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn messages_of_subscriptions_have_one_accessor() {
    let message = |wire: &[u8]| {
        let frame = owned(wire);
        let seen = frame.frame().pub_sub();
        seen.map(|message| (message.kind.to_vec(), message.rest.len(), message.is_push))
    };
    assert_eq!(message(b">2\r\n+invalidate\r\n_\r\n"), Some((b"invalidate".to_vec(), 1, true)));
    assert_eq!(message(b">1\r\n$1\r\nx\r\n"), Some((b"x".to_vec(), 0, true)));
    let resp2 = b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n";
    assert_eq!(message(resp2), Some((b"message".to_vec(), 2, false)));
    assert_eq!(message(b"*3\r\n$3\r\nGET\r\n$1\r\nc\r\n$1\r\nm\r\n"), None);
    assert_eq!(message(b"*1\r\n$7\r\nmessage\r\n"), None);
    assert_eq!(message(b">0\r\n"), None);
    assert_eq!(message(b">1\r\n:1\r\n"), None);
    assert_eq!(message(b"+message\r\n"), None);
}

#[test]
fn arguments_of_a_request_in_either_form() {
    let args = |wire: &[u8]| -> Vec<Vec<u8>> {
        let mut decoder = Decoder::new(Dialect::Request);
        decoder.feed(wire);
        let frame = decoder.next_frame().unwrap().unwrap();
        frame.args().unwrap().map(|argument| argument.to_vec()).collect()
    };
    assert_eq!(args(b"*2\r\n$3\r\nGET\r\n$0\r\n\r\n"), [&b"GET"[..], b""]);
    assert_eq!(args(b"GET 'a b' \"\\x41\" x\"y\"\r\n"), [&b"GET"[..], b"a b", b"A", b"xy"]);
    for empty in [&b"*-1\r\n"[..], b"*-7\r\n", b"*0\r\n", b"\r\n", b" \n"] {
        assert_eq!(args(empty), Vec::<Vec<u8>>::new(), "{}", empty.escape_ascii());
    }
    assert!(owned(b"*1\r\n:1\r\n").frame().args().is_err());
    assert!(owned(b":1\r\n").frame().args().is_err());
}

#[test]
fn owned_frames_share_or_detach() {
    let frame = owned(b"*2\r\n$5\r\nhello\r\n$?\r\n;1\r\nx\r\n;0\r\n");
    let hello = frame.frame().elements().unwrap().get(0).unwrap();
    let shared = frame.share(hello.as_bytes().unwrap());
    assert_eq!(shared.as_ptr(), hello.as_bytes().unwrap().as_ptr());
    let elsewhere = b"elsewhere".to_vec();
    assert_eq!(frame.share(&elsewhere), "elsewhere");
    let detached = frame.detach();
    assert_eq!(detached, frame);
    assert_ne!(detached.wire().as_ptr(), frame.wire().as_ptr());
    let wire = frame.wire().to_vec();
    drop(frame);
    assert_eq!((&shared[..], detached.wire()), (&b"hello"[..], &wire[..]));
    // A push that interrupted has bytes of its own, and the frame keeps its place.
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b"+before\r\n*2\r\n$1\r\na\r\n>2\r\n+x\r\n$1\r\ny\r\n$1\r\nb\r\n+after\r\n");
    let frames: Vec<String> =
        std::iter::from_fn(|| decoder.next_owned().unwrap()).map(|f| format!("{f:?}")).collect();
    assert_eq!(frames, ["+\"before\"", ">(+\"x\", \"y\")", "[\"a\", \"b\"]", "+\"after\""]);
}

/// Single values around the length up to which they are kept in place, from a buffer that ends
/// with them and from one that goes on.
#[test]
fn short_owned_frames_are_what_they_were() {
    for length in 0..40 {
        let mut wire = format!("${length}\r\n{}\r\n", "x".repeat(length)).into_bytes();
        let frame_bytes = wire.clone();
        for behind in ["", "+another frame that is long enough\r\n"] {
            wire.extend_from_slice(behind.as_bytes());
            let mut decoder = Decoder::new(Dialect::Resp3);
            decoder.feed(&wire);
            let frame = decoder.next_owned().unwrap().unwrap();
            assert_eq!(frame.wire(), frame_bytes);
            assert_eq!(decoder.unread(), behind.as_bytes());
            let text = frame.frame().as_bytes().unwrap().to_vec();
            assert_eq!(text, &frame_bytes[frame_bytes.len() - 2 - length..][..length]);
            assert_eq!(frame.share(frame.frame().as_bytes().unwrap()), text);
            let copies = [frame.clone(), frame.detach()];
            drop(frame);
            for copy in copies {
                assert_eq!(copy.wire(), frame_bytes);
                assert_eq!(copy.frame().as_bytes().unwrap(), text);
            }
            wire.truncate(frame_bytes.len());
        }
    }
}

/// A reader that gives one byte at a time, with interruptions, and fails once.
struct Slow<'a> {
    input: &'a [u8],
    calls: usize,
    fails_at: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.calls == self.fails_at {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let Some((first, rest)) = self.input.split_first() else { return Ok(0) };
        self.input = rest;
        buffer[0] = *first;
        Ok(1)
    }
}

#[test]
fn a_slow_reader_that_fails_once_loses_nothing() {
    let input = b"+a\r\n*1\r\n$2\r\nbc\r\n:1\r\n";
    let mut reader = FrameReader::new(Slow { input, calls: 0, fails_at: 10 }, Dialect::Resp3);
    let mut frames = Vec::new();
    let mut failures = 0;
    for frame in &mut reader {
        match frame {
            Ok(frame) => frames.push(Value::from(&frame)),
            Err(StreamError::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
                failures += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(frames, whole(Dialect::Resp3, input).frames);
    assert_eq!(failures, 1);
    assert!(reader.next().is_none());
}

#[test]
fn a_reader_ends_with_its_last_error() {
    let read = |input: &'static [u8]| FrameReader::new(input, Dialect::Resp3).collect::<Vec<_>>();
    let truncated = read(b":1\r\n*1\r\n");
    assert!(matches!(&truncated[..], [Ok(_), Err(StreamError::Truncated(end))] if end.offset == 8));
    let wrong = read(b":1\r\nGET / HTTP/1.1\r\n");
    let [Ok(_), Err(error @ StreamError::Protocol(_))] = &wrong[..] else { panic!("{wrong:?}") };
    assert!(error.to_string().contains("HTTP"), "{error}");
    assert!(read(b"").is_empty());
}

#[test]
fn a_machine_without_allocator_reads_as_deep_as_its_stack() {
    let deep = |levels: usize| [&b"*1\r\n".repeat(levels)[..], b"$?\r\n;1\r\na\r\n;0\r\n"].concat();
    let read = |levels: usize| {
        let limits = Limits::new(Dialect::Resp3);
        let mut machine: Machine<FixedStack<4>> = Machine::fixed(Dialect::Resp3, limits);
        // What was open before is not in the way.
        let mut feed = machine.feed(b"*3\r\n*3\r\n*3\r\n*3\r\n$?\r\n");
        while feed.next_token()?.is_some() {}
        machine.reset();
        let wire = deep(levels);
        let mut feed = machine.feed(&wire);
        let mut events = 0;
        while feed.next_token()?.is_some() {
            events += 1;
        }
        machine.finish().expect("whole");
        Ok::<usize, ProtocolError>(events)
    };
    for levels in 0..=4 {
        assert_eq!(read(levels), Ok(2 * levels + 3));
    }
    let error = read(5).unwrap_err();
    assert_eq!((error.kind, error.offset), (ErrorKind::TooDeep, 16));
}

#[test]
fn hints_tell_who_is_at_the_other_end() {
    let message = |dialect, input: &[u8]| whole(dialect, input).end.unwrap_err().to_string();
    assert!(message(Dialect::Resp3, b"HTTP/1.1 400 Bad Request\r\n").contains("HTTP"));
    assert!(message(Dialect::Resp3, b"\x15\x03\x03\0\x02").contains("TLS"));
    assert!(message(Dialect::Resp2, b"%1\r\n").contains("RESP3"));
    let tutorial = message(Dialect::Resp3, b"*\r\n:1\r\n:2\r\n:3\r\n");
    assert!(tutorial.contains("a count") && tutorial.contains("left out"), "{tutorial}");
}

/// The texts that the servers themselves sent for the same bytes.
#[test]
fn errors_have_the_words_of_redis() {
    let mut compared = 0;
    for vector in vectors::load("malformed.jsonl") {
        let said = vector.json["who_accepts"]["redis-server"].as_str().unwrap_or_default();
        let Some(said) = said.split("-ERR ").nth(1) else { continue };
        let Some((said, _)) = said.split_once("\\r\\n") else { continue };
        let outcome = whole(Dialect::Request, &vector.wire);
        let (Err(error), true) = (outcome.end, said.starts_with("Protocol error")) else {
            continue;
        };
        // Where this crate is stricter, the servers stumble later, over something else.
        let stricter = ["bare-lf", "unchecked-crlf", "leading-zeros"];
        if vector.field("policy").is_some_and(|policy| stricter.contains(&policy)) {
            continue;
        }
        assert_eq!(error.redis_text().to_string(), said, "{}", vector.id);
        compared += 1;
    }
    println!("{compared} texts");
    assert!(compared >= 15, "{compared}");
}

#[test]
fn an_end_is_not_clean_while_there_are_bytes_that_no_frame_was_asked_of() {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b"$5\r\nhel");
    assert_eq!(decoder.finish().unwrap_err().offset, 7);
    assert!(decoder.next_frame().unwrap().is_none());
    assert_eq!(decoder.finish().unwrap_err().offset, 7);

    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b":1\r\n*2\r\n:1\r\n");
    assert!(decoder.next_frame().unwrap().is_some());
    assert_eq!(decoder.finish().unwrap_err().offset, 12);
    assert!(Parser::new(Dialect::Resp3).finish(7).is_err());
}

#[test]
fn an_end_behind_an_error_is_not_clean() {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b":1\r\nx");
    assert!(decoder.next_frame().unwrap().is_some());
    assert!(decoder.next_frame().is_err());
    assert!(decoder.finish().is_err());
    let mut machine = Machine::new(Dialect::Resp3);
    assert!(machine.feed(b"x").next_token().is_err());
    assert!(machine.finish().is_err());
}

#[test]
fn a_reader_that_panics_leaves_no_bytes_behind() {
    struct Panics;
    impl std::io::Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            panic!("on purpose")
        }
    }
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b"+O");
    let read = std::panic::AssertUnwindSafe(|| decoder.read_from(&mut Panics, 4));
    assert!(std::panic::catch_unwind(read).is_err());
    assert_eq!(decoder.unread(), b"+O");
    // Neither nothing nor everything can be asked of a reader at once.
    assert_eq!(decoder.read_from(&mut &b"K\r\n"[..], 0).unwrap(), 1);
    assert_eq!(decoder.read_from(&mut &b"\r\n"[..], usize::MAX).unwrap(), 2);
    assert_eq!(decoder.next_frame().unwrap().unwrap().as_bytes(), Ok(&b"OK"[..]));
}
