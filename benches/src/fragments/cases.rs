//! What arrives in pieces, and in what pieces.

/// One kind of input, cut in one way.
pub struct Case {
    what: &'static str,
    /// Which size of those that are measured: elements, or bytes.
    pub size: usize,
    /// Bytes in each piece.
    pub chunk: usize,
    /// By how many elements (or commands) the time is divided.
    pub elements: Option<usize>,
    /// The bytes for a size, and how many frames they are.
    pub wire: fn(usize) -> (Vec<u8>, usize),
    /// One huge bulk string, which may also be taken in parts.
    pub bulk: bool,
}

impl Case {
    pub fn name(&self) -> String {
        match self.chunk {
            1 => format!("{}, one byte at a time", self.what()),
            chunk => format!("{}, {chunk} bytes at a time", self.what()),
        }
    }

    /// Whether it is a reply of many elements.
    pub fn is_array(&self) -> bool {
        self.what == ARRAY
    }

    fn what(&self) -> String {
        match self.what {
            ARRAY => format!("{} elements", self.size),
            what => what.to_owned(),
        }
    }
}

const ARRAY: &str = "elements";
/// An element of a long reply.
pub const ELEMENT: &[u8] = b"$16\r\nabcdefghijklmnop\r\n";

/// How many elements a reply has.
pub const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// A read of the size that most libraries use, and a network packet.
const CHUNKS: [usize; 2] = [16 * 1024, 1460];
const MIB: usize = 1 << 20;

/// The names of the cases that are replies of so many elements, by size of the pieces.
pub fn in_elements() -> [(usize, [String; 3]); 2] {
    CHUNKS.map(|chunk| (chunk, SIZES.map(|size| array(size, chunk).name())))
}

pub fn all(quick: bool) -> Vec<Case> {
    let mut all = Vec::new();
    for chunk in CHUNKS {
        let sizes = SIZES.iter().filter(|size| !quick || **size < 1_000_000);
        all.extend(sizes.map(|size| array(*size, chunk)));
    }
    for chunk in [1, CHUNKS[0]] {
        all.push(Case {
            what: "10,000 SET commands",
            size: 10_000,
            chunk,
            elements: Some(10_000),
            wire: commands,
            bulk: false,
        });
        all.push(Case {
            what: "a simple string of 60 kB",
            size: 60_000,
            chunk,
            elements: None,
            wire: line,
            bulk: false,
        });
    }
    for chunk in [CHUNKS[0], 1] {
        if chunk > 1 || !quick {
            let what = "a bulk string of 64 MiB";
            all.push(Case { what, size: 64 * MIB, chunk, elements: None, wire: bulk, bulk: true });
        }
    }
    all
}

fn array(size: usize, chunk: usize) -> Case {
    Case { what: ARRAY, size, chunk, elements: Some(size), wire: reply, bulk: false }
}

fn reply(elements: usize) -> (Vec<u8>, usize) {
    let mut wire = format!("*{elements}\r\n").into_bytes();
    for _ in 0..elements {
        wire.extend_from_slice(ELEMENT);
    }
    (wire, 1)
}

fn commands(commands: usize) -> (Vec<u8>, usize) {
    let one = |n| format!("*3\r\n$3\r\nSET\r\n$16\r\nkey:{n:012}\r\n$16\r\nVXKeHogKgJ=[5V9_\r\n");
    ((0..commands).flat_map(|n| one(n).into_bytes()).collect(), commands)
}

fn line(length: usize) -> (Vec<u8>, usize) {
    (format!("+{}\r\n", "x".repeat(length)).into_bytes(), 1)
}

fn bulk(length: usize) -> (Vec<u8>, usize) {
    (format!("${length}\r\n{}\r\n", "x".repeat(length)).into_bytes(), 1)
}
