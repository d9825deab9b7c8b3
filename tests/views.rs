//! What each accessor makes of each type.
//!
//! A value is looked at in a dozen ways, most of which have nothing to say of it. Here every type
//! stands beside all that is to be seen of it, with and without attributes, in a frame of its own,
//! as an element, and as it is kept: a view that gives too much, too little or another value's bytes
//! changes a line.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::{Bytes, BytesMut};
use resp_machine::Dialect::{self, Request, Resp3};
use resp_machine::frame::{Frame, OwnedFrame, Parser, View};
use resp_machine::machine::Machine;
use resp_machine::{Decoder, Limits};
use std::borrow::Cow;
use std::collections::HashSet;

fn owned(dialect: Dialect, wire: &[u8]) -> OwnedFrame {
    let mut decoder = Decoder::new(dialect);
    decoder.feed(wire);
    decoder.next_owned().expect("valid").expect("whole")
}

/// What there is to see of a frame that is not an aggregate's elements.
fn seen(frame: Frame<'_>) -> String {
    let mut seen = vec![frame.wire_type().name().to_owned()];
    let mut add = |name: &str, value: Option<String>| {
        seen.extend(value.map(|value| format!("{name} {value}")));
    };
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    add("bytes", frame.as_bytes().ok().map(text));
    add("joined", frame.to_bytes().ok().map(|bytes| text(&bytes)));
    add("str", frame.as_str().ok().map(str::to_owned));
    add("i64", frame.as_i64().ok().map(|value| value.to_string()));
    add("f64", frame.as_f64().ok().map(|value| value.to_string()));
    add("bool", frame.as_bool().ok().map(|value| value.to_string()));
    add("error", frame.as_error().map(text));
    add("null", frame.is_null().then(String::new));
    add("elements", frame.elements().ok().map(|elements| elements.len().to_string()));
    add("pairs", frame.pairs().ok().map(|pairs| pairs.len().to_string()));
    add(
        "args",
        frame.args().ok().map(|args| args.map(|arg| text(&arg)).collect::<Vec<_>>().join("+")),
    );
    let streamed = match frame.view() {
        View::Array(elements) | View::Set(elements) | View::Push(elements) => {
            elements.is_streamed()
        }
        View::Map(pairs) => pairs.is_streamed(),
        View::StreamedString(chunks) => {
            add("chunks", Some(format!("{} of {}", chunks.len(), chunks.total())));
            add("listed", Some(format!("{chunks:?}")));
            true
        }
        View::Verbatim { format, .. } => {
            add("format", Some(text(&format)));
            false
        }
        View::BigNumber(number) => {
            add("number", Some(text(number.text())));
            false
        }
        _ => false,
    };
    add("streamed", streamed.then(String::new));
    seen.iter().map(|part| part.trim_end()).collect::<Vec<_>>().join(", ")
}

const ROWS: &[(Dialect, &str, &str)] = &[
    (Resp3, "+a", "simple string, bytes a, joined a, str a"),
    (Resp3, "-a", "simple error, error a"),
    (Resp3, ":5", "integer, i64 5, f64 5"),
    (Resp3, ":1", "integer, i64 1, f64 1, bool true"),
    (Resp3, ":0", "integer, i64 0, f64 0, bool false"),
    (Resp3, "$1 a", "bulk string, bytes a, joined a, str a"),
    (Resp3, "!1 a", "bulk error, error a"),
    (Resp3, "=5 txt:a", "verbatim string, bytes a, joined a, str a, format txt"),
    (Resp3, "$-1", "bulk string, null, args"),
    (Resp3, "*-1", "array, null, args"),
    (Resp3, "_", "null, null, args"),
    (Resp3, "#t", "boolean, bool true"),
    (Resp3, "#f", "boolean, bool false"),
    (Resp3, ",1.5", "double, f64 1.5"),
    (Resp3, "(12", "big number, number 12"),
    (Resp3, "*0", "array, elements 0, pairs 0, args"),
    (Resp3, "*2 +a $1 b", "array, elements 2, pairs 1, args a+b"),
    (Resp3, "*1 :1", "array, elements 1"),
    (Resp3, "*? :1 :2 .", "array, elements 2, pairs 1, streamed"),
    (Resp3, "%1 :1 :2", "map, pairs 1"),
    (Resp3, "%? :1 :2 :3 :4 .", "map, pairs 2, streamed"),
    (Resp3, "~1 :1", "set, elements 1"),
    (Resp3, "~? :1 .", "set, elements 1, streamed"),
    (Resp3, ">1 :1", "push, elements 1"),
    (Resp3, "$? ;0", "bulk string, joined, chunks 0 of 0, listed [], streamed"),
    (Resp3, "$? ;2 ab ;0", "bulk string, joined ab, chunks 1 of 2, listed [\"ab\"], streamed"),
    (
        Resp3,
        "$? ;2 ab ;1 c ;0",
        "bulk string, joined abc, chunks 2 of 3, listed [\"ab\", \"c\"], streamed",
    ),
    (Request, "A b", "inline command, args A+b"),
];

