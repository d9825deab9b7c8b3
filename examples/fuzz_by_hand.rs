//! What random inputs reach: the measure of the chapter "Fuzzing a parser".
//!
//! Three ways to make inputs, ten thousand of each, and of each way how many inputs hold a whole
//! value, how many rows of the machine's table were taken, and how many kinds of error were seen. The
//! numbers are random but always the same ones.

use resp_machine::encode::Encoder;
use resp_machine::machine::Machine;
use resp_machine::state::{Observer, Rule, Step, TABLE};
use resp_machine::value::{List, Value};
use resp_machine::{Decoder, Dialect, ErrorKind};
use std::collections::HashSet;
use std::fmt::Write as _;

const INPUTS: usize = 10_000;

/// Makes an input.
type Make = fn(&mut Random) -> Vec<u8>;

fn main() {
    print!("{}", report());
}

/// The table that the program prints.
pub fn report() -> String {
    let rows = TABLE.iter().filter(|row| row.allowed_in(Dialect::Resp3)).count();
    let mut text = format!("{INPUTS} inputs of each kind; RESP3 has {rows} rows\n");
    let ways: [(&str, Make); 3] =
        [("any bytes", any_bytes), ("bytes of RESP", bytes_of_resp), ("one byte wrong", one_wrong)];
    for (name, make) in ways {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut reached = Reached::default();
        for _ in 0..INPUTS {
            let input = make(&mut random);
            target(&input);
            reached.add(&input);
        }
        let (rows, kinds) = (reached.rows.len(), reached.errors.len());
        let _ = writeln!(
            text,
            "{name:15}{:5} with a whole value, {rows:2} rows, {kinds:2} kinds of error",
            reached.whole
        );
    }
    text
}

/// The target that writes itself: no input makes it panic.
fn target(data: &[u8]) {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(data);
    while let Ok(Some(_)) = decoder.next_frame() {}
}

/// Bytes as they come.
fn any_bytes(random: &mut Random) -> Vec<u8> {
    (0..1 + random.below(32)).map(|_| random.below(256) as u8).collect()
}

/// Bytes that mean something to the protocol.
fn bytes_of_resp(random: &mut Random) -> Vec<u8> {
    const PIECES: &[&str] = &[
        "+", "-", ":", "$", "*", "_", "#", ",", "(", "!", "=", "%", "~", "|", ">", ";", ".", "0",
        "1", "2", "-1", "?", "t", "txt:", "a", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n",
    ];
    let pieces = (0..1 + random.below(16)).map(|_| PIECES[random.below(PIECES.len())]);
    pieces.collect::<String>().into_bytes()
}

/// A valid value, in which one byte is replaced.
fn one_wrong(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    if Encoder::new().value(&mut bytes, &value(random, 2)).is_ok() {
        let at = random.below(bytes.len());
        bytes[at] = bytes_of_resp(random)[0];
    }
    bytes
}

/// Any value, with at most `depth` aggregates inside one another.
fn value(random: &mut Random, depth: usize) -> Value {
    let kinds = if depth == 0 { 10 } else { 15 };
    match random.below(kinds) {
        0 => Value::simple("OK"),
        1 => Value::error("ERR"),
        2 => Value::Integer(random.below(2000) as i64 - 1000),
        3 => Value::bulk("a\r\nb"),
        4 => Value::null(),
        5 => Value::Boolean(true),
        6 => Value::Double(1.5),
        7 => Value::BigNumber(b"12345678901234567890".to_vec()),
        8 => Value::Verbatim { format: *b"txt", text: b"text".to_vec() },
        9 => Value::StreamedString(vec![b"chunk".to_vec()]),
        10 => Value::Array(List::streamed(items(random, depth, 1))),
        11 => Value::Map(List::new(items(random, depth, 2))),
        12 => Value::Set(List::new(items(random, depth, 1))),
        13 => {
            let mut items = items(random, depth, 2);
            items.push(value(random, depth - 1));
            Value::Attributed(List::new(items))
        }
        _ => Value::Array(List::new(items(random, depth, 1))),
    }
}

fn items(random: &mut Random, depth: usize, per: usize) -> Vec<Value> {
    (0..random.below(3) * per).map(|_| value(random, depth - 1)).collect()
}

/// What inputs have reached.
#[derive(Default)]
struct Reached {
    whole: usize,
    rows: HashSet<Rule>,
    errors: HashSet<ErrorKind>,
}

impl Observer for &mut Reached {
    fn transition(&mut self, step: &Step) {
        self.rows.insert(step.rule);
    }
}

impl Reached {
    fn add(&mut self, input: &[u8]) {
        let mut machine = Machine::new(Dialect::Resp3);
        let mut feed = machine.feed_observed(input, &mut *self);
        let mut whole = false;
        let error = loop {
            match feed.next_token() {
                Ok(Some(_)) => whole |= feed.machine().is_between_frames(),
                Ok(None) => break None,
                Err(error) => break Some(error.kind),
            }
        };
        self.whole += usize::from(whole);
        self.errors.extend(error);
    }
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}
