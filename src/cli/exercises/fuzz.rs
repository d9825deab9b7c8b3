//! Fuzzing a parser: inputs that a bug would show on.

use super::{Check, Exercise, Seen};
use crate::Dialect::Resp3;
use crate::error::ErrorKind;
use crate::state::{Rule, State};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Of the 256 inputs of one byte, on how many does the machine of RESP3 not stop at \
                   once? (The others say nothing new about it.)",
        hint: "a marker can stand at the beginning, but for the two that need something open",
        check: Check::Number(Resp3, b"", |_| {
            let stops = |byte: &u8| Seen::of(Resp3, &[*byte]).error.is_some();
            256 - (0..=u8::MAX).filter(stops).count() as u64
        }),
    },
    Exercise {
        question: "A machine forgets, when a read ends with the CR of a line, that it waits for LF. \
                   After how many bytes must `$2\\r\\nok\\r\\n:1\\r\\n` be cut for that to show?",
        hint: "the CR behind a blob is not the end of a line; and it must be a CR that the machine has \
               seen last",
        check: Check::Cut(Resp3, b"$2\r\nok\r\n:1\r\n", |seen| match seen.state {
            State::Line | State::Length if seen.input.ends_with(b"\r") => Ok(()),
            _ => Err("no line is open there whose CR came last".to_owned()),
        }),
    },
    Exercise {
        question: "Write a reply that a parser reads differently if it takes every negative count for a \
                   null array.",
        hint: "behind `*`, -1 is a null, and this library reads it as one; what does it do with others?",
        check: Check::Bytes(Resp3, |seen| match seen.error {
            Some(error)
                if error.kind == ErrorKind::InvalidCount
                    && is_below_minus_one(&seen.input, error.offset) =>
            {
                Ok(())
            }
            _ => Err("no negative count other than -1 is refused".to_owned()),
        }),
    },
    Exercise {
        question: "Write one whole value that a parser reads differently if it takes the count of a map \
                   for the number of its values.",
        hint: "a map of no pairs will not do",
        check: Check::Bytes(Resp3, |seen| {
            let mut after = seen.rules.iter().skip_while(|rule| **rule != Rule::StartMap);
            let pairs = after.any(|rule| *rule == Rule::CountSized)
                && after.next() == Some(&Rule::ElementsNext);
            match pairs && seen.frames.len() == 1 && seen.is_whole() {
                true => Ok(()),
                false => {
                    Err("one value with a counted map in it, which has pairs, is wanted".to_owned())
                }
            }
        }),
    },
];

/// Whether the count that is refused at this byte is a number below -1: `-2`, and `-10` as well, of
/// which `-1` is right so far.
fn is_below_minus_one(input: &[u8], at: u64) -> bool {
    let (read, rest) = input.split_at(usize::try_from(at).unwrap_or(0).min(input.len()));
    match rest.first() {
        Some(b'0'..=b'9') if read.ends_with(b"-1") => true,
        Some(b'2'..=b'9') => read.ends_with(b"-"),
        _ => false,
    }
}
