//! What becomes of a value in another version of the protocol: the tables of
//! [`encode`](resp_machine::encode), written out once more, by recursion.

use super::spelling::shortest;
use resp_machine::event::Null;
use resp_machine::value::{List, Value};

/// What RESP2 makes of a value: the table of `encode`, written out once more, by recursion.
pub(crate) fn down(value: &Value) -> Value {
    let array = |list: &List| Value::array(list.iter().map(down));
    match value {
        Value::Null(Null::Resp3) => Value::Null(Null::Bulk),
        Value::Null(null) => Value::Null(*null),
        Value::Boolean(value) => Value::Integer(i64::from(*value)),
        Value::Double(value) => Value::bulk(shortest(*value)),
        Value::BigNumber(text) | Value::Verbatim { text, .. } => Value::bulk(text),
        Value::BulkError(text) => Value::SimpleError(
            text.iter().map(|b| if matches!(b, b'\r' | b'\n') { b' ' } else { *b }).collect(),
        ),
        Value::StreamedString(chunks) => Value::BulkString(chunks.concat()),
        Value::Array(list) | Value::Set(list) | Value::Push(list) | Value::Map(list) => array(list),
        Value::Attributed(list) => list.last().map_or(Value::null(), down),
        other => other.clone(),
    }
}

/// What RESP3 makes of a value: only the nulls change.
pub(crate) fn up(value: &Value) -> Value {
    let list = |list: &List| {
        let items: Vec<Value> = list.iter().map(up).collect();
        if list.is_streamed() { List::streamed(items) } else { List::new(items) }
    };
    match value {
        Value::Null(_) => Value::Null(Null::Resp3),
        Value::Array(items) => Value::Array(list(items)),
        Value::Set(items) => Value::Set(list(items)),
        Value::Push(items) => Value::Push(list(items)),
        Value::Map(items) => Value::Map(list(items)),
        Value::Attributed(items) => Value::Attributed(list(items)),
        other => other.clone(),
    }
}
