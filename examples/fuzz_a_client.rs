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
use resp_machine::value::Value;
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

fn target(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    // Half of the replies are pages, with anything for a cursor and for keys.
    let reply = match u.arbitrary()? {
        true => Value::array([Value::arbitrary(&mut u)?, Value::arbitrary(&mut u)?]),
        false => Value::arbitrary(&mut u)?,
    };
    let mut wire = Vec::new();
    // A push is no part of an array: what cannot be sent is not received.
    if Encoder::new().value(&mut wire, &reply).is_err() {
        return Ok(());
    }
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&wire);
    if let Ok(Some(frame)) = decoder.next_frame()
        && let Some(page) = page(frame)
    {
        // What is asked of the code: here, that it made up nothing.
        let keys: usize = page.keys.iter().map(Vec::len).sum();
        assert!(keys <= wire.len(), "{page:?} out of {}", wire.escape_ascii());
    }
    Ok(())
}

fn main() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..100_000 {
        let data: [u8; 64] = std::array::from_fn(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 32) as u8
        });
        // Too few bytes for a value is no failure.
        let _ = target(&data);
    }
    println!("100000 replies, none of which confused the client");
}
