//! Limits of any size, however absurd: no panic, no difference between cuts.
//!
//! The other tests keep to the defaults or to limits near what their inputs hold. Here the limits
//! are drawn from nothing at all to more than can be counted, for inputs that are partly valid.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Rng;
use resp_machine::event::Event;
use resp_machine::machine::Machine;
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect, Limits, ProtocolError};

const SIZES: [u64; 12] = [0, 1, 2, 3, 5, 8, 13, 40, 1000, 1 << 40, u64::MAX - 1, u64::MAX];

const PIECES: &[&str] = &[
    "*",
    "$",
    "%",
    "~",
    "|",
    ">",
    "+",
    ":",
    ",",
    "(",
    "#t",
    "_",
    "!",
    "=",
    ";",
    ".",
    "?",
    "-1",
    "0",
    "1",
    "2",
    "3",
    "12",
    "\r\n",
    "\r\n",
    "\r\n",
    "\r",
    "\n",
    "abc",
    "txt:",
    "x",
    " ",
    "\"",
    "*1\r\n",
    "$1\r\na\r\n",
    ":1\r\n",
    "+OK\r\n",
    "|0\r\n",
    ">0\r\n",
    "*?\r\n",
    "$?\r\n",
    ";1\r\nb\r\n",
    ";0\r\n",
    ".\r\n",
    "%1\r\n",
    "=5\r\ntxt:a\r\n",
    "PING\r\n",
    "18446744073709551615",
];

fn draw(rng: &mut Rng) -> u64 {
    SIZES[rng.below(SIZES.len())]
}

fn limits(dialect: Dialect, rng: &mut Rng) -> Limits {
    Limits::new(dialect)
        .depth(draw(rng).min(64) as usize)
        .line(usize::try_from(draw(rng)).unwrap_or(usize::MAX))
        .blob(draw(rng))
        .elements(draw(rng))
        .frame(draw(rng))
}

fn frames(dialect: Dialect, limits: Limits, pieces: &[&[u8]]) -> (Vec<Value>, String) {
    let mut decoder = Decoder::with_limits(dialect, limits);
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(Value::from(frame)),
                Ok(None) => break,
                Err(error) => return (frames, format!("{error:?}")),
            }
        }
    }
    let end = format!("{:?}", decoder.finish());
    (frames, end)
}

/// The events, parts of blobs joined, and the error if there is one.
fn events(
    dialect: Dialect,
    limits: Limits,
    whole: u64,
    pieces: &[&[u8]],
) -> (Vec<String>, Option<ProtocolError>) {
    let mut machine = Machine::with_limits(dialect, limits).blobs_in_parts_over(whole);
    let (mut seen, mut blob, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for piece in pieces {
        kept.extend_from_slice(piece);
        let mut feed = machine.feed(&kept);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => match token.event {
                    Event::BlobPart(part) => blob.extend_from_slice(part),
                    event => {
                        seen.push(format!("{event:?} {}..{} {blob:?}", token.start, token.end));
                        blob.clear();
                    }
                },
                Ok(None) => break,
                Err(error) => return (seen, Some(error)),
            }
        }
        let consumed = feed.consumed();
        kept.drain(..consumed);
    }
    (seen, None)
}

#[test]
fn limits_of_any_size_give_the_same_under_every_cut() {
    let mut rng = Rng::new(11);
    let mut refused = 0;
    for _ in 0..60_000 {
        let dialect = Dialect::ALL[rng.below(3)];
        let limits = limits(dialect, &mut rng);
        let parts = 1 + rng.below(12);
        let input: String = (0..parts).map(|_| PIECES[rng.below(PIECES.len())]).collect();
        let input = input.as_bytes();
        let bytes: Vec<&[u8]> = input.chunks(1).collect();
        let (front, back) = input.split_at(rng.below(input.len() + 1));
        let show = || format!("{dialect:?} {limits:?} {}", input.escape_ascii());
        let whole = frames(dialect, limits, &[input]);
        assert_eq!(frames(dialect, limits, &bytes), whole, "{}", show());
        assert_eq!(frames(dialect, limits, &[front, back]), whole, "{}", show());
        let over = draw(&mut rng);
        let whole = events(dialect, limits, over, &[input]);
        refused += usize::from(whole.1.is_some());
        assert_eq!(events(dialect, limits, over, &bytes), whole, "parts over {over}: {}", show());
        let cut = events(dialect, limits, over, &[front, back]);
        assert_eq!(cut, whole, "parts over {over}: {}", show());
    }
    // Both kinds of end are common, or the inputs have ceased to reach anything.
    assert!((10_000..55_000).contains(&refused), "{refused} of 60,000 refused");
}
