//! The crate redis-parser, measured by a process of its own.
//!
//! Its dependencies rule out those of the other libraries, so that they cannot be in one program.
//! resp-bench starts this one, gives it the bytes of a workload, and then, in each of its rounds,
//! asks it to read them once; the time is taken here. So redis-parser is interleaved with the
//! others like any of them.
//!
//! What is said, on standard input and output, one line each:
//! - `load RESP FRAMES BYTES`, and then so many bytes: the sum over all values, or `-` if they
//!   cannot be read; `RESP` is 2 or 3, the module that is used;
//! - `time`: the nanoseconds that reading took;
//! - `count`: how often reading allocated.

#[path = "../../../tests/counting/src/lib.rs"]
mod counting;
#[path = "../../src/sum.rs"]
mod sum;
#[path = "../../src/switched.rs"]
mod switched;

use redis_parser::resp2::{Resp2Type, parse as parse2};
use redis_parser::resp3::{Resp3Type, parse as parse3};
use std::hint::black_box;
use std::io::{BufRead, Read, Write};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: switched::Switched = switched::Switched;

struct Workload {
    resp3: bool,
    frames: usize,
    wire: Vec<u8>,
}

impl Workload {
    /// The sum over all values, or `None` if one of them cannot be read.
    fn read(&self) -> Option<u64> {
        let mut rest = black_box(&self.wire[..]);
        let mut total = 0u64;
        for _ in 0..self.frames {
            let value = if self.resp3 { resp3(&mut rest)? } else { resp2(&mut rest)? };
            total = total.wrapping_add(value);
        }
        rest.is_empty().then_some(total)
    }
}

fn resp2(rest: &mut &[u8]) -> Option<u64> {
    let (behind, value) = parse2(rest).ok()?;
    *rest = behind;
    Some(sum2(&value))
}

#[inline(always)]
fn sum2(value: &Resp2Type<'_>) -> u64 {
    match value {
        Resp2Type::String(text) | Resp2Type::Error(text) => sum::string(text.as_bytes()),
        Resp2Type::Integer(value) => sum::integer(*value as i64),
        Resp2Type::BulkString(bytes) => sum::string(bytes),
        Resp2Type::Null => sum::NULL,
        Resp2Type::Array(items) => all2(items),
    }
}

#[inline(never)]
fn all2(items: &[Resp2Type<'_>]) -> u64 {
    items.iter().fold(sum::elements(items.len()), |total, item| total.wrapping_add(sum2(item)))
}

/// Of a map or set the crate gives the count only: its elements are the values that follow.
fn resp3(rest: &mut &[u8]) -> Option<u64> {
    let (behind, value) = parse3(rest).ok()?;
    *rest = behind;
    let (count, values) = match value {
        Resp3Type::HashMap(pairs) => (pairs, pairs * 2),
        Resp3Type::Set(items) => (items, items),
        value => return sum3(&value),
    };
    let mut total = sum::elements(count);
    for _ in 0..values {
        total = total.wrapping_add(resp3(rest)?);
    }
    Some(total)
}

fn sum3(value: &Resp3Type<'_>) -> Option<u64> {
    Some(match value {
        Resp3Type::Blob(bytes) => sum::string(bytes),
        Resp3Type::String(text) | Resp3Type::Error(text) => sum::string(text.as_bytes()),
        Resp3Type::VerbatimString { text, .. } => sum::string(text.as_bytes()),
        Resp3Type::Number(value) => sum::integer(*value as i64),
        Resp3Type::Double(value) => sum::double(*value),
        Resp3Type::Boolean(value) => sum::boolean(*value),
        Resp3Type::Null => sum::NULL,
        Resp3Type::Array(items) | Resp3Type::Push(items) => {
            let mut total = sum::elements(items.len());
            for item in items {
                total = total.wrapping_add(sum3(item)?);
            }
            total
        }
        // Inside an array it would swallow what follows the array; the rest is in no workload.
        _ => return None,
    })
}

fn load(arguments: &[&str], input: &mut impl Read) -> Option<Workload> {
    let [resp, frames, bytes] = arguments else { return None };
    let mut wire = vec![0; bytes.parse().ok()?];
    input.read_exact(&mut wire).ok()?;
    Some(Workload { resp3: *resp == "3", frames: frames.parse().ok()?, wire })
}

fn main() {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut workload = None;
    let mut line = String::new();
    while input.read_line(&mut line).is_ok_and(|read| read > 0) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match (&words[..], &workload) {
            (["load", arguments @ ..], _) => {
                let loaded = load(arguments, &mut input).expect("a workload");
                let sum = loaded.read();
                workload = Some(loaded);
                sum.map_or("-".to_owned(), |sum| sum.to_string())
            }
            (["time"], Some(workload)) => {
                let start = Instant::now();
                black_box(workload.read());
                start.elapsed().as_nanos().to_string()
            }
            (["count"], Some(workload)) => {
                switched::on();
                counting::measure(|| black_box(workload.read())).1.allocations.to_string()
            }
            _ => panic!("not understood: {line}"),
        };
        writeln!(output, "{answer}").and_then(|()| output.flush()).expect("somebody listens");
        line.clear();
    }
}
