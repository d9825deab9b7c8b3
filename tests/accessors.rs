//! What each accessor reads of each type, and what it says of those that it does not read.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::Bytes;
use resp_machine::encode::EncodeError;
use resp_machine::event::{Aggregate, Event, Token};
use resp_machine::frame::{Frame, OwnedFrame, Parser, View, WrongType};
use resp_machine::machine::{FixedStack, Machine, Sink, Stack as _};
use resp_machine::state::{Observer, Rule, Step};
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect, FrameReader, Limits, State, StreamError};
use std::error::Error as _;
use std::ops::ControlFlow;

fn read(dialect: Dialect, wire: &[u8]) -> OwnedFrame {
    let mut decoder = Decoder::new(dialect);
    decoder.feed(wire);
    let frame = decoder.next_owned().expect("valid").expect("whole");
    decoder.finish().expect("nothing behind it");
    frame
}

fn owned(wire: &[u8]) -> OwnedFrame {
    read(Dialect::Resp3, wire)
}

/// What each accessor reads, printed.
fn accessors(frame: Frame<'_>) -> [(&'static str, Result<String, WrongType>); 9] {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    [
        ("as_bytes", frame.as_bytes().map(text)),
        ("to_bytes", frame.to_bytes().map(|bytes| text(&bytes))),
        ("as_str", frame.as_str().map(str::to_owned)),
        ("as_i64", frame.as_i64().map(|value| value.to_string())),
        ("as_f64", frame.as_f64().map(|value| value.to_string())),
        ("as_bool", frame.as_bool().map(|value| value.to_string())),
        ("elements", frame.elements().map(|elements| format!("{elements:?}"))),
        ("pairs", frame.pairs().map(|pairs| format!("{pairs:?}"))),
        ("args", frame.args().map(|args| args.map(|word| text(&word) + ";").collect())),
    ]
}

type Reads = &'static [(&'static str, &'static str)];

const STRING: Reads = &[("as_bytes", "a"), ("to_bytes", "a"), ("as_str", "a")];

