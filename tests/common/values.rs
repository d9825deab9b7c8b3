//! Values for the round trips: every type, every edge.

use resp_machine::event::Null;
use resp_machine::value::{List, Value};

pub(crate) fn streamed(chunks: &[&[u8]]) -> Value {
    Value::StreamedString(chunks.iter().map(|chunk| chunk.to_vec()).collect())
}

fn verbatim(format: &[u8; 3], text: &[u8]) -> Value {
    Value::Verbatim { format: *format, text: text.to_vec() }
}

/// Each edge with the bytes that it must become.
pub(crate) fn edges() -> Vec<(Value, Vec<u8>)> {
    let int = Value::Integer;
    let one = || (Value::bulk("k"), Value::Integer(1));
    let mut edges: Vec<(Value, Vec<u8>)> = vec![
        (Value::simple(""), b"+\r\n".into()),
        (Value::simple([0xff]), b"+\xff\r\n".into()),
        (Value::error(""), b"-\r\n".into()),
        (Value::error("ERR no"), b"-ERR no\r\n".into()),
        (int(0), b":0\r\n".into()),
        (int(-1), b":-1\r\n".into()),
        (int(i64::MAX), b":9223372036854775807\r\n".into()),
        (int(i64::MIN), b":-9223372036854775808\r\n".into()),
        (Value::bulk(""), b"$0\r\n\r\n".into()),
        (Value::bulk("\r\n"), b"$2\r\n\r\n\r\n".into()),
        (Value::bulk("$5\r\nhello\r\n"), b"$11\r\n$5\r\nhello\r\n\r\n".into()),
        (Value::BulkError(vec![]), b"!0\r\n\r\n".into()),
        (Value::BulkError(b"ERR a\r\nb".into()), b"!8\r\nERR a\r\nb\r\n".into()),
        (verbatim(b"txt", b""), b"=4\r\ntxt:\r\n".into()),
        (verbatim(b"\r\n:", b":\r\n"), b"=7\r\n\r\n:::\r\n\r\n".into()),
        (Value::Null(Null::Resp3), b"_\r\n".into()),
        (Value::Null(Null::Bulk), b"$-1\r\n".into()),
        (Value::Null(Null::Array), b"*-1\r\n".into()),
        (Value::Boolean(true), b"#t\r\n".into()),
        (Value::Boolean(false), b"#f\r\n".into()),
        (Value::Double(0.0), b",0\r\n".into()),
        (Value::Double(-0.0), b",-0\r\n".into()),
        (Value::Double(1.5), b",1.5\r\n".into()),
        (Value::Double(f64::NAN), b",nan\r\n".into()),
        (Value::Double(-f64::NAN), b",nan\r\n".into()),
        (Value::Double(f64::INFINITY), b",inf\r\n".into()),
        (Value::Double(f64::NEG_INFINITY), b",-inf\r\n".into()),
        (Value::Double(f64::MAX), b",1.7976931348623157e308\r\n".into()),
        (Value::Double(5e-324), b",5e-324\r\n".into()),
        (Value::Double(0.1), b",0.1\r\n".into()),
        (Value::BigNumber(b"-12345678901234567890".into()), b"(-12345678901234567890\r\n".into()),
        (Value::BigNumber(b"+007".into()), b"(+007\r\n".into()),
        (Value::array([]), b"*0\r\n".into()),
        (Value::set([]), b"~0\r\n".into()),
        (Value::map([]), b"%0\r\n".into()),
        (Value::push([]), b">0\r\n".into()),
        (Value::push([int(1)]), b">1\r\n:1\r\n".into()),
        (Value::array([Value::array([]), int(1)]), b"*2\r\n*0\r\n:1\r\n".into()),
        (Value::map([one(), one()]), b"%2\r\n$1\r\nk\r\n:1\r\n$1\r\nk\r\n:1\r\n".into()),
        (Value::set([int(1), int(1)]), b"~2\r\n:1\r\n:1\r\n".into()),
        (Value::Array(List::streamed(vec![])), b"*?\r\n.\r\n".into()),
        (Value::Set(List::streamed(vec![int(1)])), b"~?\r\n:1\r\n.\r\n".into()),
        (Value::Map(List::streamed(vec![int(1), int(2)])), b"%?\r\n:1\r\n:2\r\n.\r\n".into()),
        (
            Value::Array(List::streamed(vec![Value::Array(List::streamed(vec![]))])),
            b"*?\r\n*?\r\n.\r\n.\r\n".into(),
        ),
        (streamed(&[]), b"$?\r\n;0\r\n".into()),
        (streamed(&[b"a", b"\r\n"]), b"$?\r\n;1\r\na\r\n;2\r\n\r\n\r\n;0\r\n".into()),
        (int(1).with_attribute([]), b"|0\r\n:1\r\n".into()),
        (
            int(1).with_attribute([one()]).with_attribute([]),
            b"|0\r\n|1\r\n$1\r\nk\r\n:1\r\n:1\r\n".into(),
        ),
        (Value::push([]).with_attribute([one()]), b"|1\r\n$1\r\nk\r\n:1\r\n>0\r\n".into()),
        (Value::array([int(1).with_attribute([]), int(2)]), b"*2\r\n|0\r\n:1\r\n:2\r\n".into()),
        (
            Value::map([(int(1).with_attribute([one()]), Value::array([]).with_attribute([]))]),
            b"%1\r\n|1\r\n$1\r\nk\r\n:1\r\n:1\r\n|0\r\n*0\r\n".into(),
        ),
        (
            int(1).with_attribute([(int(2).with_attribute([]), streamed(&[b"x"]))]),
            b"|1\r\n|0\r\n:2\r\n$?\r\n;1\r\nx\r\n;0\r\n:1\r\n".into(),
        ),
    ];
    edges.push(nested(512));
    edges
}

/// An array in an array in an array, …, around a map, a set and an integer.
fn nested(levels: usize) -> (Value, Vec<u8>) {
    let mut value = Value::map([(Value::set([]), Value::Integer(1))]);
    let mut wire = b"%1\r\n~0\r\n:1\r\n".to_vec();
    for _ in 0..levels {
        value = Value::array([value]);
        wire.splice(0..0, *b"*1\r\n");
    }
    (value, wire)
}
