//! `redis-protocol`: its decoders of complete frames, over `Bytes`, of RESP2 and of RESP3. In pieces
//! they are called as its codec calls them: with all that is there, from the beginning, until it is
//! enough.

use super::{Exception, Fault, NO_VALUE, Peer, Verdict, described, one_null};
use bytes::{Bytes, BytesMut};
use redis_protocol::resp2::decode as resp2;
use redis_protocol::resp2::types::BytesFrame as Frame2;
use redis_protocol::resp3::decode::complete as resp3;
use redis_protocol::resp3::types::{BytesFrame as Frame, RangeFrame, VerbatimStringFormat};
use resp_machine::event::Null;
use resp_machine::value::{List, Value};
use resp_machine::{Dialect, ErrorKind};
use std::collections::BTreeSet;

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct RedisProtocol(pub Dialect);

impl Peer for RedisProtocol {
    fn name(&self) -> &'static str {
        "redis-protocol"
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    fn read(&self, input: &[u8]) -> Verdict {
        let bytes = Bytes::copy_from_slice(input);
        verdict(match self.0 {
            Dialect::Resp2 => resp2::decode_bytes(&bytes).map(|said| said.map(two)),
            _ => resp3::decode_bytes(&bytes).map(|said| said.map(|said| three(said, input))),
        })
    }

    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
        let mut buffer = BytesMut::new();
        for piece in pieces {
            buffer.extend_from_slice(piece);
            let all = buffer.clone();
            let said = verdict(match self.0 {
                Dialect::Resp2 => resp2::decode_bytes_mut(&mut buffer)
                    .map(|said| said.map(|(frame, took, _)| two((frame, took)))),
                _ => resp3::decode_bytes_mut(&mut buffer)
                    .map(|said| said.map(|(frame, took, _)| three((frame, took), &all))),
            });
            if said != Verdict::More {
                return said;
            }
        }
        Verdict::More
    }

    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        let hashed = |list: &List, per: usize| {
            let keys: Vec<String> =
                list.iter().step_by(per).map(|key| format!("{key:?}")).collect();
            let distinct = keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
            !distinct || list.iter().step_by(per).any(is_aggregate)
        };
        Err(match value {
            Value::Map(list) if hashed(&list, 2) => (Value::Array(list), Exception::Hashed),
            Value::Set(list) if hashed(&list, 1) => (Value::Array(list), Exception::Hashed),
            Value::Attributed(list) => described(list),
            Value::Null(Null::Bulk | Null::Array) if self.0 == Dialect::Resp3 => {
                (Value::null(), Exception::OldNull)
            }
            Value::Verbatim { format, text } if !matches!(&format, b"txt" | b"mkd") => {
                (Value::Verbatim { format: *b"txt", text }, Exception::VerbatimFormat)
            }
            Value::SimpleError(text) if std::str::from_utf8(&text).is_err() => {
                (Value::error("no text"), Exception::NotUtf8)
            }
            other => return Ok(other),
        })
    }

    fn keeps(&self, value: Value) -> Result<Value, (Value, Exception)> {
        let ordered = match &value {
            Value::Set(list) => Value::Set(sorted(list, 1)),
            Value::Map(list) => Value::Map(sorted(list, 2)),
            _ => return one_null(value),
        };
        if ordered == value { Ok(value) } else { Err((ordered, Exception::Unordered)) }
    }

    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        let signed = self.0 == Dialect::Resp2 || is_signed(fault.marker);
        Some(fault.waits_up_to(if signed { i64::MAX as u64 } else { u64::MAX }))
    }

    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
        let resp3 = self.0 == Dialect::Resp3;
        let known = |format: &[u8]| matches!(format, b"txt" | b"mkd");
        let (exception, value) = match fault.kind {
            ErrorKind::BlobNotTerminated
                if fault.marker != b'=' || fault.blob.get(..3).is_some_and(known) =>
            {
                return Some((Exception::Terminator, fault.as_blob()?));
            }
            // Whether an error is UTF-8 it asks when the whole is complete; of a string it does not.
            _ if fault.ends_in_text() && fault.marker == b'-' && !fault.is_text() => {
                return Some((Exception::LineEnd, Verdict::Refuse));
            }
            _ if fault.ends_in_text() => return Some((Exception::LineEnd, fault.as_text())),
            ErrorKind::InvalidLength | ErrorKind::InvalidCount | ErrorKind::VerbatimTooShort => {
                let said = fault.as_spelled(self, &number(fault, resp3)?)?;
                return Some((Exception::LengthSpelling, said));
            }
            _ if fault.marker == b'(' && fault.is_line(ErrorKind::InvalidBigNumber) => {
                (Exception::LooseBigNumber, Value::BigNumber(fault.line.to_vec()))
            }
            _ if fault.marker == b'_' && fault.is_line(ErrorKind::InvalidNull) => {
                (Exception::LooseNull, Value::null())
            }
            // It looks at the format, and not at what is behind it, or behind the text.
            ErrorKind::VerbatimFormat if fault.blob.get(..3).is_some_and(known) => {
                return Some((Exception::LooseVerbatim, fault.as_blob()?));
            }
            _ if resp3
                && fault.marker == b'.'
                && (fault.is_out_of_place() || fault.is_line(ErrorKind::InvalidStreamEnd)) =>
            {
                (Exception::LooseChunk, NO_VALUE)
            }
            _ if resp3 && fault.marker == b';' && fault.is_out_of_place() => {
                match fault.text().parse::<usize>() {
                    Ok(0) => (Exception::LooseChunk, NO_VALUE),
                    Ok(_) => return Some((Exception::LooseChunk, Verdict::More)),
                    Err(_) => return None,
                }
            }
            ErrorKind::UnknownType if resp3 && is_hello(fault) => (Exception::Hello, NO_VALUE),
            _ => return None,
        };
        Some((exception, Verdict::all(value)))
    }
}

