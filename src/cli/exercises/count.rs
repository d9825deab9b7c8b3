//! D: the count of an aggregate.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp3};
use crate::state::Rule;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `%1\r\n`. In which state is the machine?",
        hint: "En reads nothing, so no input can end in it",
        check: Check::State(Resp3, b"%1\r\n"),
    },
    Exercise {
        question: r"Name the states on `%0\r\n_`, from the first S.",
        hint: "what is due in a map of no pairs?",
        check: Check::Path(Resp3, b"%0\r\n_"),
    },
    Exercise {
        question: r"How many values are due after `%3\r\n`?",
        hint: "a map counts pairs",
        check: Check::Number(Resp3, b"%3\r\n", |seen| seen.remaining.unwrap_or(0)),
    },
    Exercise {
        question: r"At which offset does the reply `~-1\r\n` go wrong?",
        hint: "behind `*` it would be a null; which aggregates have one?",
        check: Check::Number(Resp3, b"~-1\r\n", Seen::fault),
    },
    Exercise {
        question: "Write a request that announces fewer than -1 arguments, and behind it one that \
                   Redis answers: the array of `ECHO` and `hi`.",
        hint: "a negative count is a request of no arguments, which nobody answers",
        check: Check::Bytes(Request, |seen| {
            seen.reads(&["[]", r#"["ECHO", "hi"]"#])?;
            match seen.rules.contains(&Rule::CountNegative) {
                true => Ok(()),
                false => Err("the first count is to be -2 or less".to_owned()),
            }
        }),
    },
];
