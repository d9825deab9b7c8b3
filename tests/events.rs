//! The events of short inputs, written out: what is said, and of which bytes.
//!
//! `splits.rs` shows that an input gives the same however it is cut and by whatever it is read; what
//! that same is, stands here, with the rows that an observer is shown on the way.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::Dialect::{self, Request, Resp3};
use resp_machine::event::{Aggregate, Event, Token};
use resp_machine::machine::{Machine, Sink};
use resp_machine::state::{Observer, Step};
use std::ops::ControlFlow;

/// An event in a few letters, behind the offsets of its bytes.
fn short(token: Token<'_>) -> String {
    let count = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
    let bang = |interrupts| if interrupts { "!" } else { "" };
    let marker = |kind: Aggregate| kind.wire_type().marker() as char;
    let said = match token.event {
        Event::Begin { kind, count: n, interrupts } => {
            format!("{}{}{}", marker(kind), count(n), bang(interrupts))
        }
        Event::End { kind, count, interrupts } => {
            format!("/{}{count}{}", marker(kind), bang(interrupts))
        }
        Event::BlobBegin { kind, format, length } => {
            let format = format.map_or(String::new(), |format| format.escape_ascii().to_string());
            format!("{}{length}{format}…", kind.marker() as char)
        }
        Event::BlobPart(bytes) => format!("…{}", bytes.escape_ascii()),
        Event::BlobEnd => "…/".to_owned(),
        Event::Chunk(bytes) => format!(";{}", bytes.escape_ascii()),
        Event::BulkString(bytes) => format!("${}", bytes.escape_ascii()),
        Event::BulkError(bytes) => format!("!{}", bytes.escape_ascii()),
        Event::Verbatim { format, text } => {
            format!("={}:{}", format.escape_ascii(), text.escape_ascii())
        }
        Event::SimpleString(text) => format!("+{}", text.escape_ascii()),
        Event::Integer(value) => format!(":{value}"),
        Event::Inline(inline) => inline.line().escape_ascii().to_string(),
        other => format!("{other:?}"),
    };
    format!("{}-{} {said}", token.start, token.end)
}

#[derive(Default)]
struct Said(Vec<String>);

impl<'b> Sink<'b> for Said {
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        self.0.push(short(token));
        ControlFlow::Continue(())
    }
}

/// What is said of `wire`, shown in pieces of `size`, by the pull interface and by the visitor.
fn said(dialect: Dialect, over: Option<u64>, wire: &[u8], size: usize) -> String {
    let machine = Machine::new(dialect);
    let machine = match over {
        Some(bytes) => machine.blobs_in_parts_over(bytes),
        None => machine,
    };
    let (mut pulling, mut pushing) = (machine.clone(), machine);
    let (mut pulled, mut pushed) = (Vec::new(), Said::default());
    let (mut at, mut start) = (0, 0);
    for end in (size..wire.len() + size).step_by(size) {
        let end = end.min(wire.len());
        let mut feed = pulling.feed(&wire[at..end]);
        while let Some(token) = feed.next_token().expect("valid") {
            pulled.push(short(token));
        }
        at += feed.consumed();
        start += pushing.drive(&wire[start..end], &mut pushed).expect("valid");
        assert_eq!(at, start);
    }
    assert_eq!((at, pushing.finish()), (wire.len(), Ok(())));
    assert_eq!(pulled, pushed.0);
    pulled.join(", ")
}

