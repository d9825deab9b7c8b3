//! `resp-rs`: its RESP3 parser of whole frames.

use super::{Exception, Peer, Verdict};
use bytes::Bytes;
use resp_machine::event::{Event, Null};
use resp_machine::value::Value;
use resp_machine::{ErrorKind, ProtocolError};
use resp_rs::ParseError;
use resp_rs::resp3::{Frame, parse_frame};

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct RespRs;

impl Peer for RespRs {
    fn name(&self) -> &'static str {
        "resp-rs"
    }

    fn read(&self, input: &[u8]) -> Verdict {
        match parse_frame(Bytes::copy_from_slice(input)) {
            Ok((frame, rest)) => Verdict::Accept(value(frame), Some(input.len() - rest.len())),
            Err(ParseError::Incomplete) => Verdict::More,
            Err(_) => Verdict::Refuse,
        }
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
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
            Value::Attributed(list) => {
                (list.into_vec().pop().unwrap_or(Value::null()), Exception::Attribute)
            }
            // It takes the first colon for the one behind the format.
            Value::Verbatim { format, text } if format.contains(&b':') => {
                (Value::Verbatim { format: *b"txt", text }, Exception::VerbatimFormat)
            }
            other => return Ok(other),
        })
    }

    fn spelling(&self, event: &Event<'_>, _: Option<&[u8]>) -> Option<Exception> {
        match event {
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
        let late = *said == Verdict::More;
        Some(match error.kind {
            // It looks at both bytes when both are there.
            ErrorKind::BlobNotTerminated if late => Exception::ToldAtLineEnd,
            ErrorKind::BareCr | ErrorKind::BareLf => Exception::LineEnd,
            // Of a verbatim string the leading zero alone is too short already.
            ErrorKind::InvalidLength | ErrorKind::InvalidCount | ErrorKind::VerbatimTooShort
                if line.len() > 1 && line.iter().all(u8::is_ascii_digit) =>
            {
                Exception::LengthSpelling
            }
            ErrorKind::InvalidDouble if text.parse::<f64>().is_ok() => Exception::LooseDouble,
            ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat if late => {
                Exception::VerbatimLate
            }
            ErrorKind::OutOfPlace => Exception::LooseChunk,
            ErrorKind::PushInsidePush => Exception::PushIsElement,
            ErrorKind::InvalidCount | ErrorKind::InvalidLength if line == b"?" => {
                Exception::Streamed
            }
            _ => return None,
        })
    }
}

fn all(items: Vec<Frame>) -> Vec<Value> {
    items.into_iter().map(value).collect()
}

fn value(frame: Frame) -> Value {
    match frame {
        Frame::SimpleString(text) => Value::simple(text),
        Frame::Error(text) => Value::error(text),
        Frame::Integer(value) => Value::Integer(value),
        Frame::BulkString(None) => Value::Null(Null::Bulk),
        Frame::BulkString(Some(bytes)) => Value::bulk(bytes),
        Frame::BlobError(bytes) => Value::BulkError(bytes.to_vec()),
        Frame::Null => Value::null(),
        Frame::Double(value) => Value::Double(value),
        Frame::SpecialFloat(text) => Value::Double(match &text[..] {
            b"inf" => f64::INFINITY,
            b"-inf" => f64::NEG_INFINITY,
            _ => f64::NAN,
        }),
        Frame::Boolean(value) => Value::Boolean(value),
        Frame::BigNumber(text) => Value::BigNumber(text.to_vec()),
        Frame::VerbatimString { payload } => {
            let mut format = [0; 3];
            format.copy_from_slice(&payload[..3]);
            Value::Verbatim { format, text: payload[4..].to_vec() }
        }
        Frame::Array(None) => Value::Null(Null::Array),
        Frame::Array(Some(items)) => Value::array(all(items)),
        Frame::Set(items) => Value::set(all(items)),
        Frame::Push(items) => Value::push(all(items)),
        Frame::Map(pairs) => {
            Value::map(pairs.into_iter().map(|(key, item)| (value(key), value(item))))
        }
        // Parts of streamed values and attributes, which are adapted away: whatever such a part is
        // compared with, it is not the same.
        _ => Value::Inline(Vec::new()),
    }
}