/// A value on the wire, its type, its view, and the accessors that read it.
const VALUES: &[(&[u8], Type, &str, Reads)] = &[
    (b"+a\r\n", Type::SimpleString, "SimpleString([97])", STRING),
    (b"$1\r\na\r\n", Type::BulkString, "BulkString([97])", STRING),
    (
        b"=5\r\ntxt:a\r\n",
        Type::VerbatimString,
        "Verbatim { format: [116, 120, 116], text: [97] }",
        STRING,
    ),
    (
        b"$1\r\n\xff\r\n",
        Type::BulkString,
        "BulkString([255])",
        &[("as_bytes", "\\xff"), ("to_bytes", "\\xff")],
    ),
    (b"$?\r\n;0\r\n", Type::BulkString, "StreamedString([])", &[("to_bytes", "")]),
    (b"$?\r\n;1\r\na\r\n;0\r\n", Type::BulkString, "StreamedString([\"a\"])", &[("to_bytes", "a")]),
    (
        b"$?\r\n;1\r\na\r\n;2\r\nbc\r\n;0\r\n",
        Type::BulkString,
        "StreamedString([\"a\", \"bc\"])",
        &[("to_bytes", "abc")],
    ),
    (b"-ERR a\r\n", Type::SimpleError, "SimpleError([69, 82, 82, 32, 97])", &[]),
    (b"!1\r\na\r\n", Type::BulkError, "BulkError([97])", &[]),
    (b":-7\r\n", Type::Integer, "Integer(-7)", &[("as_i64", "-7"), ("as_f64", "-7")]),
    (
        b":0\r\n",
        Type::Integer,
        "Integer(0)",
        &[("as_i64", "0"), ("as_f64", "0"), ("as_bool", "false")],
    ),
    (
        b":1\r\n",
        Type::Integer,
        "Integer(1)",
        &[("as_i64", "1"), ("as_f64", "1"), ("as_bool", "true")],
    ),
    (b":2\r\n", Type::Integer, "Integer(2)", &[("as_i64", "2"), ("as_f64", "2")]),
    (b",1e1\r\n", Type::Double, "Double(Double { text: [49, 101, 49] })", &[("as_f64", "10")]),
    (b"(12\r\n", Type::BigNumber, "BigNumber(BigNumber { text: [49, 50] })", &[]),
    (b"#t\r\n", Type::Boolean, "Boolean(true)", &[("as_bool", "true")]),
    (b"#f\r\n", Type::Boolean, "Boolean(false)", &[("as_bool", "false")]),
    (b"_\r\n", Type::Null, "Null(Resp3)", &[("args", "")]),
    (b"$-1\r\n", Type::BulkString, "Null(Bulk)", &[("args", "")]),
    (b"*-1\r\n", Type::Array, "Null(Array)", &[("args", "")]),
    (b"*1\r\n:1\r\n", Type::Array, "Array([1])", &[("elements", "[1]")]),
    (
        b"*2\r\n+a\r\n$?\r\n;1\r\nb\r\n;0\r\n",
        Type::Array,
        "Array([+\"a\", streamed (\"b\")])",
        &[("elements", "[+\"a\", streamed (\"b\")]"), ("pairs", "{+\"a\": streamed (\"b\")}")],
    ),
    (
        b"*?\r\n+a\r\n+b\r\n.\r\n",
        Type::Array,
        "Array([+\"a\", +\"b\"])",
        &[("elements", "[+\"a\", +\"b\"]"), ("pairs", "{+\"a\": +\"b\"}"), ("args", "a;b;")],
    ),
    (b"~1\r\n:1\r\n", Type::Set, "Set([1])", &[("elements", "[1]")]),
    (b"~?\r\n:1\r\n.\r\n", Type::Set, "Set([1])", &[("elements", "[1]")]),
    (b">1\r\n+a\r\n", Type::Push, "Push([+\"a\"])", &[("elements", "[+\"a\"]")]),
    (b"%1\r\n:1\r\n:2\r\n", Type::Map, "Map({1: 2})", &[("pairs", "{1: 2}")]),
    (b"%?\r\n:1\r\n:2\r\n.\r\n", Type::Map, "Map({1: 2})", &[("pairs", "{1: 2}")]),
    (b"|1\r\n:1\r\n:2\r\n#t\r\n", Type::Boolean, "Boolean(true)", &[("as_bool", "true")]),
];

#[test]
fn every_type_is_read_by_its_accessors_and_refused_by_the_others() {
    for (wire, of, view, reads) in VALUES {
        let shown = wire.escape_ascii();
        let frame = owned(wire);
        let frame = frame.frame();
        assert_eq!(frame.wire_type(), *of, "{shown}");
        assert_eq!(format!("{:?}", frame.view()), *view, "{shown}");
        assert_eq!(frame.is_null(), view.starts_with("Null"), "{shown}");
        let error = match frame.view() {
            View::SimpleError(text) | View::BulkError(text) => Some(text),
            _ => None,
        };
        assert_eq!(frame.as_error(), error, "{shown}");
        let mut accepted = 0;
        for (name, outcome) in accessors(frame) {
            match (reads.iter().find(|read| read.0 == name), outcome) {
                (Some((_, text)), outcome) => {
                    assert_eq!(outcome.as_deref(), Ok(*text), "{name} of {shown}");
                    accepted += 1;
                }
                // Of an array it names the element that is no argument.
                (None, Err(_)) if name == "args" && *of == Type::Array => {}
                (None, Err(wrong)) => assert_eq!(wrong.found, *of, "{name} of {shown}"),
                (None, Ok(text)) => panic!("{name} reads {text:?} of {shown}"),
            }
        }
        assert_eq!(accepted, reads.len(), "{shown}");
    }
}

