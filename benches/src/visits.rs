//! How often a byte is looked at, as the machine itself tells an observer: once if all is there
//! at once, and still hardly more if it comes in pieces. A parser that begins again at each piece
//! would show it here.

use crate::report::{Report, measure};
use crate::workload;
use resp_machine::Dialect;
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;
use resp_machine::state::{Observer, Step};

/// Sizes of the pieces, and their names.
const PIECES: [(usize, &str); 3] =
    [(usize::MAX, "whole"), (1460, "in pieces of 1460 bytes"), (1, "one byte at a time")];

/// Bytes looked at.
struct Visits(usize);

impl Observer for Visits {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

pub fn measure(report: &mut Report) {
    for workload in workload::all() {
        for (size, name) in PIECES {
            let size = size.min(workload.wire.len());
            for (way, visits) in [
                ("tape", tape(&workload.wire, size)),
                ("pulled events", pulled(&workload.wire, size)),
            ] {
                let name = format!("{way}, {name}");
                let each = visits as f64 / workload.wire.len() as f64;
                report.add(workload.name, &name, measure::VISITED, each);
            }
        }
    }
}

fn tape(wire: &[u8], size: usize) -> usize {
    let mut parser = Parser::new(Dialect::Resp3);
    let mut visits = Visits(0);
    let (mut done, mut have) = (0, 0);
    while have < wire.len() {
        have = (have + size).min(wire.len());
        while let Some(parsed) =
            parser.parse_observed(&wire[done..have], &mut visits).expect("valid")
        {
            done += parsed.consumed;
            if done == have {
                break;
            }
        }
    }
    visits.0
}

fn pulled(wire: &[u8], size: usize) -> usize {
    let mut machine = Machine::new(Dialect::Resp3);
    let mut visits = Visits(0);
    let (mut done, mut have) = (0, 0);
    while have < wire.len() {
        have = (have + size).min(wire.len());
        let mut feed = machine.feed_observed(&wire[done..have], &mut visits);
        while feed.next_token().expect("valid").is_some() {}
        done += feed.consumed();
    }
    visits.0
}
