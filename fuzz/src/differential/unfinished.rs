//! A frame that is not whole, or wrong, in a peer's terms.
//!
//! What there is of it are values that are complete, in aggregates that are not, and at its end the
//! beginning of one line or blob, or what is wrong with it. The complete values are adapted as they
//! would be in a whole frame; of the aggregates the headers are written anew, a streamed one as a
//! counted one that has more elements than fit; and what is unfinished stays as it is, but for its
//! marker. If nothing had to be replaced, the peer gets the very bytes.

use super::{Exception, Peer, adapt_part, limits};
use resp_machine::encode::Encoder;
use resp_machine::event::{Aggregate, Event};
use resp_machine::machine::Machine;
use resp_machine::value::{List, Value};

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
    items: Vec<Value>,
    /// An attribute that is complete, and what it describes is not.
    describes: bool,
}

/// Reads `input`, which is no whole frame, as far as it can be read.
pub(super) fn unfinished(
    peer: &dyn Peer,
    input: &[u8],
    exceptions: &mut Vec<Exception>,
) -> Unfinished {
    let before = exceptions.len();
    let mut open: Vec<Open> = Vec::new();
    let mut rest_at = 0;
    let mut machine = Machine::with_limits(peer.dialect(), limits(peer.dialect()));
    let mut feed = machine.feed(input);
    while let Ok(Some(token)) = feed.next_token() {
        let (start, end) = (token.start as usize, token.end as usize);
        rest_at = end;
        if let Event::Begin { kind, count, interrupts } = token.event {
            open.push(Open { kind, count, interrupts, items: Vec::new(), describes: false });
            continue;
        }
        if let Event::End { kind: Aggregate::Attribute, .. } = token.event {
            if let Some(attribute) = open.last_mut() {
                attribute.describes = true;
            }
            continue;
        }
        let part = match token.event {
            Event::End { .. } => {
                let Some(closed) = open.pop() else { break };
                if closed.interrupts {
                    exceptions.push(Exception::PushIsElement);
                    continue;
                }
                closed.value()
            }
            event => {
                let spelling = input.get(start + 1..end.saturating_sub(2));
                exceptions.extend(peer.spelling(&event, spelling));
                single(event)
            }
        };
        let mut value = adapt_part(peer, part, exceptions);
        while open.last().is_some_and(|open| open.describes) {
            let Some(attribute) = open.pop() else { break };
            let mut parts = attribute.items;
            parts.push(value);
            value = adapt_part(peer, Value::Attributed(parts.into()), exceptions);
        }
        if let Some(around) = open.last_mut() {
            around.items.push(value);
        }
    }
    let in_string = open.last().is_some_and(|open| open.kind == Aggregate::String);
    let streamed = open.last().is_some_and(|open| open.count.is_none() && !open.describes);
    let mut wire = Vec::new();
    for level in &open {
        level.write(peer, &mut wire, exceptions);
    }
    let rest = &input[rest_at..];
    let marker = sent_as(rest, in_string);
    let known = marker.map(|marker| peer.marker(marker));
    if let Some(Err((_, exception))) = known {
        exceptions.push(exception);
    }
    if exceptions.len() == before {
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
    /// Closed, it is this.
    fn value(self) -> Value {
        let list = match self.count {
            Some(_) => List::new(self.items),
            None => List::streamed(self.items),
        };
        match self.kind {
            Aggregate::Array => Value::Array(list),
            Aggregate::Map => Value::Map(list),
            Aggregate::Set => Value::Set(list),
            Aggregate::Push => Value::Push(list),
            Aggregate::Attribute => Value::Attributed(list),
            Aggregate::String => Value::StreamedString(
                list.into_vec()
                    .into_iter()
                    .map(|chunk| match chunk {
                        Value::BulkString(bytes) => bytes,
                        other => panic!("{other:?} is no chunk"),
                    })
                    .collect(),
            ),
        }
    }

    /// Its header, and what it holds so far.
    fn write(&self, peer: &dyn Peer, wire: &mut Vec<u8>, exceptions: &mut Vec<Exception>) {
        if self.count.is_none() {
            exceptions.push(Exception::Streamed);
        }
        if self.kind == Aggregate::String {
            return;
        }
        if self.describes && !peer.knows_attributes() {
            exceptions.push(Exception::Attribute);
            return;
        }
        let count = self.count.unwrap_or(MANY / self.kind.values_per_element());
        wire.push(self.kind.wire_type().marker());
        wire.extend_from_slice(format!("{count}\r\n").as_bytes());
        for item in &self.items {
            let limits = limits(peer.dialect());
            let written = Encoder::new().limits(limits).value(wire, item);
            assert_eq!(written, Ok(()), "{item:?}");
        }
    }
}

/// The value that is one event. A chunk is kept as a bulk string until its string is complete.
fn single(event: Event<'_>) -> Value {
    match event {
        Event::SimpleString(text) => Value::simple(text),
        Event::SimpleError(text) => Value::error(text),
        Event::Integer(value) => Value::Integer(value),
        Event::BulkString(bytes) | Event::Chunk(bytes) => Value::bulk(bytes),
        Event::BulkError(bytes) => Value::BulkError(bytes.to_vec()),
        Event::Verbatim { format, text } => Value::Verbatim { format, text: text.to_vec() },
        Event::Null(null) => Value::Null(null),
        Event::Boolean(value) => Value::Boolean(value),
        Event::Double(double) => Value::Double(double.value()),
        Event::BigNumber(number) => Value::BigNumber(number.text().to_vec()),
        other => panic!("{other:?} is no value of a reply"),
    }
}
