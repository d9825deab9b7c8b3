//! `redis`: the parser of the client of that name, one for both versions. It reads from a stream,
//! ahead of the value it returns, so it does not tell how far that went.

use super::{Exception, Fault, NO_VALUE, Peer, Verdict, one_null};
use redis::{Parser, Value as Theirs, VerbatimFormat};
use resp_machine::value::Value;
use resp_machine::{Dialect, ErrorKind};
use std::io::{ErrorKind as Io, Read};

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct RedisCrate(pub Dialect);

/// A stream on which one piece comes after the other.
struct Pieces<'a, 'b> {
    pieces: &'a mut dyn Iterator<Item = &'b [u8]>,
    /// What is left of the last.
    left: &'b [u8],
}

impl Read for Pieces<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        // An empty piece is none: nothing read is the end of a stream.
        while self.left.is_empty() {
            match self.pieces.next() {
                Some(piece) => self.left = piece,
                None => return Ok(0),
            }
        }
        self.left.read(buffer)
    }
}

impl Peer for RedisCrate {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    fn read(&self, input: &[u8]) -> Verdict {
        self.read_pieces(&mut std::iter::once(input))
    }

    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
        match Parser::new().parse_value(Pieces { pieces, left: &[] }) {
            Ok(reply) => Verdict::Accept(value(reply), None),
            Err(error) if error.is_io_error() => {
                let kind = std::error::Error::source(&error)
                    .and_then(|source| source.downcast_ref::<std::io::Error>())
                    .map(std::io::Error::kind);
                assert!(matches!(kind, None | Some(Io::UnexpectedEof)), "{error:?}");
                Verdict::More
            }
            Err(_) => Verdict::Refuse,
        }
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        Err(match value {
            Value::SimpleString(text) if !is_text(&text) => {
                (Value::simple("no text"), Exception::NotUtf8)
            }
            Value::SimpleError(text) if !is_text(&text) => {
                (Value::error("no text"), Exception::NotUtf8)
            }
            Value::Push(mut list) => match list.first() {
                Some(Value::BulkString(kind)) if is_text(kind) => return Ok(Value::Push(list)),
                // `+OK` is a type of its own there.
                Some(Value::SimpleString(kind)) if kind != b"OK" => return Ok(Value::Push(list)),
                _ => {
                    list.insert(0, Value::bulk("kind"));
                    (Value::Push(list), Exception::PushKind)
                }
            },
            Value::Verbatim { format, text } if format.contains(&b':') || !is_text(&format) => {
                (Value::Verbatim { format: *b"txt", text }, Exception::VerbatimFormat)
            }
            other => return Ok(other),
        })
    }

    fn knows_attributes(&self) -> bool {
        true
    }

    fn keeps(&self, value: Value) -> Result<Value, (Value, Exception)> {
        // With a replacement character for each sequence that is none, of whatever bytes.
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned().into_bytes();
        Err(match value {
            Value::BulkError(bytes) if !is_text(&bytes) => {
                (Value::BulkError(lossy(&bytes)), Exception::LossyText)
            }
            Value::BulkError(text) => (Value::SimpleError(text), Exception::OneError),
            Value::Verbatim { format, text } if !is_text(&text) => {
                (Value::Verbatim { format, text: lossy(&text) }, Exception::LossyText)
            }
            Value::Push(mut list) => match list.first() {
                Some(Value::SimpleString(kind)) => {
                    list[0] = Value::bulk(kind);
                    (Value::Push(list), Exception::OnePushKind)
                }
                _ => return Ok(Value::Push(list)),
            },
            other => return one_null(other),
        })
    }

    /// Space around the number is nothing to it.
    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        let line = fault.text().trim().as_bytes();
        Some(Fault { line, ..*fault }.waits_up_to(i64::MAX as u64))
    }

    fn unasked(&self, fault: &Fault<'_>) -> Option<Exception> {
        (fault.kind == ErrorKind::Resp3Type).then_some(Exception::OneReader)
    }

    fn drops(&self, byte: u8) -> Option<Exception> {
        (!b"+-:$*_#,(!=%~>|".contains(&byte)).then_some(Exception::MarkerDropped)
    }

    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
        if !fault.is_text() {
            return None;
        }
        // Space around a number is nothing to it, line ends included.
        let text = fault.text().trim();
        let (exception, value) = match (fault.marker, fault.kind) {
            _ if fault.ends_in_text() => return Some((Exception::LineEnd, fault.as_text())),
            (b'=', ErrorKind::VerbatimFormat) => (Exception::LooseVerbatim, verbatim(fault)?),
            // A longer line is one of another spelling.
            (b'=', ErrorKind::VerbatimTooShort) if fault.line.len() == 1 => {
                (Exception::LooseVerbatim, verbatim(fault)?)
            }
            (b':', _) if fault.is_line(ErrorKind::InvalidInteger) => {
                (Exception::LooseInteger, Value::Integer(text.parse().ok()?))
            }
            (b',', _) if fault.is_line(ErrorKind::InvalidDouble) => {
                (Exception::LooseDouble, Value::Double(text.parse().ok()?))
            }
            (b'_', _) if fault.is_line(ErrorKind::InvalidNull) => {
                (Exception::LooseNull, Value::null())
            }
            (b'(', _) if fault.is_line(ErrorKind::InvalidBigNumber) => {
                (Exception::LooseBigNumber, Value::BigNumber(fault.line.to_vec()))
            }
            (b'$' | b'!' | b'=' | b'*' | b'%' | b'~' | b'|' | b'>', _) if fault.in_number() => {
                return Some(match text.parse::<i64>().ok()? {
                    number @ 0.. => {
                        (Exception::LengthSpelling, fault.as_spelled(self, &number.to_string())?)
                    }
                    _ => (Exception::Negative, negative(fault.marker)),
                });
            }
            _ => return None,
        };
        Some((exception, Verdict::all(value)))
    }
}

