//! `differential`: the same verdict and the same value as other libraries, but for known
//! disagreements.
//!
//! The peers: hiredis (C, if its sources have been fetched), `redis-protocol`, `resp-rs` and
//! `redis`. They disagree with the documents, and with one another, in many ways, and a target that
//! passes over every input on which somebody disagrees compares nothing. So a disagreement is an
//! [`Exception`], which has a name, a test that shows it, and a predicate as narrow as it is; and an
//! input that meets one is still compared:
//!
//! * **A frame that this library accepts** is adapted to the peer: each part that the peer is known
//!   to refuse or to take for something else is replaced by the nearest that it knows (a streamed
//!   array by a counted one, `+5` by `5`). The adapted frame must be accepted, whole, as the same
//!   value. Where nothing had to be replaced, the peer gets the very bytes.
//! * **An error**: the peer must report one, too, unless its rules are known to be looser on just
//!   this: the kind of the error, and the line that it is in, say so.
//! * **A truncated input**: the peer must ask for more.
//!
//! A frame that is not whole cannot be adapted. If what there is of it holds anything beyond the
//! types that all have in common, the peer is not asked ([`Exception::BehindForeign`]).
//!
//! A bug that turns it red: a wrong verdict that reference and machine share.

mod exceptions;
#[cfg(hiredis)]
pub mod hiredis;
pub mod redis_crate;
pub mod redis_protocol;
pub mod resp_rs;
#[cfg(test)]
mod tests;

pub use exceptions::Exception;

use resp_machine::encode::Encoder;
use resp_machine::event::{Event, Null};
use resp_machine::frame::Parser;
use resp_machine::fuzzing::Wire;
use resp_machine::machine::Machine;
use resp_machine::value::{List, Value};
use resp_machine::{Dialect, ErrorKind, Limits, ProtocolError};

/// What a peer makes of the beginning of some bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A value, and how many bytes it took, if the peer tells.
    Accept(Value, Option<usize>),
    /// It asks for more.
    More,
    /// It refuses.
    Refuse,
}

/// Another library.
pub trait Peer {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Reads the frame that `input` begins with.
    fn read(&self, input: &[u8]) -> Verdict;

    /// What the peer has in place of `value`, whose parts have been adapted before, and why.
    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)>;

    /// Why an event cannot be sent in its spelling; with the canonical one it can.
    fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception>;

    /// What the peer's own types keep of a value.
    fn keeps(&self, value: Value) -> Value {
        value
    }

    /// Why the peer says something else than an error. `line` is what stands between the marker and
    /// the end of the line, or of the input, that the error is in.
    fn looser(&self, error: &ProtocolError, line: &[u8], said: &Verdict) -> Option<Exception>;
}

/// All that are there.
pub fn peers() -> Vec<Box<dyn Peer>> {
    vec![
        #[cfg(hiredis)]
        Box::new(hiredis::Hiredis),
        Box::new(redis_protocol::RedisProtocol),
        Box::new(resp_rs::RespRs),
        Box::new(redis_crate::RedisCrate),
    ]
}

/// Limits within those of every peer, so that none of them is what is compared; and low enough
/// that hiredis, which allocates what is announced, does no harm.
fn limits() -> Limits {
    Limits::new(Dialect::Resp3).depth(24).line(300).blob(4096).elements(1000)
}

/// The longest input. hiredis tells how far it has read only while its buffer is short.
const LONGEST: usize = 900;

/// The target; its input is a [`Wire`], read as RESP3 and whole.
pub fn run(data: &[u8]) {
    let Some(Wire { input, .. }) = Wire::of(data) else { return };
    for peer in peers() {
        compare(peer.as_ref(), &input[..input.len().min(LONGEST)]);
    }
}

/// Holds a peer against the library; the exceptions that were made.
pub fn compare(peer: &dyn Peer, input: &[u8]) -> Vec<Exception> {
    let mut exceptions = Vec::new();
    let mut parser = Parser::with_limits(Dialect::Resp3, limits());
    let mut start = 0;
    let mut interrupted = false;
    loop {
        let parsed = match parser.parse(&input[start..]) {
            Ok(Some(parsed)) => parsed,
            Ok(None) => {
                if start < input.len() {
                    truncated(peer, &input[start..], &mut exceptions);
                }
                return exceptions;
            }
            Err(error) => {
                failed(peer, &input[start..], start, &error, &mut exceptions);
                return exceptions;
            }
        };
        let consumed = parsed.consumed;
        let before = exceptions.len();
        let mut events = parsed.frame.events();
        while let Some(event) = events.next() {
            exceptions.extend(peer.spelling(&event, events.spelling()));
        }
        let value = adapted(peer, Value::from(parsed.frame), &mut exceptions);
        if interrupted || consumed == 0 {
            exceptions.push(Exception::PushIsElement);
        }
        let mut wire = parsed.wire.to_vec();
        if exceptions.len() > before {
            wire.clear();
            let written = Encoder::new().limits(limits()).value(&mut wire, &value);
            assert_eq!(written, Ok(()), "{value:?}");
        }
        let said = peer.read(&wire);
        let expected = keep(peer, value);
        let same = matches!(&said, Verdict::Accept(value, took)
            if *value == expected && took.is_none_or(|took| took == wire.len()));
        let name = peer.name();
        assert!(same, "{name}: {said:?}, not {expected:?}: {}", wire.escape_ascii());
        interrupted = consumed == 0;
        start += consumed;
    }
}

