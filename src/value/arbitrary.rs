//! `Arbitrary` for values and requests: a fuzzer's bytes become something valid.
//!
//! For whoever fuzzes a client, a server or a proxy: the interesting bugs are behind the parser,
//! and random bytes do not get there. [`Value`] is any frame that a server may send on a RESP3
//! connection, with attributes and streamed forms; [`Resp2`] any that it may send on a RESP2
//! connection; [`Request`] any that a client may send. Each can be encoded.
//!
//! All that is made is small and nested at most [`DEPTH`] deep. Where the bytes run out, the rest
//! is as short as it can be, so that a fuzzer that shortens an input shortens the value.
//!
//! The strategies of [`strategy`](super::strategy) (feature `proptest`) make values of the same types and
//! forms, and of requests the words; which of the two to use is a question of the test.

use super::{List, Value};
use crate::encode::{self, EncodeError, Output};
use crate::event::Null;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};

/// How deep values nest, at most.
pub const DEPTH: usize = 6;

/// Any frame that a server may send on a RESP3 connection.
///
/// ```
/// use arbitrary::{Arbitrary, Unstructured};
/// use resp_machine::encode::Encoder;
/// use resp_machine::value::Value;
/// use resp_machine::{Decoder, Dialect};
///
/// let value = Value::arbitrary(&mut Unstructured::new(b"any bytes that a fuzzer came up with"))?;
/// let mut wire = Vec::new();
/// Encoder::new().value(&mut wire, &value)?;
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(&wire);
/// assert_eq!(Value::from(decoder.next_frame()?.ok_or("whole")?), value);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'a> Arbitrary<'a> for Value {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Value> {
        if !u.ratio(1, 8)? {
            return value(u, DEPTH);
        }
        // Only here, where nothing but an attribute encloses it, may a push stand.
        let push = Value::Push(items(u, DEPTH - 1, 1)?.into());
        if u.arbitrary()? { described(u, DEPTH - 1, push) } else { Ok(push) }
    }
}

/// Any frame that a server may send on a RESP2 connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resp2(pub Value);

impl<'a> Arbitrary<'a> for Resp2 {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Resp2> {
        fn any(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
            if depth == 0 || u.ratio(5, 8)? {
                return resp2_leaf(u);
            }
            let count = u.int_in_range(0..=4)?;
            let items: Result<Vec<Value>> = (0..count).map(|_| any(u, depth - 1)).collect();
            Ok(Value::array(items?))
        }
        any(u, DEPTH).map(Resp2)
    }
}

/// Any request that a client may send, as an array of bulk strings or as an inline command.
///
/// ```
/// use arbitrary::{Arbitrary, Unstructured};
/// use resp_machine::value::arbitrary::Request;
/// let request = Request::arbitrary(&mut Unstructured::new(b"\x00\x01\x03GET"))?;
/// let mut wire = Vec::new();
/// request.encode(&mut wire)?;
/// assert!(wire.ends_with(b"\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The command and its arguments. None: an empty request, which has no answer.
    pub words: Vec<Vec<u8>>,
    /// Whether it is sent as a line.
    pub inline: bool,
}

impl Request {
    /// Writes it.
    ///
    /// # Errors
    /// [`LineTooLong`](EncodeError::LineTooLong) for an inline command beyond 64 KiB; nothing that
    /// [`Arbitrary`] makes is so long.
    pub fn encode(&self, out: &mut impl Output) -> core::result::Result<(), EncodeError> {
        match self.inline {
            true => encode::inline(out, &self.words),
            false => {
                encode::command(out, &self.words);
                Ok(())
            }
        }
    }
}

impl<'a> Arbitrary<'a> for Request {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Request> {
        let inline = u.ratio(1, 4)?;
        let count = u.int_in_range(0..=5)?;
        let words: Result<_> = (0..count).map(|_| bytes(u)).collect();
        Ok(Request { words: words?, inline })
    }
}

