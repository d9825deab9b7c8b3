//! The items of a trace, and their JSON.
//!
//! The form is a contract, which `docs/trace.md` states for who reads it: one object for each item,
//! `kind` first, the fields in the order of declaration here. Bytes are text with the escapes of
//! `escape_ascii`, so that they can be read; what is cut in the text form is whole in JSON.

use super::elsewhere::elsewhere;
use super::stack::Open;
use super::words;
use crate::error::{ErrorKind, ProtocolError, Truncated};
use crate::event::{Aggregate, Event};
use crate::machine::{Level, Machine};
use crate::state::{Rule, State};
use crate::wire::Type;
use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// One thing that a [`Tracer`](super::Tracer) tells of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Item<'a> {
    /// A transition was taken.
    Transition(Transition<'a>),
    /// A part of a blob was handed over: no transition yet.
    Part(Part<'a>),
    /// A piece of the input ends.
    Chunk(Chunk<'a>),
    /// The input broke a rule; the last item.
    Error(Refusal<'a>),
    /// The stream ended between frames; the last item.
    End(End),
    /// The stream ended inside a frame; the last item.
    Incomplete(Incomplete),
}

impl Item<'_> {
    /// The item as a JSON object, on one line.
    pub fn to_json(&self) -> String {
        // Nothing in an item fails to serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A transition as it was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Transition<'a> {
    /// The row of the table.
    #[serde(serialize_with = "debug")]
    pub rule: Rule,
    /// The state it leaves.
    #[serde(serialize_with = "debug")]
    pub from: State,
    /// The state it enters.
    #[serde(serialize_with = "debug")]
    pub to: State,
    /// The stream offset of the first byte that caused it.
    pub start: u64,
    /// The stream offset behind the last; equal to `start` where the row reads nothing.
    pub end: u64,
    /// Those bytes; of a blob that came in parts, what is behind the last part.
    #[serde(serialize_with = "escaped")]
    pub bytes: &'a [u8],
    /// The aggregates that are open behind it, outermost first.
    pub stack: &'a [Open],
    /// What it emitted.
    #[serde(serialize_with = "optional_event")]
    pub event: Option<Event<'a>>,
    /// Why it was taken, in words.
    pub why: Cow<'static, str>,
}

/// The beginning of a blob that is taken in parts, or one of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part<'a> {
    /// The stream offset of its first byte.
    pub start: u64,
    /// The stream offset behind its last.
    pub end: u64,
    /// The bytes; of a beginning, the format of a verbatim string and its colon.
    #[serde(serialize_with = "escaped")]
    pub bytes: &'a [u8],
    /// The event.
    #[serde(serialize_with = "event")]
    pub event: Event<'a>,
}

/// Where a piece of the input ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Chunk<'a> {
    /// The stream offset of its end.
    pub end: u64,
    /// Where the machine stands.
    #[serde(serialize_with = "debug")]
    pub state: State,
    /// Up to which stream offset bytes are consumed.
    pub consumed: u64,
    /// How many bytes are not, and must be presented again with more behind them.
    pub kept: u64,
    /// Those bytes; not in the JSON.
    #[serde(skip)]
    pub bytes: &'a [u8],
    /// How many of those need not be searched for a line's end again.
    pub scanned: u64,
    /// In `Body`: how many bytes of the blob are not consumed, those that are kept among them.
    pub due: Option<u64>,
    /// The aggregates that are open, outermost first.
    pub stack: &'a [Open],
    /// The stream offset of the first byte that the machine has not looked at, or, in `Body`, of the
    /// line end behind the blob: where it goes on.
    pub resumes: u64,
    /// The same in words.
    pub message: String,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(
        machine: &Machine<Vec<Level>>,
        kept: &'a [u8],
        stack: &'a [Open],
    ) -> Chunk<'a> {
        let (consumed, scanned) = (machine.offset(), machine.scanned() as u64);
        Chunk {
            end: consumed + kept.len() as u64,
            state: machine.state(),
            consumed,
            kept: kept.len() as u64,
            bytes: kept,
            scanned,
            due: machine.due(),
            stack,
            resumes: consumed + machine.due().unwrap_or(scanned),
            message: words::at_chunk_end(machine, kept),
        }
    }
}

