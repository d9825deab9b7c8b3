//! B: the length of a blob.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::ErrorKind;
use crate::state::Rule;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "A client has read `$12`. In which state is the machine?",
        hint: "the next byte may be another digit",
        check: Check::State(Resp3, b"$12"),
    },
    Exercise {
        question: r"Name the states on `$-1\r\n$0\r\n\r\n`, from the first S.",
        hint: "a null has no body; an empty string has one, of no bytes, and CR LF behind it",
        check: Check::Path(Resp2, b"$-1\r\n$0\r\n\r\n"),
    },
    Exercise {
        question: r"At which offset does `$05\r\nhello\r\n` go wrong?",
        hint: "`$0` could still have become an empty string",
        check: Check::Number(Resp3, b"$05\r\nhello\r\n", Seen::fault),
    },
    Exercise {
        question: "Write the null of RESP2 that stands for a string.",
        hint: "five bytes: a length that no string has",
        check: Check::Bytes(Resp2, |seen| {
            seen.reads(&["null$"])?;
            match seen.rules.contains(&Rule::LengthNull) {
                true => Ok(()),
                false => Err("it is to be the null of a string".to_owned()),
            }
        }),
    },
    Exercise {
        question: "In a reply `-1` may stand where a length is due. Write the shortest request in \
                   which it does, and which a server therefore refuses.",
        hint: "a request is an array of bulk strings; the array comes first, and its only element has \
               the length",
        check: Check::Bytes(Request, |seen| match &seen.error {
            Some(error) if error.kind == ErrorKind::InvalidLength => match seen.input.len() {
                _ if !seen.input.ends_with(b"$-1\r\n") => Err("that is another length".to_owned()),
                10.. => Err("it can be shorter".to_owned()),
                _ => Ok(()),
            },
            _ => Err("no length was refused".to_owned()),
        }),
    },
];
