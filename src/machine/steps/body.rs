//! The step that reads the bytes of a blob, whole or in parts as they arrive.

use super::super::{Cursor, Flow, Machine, NEED_MORE, Sink, Stack};
use super::{hand_over, with};
use crate::event::{Event, Token};
use crate::grammar;
use crate::state::{self, Observer};
use crate::wire::Type;

impl<S: Stack> Machine<S> {
    /// `Body`: the bytes of a blob.
    pub(in crate::machine) fn step_body<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let rest = &input[*at..];
        if self.reading == Type::VerbatimString && !self.format_checked {
            match grammar::blob::format(rest) {
                Ok((_, format)) => {
                    observer.visited(4);
                    self.format_checked = true;
                    if self.due > self.whole {
                        *at += 4;
                        self.due -= 4;
                        return self.begin_parts(Some(format), *at, base, sink);
                    }
                }
                Err(refusal) => return self.refused(refusal, input, base),
            }
        }
        if self.in_parts {
            return self.end_parts(input, at, base, sink, observer);
        }
        if self.due > self.whole {
            return self.begin_parts(None, *at, base, sink);
        }
        let length = self.due as usize;
        if rest.len() <= length {
            return NEED_MORE;
        }
        observer.visited((rest.len() - length).min(2));
        let read = match self.reading {
            Type::BulkError => with(grammar::body(length)(rest), Event::BulkError),
            Type::Chunk => with(grammar::body(length)(rest), Event::Chunk),
            Type::VerbatimString => with(grammar::verbatim(length)(rest), |(format, text)| {
                Event::Verbatim { format, text }
            }),
            _ => with(grammar::body(length)(rest), Event::BulkString),
        };
        match read {
            Ok((behind, event)) => {
                *at = input.len() - behind.len();
                self.end_blob(event, base + *at as u64, sink, observer)
            }
            Err(refusal) => self.refused(refusal, input, base),
        }
    }

    fn end_blob<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        event: Event<'b>,
        end: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        if let Some(rule) = state::value_row(self.reading) {
            self.take(rule, self.body_start, end, observer);
        }
        self.emit_value(event, end, sink, observer)
    }

    fn begin_parts<'b, K: Sink<'b>>(
        &mut self,
        format: Option<[u8; 3]>,
        at: usize,
        base: u64,
        sink: &mut K,
    ) -> Flow {
        self.in_parts = true;
        let token = Token {
            event: Event::BlobBegin { kind: self.reading, format, length: self.due },
            start: self.token_start,
            end: base + at as u64,
        };
        hand_over(sink, token)
    }

    /// Hands over what is there of a blob that is taken in parts, while some of it is due.
    #[inline(always)]
    pub(in crate::machine) fn take_part<'b, K: Sink<'b>>(
        &mut self,
        cursor: &mut Cursor<'b>,
        sink: &mut K,
    ) -> Flow {
        let length = self.due.min(cursor.rest.len() as u64);
        if length == 0 {
            return NEED_MORE;
        }
        let start = cursor.offset();
        let (part, rest) = cursor.rest.split_at(length as usize);
        cursor.rest = rest;
        self.due -= length;
        hand_over(sink, Token { event: Event::BlobPart(part), start, end: cursor.offset() })
    }

    /// The CRLF behind the last part.
    fn end_parts<'b, K: Sink<'b>, O: Observer>(
        &mut self,
        input: &'b [u8],
        at: &mut usize,
        base: u64,
        sink: &mut K,
        observer: &mut O,
    ) -> Flow {
        let rest = &input[*at..];
        observer.visited(rest.len().min(2));
        match grammar::body(0)(rest) {
            Ok(_) => {
                *at += 2;
                self.token_start = base + *at as u64 - 2;
                self.end_blob(Event::BlobEnd, base + *at as u64, sink, observer)
            }
            Err(refusal) => self.refused(refusal, input, base),
        }
    }
}
