//! `roundtrip`: encoding and decoding undo each other.
//!
//! The first byte chooses what is gone around.
//!
//! * A value: the encoder's bytes are those that `layout` writes, which is a few lines
//!   of recursion and knows nothing of the encoder; they decode to the value, and every token lies
//!   where `layout` put it, blobs in parts included; they are re-encoded from the frame; and down to
//!   RESP2, and up to RESP3, the value becomes what the documentation says.
//! * A wide one: an aggregate, or a request, of tens or hundreds of small elements.
//! * A value with pushes that interrupt it, in any place where one may: it decodes to the pushes,
//!   and then the value, each as if the other were not there; and a client that waits for replies gets the
//!   value alone. (Nobody encodes that: the encoder refuses a push inside a value.)
//! * A request: likewise.
//! * Any bytes (a [`Wire`] follows): each frame that was accepted encodes to bytes that decode to
//!   the same, and that *are* the same (but for the pushes between them) unless it was spelled in a way
//!   of its own.
//!
//! Besides, any bytes are tried where only some may stand: in a line, as a number, as a word.
//!
//! A bug that turns it red: text with a line end written as a line; a type written as another; a
//! sign or a format lost on the way; an attribute left out where it must stay, or kept where RESP2
//! has none; a push that takes the place of an element, or of a reply.

use super::conversion::{down, up};
use super::layout::{Layout, Part};
use super::reading::{self, is_push};
use super::tokens::Tokens;
use super::wire::{self, Wire, decode};
use super::{Reached, mutate};
use crate::encode::{EncodeError, Encoder, Target};
use crate::event::Event;
use crate::frame::{Frame, Parser};
use crate::machine::Machine;
use crate::value::arbitrary::{Request, Resp2};
use crate::value::{List, Value};
use crate::{Decoder, Dialect, Limits};
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Unstructured};
use core::ops::Range;

/// What goes around.
enum Input<'a> {
    Value(Value),
    Interrupted(Interrupted),
    Resp2(Value),
    Request(Request),
    Wire(Wire<'a>),
}

fn input(data: &[u8]) -> Option<Input<'_>> {
    let (choice, rest) = data.split_first()?;
    let mut u = Unstructured::new(rest);
    Some(match choice % 8 {
        2 if choice / 8 % 4 == 3 => wide(&mut u)?,
        0..=2 => Input::Value(Value::arbitrary(&mut u).ok()?),
        3 => Input::Interrupted(Interrupted::of(&mut u)?),
        4 => Input::Resp2(Resp2::arbitrary(&mut u).ok()?.0),
        5 => Input::Request(Request::arbitrary(&mut u).ok()?),
        _ => Input::Wire(Wire::of(rest)?),
    })
}

/// From how many elements on a value is wide.
const WIDE: usize = 10;

