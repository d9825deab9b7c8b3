//! `differential`: the same verdict and the same value as other libraries, but for known
//! disagreements.
//!
//! The peers: hiredis (C, if its sources have been fetched), `redis-protocol`, `resp-rs` and
//! `redis`, each in RESP2 and in RESP3. They disagree with the documents, and with one another, in
//! many ways, and a target that passes over every input on which somebody disagrees compares
//! nothing. So a disagreement is an [`Exception`], which has a name, a test that shows it and what
//! lies beside it, and a predicate as narrow as it is; and an input that meets one is still
//! compared:
//!
//! * **A frame that this library accepts** is adapted to the peer: each part that the peer is known
//!   to refuse or to take for something else is replaced by the nearest that it knows (a streamed
//!   array by a counted one, `+5` by `5`). The adapted frame must be accepted, whole, as the same
//!   value. Where nothing had to be replaced, the peer gets the very bytes. What the types of the
//!   peer have no room for (three nulls, the order of a map) is an exception, too, but one of the
//!   value that is expected, and not of the bytes that are sent ([`Peer::keeps`]).
//! * **A truncated input** is adapted as far as it goes (`unfinished`), and the peer must ask
//!   for more.
//! * **An error**: what is before it is adapted, and the peer must ask for more there, and refuse
//!   the line or blob that is wrong (`fault`), unless its rules are known to be looser on just this:
//!   the kind of the error, and the bytes of the line or blob that it is in, say so, and say what the
//!   peer makes of them: which value, or that it waits. A number over a limit is compared with what
//!   the peer makes of it. Of the few things on which a verdict means nothing, what is before them is
//!   compared as a truncated input.
//!
//! A peer is asked twice or three times: whole, in the pieces that the input chose, and, if it is
//! short, byte by byte. It must say the same ([`Exception::MarkerDropped`] is where one does not).
//!
//! RESP2 adds what the machine does in that dialect, against two parsers of RESP2 alone
//! (`redis-protocol`, `resp-rs`); hiredis and `redis` have one reader for both, so a type of RESP3 is
//! compared up to its marker, and all else as before.
//!
//! A bug that turns it red: a wrong verdict that reference and machine share.

mod exceptions;
mod fault;
#[cfg(hiredis)]
pub mod hiredis;
pub mod redis_crate;
pub mod redis_protocol;
pub mod resp_rs;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod tests;
mod unfinished;

pub use exceptions::Exception;
pub use fault::Fault;

use resp_machine::encode::Encoder;
use resp_machine::event::{Event, Null};
use resp_machine::frame::{Frame, Parser};
use resp_machine::fuzzing::{Reached, Wire};
use resp_machine::machine::Machine;
use resp_machine::value::{List, Value};
use resp_machine::{Dialect, Limits};
use unfinished::{Unfinished, unfinished};

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

impl Verdict {
    /// It takes all there is, for this.
    fn all(value: Value) -> Verdict {
        Verdict::Accept(value, None)
    }

    /// Whether it is what was expected of so many bytes, of which nothing may be left.
    fn is(&self, expected: &Verdict, bytes: usize) -> bool {
        match (self, expected) {
            (Verdict::Accept(value, took), Verdict::Accept(expected, _)) => {
                value == expected && took.is_none_or(|took| took == bytes)
            }
            (said, expected) => said == expected,
        }
    }
}

/// What a peer has and no frame is here, like the end of a streamed value by itself: to whatever
/// this library reads it is not the same.
const NO_VALUE: Value = Value::Inline(Vec::new());

/// Another library, reading one dialect.
pub trait Peer {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is to read, and what it is compared in.
    fn dialect(&self) -> Dialect;

    /// Reads the frame that `input` begins with.
    fn read(&self, input: &[u8]) -> Verdict;

    /// Reads the frame that begins with these pieces, each of which comes when the one before has
    /// not been enough.
    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict;

    /// What the peer has in place of `value`, whose parts have been adapted before and which is not
    /// streamed, and why.
    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)>;

    /// Whether an attribute belongs to the value behind it, as here.
    fn knows_attributes(&self) -> bool {
        false
    }

    /// What the peer has in place of a marker.
    fn marker(&self, marker: u8) -> Result<u8, (u8, Exception)> {
        Ok(marker)
    }

    /// Why an event cannot be sent in its spelling; with the canonical one it can. To Rust, a NaN
    /// with a payload is no `f64`.
    fn spelling(&self, event: &Event<'_>, _spelling: Option<&[u8]>) -> Option<Exception> {
        match event {
            Event::Double(double) if double.text().ends_with(b")") => {
                Some(Exception::DoubleSpelling)
            }
            _ => None,
        }
    }

    /// Whether the peer takes a double that is spelled so, if it takes its parts.
    fn spells(&self, _double: &[u8], _value: f64) -> bool {
        true
    }

    /// What the peer's own types keep of `value`, whose parts are what they keep already, and why
    /// that is less. Nothing of what is sent changes.
    fn keeps(&self, value: Value) -> Result<Value, (Value, Exception)> {
        Ok(value)
    }

    /// What the peer makes of a length or count that is over this library's limits, with nothing
    /// behind it; `None` if it must not be asked. As a rule it takes what an `i64` does.
    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        Some(fault.waits_up_to(i64::MAX as u64))
    }

    /// Why the peer's verdict on a fault means nothing; it must not be asked.
    fn unasked(&self, _: &Fault<'_>) -> Option<Exception> {
        None
    }

    /// Why the peer accepts a fault, or waits for more when its line or blob is complete; and what it
    /// makes of that line or blob with nothing before it. It takes all of it, if it takes it.
    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)>;

    /// Why the peer drops this byte, if a value should begin with it and a piece ends with it.
    fn drops(&self, _byte: u8) -> Option<Exception> {
        None
    }

    /// Why the peer refuses `rest`, the beginning of a line that cannot become valid.
    fn eager(&self, _rest: &[u8]) -> Option<Exception> {
        None
    }
}