/// The length or count that the line is to it, however it is spelled.
fn number(fault: &Fault<'_>, resp3: bool) -> Option<String> {
    if resp3 && !is_signed(fault.marker) {
        return Some(fault.text().parse::<u64>().ok()?.to_string());
    }
    let least = if resp3 { 0 } else { -1 };
    let number = fault.text().parse::<i64>().ok()?;
    (number >= least).then(|| number.to_string())
}

/// Whether a length or count may be negative in RESP3; else it is unsigned.
fn is_signed(marker: u8) -> bool {
    b"$*%~".contains(&marker)
}

/// Whether the line is the frame `HELLO` to it, with what may follow.
fn is_hello(fault: &Fault<'_>) -> bool {
    let words: Vec<&[u8]> = fault.line.split(|byte| *byte == b' ').collect();
    let rest = match words[..] {
        [b"ELLO", b"2" | b"3", ref rest @ ..] if fault.marker == b'H' => rest,
        _ => return false,
    };
    matches!(rest, [] | [b"SETNAME", _] | [b"AUTH", _, _] | [b"AUTH", _, _, b"SETNAME", _])
}

fn verdict<E>(said: Result<Option<(Value, usize)>, E>) -> Verdict {
    match said {
        Ok(Some((value, consumed))) => Verdict::Accept(value, Some(consumed)),
        Ok(None) => Verdict::More,
        Err(_) => Verdict::Refuse,
    }
}

/// The elements, of `per` values each, in an order that depends on nothing else.
fn sorted(items: &[Value], per: usize) -> List {
    let mut elements: Vec<&[Value]> = items.chunks(per).collect();
    elements.sort_by_cached_key(|element| format!("{element:?}"));
    elements.concat().into()
}

fn is_aggregate(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Map(_) | Value::Set(_) | Value::Push(_))
}

fn two((frame, took): (Frame2, usize)) -> (Value, usize) {
    (value2(frame), took)
}

fn three((frame, took): (Frame, usize), input: &[u8]) -> (Value, usize) {
    // Of two keys that are the same it keeps one, and that it leaves to chance. It did so if there are
    // less than when keys were still ranges of the input.
    let all = resp3::decode_range(input).ok().flatten();
    let lossy = all.is_some_and(|(range, _)| keys_of_ranges(&range) != keys(&frame));
    (value(frame, lossy), took)
}

/// The keys of all maps in it.
macro_rules! keys {
    ($name:ident, $frame:ident) => {
        fn $name(frame: &$frame) -> usize {
            match frame {
                $frame::Array { data, .. } | $frame::Push { data, .. } => {
                    data.iter().map($name).sum()
                }
                $frame::Map { data, .. } => data.values().map(|item| 1 + $name(item)).sum(),
                _ => 0,
            }
        }
    };
}

keys!(keys, Frame);
keys!(keys_of_ranges, RangeFrame);

fn value2(frame: Frame2) -> Value {
    match frame {
        Frame2::SimpleString(text) => Value::simple(text),
        Frame2::Error(text) => Value::error(text.as_bytes()),
        Frame2::Integer(value) => Value::Integer(value),
        Frame2::BulkString(bytes) => Value::bulk(bytes),
        Frame2::Array(items) => Value::array(items.into_iter().map(value2)),
        Frame2::Null => Value::null(),
    }
}

fn value(frame: Frame, lossy: bool) -> Value {
    let all = |items: Vec<Frame>| items.into_iter().map(|item| value(item, lossy));
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
        Frame::Set { data, .. } => {
            Value::Set(sorted(&all(data.into_iter().collect()).collect::<Vec<_>>(), 1))
        }
        Frame::Map { data, .. } => {
            let item = |item| if lossy { Value::null() } else { value(item, false) };
            let pairs = data.into_iter().flat_map(|(key, of)| [value(key, lossy), item(of)]);
            Value::Map(sorted(&pairs.collect::<Vec<_>>(), 2))
        }
        Frame::Hello { .. } | Frame::ChunkedString(_) => NO_VALUE,
    }
}
