//! How many frames of each length there are: counted twice, and the machine is one of the two.
//!
//! The grammar of RESP3 is small enough to be counted: with the number of ways to write each part
//! in so many bytes, the number of ways to write a sequence of parts is a convolution, and that of
//! an array of n elements the n-fold convolution of that of a value. So the number of valid frames
//! of exactly n bytes follows from the specification by arithmetic, without a parser and without
//! an example (`count`, below).
//!
//! The machine is asked the same by feeding it every string there is, a byte at a time, going on
//! only where it asks for more: every string that it accepts as one frame is counted. A rule that
//! is too loose accepts too many of some length, one that is too strict too few; neither needs
//! anybody to think of the string.
//!
//! The alphabet is cut down, or 256^n strings would be too many. Letters inside text stand for one
//! another (`a`), and the counts are those of the cut-down grammar. What is left out is in no word
//! of the grammar that is short enough, or is counted by the other tests: pushes that interrupt
//! (they are frames of their own), and inline commands.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::frame::Parser;
use resp_machine::{Dialect, ErrorKind, Limits};

/// The longest blob: a longer one would be tried with every body that there is.
const LONGEST: u64 = 5;

/// For each length, how many words there are.
type Counts = Vec<u64>;

/// Words of one language, followed by words of another.
fn then(a: &Counts, b: &Counts) -> Counts {
    let mut both = vec![0; a.len()];
    for (i, many) in a.iter().enumerate() {
        for (j, more) in b.iter().enumerate().take(a.len() - i) {
            both[i + j] += many * more;
        }
    }
    both
}

fn or(a: &Counts, b: &Counts) -> Counts {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// One word of `length` bytes, or several such.
fn words(most: usize, length: usize, many: u64) -> Counts {
    (0..=most).map(|n| if n == length { many } else { 0 }).collect()
}

/// Words of `base` letters, of any length.
fn star(most: usize, base: u64) -> Counts {
    (0..=most).map(|n| base.pow(n as u32)).collect()
}

/// The language shifted by so many bytes that can be written in one way.
fn around(counts: &Counts, bytes: usize) -> Counts {
    then(&words(counts.len() - 1, bytes, 1), counts)
}

/// How the letters of the cut-down alphabet can be used.
struct Alphabet {
    bytes: &'static [u8],
}

impl Alphabet {
    fn has(&self, byte: u8) -> bool {
        self.bytes.contains(&byte)
    }

    fn all(&self, word: &[u8]) -> bool {
        word.iter().all(|byte| self.has(*byte))
    }

    fn digits(&self) -> u64 {
        self.bytes.iter().filter(|byte| byte.is_ascii_digit()).count() as u64
    }

    /// Bytes that may stand in text.
    fn text(&self) -> u64 {
        self.bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).count() as u64
    }

    /// The number of a length or count, if it can be written; how many bytes that takes.
    fn number(&self, number: u64) -> Option<usize> {
        let text = number.to_string();
        self.all(text.as_bytes()).then_some(text.len())
    }

    /// `[+-]? digit+`
    fn signed(&self, most: usize) -> Counts {
        let digits = self.digits();
        let mut some = star(most, digits);
        some[0] = 0;
        let signs = u64::from(self.has(b'+')) + u64::from(self.has(b'-'));
        or(&some, &then(&words(most, 1, signs), &some))
    }

    /// `[+-]? digit+ (. digit+)? ([eE] [+-]? digit+)?`, `-?inf`, `-?nan`
    fn double(&self, most: usize) -> Counts {
        let mut some = star(most, self.digits());
        some[0] = 0;
        let nothing = words(most, 0, 1);
        let fraction = match self.has(b'.') {
            true => or(&nothing, &around(&some, 1)),
            false => nothing.clone(),
        };
        let letters = u64::from(self.has(b'e')) + u64::from(self.has(b'E'));
        let exponent = or(&nothing, &then(&words(most, 1, letters), &self.signed(most)));
        let decimal = then(&then(&self.signed(most), &fraction), &exponent);
        let mut word = words(most, 0, 0);
        for name in [&b"inf"[..], b"nan", b"NAN"] {
            if self.all(name) && most >= 3 {
                word[3] += 1;
            }
        }
        let minus = if self.has(b'-') { around(&word, 1) } else { words(most, 0, 0) };
        or(&decimal, &or(&word, &minus))
    }

    /// A blob: number, CRLF, that many bytes, CRLF; `spent` of the bytes are written in one way.
    fn blob(&self, most: usize, least: u64, spent: u32, any: u64) -> Counts {
        let mut counts = words(most, 0, 0);
        for length in least..=LONGEST {
            let Some(digits) = self.number(length) else { continue };
            let total = digits + 4 + length as usize;
            if total <= most {
                counts[total] += any.pow(length as u32 - spent);
            }
        }
        counts
    }

    /// How many values there are of each length up to `most`, and, of these, how many at the top.
    fn count(&self, most: usize) -> Counts {
        let none = words(most, 0, 0);
        let if_has = |marker: u8, counts: Counts| match self.has(marker) {
            true => around(&counts, 1),
            false => none.clone(),
        };
        let line = |counts: Counts| around(&counts, 2);
        let any = self.bytes.len() as u64;
        let text = line(star(most, self.text()));
        let mut leaves = none.clone();
        let mut add = |counts: Counts| leaves = or(&leaves, &counts);
        add(if_has(b'+', text.clone()));
        add(if_has(b'-', text));
        add(if_has(b':', line(self.signed(most))));
        add(if_has(b'(', line(self.signed(most))));
        add(if_has(b',', line(self.double(most))));
        add(if_has(b'_', words(most, 2, 1)));
        let booleans = u64::from(self.has(b't')) + u64::from(self.has(b'f'));
        add(if_has(b'#', words(most, 3, booleans)));
        add(if_has(b'$', self.blob(most, 0, 0, any)));
        add(if_has(b'!', self.blob(most, 0, 0, any)));
        if self.has(b':') {
            add(if_has(b'=', self.blob(most, 4, 1, any)));
        }
        if self.all(b"-1") {
            add(if_has(b'$', words(most, 4, 1)));
            add(if_has(b'*', words(most, 4, 1)));
        }
        if self.all(b"$?;0") && most >= 8 {
            // Chunks, any number of them, between the header and `;0`.
            let chunk = around(&self.blob(most, 1, 0, any), 1);
            add(around(&self.sequence(&chunk, most), 8));
        }
        // A value of n bytes is made of shorter ones: the counts are found from the shortest on.
        let mut values = leaves.clone();
        for _ in 0..most {
            let next = or(&leaves, &self.aggregates(&values, most));
            if next == values {
                break;
            }
            values = next;
        }
        let push = if_has(b'>', self.counted(&values, 1, most));
        let described = |of: &Counts| then(&if_has(b'|', self.counted(&values, 2, most)), of);
        // A push may be described, any number of times, and is no element.
        let mut pushes = push.clone();
        for _ in 0..most {
            pushes = or(&push, &described(&pushes));
        }
        or(&values, &pushes)
    }

    /// Any number of words.
    fn sequence(&self, word: &Counts, most: usize) -> Counts {
        let mut all = words(most, 0, 1);
        let mut power = all.clone();
        for _ in 0..most {
            power = then(&power, word);
            all = or(&all, &power);
        }
        all
    }

    /// A count, CRLF, and so many times `per` values.
    fn counted(&self, values: &Counts, per: usize, most: usize) -> Counts {
        let mut all = words(most, 0, 0);
        let mut power = words(most, 0, 1);
        for count in 0..=most as u64 {
            if let Some(digits) = self.number(count) {
                all = or(&all, &around(&power, digits + 2));
            }
            for _ in 0..per {
                power = then(&power, values);
            }
        }
        all
    }

    /// Arrays, sets, maps, and values with an attribute, of parts that are counted already.
    fn aggregates(&self, values: &Counts, most: usize) -> Counts {
        let mut all = words(most, 0, 0);
        let streams = self.all(b"?.");
        for (marker, per) in [(b'*', 1), (b'~', 1), (b'%', 2)] {
            if !self.has(marker) {
                continue;
            }
            all = or(&all, &around(&self.counted(values, per, most), 1));
            if streams && most >= 7 {
                let element = if per == 2 { then(values, values) } else { values.clone() };
                all = or(&all, &around(&self.sequence(&element, most), 7));
            }
        }
        if self.has(b'|') {
            let attribute = around(&self.counted(values, 2, most), 1);
            all = or(&all, &then(&attribute, values));
        }
        all
    }
}

