//! Frames to tagged JSON, by way of their events.

use crate::event::{Aggregate, Double, Event, Null};
use crate::frame::{Events, Frame};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use json_event_parser::{JsonEvent, WriterJsonSerializer};
use std::io::{self, Write};

/// Writes `frame` as one JSON object, with no line end.
pub(in crate::cli) fn write(frame: Frame<'_>, output: impl Write) -> io::Result<()> {
    let mut writer = Writer { json: WriterJsonSerializer::new(output), open: Vec::new() };
    let mut events = frame.events();
    while let Some(event) = events.next() {
        writer.event(event, &mut events)?;
    }
    writer.json.finish()?;
    Ok(())
}

/// Writes a JSON string, for what surrounds frames.
pub(in crate::cli) fn text(text: &str, output: impl Write) -> io::Result<()> {
    let mut json = WriterJsonSerializer::new(output);
    json.serialize_event(JsonEvent::String(text.into()))?;
    json.finish()?;
    Ok(())
}

/// An aggregate whose JSON object is not closed.
struct Open {
    kind: Aggregate,
    streamed: bool,
    /// Values written in it.
    values: usize,
    /// An attribute whose pairs are closed: what it describes is being written.
    annotated: bool,
}

struct Writer<W: Write> {
    json: WriterJsonSerializer<W>,
    open: Vec<Open>,
}

impl<W: Write> Writer<W> {
    fn emit(&mut self, event: JsonEvent<'_>) -> io::Result<()> {
        self.json.serialize_event(event)
    }

    fn key(&mut self, key: &'static str) -> io::Result<()> {
        self.emit(JsonEvent::ObjectKey(key.into()))
    }

    fn field(&mut self, key: &'static str, text: &str) -> io::Result<()> {
        self.key(key)?;
        self.emit(JsonEvent::String(text.into()))
    }

    fn base64(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.emit(JsonEvent::String(STANDARD.encode(bytes).into()))
    }

    fn flag(&mut self, key: &'static str, value: bool) -> io::Result<()> {
        self.key(key)?;
        self.emit(JsonEvent::Boolean(value))
    }

    /// The beginning of an object for a value of type `tag`, in its place.
    fn start(&mut self, tag: &'static str) -> io::Result<()> {
        let in_pairs = |open: &Open| open.kind.values_per_element() == 2 && !open.annotated;
        if self.open.last().is_some_and(|open| in_pairs(open) && open.values % 2 == 0) {
            self.emit(JsonEvent::StartArray)?;
        }
        self.emit(JsonEvent::StartObject)?;
        self.field("t", tag)
    }

