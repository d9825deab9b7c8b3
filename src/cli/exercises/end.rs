//! END: a value is complete.

use super::{Check, Exercise};
use crate::Dialect::Resp3;
use crate::state::Rule;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `*2\r\n:1\r\n:2\r\n`. In which state is the machine?",
        hint: "the array has all its elements, and nothing has come behind it",
        check: Check::State(Resp3, b"*2\r\n:1\r\n:2\r\n"),
    },
    Exercise {
        question: r"How many frames are in `*1\r\n*0\r\n_\r\n`?",
        hint: "the empty array is the only element of the first",
        check: Check::Number(Resp3, b"*1\r\n*0\r\n_\r\n", |seen| seen.frames.len() as u64),
    },
    Exercise {
        question: r"Name the states on `+a\r\n+`, from the first S.",
        hint: "END is left when the next byte comes",
        check: Check::Path(Resp3, b"+a\r\n+"),
    },
    Exercise {
        question: "A push comes in the middle of the array `[1]`. Write the bytes, so that the push is \
                   delivered first and the array still has one element.",
        hint: "the push stands behind the array's header; it takes no place",
        check: Check::Bytes(Resp3, |seen| {
            if !seen.rules.contains(&Rule::EndInterruption) {
                return Err("no push interrupted an aggregate".to_owned());
            }
            match seen.frames.as_slice() {
                [push, array] if seen.is_whole() && push.starts_with(">(") && array == "[1]" => {
                    Ok(())
                }
                _ => Err("a push and then [1] were wanted".to_owned()),
            }
        }),
    },
];
