//! S: the type byte.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::ErrorKind;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `:7\r\n(`. In which state is the machine?",
        hint: "the first value is whole; which family does `(` belong to?",
        check: Check::State(Resp3, b":7\r\n("),
    },
    Exercise {
        question: r"Name the states on `_\r\n#t\r\n`, from the S in which the machine begins.",
        hint: "both values are lines, and a value that stands alone leads back to S at the next byte",
        check: Check::Path(Resp3, b"_\r\n#t\r\n"),
    },
    Exercise {
        question: "A server has read the three bytes `GET`, and nothing more. In which state is the \
                   machine, which reads requests here?",
        hint: "in requests, a byte that is no marker begins a line of words",
        check: Check::State(Request, b"GET"),
    },
    Exercise {
        question: "A server has written a string twice and its length once: `$2\\r\\nhi\\r\\nhi\\r\\n`. At \
                   which offset does the machine stop?",
        hint: "the first value is fine; `h` is no marker",
        check: Check::Number(Resp3, b"$2\r\nhi\r\nhi\r\n", Seen::fault),
    },
    Exercise {
        question: "Write bytes that a RESP3 connection reads as a value, and that a RESP2 connection \
                   refuses at byte 0.",
        hint: "the table says in which dialects a row is allowed",
        check: Check::Bytes(Resp2, |seen| {
            let resp3 = Seen::of(Resp3, &seen.input);
            match &seen.error {
                Some(error) if error.kind == ErrorKind::Resp3Type && resp3.is_whole() => Ok(()),
                Some(error) if error.kind == ErrorKind::Resp3Type => {
                    Err(format!("on RESP3, {resp3}"))
                }
                _ => Err("RESP2 does not refuse the first byte as one of RESP3".to_owned()),
            }
        }),
    },
];