/// What the machine refuses.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// The stream offset of the first byte that rules out every valid continuation.
    pub offset: u64,
    /// The state that was reading.
    #[serde(serialize_with = "debug")]
    pub state: State,
    /// The rule that was broken.
    #[serde(rename = "error", serialize_with = "debug")]
    pub kind: ErrorKind,
    /// The error in words.
    pub message: String,
    /// What would have been right.
    pub expected: String,
    /// What came instead.
    pub found: String,
    /// What probably happened, where that can be told.
    pub hint: Option<&'static str>,
    /// What hiredis does with such input, if it is a reply and that is known.
    pub hiredis: Option<Cow<'static, str>>,
    /// What redis-server does with such input, if it is a request and that is known.
    pub redis: Option<Cow<'static, str>>,
    /// The type that was being read, once a marker had been.
    #[serde(rename = "type", serialize_with = "optional_type")]
    pub of: Option<Type>,
    /// The stream offset of the first of `bytes`.
    pub start: u64,
    /// What stands around the offset: before it the last few bytes, behind it as many as were there.
    #[serde(serialize_with = "escaped")]
    pub bytes: &'a [u8],
}

/// How many bytes are shown on each side of an error.
pub(super) const AROUND: usize = 32;

impl<'a> Refusal<'a> {
    /// An error of a machine that had `input`, from the stream offset `base`, in front of it, and
    /// in the stream so far, perhaps, a streamed form.
    pub(super) fn new(
        error: &ProtocolError,
        base: u64,
        input: &'a [u8],
        streamed: bool,
    ) -> Refusal<'a> {
        let at = error.offset.saturating_sub(base) as usize;
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND).min(input.len()));
        let others = elsewhere(error, streamed);
        Refusal {
            offset: error.offset,
            state: error.state,
            kind: error.kind,
            message: error.to_string(),
            expected: error.expected.to_string(),
            found: error.found.to_string(),
            hint: error.hint(),
            hiredis: others.hiredis.map(|said| said.text),
            redis: others.redis.map(|said| said.text),
            of: error.of,
            start: base + from as u64,
            bytes: input.get(from..to).unwrap_or_default(),
        }
    }
}

/// The end of a stream, between frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct End {
    /// The stream offset of the end.
    pub offset: u64,
    /// How many frames there were.
    pub frames: u64,
}

/// The end of a stream, inside a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Incomplete {
    /// The stream offset of the end.
    pub offset: u64,
    /// The state that waits for more.
    #[serde(serialize_with = "debug")]
    pub state: State,
    /// How many aggregates are open.
    pub depth: usize,
    /// The same in words.
    pub message: String,
}

impl From<Truncated> for Incomplete {
    fn from(end: Truncated) -> Incomplete {
        Incomplete {
            offset: end.offset,
            state: end.state,
            depth: end.depth,
            message: end.to_string(),
        }
    }
}

/// A name, as the code spells it.
fn debug<S: Serializer>(name: &impl fmt::Debug, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{name:?}"))
}

fn escaped<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&bytes.escape_ascii())
}

fn optional_type<S: Serializer>(kind: &Option<Type>, serializer: S) -> Result<S::Ok, S::Error> {
    kind.map(Type::name).serialize(serializer)
}

fn event<S: Serializer>(event: &Event<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    Form(event).serialize(serializer)
}

fn optional_event<S: Serializer>(
    event: &Option<Event<'_>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    event.as_ref().map(Form).serialize(serializer)
}

/// An event as JSON: what happened, the type, and what of it there is to see.
struct Form<'e, 'a>(&'e Event<'a>);

