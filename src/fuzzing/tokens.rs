//! What the machine says, held against the bytes it says it of.
//!
//! Tokens lie one behind the other and leave nothing out: the first begins the stream, each begins
//! where the one before it ends, with the marker of its type, and ends with CRLF; a part of a blob is
//! the bytes at its place; a blob that is announced has the length that its header spells. Nothing
//! of that is asked of the library: the bytes are at hand.
//!
//! And a blob in parts is the blob: its tokens are put together to the token that it would have
//! been whole.

use crate::event::{Aggregate, Event, Null, Token};
use crate::wire::Type;
use alloc::format;
use alloc::vec::Vec;

/// A blob that is being handed over in parts.
struct Blob {
    start: u64,
    kind: Type,
    format: Option<[u8; 3]>,
    length: u64,
    body: u64,
    bytes: Vec<u8>,
}

/// An event that has its bytes to itself.
#[derive(Debug, PartialEq)]
pub(super) enum Kept {
    Text(Type, Vec<u8>),
    Verbatim([u8; 3], Vec<u8>),
    Integer(i64),
    Null(Null),
    Boolean(bool),
    Begin(Aggregate, Option<u64>, bool),
    End(Aggregate, u64, bool),
}

/// The tokens of a stream.
pub(super) struct Tokens<'a> {
    /// All of the stream, or at least what has been read of it.
    input: &'a [u8],
    /// Where the last token ended.
    at: u64,
    blob: Option<Blob>,
    /// What was said, and where, with blobs put together.
    pub(super) said: Vec<(u64, u64, Kept)>,
    /// Where tokens begin that are not empty.
    pub(super) starts: Vec<usize>,
    /// Where the bodies lie of the blobs that came in parts.
    pub(super) bodies: Vec<(usize, usize)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(input: &'a [u8]) -> Tokens<'a> {
        let (said, starts, bodies) = (Vec::new(), Vec::new(), Vec::new());
        Tokens { input, at: 0, blob: None, said, starts, bodies }
    }

    pub(super) fn add(&mut self, token: Token<'_>) {
        let Token { event, start, end } = token;
        assert_eq!(start, self.at, "{event:?} begins where the last token ended");
        self.at = end;
        let bytes = &self.input[start as usize..end as usize];
        match event {
            Event::BlobBegin { kind, format, length } => {
                assert_eq!(bytes.first(), Some(&kind.marker()), "{event:?}");
                let prefix = format.map_or(Vec::new(), |format| [&format[..], b":"].concat());
                let announced = format!("{}\r\n", length + prefix.len() as u64);
                let header = [announced.as_bytes(), &prefix].concat();
                assert_eq!(&bytes[1..], header, "{event:?}: {}", bytes.escape_ascii());
                let bytes = Vec::new();
                let blob = Blob { start, kind, format, length, body: end, bytes };
                assert!(self.blob.replace(blob).is_none(), "a blob begins inside a blob");
            }
            Event::BlobPart(part) => {
                assert!(!part.is_empty() && part == bytes, "not what is there: {event:?}");
                let Some(blob) = &mut self.blob else { panic!("{event:?} of no blob") };
                blob.bytes.extend_from_slice(part);
                assert!(blob.bytes.len() as u64 <= blob.length, "longer than announced");
            }
            Event::BlobEnd => {
                assert_eq!(bytes, b"\r\n", "behind a blob");
                let Some(blob) = self.blob.take() else { panic!("no blob ends") };
                assert_eq!(blob.bytes.len() as u64, blob.length, "the length that was announced");
                self.bodies.push((blob.body as usize, start as usize));
                let event = blob.whole();
                self.say(event, blob.start, end);
            }
            event => {
                assert!(self.blob.is_none(), "{event:?} inside a blob");
                assert!(lies(&event, bytes), "{event:?} is not {}", bytes.escape_ascii());
                self.say(event, start, end);
            }
        }
    }

    fn say(&mut self, event: Event<'_>, start: u64, end: u64) {
        self.said.push((start, end, kept(event)));
        if start < end {
            self.starts.push(start as usize);
        }
    }
}