/// So many elements that their count has two digits or three. They take turns: as many bytes as there
/// are elements would be a long input.
fn wide(u: &mut Unstructured<'_>) -> Option<Input<'static>> {
    // What is wide is slow, so that most are just wide enough.
    let most = if u.ratio(1, 8).ok()? { 300 } else { 20 };
    let count = u.int_in_range(WIDE..=most).ok()?;
    let kind = u.int_in_range(0..=5).ok()?;
    let streamed = u.ratio(1, 4).ok()?;
    if kind == 5 {
        let words = Request::arbitrary(u).ok()?.words;
        let words = words.iter().cycle().take(count).cloned().collect();
        return Some(Input::Request(Request { words, inline: streamed }));
    }
    let some = u.int_in_range(1..=4).ok()?;
    // Flat, but for one in a while: what is flat is found in another way.
    let flat = u.ratio(3, 4).ok()?;
    let small = |value: &Value| !flat || Layout::of(value).parts.len() <= 3;
    let some: Result<Vec<Value>, _> = (0..some).map(|_| Value::arbitrary(u)).collect();
    let some: Vec<Value> =
        some.ok()?.into_iter().filter(|value| !is_push(value) && small(value)).collect();
    let items: Vec<Value> = some.iter().cycle().take(count * 2).cloned().collect();
    let list = |per: usize| {
        let items = items[..items.len() / 2 * per].to_vec();
        if streamed { List::streamed(items) } else { List::new(items) }
    };
    Some(Input::Value(match kind {
        0 | 1 => Value::Array(list(1)),
        2 => Value::Map(list(2)),
        3 => Value::Set(list(1)),
        _ => Value::push(items.into_iter().take(count)),
    }))
}

/// A value, and pushes that come before it is complete.
struct Interrupted {
    value: Value,
    /// In the order in which they come.
    pushes: Vec<Value>,
    /// The markers before which they come.
    before: Vec<u8>,
    wire: Vec<u8>,
}

impl Interrupted {
    /// `None` if there is nothing in the value to interrupt.
    fn of(u: &mut Unstructured<'_>) -> Option<Interrupted> {
        let value = Value::arbitrary(u).ok()?;
        let layout = Layout::of(&value);
        let (bytes, gaps) = (&layout.bytes, layout.gaps());
        let count = u.int_in_range(1..=3).ok()?;
        let mut at: Vec<usize> = Vec::new();
        let mut pushes = Vec::new();
        for _ in 0..count {
            at.push(*u.choose(&gaps).ok()?);
            let items = u.int_in_range(0..=3).ok()?;
            let items: Result<Vec<Value>, _> = (0..items).map(|_| Value::arbitrary(u)).collect();
            // A push inside a push is an error.
            pushes.push(Value::push(items.ok()?.into_iter().filter(|item| !is_push(item))));
        }
        at.sort_unstable();
        let before = at.iter().map(|at| bytes[*at]).collect();
        let mut wire = Vec::new();
        let mut start = 0;
        for (at, push) in at.into_iter().zip(&pushes) {
            wire.extend_from_slice(&bytes[start..at]);
            wire.extend_from_slice(&Layout::of(push).bytes);
            start = at;
        }
        wire.extend_from_slice(&bytes[start..]);
        Some(Interrupted { value, pushes, before, wire })
    }

    fn around(mut self) {
        self.pushes.push(self.value);
        let expected = self.pushes;
        let limits = Limits::new(Dialect::Resp3);
        for pieces in [self.wire.len(), 1] {
            let lent = decode(Dialect::Resp3, limits, self.wire.chunks(pieces));
            // A push that is kept leaves the frame that it has interrupted.
            let kept = reading::kept(Dialect::Resp3, limits, self.wire.chunks(pieces));
            for (frames, end, offset, _) in [lent, kept] {
                assert_eq!((end, offset), (Ok(Ok(())), self.wire.len() as u64));
                assert_eq!(frames, expected, "{}", self.wire.escape_ascii());
            }
        }
        #[cfg(feature = "client")]
        for pieces in [2 * self.wire.len(), 1] {
            // Behind a reply, too, is a push none.
            let (twice, frames) = (self.wire.repeat(2), [&expected[..]; 2].concat());
            let end = (&frames[..], Ok(Ok(())));
            reading::is_received(Dialect::Resp3, limits, twice.chunks(pieces), end);
        }
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(&self.wire);
        let mut encoder = Encoder::to(Target::AsIs);
        for value in expected {
            let frame = decoder.next_frame();
            let mut out = Vec::new();
            let written = frame.map(|frame| frame.map(|frame| encoder.frame(&mut out, frame)));
            assert_eq!(written, Ok(Some(Ok(()))), "{value:?}");
            assert_eq!(out, Layout::of(&value).bytes, "{value:?}");
        }
    }
}

/// The target.
pub fn run(data: &[u8]) {
    as_text(data);
    match input(data) {
        Some(Input::Value(value)) => around(&value, Dialect::Resp3),
        Some(Input::Interrupted(interrupted)) => interrupted.around(),
        Some(Input::Resp2(value)) => {
            around(&value, Dialect::Resp2);
            around(&value, Dialect::Resp3);
            assert_eq!(down(&value), value, "RESP2 has all of it");
        }
        Some(Input::Request(request)) => request_around(&request),
        Some(Input::Wire(wire)) => bytes_around(&wire),
        None => {}
    }
}

/// Any bytes, where only some may stand: written, they are read again, or they are refused and
/// nothing is written.
fn as_text(data: &[u8]) {
    for value in [
        Value::simple(data),
        Value::error(data),
        Value::BigNumber(data.to_vec()),
        Value::Inline(vec![data.to_vec()]),
    ] {
        let mut out = b"before".to_vec();
        match Encoder::to(Target::AsIs).value(&mut out, &value) {
            Ok(()) => {
                let dialect = match value {
                    Value::Inline(_) => Dialect::Request,
                    _ => Dialect::Resp3,
                };
                assert_eq!(decoded(dialect, &out[6..]), value);
            }
            Err(_) => assert_eq!(out, b"before", "{value:?}"),
        }
    }
}

/// What an input reaches: the types in its value, or what its wire reaches.
pub(super) fn reaches(data: &[u8]) -> Reached {
    match input(data) {
        Some(Input::Value(value) | Input::Resp2(value)) => {
            let mut reached = mutate::types(&value);
            if let Some(list) = value.list().filter(|list| list.len() >= WIDE) {
                let marker = u32::from(Layout::of(&value).bytes[0]);
                let form = if list.is_streamed() { "-streamed" } else { "" };
                reached.insert(format!("wide-{marker:02x}{form}"));
            }
            reached
        }
        // Before which markers there are pushes.
        Some(Input::Interrupted(Interrupted { before, .. })) => {
            before.iter().map(|marker| format!("interrupted-before-{marker:02x}")).collect()
        }
        Some(Input::Request(request)) => [format!(
            "request-{}-{}",
            if request.inline { "inline" } else { "array" },
            if request.words.len() < WIDE {
                request.words.len().to_string()
            } else {
                "wide".into()
            }
        )]
        .into(),
        Some(Input::Wire(wire)) => wire::reaches(&wire.to_bytes())
            .into_iter()
            .map(|reached| format!("wire-{reached}"))
            .collect(),
        None => Reached::new(),
    }
}

fn encoded(target: Target, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match Encoder::to(target).value(&mut out, value) {
        Ok(()) => out,
        Err(error) => panic!("{value:?} is valid and cannot be written: {error}"),
    }
}

/// The value that `wire` is, read with the default limits.
fn decoded(dialect: Dialect, wire: &[u8]) -> Value {
    let (mut frames, end, offset, _) =
        decode(dialect, Limits::new(dialect), core::iter::once(wire));
    assert_eq!((end, offset, frames.len()), (Ok(Ok(())), wire.len() as u64, 1), "{frames:?}");
    frames.remove(0)
}

fn with_frame<T>(dialect: Dialect, wire: &[u8], look: impl FnOnce(Frame<'_>) -> T) -> T {
    let mut decoder = Decoder::new(dialect);
    decoder.feed(wire);
    match decoder.next_frame() {
        Ok(Some(frame)) => look(frame),
        other => panic!("{other:?}"),
    }
}

fn around(value: &Value, dialect: Dialect) {
    let wire = encoded(Target::AsIs, value);
    let layout = Layout::of(value);
    assert_eq!(wire, layout.bytes, "{value:?}");
    assert_eq!(&decoded(dialect, &wire), value);
    lies(&layout, dialect);
    assert_eq!(&value.clone(), value);
    let low = encoded(Target::Resp2, value);
    assert_eq!(decoded(Dialect::Resp2, &low), down(value));
    let high = encoded(Target::Resp3, value);
    assert_eq!(decoded(Dialect::Resp3, &high), up(value));
    with_frame(dialect, &wire, |frame| {
        for (target, expected) in
            [(Target::AsIs, &wire), (Target::Resp2, &low), (Target::Resp3, &high)]
        {
            let mut out = Vec::new();
            assert_eq!(Encoder::to(target).frame(&mut out, frame), Ok(()), "{value:?}");
            assert_eq!(&out, expected, "{target:?} {value:?}");
        }
    });
}

/// Blobs of more bytes than this come in parts.
const PARTS: usize = 3;

/// The tokens of a value are its parts, in their places.
fn lies(layout: &Layout, dialect: Dialect) {
    let mut machine = Machine::new(dialect).blobs_in_parts_over(PARTS as u64);
    let mut tokens = Tokens::of(&layout.bytes);
    let mut feed = machine.feed(&layout.bytes);
    while let Ok(Some(token)) = feed.next_token() {
        tokens.add(token);
    }
    let starts: Vec<usize> = layout
        .parts
        .iter()
        .filter_map(|part| match *part {
            Part::Marker { at, .. } | Part::Chunk { at } | Part::End { at, .. } => Some(at),
            _ => None,
        })
        .collect();
    assert_eq!(tokens.starts, starts, "{}", layout.bytes.escape_ascii());
    let bodies: Vec<(usize, usize)> = layout
        .parts
        .iter()
        .filter_map(|part| match *part {
            Part::Body { marker, at, end, .. } if end - at > PARTS => {
                // The format of a verbatim string is told when its text begins.
                Some((if marker == b'=' { at + 4 } else { at }, end))
            }
            _ => None,
        })
        .collect();
    assert_eq!(tokens.bodies, bodies, "{}", layout.bytes.escape_ascii());
}

fn request_around(request: &Request) {
    let mut wire = Vec::new();
    assert_eq!(request.encode(&mut wire), Ok(()));
    let expected = match request.inline {
        true => Value::Inline(request.words.clone()),
        false => Value::array(request.words.iter().map(Value::bulk)),
    };
    assert_eq!(decoded(Dialect::Request, &wire), expected);
    // The servers themselves do not look at what a request is made of.
    with_frame(Dialect::Request, &wire, |frame| {
        let words: Option<Vec<Vec<u8>>> =
            frame.args().map(|args| args.map(|word| word.to_vec()).collect()).ok();
        assert_eq!(words.as_ref(), Some(&request.words));
    });
}

fn bytes_around(wire: &Wire<'_>) {
    let mut parser = Parser::with_limits(wire.dialect, wire.limits());
    let mut rest = wire.input;
    // Where in `rest` the pushes lie that have interrupted a frame: they are among its bytes.
    let mut pushes: Vec<Range<usize>> = Vec::new();
    while let Ok(Some(parsed)) = parser.parse(rest) {
        let (frame, consumed) = (parsed.frame, parsed.consumed);
        let start = parsed.wire.as_ptr().addr() - rest.as_ptr().addr();
        let mut own = parsed.wire.to_vec();
        if consumed == 0 {
            pushes.push(start..start + own.len());
        } else {
            pushes.drain(..).rev().for_each(|push| drop(own.drain(push)));
        }
        let bytes = &own[..];
        let mut out = Vec::new();
        let mut encoder = Encoder::new().limits(written(wire));
        assert_eq!(encoder.frame(&mut out, frame), Ok(()), "{frame:?}");
        if canonical(frame, bytes) {
            assert_eq!(out, bytes, "{frame:?}");
        }
        let value = Value::from(frame);
        assert_eq!(again(wire, &out), vec![value.clone()], "{}", out.escape_ascii());
        out.clear();
        match encoder.value(&mut out, &value) {
            Ok(()) => assert_eq!(again(wire, &out), [value], "{}", out.escape_ascii()),
            Err(EncodeError::LineTooLong { limit }) => {
                assert!(may_grow(&value, bytes, limit), "{value:?}: {}", bytes.escape_ascii());
            }
            Err(error) => panic!("{value:?} was read and cannot be written: {error}"),
        }
        rest = &rest[consumed..];
    }
}

/// The limits to read with, but for that of a frame: another spelling may be longer.
fn written(wire: &Wire<'_>) -> Limits {
    wire.limits().frame(Limits::new(wire.dialect).frame)
}

/// Whether a line of what was sent as `bytes` can be longer than `limit` as the encoder writes it:
/// escapes make four bytes of one, and the shortest text of a double takes up to 24 bytes where
/// that of another number that reads the same took five (`,1e-99`).
fn may_grow(value: &Value, bytes: &[u8], limit: usize) -> bool {
    match value {
        Value::Inline(words) => words.iter().map(|word| 4 * word.len() + 3).sum::<usize>() > limit,
        _ => limit < 25 && bytes.contains(&b','),
    }
}

fn again(wire: &Wire<'_>, bytes: &[u8]) -> Vec<Value> {
    let (frames, end, ..) = decode(wire.dialect, written(wire), core::iter::once(bytes));
    assert_eq!(end, Ok(Ok(())), "{}", bytes.escape_ascii());
    frames
}

/// Whether the encoder has only this way to write it: no integer in a spelling of its own, no
/// request whose count is negative, no line ended by LF alone.
fn canonical(frame: Frame<'_>, wire: &[u8]) -> bool {
    let mut events = frame.events();
    while let Some(event) = events.next() {
        match event {
            Event::Integer(value) if events.spelling() != Some(format!("{value}").as_bytes()) => {
                return false;
            }
            Event::Begin { count: Some(0), .. } if wire.starts_with(b"*-") => return false,
            Event::Inline(_) if !wire.ends_with(b"\r\n") => return false,
            _ => {}
        }
    }
    true
}
