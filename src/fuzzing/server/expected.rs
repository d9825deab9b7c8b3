//! What a reply must be.
//!
//! Nearly always one value. What `COMMAND` tells is not known here word for word (it is compared
//! with redis-server's by other tests), but which commands there are is, and so is its form.

use super::commands::Row;
use crate::value::{List, Value};
use alloc::vec::Vec;

/// What a reply must be.
#[derive(Debug)]
pub(super) enum Expected {
    Exactly(Value),
    /// An array of these, in any order.
    AnyOrder(Vec<Vec<u8>>),
    /// The form of `COMMAND INFO`: of a row, or null.
    Described(Vec<Option<&'static Row>>),
    /// The form of `COMMAND DOCS`.
    Documented(Vec<&'static Row>),
    /// The form of `HELP`, of a container.
    Help(&'static Row),
}

impl Expected {
    /// Whether it is the right reply, in the version of the protocol that was asked for.
    pub(super) fn matches(&self, reply: &Value, form: Form) -> bool {
        match self {
            Expected::Exactly(value) => reply == value,
            Expected::AnyOrder(keys) => {
                let Value::Array(items) = reply else { return false };
                let mut wanted: Vec<Value> = keys.iter().map(Value::bulk).collect();
                items.len() == wanted.len()
                    && items.iter().all(|item| {
                        let at = wanted.iter().position(|value| value == item);
                        at.map(|at| wanted.swap_remove(at)).is_some()
                    })
            }
            Expected::Described(rows) => {
                let Value::Array(items) = reply else { return false };
                items.len() == rows.len()
                    && rows.iter().zip(&**items).all(|(row, item)| match row {
                        Some(row) => form.describes(row, item, true),
                        None => matches!(item, Value::Null(null) if *null == form.null()),
                    })
            }
            Expected::Documented(rows) => form.documents(rows.iter().copied(), reply),
            Expected::Help(row) => helps(row, reply),
        }
    }

    /// In a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Expected::Exactly(Value::SimpleError(_)) => "error",
            Expected::Exactly(Value::Null(_)) => "null",
            Expected::Exactly(Value::Integer(n)) if *n < 0 => "negative",
            Expected::Exactly(Value::Integer(0)) => "zero",
            Expected::AnyOrder(keys) if keys.is_empty() => "empty",
            Expected::AnyOrder(keys) if keys.len() > 1 => "several",
            _ => "value",
        }
    }
}

/// The version of the protocol, and how it writes what RESP2 has not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) resp3: bool,
}

impl Form {
    pub(super) fn null(self) -> crate::event::Null {
        if self.resp3 { crate::event::Null::Resp3 } else { crate::event::Null::Bulk }
    }

    pub(super) fn map(self, pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
        match self.resp3 {
            true => Value::map(pairs),
            false => Value::array(pairs.into_iter().flat_map(|(key, value)| [key, value])),
        }
    }

    pub(super) fn text(self, text: &str) -> Value {
        match self.resp3 {
            true => Value::Verbatim { format: *b"txt", text: text.into() },
            false => Value::bulk(text),
        }
    }

    fn set(self, value: &Value) -> Option<&List> {
        match value {
            Value::Set(items) if self.resp3 => Some(items),
            Value::Array(items) if !self.resp3 => Some(items),
            _ => None,
        }
    }

    fn pairs(self, value: &Value) -> Option<Vec<(&Value, &Value)>> {
        match value {
            Value::Map(items) if self.resp3 => Some(items.pairs().collect()),
            Value::Array(items) if !self.resp3 && items.len().is_multiple_of(2) => {
                Some(items.pairs().collect())
            }
            _ => None,
        }
    }

    /// One entry of `COMMAND INFO`; its last field, the subcommands, have none of their own.
    fn describes(self, row: &Row, entry: &Value, top: bool) -> bool {
        let Value::Array(fields) = entry else { return false };
        let [name, arity, flags, first, last, step, categories, tips, keys, subcommands] =
            &fields[..]
        else {
            return false;
        };
        let all = |set: &Value, of: fn(&Value) -> bool| {
            self.set(set).is_some_and(|items| items.iter().all(of))
        };
        let number = |value: &Value| matches!(value, Value::Integer(_));
        let simple = |value: &Value| matches!(value, Value::SimpleString(_));
        let rows: Vec<&Row> = if top { row.subcommands() } else { Vec::new() };
        *name == Value::bulk(row.name)
            && *arity == Value::Integer(row.arity.into())
            && [first, last, step].into_iter().all(number)
            && all(flags, simple)
            && all(categories, simple)
            && all(tips, |value| matches!(value, Value::BulkString(_)))
            // Where the keys are is said twice: by the numbers, and by a specification.
            && self.set(keys).is_some_and(|specifications| {
                specifications.len() == usize::from(*first != Value::Integer(0))
                    && specifications.iter().all(|keys| self.pairs(keys).is_some())
            })
            && match (subcommands, rows.is_empty()) {
                (none, true) => self.set(none).is_some_and(|none| none.is_empty()),
                (Value::Array(items), false) => {
                    items.len() == rows.len()
                        && rows.iter().zip(&**items).all(|(row, item)| {
                            self.describes(row, item, false)
                        })
                }
                _ => false,
            }
    }

    /// Names, each with a map of what there is to say; the subcommands in the same form.
    fn documents(self, rows: impl Iterator<Item = &'static Row>, reply: &Value) -> bool {
        const FIELDS: [&str; 5] = ["summary", "since", "group", "complexity", "subcommands"];
        let Some(entries) = self.pairs(reply) else { return false };
        let rows: Vec<&Row> = rows.collect();
        entries.len() == rows.len()
            && rows.iter().zip(entries).all(|(row, (name, fields))| {
                let below = row.subcommands();
                let Some(fields) = self.pairs(fields) else { return false };
                *name == Value::bulk(row.name)
                    && fields.len() == FIELDS.len() - usize::from(below.is_empty())
                    && fields.iter().zip(FIELDS).all(|((key, value), field)| {
                        **key == Value::bulk(field)
                            && match value {
                                Value::BulkString(text) => field != FIELDS[4] && !text.is_empty(),
                                value => {
                                    field == FIELDS[4]
                                        && self.documents(below.iter().copied(), value)
                                }
                            }
                    })
            })
    }
}

/// A title, and two lines for each subcommand: its name, and what it is for.
fn helps(row: &Row, reply: &Value) -> bool {
    let Value::Array(lines) = reply else { return false };
    let mut texts = lines.iter().map(|line| match line {
        Value::SimpleString(text) => &text[..],
        _ => &b""[..],
    });
    let title =
        row.name.to_uppercase() + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:";
    let rows = row.subcommands();
    lines.len() == 1 + 2 * rows.len()
        && texts.next() == Some(title.as_bytes())
        && rows.iter().all(|row| {
            let named = texts.next() == Some(row.own_name().to_uppercase().as_bytes());
            let told = texts.next().is_some_and(|text| {
                text.starts_with(b"    ") && text.ends_with(b".") && text.len() > 9
            });
            named && told
        })
}
