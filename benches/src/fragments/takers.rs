//! Who takes input in pieces.

use super::cases::ELEMENT;
use super::{Case, Stream};
use crate::{ours, peers, sum};
use resp_machine::event::Event;
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;
use resp_machine::{Decoder, Dialect};
use std::hint::black_box;

/// Reads a stream to its end, and says the sum over its values.
pub type Run = Box<dyn FnMut(&Stream<'_>) -> u64>;

/// A library in one of its ways.
pub struct Taker {
    pub name: &'static str,
    /// Reads values; the copying of bytes does not.
    pub reads: bool,
    /// Only for a huge bulk string.
    only_bulk: bool,
    /// Only for replies of many elements.
    only_arrays: bool,
    /// One that has buffers of its own, and keeps them.
    pub run: fn() -> Run,
}

impl Taker {
    pub fn takes(&self, case: &Case) -> bool {
        (case.bulk || !self.only_bulk) && (case.is_array() || !self.only_arrays)
    }
}

/// Those of ours whose time for each element must not grow.
pub const OURS: [&str; 3] = ["tape", "decoder", "pulled events"];
/// The way in which a bulk string of any size passes through little memory.
pub const PARTS: &str = "pulled events, blobs in parts";
/// The copying of the same bytes, in the same pieces, into a buffer of one piece.
pub const MEMCPY: &str = "memcpy";

/// No parser: the memory traffic of a tree, and nothing else. What grows here with the number of
/// elements is the cost of memory beyond the caches.
pub const TRAFFIC: &str = "memory traffic alone";

pub fn all() -> Vec<Taker> {
    let one = |name, run| Taker { name, reads: true, only_bulk: false, only_arrays: false, run };
    vec![
        one(OURS[0], || Box::new(tape())),
        one(OURS[1], || Box::new(decoder())),
        one(OURS[2], || Box::new(pulled())),
        Taker { only_bulk: true, ..one(PARTS, || Box::new(in_parts())) },
        Taker { only_bulk: true, reads: false, ..one(MEMCPY, || Box::new(memcpy)) },
        Taker { only_arrays: true, ..one(TRAFFIC, || Box::new(traffic())) },
        one("resp-rs", || Box::new(peers::resp_rs::pieces)),
        one("redis-protocol ranges", || Box::new(peers::redis_protocol::resp2::pieces)),
        one("redis", || Box::new(peers::redis_crate::pieces)),
        #[cfg(hiredis)]
        one("hiredis", || Box::new(peers::hiredis::pieces())),
    ]
}

/// The parser alone, over a buffer that somebody else fills.
fn tape() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut parser = Parser::new(Dialect::Resp3);
    let mut buffer: Vec<u8> = Vec::new();
    move |stream| {
        let mut total = 0u64;
        buffer.clear();
        for piece in stream.pieces() {
            buffer.extend_from_slice(piece);
            let mut done = 0;
            while let Some(parsed) = parser.parse(&buffer[done..]).expect("valid") {
                total = total.wrapping_add(ours::read(parsed.frame));
                done += parsed.consumed;
            }
            buffer.drain(..done);
        }
        total
    }
}

/// The decoder, told to keep its room.
fn decoder() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut decoder = Decoder::new(Dialect::Resp3).retain(usize::MAX);
    move |stream| {
        let mut total = 0u64;
        for piece in stream.pieces() {
            decoder.feed(piece);
            while let Some(frame) = decoder.next_frame().expect("valid") {
                total = total.wrapping_add(ours::read(frame));
            }
        }
        total
    }
}

/// Events, over a buffer that keeps what they have not consumed.
fn pulled() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut kept: Vec<u8> = Vec::new();
    move |stream| {
        let mut total = 0u64;
        kept.clear();
        for piece in stream.pieces() {
            kept.extend_from_slice(piece);
            let mut feed = machine.feed(&kept);
            while let Some(token) = feed.next_token().expect("valid") {
                total = total.wrapping_add(ours::of_event(token.event));
            }
            let consumed = feed.consumed();
            kept.drain(..consumed);
        }
        total
    }
}

/// Events, with the parts of a large blob copied, as they come, to where they are wanted.
fn in_parts() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut machine = Machine::new(Dialect::Resp3).blobs_in_parts_over(4096);
    let mut kept: Vec<u8> = Vec::new();
    let mut sink: Vec<u8> = Vec::new();
    move |stream| {
        sink.resize(stream.chunk, 0);
        let (mut length, mut first) = (0u64, None);
        for piece in stream.pieces() {
            // What is left over is the beginning of a line; nearly always there is nothing.
            let left = kept.len();
            let input = if left == 0 {
                piece
            } else {
                kept.extend_from_slice(piece);
                &kept[..]
            };
            let mut feed = machine.feed(input);
            while let Some(token) = feed.next_token().expect("valid") {
                match token.event {
                    Event::BlobBegin { length: announced, .. } => length = announced,
                    Event::BlobPart(part) => {
                        let _ = first.get_or_insert(part[0]);
                        black_box(&mut sink)[..part.len()].copy_from_slice(part);
                    }
                    _ => {}
                }
            }
            let consumed = feed.consumed();
            if left == 0 {
                kept.extend_from_slice(&piece[consumed..]);
            } else {
                kept.drain(..consumed);
            }
        }
        length.wrapping_mul(31).wrapping_add(u64::from(first.unwrap_or(0)))
    }
}

/// Keeps the bytes, writes sixteen more for each element as they arrive, and then reads both, as
/// the tree does; where the elements lie it knows beforehand.
fn traffic() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut buffer: Vec<u8> = Vec::new();
    let mut places: Vec<(u64, u64)> = Vec::new();
    move |stream| {
        buffer.clear();
        places.clear();
        let mut next = None;
        for piece in stream.pieces() {
            buffer.extend_from_slice(piece);
            let header = || buffer.iter().position(|byte| *byte == b'\n').expect("a header") + 1;
            let next = next.get_or_insert_with(header);
            while *next + ELEMENT.len() <= buffer.len() {
                places.push((*next as u64 + 5, 16));
                *next += ELEMENT.len();
            }
        }
        places.iter().fold(sum::elements(places.len()), |total, (start, length)| {
            let start = *start as usize;
            total.wrapping_add(sum::string(&buffer[start..start + *length as usize]))
        })
    }
}

/// The least that anybody could do with the bytes.
fn memcpy(stream: &Stream<'_>) -> u64 {
    let mut sink = vec![0; stream.chunk];
    for piece in stream.pieces() {
        black_box(&mut sink)[..piece.len()].copy_from_slice(piece);
    }
    stream.wire.len() as u64
}
