//! The encoder that keeps count: events in, whole frames out.

use super::scalar;
use super::{EncodeError, Output, Target};
use crate::event::{Aggregate, Event, Null};
use crate::frame::Frame;
use crate::grammar::number::is_big_number;
use crate::limits::Limits;
use crate::machine::Level;
use crate::value::walk::{Step, Walk};
use crate::value::{List, Value};
use crate::wire::{CRLF, Type};
use alloc::vec::Vec;

/// Writes frames, values, or one event at a time.
///
/// The buffer is passed to each call, so that one encoder, with its little stack, serves any
/// number of buffers and allocates nothing once the stack has grown.
///
/// ```
/// use resp_machine::encode::{Encoder, Target};
/// use resp_machine::event::Event;
/// use resp_machine::value::Value;
///
/// let value = Value::map([(Value::bulk("pi"), Value::Double(3.14))]);
/// let mut out = Vec::new();
/// Encoder::new().value(&mut out, &value)?;
/// assert_eq!(out, b"%1\r\n$2\r\npi\r\n,3.14\r\n");
///
/// out.clear();
/// Encoder::to(Target::Resp2).value(&mut out, &value)?;
/// assert_eq!(out, b"*2\r\n$2\r\npi\r\n$4\r\n3.14\r\n");
///
/// out.clear();
/// let mut encoder = Encoder::new();
/// encoder.array(&mut out, 2)?;
/// encoder.event(&mut out, Event::Integer(1))?;
/// assert!(encoder.finish(&mut out).is_err()); // an element is missing…
/// assert_eq!(out, b""); // …so there is no frame
/// # Ok::<(), resp_machine::encode::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    pub(super) target: Target,
    pub(super) limits: Limits,
    pub(super) levels: Vec<Level>,
    /// Where in the buffer the frame begins.
    pub(super) start: usize,
    /// An attribute is being left out: the index of its level.
    pub(super) muted: Option<usize>,
}

/// What is known of an aggregate's size beyond what its event says.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    pub(super) count: u64,
    pub(super) bytes: u64,
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder::new()
    }
}

impl Encoder {
    /// An encoder that writes every value as its own type.
    pub const fn new() -> Encoder {
        Encoder::to(Target::AsIs)
    }

    /// An encoder that writes a version of the protocol.
    pub const fn to(target: Target) -> Encoder {
        Encoder {
            target,
            limits: Limits::new(crate::state::Dialect::Resp3),
            levels: Vec::new(),
            start: 0,
            muted: None,
        }
    }

