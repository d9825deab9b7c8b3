//! `redis-protocol`: its complete RESP3 decoder, over `Bytes`.

use super::{Exception, Peer, Verdict};
use bytes::Bytes;
use redis_protocol::resp3::decode::complete::decode_bytes;
use redis_protocol::resp3::types::{BytesFrame as Frame, VerbatimStringFormat};
use resp_machine::event::{Event, Null};
use resp_machine::value::{List, Value};
use resp_machine::{ErrorKind, ProtocolError};

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct RedisProtocol;

impl Peer for RedisProtocol {
    fn name(&self) -> &'static str {
        "redis-protocol"
    }

    fn read(&self, input: &[u8]) -> Verdict {
        match decode_bytes(&Bytes::copy_from_slice(input)) {
            Ok(Some((frame, consumed))) => Verdict::Accept(value(frame), Some(consumed)),
            Ok(None) => Verdict::More,
            Err(_) => Verdict::Refuse,
        }
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        let hashed =
            |list: &List, most: usize| list.len() > most || list.first().is_some_and(is_aggregate);
        Err(match value {
            Value::StreamedString(chunks) => {
                (Value::BulkString(chunks.concat()), Exception::Streamed)
            }
            Value::Array(list) if list.is_streamed() => {
                (Value::Array(list.into_vec().into()), Exception::Streamed)
            }
            Value::Set(list) if list.is_streamed() => {
                (Value::Set(list.into_vec().into()), Exception::Streamed)
            }
            Value::Map(list) if list.is_streamed() => {
                (Value::Map(list.into_vec().into()), Exception::Streamed)
            }
            Value::Map(list) if hashed(&list, 2) => (Value::Array(list), Exception::Hashed),
            Value::Set(list) if hashed(&list, 1) => (Value::Array(list), Exception::Hashed),
            Value::Attributed(list) => {
                (list.into_vec().pop().unwrap_or(Value::null()), Exception::Attribute)
            }
            Value::Null(Null::Bulk | Null::Array) => (Value::null(), Exception::OldNull),
            Value::Verbatim { format, text } if !matches!(&format, b"txt" | b"mkd") => {
                (Value::Verbatim { format: *b"txt", text }, Exception::VerbatimFormat)
            }
            Value::SimpleError(text) if std::str::from_utf8(&text).is_err() => {
                (Value::error("no text"), Exception::NotUtf8)
            }
            other => return Ok(other),
        })
    }

    fn spelling(&self, event: &Event<'_>, _: Option<&[u8]>) -> Option<Exception> {
        match event {
            // NaN with a payload, and nothing else, is no `f64` to Rust.
            Event::Double(double) if double.text().ends_with(b")") => {
                Some(Exception::DoubleSpelling)
            }
            _ => None,
        }
    }

    fn looser(&self, error: &ProtocolError, line: &[u8], said: &Verdict) -> Option<Exception> {
        if *said == Verdict::Refuse {
            return None;
        }
        let text = std::str::from_utf8(line).unwrap_or("?");
        Some(match error.kind {
            ErrorKind::BlobNotTerminated => Exception::Terminator,
            ErrorKind::BareCr | ErrorKind::BareLf => Exception::LineEnd,
            ErrorKind::InvalidLength | ErrorKind::InvalidCount
                // A blob string's length is signed to it, all others are not.
                if text.parse::<u64>().is_ok()
                    || text.parse::<i64>().is_ok_and(|number| number >= 0) =>
            {
                Exception::LengthSpelling
            }
            ErrorKind::InvalidBigNumber => Exception::LooseBigNumber,
            ErrorKind::InvalidNull => Exception::LooseNull,
            ErrorKind::InvalidDouble if text.parse::<f64>().is_ok() => Exception::LooseDouble,
            ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat => Exception::VerbatimLate,
            ErrorKind::OutOfPlace => Exception::LooseChunk,
            ErrorKind::PushInsidePush => Exception::PushIsElement,
            ErrorKind::UnknownType if line.starts_with(b"H") => Exception::Hello,
            _ => return None,
        })
    }
}

fn is_aggregate(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Map(_) | Value::Set(_) | Value::Push(_))
}

fn all(items: impl IntoIterator<Item = Frame>) -> Vec<Value> {
    items.into_iter().map(value).collect()
}

fn value(frame: Frame) -> Value {
    match frame {
        Frame::BlobString { data, .. } => Value::bulk(data),
        Frame::BlobError { data, .. } => Value::BulkError(data.to_vec()),
        Frame::SimpleString { data, .. } => Value::simple(data),
        Frame::SimpleError { data, .. } => Value::error(data.as_bytes()),
        Frame::Boolean { data, .. } => Value::Boolean(data),
        Frame::Null => Value::null(),
        Frame::Number { data, .. } => Value::Integer(data),
        Frame::Double { data, .. } => Value::Double(data),
        Frame::BigNumber { data, .. } => Value::BigNumber(data.to_vec()),
        Frame::VerbatimString { data, format, .. } => Value::Verbatim {
            format: match format {
                VerbatimStringFormat::Text => *b"txt",
                VerbatimStringFormat::Markdown => *b"mkd",
            },
            text: data.to_vec(),
        },
        Frame::Array { data, .. } => Value::array(all(data)),
        Frame::Push { data, .. } => Value::push(all(data)),
        Frame::Set { data, .. } => Value::set(all(data)),
        Frame::Map { data, .. } => {
            Value::map(data.into_iter().map(|(key, item)| (value(key), value(item))))
        }
        // Not a value here: whatever it is compared with, it is not the same.
        Frame::Hello { .. } | Frame::ChunkedString(_) => Value::Inline(Vec::new()),
    }
}
