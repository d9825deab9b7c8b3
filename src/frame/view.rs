//! The shallow enum, and iterators over what is in aggregates.

use super::Frame;
use super::tape::{Entry, Kind};
use crate::event::{BigNumber, Double, Null};
use crate::grammar::Inline;
use alloc::string::ToString;
use core::fmt;
use core::iter::FusedIterator;

/// One value, to `match` on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum View<'a> {
    /// `+`
    SimpleString(&'a [u8]),
    /// `-`
    SimpleError(&'a [u8]),
    /// `:`
    Integer(i64),
    /// `$`
    BulkString(&'a [u8]),
    /// `$?`, in its chunks
    StreamedString(Chunks<'a>),
    /// `!`
    BulkError(&'a [u8]),
    /// `=`
    Verbatim {
        /// Any three bytes; `txt` and `mkd` have a meaning.
        format: [u8; 3],
        /// What stands behind the colon.
        text: &'a [u8],
    },
    /// `$-1`, `*-1` or `_`
    Null(Null),
    /// `#`
    Boolean(bool),
    /// `,`
    Double(Double<'a>),
    /// `(`
    BigNumber(BigNumber<'a>),
    /// `*`
    Array(Elements<'a>),
    /// `%`
    Map(Pairs<'a>),
    /// `~`
    Set(Elements<'a>),
    /// `>`
    Push(Elements<'a>),
    /// An inline command
    Inline(Inline<'a>),
}

/// The elements of an array, set or push.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    bytes: &'a [u8],
    /// The entries of those that are left.
    entries: &'a [Entry],
    left: usize,
    streamed: bool,
}

/// How many entries the value takes that `entries` begins with: its attributes, itself, and what
/// is in it.
fn extent(entries: &[Entry]) -> usize {
    let mut at = 0;
    while let Some(entry) = entries.get(at) {
        at += entry.span();
        if !entry.is_attribute() {
            break;
        }
    }
    at
}

impl<'a> Elements<'a> {
    #[inline(always)]
    pub(super) fn new(bytes: &'a [u8], entry: &Entry, entries: &'a [Entry]) -> Self {
        let (per, streamed) = match entry.kind() {
            Kind::Map | Kind::Attribute => (2, false),
            Kind::StreamedMap => (2, true),
            Kind::StreamedArray | Kind::StreamedSet | Kind::String => (1, true),
            _ => (1, false),
        };
        Elements { bytes, entries, left: entry.count() * per, streamed }
    }

    /// Whether each element is a single entry.
    #[inline(always)]
    const fn is_flat(&self) -> bool {
        self.entries.len() == self.left
    }

    /// Whether the sequence was sent without its count, and closed by an end marker.
    pub const fn is_streamed(&self) -> bool {
        self.streamed
    }

    /// The element at `index`, counted from 0 among those not yet iterated over.
    ///
    /// Constant time if every element is a value that neither nests nor has attributes; otherwise
    /// the elements before it are stepped over, each in constant time.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Frame<'a>> {
        if self.is_flat() {
            let entries = self.entries.get(index..)?.get(..1)?;
            return Some(Frame::new(self.bytes, entries));
        }
        let mut rest = *self;
        for _ in 0..index {
            rest.next()?;
        }
        rest.next()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Frame<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Frame<'a>> {
        let first = self.entries.first()?;
        let extent = if first.is_aggregate() { extent(self.entries) } else { 1 };
        let (entries, rest) = self.entries.split_at_checked(extent)?;
        self.entries = rest;
        self.left -= 1;
        Some(Frame::new(self.bytes, entries))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Frame<'a>> {
        if self.is_flat() {
            let skipped = n.min(self.left);
            self.entries = &self.entries[skipped..];
            self.left -= skipped;
            return self.next();
        }
        for _ in 0..n {
            self.next()?;
        }
        self.next()
    }
}

impl ExactSizeIterator for Elements<'_> {}
impl FusedIterator for Elements<'_> {}

impl fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// The pairs of a map or attribute, in wire order, repeated keys included.
#[derive(Clone, Copy)]
pub struct Pairs<'a> {
    flat: Elements<'a>,
}

impl<'a> Pairs<'a> {
    #[inline(always)]
    pub(super) const fn new(flat: Elements<'a>) -> Self {
        Pairs { flat }
    }

    /// Whether the map was sent without its count, and closed by an end marker.
    pub const fn is_streamed(&self) -> bool {
        self.flat.is_streamed()
    }

    /// The value of the first pair whose key is a string of these bytes.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect, frame::View};
    /// let mut decoder = Decoder::new(Dialect::Resp3);
    /// decoder.feed(b"%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n");
    /// let frame = decoder.next_frame()?.unwrap();
    /// assert_eq!(frame.pairs()?.get(b"proto").unwrap().as_i64()?, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, key: &[u8]) -> Option<Frame<'a>> {
        let mut pairs = *self;
        pairs.find(|(name, _)| name.as_bytes() == Ok(key)).map(|(_, value)| value)
    }

    /// The pair at `index`, counted from 0 among those not yet iterated over; as fast as
    /// [`Elements::get`].
    pub fn pair(&self, index: usize) -> Option<(Frame<'a>, Frame<'a>)> {
        let index = index.checked_mul(2)?;
        Some((self.flat.get(index)?, self.flat.get(index + 1)?))
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (Frame<'a>, Frame<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.flat.next()?, self.flat.next()?))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let pairs = self.flat.len() / 2;
        (pairs, Some(pairs))
    }
}

impl ExactSizeIterator for Pairs<'_> {}
impl FusedIterator for Pairs<'_> {}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

/// The chunks of a streamed string; none of them is empty.
#[derive(Clone, Copy)]
pub struct Chunks<'a> {
    chunks: Elements<'a>,
}

impl<'a> Chunks<'a> {
    pub(super) const fn new(chunks: Elements<'a>) -> Self {
        Chunks { chunks }
    }

    /// How many bytes they have together.
    pub fn total(&self) -> usize {
        self.map(<[u8]>::len).sum()
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let chunk = self.chunks.next()?;
        Some(chunk.entry().payload(chunk.bytes))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl ExactSizeIterator for Chunks<'_> {}
impl FusedIterator for Chunks<'_> {}

impl fmt::Debug for Chunks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.map(|chunk| chunk.escape_ascii().to_string())).finish()
    }
}

/// The attributes of a value, each a sequence of pairs.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
    entries: &'a [Entry],
}

impl<'a> Attributes<'a> {
    pub(super) const fn new(bytes: &'a [u8], entries: &'a [Entry]) -> Attributes<'a> {
        Attributes { bytes, entries }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Pairs<'a>;

    fn next(&mut self) -> Option<Pairs<'a>> {
        let (attribute, rest) = self.entries.split_at_checked(self.entries.first()?.span())?;
        let (entry, below) = attribute.split_first()?;
        self.entries = rest;
        Some(Pairs::new(Elements::new(self.bytes, entry, below)))
    }
}

impl FusedIterator for Attributes<'_> {}
