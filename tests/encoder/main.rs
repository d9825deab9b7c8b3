//! What the encoder makes of every sequence of events that is short, and where it stops.
//!
//! `tests/roundtrip.rs` shows that what was written can be read, and that what cannot be read is not
//! written. That leaves room to refuse too much, to refuse too late, to close what should stay open
//! and to write more of an attribute than nothing in RESP2; so here the bytes, the refusals and the
//! events at which they come are written out: both sides of each limit, in each target. [`refusals`]
//! has the limits and the errors, [`scalars`] the functions that write one value each.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod refusals;
mod scalars;

use resp_machine::encode::{EncodeError as E, Encoder, Target};
use resp_machine::event::{Aggregate, BigNumber, Double, Event, Null};
use resp_machine::frame::Parser;
use resp_machine::grammar::inline_command;
use resp_machine::value::{List, Value};
use resp_machine::{Dialect, Limits};

use Aggregate::{Array, Attribute, Map, Push, Set, String as Text};
use Target::{AsIs, Resp2, Resp3};

const INT: Event<'static> = Event::Integer(1);
const SOME: Event<'static> = Event::Chunk(b"ab");
const LIMITS: Limits = Limits::new(Dialect::Resp3);

/// The bytes of a whole frame, or the event that was refused: its index (one behind the last if
/// the frame was found to be unfinished, or too long), and why.
type Outcome = Result<String, (usize, E)>;

fn begin(kind: Aggregate, count: u64) -> Event<'static> {
    Event::Begin { kind, count: Some(count), interrupts: false }
}

fn stream(kind: Aggregate) -> Event<'static> {
    Event::Begin { kind, count: None, interrupts: false }
}

fn end(kind: Aggregate) -> Event<'static> {
    Event::End { kind, count: 0, interrupts: false }
}

fn double(text: &str) -> Event<'_> {
    Event::Double(Double::new(text.as_bytes()).expect("a double"))
}

fn big(text: &str) -> Event<'_> {
    Event::BigNumber(BigNumber::new(text.as_bytes()).expect("a big number"))
}

fn inlined(line: &str) -> Event<'_> {
    let end = line.find('\n').expect("a line") + 1;
    Event::Inline(inline_command(&line.as_bytes()[..end]).expect("words").1)
}

/// Lets `write` write one frame behind another. If it is refused nothing of it may be left, and the
/// encoder must be ready for the next.
fn attempt(
    target: Target,
    limits: Limits,
    write: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(), (usize, E)>,
) -> Outcome {
    let mut encoder = Encoder::to(target).limits(limits);
    let mut out = b":7\r\n".to_vec();
    let wrote = write(&mut encoder, &mut out);
    let frame = String::from_utf8(out.split_off(4)).expect("UTF-8");
    assert_eq!(out, b":7\r\n");
    assert!(encoder.is_complete());
    assert!(wrote.is_ok() || frame.is_empty(), "{wrote:?} {frame}");
    encoder.event(&mut out, Event::SimpleString(b"")).expect("it goes on");
    assert_eq!(encoder.finish(&mut out), Ok(()));
    assert_eq!(out, b":7\r\n+\r\n");
    wrote.map(|()| frame)
}

