//! Fuzzing code that is built on this crate: here a client's reading of what `SCAN` answers.
//!
//! Random bytes would test the parser, which is tested. What comes behind it is reached by values:
//! `Value` and `Request` are `Arbitrary` (feature `arbitrary`), so a fuzzer's bytes become replies
//! that are valid and that nobody expected. `target` is what would stand in a `fuzz_target!`; here
//! it is called on bytes from a little generator. With `proptest` it is the same, with the
//! strategies of `value::strategy`, which shrink what fails.
//!
//! `cargo run --example fuzz_a_client --features arbitrary`

use arbitrary::{Arbitrary, Unstructured};
use resp_machine::encode::Encoder;
use resp_machine::frame::{Frame, View};
use resp_machine::value::{List, Value};
use resp_machine::{Decoder, Dialect};

/// One page of a `SCAN`: where to go on, and the keys.
#[derive(Debug, PartialEq)]
struct Page {
    cursor: u64,
    keys: Vec<Vec<u8>>,
}

/// The code under test. It may get any reply at all: a proxy, a module or a bug is enough.
fn page(reply: Frame<'_>) -> Option<Page> {
    let View::Array(parts) = reply.view() else { return None };
    if parts.len() != 2 {
        return None;
    }
    let cursor = std::str::from_utf8(parts.get(0)?.as_bytes().ok()?).ok()?.parse().ok()?;
    let View::Array(keys) = parts.get(1)?.view() else { return None };
    let keys = keys.map(|key| key.as_bytes().map(<[u8]>::to_vec).ok()).collect::<Option<_>>()?;
    Some(Page { cursor, keys })
}

/// A page, and a reply that is this page, in one of the ways in which it may be sent.
fn sent(u: &mut Unstructured<'_>) -> arbitrary::Result<(Page, Value)> {
    let page = Page { cursor: u.arbitrary()?, keys: u.arbitrary()? };
    let cursor = page.cursor.to_string();
    let cursor = if u.arbitrary()? { Value::bulk(cursor) } else { Value::simple(cursor) };
    let keys: Vec<Value> = page.keys.iter().map(Value::bulk).collect();
    let mut keys = match u.arbitrary()? {
        true => Value::Array(List::streamed(keys)),
        false => Value::array(keys),
    };
    if u.arbitrary()? {
        // What is said of the keys is none of them.
        keys = keys.with_attribute([(Value::simple("ttl"), Value::Integer(60))]);
    }
    Ok((page, Value::array([cursor, keys])))
}

/// Whether the reply was a page.
fn target(data: &[u8]) -> arbitrary::Result<bool> {
    let mut u = Unstructured::new(data);
    let (expected, reply) = match u.arbitrary()? {
        true => sent(&mut u).map(|(page, reply)| (Some(page), reply))?,
        // Of any other it is asked that the client does not panic.
        false => (None, Value::arbitrary(&mut u)?),
    };
    let mut wire = Vec::new();
    Encoder::new().value(&mut wire, &reply).expect("what is made can be sent");
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&wire);
    let frame = decoder.next_frame().expect("what was sent is valid").expect("and whole");
    let read = page(frame);
    if expected.is_some() {
        assert_eq!(read, expected, "out of {}", wire.escape_ascii());
    }
    Ok(read.is_some())
}

fn main() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut pages = 0;
    for _ in 0..100_000 {
        let data: [u8; 64] = std::array::from_fn(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 32) as u8
        });
        // Too few bytes for a value is no failure.
        pages += u32::from(target(&data) == Ok(true));
    }
    assert!(pages > 10_000, "of 100000 replies only {pages} were pages");
    println!("100000 replies, none of which confused the client; {pages} were pages");
}
