//! `memory`: what a decoder holds, and what it looks at, is bounded by the bytes that it has to hold,
//! never by what they announce, nor by how many there were before them.
//!
//! The bound is the documented one: 34 bytes for each byte that is not yet part of a frame, and 8 KiB.
//! It is held at every call, with frames borrowed and with frames to keep. What counts is the most that
//! was unread since the decoder was last asked for a frame with little unread, or what it may retain,
//! if that is more: so a connection may be as long as it likes. The first byte of the input chooses
//! how much is retained, which is little, and whether two large frames come before the input: a blob
//! and an array, made of the input over and over. What is read must be the same, borrowed or kept, and
//! where no room is ever given back: as many frames, the same error, and the same bytes left unread. When
//! all is dropped, no memory may be held.
//!
//! The limits are the defaults, or high: an announced size must cost nothing because nothing believes
//! it, not because it is refused. And read one byte at a time, no byte may be looked at a third time.
//!
//! A bug that turns it red: room made for an announced count or length, a stack that keeps a
//! level for what is closed, a buffer that doubles although it is drained, room that is never given
//! back, bytes that are lost when it is, a frame that is read from its beginning whenever there is more
//! of it.

use counting::measure;
use resp_machine::frame::Parser;
use resp_machine::fuzzing::{Reached, Wire};
use resp_machine::state::{Observer, Step};
use resp_machine::{Decoder, Dialect, Limits, ProtocolError};

/// Bytes of memory for each byte that is to be held, as `decoder` documents it.
const EACH: usize = 34;
/// Bytes of memory before anything large is received.
const ROOM: usize = 8 * 1024;

/// How much a decoder retains: so little that the bytes of a short input are more.
const RETAIN: [usize; 3] = [16, 512, 512];
/// So much that a connection here never has to give back any.
const ALL: usize = 1 << 24;
/// Bytes of a large frame: more than the room that is always there, and than what little is retained
/// may take.
const LARGE: usize = 32 * 1024;
/// Bytes of a connection on which a short input comes again and again: more than the room, too.
const LONG: usize = 12 * 1024;

/// Bytes of which a short input, repeated, is to be more where looks are counted.
const NESTED: usize = 64;
/// How often a byte is looked at, at most, when bytes come one at a time.
const LOOKS: usize = 2;

/// The target; its input is a [`Wire`], whose first byte has room for a third more choices. The
/// allocator must be [`counting::Counting`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    let limits = limits(&wire);
    let choice = usize::from(data[0] / 96);
    let large = if choice == 2 { large(&wire).to_vec() } else { Vec::new() };
    // The input many times over, so that what is small for each frame is not lost in the room.
    let many = 1 + LONG / wire.input.len().max(1);
    let times = if wire.cuts.is_empty() { many } else { 1 };
    let little = RETAIN[choice];
    let ways = [(little, false), (little, true), (ALL, false)];
    let [borrowed, kept, never_given_back] = ways.map(|(retain, owned)| {
        let mut connection = Connection::new(&wire, limits, retain, owned);
        let pieces = (0..times).flat_map(|_| wire.pieces());
        let failed = large
            .iter()
            .map(Vec::as_slice)
            .chain(pieces)
            .find_map(|piece| connection.receive(piece).err());
        (connection.end(), failed)
    });
    assert_eq!(borrowed, kept, "borrowed, and kept: {}", wire.input.escape_ascii());
    let why = "room given back, and never";
    assert_eq!(borrowed, never_given_back, "{why}: {}", wire.input.escape_ascii());
    let (fed, looks) = looks(&wire, limits);
    let most = LOOKS * fed;
    assert!(looks <= most, "{looks} looks at {fed} bytes: {}", wire.input.escape_ascii());
}

/// What an input reaches: what a [`Wire`] does, and what its first byte chooses.
pub fn reaches(data: &[u8]) -> Reached {
    let Some(wire) = Wire::of(data) else { return Reached::new() };
    let mut reached = wire.reaches(limits(&wire));
    let choice =
        ["retains-little", "retains-more", "behind-large-frames"][usize::from(data[0] / 96)];
    reached.insert(format!("{}-{choice}", wire.dialect.name()));
    reached
}

/// The defaults, or high ones.
fn limits(wire: &Wire<'_>) -> Limits {
    match wire.tight {
        true => Limits::new(wire.dialect),
        false => Limits::new(wire.dialect).depth(1 << 20).blob(u64::MAX).elements(u64::MAX),
    }
}

/// Two large frames made of the input, in the pieces in which they come. (The array is one if the input
/// is a value.)
fn large(wire: &Wire<'_>) -> [Vec<u8>; 4] {
    let times = LARGE / wire.input.len().max(1);
    let content = wire.input.repeat(times);
    let around = if wire.dialect == Dialect::Request { "*1\r\n" } else { "" };
    let head = format!("{around}${}\r\n", content.len());
    let array = [format!("*{times}\r\n").as_bytes(), &content].concat();
    [head.into_bytes(), content, b"\r\n".to_vec(), array]
}

/// A decoder, and what it may hold.
struct Connection<'a> {
    wire: &'a Wire<'a>,
    decoder: Decoder,
    retain: usize,
    owned: bool,
    /// Bytes of memory that are held.
    held: isize,
    /// The most bytes that were unread since little was, when the decoder was asked.
    unread: usize,
    frames: usize,
}