/// Applies `change` to each part of a value, innermost first.
fn map(value: Value, change: &mut dyn FnMut(Value) -> Value) -> Value {
    let mut list = |list: List| {
        let streamed = list.is_streamed();
        let items = list.into_vec().into_iter().map(|item| map(item, change)).collect();
        if streamed { List::streamed(items) } else { List::new(items) }
    };
    let value = match value {
        Value::Array(items) => Value::Array(list(items)),
        Value::Map(items) => Value::Map(list(items)),
        Value::Set(items) => Value::Set(list(items)),
        Value::Push(items) => Value::Push(list(items)),
        Value::Attributed(items) => Value::Attributed(list(items)),
        other => other,
    };
    change(value)
}

fn adapted(peer: &dyn Peer, value: Value, exceptions: &mut Vec<Exception>) -> Value {
    map(value, &mut |mut value| {
        // Until nothing is left to replace: what replaces may have to be replaced, too.
        loop {
            match peer.adapt(value) {
                Ok(value) => return value,
                Err((other, exception)) => {
                    exceptions.push(exception);
                    value = other;
                }
            }
        }
    })
}

fn keep(peer: &dyn Peer, value: Value) -> Value {
    map(value, &mut |value| peer.keeps(value))
}

/// Whether everything that is there of an unfinished frame is of the types that all have.
fn is_common(input: &[u8]) -> bool {
    let mut machine = Machine::with_limits(Dialect::Resp3, limits());
    let mut feed = machine.feed(input);
    let mut begun = 0;
    while let Ok(Some(token)) = feed.next_token() {
        let text = &input[token.start as usize..token.end as usize];
        let common = match token.event {
            Event::SimpleString(text) | Event::SimpleError(text) => text.is_ascii(),
            Event::Integer(value) => text == format!(":{value}\r\n").as_bytes(),
            Event::BulkString(_) | Event::Boolean(_) | Event::Null(Null::Resp3) => true,
            Event::Begin { kind, count, .. } => {
                kind == resp_machine::event::Aggregate::Array && count.is_some()
            }
            Event::End { .. } => true,
            _ => false,
        };
        if !common {
            return false;
        }
        begun = token.end as usize;
    }
    // What has been begun: of the types that are in dispute as such, the marker is enough.
    !matches!(input.get(begun), Some(b'!' | b'|'))
}

/// Whether nothing can make a valid frame of it: ended here, its last line is wrong.
fn is_lost(input: &[u8]) -> bool {
    let ended = [input, b"\r\n"].concat();
    let mut machine = Machine::with_limits(Dialect::Resp3, limits());
    let mut feed = machine.feed(&ended);
    while let Ok(Some(_)) = feed.next_token() {}
    machine.error().is_some()
}

fn truncated(peer: &dyn Peer, input: &[u8], exceptions: &mut Vec<Exception>) {
    if !is_common(input) {
        exceptions.push(Exception::BehindForeign);
        return;
    }
    let said = peer.read(input);
    if said == Verdict::Refuse && is_lost(input) {
        exceptions.push(Exception::ToldBeforeLineEnd);
        return;
    }
    let same = said == Verdict::More;
    assert!(same, "{}: {said:?} of a part: {}", peer.name(), input.escape_ascii());
}

fn failed(
    peer: &dyn Peer,
    input: &[u8],
    start: usize,
    error: &ProtocolError,
    exceptions: &mut Vec<Exception>,
) {
    use ErrorKind::{BlobTooLong, FrameTooLong, LineTooLong, TooDeep, TooManyElements};
    if matches!(error.kind, BlobTooLong | FrameTooLong | LineTooLong | TooDeep | TooManyElements) {
        exceptions.push(Exception::Limit);
        return;
    }
    if !is_common(input) {
        exceptions.push(Exception::BehindForeign);
        return;
    }
    let at = error.offset as usize - start;
    // The line that the error is in, from behind its marker.
    let mut machine = Machine::with_limits(Dialect::Resp3, limits());
    let mut feed = machine.feed(input);
    while let Ok(Some(_)) = feed.next_token() {}
    let line_start = feed.consumed().min(at);
    let rest = &input[line_start..];
    let end = rest.windows(2).position(|two| two == b"\r\n");
    let line = &rest[..end.unwrap_or(rest.len())];
    // What it is cannot be told before it is asked; some peers must not be.
    if let Some(exception) = peer.looser(error, line, &Verdict::Refuse) {
        exceptions.push(exception);
        return;
    }
    let said = peer.read(input);
    if said == Verdict::Refuse {
        return;
    }
    if said == Verdict::More && end.is_none() {
        exceptions.push(Exception::ToldAtLineEnd);
        return;
    }
    let name = peer.name();
    match peer.looser(error, line, &said) {
        Some(exception) => exceptions.push(exception),
        None => panic!(
            "{name}: {said:?}, not {:?} at {at} (of {:?}, line {}): {}",
            error.kind,
            error.of,
            line.escape_ascii(),
            input.escape_ascii()
        ),
    }
}
