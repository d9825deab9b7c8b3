//! Building values from events, and copies from values, with an explicit stack.

use super::walk::{Step, Walk};
use super::{List, Value};
use crate::event::{Aggregate, Event};
use crate::frame::{Frame, OwnedFrame};
use alloc::vec::Vec;

/// An aggregate in the making.
struct Open {
    kind: Aggregate,
    items: Vec<Value>,
    streamed: bool,
    /// An attribute whose pairs are complete.
    annotated: bool,
}

/// Puts values together from their parts.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    whole: Option<Value>,
}

impl Builder {
    fn begin(&mut self, kind: Aggregate, streamed: bool) {
        self.open.push(Open { kind, items: Vec::new(), streamed, annotated: false });
    }

    fn end(&mut self) {
        match self.open.last_mut() {
            Some(open) if open.kind == Aggregate::Attribute => open.annotated = true,
            _ => {
                if let Some(open) = self.open.pop() {
                    self.add(open.close());
                }
            }
        }
    }

    /// Adds a complete value; the attributes that it was the last part of become complete, too.
    fn add(&mut self, mut value: Value) {
        while let Some(mut open) = self.open.pop() {
            let annotated = open.annotated;
            open.items.push(value);
            if !annotated {
                self.open.push(open);
                return;
            }
            value = open.close();
        }
        self.whole = Some(value);
    }
}

impl Open {
    fn close(self) -> Value {
        let list = match self.streamed {
            true => List::streamed(self.items),
            false => List::new(self.items),
        };
        match self.kind {
            Aggregate::Array => Value::Array(list),
            Aggregate::Map => Value::Map(list),
            Aggregate::Set => Value::Set(list),
            Aggregate::Push => Value::Push(list),
            Aggregate::Attribute => Value::Attributed(list),
            Aggregate::String => Value::StreamedString(
                list.into_vec().into_iter().filter_map(Value::into_string).collect(),
            ),
        }
    }
}

impl Value {
    fn into_string(self) -> Option<Vec<u8>> {
        match self {
            Value::BulkString(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// The value of an event that is one; a chunk becomes a bulk string, for [`Open::close`].
fn leaf(event: Event<'_>) -> Option<Value> {
    Some(match event {
        Event::SimpleString(text) => Value::SimpleString(text.into()),
        Event::SimpleError(text) => Value::SimpleError(text.into()),
        Event::Integer(value) => Value::Integer(value),
        Event::BulkString(bytes) | Event::Chunk(bytes) => Value::BulkString(bytes.into()),
        Event::BulkError(bytes) => Value::BulkError(bytes.into()),
        Event::Verbatim { format, text } => Value::Verbatim { format, text: text.into() },
        Event::Null(null) => Value::Null(null),
        Event::Boolean(value) => Value::Boolean(value),
        Event::Double(double) => Value::Double(double.value()),
        Event::BigNumber(number) => Value::BigNumber(number.text().into()),
        Event::Inline(inline) => {
            Value::Inline(inline.words().map(|word| word.bytes().collect()).collect())
        }
        Event::Begin { .. }
        | Event::End { .. }
        | Event::BlobBegin { .. }
        | Event::BlobPart(_)
        | Event::BlobEnd => return None,
    })
}

/// A copy of `value`.
pub(super) fn copy(value: &Value) -> Value {
    let mut builder = Builder::default();
    for step in Walk::new(value) {
        match step {
            Step::Leaf(value) => builder.add(copy_leaf(value)),
            Step::Enter(value) => {
                let streamed = value.list().is_some_and(List::is_streamed);
                builder.begin(value.aggregate().unwrap_or(Aggregate::Array), streamed);
            }
            // An attributed value is an ordinary list here: its last item is what it describes.
            Step::Leave(_) => {
                if let Some(open) = builder.open.pop() {
                    builder.add(open.close());
                }
            }
        }
    }
    builder.whole.unwrap_or(Value::Null(crate::event::Null::Resp3))
}

fn copy_leaf(value: &Value) -> Value {
    match value {
        Value::SimpleString(text) => Value::SimpleString(text.clone()),
        Value::SimpleError(text) => Value::SimpleError(text.clone()),
        Value::Integer(value) => Value::Integer(*value),
        Value::BulkString(bytes) => Value::BulkString(bytes.clone()),
        Value::StreamedString(chunks) => Value::StreamedString(chunks.clone()),
        Value::BulkError(bytes) => Value::BulkError(bytes.clone()),
        Value::Verbatim { format, text } => Value::Verbatim { format: *format, text: text.clone() },
        Value::Boolean(value) => Value::Boolean(*value),
        Value::Double(value) => Value::Double(*value),
        Value::BigNumber(digits) => Value::BigNumber(digits.clone()),
        Value::Inline(words) => Value::Inline(words.clone()),
        Value::Null(null) => Value::Null(*null),
        // Aggregates are walked into, not copied as leaves.
        Value::Array(_) | Value::Map(_) | Value::Set(_) | Value::Push(_) | Value::Attributed(_) => {
            Value::Array(List::default())
        }
    }
}

impl From<Frame<'_>> for Value {
    /// Copies a frame, its attributes included.
    fn from(frame: Frame<'_>) -> Value {
        let mut builder = Builder::default();
        for event in frame.events() {
            match event {
                Event::Begin { kind, count, .. } => builder.begin(kind, count.is_none()),
                Event::End { .. } => builder.end(),
                event => {
                    if let Some(value) = leaf(event) {
                        builder.add(value);
                    }
                }
            }
        }
        builder.whole.unwrap_or(Value::Null(crate::event::Null::Resp3))
    }
}

impl From<&OwnedFrame> for Value {
    fn from(frame: &OwnedFrame) -> Value {
        Value::from(frame.frame())
    }
}
