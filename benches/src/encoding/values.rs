//! What is written, in the form that each library writes it from.

#[cfg(hiredis)]
use crate::peers;
use redis_protocol::{resp2, resp3};
use resp_machine::Dialect;
use resp_machine::encode::scalar::{integer, simple_string};
use resp_machine::encode::{Encoder, command};
use resp_machine::event::Event;
use resp_machine::frame::Parser;
use resp_machine::value::Value;
use std::hint::black_box;

/// The things that are written.
pub const WHAT: [&str; 5] =
    ["a SET command", "+OK", "an integer", "an array of 100 bulks", "a map of 50 pairs"];

const COMMAND: [&str; 3] = ["SET", "key:000000000001", "VXKeHogKgJ=[5V9_"];
const INTEGER: i64 = 617_304;

type Write = Box<dyn for<'a> FnMut(&'a mut Vec<u8>) -> &'a [u8]>;

/// One who writes one thing.
pub struct Writer {
    pub library: &'static str,
    pub ours: bool,
    /// Writes into the buffer that it is given each time, and says what it wrote.
    pub write: Write,
}

/// Writes behind a buffer that is emptied first.
fn append(library: &'static str, mut write: impl FnMut(&mut Vec<u8>) + 'static) -> Writer {
    let write: Write = Box::new(move |buffer| {
        buffer.clear();
        write(buffer);
        buffer
    });
    Writer { library, ours: library.starts_with("resp-machine"), write }
}

/// Writes into the room that a slice has; the room is made only once.
fn fill(library: &'static str, mut write: impl FnMut(&mut [u8]) -> usize + 'static) -> Writer {
    let write: Write = Box::new(move |buffer| {
        if buffer.is_empty() {
            buffer.resize(buffer.capacity(), 0);
        }
        let length = write(buffer);
        &buffer[..length]
    });
    Writer { library, ours: false, write }
}

pub fn writers(what: &str) -> Vec<Writer> {
    let text = |prefix: &str, n: usize| format!("{prefix}:{n}");
    let elements = || (0..100).map(move |n| format!("element:{n:08}"));
    let pairs = || (0..50).map(move |n| (text("field", n), text("value", n)));
    match what {
        "a SET command" => commands(),
        "+OK" => {
            let mut all = vec![append("resp-machine, directly", |out| {
                simple_string(out, black_box(b"OK")).expect("no line break");
            })];
            all.extend(values(Value::SimpleString((&b"OK"[..]).into())));
            let data = || b"OK"[..].into();
            all.push(protocol2(resp2::types::BytesFrame::SimpleString(data())));
            all.push(protocol3(resp3::types::BytesFrame::SimpleString {
                data: data(),
                attributes: None,
            }));
            all.push(rs2(resp_rs::resp2::Frame::SimpleString(data())));
            all.push(rs3(resp_rs::resp3::Frame::SimpleString(data())));
            all
        }
        "an integer" => {
            let mut all =
                vec![append("resp-machine, directly", |out| integer(out, black_box(INTEGER)))];
            all.extend(values(Value::Integer(INTEGER)));
            all.push(protocol2(resp2::types::BytesFrame::Integer(INTEGER)));
            all.push(protocol3(resp3::types::BytesFrame::Number {
                data: INTEGER,
                attributes: None,
            }));
            all.push(rs2(resp_rs::resp2::Frame::Integer(INTEGER)));
            all.push(rs3(resp_rs::resp3::Frame::Integer(INTEGER)));
            all
        }
        "an array of 100 bulks" => {
            let mut encoder = Encoder::new();
            let texts: Vec<String> = elements().collect();
            let mut all = vec![append("resp-machine, directly", move |out| {
                encoder.array(out, texts.len() as u64).expect("valid");
                bulks(&mut encoder, out, texts.iter());
            })];
            all.extend(values(Value::array(elements().map(Value::bulk))));
            all.extend(arrays(&elements().collect::<Vec<_>>()));
            all
        }
        "a map of 50 pairs" => {
            let mut encoder = Encoder::new();
            let texts: Vec<String> = pairs().flat_map(|(key, value)| [key, value]).collect();
            let mut all = vec![append("resp-machine, directly", move |out| {
                encoder.map(out, texts.len() as u64 / 2).expect("valid");
                bulks(&mut encoder, out, texts.iter());
            })];
            let bulk = |(key, value): (String, String)| (Value::bulk(key), Value::bulk(value));
            all.extend(values(Value::map(pairs().map(bulk))));
            all.push(protocol3(resp3::types::BytesFrame::Map {
                data: pairs().map(|(key, value)| (blob(&key), blob(&value))).collect(),
                attributes: None,
            }));
            let bulk = |text: String| resp_rs::resp3::Frame::BulkString(Some(text.into()));
            let pairs = pairs().map(|(key, value)| (bulk(key), bulk(value)));
            all.push(rs3(resp_rs::resp3::Frame::Map(pairs.collect())));
            all
        }
        other => panic!("nothing of that name: {other}"),
    }
}

