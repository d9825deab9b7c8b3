//! The machine against the reference, on every input there is, up to a length.
//!
//! Examples show what their author thought of. Here the inputs are enumerated: every string over
//! an alphabet of a dozen symbols, up to a length; then random ones, and mutations of the vectors.
//! For each, the naive decoder of `src/fuzzing/reference.rs` and the machine must give the same frames
//! and the same end, whether the machine gets the input whole, byte by byte, or in chunks.
//!
//! A symbol may be several bytes (CR LF, or a whole header), so that a few symbols reach far into
//! the grammar. The enumeration stops below a string that is an error: the error is reached by
//! feeding exactly that string, byte by byte too, and a failed machine stays failed, so every
//! longer string gives the same. Such strings are counted as tried only once.
//!
//! That the alphabets reach everything is asserted, not hoped: every row of the table that
//! belongs to the dialect must have been taken.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::reference::{self, Bounds, End};
use common::{Rng, vectors};
use resp_machine::frame::Parser;
use resp_machine::state::{Observer, ROWS, Step, TABLE};
use resp_machine::value::Value;
use resp_machine::{Dialect, Limits};

/// Which rows have been taken.
struct Rows([bool; ROWS]);

impl Observer for Rows {
    fn transition(&mut self, step: &Step) {
        self.0[step.rule as usize] = true;
    }
}

impl Rows {
    fn assert_all(&self, dialect: Dialect) {
        for row in TABLE.iter().filter(|row| row.allowed_in(dialect)) {
            assert!(self.0[row.rule as usize], "{:?} is not reached in {dialect:?}", row.rule);
        }
    }
}

/// The machine's verdict when it is shown `input` up to each of `ends` in turn.
fn machine(
    dialect: Dialect,
    limits: Limits,
    input: &[u8],
    ends: impl IntoIterator<Item = usize>,
    rows: &mut Rows,
) -> (Vec<Value>, End) {
    let mut parser = Parser::with_limits(dialect, limits);
    let mut frames = Vec::new();
    let mut start = 0;
    for end in ends {
        loop {
            match parser.parse_observed(&input[start..end], &mut *rows) {
                Ok(Some(parsed)) => {
                    frames.push(Value::from(parsed.frame));
                    start += parsed.consumed;
                }
                Ok(None) => break,
                Err(error) => return (frames, End::Error(error.kind, error.offset)),
            }
        }
    }
    let clean = parser.finish(input.len() - start).is_ok();
    (frames, if clean { End::Clean } else { End::NeedMore })
}

/// Holds the machine against the reference; gives the verdict.
fn hold(dialect: Dialect, limits: Limits, bounds: Bounds, input: &[u8], rows: &mut Rows) -> End {
    let expected = reference::decode(input, dialect, bounds);
    let show = || input.escape_ascii().to_string();
    let whole = machine(dialect, limits, input, [input.len()], rows);
    assert_eq!(whole, expected, "whole: {dialect:?} {}", show());
    let bytes = machine(dialect, limits, input, 1..=input.len(), rows);
    assert_eq!(bytes, expected, "byte by byte: {dialect:?} {}", show());
    expected.1
}

/// Every string of up to `length` symbols.
struct Enumeration<'a> {
    dialect: Dialect,
    symbols: &'a [&'a [u8]],
    limits: Limits,
    bounds: Bounds,
    input: Vec<u8>,
    strings: u64,
    rows: Rows,
}

impl<'a> Enumeration<'a> {
    fn run(dialect: Dialect, symbols: &'a [&'a [u8]], length: usize) -> Rows {
        Self::bounded(dialect, symbols, length, Limits::new(dialect), Bounds::new(dialect))
    }

    fn bounded(
        dialect: Dialect,
        symbols: &'a [&'a [u8]],
        length: usize,
        limits: Limits,
        bounds: Bounds,
    ) -> Rows {
        let rows = Rows([false; ROWS]);
        let input = Vec::new();
        let mut all = Enumeration { dialect, symbols, limits, bounds, input, strings: 0, rows };
        all.below(length);
        println!(
            "{} strings of up to {length} of {} symbols, {dialect:?}",
            all.strings,
            symbols.len()
        );
        all.rows
    }

    fn below(&mut self, left: usize) {
        for symbol in self.symbols {
            let length = self.input.len();
            self.input.extend_from_slice(symbol);
            self.strings += 1;
            let end = hold(self.dialect, self.limits, self.bounds, &self.input, &mut self.rows);
            if left > 1 && !matches!(end, End::Error(..)) {
                self.below(left - 1);
            }
            self.input.truncate(length);
        }
    }
}

macro_rules! symbols {
    ($($symbol:literal)+) => { &[$($symbol as &[u8]),+] };
}

/// Whole headers: what they may follow, and where they leave the stack.
const HEADERS: &[&[u8]] = symbols![
    b"*0\r\n" b"*2\r\n" b"*?\r\n" b"%1\r\n" b"%?\r\n" b"|0\r\n" b"|1\r\n" b">0\r\n" b">1\r\n"
    b"$?\r\n" b";1\r\na\r\n" b";0\r\n" b".\r\n" b":1\r\n"
];

