//! Typed access: a value as the Rust type that it is expected to be, or what it is instead.

use super::view::{Chunks, Elements, Pairs, View};
use super::{Frame, Kind};
use crate::grammar::Words;
use crate::wire::Type;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The value is not what the accessor reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrongType {
    /// What the accessor reads.
    pub expected: &'static str,
    /// The type of the value.
    pub found: Type,
    /// The beginning of the text, if the value is an error: what the server says is usually why
    /// the value is not the expected one.
    pub server_error: Option<String>,
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found a value of type {}", self.expected, self.found)?;
        match &self.server_error {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for WrongType {}

/// How much of a server's error a [`WrongType`] repeats, in bytes.
const ERROR_TEXT: usize = 200;

/// A message of a subscription: from a RESP3 push, or from the array that RESP2 sends in its
/// place.
#[derive(Clone, Copy, Debug)]
pub struct PubSub<'a> {
    /// `message`, `subscribe`, `invalidate`, …
    pub kind: &'a [u8],
    /// What follows the kind.
    pub rest: Elements<'a>,
    /// It came as a push, so it cannot be the answer to a request.
    pub is_push: bool,
}

/// The kinds that a RESP2 connection sends as arrays.
const RESP2_KINDS: [&[u8]; 9] = [
    b"message",
    b"pmessage",
    b"smessage",
    b"subscribe",
    b"unsubscribe",
    b"psubscribe",
    b"punsubscribe",
    b"ssubscribe",
    b"sunsubscribe",
];

impl<'a> Frame<'a> {
    #[cold]
    fn wrong(&self, expected: &'static str) -> WrongType {
        let server_error = self
            .as_error()
            .map(|text| String::from_utf8_lossy(&text[..text.len().min(ERROR_TEXT)]).into_owned());
        WrongType { expected, found: self.wire_type(), server_error }
    }

    /// The bytes of a simple string, bulk string or verbatim string.
    ///
    /// # Errors
    /// [`WrongType`] for anything else; for a streamed string, which lies in chunks, use
    /// [`to_bytes`](Frame::to_bytes).
    #[inline]
    pub fn as_bytes(&self) -> Result<&'a [u8], WrongType> {
        let entry = self.entry();
        match entry.kind() {
            Kind::BulkString | Kind::SimpleString => Ok(entry.payload(self.bytes)),
            Kind::Verbatim => Ok(entry.verbatim(self.bytes).1),
            Kind::String => Err(self.wrong("a string in one piece (to_bytes joins chunks)")),
            _ => Err(self.wrong("a string")),
        }
    }

    /// The bytes of any string, borrowed unless it was streamed in more than one chunk.
    ///
    /// # Errors
    /// [`WrongType`] for anything else.
    pub fn to_bytes(&self) -> Result<Cow<'a, [u8]>, WrongType> {
        match self.view() {
            View::StreamedString(chunks) => Ok(join(chunks)),
            _ => self.as_bytes().map(Cow::Borrowed),
        }
    }

    /// The text of a simple string, bulk string or verbatim string.
    ///
    /// # Errors
    /// [`WrongType`] for anything else, and for bytes that are not UTF-8.
    pub fn as_str(&self) -> Result<&'a str, WrongType> {
        core::str::from_utf8(self.as_bytes()?).map_err(|_| self.wrong("a string in UTF-8"))
    }

    /// An integer.
    ///
    /// # Errors
    /// [`WrongType`] for anything else, a string of digits included.
    #[inline]
    pub fn as_i64(&self) -> Result<i64, WrongType> {
        match self.entry().kind() {
            Kind::Integer => Ok(self.entry().integer()),
            _ => Err(self.wrong("an integer")),
        }
    }

    /// A double, or an integer as one.
    ///
    /// # Errors
    /// [`WrongType`] for anything else.
    pub fn as_f64(&self) -> Result<f64, WrongType> {
        match self.view() {
            View::Double(double) => Ok(double.value()),
            View::Integer(value) => Ok(value as f64),
            _ => Err(self.wrong("a double")),
        }
    }

    /// A boolean, or what RESP2 sends in its place: the integers 1 and 0.
    ///
    /// # Errors
    /// [`WrongType`] for anything else.
    pub fn as_bool(&self) -> Result<bool, WrongType> {
        match self.view() {
            View::Boolean(value) => Ok(value),
            View::Integer(value @ (0 | 1)) => Ok(value == 1),
            _ => Err(self.wrong("a boolean")),
        }
    }

    /// Whether it is one of the three nulls.
    pub fn is_null(&self) -> bool {
        matches!(self.view(), View::Null(_))
    }

    /// The text of a simple error or bulk error; `None` if the value is no error.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Resp3);
    /// decoder.feed(b"-WRONGTYPE not a list\r\n");
    /// let frame = decoder.next_frame()?.unwrap();
    /// assert_eq!(frame.as_error(), Some(&b"WRONGTYPE not a list"[..]));
    /// assert_eq!(
    ///     frame.as_i64().unwrap_err().to_string(),
    ///     "expected an integer, found a value of type simple error: WRONGTYPE not a list"
    /// );
    /// # Ok::<(), resp_machine::ProtocolError>(())
    /// ```
    pub fn as_error(&self) -> Option<&'a [u8]> {
        match self.view() {
            View::SimpleError(text) | View::BulkError(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array, set or push.
    ///
    /// # Errors
    /// [`WrongType`] for anything else.
    #[inline]
    pub fn elements(&self) -> Result<Elements<'a>, WrongType> {
        match self.view() {
            View::Array(elements) | View::Set(elements) | View::Push(elements) => Ok(elements),
            _ => Err(self.wrong("an array, set or push")),
        }
    }

    /// The pairs of a map, or of what RESP2 sends in its place: an array of keys and values in
    /// turn.
    ///
    /// # Errors
    /// [`WrongType`] for anything else, and for an array of an odd number of elements.
    #[inline]
    pub fn pairs(&self) -> Result<Pairs<'a>, WrongType> {
        match self.view() {
            View::Map(pairs) => Ok(pairs),
            View::Array(elements) if elements.len() % 2 == 0 => Ok(Pairs::new(elements)),
            _ => Err(self.wrong("a map")),
        }
    }

    /// The message, if the frame is out-of-band data: a RESP3 push, or one of the arrays that a
    /// RESP2 connection sends for subscriptions.
    ///
    /// An array like that can only be told from an answer by a client that knows that the
    /// connection is subscribed; `is_push` says which it was.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Resp3);
    /// for wire in [&b">3\r\n+message\r\n+news\r\n+hi\r\n"[..], b"*3\r\n+message\r\n+news\r\n+hi\r\n"] {
    ///     decoder.feed(wire);
    ///     let message = decoder.next_frame()?.unwrap().pub_sub().unwrap();
    ///     assert_eq!(message.kind, b"message");
    ///     assert_eq!(message.rest.get(1).unwrap().as_bytes()?, b"hi");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pub_sub(&self) -> Option<PubSub<'a>> {
        let (mut rest, is_push) = match self.view() {
            View::Push(elements) => (elements, true),
            View::Array(elements) => (elements, false),
            _ => return None,
        };
        let kind = rest.next()?.as_bytes().ok()?;
        let known = is_push || (rest.len() >= 2 && RESP2_KINDS.contains(&kind));
        known.then_some(PubSub { kind, rest, is_push })
    }

    /// The arguments of a request, array or inline; the first is the command's name. None for an
    /// empty request, which servers pass over in silence.
    ///
    /// # Errors
    /// [`WrongType`] if the frame is no request: not an array, or with elements that are no
    /// strings.
    pub fn args(&self) -> Result<Args<'a>, WrongType> {
        match self.view() {
            View::Inline(inline) => Ok(Args(Source::Inline(inline.words()))),
            View::Null(_) => Ok(Args(Source::Array(None))),
            View::Array(elements) => {
                let mut others = elements.filter(|element| element.as_bytes().is_err());
                match others.next() {
                    Some(other) => Err(other.wrong("an argument: a string")),
                    None => Ok(Args(Source::Array(Some(elements)))),
                }
            }
            _ => Err(self.wrong("a request: an array of bulk strings")),
        }
    }
}