fn written(target: Target, limits: Limits, events: &[Event<'_>]) -> Outcome {
    attempt(target, limits, |encoder, out| {
        for (at, event) in events.iter().enumerate() {
            encoder.event(out, *event).map_err(|error| (at, error))?;
        }
        encoder.finish(out).map_err(|error| (events.len(), error))
    })
}

fn assert_written(target: Target, limits: Limits, events: &[Event<'_>], expected: Outcome) {
    assert_eq!(written(target, limits, events), expected, "{target:?} {events:?}");
}

fn ok(frame: &str) -> Outcome {
    Ok(frame.replace(' ', "\r\n"))
}

#[test]
fn an_end_may_be_left_out_where_it_is_certain() {
    let rows: &[(&[Event], Outcome)] = &[
        (&[begin(Array, 1), INT], ok("*1 :1 ")),
        (&[begin(Array, 1), INT, end(Array)], ok("*1 :1 ")),
        (&[begin(Array, 0)], ok("*0 ")),
        (&[begin(Array, 1)], Err((1, E::Unfinished))),
        (&[begin(Map, 1), INT], Err((2, E::Unfinished))),
        (&[begin(Array, 2), INT, end(Array)], Err((2, E::UnexpectedEnd))),
        (&[begin(Array, 1), begin(Array, 1), INT], ok("*1 *1 :1 ")),
        (&[begin(Array, 1), begin(Array, 1), INT, end(Array)], ok("*1 *1 :1 ")),
        (&[begin(Array, 1), begin(Array, 1), INT, end(Array), end(Array)], ok("*1 *1 :1 ")),
        (&[begin(Array, 2), begin(Array, 1), INT, end(Array), INT], ok("*2 *1 :1 :1 ")),
        (&[begin(Map, 1), begin(Array, 0), INT, end(Map)], ok("%1 *0 :1 ")),
        (&[begin(Map, 1), INT, begin(Array, 0), end(Map)], ok("%1 :1 *0 ")),
        (&[begin(Map, 1), INT, begin(Array, 1), end(Map)], Err((3, E::UnexpectedEnd))),
        (&[begin(Map, 1), begin(Array, 0), end(Map)], Err((2, E::UnexpectedEnd))),
        (&[stream(Array), begin(Array, 1), INT, end(Array)], Err((4, E::Unfinished))),
        (&[stream(Array), begin(Array, 1), INT, end(Array), end(Array)], ok("*? *1 :1 . ")),
        (&[stream(Set), begin(Array, 1), INT, end(Set)], ok("~? *1 :1 . ")),
        (&[stream(Set), begin(Array, 1), end(Set)], Err((2, E::UnexpectedEnd))),
        (&[begin(Array, 1), stream(Set), end(Array)], Err((2, E::UnexpectedEnd))),
        (&[begin(Array, 1), stream(Set), end(Set)], ok("*1 ~? . ")),
        (&[stream(Array), INT], Err((2, E::Unfinished))),
        (&[stream(Array), end(Array)], ok("*? . ")),
        (&[stream(Map), INT, end(Map)], Err((2, E::OddMap))),
        (&[stream(Map), INT, INT, end(Map)], ok("%? :1 :1 . ")),
        (&[end(Array)], Err((0, E::UnexpectedEnd))),
        (&[INT], ok(":1 ")),
    ];
    for (events, expected) in rows {
        assert_written(AsIs, LIMITS, events, expected.clone());
    }
}

#[test]
fn an_attribute_has_its_pairs_and_then_its_value() {
    let rows: &[(&[Event], Outcome)] = &[
        (&[begin(Attribute, 0), INT], ok("|0 :1 ")),
        (&[begin(Attribute, 1), INT, INT, INT], ok("|1 :1 :1 :1 ")),
        (&[begin(Attribute, 1), INT, INT, end(Attribute), INT], ok("|1 :1 :1 :1 ")),
        (&[begin(Attribute, 1), INT, end(Attribute)], Err((2, E::UnexpectedEnd))),
        (&[begin(Attribute, 1), INT, INT], Err((3, E::Unfinished))),
        (&[begin(Attribute, 0)], Err((1, E::Unfinished))),
        (&[begin(Attribute, 0), end(Attribute)], Err((2, E::Unfinished))),
        (&[begin(Attribute, 0), end(Attribute), end(Attribute)], Err((2, E::UnexpectedEnd))),
        (&[begin(Array, 1), begin(Attribute, 0), INT, end(Array)], ok("*1 |0 :1 ")),
        (&[begin(Array, 1), begin(Attribute, 0), end(Array)], Err((2, E::UnexpectedEnd))),
        (
            &[begin(Array, 1), begin(Attribute, 0), end(Attribute), end(Array)],
            Err((3, E::UnexpectedEnd)),
        ),
        (&[begin(Array, 1), begin(Attribute, 0), end(Attribute), INT, end(Array)], ok("*1 |0 :1 ")),
        // The end of the attribute around it takes along what is complete.
        (
            &[begin(Attribute, 1), INT, begin(Attribute, 0), INT, end(Attribute), INT],
            ok("|1 :1 |0 :1 :1 "),
        ),
        (&[begin(Attribute, 1), INT, begin(Array, 0), end(Attribute), INT], ok("|1 :1 *0 :1 ")),
    ];
    for (events, expected) in rows {
        assert_written(AsIs, LIMITS, events, expected.clone());
    }
}

#[test]
fn some_things_stand_only_where_they_may() {
    let interrupting = Event::Begin { kind: Push, count: Some(0), interrupts: true };
    let interrupted = Event::End { kind: Push, count: 0, interrupts: true };
    let blob =
        Event::BlobBegin { kind: resp_machine::wire::Type::BulkString, format: None, length: 0 };
    let line = inlined("A b\r\n");
    let rows: &[(&[Event], Outcome)] = &[
        (&[begin(Push, 1), INT], ok(">1 :1 ")),
        (&[begin(Attribute, 0), begin(Push, 0)], ok("|0 >0 ")),
        (&[begin(Attribute, 0), begin(Attribute, 0), begin(Push, 0)], ok("|0 |0 >0 ")),
        (&[begin(Array, 1), begin(Push, 0)], Err((1, E::PushInside))),
        (&[begin(Attribute, 1), begin(Push, 0)], Err((1, E::PushInside))),
        (&[begin(Array, 1), begin(Attribute, 0), begin(Push, 0)], Err((2, E::PushInside))),
        (&[begin(Array, 1), interrupting], Err((1, E::PushInside))),
        (&[begin(Array, 1), interrupted], Err((1, E::PushInside))),
        (&[stream(Push)], Err((0, E::NotStreamable))),
        (&[stream(Attribute)], Err((0, E::NotStreamable))),
        (&[begin(Text, 1)], Err((0, E::NotStreamable))),
        (&[stream(Text), SOME, end(Text)], ok("$? ;2 ab ;0 ")),
        (&[stream(Text), end(Text)], ok("$? ;0 ")),
        (&[begin(Array, 2), stream(Text), SOME, end(Text), INT], ok("*2 $? ;2 ab ;0 :1 ")),
        (&[stream(Text), SOME], Err((2, E::Unfinished))),
        (&[stream(Text), INT], Err((1, E::OutOfPlace))),
        (&[stream(Text), stream(Text)], Err((1, E::OutOfPlace))),
        (&[stream(Text), Event::Chunk(b"")], Err((1, E::EmptyChunk))),
        (&[stream(Text), end(Array)], Err((1, E::UnexpectedEnd))),
        (&[SOME], Err((0, E::OutOfPlace))),
        (&[begin(Array, 1), SOME], Err((1, E::OutOfPlace))),
        (&[stream(Array), SOME], Err((1, E::OutOfPlace))),
        (&[line], Ok("A b\r\n".to_owned())),
        (&[begin(Array, 1), line], Err((1, E::InlineInside))),
        (&[begin(Attribute, 0), line], Err((1, E::InlineInside))),
        (&[inlined("*A\r\n")], Err((0, E::InlineInside))),
        (&[blob], Err((0, E::BlobInParts))),
        (&[Event::BlobPart(b"")], Err((0, E::BlobInParts))),
        (&[Event::BlobEnd], Err((0, E::BlobInParts))),
    ];
    for (events, expected) in rows {
        assert_written(AsIs, LIMITS, events, expected.clone());
    }
}

/// What does not belong to a frame that is whole leaves it as it is.
#[test]
fn a_refused_event_takes_only_its_own_frame_back() {
    for refused in [end(Array), SOME, Event::BlobEnd] {
        for (unfinished, kept) in [(1, ":7\r\n*1\r\n:1\r\n"), (2, ":7\r\n")] {
            let mut encoder = Encoder::new();
            let mut out = b":7\r\n".to_vec();
            encoder.array(&mut out, unfinished).unwrap();
            encoder.event(&mut out, INT).unwrap();
            assert_eq!(encoder.is_complete(), unfinished == 1);
            if unfinished == 1 {
                let _ = encoder.event(&mut out, end(Array));
            }
            encoder.event(&mut out, refused).unwrap_err();
            assert_eq!(out, kept.as_bytes(), "{refused:?}");
            assert!(encoder.is_complete());
        }
    }
}

/// Each event in each target.
#[test]
fn every_type_in_every_target() {
    let verbatim = Event::Verbatim { format: *b"txt", text: b"a" };
    let rows: &[(&[Event], &str, &str, &str)] = &[
        (&[Event::SimpleString(b"a")], "+a ", "+a ", "+a "),
        (&[Event::SimpleError(b"a")], "-a ", "-a ", "-a "),
        (&[Event::Integer(-12)], ":-12 ", ":-12 ", ":-12 "),
        (&[Event::BulkString(b"a")], "$1 a ", "$1 a ", "$1 a "),
        (&[Event::BulkError(b"a")], "!1 a ", "!1 a ", "-a "),
        (&[verbatim], "=5 txt:a ", "=5 txt:a ", "$1 a "),
        (&[Event::Null(Null::Resp3)], "_ ", "_ ", "$-1 "),
        (&[Event::Null(Null::Bulk)], "$-1 ", "_ ", "$-1 "),
        (&[Event::Null(Null::Array)], "*-1 ", "_ ", "*-1 "),
        (&[Event::Boolean(true)], "#t ", "#t ", ":1 "),
        (&[Event::Boolean(false)], "#f ", "#f ", ":0 "),
        (&[double("1.50")], ",1.50 ", ",1.50 ", "$4 1.50 "),
        (&[big("12")], "(12 ", "(12 ", "$2 12 "),
        (&[begin(Array, 1), INT], "*1 :1 ", "*1 :1 ", "*1 :1 "),
        (&[begin(Map, 1), INT, INT], "%1 :1 :1 ", "%1 :1 :1 ", "*2 :1 :1 "),
        (&[begin(Set, 1), INT], "~1 :1 ", "~1 :1 ", "*1 :1 "),
        (&[begin(Push, 1), INT], ">1 :1 ", ">1 :1 ", "*1 :1 "),
        (&[begin(Attribute, 1), INT, INT, INT], "|1 :1 :1 :1 ", "|1 :1 :1 :1 ", ":1 "),
    ];
    assert_eq!(Encoder::default().target(), AsIs);
    for (events, as_is, resp3, resp2) in rows {
        for (target, frame) in [(AsIs, as_is), (Resp3, resp3), (Resp2, resp2)] {
            assert_eq!(Encoder::to(target).target(), target);
            assert_written(target, LIMITS, events, ok(frame));
        }
    }
    for kind in [Array, Map, Set, Text] {
        assert_written(Resp2, LIMITS, &[stream(kind)], Err((0, E::StreamedInResp2)));
    }
}

/// In RESP2 nothing is written of an attribute, however deep, and all is checked.
#[test]
fn attributes_leave_no_trace_in_resp2() {
    let verbatim = Event::Verbatim { format: *b"txt", text: b"a" };
    let pairs: &[&[Event]] = &[
        &[INT],
        &[Event::SimpleString(b"a")],
        &[Event::SimpleError(b"a")],
        &[Event::BulkString(b"a")],
        &[Event::BulkError(b"a")],
        &[verbatim],
        &[Event::Null(Null::Resp3)],
        &[Event::Boolean(true)],
        &[double("1.5")],
        &[big("12")],
        &[begin(Array, 1), INT],
        &[begin(Map, 1), INT, INT, end(Map)],
        &[stream(Set), INT, end(Set)],
        &[stream(Text), SOME, end(Text)],
        &[begin(Attribute, 0), INT],
        &[begin(Attribute, 1), INT, INT, end(Attribute), INT],
        &[begin(Array, 2), begin(Attribute, 0), begin(Attribute, 0), INT, INT],
    ];
    for pair in pairs {
        let events = [&[begin(Attribute, 1), Event::SimpleString(b"k")], *pair, &[INT]].concat();
        assert_written(Resp2, LIMITS, &events, ok(":1 "));
        let inside = [&[begin(Array, 2)], &events[..], &[begin(Array, 0)]].concat();
        assert_written(Resp2, LIMITS, &inside, ok("*2 :1 *0 "));
    }
    let cut = [begin(Attribute, 1), INT, Event::SimpleString(b"a\n"), INT];
    assert_written(Resp2, LIMITS, &cut, Err((2, E::LineBreak { at: 1 })));
    let long = [begin(Attribute, 1), INT, stream(Text), SOME];
    assert_written(Resp2, LIMITS.blob(1), &long, Err((3, E::BlobTooLong { limit: 1 })));
    // The methods for what no event carries.
    let outcome = attempt(Resp2, LIMITS, |encoder, out| {
        let mut all = || {
            encoder.event(out, begin(Attribute, 2))?;
            encoder.double(out, 1.5)?;
            encoder.integer_text(out, b"+5")?;
            encoder.big_number(out, b"5")?;
            encoder.map(out, 0)?;
            encoder.double(out, 1.5)?;
            encoder.finish(out)
        };
        all().map_err(|error| (0, error))
    });
    assert_eq!(outcome, ok("$3 1.5 "));
}

/// One frame by one of the methods that are not for events.
fn by(limits: Limits, write: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(), E>) -> Outcome {
    attempt(AsIs, limits, |encoder, out| {
        write(encoder, out).and_then(|()| encoder.finish(out)).map_err(|error| (0, error))
    })
}

#[test]
fn numbers_from_their_text() {
    let short = LIMITS.line(3);
    let long = Err((0, E::LineTooLong { limit: 3 }));
    let invalid = Err((0, E::InvalidNumber));
    for (text, big, integer) in [
        ("+12", ok("(+12 "), ok(":+12 ")),
        ("-12", ok("(-12 "), ok(":-12 ")),
        ("007", ok("(007 "), ok(":007 ")),
        ("1234", long.clone(), long.clone()),
        ("", invalid.clone(), invalid.clone()),
        ("-", invalid.clone(), invalid.clone()),
        ("+", invalid.clone(), invalid.clone()),
        ("1e5", invalid.clone(), invalid.clone()),
        ("\r\n", invalid.clone(), invalid.clone()),
    ] {
        assert_eq!(by(short, |e, out| e.big_number(out, text.as_bytes())), big, "{text}");
        assert_eq!(by(short, |e, out| e.integer_text(out, text.as_bytes())), integer, "{text}");
    }
    for (value, text) in [(1.5, ",1.5 "), (-0.0, ",-0 "), (f64::INFINITY, ",inf ")] {
        assert_eq!(by(short, |e, out| e.double(out, value)), ok(text));
    }
    assert_eq!(by(short, |e, out| e.double(out, f64::NEG_INFINITY)), long);
    let most = "0".repeat(65_536);
    let text =
        |text: &str| by(LIMITS.line(usize::MAX), |e, out| e.integer_text(out, text.as_bytes()));
    assert_eq!(text(&most), Ok(format!(":{most}\r\n")));
    assert_eq!(text(&format!("{most}0")), invalid);
    assert_eq!(text("9223372036854775808"), invalid);
}

#[test]
fn arrays_and_maps_by_their_methods() {
    let outcome = by(LIMITS, |encoder, out| {
        encoder.map(out, 1)?;
        encoder.event(out, INT)?;
        encoder.array(out, 1)?;
        assert!(!encoder.is_complete());
        encoder.event(out, INT)?;
        assert!(encoder.is_complete());
        Ok(())
    });
    assert_eq!(outcome, ok("%1 :1 *1 :1 "));
}

#[test]
fn values_are_written_whole_or_not_at_all() {
    let int = Value::Integer;
    let attributed = |items| Value::Attributed(List::new(items));
    let streamed = |items| Value::Array(List::streamed(items));
    let text = Value::StreamedString(vec![b"ab".to_vec(), b"c".to_vec()]);
    let rows: Vec<(Value, Outcome, Outcome)> = vec![
        (Value::map([(int(1), int(2))]), ok("%1 :1 :2 "), ok("*2 :1 :2 ")),
        (streamed(vec![int(1), int(2)]), ok("*? :1 :2 . "), ok("*2 :1 :2 ")),
        (text.clone(), ok("$? ;2 ab ;1 c ;0 "), ok("$3 abc ")),
        (Value::array([text.clone(), int(1)]), ok("*2 $? ;2 ab ;1 c ;0 :1 "), ok("*2 $3 abc :1 ")),
        (int(1).with_attribute([(int(2), text)]), ok("|1 :2 $? ;2 ab ;1 c ;0 :1 "), ok(":1 ")),
        (attributed(vec![int(1)]), ok("|0 :1 "), ok(":1 ")),
        (attributed(vec![int(1), int(2), int(3)]), ok("|1 :1 :2 :3 "), ok(":3 ")),
        (attributed(vec![]), Err((0, E::NothingDescribed)), Err((0, E::NothingDescribed))),
        (attributed(vec![int(1), int(2)]), Err((0, E::OddMap)), Err((0, E::OddMap))),
        (Value::Map(List::new(vec![int(1)])), Err((0, E::OddMap)), Err((0, E::OddMap))),
        // What is refused in a list takes the list with it.
        (
            Value::array([Value::Map(List::streamed(vec![int(1)]))]),
            Err((0, E::OddMap)),
            Err((0, E::OddMap)),
        ),
        (
            Value::array([Value::simple("a\nb")]),
            Err((0, E::LineBreak { at: 1 })),
            Err((0, E::LineBreak { at: 1 })),
        ),
        (Value::Inline(vec![b"AB".to_vec()]), ok("AB "), ok("AB ")),
    ];
    for (value, as_is, resp2) in rows {
        for (target, expected) in [(AsIs, as_is), (Resp2, resp2)] {
            let write = |encoder: &mut Encoder, out: &mut Vec<u8>| {
                encoder.value(out, &value).map_err(|error| (0, error))
            };
            assert_eq!(attempt(target, LIMITS, write), expected, "{target:?} {value:?}");
            // The limit of a frame holds without a call of `finish`.
            if let Ok(frame) = &expected {
                let length = frame.len() as u64;
                let too_long = E::FrameTooLong { limit: length - 1 };
                assert_eq!(attempt(target, LIMITS.frame(length), write), expected);
                assert_eq!(attempt(target, LIMITS.frame(length - 1), write), Err((0, too_long)));
            }
        }
    }
    // Written to RESP2, the chunks of a string are one blob.
    let chunks = Value::StreamedString(vec![b"ab".to_vec(), b"c".to_vec()]);
    let write = |limit| {
        attempt(Resp2, LIMITS.blob(limit), |encoder, out| {
            encoder.value(out, &chunks).map_err(|error| (0, error))
        })
    };
    assert_eq!(write(3), ok("$3 abc "));
    assert_eq!(write(2), Err((0, E::BlobTooLong { limit: 2 })));
}

#[test]
fn frames_are_written_as_they_were_read() {
    let wires = [
        "%1 +k *? :1 . ",
        "|1 +k $? ;1 a ;0 ~2 :1 :2 ",
        "*2 $? ;1 a ;2 bc ;0 %? :1 :2 :3 :4 . ",
        ":1 ",
    ];
    let low = ["*2 +k *1 :1 ", "*2 :1 :2 ", "*2 $3 abc *4 :1 :2 :3 :4 ", ":1 "];
    for (wire, low) in wires.into_iter().zip(low) {
        let wire = ok(wire).unwrap();
        let mut parser = Parser::new(Dialect::Resp3);
        let frame = parser.parse(wire.as_bytes()).unwrap().unwrap().frame;
        for (target, expected) in [(AsIs, Ok(wire.clone())), (Resp2, ok(low))] {
            let outcome = attempt(target, LIMITS, |encoder, out| {
                encoder.frame(out, frame).map_err(|error| (0, error))
            });
            assert_eq!(outcome, expected);
        }
    }
}
