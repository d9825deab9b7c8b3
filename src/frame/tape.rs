//! The tape: a frame as a flat list of entries, in wire order.
//!
//! An entry is 16 bytes: a kind, where its payload is in the received bytes, and a number that is
//! the value (an integer), the payload's length (a string), or, for an aggregate, its count and
//! its span: how many entries it and its descendants are. With the span an aggregate can be
//! stepped over at once, and one whose children are a single entry each can be indexed.
//!
//! The tape is a [`Sink`] of the machine: entries are pushed as events come, and nothing is
//! reserved for what is only announced. While an aggregate is open, the half of its number that
//! will be the span holds the index of the aggregate around it, so that closing needs no stack.
//!
//! A push that interrupts an aggregate is no part of the frame around it: its entries go to a
//! tape beside the first.

use crate::event::{Aggregate, BigNumber, Double, Event, Null, Token};
use crate::grammar::Inline;
use crate::machine::Sink;
use alloc::vec::Vec;
use core::ops::ControlFlow;

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    SimpleString,
    SimpleError,
    Integer,
    BulkString,
    BulkError,
    Verbatim,
    NullBulk,
    NullArray,
    Null,
    True,
    False,
    Double,
    BigNumber,
    Inline,
    Chunk,
    // From here on: entries that have descendants.
    Array,
    Map,
    Set,
    Push,
    Attribute,
    String,
    StreamedArray,
    StreamedMap,
    StreamedSet,
}

/// One entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    value: u64,
    at: u32,
    kind: Kind,
}

const _: () = assert!(size_of::<Entry>() == 16);

impl Entry {
    /// What an empty tape would begin with; none is.
    pub(crate) const NOTHING: Entry = Entry { value: 0, at: 0, kind: Kind::Null };

    #[inline(always)]
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it has descendants.
    #[inline(always)]
    pub(crate) const fn is_aggregate(&self) -> bool {
        self.kind as u8 >= Kind::Array as u8
    }

    #[inline(always)]
    pub(crate) const fn is_attribute(&self) -> bool {
        matches!(self.kind, Kind::Attribute)
    }

    /// How many entries it and its descendants are.
    #[inline(always)]
    pub(crate) const fn span(&self) -> usize {
        if self.is_aggregate() { (self.value >> 32) as usize } else { 1 }
    }

    /// Elements of an aggregate; pairs of a map or attribute.
    #[inline(always)]
    pub(crate) const fn count(&self) -> usize {
        self.value as u32 as usize
    }

    #[inline(always)]
    pub(crate) const fn integer(&self) -> i64 {
        self.value as i64
    }