fn join(mut chunks: Chunks<'_>) -> Cow<'_, [u8]> {
    match chunks.len() {
        0 => Cow::Borrowed(&[]),
        1 => Cow::Borrowed(chunks.next().unwrap_or_default()),
        _ => Cow::Owned(chunks.fold(Vec::with_capacity(chunks.total()), |mut all, chunk| {
            all.extend_from_slice(chunk);
            all
        })),
    }
}

/// The arguments of a request.
#[derive(Clone, Debug)]
pub struct Args<'a>(Source<'a>);

#[derive(Clone, Debug)]
enum Source<'a> {
    Array(Option<Elements<'a>>),
    Inline(Words<'a>),
}

impl<'a> Iterator for Args<'a> {
    type Item = Cow<'a, [u8]>;

    /// Borrowed, but for a word of an inline command that holds escapes.
    fn next(&mut self) -> Option<Cow<'a, [u8]>> {
        match &mut self.0 {
            Source::Array(elements) => {
                elements.as_mut()?.next().and_then(|argument| argument.to_bytes().ok())
            }
            Source::Inline(words) => {
                let word = words.next()?;
                Some(match word.plain() {
                    Some(bytes) => Cow::Borrowed(bytes),
                    None => Cow::Owned(word.bytes().collect()),
                })
            }
        }
    }
}
