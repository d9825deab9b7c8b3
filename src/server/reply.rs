//! What a handler answers with: one value, in the version of the protocol the client speaks.
//!
//! A [`Reply`] is the encoder over the connection's output. A handler writes one value, a scalar
//! or an aggregate and its elements, with the types of RESP3; the encoder writes them down to
//! RESP2 where the client asked for that. A command that fails returns a [`Fault`] instead.
//!
//! # Invariant
//!
//! For each request exactly one frame: the dispatcher closes it with [`Reply::finish`], and what
//! a handler had begun before it failed is taken back, so the client never sees half a value.

use crate::encode::{EncodeError, Encoder, Output, scalar};
use crate::event::{Aggregate, Event, Null};
use std::borrow::Cow;

/// What a handler returns.
pub(super) type Outcome = Result<(), Fault>;

/// An error reply: its text, code first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault(Cow<'static, [u8]>);

impl Fault {
    pub(super) const SYNTAX: Fault = Fault::new("ERR syntax error");
    pub(super) const NOT_AN_INTEGER: Fault =
        Fault::new("ERR value is not an integer or out of range");
    pub(super) const OVERFLOW: Fault = Fault::new("ERR increment or decrement would overflow");
    pub(super) const TOO_LONG: Fault =
        Fault::new("ERR string exceeds maximum allowed size (proto-max-bulk-len)");

    pub(super) const fn new(text: &'static str) -> Fault {
        Fault(Cow::Borrowed(text.as_bytes()))
    }

    /// From parts, some of which the client sent: whatever bytes they are.
    pub(super) fn of(parts: &[&[u8]]) -> Fault {
        Fault(Cow::Owned(parts.concat()))
    }

    /// Too few or too many arguments for a command, by its full name.
    pub(super) fn arity(name: &str) -> Fault {
        Fault::of(&[b"ERR wrong number of arguments for '", name.as_bytes(), b"' command"])
    }

    /// A time to live that is no time.
    pub(super) fn expire_time(name: &str) -> Fault {
        Fault::of(&[b"ERR invalid expire time in '", name.as_bytes(), b"' command"])
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.0
    }
}

impl From<EncodeError> for Fault {
    fn from(error: EncodeError) -> Fault {
        Fault(Cow::Owned(format!("ERR the reply cannot be encoded: {error}").into_bytes()))
    }
}

/// Where a handler writes its one value.
pub(super) struct Reply<'a> {
    out: &'a mut Vec<u8>,
    encoder: &'a mut Encoder,
    start: usize,
}

impl<'a> Reply<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, encoder: &'a mut Encoder) -> Reply<'a> {
        let start = out.len();
        Reply { out, encoder, start }
    }

    /// Closes the frame; what a command failed with takes the place of what it had written.
    pub(super) fn finish(self, outcome: Outcome) {
        let closed = self.encoder.finish(self.out).map_err(Fault::from);
        if let Err(fault) = outcome.and(closed) {
            self.out.cut(self.start);
            scalar::sanitized_error(self.out, fault.text());
        }
    }

    /// What is written from here on, is written for another version of the protocol.
    pub(super) fn speak(&mut self, encoder: Encoder) {
        *self.encoder = encoder;
    }

    fn event(&mut self, event: Event<'_>) -> Outcome {
        Ok(self.encoder.event(self.out, event)?)
    }

    fn begin(&mut self, kind: Aggregate, count: usize) -> Outcome {
        self.event(Event::Begin { kind, count: Some(count as u64), interrupts: false })
    }

    pub(super) fn simple(&mut self, text: &str) -> Outcome {
        self.event(Event::SimpleString(text.as_bytes()))
    }

    pub(super) fn ok(&mut self) -> Outcome {
        self.simple("OK")
    }

    pub(super) fn integer(&mut self, value: i64) -> Outcome {
        self.event(Event::Integer(value))
    }

    /// A count of things in memory, which an `i64` always holds.
    pub(super) fn count(&mut self, count: usize) -> Outcome {
        self.integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn bulk(&mut self, bytes: impl AsRef<[u8]>) -> Outcome {
        self.event(Event::BulkString(bytes.as_ref()))
    }

    /// A bulk string, or null.
    pub(super) fn maybe(&mut self, bytes: Option<&[u8]>) -> Outcome {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    pub(super) fn null(&mut self) -> Outcome {
        self.event(Event::Null(Null::Bulk))
    }

    /// Text to show to a person.
    pub(super) fn text(&mut self, text: &str) -> Outcome {
        self.event(Event::Verbatim { format: *b"txt", text: text.as_bytes() })
    }

    pub(super) fn array(&mut self, count: usize) -> Outcome {
        self.begin(Aggregate::Array, count)
    }

    pub(super) fn map(&mut self, pairs: usize) -> Outcome {
        self.begin(Aggregate::Map, pairs)
    }

    pub(super) fn set(&mut self, count: usize) -> Outcome {
        self.begin(Aggregate::Set, count)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::encode::Target;

    #[test]
    fn what_was_begun_before_a_fault_is_taken_back() {
        let mut out = b"+before\r\n".to_vec();
        let mut encoder = Encoder::to(Target::Resp3);
        let mut reply = Reply::new(&mut out, &mut encoder);
        reply.array(3).unwrap();
        reply.integer(1).unwrap();
        reply.finish(Err(Fault::SYNTAX));
        assert_eq!(out, b"+before\r\n-ERR syntax error\r\n");

        let mut reply = Reply::new(&mut out, &mut encoder);
        reply.integer(7).unwrap();
        reply.finish(Ok(()));
        assert!(out.ends_with(b"\r\n:7\r\n"));
    }

    #[test]
    fn an_unfinished_reply_is_an_error_reply() {
        let mut out = Vec::new();
        let mut encoder = Encoder::to(Target::Resp2);
        let mut reply = Reply::new(&mut out, &mut encoder);
        reply.array(2).unwrap();
        reply.finish(Ok(()));
        assert!(out.starts_with(b"-ERR the reply cannot be encoded"), "{}", out.escape_ascii());
    }
}
