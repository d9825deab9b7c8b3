//! Peak memory against bytes received.
//!
//! What a peer announces costs it a dozen bytes; what it costs the reader must be a constant times
//! what was received. Every hostile header is fed as a network would, and the most memory ever
//! held is compared with the bytes fed.

use counting::{Counting, measure};
use resp_machine::machine::Machine;
use resp_machine::{Decoder, Dialect, Limits};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes of memory for each byte received.
///
/// The shortest thing that opens a level has four bytes (`*1`, CR LF); it costs an entry of the
/// tape (16 bytes) and a level of the stack (24), which is 10 for each byte; a value without a
/// level has at least three bytes and costs an entry, 6 for each byte; the buffer costs 1. A vector that
/// doubles has twice the room that it needs just after it grew, and while it grows holds the old
/// half too: 3 times 11, rounded up.
const A: usize = 34;

/// Bytes of memory before anything large is received: the first room of each vector and of the
/// buffer.
const B: usize = 8 * 1024;

/// Feeds `wire` in pieces and compares the peak with the bound.
fn assert_bounded(name: &str, dialect: Dialect, limits: Limits, wire: &[u8]) {
    for piece in [1460, 1, wire.len()] {
        let (fed, counts) = measure(|| {
            let mut decoder = Decoder::with_limits(dialect, limits);
            let mut fed = 0;
            for bytes in wire.chunks(piece) {
                decoder.feed(bytes);
                fed += bytes.len();
                loop {
                    match decoder.next_frame() {
                        Ok(Some(_)) => {}
                        Ok(None) => break,
                        Err(_) => return fed,
                    }
                }
            }
            fed
        });
        let peak = counts.peak as usize;
        println!("{name} in pieces of {piece}: {fed} bytes received, {peak} bytes held at most");
        assert!(peak <= A * fed + B, "{name}: {peak} bytes for {fed}");
        assert_eq!(counts.held, 0, "{name}: everything is given back");
    }
}

#[test]
fn what_is_announced_costs_nothing() {
    for dialect in Dialect::ALL {
        let limits = Limits::new(dialect);
        for header in [
            "*1073741824\r\n",
            "%2147483647\r\n",
            "~4294967295\r\n",
            ">4294967295\r\n",
            "|1073741824\r\n",
            "$536870912\r\n",
            "*1\r\n$536870912\r\n",
            "=536870912\r\n",
            "$?\r\n;536870912\r\n",
            "*2147483647\r\n$3\r\nGET\r\n",
        ] {
            assert_bounded(header.trim(), dialect, limits, header.as_bytes());
        }
    }
}

#[test]
fn nesting_costs_what_it_sends() {
    let default = Limits::new(Dialect::Resp3);
    let deep = default.depth(1 << 20);
    for header in ["*1\r\n", "|0\r\n", "%1\r\n", "~1\r\n", "*?\r\n", "|1\r\n"] {
        let wire = header.repeat(100_000);
        assert_bounded(header.trim(), Dialect::Resp3, default, wire.as_bytes());
        assert_bounded(header.trim(), Dialect::Resp3, deep, wire.as_bytes());
    }
}

#[test]
fn many_small_values_cost_what_they_send() {
    let limits = Limits::new(Dialect::Resp3);
    for value in ["*0\r\n", "_\r\n", "+\r\n", ":1\r\n", "$0\r\n\r\n", "%0\r\n", "|0\r\n_\r\n"] {
        let wire = format!("*4000000\r\n{}", value.repeat(100_000));
        assert_bounded(value.trim(), Dialect::Resp3, limits, wire.as_bytes());
        let streamed = format!("*?\r\n{}", value.repeat(100_000));
        assert_bounded(value.trim(), Dialect::Resp3, limits, streamed.as_bytes());
    }
    let chunks = format!("$?\r\n{}", ";1\r\na\r\n".repeat(100_000));
    assert_bounded("chunks", Dialect::Resp3, limits, chunks.as_bytes());
    let pushes = format!("*1\r\n{}", ">0\r\n".repeat(100_000));
    assert_bounded("interruptions", Dialect::Resp3, limits, pushes.as_bytes());
}

#[test]
fn one_byte_frames_cost_nothing() {
    let limits = Limits::new(Dialect::Request);
    assert_bounded("blank lines", Dialect::Request, limits, "\n".repeat(100_000).as_bytes());
    assert_bounded("words", Dialect::Request, limits, "a ".repeat(30_000).as_bytes());
    assert_bounded(
        "a line",
        Dialect::Resp3,
        limits,
        ["+", &"a".repeat(65_536)].concat().as_bytes(),
    );
}

/// A blob of any size passes through the machine in constant memory.
#[test]
fn blobs_in_parts_pass_through_constant_memory() {
    let mut machine = Machine::new(Dialect::Resp3).blobs_in_parts_over(0);
    let part = [b'x'; 4096];
    let (bytes, counts) = measure(|| {
        let mut bytes = 0;
        let header = machine.drive(b"*1\r\n$268435456\r\n", &mut Nothing).unwrap();
        assert_eq!(header, 16);
        for _ in 0..268_435_456 / part.len() {
            bytes += machine.drive(&part, &mut Nothing).unwrap();
        }
        machine.drive(b"\r\n", &mut Nothing).unwrap();
        bytes
    });
    assert_eq!(bytes, 268_435_456);
    assert!(machine.finish().is_ok());
    assert!(counts.peak <= 256, "{counts:?}");
}

struct Nothing;

impl<'b> resp_machine::machine::Sink<'b> for Nothing {
    fn event(&mut self, _: resp_machine::event::Token<'b>) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Continue(())
    }
}

/// After a large frame the decoder holds no more than what it may retain, as soon as it says that
/// it needs more: a connection that is idle after one large reply holds no large buffer.
#[test]
fn the_decoder_gives_its_memory_back() {
    const LARGE: usize = 64 << 20;
    const RETAINED: isize = 128 * 1024;
    // What takes the memory: the buffer, a tape of 16 MiB, and a stack of 2 MiB.
    let frames = [
        ("a blob", [format!("${LARGE}\r\n").as_bytes(), &vec![0; LARGE], b"\r\n"].concat()),
        ("elements", [b"*1000000\r\n".as_slice(), &b":1\r\n".repeat(1_000_000)].concat()),
        ("levels", [b"*1\r\n".repeat(100_000).as_slice(), b":1\r\n"].concat()),
    ];
    let limits = Limits::new(Dialect::Resp3).depth(1 << 20);
    for (name, frame) in frames {
        // What comes behind it: nothing, or the beginning of a small one.
        for (owned, tail) in [(false, ""), (true, ""), (false, "$5\r\nhe"), (true, "$5\r\nhe")] {
            let wire = [&frame, tail.as_bytes()].concat();
            let (_decoder, counts) = measure(|| {
                let mut decoder = Decoder::with_limits(Dialect::Resp3, limits);
                let mut frames = 0;
                for piece in wire.chunks(64 * 1024) {
                    decoder.feed(piece);
                    while match owned {
                        true => decoder.next_owned().unwrap().is_some(),
                        false => decoder.next_frame().unwrap().is_some(),
                    } {
                        frames += 1;
                    }
                }
                assert_eq!(frames, 1);
                decoder
            });
            assert!(counts.held <= RETAINED, "{name}, owned {owned}, {tail:?}: {counts:?}");
        }
    }
}
