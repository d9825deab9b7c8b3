//! Errors and strictness.

use super::{Check, Exercise};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::error::ErrorKind;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "At which offset does `,-1.5e+\\r\\n` go wrong? (The `,` is byte 0.)",
        hint: "up to there it could still have become a double; an exponent has digits",
        check: Check::Number(Resp3, b",-1.5e+\r\n", super::Seen::fault),
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
        question: "Write a request, an array of `ECHO` and `hi`, that redis-server answers with `hi`, \
                   and that this library refuses.",
        hint: "the server skips the two bytes behind a blob without a look at them",
        check: Check::Bytes(Request, |seen| {
            if seen.error.map(|error| error.kind) != Some(ErrorKind::BlobNotTerminated) {
                return Err("an error of the kind BlobNotTerminated is wanted".to_owned());
            }
            // What the server makes of it: a name in any case, and line ends that it does not see.
            let mut read = seen.input.clone();
            if let [head @ .., _, _] = read.as_mut_slice()
                && let Some(name) = head.get_mut(8..14)
            {
                name.make_ascii_uppercase();
                name[4..].copy_from_slice(b"\r\n");
            }
            let length = read.len().saturating_sub(2);
            match read[..length] == *b"*2\r\n$4\r\nECHO\r\n$2\r\nhi" {
                true => Ok(()),
                false => Err("it is to be ECHO and hi, with nothing behind".to_owned()),
            }
        }),
    },
];
