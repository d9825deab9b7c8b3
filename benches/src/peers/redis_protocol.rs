//! redis-protocol: frames of ranges into the buffer, and frames of `Bytes`.

use crate::sum;
use bytes::Bytes;
use redis_protocol::resp3::decode::complete::{decode_bytes, decode_range};
use redis_protocol::resp3::types::{BytesFrame, RangeFrame};

pub fn ranges(wire: &[u8]) -> u64 {
    let mut rest = wire;
    let mut total = 0u64;
    while !rest.is_empty() {
        let (frame, consumed) = decode_range(rest).expect("valid").expect("whole");
        total = total.wrapping_add(read_range(&frame, rest));
        rest = &rest[consumed..];
    }
    total
}

fn read_range(frame: &RangeFrame, buffer: &[u8]) -> u64 {
    let text = |range: &(usize, usize)| sum::string(&buffer[range.0..range.1]);
    let all = |items: &mut dyn Iterator<Item = &RangeFrame>| {
        items.fold(0u64, |total, item| total.wrapping_add(1).wrapping_add(read_range(item, buffer)))
    };
    match frame {
        RangeFrame::BlobString { data, .. }
        | RangeFrame::BlobError { data, .. }
        | RangeFrame::SimpleString { data, .. }
        | RangeFrame::SimpleError { data, .. }
        | RangeFrame::BigNumber { data, .. }
        | RangeFrame::VerbatimString { data, .. } => text(data),
        RangeFrame::Number { data, .. } => sum::integer(*data),
        RangeFrame::Double { data, .. } => sum::double(*data),
        RangeFrame::Boolean { data, .. } => sum::boolean(*data),
        RangeFrame::Null => sum::NULL,
        RangeFrame::Array { data, .. } | RangeFrame::Push { data, .. } => all(&mut data.iter()),
        RangeFrame::Set { data, .. } => all(&mut data.iter()),
        RangeFrame::Map { data, .. } => data.iter().fold(0u64, |total, (key, value)| {
            let pair = read_range(key, buffer).wrapping_add(read_range(value, buffer));
            total.wrapping_add(1).wrapping_add(pair)
        }),
        other => panic!("not in the workloads: {other:?}"),
    }
}

pub fn owned(wire: &Bytes) -> u64 {
    let mut rest = wire.clone();
    let mut total = 0u64;
    while !rest.is_empty() {
        let (frame, consumed) = decode_bytes(&rest).expect("valid").expect("whole");
        total = total.wrapping_add(read_bytes(&frame));
        rest = rest.slice(consumed..);
    }
    total
}

fn read_bytes(frame: &BytesFrame) -> u64 {
    let all = |items: &mut dyn Iterator<Item = &BytesFrame>| {
        items.fold(0u64, |total, item| total.wrapping_add(1).wrapping_add(read_bytes(item)))
    };
    match frame {
        BytesFrame::BlobString { data, .. }
        | BytesFrame::BlobError { data, .. }
        | BytesFrame::SimpleString { data, .. }
        | BytesFrame::BigNumber { data, .. }
        | BytesFrame::VerbatimString { data, .. } => sum::string(data),
        BytesFrame::SimpleError { data, .. } => sum::string(data.as_bytes()),
        BytesFrame::Number { data, .. } => sum::integer(*data),
        BytesFrame::Double { data, .. } => sum::double(*data),
        BytesFrame::Boolean { data, .. } => sum::boolean(*data),
        BytesFrame::Null => sum::NULL,
        BytesFrame::Array { data, .. } | BytesFrame::Push { data, .. } => all(&mut data.iter()),
        BytesFrame::Set { data, .. } => all(&mut data.iter()),
        BytesFrame::Map { data, .. } => data.iter().fold(0u64, |total, (key, value)| {
            let pair = read_bytes(key).wrapping_add(read_bytes(value));
            total.wrapping_add(1).wrapping_add(pair)
        }),
        other => panic!("not in the workloads: {other:?}"),
    }
}
