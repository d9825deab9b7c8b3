//! The owned value: for servers, tests and whoever makes replies.
//!
//! A [`Value`] owns everything it holds and can be built, matched and taken apart like any enum.
//! It is not for the hot path: reading is done with [`crate::frame`]. Clients that only read do
//! not need it.
//!
//! Types stay apart as they do on the wire: a simple string is not a bulk string, a map is not an
//! array, each null is its own. What a value does not keep is a number's spelling (`:+5`, `,1e2`)
//! and a double's NaN payload.
//!
//! Cloning, comparing, printing and dropping never recurse, however deep the value: all nesting
//! goes through [`List`], and all walking through `walk`.

#[cfg(feature = "arbitrary")]
pub mod arbitrary;
mod build;
mod list;
#[cfg(any(test, feature = "proptest"))]
pub mod strategy;
pub(crate) mod walk;

pub use list::List;

use crate::event::{Aggregate, Null};
use alloc::string::String;
use alloc::vec::Vec;

/// A value of RESP2 or RESP3, owned.
///
/// ```
/// use resp_machine::value::Value;
/// let value = Value::map([(Value::bulk("name"), Value::bulk("Alice"))]);
/// let Value::Map(pairs) = &value else { unreachable!() };
/// assert_eq!(pairs.pairs().next(), Some((&Value::bulk("name"), &Value::bulk("Alice"))));
/// assert_eq!(format!("{value:?}"), r#"{"name": "Alice"}"#);
/// ```
#[non_exhaustive]
pub enum Value {
    /// `+`: without CR and LF, or it cannot be encoded.
    SimpleString(Vec<u8>),
    /// `-`: without CR and LF, or it cannot be encoded.
    SimpleError(Vec<u8>),
    /// `:`
    Integer(i64),
    /// `$`
    BulkString(Vec<u8>),
    /// `$?`, in chunks; an empty chunk is its end and cannot be encoded.
    StreamedString(Vec<Vec<u8>>),
    /// `!`
    BulkError(Vec<u8>),
    /// `=`
    Verbatim {
        /// Any three bytes.
        format: [u8; 3],
        /// What stands behind the colon.
        text: Vec<u8>,
    },
    /// `$-1`, `*-1` or `_`
    Null(Null),
    /// `#`
    Boolean(bool),
    /// `,`
    Double(f64),
    /// `(`: a sign if any, and digits, or it cannot be encoded.
    BigNumber(Vec<u8>),
    /// `*`
    Array(List),
    /// `%`: keys and values in turn.
    Map(List),
    /// `~`
    Set(List),
    /// `>`: not inside another value, or it cannot be encoded.
    Push(List),
    /// `|`: keys and values in turn, and, last, the value that they describe.
    Attributed(List),
    /// An inline command: its words.
    Inline(Vec<Vec<u8>>),
}

impl Value {
    /// A simple string.
    pub fn simple(text: impl AsRef<[u8]>) -> Value {
        Value::SimpleString(text.as_ref().into())
    }

    /// A simple error.
    pub fn error(text: impl AsRef<[u8]>) -> Value {
        Value::SimpleError(text.as_ref().into())
    }

    /// A bulk string.
    pub fn bulk(bytes: impl AsRef<[u8]>) -> Value {
        Value::BulkString(bytes.as_ref().into())
    }

    /// The null of RESP3; [`Target::Resp2`](crate::encode::Target::Resp2) writes it as `$-1`.
    pub const fn null() -> Value {
        Value::Null(Null::Resp3)
    }

    /// An array.
    pub fn array(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Array(items.into_iter().collect())
    }

    /// A set.
    pub fn set(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Set(items.into_iter().collect())
    }

    /// A push.
    pub fn push(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Push(items.into_iter().collect())
    }

    /// A map.
    pub fn map(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::Map(pairs.into_iter().flat_map(|(key, value)| [key, value]).collect())
    }

    /// This value, described by an attribute.
    #[must_use]
    pub fn with_attribute(self, pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
        let pairs = pairs.into_iter().flat_map(|(key, value)| [key, value]);
        Value::Attributed(pairs.chain([self]).collect())
    }

    /// The nested values, if it is of a type that nests.
    pub(crate) const fn list(&self) -> Option<&List> {
        match self {
            Value::Array(list)
            | Value::Map(list)
            | Value::Set(list)
            | Value::Push(list)
            | Value::Attributed(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) const fn list_mut(&mut self) -> Option<&mut List> {
        match self {
            Value::Array(list)
            | Value::Map(list)
            | Value::Set(list)
            | Value::Push(list)
            | Value::Attributed(list) => Some(list),
            _ => None,
        }
    }

    /// What kind of aggregate it is.
    pub(crate) const fn aggregate(&self) -> Option<Aggregate> {
        Some(match self {
            Value::Array(_) => Aggregate::Array,
            Value::Map(_) => Aggregate::Map,
            Value::Set(_) => Aggregate::Set,
            Value::Push(_) => Aggregate::Push,
            Value::Attributed(_) => Aggregate::Attribute,
            _ => return None,
        })
    }
}

impl From<Vec<u8>> for Value {
    /// A bulk string.
    fn from(bytes: Vec<u8>) -> Value {
        Value::BulkString(bytes)
    }
}

impl From<&[u8]> for Value {
    /// A bulk string.
    fn from(bytes: &[u8]) -> Value {
        Value::bulk(bytes)
    }
}

impl From<String> for Value {
    /// A bulk string.
    fn from(text: String) -> Value {
        Value::BulkString(text.into_bytes())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Double(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Boolean(value)
    }
}

impl From<&str> for Value {
    /// A bulk string, the type that holds any text.
    fn from(text: &str) -> Value {
        Value::bulk(text)
    }
}
