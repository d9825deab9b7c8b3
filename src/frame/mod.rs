//! The tree: a frame as something to look at, with no payload copied.
//!
//! A [`Frame`] is two borrowed slices: the received bytes, and a flat tape of entries over them.
//! It is `Copy`; its children are `Frame`s over the same bytes and a part of the tape.
//! [`Frame::view`] gives a shallow enum to `match` on, the accessors ([`as_bytes`](Frame::as_bytes),
//! [`as_i64`](Frame::as_i64), …) say what they found where they expected something else.
//!
//! [`OwnedFrame`] is the same with its bytes in a `Bytes` that shares the buffer they arrived in,
//! to keep or to send to another thread.
//!
//! Attributes are out of the way: the view of a value with attributes is the view of the value;
//! [`Frame::attributes`] are there for who asks.
//!
//! Nothing here recurses: [`Frame::events`] walks a frame of any depth with a stack of its own,
//! and comparing, printing, encoding and converting are made of it.

mod access;
mod events;
mod owned;
mod parser;
mod tape;
#[cfg(test)]
mod tests;
mod view;

pub use access::{Args, PubSub, WrongType};
pub use events::Events;
pub use owned::{OwnedFrame, SharedBuffer};
pub use parser::{Parsed, Parser};
pub use view::{Attributes, Chunks, Elements, Pairs, View};

use crate::event::{BigNumber, Double, Null};
use crate::grammar::Inline;
use crate::wire::Type;
use core::fmt;
use tape::{Entry, Kind};

/// A value in a frame: the frame itself, or one of its descendants.
///
/// ```
/// use resp_machine::{Decoder, Dialect, frame::View};
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(b"%1\r\n+name\r\n$5\r\nAlice\r\n");
/// let frame = decoder.next_frame()?.unwrap();
/// match frame.view() {
///     View::Map(pairs) => {
///         for (key, value) in pairs {
///             assert_eq!((key.as_str()?, value.as_bytes()?), ("name", &b"Alice"[..]));
///         }
///     }
///     other => panic!("a map was expected: {other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    /// The entries of its attributes, of the value, and of what is in it; one at least.
    entries: &'a [Entry],
}

impl<'a> Frame<'a> {
    #[inline(always)]
    pub(crate) const fn new(bytes: &'a [u8], entries: &'a [Entry]) -> Frame<'a> {
        Frame { bytes, entries }
    }

    /// The entry of the value itself, behind its attributes, and those of what is in it.
    #[inline(always)]
    fn parts(&self) -> (&'a Entry, &'a [Entry]) {
        let mut entries = self.entries;
        loop {
            match entries.split_first() {
                Some((entry, _)) if entry.is_attribute() => {
                    entries = entries.get(entry.span()..).unwrap_or_default();
                }
                Some(parts) => return parts,
                None => return (&Entry::NOTHING, &[]),
            }
        }
    }

    #[inline(always)]
    fn entry(&self) -> &'a Entry {
        self.parts().0
    }

    /// The value, to `match` on. Its attributes are skipped.
    #[inline(always)]
    pub fn view(&self) -> View<'a> {
        let (entry, below) = self.parts();
        let children = || Elements::new(self.bytes, entry, below);
        match entry.kind() {
            Kind::SimpleString => View::SimpleString(entry.payload(self.bytes)),
            Kind::SimpleError => View::SimpleError(entry.payload(self.bytes)),
            Kind::Integer => View::Integer(entry.integer()),
            Kind::BulkString => View::BulkString(entry.payload(self.bytes)),
            Kind::BulkError => View::BulkError(entry.payload(self.bytes)),
            Kind::Verbatim => {
                let (format, text) = entry.verbatim(self.bytes);
                View::Verbatim { format, text }
            }
            Kind::NullBulk => View::Null(Null::Bulk),
            Kind::NullArray => View::Null(Null::Array),
            Kind::Null => View::Null(Null::Resp3),
            Kind::True => View::Boolean(true),
            Kind::False => View::Boolean(false),
            Kind::Double => View::Double(Double::accepted(entry.payload(self.bytes))),
            Kind::BigNumber => View::BigNumber(BigNumber::accepted(entry.payload(self.bytes))),
            Kind::Inline => View::Inline(Inline::accepted(entry.payload(self.bytes))),
            Kind::Array | Kind::StreamedArray => View::Array(children()),
            Kind::Map | Kind::StreamedMap | Kind::Attribute => View::Map(Pairs::new(children())),
            Kind::Set | Kind::StreamedSet => View::Set(children()),
            Kind::Push => View::Push(children()),
            Kind::String | Kind::Chunk => View::StreamedString(Chunks::new(children())),
        }
    }

    /// The type on the wire, that of the value behind its attributes.
    pub fn wire_type(&self) -> Type {
        let entry = self.entry();
        match entry.kind() {
            Kind::SimpleString => Type::SimpleString,
            Kind::SimpleError => Type::SimpleError,
            Kind::Integer => Type::Integer,
            Kind::BulkString | Kind::NullBulk => Type::BulkString,
            Kind::BulkError => Type::BulkError,
            Kind::Verbatim => Type::VerbatimString,
            Kind::Null => Type::Null,
            Kind::True | Kind::False => Type::Boolean,
            Kind::Double => Type::Double,
            Kind::BigNumber => Type::BigNumber,
            Kind::Inline => Type::Inline,
            Kind::NullArray => Type::Array,
            Kind::Chunk
            | Kind::Array
            | Kind::StreamedArray
            | Kind::Map
            | Kind::StreamedMap
            | Kind::Set
            | Kind::StreamedSet
            | Kind::Push
            | Kind::String
            | Kind::Attribute => {
                entry.aggregate().map_or(Type::Chunk, |(kind, _)| kind.wire_type())
            }
        }
    }

    /// The attributes that describe the value, outermost first; usually none.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Resp3);
    /// decoder.feed(b"|1\r\n+ttl\r\n:3600\r\n$5\r\nhello\r\n");
    /// let frame = decoder.next_frame()?.unwrap();
    /// assert_eq!(frame.as_bytes()?, b"hello");
    /// let mut attributes = frame.attributes().flatten();
    /// let (key, value) = attributes.next().unwrap();
    /// assert_eq!((key.as_str()?, value.as_i64()?), ("ttl", 3600));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attributes(&self) -> Attributes<'a> {
        let (_, below) = self.parts();
        let length = self.entries.len() - below.len() - 1;
        Attributes::new(self.bytes, &self.entries[..length])
    }

    /// The frame as the events that it was made from: what the machine emitted for it, and what
    /// the encoder takes.
    pub fn events(&self) -> Events<'a> {
        Events::new(self.bytes, self.entries)
    }
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::show::events(f, self.events())
    }
}

/// Frames are equal if they hold the same values of the same types in the same order: the same
/// [`events`](Frame::events). Doubles and big numbers are compared as text.
impl PartialEq for Frame<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.events().eq(other.events())
    }
}