impl Serialize for Form<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = |serializer: S, kind: Type, text: &dyn fmt::Display| {
            let mut form = serializer.serialize_struct("event", 3)?;
            form.serialize_field("event", "value")?;
            form.serialize_field("type", kind.name())?;
            form.serialize_field("text", &Shown(text))?;
            form.end()
        };
        match *self.0 {
            Event::Begin { kind, count, interrupts } => {
                bracket(serializer, "begin", kind, count, interrupts)
            }
            Event::End { kind, count, interrupts } => {
                bracket(serializer, "end", kind, Some(count), interrupts)
            }
            Event::SimpleString(text) => {
                value(serializer, Type::SimpleString, &text.escape_ascii())
            }
            Event::SimpleError(text) => value(serializer, Type::SimpleError, &text.escape_ascii()),
            Event::Integer(number) => value(serializer, Type::Integer, &number),
            Event::BulkString(bytes) => value(serializer, Type::BulkString, &bytes.escape_ascii()),
            Event::BulkError(bytes) => value(serializer, Type::BulkError, &bytes.escape_ascii()),
            Event::Boolean(truth) => value(serializer, Type::Boolean, &truth),
            Event::Double(double) => value(serializer, Type::Double, &double.text().escape_ascii()),
            Event::BigNumber(number) => {
                value(serializer, Type::BigNumber, &number.text().escape_ascii())
            }
            Event::Chunk(bytes) => value(serializer, Type::Chunk, &bytes.escape_ascii()),
            Event::Null(null) => {
                let spelling = null.bytes().trim_ascii_end();
                value(serializer, Type::Null, &spelling.escape_ascii())
            }
            Event::Verbatim { format, text } => {
                let mut form = serializer.serialize_struct("event", 4)?;
                form.serialize_field("event", "value")?;
                form.serialize_field("type", Type::VerbatimString.name())?;
                form.serialize_field("text", &Shown(&text.escape_ascii()))?;
                form.serialize_field("format", &Shown(&format.escape_ascii()))?;
                form.end()
            }
            Event::Inline(command) => {
                let words = command.words().map(|word| {
                    let word: Vec<u8> = word.bytes().collect();
                    word.escape_ascii().to_string()
                });
                let mut form = serializer.serialize_struct("event", 4)?;
                form.serialize_field("event", "value")?;
                form.serialize_field("type", Type::Inline.name())?;
                form.serialize_field("text", &Shown(&command.line().escape_ascii()))?;
                form.serialize_field("arguments", &words.collect::<Vec<_>>())?;
                form.end()
            }
            Event::BlobBegin { kind, format, length } => {
                let mut form = serializer.serialize_struct("event", 4)?;
                form.serialize_field("event", "blob begin")?;
                form.serialize_field("type", kind.name())?;
                form.serialize_field("length", &length)?;
                let format = format.map(|format| format.escape_ascii().to_string());
                form.serialize_field("format", &format)?;
                form.end()
            }
            Event::BlobPart(bytes) => {
                let mut form = serializer.serialize_struct("event", 2)?;
                form.serialize_field("event", "blob part")?;
                form.serialize_field("length", &bytes.len())?;
                form.end()
            }
            Event::BlobEnd => {
                let mut form = serializer.serialize_struct("event", 1)?;
                form.serialize_field("event", "blob end")?;
                form.end()
            }
        }
    }
}

/// The beginning or the end of an aggregate.
fn bracket<S: Serializer>(
    serializer: S,
    name: &'static str,
    kind: Aggregate,
    count: Option<u64>,
    interrupts: bool,
) -> Result<S::Ok, S::Error> {
    let mut form = serializer.serialize_struct("event", 4)?;
    form.serialize_field("event", name)?;
    form.serialize_field("type", &Shown(&kind))?;
    form.serialize_field("count", &count)?;
    form.serialize_field("interrupts", &interrupts)?;
    form.end()
}

/// What is printed, as a string.
struct Shown<'a>(&'a dyn fmt::Display);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}
