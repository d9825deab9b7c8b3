//! What a parser takes of a buffer, what it leaves, and what of it a frame shares.
//!
//! A frame to keep has its bytes in the memory of the buffer, unless it is short; what is handed out
//! of it shares that memory, up to both of its ends. Where bytes are is compared by address.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::{Bytes, BytesMut};
use resp_machine::Dialect::Resp3;
use resp_machine::frame::{OwnedFrame, Parser};

fn owned(wire: &[u8]) -> OwnedFrame {
    Parser::new(Resp3).parse_owned(&mut Bytes::copy_from_slice(wire)).unwrap().unwrap()
}

/// A part of the frame is shared, up to both of its ends; anything else is copied.
#[test]
fn what_lies_in_the_frame_is_shared() {
    let frame = owned(format!("$40\r\n{}\r\n", "x".repeat(40)).as_bytes());
    let wire = frame.wire();
    for (start, end) in [(0, wire.len()), (0, 1), (wire.len() - 1, wire.len()), (5, 7), (3, 3)] {
        let shared = frame.share(&wire[start..end]);
        assert_eq!(shared, wire[start..end]);
        assert_eq!(shared.is_empty(), start == end);
        if start < end {
            assert_eq!(shared.as_ptr(), wire[start..].as_ptr(), "{start}..{end}");
        }
    }
    let copy = wire.to_vec();
    for part in [&copy[..], &copy[..1], &copy[copy.len() - 1..]] {
        let shared = frame.share(part);
        assert_eq!(shared, part);
        assert!(!wire.as_ptr_range().contains(&shared.as_ptr()));
    }
}

/// A single value of up to 32 bytes is copied in place, whatever of the buffer is behind it; what is
/// longer keeps its place in the memory of the buffer. Either buffer gives the same.
#[test]
fn short_frames_are_copied_and_others_shared() {
    for length in [31, 32, 33, 40] {
        let text = "x".repeat(length - 7);
        let wire = format!("${}\r\n{text}\r\n", text.len());
        assert_eq!(wire.len(), length);
        let all = format!("{wire}+what is behind it, and long enough for a copy\r\n");
        let mut frozen = Bytes::from(all.clone());
        let mut growing = BytesMut::from(all.as_bytes());
        for frame in [
            Parser::new(Resp3).parse_owned(&mut frozen).unwrap().unwrap(),
            Parser::new(Resp3).parse_owned(&mut growing).unwrap().unwrap(),
        ] {
            assert_eq!((frame.wire(), frame.frame().as_str()), (wire.as_bytes(), Ok(&text[..])));
            let part = frame.frame().as_bytes().unwrap();
            let shares = frame.share(part).as_ptr() == part.as_ptr();
            assert_eq!(shares, length > OwnedFrame::IN_PLACE, "{length}");
        }
        assert_eq!(
            (&frozen[..], &growing[..]),
            (&all.as_bytes()[length..], &all.as_bytes()[length..])
        );
    }
}

/// Frames of every kind from a `Bytes`, each split off the buffer without a copy.
#[test]
fn a_shared_buffer_is_split_frame_by_frame() {
    let first = format!("${}\r\n{}\r\n", 100, "x".repeat(100));
    let mut buffer = Bytes::from(format!("{first}*1\r\n:1\r\n:2\r\n+unfin"));
    let start = buffer.as_ptr();
    let mut parser = Parser::new(Resp3);
    let long = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!((long.wire(), long.wire().as_ptr()), (first.as_bytes(), start));
    let array = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!(array.frame().elements().unwrap().len(), 1);
    let last = parser.parse_owned(&mut buffer).unwrap().unwrap();
    assert_eq!(last.frame().as_i64(), Ok(2));
    assert_eq!(parser.parse_owned(&mut buffer), Ok(None));
    assert_eq!(&buffer[..], b"+unfin");
}

/// A parser ends cleanly only between frames, and behind all that is there.
#[test]
fn a_parser_counts_what_was_not_parsed() {
    let mut parser = Parser::new(Resp3);
    assert!(parser.parse(b"*2\r\n:1\r\n").unwrap().is_none());
    // Eight bytes have been read; so many more are behind them.
    for (unread, offset) in [(8, 8), (10, 10), (3, 8)] {
        assert_eq!(parser.finish(unread).unwrap_err().offset, offset, "{unread}");
    }
    let parsed = parser.parse(b"*2\r\n:1\r\n:2\r\n+").unwrap().unwrap();
    assert_eq!((parsed.consumed, parsed.wire), (12, &b"*2\r\n:1\r\n:2\r\n"[..]));
    assert_eq!(parser.finish(0), Ok(()));
    assert_eq!(parser.finish(1).unwrap_err().offset, 13);
    // What is wrong stays wrong, though nothing is shown of it.
    assert!(parser.parse(b"x").is_err());
    assert!(parser.parse(b"").is_err());
}

/// The buffer of an unfinished frame only grows; until it is as long again, there is no frame.
#[test]
fn a_buffer_that_became_shorter_is_waited_for() {
    let wire = b"*2\r\n:1\r\n:2\r\n";
    let mut parser = Parser::new(Resp3);
    assert!(parser.parse(&wire[..9]).unwrap().is_none());
    assert!(parser.parse(&wire[..3]).unwrap().is_none());
    // Memory may be given back in the middle of a frame: what has been read stays.
    parser.shrink_to(0);
    let parsed = parser.parse(wire).unwrap().unwrap();
    assert_eq!(format!("{:?}", parsed.frame), "[1, 2]");
    assert_eq!(parsed.consumed, wire.len());
    parser.shrink_to(0);
    assert_eq!(parser.parse(b":3\r\n").unwrap().unwrap().frame.as_i64(), Ok(3));
}
