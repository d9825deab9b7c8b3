//! hiredis, in C: its reader, and the reply objects that it builds.

use super::{Exception, Peer, Verdict};
use resp_machine::event::Event;
use resp_machine::value::Value;
use resp_machine::{ErrorKind, ProtocolError};
use std::ffi::{c_char, c_double, c_int, c_longlong, c_void};
use std::ptr;

/// `redisReply`.
#[repr(C)]
struct Reply {
    kind: c_int,
    integer: c_longlong,
    dval: c_double,
    len: usize,
    text: *mut c_char,
    vtype: [c_char; 4],
    elements: usize,
    element: *mut *mut Reply,
}

/// The beginning of `redisReader`.
#[repr(C)]
struct Reader {
    err: c_int,
    errstr: [c_char; 128],
    buf: *mut c_char,
    pos: usize,
    len: usize,
}

unsafe extern "C" {
    fn redisReaderCreate() -> *mut Reader;
    fn redisReaderFree(reader: *mut Reader);
    fn redisReaderFeed(reader: *mut Reader, buf: *const c_char, len: usize) -> c_int;
    fn redisReaderGetReply(reader: *mut Reader, reply: *mut *mut c_void) -> c_int;
    fn freeReplyObject(reply: *mut c_void);
}

/// The peer.
#[derive(Clone, Copy, Debug)]
pub struct Hiredis;

impl Peer for Hiredis {
    fn name(&self) -> &'static str {
        "hiredis"
    }

    fn read(&self, input: &[u8]) -> Verdict {
        // SAFETY: the reader lives until it is freed below, and so does the reply; the input is
        // copied. The buffer is shorter than what makes the reader move it, so `pos` counts from
        // its beginning.
        unsafe {
            let reader = redisReaderCreate();
            assert!(!reader.is_null());
            assert_eq!(redisReaderFeed(reader, input.as_ptr().cast(), input.len()), 0);
            let mut reply = ptr::null_mut();
            let status = redisReaderGetReply(reader, &mut reply);
            let verdict = match (status, reply.is_null()) {
                (0, true) => Verdict::More,
                (0, false) => {
                    let value = value(&*reply.cast::<Reply>());
                    freeReplyObject(reply);
                    Verdict::Accept(value, Some((*reader).pos))
                }
                _ => Verdict::Refuse,
            };
            redisReaderFree(reader);
            verdict
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
            Value::BulkError(bytes) => (Value::BulkString(bytes), Exception::BulkError),
            Value::BigNumber(text) if text.starts_with(b"+") => {
                (Value::BigNumber(text[1..].to_vec()), Exception::BigNumberPlus)
            }
            other => return Ok(other),
        })
    }

    fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception> {
        match event {
            Event::Integer(value) if spelling != Some(value.to_string().as_bytes()) => {
                Some(Exception::IntegerSpelling)
            }
            Event::Double(double) => {
                let (text, value) = (double.text(), double.value());
                let digits = text.iter().any(|byte| (b'1'..=b'9').contains(byte));
                let beyond = digits && (value.is_infinite() || value == 0.0);
                let odd = text.starts_with(b"+") || text.ends_with(b")");
                (odd || beyond).then_some(Exception::DoubleSpelling)
            }
            _ => None,
        }
    }

    /// One null.
    fn keeps(&self, value: Value) -> Value {
        match value {
            Value::Null(_) => Value::null(),
            other => other,
        }
    }

    fn looser(&self, error: &ProtocolError, line: &[u8], said: &Verdict) -> Option<Exception> {
        if *said == Verdict::Refuse {
            return None;
        }
        let text = std::str::from_utf8(line).unwrap_or("?");
        let late = *said == Verdict::More;
        Some(match error.kind {
            ErrorKind::BlobNotTerminated => Exception::Terminator,
            ErrorKind::InvalidLength | ErrorKind::InvalidCount if line == b"-1" => {
                Exception::Negative
            }
            ErrorKind::InvalidBoolean if matches!(line, b"T" | b"F" | b"\0") => {
                Exception::BooleanSpelling
            }
            ErrorKind::InvalidDouble if text.parse::<f64>().is_ok() => Exception::LooseDouble,
            ErrorKind::InvalidBigNumber if matches!(line, b"" | b"-") => Exception::LooseBigNumber,
            ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat if late => {
                Exception::VerbatimLate
            }
            ErrorKind::PushInsidePush => Exception::PushIsElement,
            _ => return None,
        })
    }
}

/// # Safety
/// `reply` and what it points to are live.
unsafe fn value(reply: &Reply) -> Value {
    // SAFETY: `text` has `len` bytes wherever it is asked for, and the elements are replies.
    let text = || unsafe { std::slice::from_raw_parts(reply.text.cast::<u8>(), reply.len) };
    let items = || -> Vec<Value> {
        (0..reply.elements).map(|at| unsafe { value(&**reply.element.add(at)) }).collect()
    };
    match reply.kind {
        1 => Value::bulk(text()),
        2 => Value::array(items()),
        3 => Value::Integer(reply.integer),
        4 => Value::null(),
        5 => Value::simple(text()),
        6 => Value::error(text()),
        7 => Value::Double(reply.dval),
        8 => Value::Boolean(reply.integer != 0),
        9 => Value::Map(items().into()),
        10 => Value::set(items()),
        // An attribute is a reply of its own there.
        11 => Value::Attributed(items().into()),
        12 => Value::push(items()),
        13 => Value::BigNumber(text().to_vec()),
        14 => {
            let [a, b, c, _] = reply.vtype;
            Value::Verbatim { format: [a as u8, b as u8, c as u8], text: text().to_vec() }
        }
        other => panic!("a reply of type {other}"),
    }
}
