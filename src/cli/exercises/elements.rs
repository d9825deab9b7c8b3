//! En: what is due in an aggregate.

use super::{Check, Exercise};
use crate::Dialect::{Resp2, Resp3};
use crate::state::Rule::{ElementsDone, EndElement};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"Name the states on `~2\r\n$1\r\na\r\n*0\r\n`, from the first S.",
        hint: "En is passed when an aggregate begins, an empty one too, and whenever an element has ended",
        check: Check::Path(Resp3, b"~2\r\n$1\r\na\r\n*0\r\n"),
    },
    Exercise {
        question: "How many elements does the innermost open array lack after \
                   `*3\\r\\n:1\\r\\n*2\\r\\n:2\\r\\n`?",
        hint: "two arrays are open; the inner one has two elements, of which one has come",
        check: Check::Number(Resp2, b"*3\r\n:1\r\n*2\r\n:2\r\n", |seen| {
            seen.remaining.unwrap_or(0)
        }),
    },
    Exercise {
        question: r"And if `:3\r\n` comes next, how many does the innermost open array lack then?",
        hint: "the inner array ends, and it was an element itself",
        check: Check::Number(Resp2, b"*3\r\n:1\r\n*2\r\n:2\r\n:3\r\n", |seen| {
            seen.remaining.unwrap_or(0)
        }),
    },
    Exercise {
        question: r"A client has read `|1\r\n+hits\r\n:3\r\n`. In which state is the machine?",
        hint: "the attribute has its pairs; what it describes has not come",
        check: Check::State(Resp3, b"|1\r\n+hits\r\n:3\r\n"),
    },
    Exercise {
        question: "Name the state after `*3\\r\\n:1\\r\\n%2\\r\\n+a\\r\\n*2\\r\\n`, and the n of everything that \
                   is open, outermost first.",
        hint: "three aggregates are open; what is open counts for what is around it when it has ended",
        check: Check::Stack(Resp3, b"*3\r\n:1\r\n%2\r\n+a\r\n*2\r\n"),
    },
    Exercise {
        question: "Write one value whose last byte ends three arrays at once.",
        hint: "each array is the last element of the one around it",
        check: Check::Bytes(Resp2, |seen| {
            let ends = [ElementsDone, EndElement, ElementsDone, EndElement, ElementsDone];
            match seen.frames.len() {
                1 if seen.is_whole() && seen.rules.ends_with(&ends) => Ok(()),
                1 => Err("fewer than three arrays end with the last byte".to_owned()),
                _ => Err("one value is wanted".to_owned()),
            }
        }),
    },
];
