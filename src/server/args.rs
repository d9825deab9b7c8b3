//! The arguments of a request, by index, over the received bytes.
//!
//! A request arrives as an array of bulk strings, which the frame indexes in constant time, or as
//! an inline command, whose words are unquoted once. Handlers see neither: they ask for an
//! argument by its index, the command's own name being 0, and get bytes.
//!
//! The dispatcher has checked the arity before a handler runs, so a handler may ask for what its
//! arity promises; whatever is not there reads as an empty string rather than as a panic.

use super::reply::Fault;
use crate::frame::{Elements, Frame, View};
use std::borrow::Cow;

/// The arguments of a request; none for an empty one, which is passed over in silence.
pub(super) enum Args<'a> {
    Array(Elements<'a>),
    Words(Vec<Cow<'a, [u8]>>),
}

impl<'a> Args<'a> {
    /// The arguments in a frame of the request dialect.
    pub(super) fn of(frame: Frame<'a>) -> Args<'a> {
        match frame.view() {
            View::Array(elements) => Args::Array(elements),
            _ => Args::Words(frame.args().map(Iterator::collect).unwrap_or_default()),
        }
    }

    /// How many there are, the command's name included.
    pub(super) fn len(&self) -> usize {
        match self {
            Args::Array(elements) => elements.len(),
            Args::Words(words) => words.len(),
        }
    }

    /// The argument at `index`.
    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        match self {
            Args::Array(elements) => elements.get(index)?.as_bytes().ok(),
            Args::Words(words) => words.get(index).map(AsRef::as_ref),
        }
    }

    /// The arguments from `first` on.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = &[u8]> {
        (first..self.len()).map(|index| self.at(index))
    }

    /// The argument at `index`, which the arity promises.
    pub(super) fn at(&self, index: usize) -> &[u8] {
        self.get(index).unwrap_or_default()
    }

    /// Whether the argument at `index` is this word, in any case.
    pub(super) fn is(&self, index: usize, word: &str) -> bool {
        self.get(index).is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// The argument at `index` as an integer.
    pub(super) fn integer(&self, index: usize) -> Result<i64, Fault> {
        integer(self.at(index)).ok_or(Fault::NOT_AN_INTEGER)
    }
}

/// An integer in the only spelling that Redis takes for one: no sign but `-`, no zero in front,
/// no space.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'0'] if digits.len() == text.len() => return Some(0),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => {}
        _ => return None,
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn only_one_spelling() {
        for (text, value) in [
            ("0", 0),
            ("1", 1),
            ("-1", -1),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(integer(text.as_bytes()), Some(value), "{text}");
        }
        for text in [
            "",
            "-",
            "+1",
            "-0",
            "00",
            "01",
            "-01",
            " 1",
            "1 ",
            "1.0",
            "0x1",
            "9223372036854775808",
        ] {
            assert_eq!(integer(text.as_bytes()), None, "{text}");
        }
    }
}
