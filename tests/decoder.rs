//! What a decoder keeps, and when it gives it back.
//!
//! Whatever way the bytes come in and the frames go out, what is unread is what no frame was made
//! of; and the room of a frame beyond what may be retained is given back at the next call, if what
//! is left is little. Room that is within bounds is kept, so that a steady stream allocates nothing.
//! Both sides of each bound are tried. (What the allocator says of it is in the package `counting`.)

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::decoder::{FrameReader, StreamError};
use resp_machine::encode::EncodeError;
use resp_machine::{Decoder, Dialect};
use std::error::Error;
use std::io::{self, Read};

/// The ways to ask for the next frame.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    Borrowed,
    Owned,
}

/// A frame of `length` bytes.
fn frame(length: usize) -> Vec<u8> {
    [b"+", &b"a".repeat(length - 3)[..], b"\r\n"].concat()
}

/// The length of the next frame's text.
fn next(decoder: &mut Decoder, ask: Ask) -> Option<usize> {
    match ask {
        Ask::Borrowed => decoder.next_frame().unwrap().map(|frame| frame.as_bytes().unwrap().len()),
        Ask::Owned => {
            decoder.next_owned().unwrap().map(|owned| owned.frame().as_bytes().unwrap().len())
        }
    }
}

#[test]
fn what_is_unread_is_what_no_frame_was_made_of() {
    let lengths = [5, 3, 9, 4, 12, 7];
    let wire: Vec<u8> = lengths.iter().flat_map(|length| frame(*length)).collect();
    // Each frame is asked for in either way, and something may be fed between any two.
    for choice in 0..1 << (2 * lengths.len()) {
        let mut decoder = Decoder::new(Dialect::Resp3);
        let fed = wire.len() - 3;
        decoder.feed(&wire[..fed]);
        let mut read = 0;
        for (at, length) in lengths.iter().enumerate() {
            assert_eq!(decoder.unread(), &wire[read..fed.max(read)]);
            if at + 1 == lengths.len() {
                decoder.feed(&wire[fed..]);
                assert_eq!(decoder.unread(), &wire[read..]);
            } else if choice >> (2 * at) & 1 == 1 {
                decoder.feed(b"");
            }
            let ask = [Ask::Borrowed, Ask::Owned][choice >> (2 * at + 1) & 1];
            assert_eq!(next(&mut decoder, ask), Some(length - 3), "{choice:b} {at}");
            read += length;
        }
        assert_eq!(decoder.unread(), b"");
        assert_eq!(decoder.finish(), Ok(()));
    }
}

/// A decoder that may retain `retain` bytes, has handed out a frame of `length` bytes, and holds
/// `behind` bytes of the next.
fn drained(retain: Option<usize>, length: usize, behind: usize, ask: Ask) -> Decoder {
    let mut decoder = Decoder::new(Dialect::Resp3);
    if let Some(retain) = retain {
        decoder = decoder.retain(retain);
    }
    decoder.feed(&[frame(length), frame(1000)[..behind].to_vec()].concat());
    assert_eq!(next(&mut decoder, ask), Some(length - 3));
    decoder
}

#[test]
fn what_is_over_the_bound_is_given_back_at_the_next_call() {
    for ask in [Ask::Borrowed, Ask::Owned] {
        let calls: [fn(&mut Decoder); 3] = [
            |decoder| decoder.feed(b""),
            |decoder| assert_eq!(next(decoder, Ask::Borrowed), None),
            |decoder| assert_eq!(next(decoder, Ask::Owned), None),
        ];
        for (call, more) in calls.iter().enumerate() {
            // How much is handed over, of which how much may be kept; what is behind it; and
            // whether the room is given back.
            for (length, retain, behind, given_back) in [
                (1000, 1000, 0, false),
                (1001, 1000, 0, true),
                (4000, 1000, 0, true),
                // Of what is left, half of what may be retained is little.
                (4000, 1000, 500, true),
                (4000, 1000, 501, false),
                (4001, 1001, 500, true),
                (4001, 1001, 501, false),
            ] {
                let mut decoder = drained(Some(retain), length, behind, ask);
                assert!(decoder.capacity() >= length);
                more(&mut decoder);
                let held = decoder.capacity();
                let case = format!("{ask:?} {call} {length} {retain} {behind}: {held}");
                if given_back {
                    assert!((behind..behind + 64).contains(&held), "{case}");
                } else {
                    assert!(held >= length, "{case}");
                }
                assert_eq!(decoder.unread(), &frame(1000)[..behind], "{case}");
                decoder.feed(&frame(1000)[behind..]);
                assert_eq!(next(&mut decoder, ask), Some(997), "{case}");
            }
        }
        // What is retained unless something else is said.
        for (length, given_back) in [(65_536, false), (65_537, true)] {
            let mut decoder = drained(None, length, 0, ask);
            assert_eq!(next(&mut decoder, ask), None);
            assert_eq!(decoder.capacity() < 64, given_back, "{length}");
        }
    }
}

