//! The bytes that are parsed.

use std::fmt::Write as _;

/// Frames of one kind, one behind the other.
pub struct Workload {
    pub name: &'static str,
    pub wire: Vec<u8>,
    pub frames: usize,
}

fn bulk(out: &mut String, text: &str) {
    let _ = write!(out, "${}\r\n{text}\r\n", text.len());
}

/// `times` frames, each made by `frame` from its number.
fn repeat(name: &'static str, times: usize, frame: impl Fn(usize, &mut String)) -> Workload {
    let mut text = String::new();
    for number in 0..times {
        frame(number, &mut text);
    }
    Workload { name, wire: text.into_bytes(), frames: times }
}

pub fn all() -> Vec<Workload> {
    vec![
        repeat("SET command", 1000, |n, out| {
            out.push_str("*3\r\n");
            bulk(out, "SET");
            bulk(out, &format!("key:{n:012}"));
            bulk(out, "VXKeHogKgJ=[5V9_");
        }),
        repeat("+OK", 2000, |_, out| out.push_str("+OK\r\n")),
        repeat(":int", 2000, |n, out| {
            let _ = write!(out, ":{}\r\n", (n * n * 7919) % 1_000_003);
        }),
        repeat("array of 100 bulks", 20, |n, out| {
            out.push_str("*100\r\n");
            (0..100).for_each(|item| bulk(out, &format!("element:{:08}", n * 100 + item)));
        }),
        repeat("map of 50 pairs", 20, |n, out| {
            out.push_str("%50\r\n");
            for item in 0..50 {
                bulk(out, &format!("field:{item}"));
                bulk(out, &format!("value:{}", n * 50 + item));
            }
        }),
        repeat("XRANGE 20", 20, |n, out| {
            out.push_str("*20\r\n");
            for item in 0..20 {
                out.push_str("*2\r\n");
                bulk(out, &format!("17000000{:05}-{item}", n * 20 + item));
                out.push_str("*4\r\n");
                ["temperature", "21.5", "humidity", "40"].iter().for_each(|text| bulk(out, text));
            }
        }),
        repeat("64 KB bulk", 8, |_, out| bulk(out, &"x".repeat(65536))),
        repeat("mixed RESP3", 500, |n, out| {
            let _ = write!(out, "%4\r\n+id\r\n:{n}\r\n+score\r\n,{n}.25\r\n+ok\r\n#t\r\n+tags\r\n");
            let _ = write!(out, "~3\r\n$1\r\na\r\n_\r\n=8\r\ntxt:text\r\n");
        }),
    ]
}
