//! What only the crate can make of a tape: its parts, and none at all.

use super::*;
use crate::event::{Event, Token};
use crate::machine::Sink;
use crate::state::Dialect;
use tape::Tape;

#[test]
fn a_tape_without_entries_is_a_null() {
    let nothing = Frame::new(b"", &[]);
    assert!(nothing.is_null());
    assert_eq!((nothing.wire_type(), nothing.events().count()), (Type::Null, 0));
}

#[test]
fn a_chunk_by_itself_has_its_own_type() {
    let mut parser = Parser::new(Dialect::Resp3);
    let parsed = parser.parse(b"$?\r\n;1\r\na\r\n;0\r\n").expect("valid").expect("whole");
    let frame = parsed.frame;
    assert_eq!(frame.wire_type(), Type::BulkString);
    assert_eq!(Frame::new(frame.bytes, &frame.entries[1..]).wire_type(), Type::Chunk);
}

#[test]
fn only_what_is_open_has_a_measure() {
    let mut parser = Parser::new(Dialect::Resp3);
    let wire = b"%?\r\n:1\r\n$?\r\n;1\r\na\r\n;2\r\nbc\r\n;0\r\n.\r\n";
    let parsed = parser.parse(wire).expect("valid").expect("whole");
    let mut events = parsed.frame.events();
    let mut measures = alloc::vec![events.measure()];
    while events.next().is_some() {
        measures.push(events.measure());
    }
    // The map, its key, the string, two chunks and its end, the end of the map.
    let map = (1, 0);
    assert_eq!(measures[..4], [(0, 0), map, map, (2, 3)]);
    assert_eq!(measures[6..], [map, (0, 0)]);
}

/// The machine of the tree never hands parts of blobs over; if it did, they would be no entries.
#[test]
fn parts_of_a_blob_are_no_entries() {
    let mut tape = Tape::new();
    tape.begin(0);
    for event in [
        Event::BlobBegin { kind: Type::BulkString, format: None, length: 1 },
        Event::BlobPart(b"a"),
        Event::BlobEnd,
    ] {
        assert!(tape.event(Token { event, start: 0, end: 4 }).is_continue());
    }
    assert!(tape.entries().is_empty());
}