/// Every string that the machine accepts as one frame, by length. A string is made longer only
/// if the machine asks for more. What is pruned is what it refuses, and pushes inside.
struct Tried {
    alphabet: &'static [u8],
    input: Vec<u8>,
    accepted: Counts,
    strings: u64,
}

impl Tried {
    fn count(alphabet: &'static [u8], most: usize) -> Tried {
        let mut tried =
            Tried { alphabet, input: Vec::new(), accepted: vec![0; most + 1], strings: 0 };
        tried.below(
            &Parser::with_limits(Dialect::Resp3, Limits::new(Dialect::Resp3).blob(LONGEST)),
            most,
        );
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

    fn below(&mut self, parser: &Parser, most: usize) {
        for &byte in self.alphabet {
            self.strings += 1;
            self.input.push(byte);
            let mut parser = parser.clone();
            let parsed = parser.parse(&self.input).map(|parsed| parsed.map(|one| one.consumed));
            match parsed {
                // An interruption: nothing of the frame is consumed.
                Ok(Some(0)) => {}
                Ok(Some(consumed)) => {
                    assert_eq!(consumed, self.input.len());
                    self.accepted[consumed] += 1;
                }
                Ok(None) if self.input.len() < most && !self.is_lost(&parser) => {
                    self.below(&parser, most);
                }
                Ok(None) => {}
                Err(error) => assert_ne!(error.kind, ErrorKind::FrameTooLong),
            }
            self.input.pop();
        }
    }
}

fn hold(bytes: &'static [u8], most: usize) {
    let expected = Alphabet { bytes }.count(most);
    let tried = Tried::count(bytes, most);
    println!(
        "{}: {} strings tried, frames by length: {expected:?}",
        bytes.escape_ascii(),
        tried.strings
    );
    assert_eq!(tried.accepted, expected, "{}", bytes.escape_ascii());
    assert!(expected[most - 2..].iter().any(|many| *many > 0), "nothing is so long");
}

#[test]
fn lines() {
    hold(b"+-:(,#_tf01.e\r\n", 6);
    hold(b",+-1.eE\r\n", 8);
    hold(b",-infaN1\r\n", 7);
    hold(b":(+-019\r\n", 8);
}

#[test]
fn blobs() {
    hold(b"$!=:-014a\r\n", 8);
    hold(b"$?;01a\r\n", 15);
    hold(b"=4:5\r\n", 12);
}

#[test]
fn aggregates() {
    hold(b"*~%012_\r\n", 13);
    hold(b"*1?._\r\n", 16);
    hold(b"%~?.1_\r\n", 15);
    hold(b"*~-1\r\n", 9);
}

#[test]
fn attributes_and_pushes() {
    hold(b"|>*01_\r\n", 15);
    hold(b"|%?._01\r\n", 14);
}
