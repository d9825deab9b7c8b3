//! The wire in ten minutes.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Request, Resp2, Resp3};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Write the request `SET k hello` as a client sends it.",
        hint: "an array of three bulk strings; every length counts bytes, and every line ends with CR LF",
        check: Check::Bytes(Request, |seen| frames(seen, &[r#"["SET", "k", "hello"]"#])),
    },
    Exercise {
        question: "Write two replies in one piece: the simple string `OK`, and behind it the integer -3.",
        hint: "nothing separates two values: the second begins where the first one's CR LF ends",
        check: Check::Bytes(Resp2, |seen| frames(seen, &[r#"+"OK""#, "-3"])),
    },
    Exercise {
        question: "How many bytes does the bulk string of the four letters `naïf` (in UTF-8) have on \
                   the wire, from its `$` to its last LF?",
        hint: "a length counts bytes, not letters; then there are the header's own and two line ends",
        check: Check::Number(Resp3, "$5\r\nnaïf\r\n".as_bytes(), |seen| seen.consumed as u64),
    },
];

/// That exactly these frames were read, and nothing is left over.
fn frames(seen: &Seen, wanted: &[&str]) -> Result<(), String> {
    if seen.frames == wanted && seen.error.is_none() && seen.kept() == 0 && seen.depth == 0 {
        return Ok(());
    }
    Err(format!("{} was wanted", wanted.join(" and ")))
}
