//! The bodies of the fuzz targets, without a fuzzer: a small campaign of random inputs each.
//!
//! (The committed seeds are replayed by `seeds.rs`.) Besides finding what such a campaign finds,
//! this asserts that the targets do something: three of four inputs must reach what is tested. (Those
//! that do not are too short to be anything.) Of `mutate` it is every other: a break may fit no part of
//! the frame that comes with it.

#![cfg(feature = "fuzzing")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Rng;
use resp_machine::fuzzing::TARGETS;
use std::collections::BTreeSet;

/// Bytes with the shape of the protocol more often than chance would have it.
fn random(rng: &mut Rng) -> Vec<u8> {
    const TOKENS: &[&[u8]] = &[
        b"*1\r\n",
        b"*?\r\n",
        b"%1\r\n",
        b"|1\r\n",
        b">1\r\n",
        b"$?\r\n",
        b";1\r\na\r\n",
        b".\r\n",
        b":1\r\n",
        b"$1\r\na\r\n",
        b"=4\r\ntxt:\r\n",
        b"\r",
        b"\n",
        b"-1",
        b"0",
        b"\"",
        b"PING",
    ];
    let mut data = vec![rng.next() as u8];
    for _ in 0..rng.below(40) {
        match rng.below(3) {
            0 => data.extend_from_slice(TOKENS[rng.below(TOKENS.len())]),
            _ => data.push((rng.next() >> 32) as u8),
        }
    }
    data
}

#[test]
fn a_small_campaign() {
    for target in TARGETS {
        let mut rng = Rng::new(11);
        let mut reached = BTreeSet::new();
        let tries = 20_000;
        let mut idle = 0;
        for _ in 0..tries {
            let data = random(&mut rng);
            (target.run)(&data);
            let reaches = (target.reaches)(&data);
            idle += usize::from(reaches.is_empty());
            reached.extend(reaches);
        }
        println!("{}: {} things reached, {idle} of {tries} idle", target.name, reached.len());
        assert!(reached.len() > 20, "{}: {reached:?}", target.name);
        let most = if target.name == "mutate" { tries / 2 } else { tries / 4 };
        assert!(idle < most, "{}: {idle} inputs did nothing", target.name);
    }
}
