//! A frame that is not whole, or wrong, in a peer's terms.
//!
//! What there is of it are values that are complete, in aggregates that are not, and at its end the
//! beginning of one line or blob, or what is wrong with it. The complete values are adapted as they
//! would be in a whole frame; of the aggregates the headers are written anew, a streamed one as a
//! counted one that has more elements than fit; and what is unfinished stays as it is, but for its
//! marker. If nothing had to be replaced, the peer gets the very bytes.

use super::{Comparison, Exception, limits};
use resp_machine::encode::Encoder;
use resp_machine::event::{Aggregate, Event};
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;
use resp_machine::value::Value;
use std::ops::Range;

/// Elements that a streamed aggregate is said to have: more than fit an input.
const MANY: u64 = 999;

/// What there is of a frame.
#[derive(Debug)]
pub(super) struct Unfinished {
    /// In the peer's terms.
    pub(super) wire: Vec<u8>,
    /// Where in the input the line or blob begins that is unfinished or wrong.
    pub(super) rest_at: usize,
    /// Whether that is in a streamed string, where only chunks may stand.
    pub(super) in_string: bool,
}

/// An aggregate that has begun.
struct Open {
    kind: Aggregate,
    count: Option<u64>,
    interrupts: bool,
    /// Where it begins, with the attributes that describe it.
    start: usize,
    /// Where the values are that it holds.
    items: Vec<Range<usize>>,
    /// An attribute that is complete, and what it describes is not.
    describes: bool,
}

/// Reads `input`, which is no whole frame, as far as it can be read.
pub(super) fn unfinished(comparison: &mut Comparison<'_>, input: &[u8]) -> Unfinished {
    let peer = comparison.peer;
    let before = comparison.exceptions.len();
    let mut open: Vec<Open> = Vec::new();
    let mut rest_at = 0;
    let mut machine = Machine::with_limits(peer.dialect(), limits(peer.dialect()));
    let mut feed = machine.feed(input);
    while let Ok(Some(token)) = feed.next_token() {
        let (mut start, end) = (token.start as usize, token.end as usize);
        rest_at = end;
        match token.event {
            Event::Begin { kind, count, interrupts } => {
                let (items, describes) = (Vec::new(), false);
                open.push(Open { kind, count, interrupts, start, items, describes });
                continue;
            }
            Event::End { kind: Aggregate::Attribute, .. } => {
                open.last_mut().expect("it has begun").describes = true;
                continue;
            }
            Event::End { .. } => {
                let closed = open.pop().expect("it has begun");
                if closed.interrupts {
                    comparison.exceptions.push(Exception::PushIsElement);
                    continue;
                }
                start = closed.start;
            }
            _ => {}
        }
        while let Some(attribute) = open.pop_if(|around| around.describes) {
            start = attribute.start;
        }
        if let Some(around) = open.last_mut() {
            around.items.push(start..end);
        }
    }
    let in_string = open.last().is_some_and(|open| open.kind == Aggregate::String);
    let streamed = open.last().is_some_and(|open| open.count.is_none() && !open.describes);
    let mut wire = Vec::new();
    for level in &open {
        level.write(comparison, input, &mut wire);
    }
    let rest = &input[rest_at..];
    let marker = sent_as(rest, in_string);
    let known = marker.map(|marker| peer.marker(marker));
    if let Some(Err((_, exception))) = known {
        comparison.exceptions.push(exception);
    }
    if comparison.exceptions.len() == before {
        return Unfinished { wire: input.to_vec(), rest_at, in_string };
    }
    let whole = machine.error().is_none();
    match known {
        // The beginning of an end that no counted aggregate has.
        Some(_) if whole && streamed && rest.starts_with(b".") => {}
        Some(Ok(marker) | Err((marker, _))) => {
            wire.push(marker);
            wire.extend_from_slice(&rest[1..]);
        }
        None => {}
    }
    Unfinished { wire, rest_at, in_string }
}

/// The marker of what is unfinished or wrong; of a chunk that of a blob whose lengths are refused
/// like its own.
pub(super) fn sent_as(rest: &[u8], in_string: bool) -> Option<u8> {
    match rest.first() {
        Some(b';') if in_string => Some(b'!'),
        other => other.copied(),
    }
}

impl Open {
    /// Its header, and what it holds so far.
    fn write(&self, comparison: &mut Comparison<'_>, input: &[u8], wire: &mut Vec<u8>) {
        let dialect = comparison.peer.dialect();
        if self.count.is_none() {
            comparison.exceptions.push(Exception::Streamed);
        }
        if self.kind == Aggregate::String {
            return;
        }
        if self.describes && !comparison.peer.knows_attributes() {
            comparison.exceptions.push(Exception::Attribute);
            return;
        }
        let count = self.count.unwrap_or(MANY / self.kind.values_per_element());
        wire.push(self.kind.wire_type().marker());
        wire.extend_from_slice(format!("{count}\r\n").as_bytes());
        for item in &self.items {
            // As an element: what an attribute at the top describes may be a push.
            let element = [b"*1\r\n", &input[item.clone()]].concat();
            let mut parser = Parser::with_limits(dialect, limits(dialect));
            let value = loop {
                match parser.parse(&element) {
                    // A push that interrupts it.
                    Ok(Some(parsed)) if parsed.consumed == 0 => {}
                    Ok(Some(parsed)) => break comparison.adapted(parsed.frame),
                    other => panic!("{other:?}: {}", element.escape_ascii()),
                }
            };
            let Value::Array(list) = value else { panic!("{value:?} is no array") };
            let value = list.into_vec().pop().expect("one element");
            let written = Encoder::new().limits(limits(dialect)).value(wire, &value);
            assert_eq!(written, Ok(()), "{value:?}");
        }
    }
}