#[test]
fn every_event_has_its_bytes() {
    // Line ends are written as spaces.
    let rows = [
        (
            Resp3,
            "*2 %1 +k $1 a ~? :1 . ",
            "0-4 *2, 4-8 %1, 8-12 +k, 12-19 $a, 19-19 /%1, 19-23 ~?, 23-27 :1, 27-30 /~1, 30-30 /*2",
        ),
        (
            Resp3,
            "+x *1 >2 +p :1 _ ",
            "0-4 +x, 4-8 *1, 8-12 >2!, 12-16 +p, 16-20 :1, 20-20 />2!, 20-23 Null(Resp3), 23-23 /*1",
        ),
        (
            Resp3,
            ":1 |1 +k +v %? |0 :1 :2 . ",
            "0-4 :1, 4-8 |1, 8-12 +k, 12-16 +v, 16-16 /|1, 16-20 %?, 20-24 |0, 24-24 /|0, 24-28 :1, \
             28-32 :2, 32-35 /%1",
        ),
        (
            Resp3,
            "*1 $? ;2 ab ;1 c ;0 !3 ERR =5 txt:a ",
            "0-4 *1, 4-8 $?, 8-16 ;ab, 16-23 ;c, 23-27 /$2, 27-27 /*1, 27-36 !ERR, 36-47 =txt:a",
        ),
        (
            Resp3,
            ">1 +p *1 *1 ~1 :1 ",
            "0-4 >1, 4-8 +p, 8-8 />1, 8-12 *1, 12-16 *1, 16-20 ~1, 20-24 :1, \
             24-24 /~1, 24-24 /*1, 24-24 /*1",
        ),
        (
            Request,
            "*1 $4 PING A *-2 ",
            "0-4 *1, 4-14 $PING, 14-14 /*1, 14-17 A, 17-22 *0, 22-22 /*0",
        ),
    ];
    for (dialect, wire, expected) in rows {
        let wire = wire.replace(' ', "\r\n");
        for size in [wire.len(), 1, 3] {
            let said = said(dialect, None, wire.as_bytes(), size);
            assert_eq!(said, expected, "{wire:?} by {size}");
        }
    }
}

#[test]
fn blobs_over_a_length_come_in_parts() {
    let mixed = "*3\r\n$3\r\nabc\r\n$2\r\nab\r\n=6\r\ntxt:ab\r\n";
    let chunk = "$?\r\n;3\r\nabc\r\n;0\r\n";
    let rows = [
        (mixed, 6, 99, "0-4 *3, 4-13 $abc, 13-21 $ab, 21-33 =txt:ab, 33-33 /*3"),
        (mixed, 6, 1, "0-4 *3, 4-13 $abc, 13-21 $ab, 21-33 =txt:ab, 33-33 /*3"),
        (
            mixed,
            5,
            99,
            "0-4 *3, 4-13 $abc, 13-21 $ab, 21-29 =2txt…, 29-31 …ab, 31-33 …/, 33-33 /*3",
        ),
        (
            mixed,
            2,
            99,
            "0-4 *3, 4-8 $3…, 8-11 …abc, 11-13 …/, 13-21 $ab, 21-29 =2txt…, 29-31 …ab, 31-33 …/, \
             33-33 /*3",
        ),
        (
            mixed,
            2,
            1,
            "0-4 *3, 4-8 $3…, 8-9 …a, 9-10 …b, 10-11 …c, 11-13 …/, 13-21 $ab, 21-29 =2txt…, \
             29-30 …a, 30-31 …b, 31-33 …/, 33-33 /*3",
        ),
        (chunk, 2, 99, "0-4 $?, 4-8 ;3…, 8-11 …abc, 11-13 …/, 13-17 /$1"),
        (chunk, 2, 9, "0-4 $?, 4-8 ;3…, 8-9 …a, 9-11 …bc, 11-13 …/, 13-17 /$1"),
        ("$0\r\n\r\n", 0, 99, "0-6 $"),
        ("!1\r\na\r\n", 0, 99, "0-4 !1…, 4-5 …a, 5-7 …/"),
    ];
    for (wire, over, size, expected) in rows {
        let said = said(Resp3, Some(over), wire.as_bytes(), size.min(wire.len()));
        assert_eq!(said, expected, "{wire:?} over {over} by {size}");
    }
}

#[derive(Default)]
struct Rows(Vec<String>);

impl Observer for Rows {
    fn transition(&mut self, step: &Step) {
        let Step { rule, start, end, depth, remaining, .. } = *step;
        let remaining = remaining.map_or("-".to_owned(), |remaining| remaining.to_string());
        self.0.push(format!("{rule:?} {start}-{end} {depth} {remaining}"));
    }
}

