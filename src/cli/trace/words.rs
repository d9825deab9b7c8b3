//! What the text and the page say alike: events, the stack and bytes in the room that there is.

use crate::event::Event;
use crate::show::Count;
use crate::trace::{Open, Refusal};
use std::fmt::Write as _;

/// How many bytes of a string are shown with its event.
const STRING: usize = 48;

/// An event in words.
pub(super) fn event(event: &Event<'_>) -> String {
    let quoted = |kind: &str, bytes: &[u8]| format!("{kind} \"{}\"", cut(bytes, STRING));
    match *event {
        Event::Begin { kind, count, interrupts } => {
            let what = match count {
                None if kind == crate::event::Aggregate::String => kind.to_string(),
                None => format!("streamed {kind}"),
                Some(1) if kind.values_per_element() == 2 => format!("{kind} of 1 pair"),
                Some(count) if kind.values_per_element() == 2 => format!("{kind} of {count} pairs"),
                Some(count) => format!("{kind} of {count}"),
            };
            format!("{what} begins{}", if interrupts { ", interrupting" } else { "" })
        }
        Event::End { kind, .. } => format!("{kind} ends"),
        Event::SimpleString(text) => quoted("simple string", text),
        Event::SimpleError(text) => quoted("simple error", text),
        Event::BulkString(bytes) => quoted("bulk string", bytes),
        Event::BulkError(bytes) => quoted("bulk error", bytes),
        Event::Chunk(bytes) => quoted("chunk", bytes),
        Event::Verbatim { format, text } => {
            quoted(&format!("verbatim string {}", format.escape_ascii()), text)
        }
        Event::Integer(value) => format!("integer {value}"),
        Event::Boolean(value) => format!("boolean {value}"),
        Event::Double(double) => format!("double {}", cut(double.text(), STRING)),
        Event::BigNumber(number) => format!("big number {}", cut(number.text(), STRING)),
        Event::Null(null) => format!("null {}", null.bytes().trim_ascii_end().escape_ascii()),
        Event::Inline(command) => {
            let mut text = String::from("inline command");
            for word in command.words() {
                let word: Vec<u8> = word.bytes().collect();
                let _ = write!(text, " \"{}\"", cut(&word, STRING));
            }
            text
        }
        Event::BlobBegin { kind, length, .. } => {
            format!("{kind} of {} begins", Count(length, "byte"))
        }
        Event::BlobPart(part) => Count(part.len() as u64, "more byte").to_string(),
        Event::BlobEnd => "the last of its bytes".to_owned(),
    }
}

/// What there is to say of an error, each with its name.
pub(super) fn facts<'a>(error: &'a Refusal<'_>) -> impl Iterator<Item = (&'static str, &'a str)> {
    let facts = [
        ("expected", Some(&*error.expected)),
        ("found", Some(&*error.found)),
        ("hint", error.hint),
        ("hiredis", error.hiredis.as_deref()),
        ("redis", error.redis.as_deref()),
    ];
    facts.into_iter().filter_map(|(name, fact)| Some((name, fact?)))
}

/// How many levels at each end of a deep stack are shown.
const LEVELS: usize = 3;

/// The stack, outermost first.
pub(in crate::cli) fn stack(stack: &[Open]) -> String {
    let mut shown: Vec<String> = Vec::new();
    for (at, open) in stack.iter().enumerate() {
        if at < LEVELS || at + LEVELS >= stack.len() {
            shown.push(open.to_string());
        } else if at == LEVELS {
            shown.push(format!("… {} more …", stack.len() - 2 * LEVELS));
        }
    }
    shown.join(" › ")
}

/// Escaped bytes, in at most `room` letters: where that is too little an ellipsis stands for the
/// middle.
pub(super) fn cut(bytes: &[u8], room: usize) -> String {
    // A byte takes four letters at most.
    if bytes.len() <= room {
        let whole = bytes.escape_ascii().to_string();
        if whole.len() <= room {
            return whole;
        }
    }
    let letters = |byte: &u8| byte.escape_ascii().len();
    // The end of a line, or of a blob, is worth more than what stands before it.
    let end = if bytes.ends_with(b"\r\n") { &bytes[bytes.len() - 2..] } else { &[] };
    let mut left = room.saturating_sub(1 + end.iter().map(letters).sum::<usize>());
    let fits = |byte: &&u8| {
        let taken = left.checked_sub(letters(byte));
        left = taken.unwrap_or(0);
        taken.is_some()
    };
    let beginning: Vec<u8> = bytes.iter().take_while(fits).copied().collect();
    format!("{}…{}", beginning.escape_ascii(), end.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn what_is_cut_fits() {
        assert_eq!(cut(b"hello\r\n", 9), r"hello\r\n");
        assert_eq!(cut(b"hello\r\n", 8), r"hel…\r\n");
        assert_eq!(cut(b"hello, world", 8), "hello, …");
        assert_eq!(cut(b"\xff\xff\xff", 8), r"\xff…");
        for room in 5..20 {
            for length in 0..20 {
                assert!(cut(&b"a\x00b\r\n".repeat(length), room).chars().count() <= room);
            }
        }
    }
}
