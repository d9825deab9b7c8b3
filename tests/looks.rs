//! What is looked at once, and what twice.
//!
//! A stride that took nothing would give the same events, later: the steps read all that it reads.
//! Only the count of the bytes that were looked at tells, so here it stands, byte for byte, for all
//! that is ordinary and for all the ways not to be. (That the count stays in proportion for long
//! inputs is in `visits.rs`.)

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use resp_machine::event::Token;
use resp_machine::frame::Parser;
use resp_machine::machine::{Machine, Sink};
use resp_machine::state::{Observer, Step};
use resp_machine::{Dialect, Limits};
use std::ops::ControlFlow;

#[derive(Default)]
struct Visits(usize);

impl Observer for Visits {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

/// The visits of `wire`, fed whole to each interface: all must make the same.
fn looks(dialect: Dialect, limits: Limits, wire: &[u8]) -> usize {
    struct Ignore;
    impl Sink<'_> for Ignore {
        fn event(&mut self, _: Token<'_>) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }
    let mut pulled = Visits::default();
    let mut machine = Machine::with_limits(dialect, limits);
    let mut feed = machine.feed_observed(wire, &mut pulled);
    while feed.next_token().expect("valid").is_some() {}
    let mut pushed = Visits::default();
    let mut machine = Machine::with_limits(dialect, limits);
    let read = machine.drive_observed(wire, &mut Ignore, &mut pushed).expect("valid");
    assert_eq!((read, pulled.0), (wire.len(), pushed.0), "{}", wire.escape_ascii());
    pulled.0
}

/// An ordinary value that is whole is looked at once: each byte of a line, and of a blob its header
/// and its line end. That is what the stride is for: a value that it left to the steps would be
/// looked at again.
#[test]
fn what_is_ordinary_and_whole_is_looked_at_once() {
    use Dialect::{Request, Resp2, Resp3};
    // What stands for itself in both versions, and what only RESP3 has; with the bytes of its blobs,
    // whose inside is only counted.
    let both: &[(&str, usize)] = &[
        ("+\r\n", 0),
        ("+OK\r\n", 0),
        ("-ERR no\r\n", 0),
        (":1\r\n", 0),
        (":-12\r\n", 0),
        ("$0\r\n\r\n", 0),
        ("$5\r\nhello\r\n", 5),
        ("$12\r\nhello, world\r\n", 12),
        ("*0\r\n", 0),
        ("*2\r\n:1\r\n$1\r\na\r\n", 1),
        ("*2\r\n*1\r\n*1\r\n:1\r\n-a\r\n", 0),
    ];
    let third: &[(&str, usize)] = &[
        ("_\r\n", 0),
        ("#t\r\n", 0),
        ("#f\r\n", 0),
        (",1.5\r\n", 0),
        (",inf\r\n", 0),
        ("(12\r\n", 0),
        ("(-123456789012345678901234567890\r\n", 0),
        ("!3\r\nERR\r\n", 3),
        ("=5\r\ntxt:a\r\n", 5),
        ("=4\r\ntxt:\r\n", 4),
        ("%0\r\n", 0),
        ("~0\r\n", 0),
        ("%1\r\n+k\r\n*1\r\n_\r\n", 0),
        ("~2\r\n%1\r\n:1\r\n:2\r\n=5\r\ntxt:a\r\n", 5),
    ];
    let rows = both.iter().map(|row| (Resp2, row));
    let rows = rows.chain(both.iter().chain(third).map(|row| (Resp3, row)));
    for (dialect, &(wire, inside)) in rows {
        let limits = Limits::new(dialect);
        assert_eq!(
            looks(dialect, limits, wire.as_bytes()),
            wire.len() - inside,
            "{dialect:?} {wire}"
        );
        // The parser, which has a way of its own for single values, sees no more.
        let mut visits = Visits::default();
        let mut parser = Parser::new(dialect);
        assert!(parser.parse_observed(wire.as_bytes(), &mut visits).expect("valid").is_some());
        assert_eq!(visits.0, wire.len() - inside, "{dialect:?} {wire}");
        // As some of many.
        let many = format!("*6\r\n{}+x\r\n", wire.repeat(5));
        let visits = looks(dialect, limits, many.as_bytes());
        assert_eq!(visits, many.len() - 5 * inside, "{dialect:?} {wire}");
    }
    let requests = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10\r\n0123456789\r\n*1\r\n$4\r\nPING\r\n";
    let visits = looks(Request, Limits::new(Request), requests.as_bytes());
    assert_eq!(visits, requests.len() - 3 - 1 - 10 - 4);
    // What is at a limit is ordinary still.
    let limits = Limits::new(Resp3).line(5).blob(5).elements(2).depth(2).frame(27);
    let tight = "*2\r\n*2\r\n+12345\r\n$5\r\nhello\r\n";
    assert_eq!(looks(Resp3, limits, tight.as_bytes()), tight.len() - 5);
    // A limit of the frame is for each: no frame makes the next one shorter.
    let frames = ":1\r\n+a\r\n*0\r\n*1\r\n_\r\n:123\r\n".repeat(3);
    assert_eq!(looks(Resp3, Limits::new(Resp3).frame(7), frames.as_bytes()), frames.len());
    let long = format!("$100\r\n{}\r\n", "x".repeat(100));
    assert_eq!(looks(Resp3, Limits::new(Resp3), long.as_bytes()), 8);
}

/// What is left to the steps is looked at by the stride as far as it had to, and by the steps: a
/// marker once, and a line once for its end and once for what it says.
#[test]
fn what_is_left_to_the_steps_is_looked_at_again() {
    use Dialect::{Request, Resp2, Resp3};
    // The wire, what the stride looks at in vain, what the steps look at, and what a stride takes
    // behind them.
    let rows: &[(Dialect, &str, [usize; 3])] = &[
        // Not whole.
        (Resp3, ":12", [3, 1 + 2, 0]),
        (Resp3, "+ab\r", [4, 1 + 3, 0]),
        (Resp3, "$12", [3, 1 + 2, 0]),
        (Resp3, "$5\r\nhel", [2 + 2, 1 + 2 + 3, 0]),
        (Resp3, "*12", [3, 1 + 2, 0]),
        (Resp3, "*2\r\n:1\r\n+a", [2, 1 + 1, 4 + 4]),
        (Request, "*1\r\n$4\r\nPI", [2 + 2, 1 + 2 + 3, 4]),
        // Not ordinary.
        (Resp3, "$-1\r\n", [1 + 2, 1 + 3 + 4, 0]),
        (Resp2, "*-1\r\n", [1 + 2, 1 + 3 + 4, 0]),
        (Resp3, ">0\r\n", [1, 1 + 2 + 3, 0]),
        (Resp3, "|0\r\n:1\r\n", [1, 1 + 2 + 3, 4]),
        (Resp3, "*?\r\n:1\r\n", [1 + 2, 1 + 2 + 3, 4]),
        (Request, "A\r\n", [0, 1 + 2 + 2, 0]),
    ];
    for (dialect, wire, looks) in rows {
        let mut visits = Visits::default();
        let mut machine = Machine::new(*dialect);
        let mut feed = machine.feed_observed(wire.as_bytes(), &mut visits);
        while feed.next_token().expect("valid").is_some() {}
        assert_eq!(visits.0, looks.iter().sum::<usize>(), "{dialect:?} {wire:?}");
    }
}

/// The visits of `wire`, shown in pieces of `size`.
fn in_pieces(dialect: Dialect, wire: &[u8], size: usize) -> usize {
    let mut visits = Visits::default();
    let mut machine = Machine::new(dialect);
    let mut start = 0;
    for end in (size..wire.len() + size).step_by(size) {
        let mut feed = machine.feed_observed(&wire[start..end.min(wire.len())], &mut visits);
        while feed.next_token().expect("valid").is_some() {}
        start += feed.consumed();
    }
    visits.0
}

/// One byte at a time, every byte of a line is searched once and read once, those of its end too: a
/// CR that ends a piece is remembered.
#[test]
fn a_line_that_comes_in_pieces_is_looked_at_twice() {
    use Dialect::{Request, Resp3};
    // The marker (which the stride sees, too), the line up to its CR, and the line with its end.
    for (dialect, wire, visits) in [
        (Resp3, "+ab\r\n", (1 + 1) + 3 + 4),
        (Resp3, ":12345\r\n", (1 + 1) + 6 + 7),
        (Resp3, "_\r\n", (1 + 1) + 1 + 2),
        (Resp3, "$2\r\nab\r\n", (1 + 1) + 2 + 3 + (1 + 2)),
        (Request, "AB\r\n", 1 + 3 + 3),
    ] {
        assert_eq!(in_pieces(dialect, wire.as_bytes(), 1), visits, "{wire}");
    }
}
