//! The tables of decisions on doubtful input: what this library makes of an input, beside what others
//! were seen to make of it (recorded in the vectors).

use super::root;
use base64::Engine as _;
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect, Limits};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write as _;

/// What of a vector matters here.
#[derive(Deserialize)]
struct Vector {
    direction: String,
    policy: Option<String>,
    wire_b64: Option<String>,
    wire_parts: Option<Vec<(String, usize)>>,
    #[serde(alias = "peers")]
    who_accepts: Option<HashMap<String, String>>,
}

/// One input whose reading is a decision.
pub(crate) struct Policy {
    pub(crate) tag: String,
    wire: Vec<u8>,
    shown: String,
    request: bool,
    who: HashMap<String, String>,
}

pub(crate) fn rows() -> Vec<Policy> {
    let mut rows = Vec::new();
    for file in ["malformed", "spec", "replies", "requests", "decisions"] {
        let path = root().join(format!("tests/vectors/{file}.jsonl"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let vector: Vector = serde_json::from_str(line).unwrap();
            let (wire, shown) = wire(&vector);
            let Some(tag) = vector.policy else { continue };
            let request = vector.direction == "request";
            rows.push(Policy {
                tag,
                wire,
                shown,
                request,
                who: vector.who_accepts.unwrap_or_default(),
            });
        }
    }
    rows
}

fn wire(vector: &Vector) -> (Vec<u8>, String) {
    let decode = |text: &String| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    if let Some(whole) = &vector.wire_b64 {
        let wire = decode(whole);
        let mut shown = wire.escape_ascii().to_string();
        if shown.len() > 60 {
            shown.truncate(57);
            shown.push('…');
        }
        return (wire, shown);
    }
    let mut wire = Vec::new();
    let mut shown = Vec::new();
    for (part, times) in vector.wire_parts.as_ref().unwrap() {
        let bytes = decode(part);
        wire.extend(bytes.repeat(*times));
        shown.push(match times {
            1 => bytes.escape_ascii().to_string(),
            _ => format!("({})×{times}", bytes.escape_ascii()),
        });
    }
    (wire, shown.join(" "))
}

pub(crate) fn table(tags: &str, rows: &mut Vec<Policy>) -> String {
    let mut text = String::from(
        "| input | here | hiredis | redis-server | valkey-server | tag |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for tag in tags.split(' ') {
        for row in rows.extract_if(.., |row| row.tag == tag) {
            let who = |name: &str| {
                let said = row.who.get(name).map_or("–", String::as_str);
                cell(said.split("; closed").next().unwrap())
            };
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {tag} |",
                row.shown.replace('|', "\\|"),
                here(&row.wire, row.request),
                who("hiredis-c"),
                who("redis-server"),
                who("valkey-server"),
            );
        }
    }
    text
}

/// Somebody's words, in the room of a cell.
fn cell(said: &str) -> String {
    let said = said.replace('|', "\\|").replace('`', "'").replace("\\r\\n", " ");
    match said.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }
}

/// What this library makes of `wire`.
pub(crate) fn here(wire: &[u8], request: bool) -> String {
    let dialect = if request { Dialect::Request } else { Dialect::Resp3 };
    let mut decoder = Decoder::with_limits(dialect, Limits::new(dialect));
    decoder.feed(wire);
    let mut frames = Vec::new();
    let stopped = loop {
        match decoder.next_frame() {
            // However it is spelt: `$-1` is no string, and `*-1` no array.
            Ok(Some(frame)) if frame.is_null() => frames.push(Type::Null.to_string()),
            Ok(Some(frame)) => frames.push(frame.wire_type().to_string()),
            Ok(None) => break None,
            Err(error) => break Some(format!("{:?} @ {}", error.kind, error.offset)),
        }
    };
    let end = stopped.or_else(|| decoder.finish().is_err().then(|| "incomplete".to_owned()));
    match (frames.as_slice(), end) {
        ([], Some(end)) => end,
        (_, None) => format!("accept: {}", frames.join(", ")),
        (_, Some(end)) => format!("{}, then {end}", frames.join(", ")),
    }
}
