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
        random_commands(),
        random_replies(),
        captures(),
    ]
}

/// Numbers that no branch predictor can follow, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // xorshift64*: any spread will do.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }
}

fn random_commands() -> Workload {
    let mut random = Random(1);
    let mut out = String::new();
    for _ in 0..2000 {
        let arguments = 1 + random.below(6);
        let _ = write!(out, "*{arguments}\r\n");
        for _ in 0..arguments {
            let length = if random.below(10) == 0 { random.below(300) } else { random.below(20) };
            bulk(&mut out, &"x".repeat(length as usize));
        }
    }
    Workload { name: "random commands", wire: out.into_bytes(), frames: 2000 }
}

fn random_replies() -> Workload {
    let mut random = Random(2);
    let mut out = String::new();
    for _ in 0..3000 {
        match random.below(10) {
            0 => {
                let count = 1 + random.below(11);
                let _ = write!(out, "*{count}\r\n");
                (0..count).for_each(|_| random_scalar(&mut random, &mut out));
            }
            1 => {
                let pairs = 1 + random.below(5);
                let _ = write!(out, "%{pairs}\r\n");
                for pair in 0..pairs {
                    bulk(&mut out, &format!("key:{pair}"));
                    random_scalar(&mut random, &mut out);
                }
            }
            _ => random_scalar(&mut random, &mut out),
        }
    }
    Workload { name: "random replies", wire: out.into_bytes(), frames: 3000 }
}

fn random_scalar(random: &mut Random, out: &mut String) {
    match random.below(8) {
        0 => out.push_str("+OK\r\n"),
        1 | 2 => {
            let digits = 1 << random.below(40);
            let _ = write!(out, ":{}\r\n", random.below(digits) as i64 - 5);
        }
        3 => out.push_str("_\r\n"),
        4 => out.push_str(if random.below(2) == 0 { "#t\r\n" } else { "#f\r\n" }),
        _ => {
            let length = if random.below(8) == 0 { random.below(600) } else { random.below(30) };
            bulk(out, &"y".repeat(length as usize));
        }
    }
}

/// What a vector is, as far as it matters here.
#[derive(serde::Deserialize)]
struct Vector {
    wire_b64: Option<String>,
    frames: Vec<Typed>,
}

/// A value's type, and those inside it.
#[derive(serde::Deserialize)]
struct Typed {
    t: String,
    #[serde(default)]
    items: Vec<Typed>,
    #[serde(default)]
    pairs: Vec<(Typed, Typed)>,
}

impl Typed {
    /// Whether every peer has all its types: no errors, attributes or pushes.
    fn is_common(&self) -> bool {
        let common = ["simple", "int", "bulk", "null", "bool", "array", "map"];
        common.contains(&self.t.as_str())
            && self.items.iter().all(Typed::is_common)
            && self.pairs.iter().all(|(key, value)| key.is_common() && value.is_common())
    }
}

/// The recorded replies whose types every peer has.
fn captures() -> Workload {
    use base64::Engine as _;
    let vectors = include_str!("../../tests/vectors/replies.jsonl");
    let mut wire = Vec::new();
    let mut frames = 0;
    for line in vectors.lines() {
        let vector: Vector = serde_json::from_str(line).expect("a vector");
        let Some(bytes) = vector.wire_b64.filter(|_| vector.frames.iter().all(Typed::is_common))
        else {
            continue;
        };
        let bytes = base64::engine::general_purpose::STANDARD.decode(bytes).expect("base64");
        // One long reply would be all there is to see.
        if bytes.len() < 4096 {
            wire.extend_from_slice(&bytes);
            frames += vector.frames.len();
        }
    }
    Workload { name: "captures", wire, frames }
}
