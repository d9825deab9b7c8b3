//! What the suites share.
//!
//! * [`run`]: an input, cut in pieces, through the decoder: frames, end, bytes consumed;
//! * [`reference`]: the naive decoder that the machine is held against (the fuzz targets use it,
//!   too, so it is a file of theirs);
//! * [`conversion`]: what becomes of a value in another version, and [`spelling`]: how numbers are
//!   written, likewise;
//! * [`seeds`]: those of the fuzz targets, which name what they reach;
//! * [`vectors`]: the recorded and derived inputs, and their tagged form;
//! * [`values`]: the edges of every type, for the round trips;
//! * [`Rng`]: the one source of chance, seeded, so that a failure can be had again.

#![allow(dead_code, reason = "each suite uses its part")]

#[path = "../../src/fuzzing/conversion.rs"]
pub(crate) mod conversion;
#[path = "../../src/fuzzing/reference.rs"]
pub(crate) mod reference;
#[cfg(feature = "fuzzing")]
pub(crate) mod seeds;
#[path = "../../src/fuzzing/spelling.rs"]
pub(crate) mod spelling;
pub(crate) mod values;
pub(crate) mod vectors;

use reference::End;
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect, Limits, ProtocolError, Truncated};

/// Everything an input came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) frames: Vec<Value>,
    /// The error, or what `finish` said.
    pub(crate) end: Result<Result<(), Truncated>, ProtocolError>,
    /// How far the machine has read.
    pub(crate) offset: u64,
}

impl Outcome {
    pub(crate) fn end(&self) -> End {
        match self.end {
            Ok(Ok(())) => End::Clean,
            Ok(Err(_)) => End::NeedMore,
            Err(error) => End::Error(error.kind, error.offset),
        }
    }
}

/// Feeds `pieces` to a decoder, taking every frame as soon as there is one.
pub(crate) fn run<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut decoder = Decoder::with_limits(dialect, limits);
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(Value::from(frame)),
                Ok(None) => break,
                Err(error) => {
                    let offset = decoder.parser().machine().offset();
                    return Outcome { frames, end: Err(error), offset };
                }
            }
        }
    }
    let offset = decoder.parser().machine().offset();
    Outcome { frames, end: Ok(decoder.finish()), offset }
}

/// The whole input at once, with default limits.
pub(crate) fn whole(dialect: Dialect, input: &[u8]) -> Outcome {
    run(dialect, Limits::new(dialect), [input])
}

/// One byte at a time, with default limits.
pub(crate) fn by_bytes(dialect: Dialect, input: &[u8]) -> Outcome {
    run(dialect, Limits::new(dialect), input.chunks(1))
}

/// A small generator of chance (xorshift64*): seeded, so that every failure comes back.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 32) as usize % bound.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Runs `test` on a thread with a large stack: for what recurses in the tests themselves.
pub(crate) fn on_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(test);
    if let Err(panic) = thread.expect("a thread").join() {
        std::panic::resume_unwind(panic);
    }
}
