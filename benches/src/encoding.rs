//! Writing: a command and a map, into a buffer that is reused.

use redis_protocol::resp3::encode::complete::encode_bytes;
use redis_protocol::resp3::types::BytesFrame;
use resp_machine::encode::{Encoder, command};
use resp_machine::value::Value;
use std::hint::black_box;
use std::time::Instant;

/// One figure.
pub struct Figure {
    pub library: &'static str,
    pub what: &'static str,
    pub ns: f64,
}

const PAIRS: usize = 50;

/// Writes one thing once, into the buffer.
type Run = Box<dyn FnMut(&mut Vec<u8>)>;

pub fn figures(quick: bool) -> Vec<Figure> {
    let rounds = if quick { 200 } else { 2000 };
    let set: Vec<(&str, Run)> = vec![
        (
            "resp-machine",
            Box::new(|out| {
                command(out, black_box(["SET", "key:000000000001", "VXKeHogKgJ=[5V9_"]))
            }),
        ),
        (
            "redis, building",
            Box::new(|out| {
                let mut cmd = redis::cmd("SET");
                cmd.arg("key:000000000001").arg("VXKeHogKgJ=[5V9_");
                out.extend_from_slice(&cmd.get_packed_command());
            }),
        ),
        ("redis, prebuilt", {
            let mut cmd = redis::cmd("SET");
            cmd.arg("key:000000000001").arg("VXKeHogKgJ=[5V9_");
            Box::new(move |out| cmd.write_packed_command(out))
        }),
    ];
    let value = Value::map(
        (0..PAIRS).map(|n| (Value::bulk(format!("field:{n}")), Value::bulk(format!("value:{n}")))),
    );
    let bulk = |text: String| BytesFrame::BlobString { data: text.into(), attributes: None };
    let frame = BytesFrame::Map {
        data: (0..PAIRS)
            .map(|n| (bulk(format!("field:{n}")), bulk(format!("value:{n}"))))
            .collect(),
        attributes: None,
    };
    let pairs = resp_rs::resp3::Frame::Map(
        (0..PAIRS)
            .map(|n| {
                let bulk = |text: String| resp_rs::resp3::Frame::BulkString(Some(text.into()));
                (bulk(format!("field:{n}")), bulk(format!("value:{n}")))
            })
            .collect(),
    );
    let mut encoder = Encoder::new();
    let map: Vec<(&str, Run)> = vec![
        ("resp-machine", Box::new(move |out| encoder.value(out, &value).expect("valid"))),
        (
            "redis-protocol",
            Box::new(move |out| {
                out.resize(4096, 0);
                let written = encode_bytes(out, &frame, false).expect("valid");
                out.truncate(written);
            }),
        ),
        (
            "resp-rs",
            Box::new(move |out| {
                out.extend_from_slice(&resp_rs::resp3::frame_to_bytes(&pairs));
            }),
        ),
    ];
    let mut figures = Vec::new();
    for (what, contenders) in [("SET command", set), ("map of 50 pairs", map)] {
        figures.extend(measure(what, contenders, rounds));
    }
    figures
}

fn measure(
    what: &'static str,
    mut contenders: Vec<(&'static str, Run)>,
    rounds: usize,
) -> Vec<Figure> {
    const TIMES: usize = 100;
    let mut out = Vec::new();
    let lengths: Vec<usize> = contenders
        .iter_mut()
        .map(|(_, run)| {
            out.clear();
            run(&mut out);
            out.len()
        })
        .collect();
    assert!(lengths.iter().all(|length| *length == lengths[0]), "{what}: {lengths:?}");
    let mut best = vec![f64::INFINITY; contenders.len()];
    for _ in 0..rounds {
        for ((_, run), best) in contenders.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..TIMES {
                out.clear();
                run(black_box(&mut out));
                black_box(&out);
            }
            *best = best.min(start.elapsed().as_nanos() as f64 / TIMES as f64);
        }
    }
    let named = contenders.iter().zip(best);
    named.map(|((library, _), ns)| Figure { library, what, ns }).collect()
}