impl Blob {
    fn whole(&self) -> Event<'_> {
        match (self.kind, self.format) {
            (Type::BulkString, None) => Event::BulkString(&self.bytes),
            (Type::BulkError, None) => Event::BulkError(&self.bytes),
            (Type::Chunk, None) => Event::Chunk(&self.bytes),
            (Type::VerbatimString, Some(format)) => Event::Verbatim { format, text: &self.bytes },
            (kind, format) => panic!("{kind} has no parts, or no {format:?}"),
        }
    }
}

fn kept(event: Event<'_>) -> Kept {
    match event {
        Event::SimpleString(text) => Kept::Text(Type::SimpleString, text.to_vec()),
        Event::SimpleError(text) => Kept::Text(Type::SimpleError, text.to_vec()),
        Event::BulkString(text) => Kept::Text(Type::BulkString, text.to_vec()),
        Event::BulkError(text) => Kept::Text(Type::BulkError, text.to_vec()),
        Event::Chunk(text) => Kept::Text(Type::Chunk, text.to_vec()),
        Event::Double(double) => Kept::Text(Type::Double, double.text().to_vec()),
        Event::BigNumber(number) => Kept::Text(Type::BigNumber, number.text().to_vec()),
        Event::Inline(inline) => Kept::Text(Type::Inline, inline.line().to_vec()),
        Event::Verbatim { format, text } => Kept::Verbatim(format, text.to_vec()),
        Event::Integer(value) => Kept::Integer(value),
        Event::Null(null) => Kept::Null(null),
        Event::Boolean(value) => Kept::Boolean(value),
        Event::Begin { kind, count, interrupts } => Kept::Begin(kind, count, interrupts),
        Event::End { kind, count, interrupts } => Kept::End(kind, count, interrupts),
        Event::BlobBegin { .. } | Event::BlobPart(_) | Event::BlobEnd => {
            panic!("{event:?} is a part")
        }
    }
}

/// Whether `bytes` can be what an event was read from: its marker, its text, CRLF.
fn lies(event: &Event<'_>, bytes: &[u8]) -> bool {
    let (marker, text): (u8, &[u8]) = match event {
        Event::SimpleString(text) => (b'+', text),
        Event::SimpleError(text) => (b'-', text),
        Event::Integer(_) => (b':', b""),
        Event::BulkString(text) => (b'$', text),
        Event::BulkError(text) => (b'!', text),
        Event::Verbatim { text, .. } => (b'=', text),
        Event::Null(Null::Bulk) => (b'$', b"-1"),
        Event::Null(Null::Array) => (b'*', b"-1"),
        Event::Null(Null::Resp3) => (b'_', b""),
        Event::Boolean(value) => (b'#', if *value { b"t" } else { b"f" }),
        Event::Double(double) => (b',', double.text()),
        Event::BigNumber(number) => (b'(', number.text()),
        Event::Chunk(text) => (b';', text),
        Event::Begin { kind, count, .. } => (
            kind.wire_type().marker(),
            match count {
                None => b"?",
                Some(_) => b"",
            },
        ),
        // What has a count ends with its last element, what is streamed with a line.
        Event::End { kind: Aggregate::String, .. } => return bytes == b";0\r\n",
        Event::End { .. } => return bytes.is_empty() || bytes == b".\r\n",
        Event::Inline(inline) => {
            let line = bytes.strip_suffix(b"\n");
            return line
                .is_some_and(|line| line.strip_suffix(b"\r").unwrap_or(line) == inline.line());
        }
        _ => return false,
    };
    bytes.first() == Some(&marker)
        && bytes.strip_suffix(b"\r\n").is_some_and(|line| line.ends_with(text))
}
