//! What is seen of a value of each type, by its view and by every accessor.
//!
//! Most accessors have nothing to say of most types. Here every type stands beside all that is to be
//! seen of it; and it is looked at alone, described by attributes, as an element, and as it is kept:
//! a view that gives too much, too little or another value's bytes changes a line.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::event::Event;
use resp_machine::frame::{Frame, OwnedFrame, View, WrongType};
use resp_machine::machine::Machine;
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect};
use std::borrow::Cow;
use std::collections::HashSet;

/// The one frame that `wire` is.
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

/// A value on the wire, its type, its view, and the accessors that read it.
type Row = (&'static [u8], Type, &'static str, Reads);

const STRING: Reads = &[("as_bytes", "a"), ("to_bytes", "a"), ("as_str", "a")];

const VALUES: &[Row] = &[
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
    (b"*0\r\n", Type::Array, "Array([])", &[("elements", "[]"), ("pairs", "{}"), ("args", "")]),
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
    (b"~0\r\n", Type::Set, "Set([])", &[("elements", "[]")]),
    (b"~1\r\n:1\r\n", Type::Set, "Set([1])", &[("elements", "[1]")]),
    (b"~?\r\n:1\r\n.\r\n", Type::Set, "Set([1])", &[("elements", "[1]")]),
    (b">1\r\n+a\r\n", Type::Push, "Push([+\"a\"])", &[("elements", "[+\"a\"]")]),
    (b"%1\r\n:1\r\n:2\r\n", Type::Map, "Map({1: 2})", &[("pairs", "{1: 2}")]),
    (b"%?\r\n:1\r\n:2\r\n.\r\n", Type::Map, "Map({1: 2})", &[("pairs", "{1: 2}")]),
];

