//! What a frame holds, asked in every way there is, which must be the same.
//!
//! A frame is walked as events, and it is walked as its users do: by `match` on
//! [`Frame::view`], with the iterators, `get`, `nth`, `pair` and the lookup of keys, and by the accessors, of
//! which each must say what the value is, or that it is something else. Children are compared with
//! `Frame`'s own `==`, values with [`Value`]'s.
//!
//! To add an accessor: a line in `accessors`, with what it has to give for each type.

use crate::event::Null;
use crate::frame::{Chunks, Elements, Frame, Pairs, View};
use crate::value::{List, Value};
use alloc::vec::Vec;

/// The value of a frame.
pub(super) fn value(frame: Frame<'_>) -> Value {
    let walked = walked(frame);
    assert_eq!(walked, Value::from(frame), "the view of a frame, and its events");
    walked
}

/// The value, and everything in it, by way of the view.
fn walked(frame: Frame<'_>) -> Value {
    let mut value = match frame.view() {
        View::SimpleString(text) => Value::SimpleString(text.to_vec()),
        View::SimpleError(text) => Value::SimpleError(text.to_vec()),
        View::Integer(value) => Value::Integer(value),
        View::BulkString(bytes) => Value::BulkString(bytes.to_vec()),
        View::StreamedString(chunks) => Value::StreamedString(joined(frame, chunks)),
        View::BulkError(text) => Value::BulkError(text.to_vec()),
        View::Verbatim { format, text } => Value::Verbatim { format, text: text.to_vec() },
        View::Null(null) => Value::Null(null),
        View::Boolean(value) => Value::Boolean(value),
        View::Double(double) => Value::Double(double.value()),
        View::BigNumber(number) => Value::BigNumber(number.text().to_vec()),
        View::Array(elements) => Value::Array(self::elements(elements)),
        View::Map(pairs) => Value::Map(self::pairs(pairs)),
        View::Set(elements) => Value::Set(self::elements(elements)),
        View::Push(elements) => Value::Push(self::elements(elements)),
        View::Inline(inline) => {
            Value::Inline(inline.words().map(|word| word.bytes().collect()).collect())
        }
    };
    accessors(frame, &value);
    // Outermost first, and the innermost describes first.
    for attribute in frame.attributes().collect::<Vec<_>>().into_iter().rev() {
        let mut items = pairs(attribute);
        items.push(value);
        value = Value::Attributed(items);
    }
    value
}

fn list(items: Vec<Value>, streamed: bool) -> List {
    if streamed { List::streamed(items) } else { List::new(items) }
}

/// Which of so many are asked for by their index: all of a few, else those at the ends and some
/// between.
fn probes(length: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(length / 8 + 1).chain(length.checked_sub(1))
}

fn elements(elements: Elements<'_>) -> List {
    let frames: Vec<Frame<'_>> = elements.collect();
    assert_eq!(elements.len(), frames.len());
    for at in probes(frames.len()) {
        assert_eq!(elements.get(at), Some(frames[at]), "get({at}) of {elements:?}");
        let mut rest = elements;
        assert_eq!(rest.nth(at), Some(frames[at]), "nth({at}) of {elements:?}");
        assert_eq!(rest.len(), frames.len() - at - 1, "what is left of {elements:?}");
        assert_eq!(rest.get(0), frames.get(at + 1).copied(), "behind {at} of {elements:?}");
        assert_eq!(rest.next(), frames.get(at + 1).copied(), "behind {at} of {elements:?}");
    }
    let (mut rest, behind) = (elements, frames.len());
    assert_eq!((elements.get(behind), rest.nth(behind)), (None, None), "{elements:?}");
    list(frames.into_iter().map(walked).collect(), elements.is_streamed())
}

