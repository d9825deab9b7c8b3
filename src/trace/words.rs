//! The trace in words: why a row is taken, and what stands at the end of a piece.

use super::stack::Open;
use crate::event::Aggregate;
use crate::machine::{Level, Machine};
use crate::show::Count;
use crate::state::{Dialect, On, Rule, State, Step};
use crate::wire::Type;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Why the row of `step` is taken, over these bytes, with this stack behind it.
pub(super) fn why(step: &Step, bytes: &[u8], stack: &[Open]) -> Cow<'static, str> {
    let row = step.rule.transition();
    let innermost = stack.last();
    // The number that a line spells.
    let number = || bytes.trim_ascii_end().escape_ascii();
    let several = |one, many| if bytes.trim_ascii_end() == b"1" { one } else { many };
    match row.on {
        On::Marker(kind) => {
            let interrupts =
                if step.rule == Rule::StartInterruption { ", interrupting" } else { "" };
            let follows = match (row.to, kind) {
                (State::Count, _) => "its count follows",
                (State::Length, _) => "its length follows",
                (_, Type::Null | Type::StreamEnd) => "CR LF follows",
                _ => "its line follows",
            };
            let name = match kind {
                Type::Chunk => "chunk",
                Type::StreamEnd => "end marker",
                kind => kind.name(),
            };
            format!("{name}{interrupts}: {follows}").into()
        }
        On::OtherByte => "no marker: an inline command".into(),
        On::Line(_) => "the line is whole".into(),
        On::Bytes(_) => "the announced bytes are there, and CR LF".into(),
        On::MinusOne => "-1: a null".into(),
        On::Negative => "negative: a request without elements".into(),
        On::Zero => "0: the last chunk has been".into(),
        On::Number if row.to == State::Body => {
            format!("{} {} and CR LF", number(), several("byte follows,", "bytes follow,")).into()
        }
        On::Number => {
            let pairs = innermost.is_some_and(|open| open.kind.values_per_element() == 2);
            let elements = match pairs {
                true => several("pair follows", "pairs follow"),
                false => several("element follows", "elements follow"),
            };
            format!("{} {elements}", number()).into()
        }
        On::Question if row.from == State::Length => "chunks follow, one of length 0 last".into(),
        On::Question => "elements follow, up to an end marker".into(),
        On::Due => due(innermost).into(),
        On::Exhausted => "n is 0: all elements have been".into(),
        On::Annotated => "n is 0: the value that it describes is due".into(),
        On::Element => match innermost.and_then(|open| open.remaining) {
            Some(remaining) => format!("it was an element: n is now {remaining}").into(),
            None => "it was an element of a stream".into(),
        },
        On::Interruption => match innermost.and_then(Open::n) {
            Some(n) => format!("it was no element: n stays {n}").into(),
            None => "it was no element".into(),
        },
        On::NextByte => "the next frame begins".into(),
    }
}

impl Open {
    /// The n of its level. An attribute that awaits its value has none left: what it describes is
    /// due, and is no element of it.
    #[must_use]
    pub fn n(&self) -> Option<u64> {
        if self.awaits_value { Some(0) } else { self.remaining }
    }
}

/// The level in words: what is open, and what it lacks.
impl core::fmt::Display for Open {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let kind = self.kind;
        match self.remaining {
            _ if self.awaits_value => write!(f, "{kind} awaits its value"),
            Some(left) if self.interrupts => write!(f, "{kind} {left} left (interrupts)"),
            Some(left) => write!(f, "{kind} {left} left"),
            None if kind == Aggregate::String => write!(f, "{kind}"),
            None => write!(f, "streamed {kind}"),
        }
    }
}

