//! The table against the records: what was recorded of an input is among what the table admits.

use super::{Said, Verdict, elsewhere};
use crate::trace::{Item, Tracer};
use crate::{Dialect, ErrorKind, ProtocolError};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::path::Path;

struct Record {
    id: String,
    dialect: Dialect,
    wire: Vec<u8>,
    who: serde_json::Value,
}

/// Whatever was recorded of input that is not simply right.
fn records() -> Vec<Record> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut records = Vec::new();
    for file in ["malformed.jsonl", "decisions.jsonl"] {
        let text = std::fs::read_to_string(vectors.join(file)).unwrap();
        for line in text.lines() {
            let mut json: serde_json::Value = serde_json::from_str(line).unwrap();
            let bytes = |text: &serde_json::Value| STANDARD.decode(text.as_str().unwrap()).unwrap();
            let wire = match json.get("wire_b64") {
                Some(text) => bytes(text),
                None => {
                    let part = |part: &serde_json::Value| {
                        bytes(&part[0]).repeat(part[1].as_u64().unwrap() as usize)
                    };
                    json["wire_parts"].as_array().unwrap().iter().flat_map(part).collect()
                }
            };
            records.push(Record {
                id: json["id"].as_str().unwrap().to_string(),
                dialect: match json["direction"].as_str() {
                    Some("request") => Dialect::Request,
                    _ => Dialect::Resp3,
                },
                wire,
                who: json["who_accepts"].take(),
            });
        }
    }
    records
}

/// The error in `wire`, and the words about it in the trace.
fn error(dialect: Dialect, wire: &[u8]) -> Option<(ProtocolError, bool, [Option<String>; 2])> {
    let mut tracer = Tracer::new(dialect);
    let mut said = [None, None];
    tracer.feed(wire, |item| {
        if let Item::Error(error) = item {
            said =
                [&error.hiredis, &error.redis].map(|text| text.as_ref().map(ToString::to_string));
        }
    });
    Some((*tracer.machine().error()?, tracer.stack.has_streamed(), said))
}

fn admits(said: &Said, record: &str) -> bool {
    let record = record.trim();
    said.verdicts.is_empty()
        || said.verdicts.iter().any(|verdict| match verdict {
            Verdict::Accepts => record.starts_with("accept"),
            Verdict::Waits => record.starts_with("incomplete"),
            // Of a few inputs only that they are refused was recorded.
            Verdict::Refuses(why) => {
                record == "error" || (record.starts_with("error: ") && record.contains(why))
            }
        })
}

#[test]
fn the_table_says_what_was_recorded() {
    let mut held = [0, 0];
    let mut kinds = BTreeSet::new();
    for Record { id, dialect, wire, who } in records() {
        let Some((error, streamed, told)) = error(dialect, &wire) else { continue };
        let answers = elsewhere(&error, streamed);
        let table = [(answers.hiredis, "hiredis-c"), (answers.redis, "redis-server")];
        for (at, (said, name)) in table.into_iter().enumerate() {
            assert_eq!(told[at].as_deref(), said.as_ref().map(|said| &*said.text), "{id}");
            let Some(record) = who.get(name).and_then(serde_json::Value::as_str) else { continue };
            let said = said.unwrap_or_else(|| panic!("{id}: {name} is known: {record}; {error:?}"));
            assert!(admits(&said, record), "{id}: {name}: {record}\n{said:?}\n{error:?}");
            // What the server sends is named to the byte.
            if let Some(answer) = record.strip_prefix("error: -ERR ") {
                let answer = answer.split("\\r\\n").next().unwrap();
                assert!(said.text.contains(answer), "{id}: {record}\n{said:?}");
            }
            held[at] += 1;
            kinds.insert(std::format!("{:?}", error.kind));
        }
    }
    assert!(held[0] > 130 && held[1] > 25, "only {held:?} records: are they still found?");
    std::println!("{held:?} {} kinds", kinds.len());
    assert!(kinds.len() > 20, "{kinds:?}");
}

/// Where one error stands for two that hiredis tells apart, both are said.
#[test]
fn an_error_that_hides_a_difference_admits_both() {
    let cases = [
        [(&b"(\r\n"[..], "accept"), (b"(\r4\r\n", "error: Bad bignum value")],
        [
            (b"=0\r\n\r\n", "error: Verbatim string 4 bytes of content type are missing"),
            (b"=05\r\ntxt:a\r\n", "error: Bad bulk string length"),
        ],
    ];
    for (wire, recorded) in cases.concat() {
        let (error, ..) = error(Dialect::Resp3, wire).unwrap();
        let said = elsewhere(&error, false).hiredis.unwrap();
        assert!(admits(&said, recorded), "{}: {said:?}", wire.escape_ascii());
    }
}

/// A limit of ours that is lower than theirs says nothing of them.
#[test]
fn limits_of_ours_are_not_theirs() {
    let limits = crate::Limits::new(Dialect::Resp3).depth(1).elements(3).blob(3).line(9);
    let refused = |dialect, wire: &[u8]| {
        let mut tracer = Tracer::with_limits(dialect, limits);
        tracer.feed(wire, |_| {});
        let error = *tracer.machine().error().unwrap();
        (error.kind, elsewhere(&error, false))
    };
    use ErrorKind::{BlobTooLong, LineTooLong, TooDeep, TooManyElements};
    for (wire, kind) in [(&b"*1\r\n*"[..], TooDeep), (b"*4\r\n", TooManyElements)] {
        let (found, said) = refused(Dialect::Resp3, wire);
        assert_eq!((found, said.hiredis), (kind, None));
    }
    let cases = [
        (&b"*4\r\n"[..], TooManyElements),
        (b"*1\r\n$4\r\n", BlobTooLong),
        (b"PING 123456", LineTooLong),
    ];
    for (wire, kind) in cases {
        let (found, said) = refused(Dialect::Request, wire);
        assert_eq!((found, said.redis), (kind, None));
    }
}
