//! Requests and inline commands.

use super::{Check, Exercise};
use crate::Dialect::Request;
use crate::error::ErrorKind;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Write, as an inline command, a `SET` of the key `greeting` to the two words \
                   `hello world`.",
        hint: "a space separates words, unless it is quoted",
        check: Check::Bytes(Request, |seen| words(seen, &[b"SET", b"greeting", b"hello world"])),
    },
    Exercise {
        question: "A server has read `*2\\r\\n$4\\r\\nECHO\\r\\n$`. In which state is the machine?",
        hint: "the marker of the argument has come; what follows it?",
        check: Check::State(Request, b"*2\r\n$4\r\nECHO\r\n$"),
    },
    Exercise {
        question: "How many requests are in `PING\\r\\n\\r\\n*0\\r\\n$4\\r\\nPING\\r\\n`? (Those that \
                   nobody answers count too.)",
        hint: "whatever does not begin with `*` is a line of words, `$4` as well",
        check: Check::Number(Request, b"PING\r\n\r\n*0\r\n$4\r\nPING\r\n", |seen| {
            seen.frames.len() as u64
        }),
    },
    Exercise {
        question: "Write, as an inline command, an `ECHO` of three bytes: `a`, CR, `b`.",
        hint: "the CR cannot stand in the line; between double quotes there are escapes. In your \
               answer, `\\\\` stands for one backslash",
        check: Check::Bytes(Request, |seen| words(seen, &[b"ECHO", b"a\rb"])),
    },
    Exercise {
        question: "Write a request, an array, that is refused at its second argument because that is \
                   no bulk string.",
        hint: "replies may hold integers, requests may not",
        check: Check::Bytes(Request, |seen| match seen.error {
            Some(error) if error.kind == ErrorKind::ExpectedBulkString => {
                // One argument has been read: that many elements fewer are due.
                let read =
                    seen.rules.iter().filter(|rule| **rule == crate::state::Rule::BodyBulkString);
                match (read.count(), seen.frames.len()) {
                    (1, 0) => Ok(()),
                    _ => Err("the first argument is to be read, the second refused".to_owned()),
                }
            }
            _ => Err("an error of the kind ExpectedBulkString is wanted".to_owned()),
        }),
    },
];

/// That one inline command was read, which has these words.
fn words(seen: &super::Seen, wanted: &[&[u8]]) -> Result<(), String> {
    if seen.input.first() == Some(&b'*') {
        return Err("an inline command is wanted".to_owned());
    }
    let mut decoder = crate::Decoder::new(Request);
    decoder.feed(&seen.input);
    let same = match decoder.next_frame() {
        Ok(Some(frame)) => frame.args().is_ok_and(|words| words.eq(wanted.iter().copied())),
        _ => false,
    };
    match same && seen.frames.len() == 1 && seen.is_whole() {
        true => Ok(()),
        false => {
            let wanted: Vec<String> =
                wanted.iter().map(|word| format!("\"{}\"", word.escape_ascii())).collect();
            Err(format!("one command of the words {} is wanted", wanted.join(" ")))
        }
    }
}
