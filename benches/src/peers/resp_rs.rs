//! resp-rs: `Bytes` frames, parsed from a `Bytes`. It has a module for each version of RESP.

use crate::fragments::Stream;
use crate::sum;
use bytes::Bytes;
use resp_rs::{resp2, resp3};

pub fn resp3(wire: &Bytes) -> u64 {
    let mut rest = wire.clone();
    let mut total = 0u64;
    while !rest.is_empty() {
        let (frame, behind) = resp3::parse_frame(rest).expect("valid");
        total = total.wrapping_add(read3(&frame));
        rest = behind;
    }
    total
}

pub fn resp2(wire: &Bytes) -> u64 {
    let mut rest = wire.clone();
    let mut total = 0u64;
    while !rest.is_empty() {
        let (frame, behind) = resp2::parse_frame(rest).expect("valid");
        total = total.wrapping_add(read2(&frame));
        rest = behind;
    }
    total
}

/// Input in pieces, through its own buffer.
pub fn pieces(stream: &Stream<'_>) -> u64 {
    let mut parser = resp2::Parser::new();
    let mut total = 0u64;
    for piece in stream.pieces() {
        parser.feed(Bytes::copy_from_slice(piece));
        while let Some(frame) = parser.next_frame().expect("valid") {
            total = total.wrapping_add(read2(&frame));
        }
    }
    total
}

#[inline(always)]
fn read2(frame: &resp2::Frame) -> u64 {
    use resp2::Frame;
    match frame {
        Frame::SimpleString(text) | Frame::Error(text) | Frame::BulkString(Some(text)) => {
            sum::string(text)
        }
        Frame::Integer(value) => sum::integer(*value),
        Frame::BulkString(None) | Frame::Array(None) => sum::NULL,
        Frame::Array(Some(items)) => all2(items),
    }
}

#[inline(never)]
fn all2(items: &[resp2::Frame]) -> u64 {
    items.iter().fold(sum::elements(items.len()), |total, item| total.wrapping_add(read2(item)))
}

#[inline(never)]
fn all3(items: &[resp3::Frame]) -> u64 {
    items.iter().fold(sum::elements(items.len()), |total, item| total.wrapping_add(read3(item)))
}

#[inline(always)]
fn read3(frame: &resp3::Frame) -> u64 {
    use resp3::Frame;
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
        Frame::Array(Some(items)) | Frame::Set(items) | Frame::Push(items) => all3(items),
        Frame::Map(pairs) => pairs3(pairs),
        other => panic!("not in the workloads: {other:?}"),
    }
}

#[inline(never)]
fn pairs3(pairs: &[(resp3::Frame, resp3::Frame)]) -> u64 {
    pairs.iter().fold(sum::elements(pairs.len()), |total, (key, value)| {
        total.wrapping_add(read3(key)).wrapping_add(read3(value))
    })
}
