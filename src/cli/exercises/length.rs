//! B: the length of a blob.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp2, Resp3};
use crate::ErrorKind;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "A client has read `$12`. In which state is the machine?",
        hint: "the next byte may be another digit",
        check: Check::State(Resp3, b"$12"),
    },
    Exercise {
        question: r"Name the states on `!0\r\n\r\n$-1\r\n$1`, from the first S.",
        hint: "an empty blob has a body, of no bytes, and CR LF behind it; a null has none",
        check: Check::Path(Resp3, b"!0\r\n\r\n$-1\r\n$1"),
    },
    Exercise {
        question: r"At which offset of the stream does `+OK\r\n$-12\r\n` go wrong?",
        hint: "`$-1` could still have become a null; the `+` is byte 0",
        check: Check::Number(Resp3, b"+OK\r\n$-12\r\n", Seen::fault),
    },
    Exercise {
        question: "Write the reply of RESP2 to an `MGET` of three keys: the value of the first is the one \
                   byte `0`, that of the second has no bytes, and the third is not there.",
        hint: "an array of three; what has no bytes has a line end, and what is not there has none",
        check: Check::Bytes(Resp2, |seen| seen.reads(&[r#"["0", "", null$]"#])),
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
