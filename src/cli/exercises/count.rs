//! D: the count of an aggregate.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::state::Rule;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `*2\r\n`. In which state is the machine?",
        hint: "En reads nothing, so no input can end in it",
        check: Check::State(Resp3, b"*2\r\n"),
    },
    Exercise {
        question: r"Name the states on `*0\r\n`, from the first S.",
        hint: "what is due in an array of no elements?",
        check: Check::Path(Resp2, b"*0\r\n"),
    },
    Exercise {
        question: r"How many values are due after `%3\r\n`?",
        hint: "a map counts pairs",
        check: Check::Number(Resp3, b"%3\r\n", |seen| seen.remaining.unwrap_or(0)),
    },
    Exercise {
        question: r"At which offset does the reply `*-2\r\n` go wrong?",
        hint: "`*-` could still have become a null array",
        check: Check::Number(Resp3, b"*-2\r\n", Seen::fault),
    },
    Exercise {
        question: "Write a request that announces fewer than -1 arguments, and behind it one that \
                   Redis answers: the array of `PING`.",
        hint: "a negative count is a request of no arguments, which nobody answers",
        check: Check::Bytes(Request, |seen| {
            seen.reads(&["[]", r#"["PING"]"#])?;
            match seen.rules.contains(&Rule::CountNegative) {
                true => Ok(()),
                false => Err("the first count is to be -2 or less".to_owned()),
            }
        }),
    },
];
