//! How answers are written, and how verdicts name values: what `exercise --help` ends with, and what
//! the first chapter shows of it.

use super::Seen;
use crate::Dialect::{self, Request, Resp3};
use crate::state::State;
use std::fmt::Write as _;

/// How an answer is written.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    /// In short, as it stands behind the name of an exercise.
    pub(super) short: &'static str,
    /// What that means.
    words: &'static str,
    /// What a learner puts there.
    pub(super) yours: &'static str,
    /// And in the place of what.
    pub(super) gap: &'static str,
}

const DOTS: &str = "…";

pub(super) const STATE: Answer = Answer {
    short: "STATE",
    words: "a state, by its letter or its name",
    yours: "the letter of a state",
    gap: "STATE",
};
pub(super) const PATH: Answer = Answer {
    short: "'S …'",
    words: "letters of states, in order: 'S A END'",
    yours: "the letters of your states",
    gap: DOTS,
};
pub(super) const STACK: Answer = Answer {
    short: "'STATE N …'",
    words: "a state, and the n of each open aggregate, outermost first: 'A 4 2'",
    yours: "the letter of a state, and your numbers,",
    gap: "STATE N …",
};
pub(super) const NUMBER: Answer = Answer {
    short: "NUMBER",
    words: "a number; offsets count bytes from 0",
    yours: "your number",
    gap: "NUMBER",
};
pub(super) const BYTES: Answer = Answer {
    short: r"'…\r\n'",
    words: r#"bytes: \r \n \t \\ \" \' \xHH, and anything else for itself"#,
    yours: "your bytes",
    gap: DOTS,
};
pub(super) const SERVER: Answer = Answer {
    short: "HOST:PORT",
    words: "where your server listens",
    yours: "the address of your server, such as 127.0.0.1:6380,",
    gap: "HOST:PORT",
};
pub(super) const CLIENT: Answer = Answer {
    short: "'… PORT …'",
    words: "the command that runs your client, with PORT for the server's port",
    yours: "the command that runs your client, and leave PORT in it,",
    gap: DOTS,
};

const ANSWERS: [Answer; 7] = [STATE, PATH, STACK, NUMBER, BYTES, SERVER, CLIENT];

impl Answer {
    /// Whether it was taken over as it stands, in part at least.
    pub(super) fn is_left_in(self, answer: &str) -> bool {
        answer.contains(DOTS) || [self.short, self.gap, "PORT"].contains(&answer.trim())
    }
}

/// Types, and a value of each.
const VALUES: [(&str, Dialect, &[u8]); 17] = [
    ("simple string", Resp3, b"+hi\r\n"),
    ("simple error", Resp3, b"-hi\r\n"),
    ("bulk string", Resp3, b"$2\r\nhi\r\n"),
    ("bulk error", Resp3, b"!2\r\nhi\r\n"),
    ("integer", Resp3, b":7\r\n"),
    ("double", Resp3, b",7\r\n"),
    ("big number", Resp3, b"(7\r\n"),
    ("boolean", Resp3, b"#t\r\n"),
    ("null", Resp3, b"_\r\n"),
    ("null string", Resp3, b"$-1\r\n"),
    ("null array", Resp3, b"*-1\r\n"),
    ("verbatim string", Resp3, b"=6\r\ntxt:hi\r\n"),
    ("array", Resp3, b"*2\r\n:1\r\n:2\r\n"),
    ("set", Resp3, b"~2\r\n:1\r\n:2\r\n"),
    ("push", Resp3, b">2\r\n:1\r\n:2\r\n"),
    ("map", Resp3, b"%1\r\n:1\r\n:2\r\n"),
    ("inline command", Request, b"SET k hello\r\n"),
];

/// What the help of the command ends with.
pub(super) fn help() -> String {
    let mut text = String::from("Answers:\n");
    for Answer { short, words, .. } in ANSWERS {
        let _ = writeln!(text, "  {short:<13}{words}");
    }
    text.push_str(
        "… is where yours goes. The command of a client is run without a shell: its first word is\n\
         the program, the others are what it is given, and > ; | $ are words like others.\n",
    );
    let states = State::ALL.map(|state| format!("{} {state:?}", state.letter()));
    let _ = writeln!(text, "\nStates: {}", states.join(", "));
    text.push_str("\nValues, as verdicts name them:\n");
    for row in VALUES.chunks(2) {
        let mut line = String::new();
        for (name, dialect, wire) in row {
            let printed = Seen::of(*dialect, wire).frames.concat();
            let _ = write!(line, "  {name:<17}{printed:<16}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