#[test]
fn what_an_accessor_refuses_it_explains() {
    let frame = owned(b"!10\r\nERR a\r\nb\xff\x00\r\n");
    let wrong = frame.frame().as_i64().unwrap_err();
    assert_eq!(wrong.server_error.as_deref(), Some("ERR a\r\nb\u{fffd}\0"));
    let text = "expected an integer, found a value of type bulk error: ERR a\r\nb\u{fffd}\0";
    assert_eq!(wrong.to_string(), text);
    let long = owned(format!("-{}\r\n", "x".repeat(300)).as_bytes());
    assert_eq!(long.frame().pairs().unwrap_err().server_error, Some("x".repeat(200)));

    let wrong = |wire: &[u8]| owned(wire).frame().as_str().unwrap_err().to_string();
    assert_eq!(
        wrong(b"$1\r\n\xff\r\n"),
        "expected a string in UTF-8, found a value of type bulk string"
    );
    assert_eq!(wrong(b":1\r\n"), "expected a string, found a value of type integer");
    assert!(wrong(b"$?\r\n;0\r\n").contains("to_bytes"));
    // The element that is no argument is named, not the array around it.
    let wrong = owned(b"*2\r\n+a\r\n:1\r\n").frame().args().unwrap_err();
    assert_eq!((wrong.found, wrong.server_error), (Type::Integer, None));
}

#[test]
fn a_request_has_a_type_and_a_view_of_its_own() {
    let frame = read(Dialect::Request, b"ECHO 'a b'\r\n");
    assert_eq!(frame.frame().wire_type(), Type::Inline);
    let View::Inline(inline) = frame.frame().view() else { panic!("{frame:?}") };
    let words: Vec<&[u8]> = inline.words().map(|word| word.raw()).collect();
    assert_eq!(words, [&b"ECHO"[..], b"'a b'"]);
    let plain: Vec<_> = inline.words().map(|word| word.plain()).collect();
    assert_eq!(plain, [Some(&b"ECHO"[..]), Some(b"a b")]);
}

/// Every escape of double quotes, hexadecimal digits of either case, and what is no escape.
#[test]
fn escapes_of_inline_commands_are_those_of_redis() {
    let line = br#""\n\r\t\b\a\\\"\q\xAf\xfA\x0" '\n\'' a\n"#;
    let frame = read(Dialect::Request, &[&line[..], b"\r\n"].concat());
    let words: Vec<Vec<u8>> = frame.frame().args().unwrap().map(|word| word.to_vec()).collect();
    assert_eq!(words, [&b"\n\r\t\x08\x07\\\"q\xaf\xfax0"[..], b"\\n'", b"a\\n"]);
}