/// The bytes of a row: what is written as a space is the end of a line, but in an inline command.
fn spelled(dialect: Dialect, text: &str) -> Vec<u8> {
    let lines = if dialect == Request { text.to_owned() } else { text.replace(' ', "\r\n") };
    [lines.as_bytes(), b"\r\n"].concat()
}

#[test]
fn each_type_is_seen_as_what_it_is() {
    let mut all = HashSet::new();
    for (dialect, text, expected) in ROWS {
        let wire = spelled(*dialect, text);
        let frame = owned(*dialect, &wire);
        assert_eq!(seen(frame.frame()), *expected, "{text}");
        assert_eq!(frame.wire(), wire);
        assert_eq!(frame.frame().attributes().count(), 0);
        assert_eq!(format!("{frame:?}"), format!("{:?}", frame.frame()));
        assert!(all.insert(format!("{frame:?}")), "{frame:?}");
        // Each is itself, and nothing else.
        for (_, other, _) in ROWS.iter().filter(|row| row.0 == *dialect) {
            let same = owned(*dialect, &spelled(*dialect, other));
            assert_eq!(same == frame, other == text, "{text} {other}");
            assert_eq!(same.frame() == frame.frame(), other == text, "{text} {other}");
        }
        if *dialect == Request {
            continue;
        }
        let described = [b"|1\r\n+k\r\n*1\r\n:9\r\n|0\r\n", &wire[..]].concat();
        let frame = owned(*dialect, &described);
        assert_eq!(seen(frame.frame()), *expected, "{text}");
        let attributes: Vec<_> = frame.frame().attributes().collect();
        assert_eq!(attributes.iter().map(|pairs| pairs.len()).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(attributes[0].get(b"k").unwrap().elements().unwrap().len(), 1);
        assert!(!attributes[0].is_streamed());
        if text.starts_with('>') {
            continue;
        }
        for wire in [wire, described] {
            let around = [b"*3\r\n:7\r\n", &wire[..], b"$1\r\nz\r\n"].concat();
            let frame = owned(*dialect, &around);
            let elements: Vec<Frame<'_>> = frame.frame().elements().unwrap().collect();
            assert_eq!(seen(elements[1]), *expected, "{text}");
            assert_eq!(elements[1], owned(*dialect, &wire).frame());
            assert_eq!((elements[0].as_i64(), elements[2].as_bytes()), (Ok(7), Ok(&b"z"[..])));
        }
    }
}

/// A streamed string is put together only if it has more than one chunk.
#[test]
fn a_string_of_one_chunk_is_borrowed() {
    for (text, borrowed) in [("$? ;0", true), ("$? ;1 a ;0", true), ("$? ;1 a ;1 b ;0", false)] {
        let frame = owned(Resp3, &spelled(Resp3, text));
        let joined = frame.frame().to_bytes().unwrap();
        assert_eq!(matches!(joined, Cow::Borrowed(_)), borrowed, "{text}");
    }
}

/// What is not text is no `str`, and everything else that it was.
#[test]
fn bytes_need_not_be_text() {
    let frame = owned(Resp3, b"$1\r\n\xff\r\n");
    assert_eq!(frame.frame().as_bytes(), Ok(&b"\xff"[..]));
    assert_eq!(frame.frame().as_str().unwrap_err().expected, "a string in UTF-8");
}

#[test]
fn a_wrong_type_says_what_was_expected_and_what_the_server_said() {
    let error = |wire: &[u8]| owned(Resp3, wire).frame().as_bytes().unwrap_err();
    let said = error(b"-ERR no\r\n");
    assert_eq!(said.server_error.as_deref(), Some("ERR no"));
    assert!(said.to_string().ends_with("found a value of type simple error: ERR no"), "{said}");
    let silent = error(b":1\r\n");
    assert_eq!(silent.to_string(), "expected a string, found a value of type integer");
    assert!(error(b"$?\r\n;0\r\n").to_string().contains("to_bytes"));
    for (length, kept) in [(200, 200), (201, 200)] {
        let wire = format!("!{length}\r\n{}\r\n", "x".repeat(length));
        assert_eq!(error(wire.as_bytes()).server_error.unwrap().len(), kept);
    }
}

#[test]
fn elements_and_pairs_are_shown_as_what_they_are() {
    let shown = |wire: &[u8]| match owned(Resp3, wire).frame().view() {
        View::Array(elements) => format!("{elements:?}"),
        View::Map(pairs) => format!("{pairs:?} {:?}", pairs.size_hint()),
        View::StreamedString(chunks) => format!("{:?}", chunks.size_hint()),
        other => panic!("{other:?}"),
    };
    assert_eq!(shown(b"*2\r\n:1\r\n+a\r\n"), "[1, +\"a\"]");
    assert_eq!(shown(b"%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n"), "{1: 2, 3: 4} (2, Some(2))");
    assert_eq!(shown(b"$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n"), "(2, Some(2))");
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
        let frame = owned(Resp3, wire.replace(' ', "\r\n").as_bytes());
        assert_eq!(frame.frame().pub_sub().is_some(), is_one, "{wire}");
    }
}