#[test]
fn headers_in_every_order_resp3() {
    Enumeration::run(Dialect::Resp3, HEADERS, 6);
}

#[test]
fn headers_in_every_order_at_small_limits() {
    let limits = Limits::new(Dialect::Resp3).depth(2).elements(1);
    let bounds = Bounds { depth: 2, elements: 1, ..Bounds::new(Dialect::Resp3) };
    let small = symbols![
        b"*1\r\n" b"*?\r\n" b"%1\r\n" b"%?\r\n" b"~?\r\n" b"|0\r\n" b"|1\r\n" b">1\r\n"
        b"$?\r\n" b";1\r\na\r\n" b";0\r\n" b".\r\n" b"_\r\n"
    ];
    Enumeration::bounded(Dialect::Resp3, small, 7, limits, bounds);
}

#[test]
fn headers_in_every_order_in_small_frames() {
    for (dialect, symbols, length) in [
        (Dialect::Resp3, HEADERS, 5),
        (
            Dialect::Resp2,
            symbols![b"*1\r\n" b"*2\r\n" b"$4\r\nPING\r\n" b"$-1\r\n" b":1\r\n" b"+" b"\r\n"],
            6,
        ),
        (
            Dialect::Request,
            symbols![b"*1\r\n" b"*2\r\n" b"$1\r\nx\r\n" b"$9" b"PING" b"\r" b"\n"],
            6,
        ),
    ] {
        for frame in [10, 11, 15] {
            let limits = Limits::new(dialect).frame(frame);
            let bounds = Bounds { frame: frame.into(), ..Bounds::new(dialect) };
            Enumeration::bounded(dialect, symbols, length, limits, bounds);
        }
    }
}

#[test]
fn type_bytes_and_digits_resp3() {
    let symbols = symbols![
        b"+" b"-" b":" b"$" b"*" b"%" b"|" b">" b"?" b";" b"." b"0" b"1" b"\r\n"
    ];
    Enumeration::run(Dialect::Resp3, symbols, 6);
}

#[test]
fn every_row_resp3() {
    let mut all = Rows([false; ROWS]);
    let mut reach = |symbols: &[&[u8]], length| {
        let rows = Enumeration::run(Dialect::Resp3, symbols, length);
        for (seen, new) in all.0.iter_mut().zip(rows.0) {
            *seen |= new;
        }
    };
    reach(symbols![b"$" b"!" b"=" b"?" b"$?\r\n" b";" b"." b"-" b"0" b"1" b"4" b"txt:" b"\r\n"], 6);
    reach(symbols![b"*" b"~" b"%" b"?" b"." b"_" b"-" b"1" b"\r\n"], 6);
    reach(symbols![b"*1\r\n" b">" b"|" b"0" b"+" b"-" b":" b"#" b"t" b"," b"(" b"1" b"\r\n"], 5);
    all.assert_all(Dialect::Resp3);
}

#[test]
fn every_row_resp2() {
    let symbols = symbols![b"+" b"-" b":" b"$" b"*" b"_" b"?" b"0" b"1" b"2" b"\r\n"];
    Enumeration::run(Dialect::Resp2, symbols, 6).assert_all(Dialect::Resp2);
}

#[test]
fn every_row_of_requests() {
    let symbols = symbols![b"*" b"$" b"+" b"-" b"?" b"0" b"1" b"2" b"a" b"\r\n"];
    let mut rows = Enumeration::run(Dialect::Request, symbols, 6);
    let more = Enumeration::run(
        Dialect::Request,
        symbols![b"*1\r\n" b"*2\r\n" b"*-" b"$" b"0" b"1" b"\r" b"\n" b"x"],
        7,
    );
    for (seen, new) in rows.0.iter_mut().zip(more.0) {
        *seen |= new;
    }
    rows.assert_all(Dialect::Request);
}

#[test]
fn quotes_and_escapes_of_inline_commands() {
    let symbols = symbols![b"\"" b"'" b"\\" b"x" b"4" b"n" b" " b"\0" b"\x0b" b"\r" b"\n"];
    Enumeration::run(Dialect::Request, symbols, 6);
}

#[test]
fn cr_and_lf_apart() {
    let symbols = symbols![b"+" b":" b"$" b"*" b"_" b"=" b"?" b"-" b"0" b"1" b"\r" b"\n"];
    Enumeration::run(Dialect::Resp3, symbols, 6);
}

#[test]
fn numbers_of_every_form() {
    for marker in [b",", b":", b"("] {
        let symbols =
            symbols![b"+" b"-" b"." b"e" b"E" b"0" b"7" b"inf" b"nan" b"NAN" b"(" b")" b"\r\n"];
        let rows = Rows([false; ROWS]);
        let mut all = Enumeration {
            dialect: Dialect::Resp3,
            symbols,
            limits: Limits::new(Dialect::Resp3),
            bounds: Bounds::new(Dialect::Resp3),
            input: marker.to_vec(),
            strings: 0,
            rows,
        };
        all.below(5);
        println!("{} strings behind {}", all.strings, marker.escape_ascii());
    }
}

