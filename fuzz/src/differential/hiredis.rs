//! hiredis, in C: its reader, and the reply objects that it builds. One reader for both versions.

use super::{Exception, Fault, Peer, Verdict, described, one_null};
use hiredis_reader::{Items, Reader, View};
use resp_machine::event::Event;
use resp_machine::value::Value;
use resp_machine::{Dialect, ErrorKind};

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct Hiredis(pub Dialect);

/// The digits of a double, and its sign, that it has room for.
const DOUBLE: usize = 325;

/// The most elements that it takes, and makes room for; and of how many that does no harm.
const ELEMENTS: u64 = u32::MAX as u64;
const HARMLESS: u64 = 100_000;

impl Peer for Hiredis {
    fn name(&self) -> &'static str {
        "hiredis"
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    fn read(&self, input: &[u8]) -> Verdict {
        self.read_pieces(&mut std::iter::once(input))
    }

    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
        let mut reader = Reader::new();
        for piece in pieces {
            assert_eq!(reader.feed(piece), Ok(()), "it has not refused before");
            match reader.reply() {
                Ok(None) => {}
                Ok(Some(reply)) => {
                    return Verdict::Accept(value(reply.view()), Some(reader.position()));
                }
                Err(_) => return Verdict::Refuse,
            }
        }
        Verdict::More
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        Err(match value {
            Value::Attributed(list) => described(list),
            Value::BulkError(bytes) => (Value::BulkString(bytes), Exception::BulkError),
            Value::BigNumber(text) if text.starts_with(b"+") => {
                (Value::BigNumber(text[1..].to_vec()), Exception::BigNumberPlus)
            }
            other => return Ok(other),
        })
    }

    fn marker(&self, marker: u8) -> Result<u8, (u8, Exception)> {
        if marker == b'!' { Err((b'$', Exception::BulkError)) } else { Ok(marker) }
    }

    fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception> {
        match event {
            Event::Integer(value) if spelling != Some(value.to_string().as_bytes()) => {
                Some(Exception::IntegerSpelling)
            }
            Event::Double(double) if !self.spells(double.text(), double.value()) => {
                Some(Exception::DoubleSpelling)
            }
            _ => None,
        }
    }

    fn spells(&self, double: &[u8], value: f64) -> bool {
        // Those of the exponent say nothing of how large a zero is.
        let mut mantissa = double.iter().take_while(|byte| !matches!(byte, b'e' | b'E'));
        let digits = mantissa.any(|byte| (b'1'..=b'9').contains(byte));
        let beyond = digits && (value.is_infinite() || value == 0.0);
        let odd = double.starts_with(b"+") || double.ends_with(b")") || double.len() > DOUBLE;
        // `inf` it is in any letters, and in no other spelling.
        let infinity = double.to_ascii_lowercase().ends_with(b"infinity");
        !odd && !beyond && !infinity
    }

    fn keeps(&self, value: Value) -> Result<Value, (Value, Exception)> {
        one_null(value)
    }

    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        if fault.kind == ErrorKind::BlobTooLong {
            return Some(fault.waits_up_to(i64::MAX as u64));
        }
        let said = fault.waits_up_to(ELEMENTS);
        (said == Verdict::Refuse || fault.waits_up_to(HARMLESS) == said).then_some(said)
    }

    fn unasked(&self, fault: &Fault<'_>) -> Option<Exception> {
        (fault.kind == ErrorKind::Resp3Type).then_some(Exception::OneReader)
    }

    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
        let (exception, value) = match fault.kind {
            ErrorKind::BlobNotTerminated => return Some((Exception::Terminator, fault.as_blob()?)),
            ErrorKind::InvalidLength | ErrorKind::InvalidCount if fault.line == b"-1" => {
                (Exception::Negative, Value::null())
            }
            ErrorKind::InvalidBoolean if matches!(fault.line, b"T" | b"F" | b"\0") => {
                (Exception::BooleanSpelling, Value::Boolean(fault.line == b"T"))
            }
            ErrorKind::InvalidBigNumber if matches!(fault.line, b"" | b"-") => {
                (Exception::LooseBigNumber, Value::BigNumber(fault.line.to_vec()))
            }
            _ => return None,
        };
        Some((exception, Verdict::all(value)))
    }
}

fn all(items: Items<'_>) -> Vec<Value> {
    items.map(value).collect()
}

fn value(view: View<'_>) -> Value {
    match view {
        View::Bulk(text) => Value::bulk(text),
        View::Status(text) => Value::simple(text),
        View::Error(text) => Value::error(text),
        View::Integer(value) => Value::Integer(value),
        View::Null => Value::null(),
        View::Double(value) => Value::Double(value),
        View::Boolean(value) => Value::Boolean(value),
        View::BigNumber(text) => Value::BigNumber(text.to_vec()),
        View::Verbatim(format, text) => Value::Verbatim { format, text: text.to_vec() },
        View::Array(items) => Value::array(all(items)),
        View::Map(items) => Value::Map(all(items).into()),
        View::Set(items) => Value::set(all(items)),
        View::Push(items) => Value::push(all(items)),
        // An attribute is a reply of its own there.
        View::Attribute(items) => Value::Attributed(all(items).into()),
    }
}