/// What a length or count below zero is.
fn negative(marker: u8) -> Verdict {
    match marker {
        b'$' | b'*' | b'~' => Verdict::all(Value::null()),
        b'>' => Verdict::all(Value::push([Value::bulk("")])),
        // An enormous one. Of pairs that is refused, but not before there is a byte behind it.
        _ => Verdict::More,
    }
}

/// A verbatim string with a colon anywhere, behind a format of any length; and with what is not UTF-8
/// replaced, as in one that is right.
fn verbatim(fault: &Fault<'_>) -> Option<Value> {
    let (text, end) = fault.blob.split_at_checked(fault.length()?)?;
    let text = String::from_utf8_lossy(text);
    let (format, text) = text.split_once(':').filter(|_| end.starts_with(b"\r\n"))?;
    Some(Value::Verbatim { format: three(format), text: text.into() })
}

/// The name of a format, if it has three letters.
fn three(format: &str) -> [u8; 3] {
    format.as_bytes().try_into().unwrap_or(*b"???")
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

fn all(items: Vec<Theirs>) -> Vec<Value> {
    items.into_iter().map(value).collect()
}

fn value(reply: Theirs) -> Value {
    match reply {
        Theirs::Nil => Value::null(),
        Theirs::Int(value) => Value::Integer(value),
        Theirs::BulkString(bytes) => Value::bulk(bytes),
        Theirs::Array(items) => Value::array(all(items)),
        Theirs::SimpleString(text) => Value::simple(text),
        Theirs::Okay => Value::simple("OK"),
        Theirs::Map(pairs) => {
            Value::map(pairs.into_iter().map(|(key, item)| (value(key), value(item))))
        }
        Theirs::Attribute { data, attributes } => value(*data)
            .with_attribute(attributes.into_iter().map(|(key, item)| (value(key), value(item)))),
        Theirs::Set(items) => Value::set(all(items)),
        Theirs::Double(value) => Value::Double(value),
        Theirs::Boolean(value) => Value::Boolean(value),
        Theirs::VerbatimString { format, text } => {
            let name = match format {
                VerbatimFormat::Text => "txt".to_owned(),
                VerbatimFormat::Markdown => "mkd".to_owned(),
                VerbatimFormat::Unknown(name) => name,
                _ => "???".to_owned(),
            };
            Value::Verbatim { format: three(&name), text: text.into_bytes() }
        }
        Theirs::BigNumber(text) => Value::BigNumber(text),
        Theirs::Push { kind, data } => {
            Value::push([Value::bulk(kind.to_string())].into_iter().chain(all(data)))
        }
        Theirs::ServerError(error) => Value::error(match error.details() {
            Some(detail) => format!("{} {detail}", error.code()),
            None => error.code().to_owned(),
        }),
        _ => NO_VALUE,
    }
}