/// All that are there, each in both dialects.
pub fn peers() -> Vec<Box<dyn Peer>> {
    let both = [Dialect::Resp2, Dialect::Resp3];
    both.into_iter().flat_map(peers_of).collect()
}

fn peers_of(dialect: Dialect) -> Vec<Box<dyn Peer>> {
    vec![
        #[cfg(hiredis)]
        Box::new(hiredis::Hiredis(dialect)),
        Box::new(redis_protocol::RedisProtocol(dialect)),
        Box::new(resp_rs::RespRs(dialect)),
        Box::new(redis_crate::RedisCrate(dialect)),
    ]
}

/// The longest input. hiredis tells how far it has read only while its buffer is short.
const LONGEST: usize = 900;

/// Inputs up to this length come byte by byte, too: most peers begin anew with each piece.
const BYTEWISE: usize = 64;

/// Limits that no line and no frame reaches, and that are within those of every peer; so low that
/// hiredis, which allocates what is announced, does no harm.
fn limits(dialect: Dialect) -> Limits {
    Limits::new(dialect).depth(64).line(LONGEST).blob(4096).elements(1000)
}

/// The target; its input is a [`Wire`], whose dialect chooses the peers. A request is read as both.
pub fn run(data: &[u8]) {
    let Some(wire) = input(data) else { return };
    let peers = match wire.dialect {
        Dialect::Request => peers(),
        dialect => peers_of(dialect),
    };
    for peer in peers {
        compare(peer.as_ref(), wire);
    }
}

/// What an input reaches, in the dialects in which it is compared.
pub fn reaches(data: &[u8]) -> Reached {
    let Some(wire) = input(data) else { return Reached::new() };
    let both = [Dialect::Resp2, Dialect::Resp3].into_iter();
    both.filter(|dialect| [*dialect, Dialect::Request].contains(&wire.dialect))
        .flat_map(|dialect| {
            let mut wire = wire;
            wire.dialect = dialect;
            wire.reaches(limits(dialect))
        })
        .collect()
}

fn input(data: &[u8]) -> Option<Wire<'_>> {
    let mut wire = Wire::of(data)?;
    wire.input = &wire.input[..wire.input.len().min(LONGEST)];
    Some(wire)
}

/// Holds a peer against the library; the exceptions that were made. The dialect is the peer's.
pub fn compare(peer: &dyn Peer, wire: Wire<'_>) -> Vec<Exception> {
    let mut comparison = Comparison { peer, cuts: wire, exceptions: Vec::new() };
    comparison.stream(wire.input);
    comparison.exceptions
}

struct Comparison<'a> {
    peer: &'a dyn Peer,
    /// Its cuts are those of whatever the peer is sent.
    cuts: Wire<'a>,
    exceptions: Vec<Exception>,
}

