//! How many frames of each length there are: counted twice, and the machine is one of the two.
//!
//! The grammar is small enough to be counted: with the number of ways to write each part in so many
//! bytes, the number of ways to write a sequence of parts is a convolution, and that of an array of
//! n elements the n-fold convolution of that of a value. So the number of valid frames of exactly n
//! bytes follows from the specification by arithmetic ([`counts`]), without a parser and without an
//! example: of [`replies`] in RESP2 and RESP3, pushes that interrupt included, and of [`requests`],
//! arrays and inline commands.
//!
//! The machine is asked the same by feeding it every string there is, a byte at a time, going on
//! only where it asks for more: every string that it accepts as one frame is counted. A rule that
//! is too loose accepts too many of some length, one that is too strict too few; neither needs
//! anybody to think of the string.
//!
//! The alphabet is cut down, or 256^n strings would be too many, and the counts are those of the
//! cut-down grammar: letters inside text stand for one another (`a`), a digit for most digits. Each
//! part of the grammar is in the words of some alphabet. What is beyond the lengths that can be
//! tried is left to other tests: limits, numbers of many digits, deep nesting.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod counts;
mod replies;
mod requests;

use counts::{Alphabet, Counts, or};
use replies::Replies;
use requests::Requests;
use resp_machine::frame::Parser;
use resp_machine::{Dialect, ErrorKind, Limits};

/// The longest blob: a longer one would be tried with every body that there is.
const LONGEST: u64 = 5;

/// Every string that the machine accepts as one frame, by length. A string is made longer only
/// if the machine asks for more. What is pruned is what it refuses.
struct Tried {
    alphabet: &'static [u8],
    input: Vec<u8>,
    accepted: Counts,
    strings: u64,
}

impl Tried {
    /// Of the strings that begin with one of `first`.
    fn count(dialect: Dialect, alphabet: &'static [u8], first: &[u8], most: usize) -> Tried {
        let mut tried =
            Tried { alphabet, input: Vec::new(), accepted: vec![0; most + 1], strings: 0 };
        let parser = Parser::with_limits(dialect, Limits::new(dialect).blob(LONGEST));
        tried.below(&parser, first, most);
        tried
    }

    /// Whether nothing can make a frame of the unfinished line that the input ends with: if it
    /// ended here it would be wrong, and what is wrong is there already. (A line is judged when it
    /// is whole; going on with every line that is lost would take for ever.) This takes the
    /// machine's word for where the error is: if that is too early, frames are missed.
    fn is_lost(&self, parser: &Parser) -> bool {
        let ended = [&self.input[..], b"\r\n"].concat();
        let error = parser.clone().parse(&ended).err();
        error.is_some_and(|error| (error.offset as usize) < self.input.len())
    }

    fn below(&mut self, parser: &Parser, letters: &[u8], most: usize) {
        for &byte in letters {
            self.strings += 1;
            self.input.push(byte);
            let before = parser;
            let mut parser = parser.clone();
            let mut parse = || parser.parse(&self.input).map(|one| one.map(|one| one.consumed));
            // A push that interrupts is told when it is whole, and nothing of the frame is consumed.
            let parsed = match parse() {
                Ok(Some(0)) => parse(),
                parsed => parsed,
            };
            match parsed {
                Ok(Some(consumed)) => {
                    assert_eq!(consumed, self.input.len());
                    self.accepted[consumed] += 1;
                    // Nor does its end depend on what comes behind it.
                    let longer = [&self.input[..], b"*"].concat();
                    let ended =
                        before.clone().parse(&longer).map(|one| one.map(|one| one.consumed));
                    assert_eq!(ended, Ok(Some(consumed)), "{}", longer.escape_ascii());
                }
                Ok(None) if self.input.len() < most && !self.is_lost(&parser) => {
                    self.below(&parser, self.alphabet, most);
                }
                Ok(None) => {}
                Err(error) => assert_ne!(error.kind, ErrorKind::FrameTooLong),
            }
            self.input.pop();
        }
    }
}

fn hold(dialect: Dialect, bytes: &'static [u8], first: &[u8], expected: &Counts) {
    let most = expected.len() - 1;
    let tried = Tried::count(dialect, bytes, first, most);
    println!(
        "{}, {}: {} strings tried, frames by length: {expected:?}",
        dialect.name(),
        bytes.escape_ascii(),
        tried.strings
    );
    assert_eq!(tried.accepted, *expected, "{} {}", dialect.name(), bytes.escape_ascii());
    assert!(expected[most - 2..].iter().any(|many| *many > 0), "nothing is so long");
}

fn replies(dialect: Dialect, bytes: &'static [u8], most: usize) {
    let expected = Replies { dialect, alphabet: Alphabet { bytes }, most }.count();
    hold(dialect, bytes, bytes, &expected);
}

fn resp3(bytes: &'static [u8], most: usize) {
    replies(Dialect::Resp3, bytes, most);
}

/// Requests that begin with `*`: tried by themselves, since behind any other byte nearly every
/// string is the beginning of an inline command.
fn arrays(bytes: &'static [u8], most: usize) {
    let expected = Requests { alphabet: Alphabet { bytes }, most }.arrays();
    hold(Dialect::Request, bytes, b"*", &expected);
}

/// All requests.
fn requests(bytes: &'static [u8], most: usize) {
    let requests = Requests { alphabet: Alphabet { bytes }, most };
    let expected = or(&requests.arrays(), &requests.lines());
    hold(Dialect::Request, bytes, bytes, &expected);
}

#[test]
fn lines() {
    resp3(b"+-:(,#_tf01.e\r\n", 6);
    resp3(b",+-1.eE\r\n", 8);
    resp3(b",-infaN1\r\n", 7);
    resp3(b",-na(_1)\r\n", 8);
    resp3(b":(+-019\r\n", 8);
}

#[test]
fn blobs() {
    resp3(b"$!=:-014a\r\n", 8);
    resp3(b"$?;01a\r\n", 15);
    resp3(b"=4:5\r\n", 12);
}

#[test]
fn aggregates() {
    resp3(b"*~%012_\r\n", 13);
    resp3(b"*1?._\r\n", 16);
    resp3(b"%~?.1_\r\n", 15);
    resp3(b"*~-1\r\n", 9);
}

#[test]
fn attributes_and_pushes() {
    resp3(b"|>*01_\r\n", 15);
    resp3(b"|%?._01\r\n", 14);
}

/// In arrays, maps, streams and attributes, behind an attribute, several at once; not in a push.
#[test]
fn pushes_that_interrupt() {
    resp3(b">*012_\r\n", 14);
    resp3(b">*?.0_\r\n", 17);
    resp3(b">%?.01_\r\n", 16);
    resp3(b">|01_\r\n", 17);
}

/// The types of RESP3, and its streams, are none here.
#[test]
fn resp2() {
    replies(Dialect::Resp2, b"+-:$*_#,(01\r\n", 7);
    replies(Dialect::Resp2, b"$*?-01a\r\n", 8);
    replies(Dialect::Resp2, b"*$:012\r\n", 13);
    replies(Dialect::Resp2, b"*:~%|>!=;.?1\r\n", 9);
}

#[test]
fn requests_that_are_arrays() {
    arrays(b"*$-0129a\r\n", 11);
    arrays(b"*$012\r\n", 17);
    arrays(b"*-?+:1\r\n", 9);
}

#[test]
fn inline_commands() {
    requests(b"a\"'\\ \r\n", 7);
    requests(b"*1$\" \r\n", 7);
    requests(b"\"x1\\\n", 9);
    requests(b"a'\\\x0b\x0c\t\0\n", 6);
}
