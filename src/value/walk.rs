//! Walking a value without recursion, and what is made of it: comparing and printing.

use super::Value;
use crate::event::Null;
use alloc::vec::Vec;
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

/// Written the way nested values usually are: `[1, {"key": 2.5}]`.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // For each value around: how many have been written in it.
        let mut written: Vec<(usize, &Value)> = Vec::new();
        for step in Walk::new(self) {
            if let Step::Leave(value) = step {
                written.pop();
                f.write_str(closing(value))?;
                continue;
            }
            if let Some((count, around)) = written.last_mut() {
                f.write_str(separator(around, *count))?;
                *count += 1;
            }
            match step {
                Step::Enter(value) => {
                    written.push((0, value));
                    f.write_str(opening(value))?;
                }
                Step::Leaf(value) | Step::Leave(value) => write_leaf(f, value)?,
            }
        }
        Ok(())
    }
}

fn separator(around: &Value, written: usize) -> &'static str {
    match around {
        _ if written == 0 => "",
        Value::Map(_) | Value::Attributed(_) if written % 2 == 1 => ": ",
        Value::Attributed(pairs) if written + 1 == pairs.len() => "} ",
        _ => ", ",
    }
}

fn opening(value: &Value) -> &'static str {
    match value {
        Value::Map(list) if list.is_streamed() => "streamed {",
        Value::Set(list) if list.is_streamed() => "streamed ~{",
        Value::Array(list) if list.is_streamed() => "streamed [",
        Value::Push(list) if list.is_streamed() => "streamed >(",
        Value::Map(_) => "{",
        Value::Set(_) => "~{",
        Value::Push(_) => ">(",
        Value::Attributed(_) => "|{",
        _ => "[",
    }
}

fn closing(value: &Value) -> &'static str {
    match value {
        Value::Map(_) | Value::Set(_) => "}",
        Value::Push(_) => ")",
        Value::Attributed(list) if list.is_empty() => "}",
        Value::Attributed(_) => "",
        _ => "]",
    }
}

fn write_leaf(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    let list = |f: &mut fmt::Formatter<'_>, parts: &[Vec<u8>]| {
        for (at, part) in parts.iter().enumerate() {
            write!(f, "{}\"{}\"", if at == 0 { "" } else { ", " }, part.escape_ascii())?;
        }
        Ok(())
    };
    match value {
        Value::SimpleString(text) => write!(f, "+\"{}\"", text.escape_ascii()),
        Value::SimpleError(text) => write!(f, "-\"{}\"", text.escape_ascii()),
        Value::Integer(value) => write!(f, "{value}"),
        Value::BulkString(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
        Value::BulkError(bytes) => write!(f, "!\"{}\"", bytes.escape_ascii()),
        Value::Verbatim { format, text } => {
            write!(f, "={}\"{}\"", format.escape_ascii(), text.escape_ascii())
        }
        Value::StreamedString(chunks) => {
            f.write_str("streamed (")?;
            list(f, chunks)?;
            f.write_str(")")
        }
        Value::Inline(words) => {
            f.write_str("inline (")?;
            list(f, words)?;
            f.write_str(")")
        }
        Value::Null(Null::Bulk) => f.write_str("null$"),
        Value::Null(Null::Array) => f.write_str("null*"),
        Value::Null(Null::Resp3) => f.write_str("null"),
        Value::Boolean(value) => write!(f, "{value}"),
        Value::Double(value) => write!(f, ",{value:?}"),
        Value::BigNumber(digits) => write!(f, "({}", digits.escape_ascii()),
        // Aggregates are no leaves.
        _ => f.write_str("…"),
    }
}