fn pairs(pairs: Pairs<'_>) -> List {
    let frames: Vec<(Frame<'_>, Frame<'_>)> = pairs.collect();
    assert_eq!(pairs.len(), frames.len());
    for at in probes(frames.len()) {
        assert_eq!(pairs.pair(at), Some(frames[at]), "pair({at}) of {pairs:?}");
    }
    assert_eq!(pairs.pair(frames.len()), None, "{pairs:?}");
    let values: Vec<(Value, Value)> =
        frames.iter().map(|(key, value)| (walked(*key), walked(*value))).collect();
    for at in probes(frames.len()) {
        let Some(name) = text(described(&values[at].0)) else { continue };
        let first = values.iter().position(|(key, _)| text(described(key)) == Some(name));
        assert_eq!(pairs.get(name), first.map(|at| frames[at].1), "{pairs:?}");
    }
    let streamed = pairs.is_streamed();
    list(values.into_iter().flat_map(|(key, value)| [key, value]).collect(), streamed)
}

fn joined(frame: Frame<'_>, chunks: Chunks<'_>) -> Vec<Vec<u8>> {
    let all: Vec<Vec<u8>> = chunks.map(<[u8]>::to_vec).collect();
    assert_eq!((chunks.len(), chunks.total()), (all.len(), all.concat().len()), "{chunks:?}");
    assert_eq!(frame.to_bytes().as_deref(), Ok(&all.concat()[..]), "{chunks:?}");
    all
}

/// The value without its attributes.
fn described(mut value: &Value) -> &Value {
    while let Value::Attributed(list) = value {
        let Some(of) = list.last() else { break };
        value = of;
    }
    value
}

/// The text of a string in one piece.
fn text(value: &Value) -> Option<&[u8]> {
    match value {
        Value::SimpleString(text) | Value::BulkString(text) | Value::Verbatim { text, .. } => {
            Some(text)
        }
        _ => None,
    }
}

/// Each accessor gives what the value is, or says that it is something else.
fn accessors(frame: Frame<'_>, value: &Value) {
    let integer = match value {
        Value::Integer(value) => Some(*value),
        _ => None,
    };
    let double = match value {
        Value::Double(value) => Some(*value),
        _ => integer.map(|value| value as f64),
    };
    let boolean = match (value, integer) {
        (Value::Boolean(value), _) => Some(*value),
        (_, Some(value @ (0 | 1))) => Some(value == 1),
        _ => None,
    };
    let error = match value {
        Value::SimpleError(text) | Value::BulkError(text) => Some(&text[..]),
        _ => None,
    };
    assert_eq!(frame.as_bytes().ok(), text(value), "{value:?}");
    assert_eq!(
        frame.as_str().ok(),
        text(value).and_then(|text| str::from_utf8(text).ok()),
        "{value:?}"
    );
    assert_eq!(frame.as_i64().ok(), integer, "{value:?}");
    assert_eq!(frame.as_f64().ok().map(Value::Double), double.map(Value::Double), "{value:?}");
    assert_eq!(frame.as_bool().ok(), boolean, "{value:?}");
    assert_eq!(frame.as_error(), error, "{value:?}");
    assert_eq!(frame.is_null(), matches!(value, Value::Null(_)), "{value:?}");
    let list = match value {
        Value::Array(list) | Value::Set(list) | Value::Push(list) => Some(list.len()),
        _ => None,
    };
    assert_eq!(frame.elements().ok().map(|elements| elements.len()), list, "{value:?}");
    let pairs = match value {
        Value::Map(list) => Some(list.len() / 2),
        Value::Array(list) if list.len() % 2 == 0 => Some(list.len() / 2),
        _ => None,
    };
    assert_eq!(frame.pairs().ok().map(|pairs| pairs.len()), pairs, "{value:?}");
    let words: Option<Vec<&[u8]>> = match value {
        Value::Inline(words) => Some(words.iter().map(Vec::as_slice).collect()),
        Value::Null(Null::Bulk | Null::Array | Null::Resp3) => Some(Vec::new()),
        Value::Array(list) => list.iter().map(|item| text(described(item))).collect(),
        _ => None,
    };
    let args: Option<Vec<Vec<u8>>> =
        frame.args().ok().map(|args| args.map(|word| word.to_vec()).collect());
    assert_eq!(args.as_deref().map(|args| args.iter().map(Vec::as_slice).collect()), words);
}
