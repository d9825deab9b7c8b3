//! A: the line that is the value.

use super::{Check, Exercise, Seen};
use crate::Dialect::Resp3;
use crate::ErrorKind;
use crate::show::Count;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: r"A client has read `+OK\r`. In which state is the machine?",
        hint: "a line ends with two bytes",
        check: Check::State(Resp3, b"+OK\r"),
    },
    Exercise {
        question: r"At which offset does `:+1024 \r\n` go wrong?",
        hint: "the first byte that no valid integer can have there; count from the `:`, which is 0",
        check: Check::Number(Resp3, b":+1024 \r\n", Seen::fault),
    },
    Exercise {
        question: "Write the integer 7 in exactly eight bytes.",
        hint: "a value may have leading zeros; five bytes are left for it",
        check: Check::Bytes(Resp3, |seen| {
            seen.reads(&["7"])?;
            match seen.input.len() {
                8 => Ok(()),
                length => Err(format!("these are {}", Count(length as u64, "byte"))),
            }
        }),
    },
    Exercise {
        question: "A careless client ends a line at its first CR. Write a reply that it takes for the \
                   simple string `OK`, and that the machine refuses.",
        hint: "the byte behind the CR is to be something else than LF",
        check: Check::Bytes(Resp3, |seen| match &seen.error {
            Some(error) if error.kind == ErrorKind::BareCr && seen.input.starts_with(b"+OK\r") => {
                Ok(())
            }
            _ => Err("the machine is to refuse a CR behind `+OK`".to_owned()),
        }),
    },
    Exercise {
        question: "Write a double that is read as infinity, but does not say `inf`.",
        hint: "binary64 ends a little above 1.7e308, and a number beyond it is no error",
        check: Check::Bytes(Resp3, |seen| match seen.frames.as_slice() {
            [frame] if seen.is_whole() && !frame.contains("inf") => {
                match frame.strip_prefix(',').and_then(|text| text.parse::<f64>().ok()) {
                    Some(value) if value.is_infinite() => Ok(()),
                    _ => Err("one infinite double is wanted".to_owned()),
                }
            }
            _ => Err("one double is wanted, and no `inf` in it".to_owned()),
        }),
    },
];
