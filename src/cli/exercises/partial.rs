//! Partial buffers.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp3};
use crate::show::Count;
use crate::state::State;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "A read ends after `:12345678`. How many bytes does the caller present again?",
        hint: "the marker is consumed; of a line that is not whole nothing is",
        check: Check::Number(Resp3, b":12345678", |seen| seen.kept() as u64),
    },
    Exercise {
        question: r"And after `*3\r\n+a\r\n%1\r\n$12\r`?",
        hint: "the marker is consumed; the line behind it has no LF yet",
        check: Check::Number(Resp3, b"*3\r\n+a\r\n%1\r\n$12\r", |seen| seen.kept() as u64),
    },
    Exercise {
        question: "In which state does the machine wait when a server has read \
                   `*3\\r\\n$3\\r\\nSET\\r\\n$0\\r\\n`?",
        hint: "the length of the second argument is 0; is anything of it due?",
        check: Check::State(Request, b"*3\r\n$3\r\nSET\r\n$0\r\n"),
    },
    Exercise {
        question: "After how many bytes of `+PONG\\r\\n+PONG\\r\\n` must a read end for the machine to have \
                   consumed 8 bytes and to leave 4 to the caller?",
        hint: "8 bytes are the first value and the marker of the second",
        check: Check::Cut(Resp3, b"+PONG\r\n+PONG\r\n", |seen| {
            match (seen.consumed, seen.kept()) {
                (8, 4) => Ok(()),
                (consumed, kept) => {
                    let consumed = Count(consumed as u64, "byte");
                    Err(format!("it consumes {consumed} and keeps {kept}"))
                }
            }
        }),
    },
    Exercise {
        question: "Write at least nine bytes of which the machine consumes every one, though no value \
                   is complete, and that leave it in B.",
        hint: "markers and the headers of aggregates are consumed as soon as they are whole; the line of a \
               length is not, before its LF",
        check: Check::Bytes(Resp3, |seen: &Seen| match seen {
            Seen { error: Some(_), .. } => Err("that is no RESP".to_owned()),
            Seen { frames, .. } if !frames.is_empty() => Err("a value is complete".to_owned()),
            _ if seen.kept() > 0 => Err(format!("it keeps {}", Count(seen.kept() as u64, "byte"))),
            _ if seen.input.len() < 9 => Err(format!("these are {}", seen.input.len())),
            _ if seen.state != State::Length => {
                Err(format!("they leave it in {}", seen.state.letter()))
            }
            _ => Ok(()),
        }),
    },
];
