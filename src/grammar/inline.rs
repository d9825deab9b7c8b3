//! Inline commands: a request typed as one line of words.
//!
//! Redis takes any request that does not begin with `*` as a line ended by LF (a CR before it is
//! dropped) and splits it into words: white space separates; `"…"` may hold `\n \r \t \b \a`,
//! `\xHH` and `\` before anything else; `'…'` knows only `\'`; a closing quote ends its word, so
//! white space or the end of the line must follow.
//!
//! The line is found, checked and kept as it is. [`Words`] unquotes it again for whoever reads
//! it, so that an inline command costs no memory either.
//!
//! A NUL is refused: Redis looks for the LF with a C string function, so there a NUL hides the
//! rest of the line for ever, and whatever we made of it would not be what the server sees.

use super::{Fault, Leaf};
use crate::error::{ErrorKind, Expected, Found};
use memchr::memchr;
use nom::{Err, Needed};

/// A valid inline command: its line, without the line end.
///
/// ```
/// use resp_machine::grammar::inline_command;
/// let (rest, command) = inline_command(b"SET k 'a b'\r\nPING\r\n").unwrap();
/// assert_eq!(rest, b"PING\r\n");
/// let words: Vec<Vec<u8>> = command.words().map(|word| word.bytes().collect()).collect();
/// assert_eq!(words, [&b"SET"[..], b"k", b"a b"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inline<'a> {
    line: &'a [u8],
}

impl<'a> Inline<'a> {
    /// The line of a command that [`inline_command`] has accepted before.
    #[cfg(feature = "alloc")]
    pub(crate) fn accepted(line: &'a [u8]) -> Inline<'a> {
        Inline { line }
    }

    /// The line as it was sent, quotes and all.
    pub const fn line(self) -> &'a [u8] {
        self.line
    }

    /// The words; none for a blank line.
    pub const fn words(self) -> Words<'a> {
        Words { rest: self.line }
    }
}

/// The words of an [`Inline`] command.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let start = self.rest.iter().position(|byte| !is_space(*byte))?;
        let raw = &self.rest[start..];
        let mut letters = Letters::new(raw);
        // The line was accepted, so no letter of it is at fault.
        while let Some(Ok(_)) = letters.next() {}
        self.rest = &raw[letters.at..];
        Some(Word { raw: &raw[..letters.at] })
    }
}

/// One word of an inline command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word<'a> {
    raw: &'a [u8],
}

impl<'a> Word<'a> {
    /// The word as it was sent, quotes and escapes included.
    pub const fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// The word's bytes, if they stand in the line as they are.
    pub fn plain(self) -> Option<&'a [u8]> {
        match self.raw {
            [b'"', inside @ .., b'"'] if !inside.contains(&b'\\') => Some(inside),
            [b'\'', inside @ .., b'\''] if !inside.contains(&b'\\') => Some(inside),
            raw if !raw.contains(&b'"') && !raw.contains(&b'\'') => Some(raw),
            _ => None,
        }
    }

    /// The word's bytes, unquoted.
    pub fn bytes(self) -> impl Iterator<Item = u8> + 'a {
        Letters::new(self.raw).map_while(Result::ok)
    }
}

/// C's `isspace`, as Redis uses it between words.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
    Closed,
}

/// The unquoted bytes of one word; behind the last, `at` is where the word ended.
#[derive(Clone, Debug)]
struct Letters<'a> {
    line: &'a [u8],
    at: usize,
    quote: Quote,
}

impl<'a> Letters<'a> {
    fn new(line: &'a [u8]) -> Self {
        Letters { line, at: 0, quote: Quote::None }
    }

    /// An escape in double quotes: its byte, and how long it is.
    fn escape(rest: &[u8]) -> Option<(u8, usize)> {
        match rest {
            [b'\\', b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                Some((hex(*high) * 16 + hex(*low), 4))
            }
            [b'\\', 0, ..] => None,
            [b'\\', letter, ..] => {
                let byte = match letter {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => *other,
                };
                Some((byte, 2))
            }
            _ => None,
        }
    }

    fn closed(&mut self) -> Option<Result<u8, (usize, ErrorKind, Expected)>> {
        self.at += 1;
        self.quote = Quote::Closed;
        match self.line.get(self.at) {
            Some(0) => Some(Err((self.at, ErrorKind::NulInInline, Expected::NotNul))),
            Some(byte) if !is_space(*byte) => {
                Some(Err((self.at, ErrorKind::UnbalancedQuotes, Expected::SpaceAfterQuote)))
            }
            _ => None,
        }
    }
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit - b'A' + 10,
    }
}

impl Iterator for Letters<'_> {
    type Item = Result<u8, (usize, ErrorKind, Expected)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.line[self.at..];
            let (byte, length) = match (self.quote, rest) {
                (Quote::Closed, _) | (Quote::None, []) => return None,
                (_, [0, ..]) => {
                    return Some(Err((self.at, ErrorKind::NulInInline, Expected::NotNul)));
                }
                (_, []) => {
                    return Some(Err((
                        self.at,
                        ErrorKind::UnbalancedQuotes,
                        Expected::ClosingQuote,
                    )));
                }
                (Quote::None, [b' ' | b'\n' | b'\r' | b'\t', ..]) => return None,
                (Quote::None, [b'"', ..]) => {
                    self.quote = Quote::Double;
                    self.at += 1;
                    continue;
                }
                (Quote::None, [b'\'', ..]) => {
                    self.quote = Quote::Single;
                    self.at += 1;
                    continue;
                }
                (Quote::Double, [b'"', ..]) | (Quote::Single, [b'\'', ..]) => return self.closed(),
                (Quote::Double, _) => Self::escape(rest).unwrap_or((rest[0], 1)),
                (Quote::Single, [b'\\', b'\'', ..]) => (b'\'', 2),
                (_, [byte, ..]) => (*byte, 1),
            };
            self.at += length;
            return Some(Ok(byte));
        }
    }
}

/// `Line` of an inline command: everything up to LF, checked to be words.
///
/// # Errors
/// [`UnbalancedQuotes`](ErrorKind::UnbalancedQuotes) where the line ends inside a quote, or at
/// the byte that follows a closing quote; [`NulInInline`](ErrorKind::NulInInline).
pub fn inline_command(input: &[u8]) -> Leaf<'_, Inline<'_>> {
    match memchr(b'\n', input) {
        Some(end) => inline_line(input, end),
        None => Err(Err::Incomplete(Needed::Unknown)),
    }
}

/// [`inline_command`] for who knows where the LF is.
pub(crate) fn inline_line(input: &[u8], end: usize) -> Leaf<'_, Inline<'_>> {
    let line = input[..end].strip_suffix(b"\r").unwrap_or(&input[..end]);
    let mut at = 0;
    loop {
        at += line[at..].iter().take_while(|byte| is_space(**byte)).count();
        if at == line.len() {
            return Ok((&input[end + 1..], Inline { line }));
        }
        let mut letters = Letters::new(&line[at..]);
        for letter in &mut letters {
            if let Err((wrong, kind, expected)) = letter {
                // Inside a quote a CR is a letter; what cannot be one is the LF.
                let wrong = if at + wrong == line.len() { end } else { at + wrong };
                return Err(Err::Error(Fault {
                    input: &input[wrong..],
                    kind: Some(kind),
                    expected,
                    found: Some(Found::Byte(input[wrong])),
                }));
            }
        }
        at += letters.at;
    }
}
