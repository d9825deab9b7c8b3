//! The end of a piece in words: what is unfinished, what is kept, and where the machine goes on.

use crate::machine::{Level, Machine};
use crate::state::{Dialect, State};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// So many of something.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} {}{s}", self.0, self.1)
    }
}

/// What `machine` says at the end of a piece, of which `kept` is not consumed.
pub(super) fn at_chunk_end(machine: &Machine<Vec<Level>>, kept: &[u8]) -> String {
    let bytes = Count(kept.len() as u64, "byte");
    match (machine.state(), machine.due()) {
        (State::Body, Some(due)) => in_body(due, kept),
        (State::Start | State::Elements | State::End, _) if machine.is_between_frames() => {
            "between frames: nothing is kept".into()
        }
        (State::Start | State::Elements | State::End, _) => {
            let open = Count(machine.depth() as u64, "open aggregate");
            format!("a value is due inside {open}; nothing is kept")
        }
        (state, _) => {
            let (what, end) = match (state, machine.dialect()) {
                (State::Length, _) => ("the length of a blob", "CR LF"),
                (State::Count, _) => ("the count of an aggregate", "CR LF"),
                (_, Dialect::Request) => ("an inline command", "LF"),
                _ => ("a line", "CR LF"),
            };
            let resumes = machine.offset() + machine.scanned() as u64;
            match kept {
                [] => format!("{what} is due; nothing is kept"),
                [.., b'\r'] => format!(
                    "{what} has no end yet: {bytes} kept, the last of them a CR; whether LF follows \
                     is seen at offset {resumes}"
                ),
                _ => format!(
                    "{what} has no end yet: {bytes} kept, and searched; the search for {end} goes \
                     on at offset {resumes}"
                ),
            }
        }
    }
}

fn in_body(due: u64, kept: &[u8]) -> String {
    let here = kept.len() as u64;
    let bytes = Count(here, "byte");
    let missing = Count(due.saturating_sub(here), "byte");
    match (here, missing.0) {
        (0, _) => format!("a blob lacks {missing}, and the CR LF behind it; nothing is kept"),
        (_, 0) => format!("a blob is there, but not the CR LF behind it: {bytes} kept"),
        _ => format!(
            "a blob lacks {missing}, and the CR LF behind it: {bytes} kept, which are only counted \
             until the rest is there"
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::Dialect;
    use crate::trace::{Item, trace};
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    /// What is said at the end of the first piece.
    fn said(dialect: Dialect, input: &[u8]) -> String {
        let mut said = Vec::new();
        trace(dialect, input, &[], |item| {
            if let Item::Chunk(chunk) = item {
                said.push(chunk.message.to_string());
            }
        });
        said.concat()
    }

    #[test]
    fn each_state_has_its_words() {
        let cases: [(&[u8], &str); 10] = [
            (b":1\r\n", "between frames: nothing is kept"),
            (b"*2\r\n", "a value is due inside 1 open aggregate; nothing is kept"),
            (b"*2\r\n*1\r\n", "a value is due inside 2 open aggregates; nothing is kept"),
            (b"$", "the length of a blob is due; nothing is kept"),
            (
                b"*12",
                "the count of an aggregate has no end yet: 2 bytes kept, and searched; the search \
                 for CR LF goes on at offset 3",
            ),
            (
                b"+a\r",
                "a line has no end yet: 2 bytes kept, the last of them a CR; whether LF follows is \
                 seen at offset 3",
            ),
            (b"$3\r\n", "a blob lacks 3 bytes, and the CR LF behind it; nothing is kept"),
            (
                b"$3\r\nab",
                "a blob lacks 1 byte, and the CR LF behind it: 2 bytes kept, which are only counted \
                 until the rest is there",
            ),
            (b"$3\r\nabc", "a blob is there, but not the CR LF behind it: 3 bytes kept"),
            (b"$3\r\nabc\r", "a blob is there, but not the CR LF behind it: 4 bytes kept"),
        ];
        for (input, expected) in cases {
            assert_eq!(said(Dialect::Resp3, input), expected, "{}", input.escape_ascii());
        }
        let inline = "an inline command has no end yet: 4 bytes kept, and searched; the search for \
                      LF goes on at offset 4";
        assert_eq!(said(Dialect::Request, b"PING"), inline);
    }
}
