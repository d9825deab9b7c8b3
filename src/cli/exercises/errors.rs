//! Errors and strictness.

use super::{Check, Exercise};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::error::ErrorKind;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "At which offset does `,1.x\\r\\n` go wrong? (The `,` is byte 0.)",
        hint: "up to there it could still have become a double",
        check: Check::Number(Resp3, b",1.x\r\n", super::Seen::fault),
    },
    Exercise {
        question: "And `+OK\\r\\n*2\\r\\n$5\\r\\nhelloXX`?",
        hint: "offsets count from the beginning of the stream; the length was five",
        check: Check::Number(Resp3, b"+OK\r\n*2\r\n$5\r\nhelloXX", super::Seen::fault),
    },
    Exercise {
        question: "A client has received `(12-`, and nothing more yet. In which state is its machine?",
        hint: "the verdict on a line is given when the line is whole",
        check: Check::State(Resp3, b"(12-"),
    },
    Exercise {
        question: "Write an array of two elements whose second is refused because it is a type that \
                   RESP2 does not have.",
        hint: "the dialect here is RESP2; the first element may be anything that RESP2 has",
        check: Check::Bytes(Resp2, |seen| match seen.error {
            Some(error) if error.kind == ErrorKind::Resp3Type => match seen.remaining {
                Some(1) if seen.depth == 1 => Ok(()),
                _ => Err("it is not the second element of an array of two".to_owned()),
            },
            _ => Err("an error of the kind Resp3Type is wanted".to_owned()),
        }),
    },
    Exercise {
        question: "Write a request that redis-server answers with `+PONG`, and that this library \
                   refuses.",
        hint: "the server skips the two bytes behind a blob without a look at them",
        check: Check::Bytes(Request, |seen| {
            let beginning = seen.input.get(..12).unwrap_or_default().to_ascii_uppercase();
            let kind = seen.error.map(|error| error.kind);
            // The server takes what comes behind the 14 bytes as the next request.
            match kind {
                Some(ErrorKind::BlobNotTerminated)
                    if beginning == b"*1\r\n$4\r\nPING" && seen.input.len() == 14 =>
                {
                    Ok(())
                }
                Some(ErrorKind::BlobNotTerminated) => {
                    Err("the command is to be PING, without arguments or anything behind"
                        .to_owned())
                }
                _ => Err("an error of the kind BlobNotTerminated is wanted".to_owned()),
            }
        }),
    },
];