    /// The end of a value's object, of its pair, and of the attributes that described it.
    fn finish(&mut self) -> io::Result<()> {
        self.emit(JsonEvent::EndObject)?;
        while self.open.last().is_some_and(|open| open.annotated) {
            self.open.pop();
            self.emit(JsonEvent::EndObject)?;
        }
        if let Some(open) = self.open.last_mut() {
            open.values += 1;
            if open.kind.values_per_element() == 2 && open.values % 2 == 0 {
                self.emit(JsonEvent::EndArray)?;
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, rest: &mut Events<'_>) -> io::Result<()> {
        match event {
            Event::Begin { kind: Aggregate::String, .. } => return self.streamed_string(rest),
            Event::Begin { kind, count, .. } => return self.begin(kind, count.is_none()),
            Event::End { .. } => return self.end(),
            Event::SimpleString(text) => self.string("simple", text)?,
            Event::SimpleError(text) => self.string("error", text)?,
            Event::BulkString(bytes) => self.string("bulk", bytes)?,
            Event::BulkError(bytes) => self.string("bulkerror", bytes)?,
            Event::Verbatim { format, text } => {
                self.start("verbatim")?;
                let format: String = format.iter().map(|byte| char::from(*byte)).collect();
                self.field("fmt", &format)?;
                self.key("b64")?;
                self.base64(text)?;
            }
            Event::Integer(value) => {
                self.start("int")?;
                self.number(&value.to_string(), rest.spelling())?;
            }
            Event::BigNumber(number) => {
                self.start("bignum")?;
                let sign = if number.is_negative() { "-" } else { "" };
                let canonical = format!("{sign}{}", number.digits().escape_ascii());
                self.number(&canonical, Some(number.text()))?;
            }
            Event::Double(double) => self.double(double)?,
            Event::Boolean(value) => {
                self.start("bool")?;
                self.flag("v", value)?;
            }
            Event::Null(null) => {
                self.start("null")?;
                let wire = match null {
                    Null::Bulk => "$",
                    Null::Array => "*",
                    Null::Resp3 => "_",
                };
                self.field("wire", wire)?;
            }
            Event::Inline(inline) => {
                self.start("inline")?;
                self.key("args")?;
                self.emit(JsonEvent::StartArray)?;
                for word in inline.words() {
                    self.base64(&word.bytes().collect::<Vec<u8>>())?;
                }
                self.emit(JsonEvent::EndArray)?;
            }
            // Of streamed strings, which are read in one piece, and of blobs in parts, which
            // trees do not hold.
            Event::Chunk(_) | Event::BlobBegin { .. } | Event::BlobPart(_) | Event::BlobEnd => {
                return Ok(());
            }
        }
        self.finish()
    }

    fn string(&mut self, tag: &'static str, bytes: &[u8]) -> io::Result<()> {
        self.start(tag)?;
        self.key("b64")?;
        self.base64(bytes)
    }

    /// A number in canonical form, and as on the wire if that is another.
    fn number(&mut self, canonical: &str, wire: Option<&[u8]>) -> io::Result<()> {
        self.field("v", canonical)?;
        match wire.map(String::from_utf8_lossy) {
            Some(text) if text != canonical => self.field("text", &text),
            _ => Ok(()),
        }
    }

    fn double(&mut self, double: Double<'_>) -> io::Result<()> {
        let value = double.value();
        self.start("double")?;
        let canonical = match value {
            f64::INFINITY => "inf".to_owned(),
            f64::NEG_INFINITY => "-inf".to_owned(),
            _ if value.is_nan() => "nan".to_owned(),
            _ => format!("{value:?}"),
        };
        self.field("v", &canonical)?;
        self.field("text", &String::from_utf8_lossy(double.text()))?;
        match value.is_nan() {
            true => Ok(()),
            false => self.field("bits", &format!("{:016x}", value.to_bits())),
        }
    }

    fn streamed_string(&mut self, rest: &mut Events<'_>) -> io::Result<()> {
        let mut chunks = Vec::new();
        for event in rest {
            match event {
                Event::Chunk(bytes) => chunks.push(bytes),
                _ => break,
            }
        }
        self.string("bulk", &chunks.concat())?;
        self.flag("streamed", true)?;
        self.key("chunks")?;
        self.emit(JsonEvent::StartArray)?;
        for chunk in chunks {
            self.base64(chunk)?;
        }
        self.emit(JsonEvent::EndArray)?;
        self.finish()
    }

    fn begin(&mut self, kind: Aggregate, streamed: bool) -> io::Result<()> {
        let (tag, list) = match kind {
            Aggregate::Map => ("map", "pairs"),
            Aggregate::Attribute => ("attr", "pairs"),
            Aggregate::Set => ("set", "items"),
            Aggregate::Push => ("push", "items"),
            Aggregate::Array | Aggregate::String => ("array", "items"),
        };
        self.start(tag)?;
        self.key(list)?;
        self.emit(JsonEvent::StartArray)?;
        self.open.push(Open { kind, streamed, values: 0, annotated: false });
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.emit(JsonEvent::EndArray)?;
        match self.open.last_mut() {
            Some(open) if open.kind == Aggregate::Attribute => {
                open.annotated = true;
                self.key("of")
            }
            _ => {
                if self.open.pop().is_some_and(|open| open.streamed) {
                    self.flag("streamed", true)?;
                }
                self.finish()
            }
        }
    }
}
