//! Entrances to the machine that only the crate has.

use super::*;
use crate::machine::stack::Level;
use alloc::vec::Vec;

/// Takes every event, and counts them.
struct Count(usize);

impl Sink<'_> for Count {
    fn event(&mut self, _: Token<'_>) -> ControlFlow<()> {
        self.0 += 1;
        ControlFlow::Continue(())
    }
}

/// What is taken of `input`, and how many events that was.
fn lone(machine: &mut Machine<Vec<Level>>, input: &[u8]) -> (Option<usize>, usize) {
    let mut count = Count(0);
    let taken = machine.take_lone(input, &mut count, &mut ());
    (taken, count.0)
}

#[test]
fn a_lone_value_is_a_whole_string_or_integer_and_nothing_else() {
    for wire in [&b"+a\r\n"[..], b":1\r\n", b"$1\r\na\r\n"] {
        let mut machine = Machine::new(Dialect::Resp3);
        for end in 0..wire.len() {
            assert_eq!(lone(&mut machine, &wire[..end]), (None, 0), "{end}");
            assert_eq!((machine.state(), machine.offset()), (State::Start, 0));
        }
        assert_eq!(lone(&mut machine, wire), (Some(wire.len()), 1));
        assert_eq!((machine.state(), machine.offset()), (State::End, wire.len() as u64));
        for (limit, taken) in [(wire.len(), (Some(wire.len()), 1)), (wire.len() - 1, (None, 0))] {
            let limits = Limits::new(Dialect::Resp3).frame(limit as u64);
            let mut bounded = Machine::with_limits(Dialect::Resp3, limits);
            assert_eq!(lone(&mut bounded, wire), taken, "{limit}");
        }
        assert_eq!(lone(&mut Machine::new(Dialect::Request), wire), (None, 0));
    }
    for wire in [&b"*0\r\n"[..], b"_\r\n", b"#t\r\n", b"-a\r\n", b"$-1\r\n", b"?\r\n", b":x\r\n"] {
        let mut machine = Machine::new(Dialect::Resp3);
        assert_eq!(lone(&mut machine, wire), (None, 0), "{}", wire.escape_ascii());
        assert_eq!((machine.state(), machine.offset()), (State::Start, 0));
    }
}
