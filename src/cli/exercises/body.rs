//! C: the bytes of a blob.

use super::{Check, Exercise, Seen};
use crate::Dialect::Resp3;
use crate::show::Count;
use crate::state::State;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `$3\r\nabc\r`. In which state is the machine?",
        hint: "all the bytes are there, and one more; is the value complete?",
        check: Check::State(Resp3, b"$3\r\nabc\r"),
    },
    Exercise {
        question: r"How many values are in `$6\r\n*0\r\n:1\r\n_\r\n`?",
        hint: "inside a body nothing has a meaning",
        check: Check::Number(Resp3, b"$6\r\n*0\r\n:1\r\n_\r\n", |seen| seen.frames.len() as u64),
    },
    Exercise {
        question: "Write a bulk string of three bytes: LF, CR, LF.",
        hint: "three bytes of body, and the two behind every body",
        check: Check::Bytes(Resp3, |seen| seen.reads(&[r#""\n\r\n""#])),
    },
    Exercise {
        question: r"At which offset does `$2\r\nabc\r\n` go wrong?",
        hint: "the body is `ab`; the `$` is byte 0",
        check: Check::Number(Resp3, b"$2\r\nabc\r\n", Seen::fault),
    },
    Exercise {
        question: "After how many bytes of `*1\\r\\n$5\\r\\nhello\\r\\n` must a read end for the machine to be \
                   in C and to leave nothing for the caller to keep?",
        hint: "C is entered with the end of the length's line, and nothing of the body has come",
        check: Check::Cut(Resp3, b"*1\r\n$5\r\nhello\r\n", |seen| match seen.state {
            State::Body if seen.kept() == 0 => Ok(()),
            State::Body => {
                Err(format!("it is in C, but keeps {}", Count(seen.kept() as u64, "byte")))
            }
            state => Err(format!("it is in {}", state.letter())),
        }),
    },
];
