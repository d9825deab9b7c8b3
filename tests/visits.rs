//! How often each byte is looked at.
//!
//! A parser that starts again from the beginning at every read is quadratic, and looks fine in
//! every test that feeds whole buffers. Timings would show it, on a quiet machine; counting shows
//! it everywhere. The machine tells its observer how many bytes it examined: at one byte a time
//! (the worst way to cut) that may be at most two for each byte received, and in chunks of the
//! size of a packet a stream ten times as long may cost ten times as much, and no more.
//!
//! The machine says itself how many bytes it looked at ([`Observer::visited`]), so these tests hold
//! what it says against the bound; that it costs no more is for the instruction counts of the
//! benchmark, which grow with a rescan that nobody reported. (How often each byte of a short input is
//! looked at, exactly, is in `looks.rs`.)

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Rng, vectors};
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;
use resp_machine::state::{Observer, Step};
use resp_machine::{Dialect, Limits};

#[derive(Default)]
struct Visits(usize);

impl Observer for Visits {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

/// Bytes visited when `input` arrives in pieces of `size`; the machine must read it to its end.
fn visited(dialect: Dialect, input: &[u8], size: usize) -> usize {
    let limits = Limits::new(dialect).depth(100_000);
    let mut machine = Machine::with_limits(dialect, limits);
    let mut visits = Visits::default();
    let mut start = 0;
    let mut end = 0;
    while end < input.len() {
        end = (end + size).min(input.len());
        let mut feed = machine.feed_observed(&input[start..end], &mut visits);
        while let Ok(Some(_)) = feed.next_token() {}
        start += feed.consumed();
    }
    assert!(machine.error().is_none(), "{:?}", machine.error());
    visits.0
}

/// Inputs that are long in each of the ways in which input can be long.
fn long_inputs() -> Vec<(&'static str, Dialect, Vec<u8>)> {
    use Dialect::{Request, Resp2, Resp3};
    let line = |marker: &str, byte: &str, n: usize| format!("{marker}{}\r\n", byte.repeat(n));
    let blob = |marker: &str, head: &str, n: usize| {
        format!("{marker}{}\r\n{head}{}\r\n", n + head.len(), "a".repeat(n))
    };
    let many = |header: &str, value: &str, n: usize| format!("{header}{}", value.repeat(n));
    let request = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
    [
        ("simple string", Resp3, line("+", "a", 60_000)),
        ("simple error", Resp2, line("-", "a", 60_000)),
        ("integer", Resp3, line(":", "0", 60_000)),
        ("big number", Resp3, line("(", "7", 60_000)),
        ("double", Resp3, line(",", "3", 60_000)),
        ("bulk string", Resp3, blob("$", "", 60_000)),
        ("bulk error", Resp3, blob("!", "", 60_000)),
        ("verbatim string", Resp3, blob("=", "txt:", 60_000)),
        ("array of bulk strings", Resp3, many("*10000\r\n", "$5\r\nhello\r\n", 10_000)),
        ("array of integers", Resp2, many("*10000\r\n", ":1\r\n", 10_000)),
        ("map", Resp3, many("%5000\r\n", "+k\r\n$1\r\nv\r\n", 5_000)),
        ("streamed array", Resp3, many("*?\r\n", "_\r\n", 10_000) + ".\r\n"),
        ("chunks", Resp3, many("$?\r\n", ";3\r\nabc\r\n", 10_000) + ";0\r\n"),
        ("nesting", Resp3, many("", "*1\r\n", 50_000)),
        ("chained attributes", Resp3, many("", "|1\r\n+k\r\n:1\r\n", 10_000)),
        ("interruptions", Resp3, many("*1\r\n", ">1\r\n+p\r\n", 10_000)),
        ("frames", Resp3, many("", "+OK\r\n:1\r\n$-1\r\n#t\r\n,1.5\r\n", 5_000)),
        ("requests", Request, many("", request, 3_000)),
        ("inline command", Request, line("", "word \"a b\" ", 5_000)),
        ("inline commands", Request, many("", "PING\r\n", 10_000)),
        ("blank lines", Request, many("", "\r\n", 10_000)),
    ]
    .map(|(name, dialect, input)| (name, dialect, input.into_bytes()))
    .into()
}

#[test]
fn each_byte_is_visited_at_most_twice_or_thrice_in_pieces() {
    for (name, dialect, input) in long_inputs() {
        // With a long line behind it, what is passed over too early would be visited often.
        let behind = [&input[..], b"+", &[b'a'; 10_000], b"\r\n"].concat();
        let closed = name != "nesting";
        let inputs =
            if closed && dialect != Dialect::Request { vec![input, behind] } else { vec![input] };
        for input in inputs {
            for size in [1, 1460, input.len()] {
                let visits = visited(dialect, &input, size);
                let each = visits as f64 / input.len() as f64;
                println!("{name}: {each:.3} visits for each of {} bytes by {size}", input.len());
                // Where a piece ends inside a value, the stride has looked in vain, once more.
                let most = if size == 1460 { 3 } else { 2 };
                assert!(visits <= most * input.len(), "{name} by {size}: {each}");
                // An observer that is told nothing would pass, too. (The inside of a blob is not
                // examined, nor is what a stride takes whole but for its headers.)
                let blob = name.starts_with("bulk") || name == "verbatim string";
                assert!(blob || visits >= input.len() / 4, "{name} by {size}: {each}");
            }
        }
    }
}

/// Small inputs too: no vector may cost more than two visits for each byte.
#[test]
fn no_vector_is_visited_more_than_twice() {
    common::on_large_stack(|| {
        for vector in vectors::valid() {
            for &dialect in &vector.dialects {
                let visits = visited(dialect, &vector.wire, 1);
                assert!(visits <= 2 * vector.wire.len(), "{}: {visits}", vector.id);
            }
        }
    });
}

/// Ten times the elements, ten times the visits: in packets, in odd pieces, whole.
#[test]
fn visits_grow_with_the_input_and_no_faster() {
    for value in ["$5\r\nhello\r\n", ":1\r\n", "*1\r\n_\r\n", "%1\r\n+k\r\n,0.5\r\n"] {
        for size in [1, 7, 100, 1460, 65_536] {
            let each = |count: usize| {
                let input = format!("*{count}\r\n{}", value.repeat(count)).into_bytes();
                visited(Dialect::Resp3, &input, size) as f64 / input.len() as f64
            };
            let (small, large) = (each(10_000), each(100_000));
            // Where the pieces end differs a little; starting again would make it ten times.
            assert!(large / small < 1.2, "{value:?} by {size}: {small} {large}");
            assert!(large <= 2.0, "{value:?} by {size}: {large}");
        }
    }
}

/// The parser, too, goes on where it stopped, however often it is asked in vain.
#[test]
fn the_parser_does_not_start_again() {
    let mut rng = Rng::new(5);
    let input = format!("*20000\r\n{}", "$5\r\nhello\r\n".repeat(20_000)).into_bytes();
    let mut parser = Parser::new(Dialect::Resp3);
    let mut visits = Visits::default();
    let mut end = 0;
    while end < input.len() {
        end = (end + 1 + rng.below(9)).min(input.len());
        for _ in 0..3 {
            let whole = parser.parse_observed(&input[..end], &mut visits).expect("valid").is_some();
            assert_eq!(whole, end == input.len());
            if whole {
                break;
            }
        }
    }
    // Asked three times at every piece, it may look at the unfinished token each time.
    assert!(visits.0 <= 6 * input.len(), "{} visits of {}", visits.0, input.len());
}
