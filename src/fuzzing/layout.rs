//! How a value lies on the wire: its bytes, and where each part of it is.
//!
//! A second encoder, independent of the library's and of no use but to be obviously right: a
//! recursion over the value that writes as it goes and notes each marker, line, body and end with
//! what is around it. [`mutate`](super::mutate) breaks one of these parts and knows from here what
//! the parser must say; [`roundtrip`](super::roundtrip) puts pushes between them.

use super::spelling::shortest;
use resp_machine::event::Null;
use resp_machine::value::{List, Value};

/// What is around a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// How many aggregates are open; an attribute is, until the value it describes is complete.
    pub(super) depth: usize,
    /// Directly inside a streamed array, set or map; whether that is a map, and how many values of
    /// it come before.
    pub(super) streamed: Option<(bool, usize)>,
    /// Described by an attribute that is complete.
    pub(super) described: bool,
    /// Somewhere inside a push.
    pub(super) pushed: bool,
    /// Inside an aggregate: there is something to interrupt. What an attribute describes is where
    /// the attribute is.
    pub(super) inside: bool,
}

/// A part of a value on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// The marker of a value, and what is around that.
    Marker { at: usize, place: Place },
    /// The marker of a chunk, or of the end of a streamed string.
    Chunk { at: usize },
    /// What stands between a marker and its CRLF: a value, for these types.
    Line { marker: u8, at: usize, end: usize },
    /// The same of a length (`$!=;`) or a count (`*%~|>`); `None` for `?`.
    Number { marker: u8, at: usize, end: usize, number: Option<usize> },
    /// The bytes of a blob; where its length's line begins and how long that is.
    Body { marker: u8, at: usize, end: usize, length_at: usize },
    /// The marker of the end of a streamed aggregate; where its last value begins, what it
    /// holds, how many values make an element, and whether it is somewhere inside a push.
    End { at: usize, last: Option<usize>, values: usize, per: usize, pushed: bool },
}

/// A value on the wire.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) bytes: Vec<u8>,
    pub(super) parts: Vec<Part>,
}

impl Layout {
    pub(super) fn of(value: &Value) -> Layout {
        let mut layout = Layout::default();
        let place =
            Place { depth: 0, streamed: None, described: false, pushed: false, inside: false };
        layout.value(value, place);
        layout
    }

    /// Where a push may interrupt it: before any value in an aggregate, and before the end marker.
    pub(super) fn gaps(&self) -> Vec<usize> {
        let gap = |part: &Part| match *part {
            Part::Marker { at, place } => (place.inside && !place.pushed).then_some(at),
            Part::End { at, pushed, .. } => (!pushed).then_some(at),
            _ => None,
        };
        self.parts.iter().filter_map(gap).collect()
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn line(&mut self, marker: u8, text: &[u8]) {
        self.put(&[marker]);
        let at = self.bytes.len();
        self.put(text);
        self.parts.push(Part::Line { marker, at, end: self.bytes.len() });
        self.put(b"\r\n");
    }

    fn number(&mut self, marker: u8, number: Option<usize>) -> usize {
        self.put(&[marker]);
        let at = self.bytes.len();
        self.put(number.map_or("?".to_owned(), |number| number.to_string()).as_bytes());
        self.parts.push(Part::Number { marker, at, end: self.bytes.len(), number });
        self.put(b"\r\n");
        at
    }

    fn blob(&mut self, marker: u8, body: &[u8]) {
        let length_at = self.number(marker, Some(body.len()));
        let at = self.bytes.len();
        self.put(body);
        self.parts.push(Part::Body { marker, at, end: self.bytes.len(), length_at });
        self.put(b"\r\n");
    }

    fn value(&mut self, value: &Value, place: Place) {
        let at = self.bytes.len();
        self.parts.push(Part::Marker { at, place });
        match value {
            Value::SimpleString(text) => self.line(b'+', text),
            Value::SimpleError(text) => self.line(b'-', text),
            Value::Integer(value) => self.line(b':', value.to_string().as_bytes()),
            Value::Boolean(value) => self.line(b'#', if *value { b"t" } else { b"f" }),
            Value::Double(value) => self.line(b',', shortest(*value).as_bytes()),
            Value::BigNumber(text) => self.line(b'(', text),
            Value::Null(Null::Resp3) => self.line(b'_', b""),
            Value::Null(Null::Bulk) => self.put(b"$-1\r\n"),
            Value::Null(Null::Array) => self.put(b"*-1\r\n"),
            Value::BulkString(bytes) => self.blob(b'$', bytes),
            Value::BulkError(bytes) => self.blob(b'!', bytes),
            Value::Verbatim { format, text } => {
                self.blob(b'=', &[format, &b":"[..], text].concat())
            }
            Value::StreamedString(chunks) => {
                self.number(b'$', None);
                for chunk in chunks {
                    self.parts.push(Part::Chunk { at: self.bytes.len() });
                    self.blob(b';', chunk);
                }
                self.parts.push(Part::Chunk { at: self.bytes.len() });
                self.number(b';', Some(0));
            }
            Value::Array(list) => self.list(b'*', list, 1, place),
            Value::Map(list) => self.list(b'%', list, 2, place),
            Value::Set(list) => self.list(b'~', list, 1, place),
            Value::Push(list) => self.list(b'>', list, 1, Place { pushed: true, ..place }),
            Value::Attributed(list) => {
                let Some((of, pairs)) = list.split_last() else { return };
                self.number(b'|', Some(pairs.len() / 2));
                let inside = Place {
                    depth: place.depth + 1,
                    streamed: None,
                    described: false,
                    pushed: place.pushed,
                    inside: true,
                };
                for value in pairs {
                    self.value(value, inside);
                }
                self.value(of, Place { described: true, inside: place.inside, ..inside });
            }
            other => panic!("{other:?} is not of RESP3"),
        }
    }

    fn list(&mut self, marker: u8, list: &List, per: usize, place: Place) {
        let counted = (!list.is_streamed()).then(|| list.len() / per);
        self.number(marker, counted);
        let mut last = None;
        for (before, value) in list.iter().enumerate() {
            last = Some(self.bytes.len());
            self.value(
                value,
                Place {
                    depth: place.depth + 1,
                    streamed: list.is_streamed().then_some((marker == b'%', before)),
                    described: false,
                    pushed: place.pushed,
                    inside: true,
                },
            );
        }
        if list.is_streamed() {
            let at = self.bytes.len();
            let pushed = place.pushed;
            self.parts.push(Part::End { at, last, values: list.len(), per, pushed });
            self.put(b".\r\n");
        }
    }
}
