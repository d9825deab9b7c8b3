//! redis: the parser of the most used client.

use crate::fragments::Stream;
use crate::sum;
use redis::{Parser, Value};

/// Its parser reads ahead of the value that it returns, so it is told how many there are.
pub fn run(wire: &[u8], frames: usize) -> u64 {
    let mut parser = Parser::new();
    let mut rest = wire;
    let mut total = 0u64;
    for _ in 0..frames {
        let value = parser.parse_value(&mut rest).expect("valid");
        total = total.wrapping_add(read(&value));
    }
    total
}

/// Input in pieces: each read gives one, or less.
pub fn pieces(stream: &Stream<'_>) -> u64 {
    struct Pieces<'a> {
        rest: &'a [u8],
        chunk: usize,
    }
    impl std::io::Read for Pieces<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let most = room.len().min(self.chunk);
            self.rest.read(&mut room[..most])
        }
    }
    let mut parser = Parser::new();
    let mut pieces = Pieces { rest: stream.wire, chunk: stream.chunk };
    let mut total = 0u64;
    for _ in 0..stream.frames {
        let value = parser.parse_value(&mut pieces).expect("valid");
        total = total.wrapping_add(read(&value));
    }
    total
}

fn all(items: &[Value]) -> u64 {
    items.iter().fold(sum::elements(items.len()), |total, item| total.wrapping_add(read(item)))
}

fn read(value: &Value) -> u64 {
    match value {
        Value::Nil => sum::NULL,
        Value::Int(value) => sum::integer(*value),
        Value::BulkString(bytes) => sum::string(bytes),
        Value::SimpleString(text) => sum::string(text.as_bytes()),
        Value::Okay => sum::string(b"OK"),
        Value::Double(value) => sum::double(*value),
        Value::Boolean(value) => sum::boolean(*value),
        Value::VerbatimString { text, .. } => sum::string(text.as_bytes()),
        Value::Array(items) | Value::Set(items) => all(items),
        Value::Map(pairs) => {
            pairs.iter().fold(sum::elements(pairs.len()), |total, (key, value)| {
                total.wrapping_add(read(key)).wrapping_add(read(value))
            })
        }
        other => panic!("not in the workloads: {other:?}"),
    }
}
