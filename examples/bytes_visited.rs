//! The quadratic trap, measured: how often a parser looks at each byte when its input comes in pieces.
//!
//! Two parsers read the same array. One begins again at byte 0 whenever the buffer has grown, as most
//! first parsers do; the other is the machine, which goes on where it stopped. Counted are the bytes
//! that each is *handed*, which no parser can have a say in, and those that it *looks at*: the first
//! reads through [`Watched`], which counts, and the machine tells its observer. There is no clock.
//!
//! `cargo run --example bytes_visited`

use resp_machine::Dialect;
use resp_machine::machine::Machine;
use resp_machine::state::{Observer, Step};
use std::cell::Cell;
use std::fmt::Write as _;

/// A buffer that counts how often one of its bytes is looked at.
struct Watched<'a> {
    bytes: &'a [u8],
    looks: &'a Cell<u64>,
}

impl Watched<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        let byte = *self.bytes.get(at)?;
        self.looks.set(self.looks.get() + 1);
        Some(byte)
    }
}

/// Where the value at `at` ends, or `None` if the buffer ends first.
fn naive_value(buffer: &Watched<'_>, at: usize) -> Option<usize> {
    let marker = buffer.byte(at)?;
    let (number, mut end) = naive_line(buffer, at + 1)?;
    match marker {
        b'*' => {
            for _ in 0..number {
                end = naive_value(buffer, end)?;
            }
            Some(end)
        }
        b'$' => buffer.byte(end + number + 1).map(|_| end + number + 2),
        _ => Some(end),
    }
}

/// The digits of the line at `at` as a number, and where the line ends.
fn naive_line(buffer: &Watched<'_>, mut at: usize) -> Option<(usize, usize)> {
    let mut number = 0;
    loop {
        match buffer.byte(at)? {
            digit @ b'0'..=b'9' => number = number * 10 + usize::from(digit - b'0'),
            b'\n' => return Some((number, at + 1)),
            _ => {}
        }
        at += 1;
    }
}

/// What a parser cost.
#[derive(Default)]
struct Cost {
    handed: u64,
    looks: u64,
}

/// At each read: all that has come, from byte 0.
fn begins_again(wire: &[u8], read: usize) -> Cost {
    let (looks, mut handed) = (Cell::new(0), 0);
    let mut end = 0;
    while end < wire.len() {
        end = (end + read).min(wire.len());
        handed += end as u64;
        let whole = naive_value(&Watched { bytes: &wire[..end], looks: &looks }, 0);
        assert_eq!(whole.is_some(), end == wire.len());
    }
    Cost { handed, looks: looks.get() }
}

impl Observer for Cost {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.looks += bytes as u64;
    }
}

/// At each read: what the machine did not consume, and what came behind it.
fn goes_on(wire: &[u8], read: usize) -> Cost {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut cost = Cost::default();
    let (mut start, mut end) = (0, 0);
    while end < wire.len() {
        end = (end + read).min(wire.len());
        cost.handed += (end - start) as u64;
        let mut feed = machine.feed_observed(&wire[start..end], &mut cost);
        while feed.next_token().expect("valid").is_some() {}
        start += feed.consumed();
    }
    assert!(machine.is_between_frames() && start == wire.len());
    cost
}

/// The table.
pub(crate) fn report() -> String {
    let mut text =
        String::from("  bytes     in reads of   parser            handed     looks at   a byte\n");
    for (elements, read) in [(1_000, 1460), (10_000, 1460), (100_000, 1460), (1_000, 1)] {
        let wire = format!("*{elements}\r\n{}", ":1234567\r\n".repeat(elements)).into_bytes();
        for (parser, cost) in
            [("begins again", begins_again(&wire, read)), ("goes on", goes_on(&wire, read))]
        {
            let Cost { handed, looks } = cost;
            let bytes = wire.len();
            let each = looks as f64 / bytes as f64;
            let _ = writeln!(
                text,
                "{bytes:>7}  {read:>14}   {parser:<12}  {handed:>10}   {looks:>10}  {each:>7.2}"
            );
        }
    }
    text
}

fn main() {
    print!("{}", report());
}