impl<'a> Connection<'a> {
    fn new(wire: &'a Wire<'a>, limits: Limits, retain: usize, owned: bool) -> Connection<'a> {
        let (decoder, counts) =
            measure(|| Decoder::with_limits(wire.dialect, limits).retain(retain));
        Connection { wire, decoder, retain, owned, held: counts.held, unread: 0, frames: 0 }
    }

    /// Does something with the decoder, and holds the peak of that against the bound.
    fn step<T>(&mut self, work: impl FnOnce(&mut Decoder) -> T) -> T {
        let (done, counts) = measure(|| work(&mut self.decoder));
        self.within_bound(self.held + counts.peak);
        self.held += counts.held;
        done
    }

    fn within_bound(&self, held: isize) {
        let most = EACH * self.unread.max(self.retain) + ROOM;
        let Connection { wire, unread, .. } = self;
        assert!(
            held <= most as isize,
            "{held} bytes for {unread} unread: {}",
            wire.input.escape_ascii()
        );
    }

    /// Takes a piece in, and every frame that is whole with it.
    fn receive(&mut self, piece: &[u8]) -> Result<(), ProtocolError> {
        let unread = self.decoder.unread().len();
        self.unread = self.unread.max(unread + piece.len());
        self.step(|decoder| decoder.feed(piece));
        let owned = self.owned;
        let before = self.frames;
        loop {
            let unread = self.decoder.unread().len();
            let more = self.step(|decoder| match owned {
                true => decoder.next_owned().map(|frame| frame.is_some()),
                false => decoder.next_frame().map(|frame| frame.is_some()),
            });
            if unread <= self.retain / 2 {
                self.unread = unread;
                self.within_bound(self.held);
            }
            if !more? {
                break;
            }
            self.frames += 1;
            let most = unread + piece.len();
            assert!(
                self.frames - before <= most,
                "frames without end: {}",
                self.wire.input.escape_ascii()
            );
        }
        let left = self.decoder.unread();
        let end = left.len().min(piece.len());
        let (left, piece) = (&left[left.len() - end..], &piece[piece.len() - end..]);
        assert!(left == piece, "not what was fed: {}", self.wire.input.escape_ascii());
        Ok(())
    }

    /// Drops the decoder; how many frames there were, and what is left unread.
    fn end(self) -> (usize, Vec<u8>) {
        let Connection { wire, decoder, held, frames, .. } = self;
        let unread = decoder.unread().to_vec();
        let ((), counts) = measure(|| drop(decoder));
        let held = held + counts.held;
        assert_eq!(held, 0, "{held} bytes are left: {}", wire.input.escape_ascii());
        (frames, unread)
    }
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
    // The header of an aggregate, again and again, is a frame that gets longer and is never whole.
    let input = wire.input.repeat(1 + NESTED / wire.input.len().max(1));
    let mut parser = Parser::with_limits(wire.dialect, limits);
    let mut looks = Looks(0);
    let mut start = 0;
    for end in 1..=input.len() {
        match parser.parse_observed(&input[start..end], &mut looks) {
            Ok(Some(parsed)) => start += parsed.consumed,
            Ok(None) => {}
            Err(_) => return (end, looks.0),
        }
    }
    (input.len(), looks.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_sizes() {
        for input in ["*4294967295\r\n", "$536870912\r\n", "*1\r\n", "|0\r\n", "*?\r\n", "$?\r\n;9"]
        {
            each_way(input.as_bytes());
        }
    }

    /// What is retained runs out, with all that is unread whole, or some of it not.
    #[test]
    fn room_that_is_given_back() {
        for input in ["+OK\r\n", "*1\r\n:1\r\n", ">1\r\n+a\r\n:1\r\n", "$2\r\nab\r\n+", "*2\r\n"] {
            each_way(input.as_bytes());
            each_way(input.repeat(40).as_bytes());
        }
    }

    /// With all that the first byte chooses, but for the cuts.
    fn each_way(input: &[u8]) {
        for (dialect, tight) in Dialect::ALL.into_iter().flat_map(|d| [(d, false), (d, true)]) {
            let mut wire = Wire::new(dialect, input);
            wire.tight = tight;
            let mut data = wire.to_bytes();
            for choice in 0..3 {
                data[0] += 96 * u8::from(choice > 0);
                assert_eq!(data[0] / 96, choice);
                run(&data);
            }
        }
    }

    /// A decoder would be told that makes room for what is announced.
    #[test]
    #[should_panic(expected = "bytes for 14 unread")]
    fn an_allocation_of_an_announced_size_is_told() {
        step_that_takes(EACH * 14 + ROOM + 1);
    }

    #[test]
    fn an_allocation_within_the_bound_is_none() {
        step_that_takes(EACH * 14 + ROOM - 1);
    }

    /// Lets a connection with 14 bytes unread take so much memory in all, and give it back.
    fn step_that_takes(most: usize) {
        let wire = Wire::new(Dialect::Resp3, b"*4294967295\r\n:");
        let mut connection = Connection::new(&wire, limits(&wire), 0, false);
        connection.receive(wire.input).unwrap();
        assert_eq!(connection.unread, 14);
        let more = most - connection.held as usize;
        connection.step(|_| drop(std::hint::black_box(vec![0u8; more])));
    }
}
