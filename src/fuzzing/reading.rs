//! The ways in which a stream is read by those who depend on the library.
//!
//! Each function takes the same pieces and gives the same [`Outcome`]: frames that are lent and
//! looked at on the spot, frames that are kept until the decoder is gone, a decoder that has read
//! something else before, [`FrameReader`] over a reader, the client that sorts replies from pushes, and the
//! codec of tokio. What each frame holds is asked in [`view`](super::view).
//!
//! To add a way of reading: a function here, and a line in [`split`](super::split).

use super::view::value;
use crate::decoder::{FrameReader, StreamError};
use crate::error::{ProtocolError, Truncated};
use crate::frame::OwnedFrame;
use crate::state::State;
use crate::value::Value;
use crate::{Decoder, Dialect, Limits};
use alloc::vec::Vec;
use std::io::{self, Read};

/// How an input ends.
pub(super) type End = Result<Result<(), Truncated>, ProtocolError>;

/// Everything an input came to: its frames, how it ends, how far the machine consumed it, and
/// where the machine stands.
pub(super) type Outcome = (Vec<Value>, End, u64, State);

/// Takes every frame as soon as there is one, and looks at it at once.
pub(super) fn decode<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Outcome {
    lent(&mut Decoder::with_limits(dialect, limits), pieces)
}

fn lent<'a>(decoder: &mut Decoder, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut frames = Vec::new();
    let failed = each(decoder, pieces, |decoder| {
        Ok(decoder.next_frame()?.map(|frame| frames.push(value(frame))).is_some())
    });
    outcome(decoder, frames, failed)
}

/// Feeds the pieces, and takes frames as long as there are any; the error.
fn each<'a>(
    decoder: &mut Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
    mut take: impl FnMut(&mut Decoder) -> Result<bool, ProtocolError>,
) -> Option<ProtocolError> {
    for piece in pieces {
        decoder.feed(piece);
        loop {
            match take(decoder) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Some(error),
            }
        }
    }
    None
}

fn outcome(decoder: &Decoder, frames: Vec<Value>, failed: Option<ProtocolError>) -> Outcome {
    let machine = decoder.parser().machine();
    let end = failed.map_or_else(|| Ok(decoder.finish()), Err);
    (frames, end, machine.offset(), machine.state())
}

/// Keeps every frame, and looks at it again when the decoder is gone.
pub(super) fn kept<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Outcome {
    let mut decoder = Decoder::with_limits(dialect, limits);
    let mut kept: Vec<OwnedFrame> = Vec::new();
    let mut seen = Vec::new();
    let failed = each(&mut decoder, pieces, |decoder| {
        Ok(decoder
            .next_owned()?
            .map(|frame| {
                seen.push(Value::from(&frame));
                kept.push(frame);
            })
            .is_some())
    });
    let outcome = outcome(&decoder, seen, failed);
    drop(decoder);
    for (frame, seen) in kept.iter().zip(&outcome.0) {
        assert_eq!(value(frame.frame()), *seen, "{frame:?} has changed");
        // By itself, and copied: from the buffer, and with it.
        let copy = frame.detach();
        assert_eq!((&copy, copy.wire()), (frame, frame.wire()));
        if let Ok(text) = frame.frame().as_bytes() {
            assert_eq!(frame.share(text), text);
        }
    }
    for (pair, values) in kept.windows(2).zip(outcome.0.windows(2)) {
        // Two texts may spell one double, and two lines one request.
        let same = pair[0] == pair[1];
        assert!(!same || values[0] == values[1], "{:?} is not {:?}", pair[0], pair[1]);
    }
    outcome
}

/// Reads all of it with a decoder that has read it before, however that ended.
pub(super) fn replayed<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]> + Clone,
) -> Outcome {
    let mut decoder = Decoder::with_limits(dialect, limits);
    each(&mut decoder, pieces.clone(), |decoder| Ok(decoder.next_frame()?.is_some()));
    decoder.reset();
    lent(&mut decoder, pieces)
}

/// A reader that gives one piece at a time, or as much of it as is asked for; an empty one is a read that
/// was interrupted.
struct Pieces<'a, I> {
    pieces: I,
    left: &'a [u8],
}

impl<'a, I: Iterator<Item = &'a [u8]>> Pieces<'a, I> {
    fn new(pieces: I) -> Self {
        Pieces { pieces, left: &[] }
    }
}

impl<'a, I: Iterator<Item = &'a [u8]>> Read for Pieces<'a, I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.is_empty() {
            match self.pieces.next() {
                Some([]) => return Err(io::ErrorKind::Interrupted.into()),
                Some(piece) => self.left = piece,
                None => return Ok(0),
            }
        }
        self.left.read(buffer)
    }
}

/// What the error of a stream is, if the input is to blame for it.
fn end(error: StreamError) -> End {
    match error {
        StreamError::Protocol(error) => Err(error),
        StreamError::Truncated(truncated) => Ok(Err(truncated)),
        other => panic!("nothing fails but the input: {other}"),
    }
}

/// Reads with an iterator over a reader.
pub(super) fn read<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Outcome {
    let decoder = Decoder::with_limits(dialect, limits);
    let mut reader = FrameReader::with_decoder(Pieces::new(pieces), decoder);
    let mut frames = Vec::new();
    let mut ended = Ok(Ok(()));
    for frame in reader.by_ref() {
        match frame {
            Ok(frame) => frames.push(Value::from(&frame)),
            Err(error) => ended = end(error),
        }
    }
    assert!(reader.next().is_none(), "an end is an end");
    let machine = reader.decoder().parser().machine();
    (frames, ended, machine.offset(), machine.state())
}

/// Reads as a client does, which waits for reply after reply: pushes are none, wherever they come, and
/// neither is lost.
#[cfg(feature = "client")]
pub(super) fn is_received<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
    (frames, ended): (&[Value], End),
) {
    let decoder = Decoder::with_limits(dialect, limits);
    let reader = FrameReader::with_decoder(Pieces::new(pieces), decoder);
    let mut receiver = crate::client::Receiver::new(reader);
    let mut replies = Vec::new();
    let said = loop {
        match receiver.receive() {
            Ok(reply) => replies.push(Value::from(&reply)),
            Err(StreamError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                break Ok(Ok(()));
            }
            Err(error) => break end(error),
        }
    };
    let pushes: Vec<Value> = receiver.pushes().map(|push| Value::from(&push)).collect();
    let expected = frames.iter().cloned().partition(is_push);
    assert_eq!(((pushes, replies), said), (expected, ended), "to a client");
}

/// Whether a frame is a push, whatever is said of it.
pub(super) fn is_push(value: &Value) -> bool {
    match value {
        Value::Push(_) => true,
        Value::Attributed(list) => list.last().is_some_and(is_push),
        _ => false,
    }
}

/// Reads with the codec of tokio; where its machine stands, it does not say.
#[cfg(feature = "codec")]
pub(super) fn codec<'a>(
    dialect: Dialect,
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Value>, End) {
    use tokio_util::codec::Decoder as _;
    let mut codec = crate::codec::Codec::with_limits(dialect, limits);
    let mut buffer = bytes::BytesMut::new();
    let mut frames = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match codec.decode(&mut buffer) {
                Ok(Some(frame)) => frames.push(Value::from(&frame)),
                Ok(None) => break,
                Err(error) => return (frames, end(error)),
            }
        }
    }
    match codec.decode_eof(&mut buffer) {
        Ok(None) => (frames, Ok(Ok(()))),
        Ok(Some(frame)) => panic!("{frame:?} was whole before"),
        Err(error) => (frames, end(error)),
    }
}
