//! What can be wrong with a request: what is wrong with the array of a reply, and what with no reply.

use super::{Break, Broken, ELEMENTS, limits};
use crate::fuzzing::layout::{Layout, Part};
use crate::value::Value;
use crate::{Dialect, ErrorKind};
use alloc::vec::Vec;

/// Markers that are none of a bulk string.
const OTHERS: &[u8] = b"*+-:_,(#!=%~>|;.G";

/// Breaks a request of these words.
pub(super) fn broken(what: Break, words: Vec<Vec<u8>>, choice: usize) -> Option<Broken> {
    let (bytes, kind, at) = match what {
        Break::ArgumentType => argument_type(&words, choice)?,
        _ => inline(what, &words, choice)?,
    };
    Some(Broken::new(bytes, Dialect::Request, Some((kind, at))))
}

/// Whether a request is refused as an array of bulk strings is.
pub(super) fn is_told_alike(what: Break) -> bool {
    use Break::*;
    matches!(
        what,
        Truncated
            | CrDropped
            | LfReplaced
            | LengthTooLarge
            | LengthTooSmall
            | TerminatorCr
            | TerminatorLf
            | PlusInNumber
            | LetterInNumber
            | LeadingZero
            | Empty
            | OverLimit
            | Huge
            | FrameTooLong
    )
}

/// Breaks a request of these words as an array is broken.
pub(super) fn broken_as_array(what: Break, words: Vec<Vec<u8>>, choice: usize) -> Option<Broken> {
    let words = words.iter().take(ELEMENTS).map(Value::bulk);
    let broken = super::broken(what, Layout::of(&Value::array(words)), choice)?;
    let own = limits(Dialect::Request);
    let limits = if what == Break::FrameTooLong { own.frame(broken.limits.frame) } else { own };
    Some(Broken { dialect: Dialect::Request, limits, ..broken })
}

fn argument_type(words: &[Vec<u8>], choice: usize) -> Option<(Vec<u8>, ErrorKind, usize)> {
    let layout = Layout::of(&Value::array(words.iter().map(Value::bulk)));
    let arguments: Vec<usize> = layout
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Marker { at, place, .. } if place.depth == 1 => Some(*at),
            _ => None,
        })
        .collect();
    let at = *arguments.get(choice % arguments.len().max(1))?;
    let mut bytes = layout.bytes;
    bytes[at] = OTHERS[choice / 8 % OTHERS.len()];
    Some((bytes, ErrorKind::ExpectedBulkString, at))
}

/// A line of a few letters of each word, every other word in quotes, the last one always.
fn inline(what: Break, words: &[Vec<u8>], choice: usize) -> Option<(Vec<u8>, ErrorKind, usize)> {
    let mut line = Vec::new();
    let mut last = None;
    for (index, word) in words.iter().enumerate() {
        let quote = if choice >> index & 1 == 0 { b'"' } else { b'\'' };
        let quoted = index + 1 == words.len() || index % 2 == 1;
        line.extend(quoted.then_some(quote));
        // Letters, so that none is a quote, an escape or the marker of an array.
        line.extend(word.iter().take(9).map(|byte| b'a' + byte % 26));
        last = quoted.then_some(line.len());
        line.extend(quoted.then_some(quote));
        line.push(b' ');
    }
    let last = last?;
    line.pop();
    let (kind, at) = match what {
        Break::QuoteLeftOpen => {
            line.remove(last);
            // The CR is text in the quote.
            (ErrorKind::UnbalancedQuotes, line.len() + 1)
        }
        Break::TextBehindQuote => {
            line.insert(last + 1, b'x');
            (ErrorKind::UnbalancedQuotes, last + 1)
        }
        Break::NulInLine => {
            let at = choice / 8 % (line.len() + 1);
            line.insert(at, 0);
            (ErrorKind::NulInInline, at)
        }
        _ => return None,
    };
    line.extend_from_slice(b"\r\n");
    Some((line, kind, at))
}
