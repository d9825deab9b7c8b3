//! `memory`: what a decoder holds, and what it looks at, is bounded by the bytes it has received,
//! never by what they announce.
//!
//! The bound is the documented one: 34 bytes for each byte received, and 8 KiB. It is held for every
//! piece of the input, with frames borrowed and with frames to keep; when all is dropped, nothing
//! may be left. The limits are the defaults, or high: an announced size must cost nothing because
//! nothing believes it, not because it is refused. And read one byte at a time, no byte may be looked
//! at a third time.
//!
//! A bug that turns it red: room made for an announced count or length, a stack that keeps a
//! level for what is closed, a buffer that doubles although it is drained, a frame that is read from
//! its beginning whenever there is more of it.

use counting::measure;
use resp_machine::frame::Parser;
use resp_machine::fuzzing::Wire;
use resp_machine::state::{Observer, Step};
use resp_machine::{Decoder, Limits};

/// Bytes of memory for each byte received, as `decoder` documents it.
const EACH: usize = 34;
/// Bytes of memory before anything large is received.
const ROOM: usize = 8 * 1024;

/// How often a byte is looked at, at most, when bytes come one at a time.
const LOOKS: usize = 2;

/// The target; its input is a [`Wire`]. The allocator must be [`counting::Counting`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    let limits = match wire.tight {
        true => Limits::new(wire.dialect),
        false => Limits::new(wire.dialect).depth(1 << 20).blob(u64::MAX).elements(u64::MAX),
    };
    // The input many times over, so that what is small for each frame is not lost in the room.
    let many = 1 + 4000 / wire.input.len().max(1);
    let times = if wire.cuts.is_empty() { many } else { 1 };
    for owned in [false, true] {
        let (fed, counts) = measure(|| feed(&wire, limits, times, owned));
        let (peak, held) = (counts.peak as usize, counts.held);
        let most = EACH * fed + ROOM;
        assert!(peak <= most, "{peak} bytes for {fed} received: {}", wire.input.escape_ascii());
        assert_eq!(held, 0, "{held} bytes are left: {}", wire.input.escape_ascii());
    }
    let (fed, looks) = looks(&wire, limits);
    let most = LOOKS * fed;
    assert!(looks <= most, "{looks} looks at {fed} bytes: {}", wire.input.escape_ascii());
}

/// Counts the bytes that a parser has looked at.
struct Looks(usize);

impl Observer for Looks {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

/// Parses the input one byte at a time; how many bytes were received, and how many looked at.
fn looks(wire: &Wire<'_>, limits: Limits) -> (usize, usize) {
    let mut parser = Parser::with_limits(wire.dialect, limits);
    let mut looks = Looks(0);
    let mut start = 0;
    for end in 1..=wire.input.len() {
        match parser.parse_observed(&wire.input[start..end], &mut looks) {
            Ok(Some(parsed)) => start += parsed.consumed,
            Ok(None) => {}
            Err(_) => return (end, looks.0),
        }
    }
    (wire.input.len(), looks.0)
}

/// Feeds the input `times` over; how many bytes that was.
fn feed(wire: &Wire<'_>, limits: Limits, times: usize, owned: bool) -> usize {
    let mut decoder = Decoder::with_limits(wire.dialect, limits);
    let (mut fed, mut frames) = (0, 0);
    for _ in 0..times {
        for piece in wire.pieces() {
            decoder.feed(piece);
            fed += piece.len();
            loop {
                let more = match owned {
                    true => decoder.next_owned().map(|frame| frame.is_some()),
                    false => decoder.next_frame().map(|frame| frame.is_some()),
                };
                match more {
                    Ok(true) => frames += 1,
                    Ok(false) => break,
                    Err(_) => return fed,
                }
                assert!(frames <= fed, "frames without end: {}", wire.input.escape_ascii());
            }
        }
    }
    fed
}

#[cfg(test)]
mod tests {
    use super::*;
    use resp_machine::Dialect;

    #[test]
    fn announced_sizes() {
        for input in ["*4294967295\r\n", "$536870912\r\n", "*1\r\n", "|0\r\n", "*?\r\n", "$?\r\n;9"]
        {
            for tight in [false, true] {
                let mut wire = Wire::new(Dialect::Resp3, input.as_bytes());
                wire.tight = tight;
                run(&wire.to_bytes());
            }
        }
    }

    /// The target would see an allocation that is too large.
    #[test]
    #[should_panic(expected = "bytes for")]
    fn an_allocation_of_an_announced_size_is_seen() {
        let ((), counts) = measure(|| drop(std::hint::black_box(vec![0u8; 1 << 20])));
        let fed = 14;
        assert!(counts.peak as usize <= EACH * fed + ROOM, "{} bytes for {fed}", counts.peak);
    }
}