#[test]
fn numbers_at_their_bounds() {
    let sizes = ["9", "18446744073709551615", "4294967295", "536870912", "2147483647"];
    let mut rows = Rows([false; ROWS]);
    let mut tried = 0;
    for dialect in Dialect::ALL {
        for marker in ["$", "*", "%", "|", ">", "~", "!", "=", ":", "(", "*1\r\n$", "$?\r\n;"] {
            for size in sizes.iter().chain(&["9223372036854775807", "9223372036854775808"]) {
                let value: u128 = size.parse().expect("a number");
                let near = [value - 1, value, value + 1, value * 10, value << 64];
                for number in near {
                    for sign in ["", "-", "+", "0", "-0", "000000000000000000000000"] {
                        for end in ["\r\n", "\n", "x\r\n", "\r\r\n", "", " \r\n", "0\r\n"] {
                            let input = format!("{marker}{sign}{number}{end}");
                            let (limits, bounds) = (Limits::new(dialect), Bounds::new(dialect));
                            hold(dialect, limits, bounds, input.as_bytes(), &mut rows);
                            tried += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{tried} numbers at their bounds");
}

#[test]
fn lines_at_their_limit() {
    let mut rows = Rows([false; ROWS]);
    let fillings: [&[u8]; 6] = [b"+", b":", b"$", b"*", b"", b"("];
    for dialect in Dialect::ALL {
        let limits = Limits::new(dialect).line(8);
        let bounds = Bounds { line: 8, ..Bounds::new(dialect) };
        for marker in fillings {
            for length in 0..12 {
                for byte in [b"1", b"a", b"0"] {
                    let mut input = [marker, &byte.repeat(length)].concat();
                    for end in [&b"\r\n"[..], b"\n", b"\r", b"\r1", b"\r1\n", b"\r\r\n", b""] {
                        let length = input.len();
                        input.extend_from_slice(end);
                        hold(dialect, limits, bounds, &input, &mut rows);
                        input.truncate(length);
                    }
                }
            }
        }
    }
}

/// Random input with the shape of the protocol, and mutations of the vectors.
#[test]
fn random_and_mutated_input() {
    common::on_large_stack(|| {
        let mut rng = Rng::new(7);
        let mut rows = Rows([false; ROWS]);
        let vectors: Vec<_> =
            vectors::all().into_iter().filter(|vector| vector.wire.len() < 600).collect();
        let bytes = b"+-:$*_#,(!=%~|>;.?0123456789\r\ntfinfaNe \"'\\\0x\xff";
        let mut errors = 0;
        let tries = 200_000;
        for _ in 0..tries {
            let vector = rng.pick(&vectors);
            let mut input = vector.wire.clone();
            if rng.below(4) == 0 {
                input = (0..rng.below(24)).flat_map(|_| rng.pick(HEADERS).to_vec()).collect();
            }
            for _ in 0..rng.below(4) {
                mutate(&mut input, &mut rng, bytes, &vectors);
            }
            let dialect = match rng.below(8) {
                0 => *rng.pick(&Dialect::ALL),
                _ => vector.dialects[0],
            };
            let (limits, bounds) = (Limits::new(dialect), Bounds::new(dialect));
            let end = hold(dialect, limits, bounds, &input, &mut rows);
            errors += u32::from(matches!(end, End::Error(..)));
            let mut ends: Vec<usize> =
                (0..rng.below(5)).map(|_| rng.below(input.len() + 1)).collect();
            ends.push(input.len());
            ends.sort_unstable();
            let chunks = machine(dialect, limits, &input, ends.clone(), &mut rows);
            let expected = reference::decode(&input, dialect, bounds);
            assert_eq!(chunks, expected, "{ends:?} of {}", input.escape_ascii());
        }
        println!("{tries} mutated inputs, {errors} of them errors");
        assert!((tries / 4..tries * 9 / 10).contains(&errors), "a good mixture: {errors}");
    });
}

fn mutate(input: &mut Vec<u8>, rng: &mut Rng, bytes: &[u8], vectors: &[vectors::Vector]) {
    let at = rng.below(input.len() + 1);
    match rng.below(6) {
        0 => input.truncate(at),
        1 if at < input.len() => input[at] = *rng.pick(bytes),
        2 if at < input.len() => {
            input.remove(at);
        }
        3 => input.insert(at, *rng.pick(bytes)),
        4 => {
            let other = &rng.pick(vectors).wire;
            input.splice(at..at, other.iter().copied());
        }
        _ => {
            let header = *rng.pick(HEADERS);
            input.splice(at..at, header.iter().copied());
        }
    }
}
