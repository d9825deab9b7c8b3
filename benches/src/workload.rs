//! The bytes that are parsed.

use std::fmt::Write as _;

/// Frames of one kind, one behind the other.
pub struct Workload {
    pub name: &'static str,
    pub wire: Vec<u8>,
    pub frames: usize,
    /// Whether most frames are no aggregates: then what a frame costs is mostly what it costs to
    /// begin and end one, and less is to be gained.
    pub scalars: bool,
}

impl Workload {
    /// `frame_starts` are the first bytes of the frames.
    fn new(name: &'static str, wire: Vec<u8>, frame_starts: &[u8]) -> Workload {
        let aggregates = frame_starts.iter().filter(|byte| b"*%~>".contains(byte)).count();
        Workload {
            name,
            wire,
            frames: frame_starts.len(),
            scalars: aggregates * 2 < frame_starts.len(),
        }
    }
}

impl std::fmt::Display for Workload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

fn bulk(out: &mut String, text: &str) {
    let _ = write!(out, "${}\r\n{text}\r\n", text.len());
}

/// As many frames as `times` says, each made by `frame` from its number.
fn repeat(name: &'static str, times: usize, mut frame: impl FnMut(usize, &mut String)) -> Workload {
    let mut text = String::new();
    let mut starts = Vec::new();
    for number in 0..times {
        let start = text.len();
        frame(number, &mut text);
        starts.push(text.as_bytes()[start]);
    }
    Workload::new(name, text.into_bytes(), &starts)
}

/// Makes the workload of this name.
type Maker = fn(&'static str) -> Workload;

/// All of them.
const MAKERS: [(&str, Maker); 11] = [
    ("SET command", set_commands),
    ("+OK", |name| repeat(name, 2000, |_, out| out.push_str("+OK\r\n"))),
    (":int", integers),
    ("array of 100 bulks", arrays),
    ("map of 50 pairs", maps),
    ("XRANGE 20", stream_ranges),
    ("64 KB bulk", |name| repeat(name, 8, |_, out| bulk(out, &"x".repeat(65536)))),
    ("mixed RESP3", mixed),
    ("random commands", random_commands),
    ("random replies", random_replies),
    ("captures", captures),
];

pub fn all() -> Vec<Workload> {
    MAKERS.iter().map(|(name, make)| make(name)).collect()
}

/// The one of that name, without the work of making the others.
pub fn named(wanted: &str) -> Option<Workload> {
    MAKERS.iter().find(|(name, _)| *name == wanted).map(|(name, make)| make(name))
}

fn set_commands(name: &'static str) -> Workload {
    repeat(name, 1000, |n, out| {
        out.push_str("*3\r\n");
        bulk(out, "SET");
        bulk(out, &format!("key:{n:012}"));
        bulk(out, "VXKeHogKgJ=[5V9_");
    })
}

fn integers(name: &'static str) -> Workload {
    repeat(name, 2000, |n, out| {
        let _ = write!(out, ":{}\r\n", (n * n * 7919) % 1_000_003);
    })
}

fn arrays(name: &'static str) -> Workload {
    repeat(name, 20, |n, out| {
        out.push_str("*100\r\n");
        (0..100).for_each(|item| bulk(out, &format!("element:{:08}", n * 100 + item)));
    })
}

fn maps(name: &'static str) -> Workload {
    repeat(name, 20, |n, out| {
        out.push_str("%50\r\n");
        for item in 0..50 {
            bulk(out, &format!("field:{item}"));
            bulk(out, &format!("value:{}", n * 50 + item));
        }
    })
}

fn stream_ranges(name: &'static str) -> Workload {
    repeat(name, 20, |n, out| {
        out.push_str("*20\r\n");
        for item in 0..20 {
            out.push_str("*2\r\n");
            bulk(out, &format!("17000000{:05}-{item}", n * 20 + item));
            out.push_str("*4\r\n");
            ["temperature", "21.5", "humidity", "40"].iter().for_each(|text| bulk(out, text));
        }
    })
}

fn mixed(name: &'static str) -> Workload {
    repeat(name, 500, |n, out| {
        let _ = write!(out, "%4\r\n+id\r\n:{n}\r\n+score\r\n,{n}.25\r\n+ok\r\n#t\r\n+tags\r\n");
        let _ = write!(out, "~3\r\n$1\r\na\r\n_\r\n=8\r\ntxt:text\r\n");
    })
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

fn random_commands(name: &'static str) -> Workload {
    let mut random = Random(1);
    repeat(name, 2000, move |_, out| {
        let arguments = 1 + random.below(6);
        let _ = write!(out, "*{arguments}\r\n");
        for _ in 0..arguments {
            let length = if random.below(10) == 0 { random.below(300) } else { random.below(20) };
            bulk(out, &"x".repeat(length as usize));
        }
    })
}

fn random_replies(name: &'static str) -> Workload {
    let mut random = Random(2);
    repeat(name, 3000, move |_, out| match random.below(10) {
        0 => {
            let count = 1 + random.below(11);
            let _ = write!(out, "*{count}\r\n");
            (0..count).for_each(|_| random_scalar(&mut random, out));
        }
        1 => {
            let pairs = 1 + random.below(5);
            let _ = write!(out, "%{pairs}\r\n");
            for pair in 0..pairs {
                bulk(out, &format!("key:{pair}"));
                random_scalar(&mut random, out);
            }
        }
        _ => random_scalar(&mut random, out),
    })
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
    /// Of its type; any that is no aggregate does for the others.
    fn first_byte(&self) -> u8 {
        match self.t.as_str() {
            "array" => b'*',
            "map" => b'%',
            _ => b'+',
        }
    }

    /// Whether every peer has all its types: no errors, attributes or pushes.
    fn is_common(&self) -> bool {
        let common = ["simple", "int", "bulk", "null", "bool", "array", "map"];
        common.contains(&self.t.as_str())
            && self.items.iter().all(Typed::is_common)
            && self.pairs.iter().all(|(key, value)| key.is_common() && value.is_common())
    }
}

/// The recorded replies whose types every peer has.
fn captures(name: &'static str) -> Workload {
    use base64::Engine as _;
    let vectors = include_str!("../../tests/vectors/replies.jsonl");
    let mut wire = Vec::new();
    let mut starts = Vec::new();
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
            starts.extend(vector.frames.iter().map(Typed::first_byte));
        }
    }
    Workload::new(name, wire, &starts)
}