impl Comparison<'_> {
    /// Frame after frame, and what is left.
    fn stream(&mut self, input: &[u8]) {
        let dialect = self.peer.dialect();
        let mut parser = Parser::with_limits(dialect, limits(dialect));
        let mut start = 0;
        let mut interrupted = false;
        loop {
            let parsed = match parser.parse(&input[start..]) {
                Ok(Some(parsed)) => parsed,
                Ok(None) => {
                    if start < input.len() {
                        self.truncated(&input[start..]);
                    }
                    return;
                }
                Err(error) => {
                    let at = error.offset as usize - start;
                    return self.failed(&input[start..], at, &error);
                }
            };
            let consumed = parsed.consumed;
            let before = self.exceptions.len();
            let value = self.adapted(parsed.frame);
            if interrupted || consumed == 0 {
                self.exceptions.push(Exception::PushIsElement);
            }
            let mut wire = parsed.wire.to_vec();
            if self.exceptions.len() > before {
                wire.clear();
                let written = Encoder::new().limits(limits(dialect)).value(&mut wire, &value);
                assert_eq!(written, Ok(()), "{value:?}");
            }
            let said = self.ask(&wire);
            // After the bytes are chosen: what the peer does not keep, it is sent all the same.
            let expected = Verdict::all(self.kept(value));
            let (name, shown) = (self.name(), wire.escape_ascii());
            let same = said.is(&expected, wire.len());
            assert!(same, "{name}: {said:?}, not {expected:?}: {shown}");
            interrupted = consumed == 0;
            start += consumed;
        }
    }

    /// A frame in the peer's terms.
    fn adapted(&mut self, frame: Frame<'_>) -> Value {
        let mut events = frame.events();
        while let Some(event) = events.next() {
            self.exceptions.extend(self.peer.spelling(&event, events.spelling()));
        }
        let adapt = |value| counted(value).and_then(|value| self.peer.adapt(value));
        map(Value::from(frame), &mut |value| replaced(value, &mut self.exceptions, &adapt))
    }

    /// What the peer keeps of a value that it accepts.
    fn kept(&mut self, value: Value) -> Value {
        let keep = |value| self.peer.keeps(value);
        map(value, &mut |value| replaced(value, &mut self.exceptions, &keep))
    }

    fn name(&self) -> String {
        format!("{} ({})", self.peer.name(), self.peer.dialect().name())
    }

    /// What the peer says of a whole, which must be what it says of pieces.
    fn ask(&mut self, bytes: &[u8]) -> Verdict {
        let said = self.peer.read(bytes);
        let mut cut = self.cuts;
        cut.input = bytes;
        self.in_pieces(&cut.pieces().collect::<Vec<_>>(), &said);
        if bytes.len() <= BYTEWISE {
            self.in_pieces(&bytes.chunks(1).collect::<Vec<_>>(), &said);
        }
        said
    }

    fn in_pieces(&mut self, pieces: &[&[u8]], whole: &Verdict) {
        let read = |pieces: &[&[u8]]| self.peer.read_pieces(&mut pieces.iter().copied());
        let said = read(pieces);
        if said == *whole {
            return;
        }
        // Whether it is the same without one of the bytes that the peer drops where a piece ends.
        let dropped = pieces.iter().enumerate().find_map(|(index, piece)| {
            let (last, others) = piece.split_last()?;
            let exception = self.peer.drops(*last)?;
            let mut without = pieces.to_vec();
            without[index] = others;
            (read(&without) == said).then_some(exception)
        });
        match dropped {
            Some(exception) => self.exceptions.push(exception),
            None => panic!(
                "{}: {said:?} of pieces, not {whole:?}: of {:?} bytes: {}",
                self.name(),
                pieces.iter().map(|piece| piece.len()).collect::<Vec<_>>(),
                pieces.concat().escape_ascii()
            ),
        }
    }

    /// A part of a frame, right so far.
    fn truncated(&mut self, input: &[u8]) {
        let Unfinished { wire, rest_at, .. } = unfinished(self, input);
        let said = self.ask(&wire);
        if said == Verdict::Refuse
            && is_lost(self.peer.dialect(), input)
            && let Some(exception) = self.peer.eager(&input[rest_at..])
        {
            self.exceptions.push(exception);
            return;
        }
        let same = said == Verdict::More;
        assert!(same, "{}: {said:?} of a part: {}", self.name(), wire.escape_ascii());
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

/// Replaces a value whose parts have been, until nothing is left to replace: what replaces may have
/// to be replaced, too.
fn replaced(
    mut value: Value,
    exceptions: &mut Vec<Exception>,
    replace: &dyn Fn(Value) -> Result<Value, (Value, Exception)>,
) -> Value {
    loop {
        match replace(value) {
            Ok(value) => return value,
            Err((other, exception)) => {
                exceptions.push(exception);
                value = other;
            }
        }
    }
}

/// Nobody else reads streamed forms as values.
fn counted(value: Value) -> Result<Value, (Value, Exception)> {
    let flat = |list: List| List::new(list.into_vec());
    let flat = match value {
        Value::StreamedString(chunks) => Value::BulkString(chunks.concat()),
        Value::Array(list) if list.is_streamed() => Value::Array(flat(list)),
        Value::Set(list) if list.is_streamed() => Value::Set(flat(list)),
        Value::Map(list) if list.is_streamed() => Value::Map(flat(list)),
        other => return Ok(other),
    };
    Err((flat, Exception::Streamed))
}

/// What an attribute describes, for a peer that does not know attributes.
fn described(list: List) -> (Value, Exception) {
    (list.into_vec().pop().unwrap_or(Value::null()), Exception::Attribute)
}

/// A value of a peer that has one null.
fn one_null(value: Value) -> Result<Value, (Value, Exception)> {
    match value {
        Value::Null(Null::Bulk | Null::Array) => Err((Value::null(), Exception::OneNull)),
        other => Ok(other),
    }
}

/// Whether nothing can make a valid frame of it: ended here, its last line is wrong.
fn is_lost(dialect: Dialect, input: &[u8]) -> bool {
    let ended = [input, b"\r\n"].concat();
    let mut machine = Machine::with_limits(dialect, limits(dialect));
    let mut feed = machine.feed(&ended);
    while let Ok(Some(_)) = feed.next_token() {}
    machine.error().is_some()
}