/// Behind each row its bytes, how deep it leads, and what is still due there.
#[test]
fn every_row_has_its_bytes() {
    let rows = [
        (
            Resp3,
            "+a :1 ",
            "StartSimpleString 0-1 0 -, LineSimpleString 1-4 0 -, EndFrame 4-4 0 -, \
             StartInteger 4-5 0 -, LineInteger 5-8 0 -",
        ),
        (
            Resp3,
            "*2 $1 a *1 :1 ",
            "StartArray 0-1 0 -, CountSized 1-4 1 2, ElementsNext 4-4 1 2, StartBulkString 4-5 \
             1 2, LengthBlob 5-8 1 2, BodyBulkString 8-11 1 2, EndElement 11-11 1 1, \
             ElementsNext 11-11 1 1, StartArray 11-12 1 1, CountSized 12-15 2 1, ElementsNext \
             15-15 2 1, StartInteger 15-16 2 1, LineInteger 16-19 2 1, EndElement 19-19 2 0, \
             ElementsDone 19-19 1 1, EndElement 19-19 1 0, ElementsDone 19-19 0 -",
        ),
        (
            Resp3,
            "|1 +k +v %? :1 _ . ",
            "StartAttribute 0-1 0 -, CountSized 1-4 1 2, ElementsNext 4-4 1 2, \
             StartSimpleString 4-5 1 2, LineSimpleString 5-8 1 2, EndElement 8-8 1 1, \
             ElementsNext 8-8 1 1, StartSimpleString 8-9 1 1, LineSimpleString 9-12 1 1, \
             EndElement 12-12 1 0, ElementsAnnotated 12-12 1 1, StartMap 12-13 1 1, \
             CountStreamed 13-16 2 -, ElementsNext 16-16 2 -, StartInteger 16-17 2 -, \
             LineInteger 17-20 2 -, EndElement 20-20 2 -, ElementsNext 20-20 2 -, StartNull \
             20-21 2 -, LineNull 21-23 2 -, EndElement 23-23 2 -, ElementsNext 23-23 2 -, \
             StartStreamEnd 23-24 2 -, LineStreamEnd 24-26 1 1",
        ),
        (
            Resp3,
            "*1 |0 |0 :1 ",
            "StartArray 0-1 0 -, CountSized 1-4 1 1, ElementsNext 4-4 1 1, StartAttribute 4-5 1 1, \
             CountSized 5-8 2 0, ElementsAnnotated 8-8 2 1, StartAttribute 8-9 2 1, \
             CountSized 9-12 3 0, ElementsAnnotated 12-12 3 1, StartInteger 12-13 3 1, \
             LineInteger 13-16 3 1, EndElement 16-16 1 0, ElementsDone 16-16 0 -",
        ),
        (
            Resp3,
            "*1 >1 +p $-1 ",
            "StartArray 0-1 0 -, CountSized 1-4 1 1, ElementsNext 4-4 1 1, StartInterruption \
             4-5 1 1, CountSized 5-8 2 1, ElementsNext 8-8 2 1, StartSimpleString 8-9 2 1, \
             LineSimpleString 9-12 2 1, EndElement 12-12 2 0, ElementsDone 12-12 1 1, \
             EndInterruption 12-12 1 1, ElementsNext 12-12 1 1, StartBulkString 12-13 1 1, \
             LengthNull 13-17 1 1, EndElement 17-17 1 0, ElementsDone 17-17 0 -",
        ),
        (
            Resp3,
            "$? ;1 a ;0 ",
            "StartBulkString 0-1 0 -, LengthStreamed 1-4 1 -, ElementsNext 4-4 1 -, StartChunk \
             4-5 1 -, LengthChunk 5-8 1 -, BodyChunk 8-11 1 -, EndElement 11-11 1 -, \
             ElementsNext 11-11 1 -, StartChunk 11-12 1 -, LengthChunkEnd 12-15 0 -",
        ),
        (
            Request,
            "*1 $1 a A ",
            "StartArray 0-1 0 -, CountSized 1-4 1 1, ElementsNext 4-4 1 1, StartBulkString 4-5 \
             1 1, LengthBlob 5-8 1 1, BodyBulkString 8-11 1 1, EndElement 11-11 1 0, \
             ElementsDone 11-11 0 -, EndFrame 11-11 0 -, StartInline 11-11 0 -, LineInline \
             11-14 0 -",
        ),
    ];
    for (dialect, wire, expected) in rows {
        let wire = wire.replace(' ', "\r\n");
        for size in [wire.len(), 1] {
            let mut rows = Rows::default();
            let mut machine = Machine::new(dialect);
            let mut at = 0;
            for end in (size..=wire.len()).step_by(size) {
                let mut feed = machine.feed_observed(&wire.as_bytes()[at..end], &mut rows);
                while feed.next_token().expect("valid").is_some() {}
                at += feed.consumed();
            }
            assert_eq!(rows.0.join(", "), expected, "{wire:?} by {size}");
        }
    }
}
