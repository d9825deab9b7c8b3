//! The wire in ten minutes.

use super::{Check, Exercise};
use crate::Dialect::{Request, Resp2, Resp3};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Write the request `SET k hello` as a client sends it.",
        hint: "an array of three bulk strings; every length counts bytes, and every line ends with CR LF",
        check: Check::Bytes(Request, |seen| seen.reads(&[r#"["SET", "k", "hello"]"#])),
    },
    Exercise {
        question: "Write two replies in one piece: the simple string `OK`, and behind it the integer -3.",
        hint: "nothing separates two values: the second begins where the first one's CR LF ends",
        check: Check::Bytes(Resp2, |seen| seen.reads(&[r#"+"OK""#, "-3"])),
    },
    Exercise {
        question: "How many bytes does the bulk string of the six letters `Zürich` (in UTF-8) have on \
                   the wire, from its `$` to its last LF?",
        hint: "a length counts bytes, not letters; then there are the header's own and two line ends",
        check: Check::Number(Resp3, "$7\r\nZürich\r\n".as_bytes(), |seen| seen.consumed as u64),
    },
    Exercise {
        question: r"How many values are in `+OK\r\n$2\r\n\r\n\r\n:1\r\n`?",
        hint: "behind `$2` two bytes are taken, whatever they are; then CR LF must follow",
        check: Check::Number(Resp3, b"+OK\r\n$2\r\n\r\n\r\n:1\r\n", |seen| {
            seen.frames.len() as u64
        }),
    },
    Exercise {
        question: r"A client has read `+OK\r\n*3\r\n:1\r\n*`. In which of the seven states is the machine?",
        hint: "a frame is complete, then an array of three is open; its second element has a type byte",
        check: Check::State(Resp2, b"+OK\r\n*3\r\n:1\r\n*"),
    },
];