/// The elements of an array or map that was begun.
fn bulks<'a>(encoder: &mut Encoder, out: &mut Vec<u8>, texts: impl Iterator<Item = &'a String>) {
    for text in texts {
        encoder.event(out, Event::BulkString(black_box(text.as_bytes()))).expect("valid");
    }
}

fn commands() -> Vec<Writer> {
    let packed = || {
        let mut cmd = redis::cmd(COMMAND[0]);
        cmd.arg(COMMAND[1]).arg(COMMAND[2]);
        cmd
    };
    let prebuilt = packed();
    let mut all = vec![
        append("resp-machine, directly", |out| command(out, black_box(COMMAND))),
        append("redis, building", move |out| {
            out.extend_from_slice(&packed().get_packed_command());
        }),
        append("redis, prebuilt", move |out| prebuilt.write_packed_command(out)),
        #[cfg(hiredis)]
        append("hiredis", |out| peers::hiredis::command(out, black_box(COMMAND))),
    ];
    all.extend(arrays(&COMMAND.map(str::to_owned)));
    all
}

/// The peers' frames for an array of bulk strings.
fn arrays(items: &[String]) -> Vec<Writer> {
    let bytes = || items.iter().map(|text| bytes::Bytes::from(text.clone()));
    let bulks = |text| resp_rs::resp2::Frame::BulkString(Some(text));
    let blobs = |text| resp_rs::resp3::Frame::BulkString(Some(text));
    vec![
        protocol2(resp2::types::BytesFrame::Array(
            bytes().map(resp2::types::BytesFrame::BulkString).collect(),
        )),
        protocol3(resp3::types::BytesFrame::Array {
            data: items.iter().map(|text| blob(text)).collect(),
            attributes: None,
        }),
        rs2(resp_rs::resp2::Frame::Array(Some(bytes().map(bulks).collect()))),
        rs3(resp_rs::resp3::Frame::Array(Some(bytes().map(blobs).collect()))),
    ]
}

/// Ours, from a value, and from a frame that was received.
fn values(value: Value) -> Vec<Writer> {
    let mut wire = Vec::new();
    Encoder::new().value(&mut wire, &value).expect("valid");
    let mut received = bytes::Bytes::from(wire);
    let frame = Parser::new(Dialect::Resp3).parse_owned(&mut received).expect("valid");
    let frame = frame.expect("whole");
    let (mut one, mut other) = (Encoder::new(), Encoder::new());
    vec![
        append("resp-machine, a value", move |out| one.value(out, &value).expect("valid")),
        append("resp-machine, a frame", move |out| {
            other.frame(out, frame.frame()).expect("valid");
        }),
    ]
}

fn blob(text: &str) -> resp3::types::BytesFrame {
    let data = bytes::Bytes::copy_from_slice(text.as_bytes());
    resp3::types::BytesFrame::BlobString { data, attributes: None }
}

fn protocol3(frame: resp3::types::BytesFrame) -> Writer {
    use resp3::encode::complete::encode_bytes;
    fill("redis-protocol", move |room| encode_bytes(room, &frame, false).expect("room"))
}

fn protocol2(frame: resp2::types::BytesFrame) -> Writer {
    use resp2::encode::encode_bytes;
    fill("redis-protocol, RESP2", move |room| encode_bytes(room, &frame, false).expect("room"))
}

fn rs3(frame: resp_rs::resp3::Frame) -> Writer {
    append("resp-rs", move |out| {
        out.extend_from_slice(&resp_rs::resp3::frame_to_bytes(&frame));
    })
}

fn rs2(frame: resp_rs::resp2::Frame) -> Writer {
    append("resp-rs, RESP2", move |out| {
        out.extend_from_slice(&resp_rs::resp2::frame_to_bytes(&frame));
    })
}
