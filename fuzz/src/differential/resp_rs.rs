//! `resp-rs`: its parsers of RESP2 and of RESP3, of whole frames and of input that is fed.

use super::{Exception, Fault, NO_VALUE, Peer, Verdict, described};
use bytes::Bytes;
use resp_machine::event::Null;
use resp_machine::value::Value;
use resp_machine::{Dialect, ErrorKind};
use resp_rs::resp2::Frame as Frame2;
use resp_rs::resp3::Frame;
use resp_rs::{ParseError, resp2, resp3};

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct RespRs(pub Dialect);

/// Feeds a parser, of either module, until it says something.
macro_rules! feed {
    ($parser:expr, $pieces:ident, $value:ident) => {{
        let (mut parser, mut fed) = ($parser, 0);
        for piece in $pieces {
            fed += piece.len();
            parser.feed(Bytes::copy_from_slice(piece));
            match parser.next_frame() {
                Ok(None) => {}
                Ok(Some(frame)) => {
                    return Verdict::Accept($value(frame), Some(fed - parser.buffered_bytes()));
                }
                Err(_) => return Verdict::Refuse,
            }
        }
        Verdict::More
    }};
}

impl Peer for RespRs {
    fn name(&self) -> &'static str {
        "resp-rs"
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    fn read(&self, input: &[u8]) -> Verdict {
        let bytes = Bytes::copy_from_slice(input);
        let said = match self.0 {
            Dialect::Resp2 => {
                resp2::parse_frame(bytes).map(|(frame, rest)| (value2(frame), rest.len()))
            }
            _ => resp3::parse_frame(bytes).map(|(frame, rest)| (value(frame), rest.len())),
        };
        match said {
            Ok((value, rest)) => Verdict::Accept(value, Some(input.len() - rest)),
            Err(ParseError::Incomplete) => Verdict::More,
            Err(_) => Verdict::Refuse,
        }
    }

    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
        match self.0 {
            Dialect::Resp2 => feed!(resp2::Parser::new(), pieces, value2),
            _ => feed!(resp3::Parser::new(), pieces, value),
        }
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        Err(match value {
            Value::Attributed(list) => described(list),
            // It takes the first colon for the one behind the format.
            Value::Verbatim { format, text } if format.contains(&b':') => {
                (Value::Verbatim { format: *b"txt", text }, Exception::VerbatimFormat)
            }
            other => return Ok(other),
        })
    }

    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        Some(fault.waits_up_to(most(fault)))
    }

    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
        let resp3 = self.0 == Dialect::Resp3;
        Some(match fault.kind {
            _ if fault.ends_in_text() => (Exception::LineEnd, fault.as_text()),
            _ if resp3 && fault.in_number() && fault.line == b"?" => {
                (Exception::Streamed, Verdict::all(NO_VALUE))
            }
            ErrorKind::InvalidLength | ErrorKind::InvalidCount | ErrorKind::VerbatimTooShort => {
                let number = length(fault)?.to_string();
                (Exception::LengthSpelling, fault.as_spelled(self, &number)?)
            }
            _ if resp3 && fault.is_out_of_place() => match fault.marker {
                b'.' if fault.line.is_empty() => (Exception::LooseChunk, Verdict::all(NO_VALUE)),
                b';' => match length(fault)? {
                    0 => (Exception::LooseChunk, Verdict::all(NO_VALUE)),
                    _ => (Exception::LooseChunk, Verdict::More),
                },
                _ => return None,
            },
            _ => return None,
        })
    }

    fn eager(&self, rest: &[u8]) -> Option<Exception> {
        (rest.len() > 2 && rest[0] == b'_').then_some(Exception::ToldBeforeLineEnd)
    }
}

/// The length or count that the line is to it: digits, up to its limit.
fn length(fault: &Fault<'_>) -> Option<u64> {
    let digits = fault.line.iter().all(u8::is_ascii_digit);
    fault.text().parse().ok().filter(|length| digits && *length <= most(fault))
}

/// Its limits of lengths and of counts.
fn most(fault: &Fault<'_>) -> u64 {
    if b"$!=;".contains(&fault.marker) { 512 << 20 } else { 10_000_000 }
}

fn value2(frame: Frame2) -> Value {
    match frame {
        Frame2::SimpleString(text) => Value::simple(text),
        Frame2::Error(text) => Value::error(text),
        Frame2::Integer(value) => Value::Integer(value),
        Frame2::BulkString(None) => Value::Null(Null::Bulk),
        Frame2::BulkString(Some(bytes)) => Value::bulk(bytes),
        Frame2::Array(None) => Value::Null(Null::Array),
        Frame2::Array(Some(items)) => Value::array(items.into_iter().map(value2)),
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
        // Parts of streamed values and attributes, which are adapted away.
        _ => NO_VALUE,
    }
}