    /// The payload, in the bytes of the frame.
    #[inline(always)]
    pub(crate) fn payload<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let start = self.at as usize;
        &bytes[start..start + self.value as usize]
    }

    /// A copy, field by field: one that has just been made is still on its way to memory in
    /// pieces, and a processor waits for those when they are read as a whole.
    #[inline(always)]
    pub(crate) const fn copied(&self) -> Entry {
        Entry { value: self.value, at: self.at, kind: self.kind }
    }

    /// The text of an integer.
    pub(crate) fn spelling<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        if !matches!(self.kind, Kind::Integer) {
            return None;
        }
        let line = bytes.get(self.at as usize..)?;
        line.get(..crate::grammar::line_break(line)?)
    }

    /// Moves the entry to a copy of its bytes that begins `by` bytes later.
    pub(crate) fn rebased(mut self, by: usize) -> Entry {
        self.at -= by as u32;
        self
    }

    /// The aggregate that it begins, and whether that is streamed.
    pub(crate) const fn aggregate(&self) -> Option<(Aggregate, bool)> {
        Some(match self.kind {
            Kind::Array => (Aggregate::Array, false),
            Kind::Map => (Aggregate::Map, false),
            Kind::Set => (Aggregate::Set, false),
            Kind::Push => (Aggregate::Push, false),
            Kind::Attribute => (Aggregate::Attribute, false),
            Kind::String => (Aggregate::String, true),
            Kind::StreamedArray => (Aggregate::Array, true),
            Kind::StreamedMap => (Aggregate::Map, true),
            Kind::StreamedSet => (Aggregate::Set, true),
            _ => return None,
        })
    }

    /// The event that a leaf was made from.
    pub(crate) fn leaf<'a>(&self, bytes: &'a [u8]) -> Event<'a> {
        match self.kind {
            Kind::SimpleString => Event::SimpleString(self.payload(bytes)),
            Kind::SimpleError => Event::SimpleError(self.payload(bytes)),
            Kind::Integer => Event::Integer(self.integer()),
            Kind::BulkError => Event::BulkError(self.payload(bytes)),
            Kind::Verbatim => {
                let (format, text) = self.verbatim(bytes);
                Event::Verbatim { format, text }
            }
            Kind::NullBulk => Event::Null(Null::Bulk),
            Kind::NullArray => Event::Null(Null::Array),
            Kind::Null => Event::Null(Null::Resp3),
            Kind::True => Event::Boolean(true),
            Kind::False => Event::Boolean(false),
            Kind::Double => Event::Double(Double::accepted(self.payload(bytes))),
            Kind::BigNumber => Event::BigNumber(BigNumber::accepted(self.payload(bytes))),
            Kind::Inline => Event::Inline(Inline::accepted(self.payload(bytes))),
            Kind::Chunk => Event::Chunk(self.payload(bytes)),
            // Aggregates are no leaves; their only payload would be what a bulk string has.
            _ => Event::BulkString(self.payload(bytes)),
        }
    }

    /// Format and text of a verbatim string.
    #[inline]
    pub(crate) fn verbatim<'a>(&self, bytes: &'a [u8]) -> ([u8; 3], &'a [u8]) {
        let (format, text) = self.payload(bytes).split_at(4);
        ([format[0], format[1], format[2]], text)
    }
}

const NONE: u32 = u32::MAX;

/// One list of entries in the making.
#[derive(Clone, Debug)]
struct Strip {
    entries: Vec<Entry>,
    /// The innermost aggregate that is still open.
    open: u32,
}

impl Strip {
    fn clear(&mut self) {
        self.entries.clear();
        self.open = NONE;
    }
}

/// The sink that builds the tape of a frame.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    strip: Strip,
    /// The strip of the push that interrupts, while one does; otherwise that of the last.
    aside: Strip,
    /// Where in the stream the frame begins.
    base: u64,
    /// Where in the stream the last interrupting push began, if it was whole when the machine
    /// paused, and not yet handed over.
    interruption: Option<u64>,
    push_start: u64,
}

impl Tape {
    pub(crate) const fn new() -> Tape {
        Tape {
            strip: Strip { entries: Vec::new(), open: NONE },
            aside: Strip { entries: Vec::new(), open: NONE },
            base: 0,
            interruption: None,
            push_start: 0,
        }
    }

    /// Forgets the last frame, keeping the memory; the next begins at `base` in the stream.
    #[inline]
    pub(crate) fn begin(&mut self, base: u64) {
        self.strip.clear();
        self.base = base;
    }

