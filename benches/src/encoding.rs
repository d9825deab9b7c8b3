//! Writing: commands and replies, into a buffer that is reused.
//!
//! Whoever has a form of the value that is built once and written many times is measured with
//! that form: our values, the peers' frames, and the prebuilt command of redis. A library that
//! returns a buffer of its own has it copied into the one that is reused, where everybody else's
//! bytes are in the end.

mod values;

use crate::counts;
use crate::report::{Report, measure};
use crate::times::Times;
use std::hint::black_box;
use std::time::Instant;
pub use values::{WHAT, Writer};

/// How often a thing is written between two looks at the clock.
const TIMES: usize = 100;

/// Those who can write this, with the buffer that each keeps, ours first.
pub fn writers(what: &str) -> Vec<(Writer, Vec<u8>)> {
    let room = || Vec::with_capacity(16 * 1024);
    let mut writers: Vec<_> =
        values::writers(what).into_iter().map(|writer| (writer, room())).collect();
    // The same bytes from all; but a map in a hash table has an order of its own.
    let sorted = |(writer, buffer): &mut (Writer, Vec<u8>)| {
        let mut bytes = (writer.write)(buffer).to_vec();
        bytes.sort_unstable();
        bytes
    };
    let written: Vec<Vec<u8>> = writers.iter_mut().map(sorted).collect();
    for ((writer, _), bytes) in writers.iter().zip(&written) {
        assert!(*bytes == written[0], "{} writes something else for {what}", writer.library);
    }
    writers
}

/// The workload's name in the report.
pub fn name(what: &str) -> String {
    format!("writing {what}")
}

/// Times everybody.
pub fn measure(report: &mut Report, rounds: usize) {
    for what in WHAT {
        let mut writers = writers(what);
        let mut times: Vec<Times> = writers.iter().map(|_| Times::default()).collect();
        for _ in 0..rounds {
            for ((writer, buffer), times) in writers.iter_mut().zip(&mut times) {
                let start = Instant::now();
                for _ in 0..TIMES {
                    black_box((writer.write)(black_box(buffer)));
                }
                times.push(start.elapsed().as_nanos() as f64 / TIMES as f64);
            }
        }
        for ((writer, _), times) in writers.iter().zip(times) {
            if let Some((best, median)) = times.best_and_median() {
                report.add(&name(what), writer.library, measure::BEST, best);
                report.add(&name(what), writer.library, measure::MEDIAN, median);
            }
        }
    }
}

/// Counts what everybody allocates.
pub fn count(report: &mut Report) {
    for what in WHAT {
        for (writer, buffer) in &mut writers(what) {
            let (_, counts) = counts::measure(|| {
                (0..TIMES).for_each(|_| {
                    black_box((writer.write)(black_box(buffer)));
                })
            });
            let each = counts.allocations as f64 / TIMES as f64;
            report.add(&name(what), writer.library, measure::ALLOCATIONS, each);
        }
    }
}
