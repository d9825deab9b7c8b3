//! The machine with a fixed stack, as it is without an allocator: built and run with no feature,
//! and the same tokens however the input is cut.

use resp_machine::event::Event;
use resp_machine::machine::{FixedStack, Machine};
use resp_machine::state::TABLE;
use resp_machine::{Dialect, ErrorKind, Limits};

/// Where tokens end, and the kind of the error if there is one; a stand-in for the events, which
/// borrow their input.
fn read(dialect: Dialect, input: &[u8], piece: usize) -> (Vec<(u64, u64)>, Option<ErrorKind>) {
    let mut machine: Machine<FixedStack<8>> = Machine::fixed(dialect, Limits::new(dialect));
    let mut spans = Vec::new();
    let mut kept = Vec::new();
    for bytes in input.chunks(piece) {
        kept.extend_from_slice(bytes);
        let mut feed = machine.feed(&kept);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => spans.push((token.start, token.end)),
                Ok(None) => break,
                Err(error) => return (spans, Some(error.kind)),
            }
        }
        let consumed = feed.consumed();
        kept.drain(..consumed);
    }
    (spans, None)
}

#[test]
fn every_row_is_taken_alike_in_one_piece_and_in_many() {
    for row in &TABLE {
        let dialect = row.dialects[0];
        // Behind the example, so that frames follow one another, a frame that is whole.
        let mut input = row.example.to_vec();
        input.extend_from_slice(b"+\r\n:1\r\n_\r\n");
        let whole = read(dialect, &input, input.len());
        for piece in 1..input.len() {
            assert_eq!(read(dialect, &input, piece), whole, "{:?} in {piece}s", row.rule);
        }
    }
}

#[test]
fn a_full_stack_is_an_error_at_its_marker() {
    let mut machine: Machine<FixedStack<2>> =
        Machine::fixed(Dialect::Resp3, Limits::new(Dialect::Resp3));
    assert_eq!(machine.limits().depth, 2);
    // A streamed string has its own place, even where the stack is full.
    let mut feed = machine.feed(b"*1\r\n*1\r\n$?\r\n;1\r\na\r\n;0\r\n*1\r\n*1\r\n*1\r\n");
    let mut chunks = 0;
    let error = loop {
        match feed.next_token() {
            Ok(Some(token)) => chunks += usize::from(matches!(token.event, Event::Chunk(b"a"))),
            Ok(None) => panic!("three levels fit a stack of two"),
            Err(error) => break error,
        }
    };
    assert_eq!((chunks, error.kind, error.offset), (1, ErrorKind::TooDeep, 31));
}