    #[inline]
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.strip.entries
    }

    pub(crate) fn push_entries(&self) -> &[Entry] {
        &self.aside.entries
    }

    /// Whether what has just ended is a push that interrupts.
    #[inline(always)]
    pub(crate) const fn is_interrupted(&self) -> bool {
        self.interruption.is_some()
    }

    /// Where, in the frame, the push that has just ended began; once.
    pub(crate) fn take_interruption(&mut self) -> Option<usize> {
        self.interruption.take().map(|start| (start - self.base) as usize)
    }

    /// Gives memory back beyond room for `keep` entries.
    pub(crate) fn shrink(&mut self, keep: usize) {
        self.strip.entries.shrink_to(keep);
        self.aside.entries.shrink_to(keep);
    }

    #[inline(always)]
    fn add(&mut self, kind: Kind, at: u64, value: u64) {
        let at = (at - self.base) as u32;
        self.strip.entries.push(Entry { value, at, kind });
    }

    /// A line's payload stands behind its marker.
    #[inline(always)]
    fn add_line(&mut self, kind: Kind, start: u64, text: &[u8]) {
        self.add(kind, start + 1, text.len() as u64);
    }

    /// A blob's payload stands before its CRLF.
    #[inline(always)]
    fn add_blob(&mut self, kind: Kind, end: u64, length: usize) {
        let length = length as u64;
        self.add(kind, end - 2 - length, length);
    }

    #[inline(always)]
    fn open(&mut self, kind: Kind, start: u64) {
        let index = self.strip.entries.len() as u32;
        let around = u64::from(self.strip.open) << 32;
        self.add(kind, start, around);
        self.strip.open = index;
    }

    #[inline(always)]
    fn close(&mut self, count: u64) {
        let span = self.strip.entries.len() as u64 - u64::from(self.strip.open);
        if let Some(entry) = self.strip.entries.get_mut(self.strip.open as usize) {
            self.strip.open = (entry.value >> 32) as u32;
            // A frame has fewer than 2^32 bytes, so an aggregate that is complete has fewer
            // elements.
            entry.value = (span << 32) + count;
        }
    }
}

impl<'b> Sink<'b> for Tape {
    #[inline(always)]
    fn event(&mut self, token: Token<'b>) -> ControlFlow<()> {
        let Token { event, start, end } = token;
        match event {
            Event::SimpleString(text) => self.add_line(Kind::SimpleString, start, text),
            Event::SimpleError(text) => self.add_line(Kind::SimpleError, start, text),
            Event::Integer(value) => self.add(Kind::Integer, start + 1, value as u64),
            Event::BulkString(bytes) => self.add_blob(Kind::BulkString, end, bytes.len()),
            Event::BulkError(bytes) => self.add_blob(Kind::BulkError, end, bytes.len()),
            Event::Verbatim { text, .. } => self.add_blob(Kind::Verbatim, end, text.len() + 4),
            Event::Null(Null::Bulk) => self.add(Kind::NullBulk, start, 0),
            Event::Null(Null::Array) => self.add(Kind::NullArray, start, 0),
            Event::Null(Null::Resp3) => self.add(Kind::Null, start, 0),
            Event::Boolean(true) => self.add(Kind::True, start, 0),
            Event::Boolean(false) => self.add(Kind::False, start, 0),
            Event::Double(double) => self.add_line(Kind::Double, start, double.text()),
            Event::BigNumber(number) => self.add_line(Kind::BigNumber, start, number.text()),
            // An inline command has no marker in front of its line.
            Event::Inline(inline) => self.add(Kind::Inline, start, inline.line().len() as u64),
            Event::Chunk(bytes) => self.add_blob(Kind::Chunk, end, bytes.len()),
            Event::Begin { kind, count, interrupts } => {
                if interrupts {
                    core::mem::swap(&mut self.strip, &mut self.aside);
                    self.strip.clear();
                    self.push_start = start;
                }
                let streamed = count.is_none();
                let kind = match kind {
                    Aggregate::Array if streamed => Kind::StreamedArray,
                    Aggregate::Map if streamed => Kind::StreamedMap,
                    Aggregate::Set if streamed => Kind::StreamedSet,
                    Aggregate::Array => Kind::Array,
                    Aggregate::Map => Kind::Map,
                    Aggregate::Set => Kind::Set,
                    Aggregate::Push => Kind::Push,
                    Aggregate::Attribute => Kind::Attribute,
                    Aggregate::String => Kind::String,
                };
                self.open(kind, start);
            }
            Event::End { count, interrupts, .. } => {
                self.close(count);
                if interrupts {
                    core::mem::swap(&mut self.strip, &mut self.aside);
                    self.interruption = Some(self.push_start);
                }
            }
            // The tree takes blobs whole: its machine never hands them over in parts.
            Event::BlobBegin { .. } | Event::BlobPart(_) | Event::BlobEnd => {}
        }
        ControlFlow::Continue(())
    }

    #[inline(always)]
    fn frame_end(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}