/// Any bytes, a few of them.
fn bytes(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = match u.int_in_range(0..=15)? {
        // Around where lengths get a second and a third digit.
        13 => 9,
        14 => 10,
        15 => 100,
        few => few,
    };
    Ok(u.bytes(length.min(u.len()))?.to_vec())
}

/// Bytes that fit a line.
fn text(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut text = bytes(u)?;
    text.iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n')).for_each(|byte| *byte = b' ');
    Ok(text)
}

fn integer(u: &mut Unstructured<'_>) -> Result<i64> {
    Ok(match u.int_in_range(0..=3)? {
        0 => i64::from(u.arbitrary::<i8>()?),
        1 => *u.choose(&[0, -1, i64::MAX, i64::MIN, 1 << 32])?,
        2 => i64::from(u.arbitrary::<i32>()?),
        _ => u.arbitrary()?,
    })
}

fn double(u: &mut Unstructured<'_>) -> Result<f64> {
    const EDGES: [f64; 8] =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, 5e-324, 0.1];
    Ok(match u.int_in_range(0..=2)? {
        0 => f64::from(u.arbitrary::<i16>()?) / 8.0,
        1 => *u.choose(&EDGES)?,
        _ => u.arbitrary()?,
    })
}

fn big_number(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut text = match u.int_in_range(0..=3)? {
        2 => b"+".to_vec(),
        3 => b"-".to_vec(),
        _ => Vec::new(),
    };
    let digits = bytes(u)?;
    text.extend(digits.iter().map(|byte| b'0' + byte % 10));
    if digits.is_empty() {
        text.push(b'0');
    }
    Ok(text)
}

fn resp2_leaf(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match u.int_in_range(0..=5)? {
        0 => Value::Integer(integer(u)?),
        1 => Value::BulkString(bytes(u)?),
        2 => Value::SimpleString(text(u)?),
        3 => Value::SimpleError(text(u)?),
        4 => Value::Null(Null::Bulk),
        _ => Value::Null(Null::Array),
    })
}

fn leaf(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match u.int_in_range(0..=9)? {
        0..=2 => resp2_leaf(u)?,
        3 => Value::Null(Null::Resp3),
        4 => Value::Boolean(u.arbitrary()?),
        5 => Value::Double(double(u)?),
        6 => Value::BigNumber(big_number(u)?),
        7 => Value::BulkError(bytes(u)?),
        8 => Value::Verbatim { format: u.arbitrary()?, text: bytes(u)? },
        _ => {
            let count = u.int_in_range(0..=3)?;
            let chunks: Result<Vec<Vec<u8>>> = (0..count).map(|_| bytes(u)).collect();
            // An empty chunk is the end.
            Value::StreamedString(chunks?.into_iter().filter(|chunk| !chunk.is_empty()).collect())
        }
    })
}

/// Everything but a push, with at most `depth` aggregates inside one another.
fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    if depth == 0 || u.ratio(1, 2)? {
        return leaf(u);
    }
    let inside = depth - 1;
    Ok(match u.int_in_range(0..=4)? {
        0 => Value::Array(list(u, inside, 1)?),
        1 => Value::Map(list(u, inside, 2)?),
        2 => Value::Set(list(u, inside, 1)?),
        _ => {
            let of = value(u, inside)?;
            described(u, inside, of)?
        }
    })
}

fn described(u: &mut Unstructured<'_>, depth: usize, of: Value) -> Result<Value> {
    let mut pairs = items(u, depth, 2)?;
    pairs.push(of);
    Ok(Value::Attributed(pairs.into()))
}

fn list(u: &mut Unstructured<'_>, depth: usize, per: usize) -> Result<List> {
    let streamed = u.ratio(1, 3)?;
    let items = items(u, depth, per)?;
    Ok(if streamed { List::streamed(items) } else { List::new(items) })
}

fn items(u: &mut Unstructured<'_>, depth: usize, per: usize) -> Result<Vec<Value>> {
    let count = u.int_in_range(0..=4 / per)?;
    (0..count * per).map(|_| value(u, depth)).collect()
}
