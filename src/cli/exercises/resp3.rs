//! Dictionaries and RESP3.

use super::{Check, Exercise};
use crate::Dialect::Resp3;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Write a map with one pair: the integer 1, and false.",
        hint: "the count is of pairs; the key and the value are two values, one behind the other",
        check: Check::Bytes(Resp3, |seen| seen.reads(&[r#"{1: false}"#])),
    },
    Exercise {
        question: r"How many values does the map lack after `%2\r\n_\r\n`?",
        hint: "two pairs are four values",
        check: Check::Number(Resp3, b"%2\r\n_\r\n", |seen| seen.remaining.unwrap_or(0)),
    },
    Exercise {
        question: r"How many frames are in `|1\r\n+hot\r\n#t\r\n*1\r\n>1\r\n+bye\r\n:5\r\n`?",
        hint: "an attribute is part of the value behind it; a push is a frame of its own, wherever it stands",
        check: Check::Number(Resp3, b"|1\r\n+hot\r\n#t\r\n*1\r\n>1\r\n+bye\r\n:5\r\n", |seen| {
            seen.frames.len() as u64
        }),
    },
    Exercise {
        question: r"A client has read `$?\r\n;2\r\nab\r\n`. In which state is the machine?",
        hint: "the chunk is complete; the string is not",
        check: Check::State(Resp3, b"$?\r\n;2\r\nab\r\n"),
    },
    Exercise {
        question: "Write a map whose count is not announced, of one pair: the bulk string `a`, and a null.",
        hint: "`?` in the place of the count, and a line of its own that closes it",
        check: Check::Bytes(Resp3, |seen| seen.reads(&[r#"streamed {"a": null}"#])),
    },
];
