//! `oracle`: the machine against a decoder that is obviously right.
//!
//! The reference (`reference`) takes the whole input, starts from byte 0, recurses and copies; it
//! is written from the specifications and the documented decisions, and shares no code with the
//! library. Frames, the kind of error and its offset must be the same, whole and in pieces.
//!
//! A bug that turns it red: a rule that is wrong. A map whose count is not doubled, an attribute
//! that counts as an element, `$-2` taken for a null, a limit that is off by one.

use super::reference::{self, Bounds, End};
use super::wire::{Wire, decode};

/// The target; its input is a [`Wire`].
pub fn run(data: &[u8]) {
    let Some(wire) = Wire::of(data) else { return };
    let limits = wire.limits();
    let expected = reference::decode(wire.input, wire.dialect, Bounds::of(&limits));
    let (frames, end, ..) = decode(wire.dialect, limits, wire.pieces());
    let end = match end {
        Ok(Ok(())) => End::Clean,
        Ok(Err(_)) => End::NeedMore,
        Err(error) => End::Error(error.kind, error.offset),
    };
    assert_eq!((frames, end), expected, "{}", wire.input.escape_ascii());
}
