//! The vectors of `tests/vectors/`, and values in their tagged form.
//!
//! The comparison goes from the library's `Value` to the tagged JSON field by field, and knows
//! nothing of the program's own `decode` command, which writes the same form by other means.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resp_machine::Dialect;
use resp_machine::event::Null;
use resp_machine::frame::{Frame, View};
use resp_machine::value::{List, Value};
use serde_json::Value as Json;
use std::path::Path;

/// One line of one file.
#[derive(Debug)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) wire: Vec<u8>,
    pub(crate) dialects: Vec<Dialect>,
    pub(crate) json: Json,
}

impl Vector {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.json.get(name).and_then(Json::as_str)
    }

    /// The expected frames.
    pub(crate) fn frames(&self) -> Option<&Vec<Json>> {
        self.json.get("frames").and_then(Json::as_array)
    }
}

/// All vectors of a file.
pub(crate) fn load(file: &str) -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let text = std::fs::read_to_string(&path).expect("the vectors are part of the repository");
    text.lines().map(|line| vector(parse(line))).collect()
}

/// One object; those that nest deeply need the stack of the suites' own thread.
fn parse(line: &str) -> Json {
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut reader).expect("one object a line")
}

/// The three files in which every vector is valid.
pub(crate) fn valid() -> Vec<Vector> {
    ["replies.jsonl", "requests.jsonl", "spec.jsonl"].into_iter().flat_map(load).collect()
}

/// Every vector there is.
pub(crate) fn all() -> Vec<Vector> {
    valid().into_iter().chain(load("malformed.jsonl")).collect()
}

fn vector(json: Json) -> Vector {
    let wire = bytes(&json, "wire_b64", "wire_parts").expect("a wire");
    let dialects = match (json["direction"].as_str(), json["resp"].as_u64()) {
        (Some("request"), _) => vec![Dialect::Request],
        (_, Some(2)) => vec![Dialect::Resp3, Dialect::Resp2],
        _ => vec![Dialect::Resp3],
    };
    Vector { id: json["id"].as_str().unwrap_or("?").to_owned(), wire, dialects, json }
}

pub(crate) fn base64(json: &Json) -> Vec<u8> {
    STANDARD.decode(json.as_str().expect("base64 text")).expect("base64")
}

/// Bytes in one field as base64, or in another as repeated parts.
pub(crate) fn bytes(json: &Json, plain: &str, parts: &str) -> Option<Vec<u8>> {
    if let Some(text) = json.get(plain) {
        return Some(base64(text));
    }
    let mut all = Vec::new();
    for part in json.get(parts)?.as_array()? {
        all.extend(base64(&part[0]).repeat(part[1].as_u64()? as usize));
    }
    Some(all)
}

/// Whether `value` is what `json` describes.
pub(crate) fn same(value: &Value, json: &Json) -> bool {
    let text = |bytes_are: &[u8]| bytes(json, "b64", "parts").is_some_and(|b| b == bytes_are);
    let streamed = json.get("streamed").and_then(Json::as_bool).unwrap_or(false);
    let list = |list: &List, name: &str| {
        let items = json[name].as_array().expect("items");
        list.is_streamed() == streamed
            && items.len() == list.len()
            && items.iter().zip(list.iter()).all(|(json, value)| same(value, json))
    };
    let args = |words: &[Vec<u8>], name: &str| {
        json[name].as_array().expect("a list").iter().map(base64).eq(words.iter().cloned())
    };
    match (json["t"].as_str().expect("a tag"), value) {
        ("simple", Value::SimpleString(bytes))
        | ("error", Value::SimpleError(bytes))
        | ("bulkerror", Value::BulkError(bytes)) => text(bytes),
        ("bulk", Value::BulkString(bytes)) => !streamed && text(bytes),
        ("bulk", Value::StreamedString(chunks)) => {
            streamed && args(chunks, "chunks") && text(&chunks.concat())
        }
        ("int", Value::Integer(value)) => {
            json["v"].as_str().and_then(|text| text.parse().ok()) == Some(*value)
        }
        ("bignum", Value::BigNumber(text)) => {
            let text = String::from_utf8_lossy(text);
            text == json.get("text").unwrap_or(&json["v"]).as_str().unwrap_or("?")
        }
        ("null", Value::Null(null)) => {
            json["wire"]
                == (match null {
                    Null::Bulk => "$",
                    Null::Array => "*",
                    Null::Resp3 => "_",
                })
        }
        ("bool", Value::Boolean(value)) => json["v"] == *value,
        ("double", Value::Double(value)) => match json.get("bits").and_then(Json::as_str) {
            Some(bits) => {
                let bits = bits.trim_start_matches("0x");
                u64::from_str_radix(bits, 16).expect("bits in hex") == value.to_bits()
            }
            None => json["v"] == "nan" && value.is_nan(),
        },
        ("verbatim", Value::Verbatim { format, text: rest }) => {
            let fmt: Vec<u8> =
                json["fmt"].as_str().expect("fmt").chars().map(|char| char as u8).collect();
            fmt == format && text(rest)
        }
        ("array", Value::Array(items))
        | ("set", Value::Set(items))
        | ("push", Value::Push(items)) => list(items, "items"),
        ("map", Value::Map(flat)) => {
            flat.is_streamed() == streamed && pairs(flat, json["pairs"].as_array().expect("pairs"))
        }
        ("attr", Value::Attributed(flat)) => {
            let (described, flat) = flat.split_last().expect("a described value");
            pairs(flat, json["pairs"].as_array().expect("pairs")) && same(described, &json["of"])
        }
        ("inline", Value::Inline(words)) => args(words, "args"),
        _ => false,
    }
}

fn pairs(flat: &[Value], json: &[Json]) -> bool {
    json.len() * 2 == flat.len()
        && json
            .iter()
            .zip(flat.chunks(2))
            .all(|(json, pair)| same(&pair[0], &json[0]) && same(&pair[1], &json[1]))
}

/// Whether the spelling of each double and big number is the one that `json` gives.
pub(crate) fn same_spelling(frame: Frame<'_>, json: &Json) -> bool {
    let text = || json.get("text").or(json.get("v")).and_then(Json::as_str).unwrap_or("?");
    match frame.view() {
        View::Double(double) => double.text() == text().as_bytes(),
        View::BigNumber(number) => number.text() == text().as_bytes(),
        View::Array(items) | View::Set(items) | View::Push(items) if json.get("of").is_none() => {
            items.zip(json["items"].as_array().expect("items")).all(|(a, b)| same_spelling(a, b))
        }
        _ => true,
    }
}

/// Whether a number in `json` is spelled in a way that only its text keeps.
pub(crate) fn spelled_integer(json: &Json) -> bool {
    match json {
        Json::Object(map) => {
            (map.get("t").is_some_and(|t| t == "int") && map.contains_key("text"))
                || map.values().any(spelled_integer)
        }
        Json::Array(list) => list.iter().any(spelled_integer),
        _ => false,
    }
}
