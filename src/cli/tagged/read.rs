//! Tagged JSON to bytes, by way of the encoder.

use super::json::{Json, Node};
use crate::Limits;
use crate::encode::{EncodeError, Encoder, Output};
use crate::event::{Aggregate, BigNumber, Double, Event, Null};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Encodes the value that `line` describes into `out`.
///
/// The error says what is wrong with it; then nothing is written.
pub(in crate::cli) fn read(
    line: &[u8],
    encoder: &mut Encoder,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let json = Json::parse(line)?;
    let start = out.length();
    let outcome = Reader { json: &json, encoder, out }.run();
    if outcome.is_err() {
        // An unfinished frame is forgotten; there is nothing more to say of it.
        let _ = encoder.finish(out);
        out.cut(start);
    }
    outcome
}

/// What is left to write, last first.
enum Task {
    Value(usize),
    End(Aggregate),
}

struct Reader<'a> {
    json: &'a Json,
    encoder: &'a mut Encoder,
    out: &'a mut Vec<u8>,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), String> {
        let mut tasks = vec![Task::Value(0)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Value(index) => self.value(index, &mut tasks)?,
                Task::End(kind) => self.end(kind)?,
            }
        }
        self.encoder.finish(self.out).map_err(|error| error.to_string())
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        self.encoder.event(self.out, event).map_err(|error| error.to_string())
    }

    fn end(&mut self, kind: Aggregate) -> Result<(), String> {
        self.encoder.end(self.out, kind).map_err(|error| error.to_string())
    }

    fn value(&mut self, index: usize, tasks: &mut Vec<Task>) -> Result<(), String> {
        match self.text(index, "t")? {
            "simple" => self.event(Event::SimpleString(&self.bytes(index)?)),
            "error" => self.event(Event::SimpleError(&self.bytes(index)?)),
            "bulk" if self.streamed(index)? => self.streamed_string(index),
            "bulk" => self.event(Event::BulkString(&self.bytes(index)?)),
            "bulkerror" => self.event(Event::BulkError(&self.bytes(index)?)),
            "verbatim" => {
                let format = self.format(index)?;
                self.event(Event::Verbatim { format, text: &self.bytes(index)? })
            }
            "int" => {
                let text = self.spelling(index)?.to_owned();
                self.encoder
                    .integer_text(self.out, text.as_bytes())
                    .map_err(|error| format!("{text:?}: {error}"))
            }
            "bignum" => {
                let text = self.spelling(index)?.to_owned();
                let number = BigNumber::new(text.as_bytes())
                    .ok_or_else(|| format!("{text:?} is not a big number"))?;
                self.event(Event::BigNumber(number))
            }
            "double" => self.double(index),
            "bool" => match self.json.field(index, "v") {
                Some(Node::Bool(value)) => self.event(Event::Boolean(*value)),
                _ => Err("a bool has `v`: true or false".to_owned()),
            },
            "null" => {
                let null = match self.text(index, "wire")? {
                    "$" => Null::Bulk,
                    "*" => Null::Array,
                    "_" => Null::Resp3,
                    other => return Err(format!("`wire` is $, * or _, not {other:?}")),
                };
                self.event(Event::Null(null))
            }
            "array" => self.aggregate(index, Aggregate::Array, tasks),
            "set" => self.aggregate(index, Aggregate::Set, tasks),
            "push" => self.aggregate(index, Aggregate::Push, tasks),
            "map" => self.aggregate(index, Aggregate::Map, tasks),
            "attr" => {
                let of = self.json.field_index(index, "of");
                tasks.push(Task::Value(of.ok_or("an attr has `of`: the value it describes")?));
                self.aggregate(index, Aggregate::Attribute, tasks)
            }
            "inline" => {
                let words = self.list_of_bytes(index, "args")?;
                self.encoder.inline(self.out, &words).map_err(|error| error.to_string())
            }
            other => Err(format!("{other:?} is no type: `t` is simple, error, int, bulk, …")),
        }
    }

    fn text(&self, index: usize, name: &str) -> Result<&str, String> {
        match self.json.field(index, name) {
            Some(Node::Text(text)) => Ok(text),
            _ => Err(format!("a string {name:?} is missing")),
        }
    }

    /// A number as it stood on the wire, or else in canonical form.
    fn spelling(&self, index: usize) -> Result<&str, String> {
        match (self.json.field(index, "text"), self.json.field(index, "v")) {
            (Some(Node::Text(text)), _) | (None, Some(Node::Text(text) | Node::Number(text))) => {
                Ok(text)
            }
            _ => Err("a number has `v`: a string of digits".to_owned()),
        }
    }

    fn bytes(&self, index: usize) -> Result<Vec<u8>, String> {
        if let Some(parts) = self.json.field(index, "parts") {
            return self.parts(parts);
        }
        decode(self.text(index, "b64")?)
    }

    fn parts(&self, parts: &Node) -> Result<Vec<u8>, String> {
        let wrong = || "`parts` is a list of [base64, times]".to_owned();
        let Node::List(parts) = parts else {
            return Err(wrong());
        };
        let mut bytes = Vec::new();
        for part in parts {
            let Node::List(pair) = self.json.node(*part) else {
                return Err(wrong());
            };
            let [piece, times] = pair.as_slice() else {
                return Err(wrong());
            };
            match (self.json.node(*piece), self.json.node(*times)) {
                (Node::Text(piece), Node::Number(times)) => {
                    let piece = decode(piece)?;
                    let times: usize = times.parse().map_err(|_| wrong())?;
                    let limit = Limits::default().blob;
                    let length = piece.len().checked_mul(times).map(|length| length as u64);
                    if length.is_none_or(|length| length + bytes.len() as u64 > limit) {
                        return Err(EncodeError::BlobTooLong { limit }.to_string());
                    }
                    bytes.extend_from_slice(&piece.repeat(times));
                }
                _ => return Err(wrong()),
            }
        }
        Ok(bytes)
    }

    fn list_of_bytes(&self, index: usize, name: &str) -> Result<Vec<Vec<u8>>, String> {
        let Some(Node::List(items)) = self.json.field(index, name) else {
            return Err(format!("a list {name:?} is missing"));
        };
        let item = |item: &usize| match self.json.node(*item) {
            Node::Text(text) => decode(text),
            _ => Err(format!("{name:?} is a list of base64")),
        };
        items.iter().map(item).collect()
    }

    fn streamed(&self, index: usize) -> Result<bool, String> {
        match self.json.field(index, "streamed") {
            Some(Node::Bool(streamed)) => Ok(*streamed),
            None | Some(Node::Null) => Ok(false),
            Some(_) => Err("`streamed` is true or false".to_owned()),
        }
    }

    fn streamed_string(&mut self, index: usize) -> Result<(), String> {
        let chunks = self.list_of_bytes(index, "chunks")?;
        self.encoder.streamed_string(self.out, &chunks).map_err(|error| error.to_string())
    }

    fn format(&self, index: usize) -> Result<[u8; 3], String> {
        let wrong = || "`fmt` is three characters, each one byte".to_owned();
        let bytes = self.text(index, "fmt")?.chars().map(u8::try_from);
        let bytes: Result<Vec<u8>, _> = bytes.collect();
        bytes.ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)
    }

    fn double(&mut self, index: usize) -> Result<(), String> {
        if let Some(Node::Text(text)) = self.json.field(index, "text") {
            let double = Double::new(text.as_bytes())
                .ok_or_else(|| format!("{text:?} is not a double of RESP3"))?;
            return self.event(Event::Double(double));
        }
        let text = self.spelling(index)?;
        let value = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
        self.encoder.double(self.out, value).map_err(|error| error.to_string())
    }

    /// Begins an aggregate and leaves its values, and its end, to be written.
    fn aggregate(
        &mut self,
        index: usize,
        kind: Aggregate,
        tasks: &mut Vec<Task>,
    ) -> Result<(), String> {
        let in_pairs = kind.values_per_element() == 2;
        let name = if in_pairs { "pairs" } else { "items" };
        let Some(Node::List(items)) = self.json.field(index, name) else {
            return Err(format!("a list {name:?} is missing"));
        };
        tasks.push(Task::End(kind));
        for item in items.iter().rev() {
            if !in_pairs {
                tasks.push(Task::Value(*item));
                continue;
            }
            match self.json.node(*item) {
                Node::List(pair) if pair.len() == 2 => {
                    tasks.extend([Task::Value(pair[1]), Task::Value(pair[0])]);
                }
                _ => return Err("`pairs` is a list of [key, value]".to_owned()),
            }
        }
        let streamed = self.streamed(index)?;
        self.encoder
            .begin_known(self.out, kind, streamed, items.len() as u64)
            .map_err(|error| error.to_string())
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|error| format!("not base64: {error}"))
}
