//! proptest strategies for values: valid, of every type, and shrinking to valid ones.

use super::{List, Value};
use crate::event::Null;
use alloc::vec::Vec;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;

/// Text that fits a line: any bytes but CR and LF.
fn text() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>().prop_map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }), 0..24)
}

/// Bytes, with CR, LF and markers more often than chance.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        3 => any::<u8>(),
        1 => proptest::sample::select(b"\r\n$*:+-;.?01".as_slice()),
    ];
    vec(byte, 0..40)
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -10i64..1000, Just(i64::MIN), Just(i64::MAX), Just(0)]
}

fn double() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        (-1000i32..1000).prop_map(f64::from),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::NAN),
        Just(-0.0),
        Just(f64::MIN_POSITIVE),
        Just(f64::MAX),
    ]
}

/// A value that RESP2 has, and that does not nest.
fn resp2_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::SimpleString),
        text().prop_map(Value::SimpleError),
        integer().prop_map(Value::Integer),
        bytes().prop_map(Value::BulkString),
        proptest::sample::select([Null::Bulk, Null::Array].as_slice()).prop_map(Value::Null),
    ]
}

/// A value that does not nest.
fn leaf() -> impl Strategy<Value = Value> {
    let chunk = bytes().prop_filter("a chunk is not empty", |chunk| !chunk.is_empty());
    prop_oneof![
        4 => resp2_leaf(),
        1 => Just(Value::Null(Null::Resp3)),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => double().prop_map(Value::Double),
        1 => "[+-]?[0-9]{1,60}".prop_map(|digits| Value::BigNumber(digits.into_bytes())),
        1 => bytes().prop_map(Value::BulkError),
        1 => (any::<[u8; 3]>(), bytes())
            .prop_map(|(format, text)| Value::Verbatim { format, text }),
        1 => vec(chunk, 0..4).prop_map(Value::StreamedString),
    ]
}

fn list(inner: BoxedStrategy<Value>) -> impl Strategy<Value = List> {
    (vec(inner, 0..6), any::<bool>()).prop_map(|(items, streamed)| match streamed {
        true => List::streamed(items),
        false => List::new(items),
    })
}

fn even(mut list: List) -> List {
    if list.len() % 2 == 1 {
        list.pop();
    }
    list
}

/// What RESP3 allows anywhere: everything but a push.
fn nested() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            2 => list(inner.clone()).prop_map(Value::Array),
            2 => list(inner.clone()).prop_map(|pairs| Value::Map(even(pairs))),
            1 => list(inner.clone()).prop_map(Value::Set),
            1 => attributed(inner),
        ]
    })
}

fn attributed(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    (vec((inner.clone(), inner.clone()), 0..3), inner)
        .prop_map(|(pairs, value)| value.with_attribute(pairs))
}

/// Any value that a server may send on a RESP3 connection.
///
/// ```
/// use proptest::prelude::*;
/// use resp_machine::encode::Encoder;
/// use resp_machine::value::{Value, strategy};
/// use resp_machine::{Decoder, Dialect};
///
/// proptest!(|(value in strategy::resp3())| {
///     let mut wire = Vec::new();
///     Encoder::new().value(&mut wire, &value)?;
///     let mut decoder = Decoder::new(Dialect::Resp3);
///     decoder.feed(&wire);
///     prop_assert_eq!(Value::from(decoder.next_frame()?.unwrap()), value);
/// });
/// ```
pub fn resp3() -> impl Strategy<Value = Value> {
    let push = vec(nested(), 0..5).prop_map(Value::push);
    let pushed = (vec((nested(), nested()), 0..2), vec(nested(), 0..4))
        .prop_map(|(pairs, items)| Value::push(items).with_attribute(pairs));
    Union::new_weighted(alloc::vec![(8, nested().boxed()), (1, push.boxed()), (1, pushed.boxed()),])
}

/// Any value that a server may send on a RESP2 connection.
pub fn resp2() -> impl Strategy<Value = Value> {
    resp2_leaf().prop_recursive(5, 48, 6, |inner| vec(inner, 0..6).prop_map(Value::array))
}

/// The words of any request that is not empty.
pub fn request() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(bytes(), 1..6)
}
