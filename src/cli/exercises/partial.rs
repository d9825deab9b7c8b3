//! Partial buffers.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp3};
use crate::show::Count;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "A read ends after `:12345678`. How many bytes does the caller present again?",
        hint: "the marker is consumed; of a line that is not whole nothing is",
        check: Check::Number(Resp3, b":12345678", |seen| seen.kept() as u64),
    },
    Exercise {
        question: r"And after `*2\r\n$3\r\nfoo\r\n$4\r\nba`?",
        hint: "the length's line is whole, the body is not",
        check: Check::Number(Resp3, b"*2\r\n$3\r\nfoo\r\n$4\r\nba", |seen| seen.kept() as u64),
    },
    Exercise {
        question: "In which state does the machine wait when a server has read \
                   `*2\\r\\n$3\\r\\nGET\\r\\n$4\\r\\nna`?",
        hint: "walk through it: D, En, S, B, C, …",
        check: Check::State(Request, b"*2\r\n$3\r\nGET\r\n$4\r\nna"),
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
                   is complete.",
        hint: "markers and the headers of aggregates are consumed as soon as they are whole",
        check: Check::Bytes(Resp3, |seen: &Seen| match seen {
            Seen { error: Some(_), .. } => Err("that is no RESP".to_owned()),
            Seen { frames, .. } if !frames.is_empty() => Err("a value is complete".to_owned()),
            _ if seen.kept() > 0 => Err(format!("it keeps {}", Count(seen.kept() as u64, "byte"))),
            _ if seen.input.len() < 9 => Err(format!("these are {}", seen.input.len())),
            _ => Ok(()),
        }),
    },
];
