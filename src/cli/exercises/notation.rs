//! How answers are written, and how verdicts name values: what `exercise --help` ends with, and what
//! the first chapter shows of it.

use super::Seen;
use crate::Dialect;
use crate::state::State;
use std::fmt::Write as _;

/// An answer in short, as it stands behind the name of an exercise, and what that means.
pub(super) type Answer = (&'static str, &'static str);

pub(super) const STATE: Answer = ("STATE", "a state, by its letter or its name");
pub(super) const PATH: Answer = ("'S …'", "letters of states, in order: 'S A END'");
pub(super) const STACK: Answer =
    ("'STATE N …'", "a state, and the n of each open aggregate, outermost first: 'S 2 1'");
pub(super) const NUMBER: Answer = ("NUMBER", "a number; offsets count bytes from 0");
pub(super) const BYTES: Answer =
    (r"'…\r\n'", r#"bytes: \r \n \t \\ \" \' \xHH, and anything else for itself"#);
pub(super) const SERVER: Answer = ("HOST:PORT", "where your server listens");

pub(super) const CLIENT: Answer =
    ("'… PORT …'", "the command that runs your client, with PORT for the server's port");

const ANSWERS: [Answer; 7] = [STATE, PATH, STACK, NUMBER, BYTES, SERVER, CLIENT];

/// Types, and a value of each.
const VALUES: [(&str, &[u8]); 16] = [
    ("simple string", b"+hi\r\n"),
    ("simple error", b"-hi\r\n"),
    ("bulk string", b"$2\r\nhi\r\n"),
    ("bulk error", b"!2\r\nhi\r\n"),
    ("integer", b":7\r\n"),
    ("double", b",7\r\n"),
    ("big number", b"(7\r\n"),
    ("boolean", b"#t\r\n"),
    ("null", b"_\r\n"),
    ("null string", b"$-1\r\n"),
    ("null array", b"*-1\r\n"),
    ("verbatim string", b"=6\r\ntxt:hi\r\n"),
    ("array", b"*2\r\n:1\r\n:2\r\n"),
    ("set", b"~2\r\n:1\r\n:2\r\n"),
    ("push", b">2\r\n:1\r\n:2\r\n"),
    ("map", b"%1\r\n:1\r\n:2\r\n"),
];

/// What the help of the command ends with.
pub(super) fn help() -> String {
    let mut text = String::from("Answers:\n");
    for (short, words) in ANSWERS {
        let _ = writeln!(text, "  {short:<13}{words}");
    }
    let states = State::ALL.map(|state| format!("{} {state:?}", state.letter()));
    let _ = writeln!(text, "\nStates: {}", states.join(", "));
    text.push_str("\nValues, as verdicts name them:\n");
    for row in VALUES.chunks(2) {
        let mut line = String::new();
        for (name, wire) in row {
            let printed = Seen::of(Dialect::Resp3, wire).frames.concat();
            let _ = write!(line, "  {name:<17}{printed:<16}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
