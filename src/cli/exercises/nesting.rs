//! Nesting without recursion.

use super::{Check, Exercise, Seen};
use crate::Dialect::{Resp2, Resp3};
use crate::state::Rule;

/// One map inside another, 1025 times: each is the value of the one around it, whose key is a null.
const CHAIN: [u8; 7175] = {
    let mut chain = [0; 7175];
    let mut at = 0;
    while at < chain.len() {
        chain[at] = b"%1\r\n_\r\n"[at % 7];
        at += 1;
    }
    chain
};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"How many aggregates are open after `*2\r\n*2\r\n:1\r\n*1\r\n`?",
        hint: "none of them has all its elements",
        check: Check::Number(Resp2, b"*2\r\n*2\r\n:1\r\n*1\r\n", |seen| seen.depth as u64),
    },
    Exercise {
        question: r"And after `*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n`?",
        hint: "the innermost is complete; it was the last element of the one around it, which was the \
               first of the outermost",
        check: Check::Number(Resp2, b"*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n", |seen| seen.depth as u64),
    },
    Exercise {
        question: "Write at most twelve bytes that make the stack three levels deep, without an array.",
        hint: "four markers besides `*` open an aggregate; a header is four bytes, and nothing has to be \
               complete",
        check: Check::Bytes(Resp3, |seen: &Seen| match seen {
            Seen { error: Some(_), .. } => Err("that is no RESP".to_owned()),
            _ if seen.deepest < 3 => Err(format!("it becomes {} deep", seen.deepest)),
            _ if seen.rules.contains(&Rule::StartArray) => {
                Err("one of them is an array".to_owned())
            }
            _ if seen.input.len() > 12 => Err(format!("these are {} bytes", seen.input.len())),
            _ => Ok(()),
        }),
    },
    Exercise {
        question: "A hostile server sends `%1\\r\\n_\\r\\n` without end: maps, each the value of the one \
                   before. The limit is 1024 levels. At which offset does the machine stop?",
        hint: "at the type byte of the 1025th map; each before it is seven bytes, its key included",
        check: Check::Number(Resp3, &CHAIN, Seen::fault),
    },
];
