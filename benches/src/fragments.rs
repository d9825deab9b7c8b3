//! Input that arrives in pieces: what a value costs when no read holds the whole of it.
//!
//! A reply of many elements, cut into reads of 16 KiB and of a network packet's 1,460 bytes. A
//! parser that begins again at each read is quadratic, and shows it: the cost of an element grows
//! with the number of elements. Those are measured on the smaller replies only.

use crate::ours;
use resp_machine::Dialect;
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;
use std::hint::black_box;
use std::time::Instant;

/// One line of the table.
pub struct Row {
    pub library: &'static str,
    pub chunk: usize,
    /// ns per element for 10,000, 100,000 and 1,000,000 elements; `None` where not measured.
    pub per_element: [Option<f64>; 3],
}

/// How many elements a reply has.
pub const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const CHUNKS: [usize; 2] = [16 * 1024, 1460];

/// Takes pieces until it has read the one frame.
type Run = Box<dyn FnMut(&[u8], usize) -> u64>;

/// Every library, and up to which of the sizes it is measured.
fn contenders() -> Vec<(&'static str, usize, Run)> {
    let mut all: Vec<(&'static str, usize, Run)> = vec![
        ("tape", 3, Box::new(tape())),
        ("pulled events", 3, Box::new(pulled())),
        ("resp-rs", 2, Box::new(resp_rs)),
        ("redis-protocol ranges", 2, Box::new(redis_protocol)),
    ];
    #[cfg(hiredis)]
    all.push(("hiredis", 3, Box::new(crate::peers::hiredis::in_chunks())));
    all
}

fn reply(elements: usize) -> Vec<u8> {
    let mut wire = format!("*{elements}\r\n").into_bytes();
    for _ in 0..elements {
        wire.extend_from_slice(b"$16\r\nabcdefghijklmnop\r\n");
    }
    wire
}

pub fn rows(quick: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for chunk in CHUNKS {
        for (library, sizes, mut run) in contenders() {
            let mut per_element = [None; 3];
            for (size, slot) in SIZES.iter().zip(&mut per_element).take(sizes) {
                if quick && (*size > 100_000 || (sizes < 3 && *size > 10_000)) {
                    continue;
                }
                let wire = reply(*size);
                let rounds = if sizes < 3 { 2 } else { 4_000_000 / size };
                let mut best = f64::INFINITY;
                for _ in 0..rounds.max(2) {
                    let start = Instant::now();
                    let elements = black_box(run(black_box(&wire), chunk));
                    assert_eq!(elements, *size as u64, "{library}");
                    best = best.min(start.elapsed().as_nanos() as f64 / *size as f64);
                }
                *slot = Some(best);
            }
            rows.push(Row { library, chunk, per_element });
        }
    }
    rows
}

fn tape() -> impl FnMut(&[u8], usize) -> u64 {
    let mut parser = Parser::new(Dialect::Resp3);
    let mut buffer = Vec::new();
    move |wire, chunk| {
        buffer.clear();
        for piece in wire.chunks(chunk) {
            buffer.extend_from_slice(piece);
            if let Some(parsed) = parser.parse(&buffer).expect("valid") {
                return ours::count(parsed.frame);
            }
        }
        0
    }
}

fn pulled() -> impl FnMut(&[u8], usize) -> u64 {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut kept: Vec<u8> = Vec::new();
    move |wire, chunk| {
        let mut elements = 0;
        kept.clear();
        for piece in wire.chunks(chunk) {
            kept.extend_from_slice(piece);
            let mut feed = machine.feed(&kept);
            while let Some(token) = feed.next_token().expect("valid") {
                elements += ours::is_leaf(&token.event);
            }
            let consumed = feed.consumed();
            kept.drain(..consumed);
        }
        elements
    }
}

fn resp_rs(wire: &[u8], chunk: usize) -> u64 {
    let mut parser = resp_rs::resp3::Parser::new();
    for piece in wire.chunks(chunk) {
        parser.feed(bytes::Bytes::copy_from_slice(piece));
        if let Some(frame) = parser.next_frame().expect("valid") {
            return frame.as_array().map_or(0, <[_]>::len) as u64;
        }
    }
    0
}

fn redis_protocol(wire: &[u8], chunk: usize) -> u64 {
    use redis_protocol::resp3::decode::complete::decode_range;
    use redis_protocol::resp3::types::RangeFrame;
    let mut buffer = Vec::new();
    for piece in wire.chunks(chunk) {
        buffer.extend_from_slice(piece);
        if let Some((RangeFrame::Array { data, .. }, _)) = decode_range(&buffer).expect("valid") {
            return data.len() as u64;
        }
    }
    0
}
