//! How to add a type: what the types that there are have in common.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Resp2, Resp3};
use crate::error::ErrorKind;
use crate::state::{Emits, State};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "How many transitions does the machine take on `#t\\r\\n`? (It is what a timestamp \
                   will take.)",
        hint: "one for each of the two rows that a type of the family of lines has",
        check: Check::Number(Resp3, b"#t\r\n", |seen| seen.rules.len() as u64),
    },
    Exercise {
        question: "Without the patch: at which offset does `*2\\r\\n:1\\r\\n@1700000000\\r\\n` go wrong?",
        hint: "a marker is judged as soon as it is there",
        check: Check::Number(Resp3, b"*2\r\n:1\r\n@1700000000\r\n", Seen::fault),
    },
    Exercise {
        question: "Suppose that you add a type of the family of blobs. In which states will its value \
                   be read? Name them all for a value that there is, `!3\\r\\nERR\\r\\n`.",
        hint: "the marker, the length, the bytes; then the value is complete",
        check: Check::Path(Resp3, b"!3\r\nERR\r\n"),
    },
    Exercise {
        question: "Write one value of RESP3 that is read by the states S, A and END, and that is not a \
                   string, an error, an integer, a null or a boolean.",
        hint: "two types are left in the family of lines",
        check: Check::Bytes(Resp3, |seen| {
            use crate::wire::Type::{BigNumber, Double};
            let last = seen.rules.last().map(|rule| rule.transition());
            match last {
                Some(row)
                    if seen.frames.len() == 1 && seen.is_whole() && row.from == State::Line =>
                {
                    match row.emits {
                        Emits::Value(Double | BigNumber) => Ok(()),
                        _ => Err("it is of another type".to_owned()),
                    }
                }
                _ => Err("one value that is a line is wanted".to_owned()),
            }
        }),
    },
    Exercise {
        question: "Write the bytes by which a client of RESP2 learns that somebody sends it doubles: \
                   any input that ends with an error of the kind that says so.",
        hint: "the marker is known, but not in this dialect",
        check: Check::Bytes(Resp2, |seen| match seen.error {
            Some(error) if error.kind == ErrorKind::Resp3Type => {
                match seen.input.get(error.offset as usize) {
                    Some(b',') => Ok(()),
                    _ => Err("the marker is not that of a double".to_owned()),
                }
            }
            _ => Err("an error of the kind Resp3Type is wanted".to_owned()),
        }),
    },
];
