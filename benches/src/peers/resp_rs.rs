//! resp-rs: `Bytes` frames, parsed from a `Bytes`.

use crate::sum;
use bytes::Bytes;
use resp_rs::resp3::{Frame, parse_frame};

pub fn run(wire: &Bytes) -> u64 {
    let mut rest = wire.clone();
    let mut total = 0u64;
    while !rest.is_empty() {
        let (frame, behind) = parse_frame(rest).expect("valid");
        total = total.wrapping_add(read(&frame));
        rest = behind;
    }
    total
}

fn all(items: &[Frame]) -> u64 {
    items.iter().fold(sum::elements(items.len()), |total, item| total.wrapping_add(read(item)))
}

fn read(frame: &Frame) -> u64 {
    match frame {
        Frame::SimpleString(text) | Frame::Error(text) | Frame::BlobError(text) => {
            sum::string(text)
        }
        Frame::BulkString(Some(text)) | Frame::BigNumber(text) => sum::string(text),
        Frame::VerbatimString { payload } => sum::string(&payload[4..]),
        Frame::Integer(value) => sum::integer(*value),
        Frame::Double(value) => sum::double(*value),
        Frame::Boolean(value) => sum::boolean(*value),
        Frame::Null | Frame::BulkString(None) | Frame::Array(None) => sum::NULL,
        Frame::Array(Some(items)) | Frame::Set(items) | Frame::Push(items) => all(items),
        Frame::Map(pairs) => {
            pairs.iter().fold(sum::elements(pairs.len()), |total, (key, value)| {
                total.wrapping_add(read(key)).wrapping_add(read(value))
            })
        }
        other => panic!("not in the workloads: {other:?}"),
    }
}
