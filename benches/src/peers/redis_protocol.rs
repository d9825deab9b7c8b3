//! redis-protocol: frames of ranges into the buffer, frames of `Bytes`, and owned frames, by the
//! module of either version of RESP.
//!
//! Its three types of frames have the same variants, so that one macro reads them all.

use crate::fragments::Stream;
use crate::sum;
use bytes::Bytes;

/// A sum over frames, given the buffer that ranges refer to.
macro_rules! reader {
    (resp3 $name:ident, $frame:ty) => {
        fn $name(frame: &$frame, buffer: &[u8]) -> u64 {
            type Frame = $frame;
            let all = |items: &mut dyn Iterator<Item = &Frame>| {
                items.fold(0u64, |total, item| {
                    total.wrapping_add(1).wrapping_add($name(item, buffer))
                })
            };
            match frame {
                Frame::BlobString { data, .. }
                | Frame::BlobError { data, .. }
                | Frame::SimpleString { data, .. }
                | Frame::BigNumber { data, .. }
                | Frame::VerbatimString { data, .. } => sum::string(data.text(buffer)),
                Frame::SimpleError { data, .. } => sum::string(data.text(buffer)),
                Frame::Number { data, .. } => sum::integer(*data),
                Frame::Double { data, .. } => sum::double(*data),
                Frame::Boolean { data, .. } => sum::boolean(*data),
                Frame::Null => sum::NULL,
                Frame::Array { data, .. } | Frame::Push { data, .. } => all(&mut data.iter()),
                Frame::Set { data, .. } => all(&mut data.iter()),
                Frame::Map { data, .. } => data.iter().fold(0u64, |total, (key, value)| {
                    let pair = $name(key, buffer).wrapping_add($name(value, buffer));
                    total.wrapping_add(1).wrapping_add(pair)
                }),
                other => panic!("not in the workloads: {other:?}"),
            }
        }
    };
    (resp2 $name:ident, $all:ident, $frame:ty) => {
        #[inline(never)]
        fn $all(items: &[$frame], buffer: &[u8]) -> u64 {
            items.iter().fold(sum::elements(items.len()), |total, item| {
                total.wrapping_add($name(item, buffer))
            })
        }

        #[inline(always)]
        fn $name(frame: &$frame, buffer: &[u8]) -> u64 {
            type Frame = $frame;
            match frame {
                Frame::SimpleString(text) | Frame::BulkString(text) => {
                    sum::string(text.text(buffer))
                }
                Frame::Error(text) => sum::string(text.text(buffer)),
                Frame::Integer(value) => sum::integer(*value),
                Frame::Null => sum::NULL,
                Frame::Array(items) => $all(items, buffer),
            }
        }
    };
}

/// A whole buffer, read with `$decode`.
macro_rules! whole {
    ($name:ident, $decode:ident, $read:ident) => {
        pub fn $name(wire: &[u8]) -> u64 {
            let mut rest = wire;
            let mut total = 0u64;
            while !rest.is_empty() {
                let (frame, consumed) = $decode(rest).expect("valid").expect("whole");
                total = total.wrapping_add($read(&frame, rest));
                rest = &rest[consumed..];
            }
            total
        }
    };
}

/// A whole `Bytes`.
macro_rules! shared {
    ($read:ident) => {
        pub fn bytes(wire: &Bytes) -> u64 {
            let mut rest = wire.clone();
            let mut total = 0u64;
            while !rest.is_empty() {
                let (frame, consumed) = decode_bytes(&rest).expect("valid").expect("whole");
                total = total.wrapping_add($read(&frame, &[]));
                rest = rest.slice(consumed..);
            }
            total
        }
    };
}

/// What a frame keeps a string as.
trait Text {
    fn text<'a>(&'a self, buffer: &'a [u8]) -> &'a [u8];
}

impl Text for (usize, usize) {
    #[inline]
    fn text<'a>(&'a self, buffer: &'a [u8]) -> &'a [u8] {
        &buffer[self.0..self.1]
    }
}

macro_rules! own_text {
    ($($string:ty: $bytes:ident),*) => {$(
        impl Text for $string {
            #[inline]
            fn text<'a>(&'a self, _: &'a [u8]) -> &'a [u8] {
                self.$bytes()
            }
        }
    )*};
}
own_text!(
    Bytes: as_ref,
    Vec<u8>: as_slice,
    String: as_bytes,
    redis_protocol::bytes_utils::Str: as_bytes
);

pub mod resp3 {
    use super::*;
    use redis_protocol::resp3::decode::complete::{decode, decode_bytes, decode_range};
    use redis_protocol::resp3::types::{BytesFrame, OwnedFrame, RangeFrame};

    reader!(resp3 read_range, RangeFrame);
    reader!(resp3 read_bytes, BytesFrame);
    reader!(resp3 read_owned, OwnedFrame);
    whole!(ranges, decode_range, read_range);
    whole!(owned, decode, read_owned);
    shared!(read_bytes);
}

pub mod resp2 {
    use super::*;
    use redis_protocol::resp2::decode::{decode, decode_bytes, decode_range};
    use redis_protocol::resp2::types::{BytesFrame, OwnedFrame, RangeFrame};

    reader!(resp2 read_range, all_ranges, RangeFrame);
    reader!(resp2 read_bytes, all_bytes, BytesFrame);
    reader!(resp2 read_owned, all_owned, OwnedFrame);
    whole!(ranges, decode_range, read_range);
    whole!(owned, decode, read_owned);
    shared!(read_bytes);

    /// Input in pieces: it has no buffer of its own, so this one keeps what was not consumed.
    pub fn pieces(stream: &Stream<'_>) -> u64 {
        let mut buffer = Vec::new();
        let mut total = 0u64;
        for piece in stream.pieces() {
            buffer.extend_from_slice(piece);
            let mut done = 0;
            while let Some((frame, consumed)) = decode_range(&buffer[done..]).expect("valid") {
                total = total.wrapping_add(read_range(&frame, &buffer[done..]));
                done += consumed;
            }
            buffer.drain(..done);
        }
        total
    }
}