/// What is due in the innermost aggregate.
fn due(innermost: Option<&Open>) -> &'static str {
    match innermost.map(|open| (open.kind, open.remaining)) {
        Some((Aggregate::String, _)) => "a chunk is due, or the last",
        Some((Aggregate::Map, None)) if innermost.is_some_and(|open| open.owes_value) => {
            "its value is due"
        }
        Some((Aggregate::Map, None)) => "a key is due, or the end",
        Some((_, None)) => "an element is due, or the end",
        Some((Aggregate::Attribute, Some(_)))
            if innermost.is_some_and(|open| open.awaits_value) =>
        {
            "the attribute's value is still due"
        }
        Some((Aggregate::Map | Aggregate::Attribute, Some(remaining))) => match remaining % 2 {
            0 => "a key is due",
            _ => "its value is due",
        },
        _ => "an element is due",
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
    use crate::state::TABLE;
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

    /// Every row of the table has words of its own, and numbers are those of the wire.
    #[test]
    fn each_row_has_its_words() {
        let whys = |dialect, input: &[u8]| {
            let mut whys = Vec::new();
            trace(dialect, input, &[], |item| {
                if let Item::Transition(row) = item {
                    whys.push((row.rule, row.why.to_string()));
                }
            });
            whys
        };
        for row in &TABLE {
            let whys = whys(row.dialects[0], row.example);
            let (rule, why) = whys.iter().rfind(|(rule, _)| *rule == row.rule).unwrap();
            assert!(!why.is_empty() && why.is_ascii(), "{rule:?}");
        }
        let words = |input: &[u8]| {
            let whys = whys(Dialect::Resp3, input).into_iter().map(|(_, why)| why);
            whys.collect::<Vec<_>>()
        };
        assert_eq!(
            words(b"%1\r\n$1\r\na\r\n>0\r\n_\r\n_"),
            [
                "map: its count follows",
                "1 pair follows",
                "a key is due",
                "bulk string: its length follows",
                "1 byte follows, and CR LF",
                "the announced bytes are there, and CR LF",
                "it was an element: n is now 1",
                "its value is due",
                "push, interrupting: its count follows",
                "0 elements follow",
                "n is 0: all elements have been",
                "it was no element: n stays 1",
                "its value is due",
                "null: CR LF follows",
                "the line is whole",
                "it was an element: n is now 0",
                "n is 0: all elements have been",
                "the next frame begins",
                "null: CR LF follows",
            ]
        );
        // The end may stand where a key is due, and nowhere else: what describes a key or interrupts
        // the map is neither key nor value.
        let due = |input: &[u8]| {
            words(input).into_iter().filter(|why| why.contains(" due")).collect::<Vec<_>>()
        };
        assert_eq!(
            due(b"%?\r\n|0\r\n+a\r\n>0\r\n%?\r\n.\r\n+b\r\n*?\r\n_\r\n.\r\n.\r\n"),
            [
                "a key is due, or the end",
                "n is 0: the value that it describes is due",
                "its value is due",
                "its value is due",
                "a key is due, or the end",
                "a key is due, or the end",
                "its value is due",
                "an element is due, or the end",
                "an element is due, or the end",
                "a key is due, or the end",
            ]
        );
        assert_eq!(
            words(b"|1\r\n+k\r\n+v\r\n>0\r\n")[9..12],
            [
                "it was an element: n is now 0",
                "n is 0: the value that it describes is due",
                "push: its count follows",
            ]
        );
        assert_eq!(
            words(b"*1\r\n|0\r\n>0\r\n").iter().rev().take(2).rev().collect::<Vec<_>>(),
            ["it was no element: n stays 0", "the attribute's value is still due"]
        );
    }

    /// Each level of a stack in words, and its n.
    #[test]
    fn each_level_has_its_words() {
        let mut levels = Vec::new();
        let input = b"*?\r\n|1\r\n+k\r\n:1\r\n>0\r\n*1\r\n$?\r\n;0\r\n";
        trace(Dialect::Resp3, input, &[], |item| {
            if let Item::Transition(row) = item {
                levels.extend(row.stack.last().map(|open| (open.to_string(), open.n())));
            }
        });
        levels.dedup();
        let expected = [
            ("streamed array", None),
            ("attribute 2 left", Some(2)),
            ("attribute 1 left", Some(1)),
            ("attribute 0 left", Some(0)),
            ("attribute awaits its value", Some(0)),
            ("push 0 left (interrupts)", Some(0)),
            ("attribute awaits its value", Some(0)),
            ("array 1 left", Some(1)),
            ("streamed string", None),
            ("array 1 left", Some(1)),
            ("array 0 left", Some(0)),
            ("attribute awaits its value", Some(0)),
            ("streamed array", None),
        ];
        let expected = expected.map(|(words, n): (&str, Option<u64>)| (words.to_string(), n));
        assert_eq!(levels, expected);
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
