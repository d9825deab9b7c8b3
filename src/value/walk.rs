//! Walking a value without recursion, and what is made of it: comparing and printing.

use super::{List, Value};
use crate::event::{Aggregate, BigNumber, Event};
use crate::show::Printer;
use core::fmt;
use core::slice;
use smallvec::SmallVec;

/// One step of a walk.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// A value that does not nest.
    Leaf(&'a Value),
    /// A value that nests: what it holds follows, then its `Leave`.
    Enter(&'a Value),
    /// All that it holds has been visited.
    Leave(&'a Value),
}

/// Visits a value and everything in it, in wire order.
pub(crate) struct Walk<'a> {
    first: Option<&'a Value>,
    /// Those around it; with the first sixteen in place, a walk seldom allocates.
    open: SmallVec<[(&'a Value, slice::Iter<'a, Value>); 16]>,
}

impl<'a> Walk<'a> {
    pub(crate) const fn new(value: &'a Value) -> Walk<'a> {
        Walk { first: Some(value), open: SmallVec::new_const() }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let value = match self.first.take() {
            Some(value) => value,
            None => {
                let (around, rest) = self.open.last_mut()?;
                match rest.next() {
                    Some(value) => value,
                    None => {
                        let around = *around;
                        self.open.pop();
                        return Some(Step::Leave(around));
                    }
                }
            }
        };
        Some(match value.list() {
            Some(list) => {
                self.open.push((value, list.iter()));
                Step::Enter(value)
            }
            None => Step::Leaf(value),
        })
    }
}

/// Whether two leaves are the same. NaN equals NaN; 0.0 and -0.0 differ.
fn same_leaf(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::SimpleString(a), Value::SimpleString(b))
        | (Value::SimpleError(a), Value::SimpleError(b))
        | (Value::BulkString(a), Value::BulkString(b))
        | (Value::BulkError(a), Value::BulkError(b))
        | (Value::BigNumber(a), Value::BigNumber(b)) => a == b,
        (Value::StreamedString(a), Value::StreamedString(b))
        | (Value::Inline(a), Value::Inline(b)) => a == b,
        (
            Value::Verbatim { format: a_format, text: a },
            Value::Verbatim { format: b_format, text: b },
        ) => a_format == b_format && a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Null(a), Value::Null(b)) => a == b,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Double(a), Value::Double(b)) => {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
        }
        _ => false,
    }
}

fn same_brackets(a: &Value, b: &Value) -> bool {
    let shape = |value: &Value| {
        (value.aggregate(), value.list().map(|list| (list.len(), list.is_streamed())))
    };
    shape(a) == shape(b)
}

/// Types, order and streamed forms count; NaN equals NaN; 0.0 and -0.0 differ.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        Walk::new(self).zip(Walk::new(other)).all(|pair| match pair {
            (Step::Leaf(a), Step::Leaf(b)) => same_leaf(a, b),
            (Step::Enter(a), Step::Enter(b)) => same_brackets(a, b),
            (Step::Leave(_), Step::Leave(_)) => true,
            _ => false,
        })
    }
}

impl Eq for Value {}

impl Clone for Value {
    fn clone(&self) -> Value {
        super::build::copy(self)
    }
}

/// As frames are printed; doubles as numbers.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::new(f);
        for step in Walk::new(self) {
            match step {
                Step::Enter(value) => {
                    let streamed = value.list().is_some_and(List::is_streamed);
                    // An attribute's last item is what it describes.
                    let pairs = value.list().map_or(0, |list| list.len() as u64 / 2);
                    let kind = value.aggregate().unwrap_or(Aggregate::Array);
                    printer.begin(kind, streamed, pairs)?;
                }
                Step::Leave(value) => {
                    printer.end(value.aggregate().unwrap_or(Aggregate::Array))?;
                }
                Step::Leaf(value) => print_leaf(&mut printer, value)?,
            }
        }
        printer.finish()
    }
}

fn print_leaf(printer: &mut Printer<'_, '_>, value: &Value) -> fmt::Result {
    match value {
        Value::Double(value) => printer.leaf_with(|f| write!(f, ",{value:?}")),
        Value::StreamedString(chunks) => {
            printer.begin(Aggregate::String, true, 0)?;
            chunks.iter().try_for_each(|chunk| printer.leaf(&Event::Chunk(chunk)))?;
            printer.end(Aggregate::String)
        }
        Value::Inline(words) => printer.leaf_with(|f| {
            f.write_str("inline (")?;
            for (at, word) in words.iter().enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                write!(f, "{comma}\"{}\"", word.escape_ascii())?;
            }
            f.write_str(")")
        }),
        value => match value.event() {
            Some(event) => printer.leaf(&event),
            None => Ok(()),
        },
    }
}

impl Value {
    /// The event of a value that is one event, and whose text is at hand.
    pub(crate) fn event(&self) -> Option<Event<'_>> {
        Some(match self {
            Value::SimpleString(text) => Event::SimpleString(text),
            Value::SimpleError(text) => Event::SimpleError(text),
            Value::Integer(value) => Event::Integer(*value),
            Value::BulkString(bytes) => Event::BulkString(bytes),
            Value::BulkError(bytes) => Event::BulkError(bytes),
            Value::Verbatim { format, text } => Event::Verbatim { format: *format, text },
            Value::Null(null) => Event::Null(*null),
            Value::Boolean(value) => Event::Boolean(*value),
            Value::BigNumber(text) => Event::BigNumber(BigNumber::accepted(text)),
            Value::Double(_)
            | Value::StreamedString(_)
            | Value::Inline(_)
            | Value::Array(_)
            | Value::Map(_)
            | Value::Set(_)
            | Value::Push(_)
            | Value::Attributed(_) => return None,
        })
    }
}