/// What was handed over makes room for what comes: a stream of any length takes the memory of its
/// frames, not of their sum.
#[test]
fn a_steady_stream_takes_no_more_than_its_frames() {
    for ask in [Ask::Borrowed, Ask::Owned] {
        for by_reader in [false, true] {
            let mut decoder = Decoder::new(Dialect::Resp3);
            for _ in 0..50 {
                if by_reader {
                    decoder.read_from(&mut &frame(1000)[..], 1200).unwrap();
                } else {
                    decoder.feed(&frame(1000));
                }
                assert_eq!(next(&mut decoder, ask), Some(997));
                assert!(decoder.capacity() < 4000, "{ask:?} {by_reader}: {}", decoder.capacity());
            }
        }
    }
}

#[test]
fn the_room_for_a_read_counts() {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&frame(1000)[..10]);
    assert_eq!(decoder.read_from(&mut &frame(1000)[10..13], 1500).unwrap(), 3);
    assert_eq!(decoder.unread(), &frame(1000)[..13]);
    assert!((1510..4000).contains(&decoder.capacity()), "{}", decoder.capacity());
}

/// Says how much it was asked for, and has nothing.
struct Asked<'a>(&'a mut Vec<usize>);

impl Read for Asked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.push(buffer.len());
        Ok(0)
    }
}

#[test]
fn a_frame_reader_reads_16_kibibytes_at_once() {
    let mut asked = Vec::new();
    assert!(FrameReader::new(Asked(&mut asked), Dialect::Resp3).next().is_none());
    assert_eq!(asked, [16_384]);
}

/// Fails with an error that has another behind it.
struct Fails;

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(Box::<dyn Error + Send + Sync>::from(Behind)))
    }
}

#[derive(Debug)]
struct Behind;

impl std::fmt::Display for Behind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("in front")
    }
}

impl Error for Behind {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&std::fmt::Error)
    }
}

/// The words of a stream's error are those of what it is made of; only an I/O error has another
/// behind it.
#[test]
fn an_error_of_the_stream_has_the_words_and_the_source_of_its_cause() {
    let error = FrameReader::new(Fails, Dialect::Resp3).next().unwrap().unwrap_err();
    assert!(matches!(&error, StreamError::Io(_)));
    assert_eq!(error.to_string(), "in front");
    assert_eq!(error.source().unwrap().to_string(), std::fmt::Error.to_string());
    let of =
        |wire: &'static [u8]| FrameReader::new(wire, Dialect::Resp3).last().unwrap().unwrap_err();
    for (error, words) in [
        (of(b":1\r\n:x\r\n"), "at byte 5: expected a sign or a digit"),
        (of(b":1\r\n*1\r\n"), "at byte 8: "),
        (StreamError::Encode(EncodeError::OddMap), &EncodeError::OddMap.to_string()),
    ] {
        assert!(error.to_string().starts_with(words), "{error}");
        assert!(error.source().is_none(), "{error}");
    }
}

#[test]
fn a_reader_shows_its_decoder() {
    let mut reader = FrameReader::new(&b":1\r\n:2\r\n"[..], Dialect::Resp3);
    assert!(reader.next().unwrap().is_ok());
    assert_eq!(reader.decoder().unread(), b":2\r\n");
}