#[test]
fn a_sequence_says_whether_it_was_streamed() {
    for (wire, streamed) in [
        (&b"*1\r\n:1\r\n"[..], false),
        (b"*?\r\n:1\r\n.\r\n", true),
        (b"~1\r\n:1\r\n", false),
        (b"~?\r\n.\r\n", true),
        (b">1\r\n+a\r\n", false),
        (b"%1\r\n:1\r\n:2\r\n", false),
        (b"%?\r\n.\r\n", true),
    ] {
        let frame = owned(wire);
        let said = match frame.frame().view() {
            View::Map(pairs) => pairs.is_streamed(),
            View::Array(elements) | View::Set(elements) | View::Push(elements) => {
                elements.is_streamed()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(said, streamed, "{}", wire.escape_ascii());
    }
}

#[test]
fn chunks_are_counted_and_joined() {
    let frame = owned(b"$?\r\n;1\r\na\r\n;2\r\nbc\r\n;0\r\n");
    let View::StreamedString(mut chunks) = frame.frame().view() else { panic!("{frame:?}") };
    assert_eq!((chunks.len(), chunks.total()), (2, 3));
    assert_eq!((chunks.next(), chunks.total()), (Some(&b"a"[..]), 2));
    assert_eq!((chunks.next(), chunks.next(), chunks.len()), (Some(&b"bc"[..]), None, 0));
}

#[test]
fn only_an_integer_has_a_spelling() {
    let frame = owned(b"*3\r\n:+5\r\n+a\r\n:-0\r\n");
    let mut events = frame.frame().events();
    assert_eq!(events.spelling(), None);
    let mut spellings = Vec::new();
    while let Some(event) = events.next() {
        spellings.push((matches!(event, Event::Integer(_)), events.spelling()));
    }
    let integers = [Some(&b"+5"[..]), None, Some(b"-0")];
    assert_eq!(spellings.iter().map(|seen| seen.1).collect::<Vec<_>>()[1..4], integers);
    assert!(spellings.iter().all(|(integer, text)| *integer == text.is_some()), "{spellings:?}");
}

/// Frames of every kind from a `Bytes`, each split off the buffer without a copy.
#[test]
fn a_shared_buffer_is_split_frame_by_frame() {
    let first = format!("${}\r\n{}\r\n", 100, "x".repeat(100));
    let mut buffer = Bytes::from(format!("{first}*1\r\n:1\r\n:2\r\n+unfin"));
    let start = buffer.as_ptr();
    let mut parser = Parser::new(Dialect::Resp3);
    let long = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!((long.wire(), long.wire().as_ptr()), (first.as_bytes(), start));
    let array = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!(array.frame().elements().unwrap().len(), 1);
    let last = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!(last.frame().as_i64(), Ok(2));
    assert_eq!(parser.parse_owned(&mut buffer), Ok(None));
    assert_eq!(&buffer[..], b"+unfin");
}

/// The buffer of an unfinished frame only grows; until it is as long again, there is no frame.
#[test]
fn a_buffer_that_became_shorter_is_waited_for() {
    let wire = b"*2\r\n:1\r\n:2\r\n";
    let mut parser = Parser::new(Dialect::Resp3);
    assert!(parser.parse(&wire[..9]).unwrap().is_none());
    assert!(parser.parse(&wire[..3]).unwrap().is_none());
    // Memory may be given back in the middle of a frame: what has been read stays.
    parser.shrink_to(0);
    let parsed = parser.parse(wire).unwrap().unwrap();
    assert_eq!(format!("{:?}", parsed.frame), "[1, 2]");
    assert_eq!(parsed.consumed, wire.len());
    parser.shrink_to(0);
    assert_eq!(parser.parse(b":3\r\n").unwrap().unwrap().frame.as_i64(), Ok(3));
}

#[test]
fn borrowed_and_owned_frames_take_turns() {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(b":1\r\n:2\r\n*1\r\n:3\r\n:4\r\n:5\r\n");
    let mut seen = Vec::new();
    for turn in 0..5 {
        if turn % 2 == 0 {
            seen.push(format!("{:?}", decoder.next_frame().unwrap().unwrap()));
        } else {
            seen.push(format!("{:?}", decoder.next_owned().unwrap().unwrap()));
        }
    }
    assert_eq!(seen, ["1", "2", "[3]", "4", "5"]);
    assert_eq!(decoder.next_owned(), Ok(None));
    assert!(decoder.finish().is_ok());
}

/// The room of a large frame is kept if it is not more than what is retained, and given back
/// otherwise, whichever call comes next.
#[test]
fn a_decoder_keeps_the_room_that_it_is_told_to() {
    let large = format!("$200000\r\n{}\r\n", "x".repeat(200_000));
    type Next = fn(&mut Decoder);
    let calls: [(&str, Next); 3] = [
        ("feed", |decoder| decoder.feed(b":1\r\n")),
        ("next_frame", |decoder| assert!(decoder.next_frame().unwrap().is_none())),
        ("next_owned", |decoder| assert!(decoder.next_owned().unwrap().is_none())),
    ];
    for (name, next) in calls {
        for (retain, kept) in [(1 << 20, true), (1 << 10, false)] {
            let mut decoder = Decoder::new(Dialect::Resp3).retain(retain);
            decoder.feed(large.as_bytes());
            assert_eq!(decoder.next_frame().unwrap().unwrap().as_bytes().unwrap().len(), 200_000);
            assert!(decoder.capacity() >= large.len());
            next(&mut decoder);
            let capacity = decoder.capacity();
            assert_eq!(capacity >= large.len(), kept, "{name}, {retain}: {capacity}");
        }
    }
}

#[test]
fn a_stream_error_has_the_words_and_the_source_of_its_cause() {
    let inner = std::io::Error::other("the cable");
    let io = StreamError::from(std::io::Error::other(inner));
    assert_eq!(io.to_string(), "the cable");
    assert!(matches!(&io, StreamError::Io(error) if error.kind() == std::io::ErrorKind::Other));

    let ends =
        |wire: &'static [u8]| FrameReader::new(wire, Dialect::Resp3).last().unwrap().unwrap_err();
    let protocol = ends(b":1\r\n:x\r\n");
    assert!(
        protocol.to_string().starts_with("at byte 5: expected a sign or a digit"),
        "{protocol}"
    );
    let truncated = ends(b":1\r\n*1\r\n");
    assert!(truncated.to_string().starts_with("at byte 8: "), "{truncated}");
    let encode = StreamError::Encode(EncodeError::OddMap);
    assert_eq!(encode.to_string(), EncodeError::OddMap.to_string());
    for told in [protocol, truncated, encode] {
        assert!(told.source().is_none(), "{told}: its words are all there is");
    }
    // An I/O error prints its payload; what is behind that is the source.
    #[derive(Debug)]
    struct Payload(std::num::ParseIntError);
    impl std::fmt::Display for Payload {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no number")
        }
    }
    impl std::error::Error for Payload {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let cause = "x".parse::<u8>().unwrap_err();
    let error = StreamError::from(std::io::Error::other(Payload(cause.clone())));
    assert_eq!(error.to_string(), "no number");
    assert_eq!(error.source().unwrap().to_string(), cause.to_string());
}

#[test]
fn a_reader_shows_its_decoder() {
    let mut reader = FrameReader::new(&b":1\r\n:2\r\n"[..], Dialect::Resp3);
    assert!(reader.next().unwrap().is_ok());
    assert_eq!(reader.decoder().unread(), b":2\r\n");
}

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

#[test]
fn a_machine_says_where_it_stands() {
    let limits = Limits::new(Dialect::Resp3).depth(100);
    let mut machine: Machine<FixedStack<4>> = Machine::fixed(Dialect::Resp3, limits);
    let wire = b"*2\r\n%1\r\n~3\r\n";
    let mut feed = machine.feed(wire);
    for (depth, kind, remaining) in
        [(1, Aggregate::Array, 2), (2, Aggregate::Map, 2), (3, Aggregate::Set, 3)]
    {
        assert!(matches!(feed.next_token(), Ok(Some(_))));
        let machine = feed.machine();
        let level = machine.innermost().unwrap();
        assert_eq!(
            (machine.depth(), level.kind(), level.remaining()),
            (depth, kind, Some(remaining))
        );
    }
    assert_eq!((machine.dialect(), machine.limits().depth), (Dialect::Resp3, 4));
    assert_eq!((machine.state(), machine.offset()), (State::Start, wire.len() as u64));
    // A new stream begins with an empty stack, so that four levels fit again.
    machine.reset();
    assert_eq!((machine.depth(), machine.innermost(), machine.offset()), (0, None, 0));
    let mut feed = machine.feed(b"*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n");
    let mut events = 0;
    while feed.next_token().unwrap().is_some() {
        events += 1;
    }
    assert_eq!(events, 9);
    assert!(machine.finish().is_ok());
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

/// A writer with room for so many bytes.
struct Room(usize);

impl std::fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(std::fmt::Error)?;
        Ok(())
    }
}

#[test]
fn a_writer_that_is_full_is_told_of() {
    use std::fmt::Write as _;
    let wrong = owned(b"-ERR a\r\n").frame().as_i64().unwrap_err();
    let length = wrong.to_string().len();
    for room in 0..length {
        assert!(write!(Room(room), "{wrong}").is_err(), "{room}");
    }
    assert!(write!(Room(length), "{wrong}").is_ok());
}