/// A part of the frame is shared, up to both of its ends; anything else is copied.
#[test]
fn what_lies_in_the_frame_is_shared() {
    let frame = owned(Resp3, format!("$40\r\n{}\r\n", "x".repeat(40)).as_bytes());
    let wire = frame.wire();
    for (start, end) in [(0, wire.len()), (0, 1), (wire.len() - 1, wire.len()), (5, 7), (3, 3)] {
        let shared = frame.share(&wire[start..end]);
        assert_eq!(shared, wire[start..end]);
        assert_eq!(shared.is_empty(), start == end);
        if start < end {
            assert_eq!(shared.as_ptr(), wire[start..].as_ptr(), "{start}..{end}");
        }
    }
    let copy = wire.to_vec();
    for part in [&copy[..], &copy[..1], &copy[copy.len() - 1..]] {
        let shared = frame.share(part);
        assert_eq!(shared, part);
        assert!(!wire.as_ptr_range().contains(&shared.as_ptr()));
    }
}

/// A single value of up to 32 bytes is copied in place, whatever of the buffer is behind it; what is
/// longer keeps its place in the memory of the buffer. Either buffer gives the same.
#[test]
fn short_frames_are_copied_and_others_shared() {
    for length in [31, 32, 33, 40] {
        let text = "x".repeat(length - 7);
        let wire = format!("${}\r\n{text}\r\n", text.len());
        assert_eq!(wire.len(), length);
        let all = format!("{wire}+what is behind it, and long enough for a copy\r\n");
        let mut frozen = Bytes::from(all.clone());
        let mut growing = BytesMut::from(all.as_bytes());
        for frame in [
            Parser::new(Resp3).parse_owned(&mut frozen).unwrap().unwrap(),
            Parser::new(Resp3).parse_owned(&mut growing).unwrap().unwrap(),
        ] {
            assert_eq!((frame.wire(), frame.frame().as_str()), (wire.as_bytes(), Ok(&text[..])));
            let part = frame.frame().as_bytes().unwrap();
            let shares = frame.share(part).as_ptr() == part.as_ptr();
            assert_eq!(shares, length > OwnedFrame::IN_PLACE, "{length}");
        }
        assert_eq!(
            (&frozen[..], &growing[..]),
            (&all.as_bytes()[length..], &all.as_bytes()[length..])
        );
    }
}

/// The events of a frame are those of the machine, and an integer's is found with its spelling.
#[test]
fn a_frame_gives_its_events_again() {
    let wire = "*16 :+07 %1 +k $? ;1 a ;0 |0 ~? :2 . #t #f _ $-1 *-1 ,1.5 (12 -e !1 e =5 txt:a $1 a *? . %? . ";
    let wire = &spelled(Resp3, wire.trim_end());
    let mut machine = Machine::new(Resp3);
    let mut feed = machine.feed(wire);
    let frame = owned(Resp3, wire);
    let mut events = frame.frame().events();
    let mut spelled = Vec::new();
    while let Some(token) = feed.next_token().unwrap() {
        assert_eq!(events.next(), Some(token.event));
        spelled.extend(events.spelling().map(|text| text.escape_ascii().to_string()));
    }
    assert_eq!(events.next(), None);
    assert_eq!(events.spelling(), None);
    assert_eq!(spelled, ["+07", "2"]);
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
    let mut machine = Machine::with_limits(Resp3, Limits::new(Resp3).depth(3));
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

/// A parser ends cleanly only between frames, and behind all that is there.
#[test]
fn a_parser_counts_what_was_not_parsed() {
    let mut parser = Parser::new(Resp3);
    assert!(parser.parse(b"*2\r\n:1\r\n").unwrap().is_none());
    // Eight bytes have been read; so many more are behind them.
    for (unread, offset) in [(8, 8), (10, 10), (3, 8)] {
        assert_eq!(parser.finish(unread).unwrap_err().offset, offset, "{unread}");
    }
    let parsed = parser.parse(b"*2\r\n:1\r\n:2\r\n+").unwrap().unwrap();
    assert_eq!((parsed.consumed, parsed.wire), (12, &b"*2\r\n:1\r\n:2\r\n"[..]));
    assert_eq!(parser.finish(0), Ok(()));
    assert_eq!(parser.finish(1).unwrap_err().offset, 13);
    // A buffer that is shorter than it was has nothing new.
    assert!(parser.parse(b"*1\r\n+a").unwrap().is_none());
    assert!(parser.parse(b"*1\r").unwrap().is_none());
    assert!(parser.parse(b"*1\r\n+a\r\n").unwrap().is_some());
    // What is wrong stays wrong, though nothing is shown of it.
    assert!(parser.parse(b"x").is_err());
    assert!(parser.parse(b"").is_err());
}
