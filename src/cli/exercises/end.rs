//! END: a value is complete.

use super::{Check, Exercise};
use crate::Dialect::Resp3;
use crate::state::Rule;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `*2\r\n_\r\n*0\r\n`. In which state is the machine?",
        hint: "the array has all its elements, and nothing has come behind it",
        check: Check::State(Resp3, b"*2\r\n_\r\n*0\r\n"),
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
        question: "Name the state after `*2\\r\\n>1\\r\\n_\\r\\n%1\\r\\n+a\\r\\n`, and the n of everything that \
                   is open, outermost first.",
        hint: "the push has ended; was it an element? The map has not ended",
        check: Check::Stack(Resp3, b"*2\r\n>1\r\n_\r\n%1\r\n+a\r\n"),
    },
    Exercise {
        question: "A push comes between the two elements of the array `[1, 2]`. Write the bytes.",
        hint: "the push takes no place, and it is delivered first",
        check: Check::Bytes(Resp3, |seen| {
            if !seen.rules.contains(&Rule::EndInterruption) {
                return Err("no push interrupted an aggregate".to_owned());
            }
            if !seen.input.starts_with(b"*2\r\n:1\r\n>") {
                return Err("the push is to stand behind the first element".to_owned());
            }
            match seen.frames.as_slice() {
                [push, array] if seen.is_whole() && push.starts_with(">(") && array == "[1, 2]" => {
                    Ok(())
                }
                _ => Err("a push and then [1, 2] were wanted".to_owned()),
            }
        }),
    },
];