    /// Sets the limits of whoever will read; the defaults are those of this crate's parser.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Encoder {
        self.limits = limits;
        self
    }

    /// The version that is written.
    pub const fn target(&self) -> Target {
        self.target
    }

    /// Whether everything that was begun is complete.
    pub fn is_complete(&self) -> bool {
        self.levels.iter().all(|level| {
            let pairs_only = level.kind == Aggregate::Attribute && !level.annotated;
            !level.streamed && !pairs_only && level.remaining == 0
        })
    }

    /// Says that the frame should be complete.
    ///
    /// # Errors
    /// [`Unfinished`](EncodeError::Unfinished) if it is not; then it is taken back.
    pub fn finish(&mut self, out: &mut impl Output) -> Result<(), EncodeError> {
        if !self.is_complete() {
            return self.give_up(out, EncodeError::Unfinished);
        }
        self.check_frame(out)?;
        self.levels.clear();
        self.muted = None;
        Ok(())
    }

    /// Whether the frame, as far as it is written, is within its limit.
    #[inline]
    pub(super) fn check_frame(&mut self, out: &mut impl Output) -> Result<(), EncodeError> {
        let limit = self.limits.frame;
        if out.length().saturating_sub(self.start) as u64 > limit {
            return self.give_up(out, EncodeError::FrameTooLong { limit });
        }
        Ok(())
    }

    /// Takes the unfinished frame back.
    #[cold]
    pub(super) fn give_up<T>(
        &mut self,
        out: &mut impl Output,
        error: EncodeError,
    ) -> Result<T, EncodeError> {
        out.cut(self.start);
        self.levels.clear();
        self.muted = None;
        Err(error)
    }

    /// Refuses an event before it is counted. It is no part of a frame that is complete, so that
    /// one stays.
    #[cold]
    pub(super) fn refuse<T>(
        &mut self,
        out: &mut impl Output,
        error: EncodeError,
    ) -> Result<T, EncodeError> {
        if self.is_complete() {
            self.start = out.length();
        }
        self.give_up(out, error)
    }

    /// Writes a frame, its attributes included.
    ///
    /// # Errors
    /// An [`EncodeError`]; then nothing is written.
    pub fn frame(&mut self, out: &mut impl Output, frame: Frame<'_>) -> Result<(), EncodeError> {
        let mut events = frame.events();
        while let Some(event) = events.next() {
            match event {
                Event::Begin { kind, count, .. } => {
                    let (known, bytes) = match self.target {
                        Target::Resp2 => events.measure(),
                        _ => (0, 0),
                    };
                    self.begin(out, kind, count, Some(Measure { count: known, bytes }))?;
                }
                event => self.event(out, event)?,
            }
        }
        self.check_frame(out)
    }

    /// Writes a value.
    ///
    /// # Errors
    /// An [`EncodeError`]; then nothing is written.
    pub fn value(&mut self, out: &mut impl Output, value: &Value) -> Result<(), EncodeError> {
        if value.list().is_none() {
            self.leaf(out, value)?;
            return self.check_frame(out);
        }
        for step in Walk::new(value) {
            match step {
                Step::Leaf(value) => self.leaf(out, value)?,
                Step::Enter(value) => self.enter(out, value)?,
                // The end of an attributed value is the end of what it describes.
                Step::Leave(Value::Attributed(_)) => {}
                Step::Leave(value) => {
                    self.end(out, value.aggregate().unwrap_or(Aggregate::Array))?;
                }
            }
        }
        self.check_frame(out)
    }

    fn enter(&mut self, out: &mut impl Output, value: &Value) -> Result<(), EncodeError> {
        let kind = value.aggregate().unwrap_or(Aggregate::Array);
        let items = value.list().map_or(0, |list| list.len() as u64);
        let described = u64::from(kind == Aggregate::Attribute);
        let per = kind.values_per_element();
        let values = items.checked_sub(described).filter(|values| values.is_multiple_of(per));
        let Some(values) = values else {
            self.place(out)?;
            let nothing = described == 1 && items == 0;
            let error = if nothing { EncodeError::NothingDescribed } else { EncodeError::OddMap };
            return self.give_up(out, error);
        };
        let streamed = value.list().is_some_and(List::is_streamed);
        self.begin_known(out, kind, streamed, values / per)
    }

    fn leaf(&mut self, out: &mut impl Output, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::Double(value) => self.double(out, *value),
            Value::BigNumber(digits) => self.big_number(out, digits),
            Value::StreamedString(chunks) => self.streamed_string(out, chunks),
            Value::Inline(words) => self.inline(out, words),
            // Aggregates, which have none, are entered.
            value => value.event().map_or(Ok(()), |event| self.event(out, event)),
        }
    }

    pub(crate) fn streamed_string(
        &mut self,
        out: &mut impl Output,
        chunks: &[Vec<u8>],
    ) -> Result<(), EncodeError> {
        let bytes = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        let measure = Measure { count: chunks.len() as u64, bytes };
        self.begin(out, Aggregate::String, None, Some(measure))?;
        for chunk in chunks {
            self.event(out, Event::Chunk(chunk))?;
        }
        self.end(out, Aggregate::String)
    }

    pub(crate) fn inline(
        &mut self,
        out: &mut impl Output,
        words: &[Vec<u8>],
    ) -> Result<(), EncodeError> {
        self.place(out)?;
        if !self.levels.is_empty() {
            return self.give_up(out, EncodeError::InlineInside);
        }
        if let Err(error) = scalar::inline_within(out, words, self.limits.line) {
            return self.give_up(out, error);
        }
        self.check_frame(out)
    }

    /// Writes a double from its number.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    pub fn double(&mut self, out: &mut impl Output, value: f64) -> Result<(), EncodeError> {
        self.place(out)?;
        if self.muted.is_none() {
            match self.target {
                Target::Resp2 => {
                    return scalar::with_double_text(value, |text| {
                        self.write_blob(out, Type::BulkString, text)
                    });
                }
                _ => {
                    let start = out.length();
                    scalar::double(out, value);
                    return self.check_line(out, start);
                }
            }
        }
        Ok(())
    }

    /// Whether the line of a number, from its marker at `start`, is within its limit.
    #[inline]
    fn check_line(&mut self, out: &mut impl Output, start: usize) -> Result<(), EncodeError> {
        let limit = self.limits.line;
        if out.length() - start > limit.saturating_add(1 + CRLF.len()) {
            return self.give_up(out, EncodeError::LineTooLong { limit });
        }
        Ok(())
    }

    /// Writes a big number from its text.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    pub fn big_number(&mut self, out: &mut impl Output, text: &[u8]) -> Result<(), EncodeError> {
        self.place(out)?;
        if !is_big_number(text) {
            return self.give_up(out, EncodeError::InvalidNumber);
        }
        self.write_text(out, Type::BigNumber, text)
    }

    /// Writes an integer in a spelling of its own, such as `+5`.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    pub fn integer_text(&mut self, out: &mut impl Output, text: &[u8]) -> Result<(), EncodeError> {
        self.place(out)?;
        let before = out.length();
        if let Err(error) = scalar::integer_text(out, text) {
            return self.give_up(out, error);
        }
        self.check_line(out, before)?;
        if self.muted.is_some() {
            out.cut(before);
        }
        Ok(())
    }

    /// Begins an array of `count` elements. It ends by itself when it has them.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    #[inline]
    pub fn array(&mut self, out: &mut impl Output, count: u64) -> Result<(), EncodeError> {
        self.begin(out, Aggregate::Array, Some(count), None)
    }

    /// Begins a map of `pairs` pairs: keys and values follow in turn. It ends by itself when it
    /// has them.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    #[inline]
    pub fn map(&mut self, out: &mut impl Output, pairs: u64) -> Result<(), EncodeError> {
        self.begin(out, Aggregate::Map, Some(pairs), None)
    }

    /// Writes one event: a value, or the beginning or end of an aggregate. The end of a counted
    /// aggregate may be left out, unless a streamed one of the same kind is around it.
    ///
    /// # Errors
    /// An [`EncodeError`]; then the frame is taken back.
    pub fn event(&mut self, out: &mut impl Output, event: Event<'_>) -> Result<(), EncodeError> {
        let resp2 = self.target == Target::Resp2;
        if !matches!(
            event,
            Event::Begin { .. }
                | Event::End { .. }
                | Event::Chunk(_)
                | Event::BlobBegin { .. }
                | Event::BlobPart(_)
                | Event::BlobEnd
        ) {
            self.place(out)?;
        }
        match event {
            Event::Begin { interrupts: true, .. } | Event::End { interrupts: true, .. } => {
                return self.refuse(out, EncodeError::PushInside);
            }
            Event::Begin { kind, count, .. } => return self.begin(out, kind, count, None),
            Event::End { kind, .. } => return self.end(out, kind),
            Event::Chunk(bytes) => return self.chunk(out, bytes),
            Event::BlobBegin { .. } | Event::BlobPart(_) | Event::BlobEnd => {
                return self.refuse(out, EncodeError::BlobInParts);
            }
            Event::SimpleString(text) => self.write_text(out, Type::SimpleString, text)?,
            Event::SimpleError(text) => self.write_text(out, Type::SimpleError, text)?,
            Event::BulkString(bytes) => self.write_blob(out, Type::BulkString, bytes)?,
            Event::BulkError(bytes) if resp2 => {
                if self.muted.is_none() {
                    scalar::sanitized_error(out, &bytes[..bytes.len().min(self.limits.line)]);
                }
            }
            Event::BulkError(bytes) => self.write_blob(out, Type::BulkError, bytes)?,
            Event::Verbatim { text, .. } if resp2 => {
                self.write_blob(out, Type::BulkString, text)?;
            }
            Event::Verbatim { format, text } => {
                if text.len() as u64 + 4 > self.limits.blob {
                    let limit = self.limits.blob;
                    return self.give_up(out, EncodeError::BlobTooLong { limit });
                }
                scalar::verbatim_string(out, format, text);
            }
            Event::Double(double) => self.write_text(out, Type::Double, double.text())?,
            Event::BigNumber(number) => self.write_text(out, Type::BigNumber, number.text())?,
            Event::Inline(inline) if inline.line().len() > self.limits.line => {
                let limit = self.limits.line;
                return self.give_up(out, EncodeError::LineTooLong { limit });
            }
            // A line that begins with the marker of an array would be read as one.
            Event::Inline(inline) if self.levels.is_empty() && !inline.line().starts_with(b"*") => {
                out.put(inline.line());
                out.put(CRLF);
            }
            Event::Inline(_) => return self.give_up(out, EncodeError::InlineInside),
            _ if self.muted.is_some() => {}
            Event::Integer(value) => {
                let start = out.length();
                scalar::integer(out, value);
                self.check_line(out, start)?;
            }
            Event::Null(Null::Resp3) if resp2 => scalar::null(out, Null::Bulk),
            Event::Null(_) if self.target == Target::Resp3 => scalar::null(out, Null::Resp3),
            // Its marker is that of an array: the parser refuses it as one.
            Event::Null(Null::Array) if self.levels.len() >= self.limits.depth => {
                let limit = self.limits.depth;
                return self.give_up(out, EncodeError::TooDeep { limit });
            }
            Event::Null(null) => scalar::null(out, null),
            Event::Boolean(value) if resp2 => scalar::integer(out, i64::from(value)),
            Event::Boolean(value) => scalar::boolean(out, value),
        }
        Ok(())
    }

    pub(super) fn write_text(
        &mut self,
        out: &mut impl Output,
        kind: Type,
        text: &[u8],
    ) -> Result<(), EncodeError> {
        if let Err(error) = scalar::check_text(text, self.limits.line) {
            return self.give_up(out, error);
        }
        if self.muted.is_some() {
            return Ok(());
        }
        match (self.target, kind) {
            (Target::Resp2, Type::Double | Type::BigNumber) => {
                return self.write_blob(out, Type::BulkString, text);
            }
            _ => scalar::line(out, kind, text),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn write_blob(
        &mut self,
        out: &mut impl Output,
        kind: Type,
        bytes: &[u8],
    ) -> Result<(), EncodeError> {
        if bytes.len() as u64 > self.limits.blob {
            let limit = self.limits.blob;
            return self.give_up(out, EncodeError::BlobTooLong { limit });
        }
        if self.muted.is_none() {
            // Before it is copied: what the frame adds up to may be more than there is room for.
            let written = out.length().saturating_sub(self.start) as u64;
            if written.saturating_add(bytes.len() as u64) > self.limits.frame {
                let limit = self.limits.frame;
                return self.give_up(out, EncodeError::FrameTooLong { limit });
            }
            scalar::blob(out, kind, bytes);
        }
        Ok(())
    }
}
