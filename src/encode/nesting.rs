//! The encoder's count: what is open, what it lacks, and what ends it.
//!
//! A level is pushed for each aggregate, and a value is counted in the innermost before it is
//! written. A counted aggregate that is complete is taken away when the next value comes, so that
//! its end need not be said; an attribute with all its pairs turns into a place for the one value
//! that it describes.

use super::encoder::{Encoder, Measure};
use super::scalar;
use super::{EncodeError, Output, Target};
use crate::event::Aggregate;
use crate::machine::Level;
use crate::wire::{CRLF, Type};

impl Encoder {
    /// Makes room for a value: counts it in the aggregate that it belongs to.
    #[inline]
    pub(super) fn place(&mut self, out: &mut impl Output) -> Result<(), EncodeError> {
        loop {
            let Some(level) = self.levels.last_mut() else {
                self.start = out.length();
                return Ok(());
            };
            if level.remaining > 0 {
                if level.kind == Aggregate::String {
                    return self.give_up(out, EncodeError::OutOfPlace);
                }
                level.remaining -= 1;
                return Ok(());
            }
            if level.streamed {
                let limit = self.limits.elements;
                return self.give_up(out, EncodeError::TooManyElements { limit });
            }
            if level.kind == Aggregate::Attribute && !level.annotated {
                self.annotate();
            } else {
                self.levels.pop();
            }
        }
    }

    /// The innermost attribute has its pairs: its value comes next.
    pub(super) fn annotate(&mut self) {
        let last = self.levels.len().wrapping_sub(1);
        if let Some(level) = self.levels.last_mut() {
            level.annotated = true;
            level.remaining = 1;
        }
        if self.muted == Some(last) {
            self.muted = None;
        }
    }

    /// Begins an aggregate that is streamed or not, and whose size is known either way.
    pub(crate) fn begin_known(
        &mut self,
        out: &mut impl Output,
        kind: Aggregate,
        streamed: bool,
        count: u64,
    ) -> Result<(), EncodeError> {
        let announced = if streamed { None } else { Some(count) };
        self.begin(out, kind, announced, Some(Measure { count, bytes: 0 }))
    }

    pub(super) fn begin(
        &mut self,
        out: &mut impl Output,
        kind: Aggregate,
        count: Option<u64>,
        known: Option<Measure>,
    ) -> Result<(), EncodeError> {
        self.place(out)?;
        let at_top = self.levels.last().is_none_or(|level| level.annotated && level.at_top);
        let string = kind == Aggregate::String;
        if kind == Aggregate::Push && !at_top {
            return self.give_up(out, EncodeError::PushInside);
        }
        if !string && self.levels.len() >= self.limits.depth {
            let limit = self.limits.depth;
            return self.give_up(out, EncodeError::TooDeep { limit });
        }
        let limit = self.limits.elements.min(u64::MAX / 4);
        if count.is_some_and(|count| count > limit) {
            return self.give_up(out, EncodeError::TooManyElements { limit });
        }
        let may_stream = !matches!(kind, Aggregate::Push | Aggregate::Attribute);
        if (count.is_none() && !may_stream) || (count.is_some() && string) {
            return self.give_up(out, EncodeError::NotStreamable);
        }
        let resp2 = self.target == Target::Resp2;
        if self.muted.is_none() {
            match (resp2, count.or(known.filter(|_| resp2).map(|known| known.count))) {
                (true, None) => return self.give_up(out, EncodeError::StreamedInResp2),
                (true, Some(_)) if kind == Aggregate::Attribute => {
                    self.muted = Some(self.levels.len());
                }
                (true, Some(_)) if string => {
                    let bytes = known.map_or(0, |known| known.bytes);
                    let limit = self.limits.blob;
                    if bytes > limit {
                        return self.give_up(out, EncodeError::BlobTooLong { limit });
                    }
                    scalar::header(out, Type::BulkString, bytes);
                }
                (true, Some(count)) => {
                    let count = count * kind.values_per_element();
                    if count > limit {
                        return self.give_up(out, EncodeError::TooManyElements { limit });
                    }
                    scalar::begin(out, Aggregate::Array, count);
                }
                (false, Some(count)) => scalar::begin(out, kind, count),
                (false, None) => out.put(&[kind.wire_type().marker(), b'?', b'\r', b'\n']),
            }
        }
        let remaining = count.unwrap_or(limit) * kind.values_per_element();
        let streamed = count.is_none();
        self.levels.push(Level { kind, streamed, at_top, remaining, ..Level::EMPTY });
        Ok(())
    }

    pub(super) fn chunk(&mut self, out: &mut impl Output, bytes: &[u8]) -> Result<(), EncodeError> {
        match self.levels.last_mut() {
            Some(level) if level.kind == Aggregate::String && level.remaining > 0 => {
                level.remaining -= 1;
            }
            _ => return self.refuse(out, EncodeError::OutOfPlace),
        }
        if bytes.is_empty() {
            return self.give_up(out, EncodeError::EmptyChunk);
        }
        match self.target {
            // The pieces of one bulk string, whose header has been written.
            Target::Resp2 if self.muted.is_none() => out.put(bytes),
            _ => self.write_blob(out, Type::Chunk, bytes)?,
        }
        Ok(())
    }

    pub(crate) fn end(
        &mut self,
        out: &mut impl Output,
        kind: Aggregate,
    ) -> Result<(), EncodeError> {
        // What is complete inside has ended by itself; an attribute has not without its value.
        while let Some(level) = self.levels.last() {
            let attribute = level.kind == Aggregate::Attribute;
            let inside = level.annotated || (level.kind != kind && !level.streamed && !attribute);
            if !inside || level.remaining > 0 {
                break;
            }
            self.levels.pop();
        }
        let Some(level) = self.levels.last() else {
            return self.refuse(out, EncodeError::UnexpectedEnd);
        };
        if level.kind != kind || level.annotated || (!level.streamed && level.remaining > 0) {
            return self.refuse(out, EncodeError::UnexpectedEnd);
        }
        if level.is_odd() {
            return self.give_up(out, EncodeError::OddMap);
        }
        if kind == Aggregate::Attribute {
            self.annotate();
            return Ok(());
        }
        if level.streamed && self.muted.is_none() {
            match (self.target, kind) {
                (Target::Resp2, Aggregate::String) => out.put(CRLF),
                (Target::Resp2, _) => {}
                (_, Aggregate::String) => out.put(b";0\r\n"),
                _ => out.put(b".\r\n"),
            }
        }
        self.levels.pop();
        Ok(())
    }
}