/// Looks at a frame in every way.
fn look(frame: Frame<'_>, (_, of, view, reads): &Row, shown: &str) {
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

#[test]
fn every_type_is_read_by_its_accessors_and_refused_by_the_others() {
    for row in VALUES {
        let wire = row.0;
        let shown = &wire.escape_ascii().to_string();
        let alone = owned(wire);
        look(alone.frame(), row, shown);
        assert_eq!(alone.wire(), wire);
        assert_eq!(alone.frame().attributes().count(), 0, "{shown}");
        assert_eq!(format!("{alone:?}"), format!("{:?}", alone.frame()));

        let described = [b"|1\r\n+k\r\n*1\r\n:9\r\n|0\r\n", wire].concat();
        let frame = owned(&described);
        look(frame.frame(), row, shown);
        let attributes: Vec<_> = frame.frame().attributes().collect();
        assert_eq!(attributes.iter().map(|pairs| pairs.len()).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(attributes[0].get(b"k").unwrap().elements().unwrap().len(), 1);
        assert!(!attributes[0].is_streamed());

        // A push has its place between frames.
        if row.1 == Type::Push {
            continue;
        }
        for wire in [wire, &described] {
            let around = owned(&[b"*3\r\n:7\r\n", wire, b"$1\r\nz\r\n"].concat());
            let elements: Vec<Frame<'_>> = around.frame().elements().unwrap().collect();
            look(elements[1], row, shown);
            assert_eq!(elements[1], owned(wire).frame());
            assert_eq!((elements[0].as_i64(), elements[2].as_bytes()), (Ok(7), Ok(&b"z"[..])));
        }
    }
}

/// Each is equal to itself, and to nothing else.
#[test]
fn no_two_values_are_the_same() {
    let frames: Vec<OwnedFrame> = VALUES.iter().map(|row| owned(row.0)).collect();
    for (at, one) in frames.iter().enumerate() {
        for (with, other) in frames.iter().enumerate() {
            assert_eq!(one == other, at == with, "{one:?} {other:?}");
            assert_eq!(one.frame() == other.frame(), at == with, "{one:?} {other:?}");
        }
    }
    let shown: HashSet<String> = frames.iter().map(|frame| format!("{frame:?}")).collect();
    assert_eq!(shown.len(), VALUES.len(), "{shown:?}");
}

/// A streamed string is put together only if it has more than one chunk.
#[test]
fn chunks_are_counted_and_joined() {
    type Chunks = (&'static [u8], &'static [&'static [u8]], bool);
    let rows: [Chunks; 3] = [
        (b"$?\r\n;0\r\n", &[], true),
        (b"$?\r\n;1\r\na\r\n;0\r\n", &[b"a"], true),
        (b"$?\r\n;1\r\na\r\n;2\r\nbc\r\n;0\r\n", &[b"a", b"bc"], false),
    ];
    for (wire, parts, borrowed) in rows {
        let frame = owned(wire);
        let joined = frame.frame().to_bytes().unwrap();
        assert_eq!(matches!(joined, Cow::Borrowed(_)), borrowed, "{frame:?}");
        let View::StreamedString(mut chunks) = frame.frame().view() else { panic!("{frame:?}") };
        for at in 0..=parts.len() {
            let left = &parts[at..];
            assert_eq!((chunks.len(), chunks.size_hint().1), (left.len(), Some(left.len())));
            assert_eq!(chunks.total(), left.concat().len());
            assert_eq!(chunks.next(), left.first().copied());
        }
    }
}

#[test]
fn pairs_are_counted() {
    let frame = owned(b"%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n");
    let pairs = frame.frame().pairs().unwrap();
    assert_eq!((pairs.len(), pairs.size_hint()), (2, (2, Some(2))));
}

#[test]
fn what_an_accessor_refuses_it_explains() {
    let frame = owned(b"!10\r\nERR a\r\nb\xff\x00\r\n");
    let wrong = frame.frame().as_i64().unwrap_err();
    assert_eq!(wrong.server_error.as_deref(), Some("ERR a\r\nb\u{fffd}\0"));
    let text = "expected an integer, found a value of type bulk error: ERR a\r\nb\u{fffd}\0";
    assert_eq!(wrong.to_string(), text);
    // Of a long message, its beginning.
    for (length, kept) in [(200, 200), (201, 200)] {
        let long = owned(format!("-{}\r\n", "x".repeat(length)).as_bytes());
        assert_eq!(long.frame().pairs().unwrap_err().server_error, Some("x".repeat(kept)));
    }

    let wrong = |wire: &[u8]| owned(wire).frame().as_str().unwrap_err();
    assert_eq!(wrong(b"$1\r\n\xff\r\n").expected, "a string in UTF-8");
    assert_eq!(wrong(b":1\r\n").to_string(), "expected a string, found a value of type integer");
    assert!(wrong(b"$?\r\n;0\r\n").to_string().contains("to_bytes"));
    // The element that is no argument is named, not the array around it.
    let wrong = owned(b"*2\r\n+a\r\n:1\r\n").frame().args().unwrap_err();
    assert_eq!((wrong.found, wrong.server_error), (Type::Integer, None));
}

#[test]
fn an_inline_command_has_a_type_and_a_view_of_its_own() {
    let frame = read(Dialect::Request, b"ECHO 'a b'\r\n");
    assert_eq!(frame.frame().wire_type(), Type::Inline);
    let View::Inline(inline) = frame.frame().view() else { panic!("{frame:?}") };
    let words: Vec<&[u8]> = inline.words().map(|word| word.raw()).collect();
    assert_eq!(words, [&b"ECHO"[..], b"'a b'"]);
    let plain: Vec<_> = inline.words().map(|word| word.plain()).collect();
    assert_eq!(plain, [Some(&b"ECHO"[..]), Some(b"a b")]);
    let read =
        accessors(frame.frame()).into_iter().filter_map(|(name, read)| Some((name, read.ok()?)));
    assert_eq!(read.collect::<Vec<_>>(), [("args", "ECHO;a b;".to_owned())]);
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

/// Of an array of RESP2, only one that is known, and has something to say, is a message.
#[test]
fn an_array_is_a_message_if_it_could_be_one() {
    for (wire, is_one) in [
        ("*3 +message +a +b ", true),
        ("*3 +unsubscribe $-1 :0 ", true),
        ("*2 +message +a ", false),
        ("*3 +other +a +b ", false),
        (">1 +other ", true),
    ] {
        let frame = owned(wire.replace(' ', "\r\n").as_bytes());
        assert_eq!(frame.frame().pub_sub().is_some(), is_one, "{wire}");
    }
}

/// Every escape of double quotes, hexadecimal digits of either case, and what is no escape.
#[test]
fn escapes_of_inline_commands_are_those_of_redis() {
    let line = br#""\n\r\t\b\a\\\"\q\xAf\xfA\x0" '\n\'' a\n"#;
    let frame = read(Dialect::Request, &[&line[..], b"\r\n"].concat());
    let words: Vec<Vec<u8>> = frame.frame().args().unwrap().map(|word| word.to_vec()).collect();
    assert_eq!(words, [&b"\n\r\t\x08\x07\\\"q\xaf\xfax0"[..], b"\\n'", b"a\\n"]);
}

/// The events of a frame are those of the machine, and only an integer's has its spelling.
#[test]
fn a_frame_gives_its_events_again() {
    let wire = "*16 :+07 %1 +k $? ;1 a ;0 |0 ~? :-0 . #t #f _ $-1 *-1 ,1.5 (12 -e !1 e =5 txt:a $1 a *? . %? . ";
    let wire = wire.replace(' ', "\r\n");
    let mut machine = Machine::new(Dialect::Resp3);
    let mut feed = machine.feed(wire.as_bytes());
    let frame = owned(wire.as_bytes());
    let mut events = frame.frame().events();
    assert_eq!(events.spelling(), None);
    let mut spelled = Vec::new();
    while let Some(token) = feed.next_token().unwrap() {
        assert_eq!(events.next(), Some(token.event));
        let spelling = events.spelling();
        assert_eq!(spelling.is_some(), matches!(token.event, Event::Integer(_)), "{token:?}");
        spelled.extend(spelling.map(|text| text.escape_ascii().to_string()));
    }
    assert_eq!((events.next(), events.spelling()), (None, None));
    assert_eq!(spelled, ["+07", "-0"]);
}
