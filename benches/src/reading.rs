//! Whole buffers: every library on every workload, interleaved.
//!
//! Each round runs each contender on the same bytes, so that the machine's moods fall on all alike:
//! once untimed, so that nobody pays for the caches as the one before left them, and once timed. Every contender's sum over all values must be the same, or the program stops: nobody
//! wins by not reading.

use crate::contender::{self, Contender, Role};
use crate::report::{Report, measure};
use crate::times::Times;
use crate::workload::{self, Workload};

/// Times every library on every workload.
pub fn measure(report: &mut Report, rounds: usize) {
    for workload in workload::all() {
        let contenders = able(&workload, contender::all(&workload));
        time(report, &workload, contenders, rounds);
    }
}

/// Times our own ways only.
pub fn measure_ours(report: &mut Report, rounds: usize) {
    for workload in workload::all() {
        time(report, &workload, able(&workload, contender::ours(&workload)), rounds);
    }
}

/// Those that can read the workload, all of whose sums are the same. A peer that cannot is left
/// out, and shown as a dash.
pub fn able(workload: &Workload, contenders: Vec<Contender>) -> Vec<Contender> {
    // A peer says by a panic that it cannot; that needs no words.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let with_sums: Vec<(Contender, Option<u64>)> = contenders
        .into_iter()
        .map(|mut one| {
            let sum = one.sum(&workload.wire);
            (one, sum)
        })
        .collect();
    std::panic::set_hook(hook);
    let expected = with_sums[0].1;
    let mut able = Vec::new();
    for (one, sum) in with_sums {
        let cannot = sum.is_none() && one.role != Role::Ours;
        let right = if one.reads { expected } else { Some(workload.frames as u64) };
        assert!(
            cannot || sum == right,
            "{} on {}: {sum:?} is not {right:?}",
            one.name,
            workload.name
        );
        if !cannot {
            able.push(one);
        }
    }
    able
}

fn time(report: &mut Report, workload: &Workload, mut contenders: Vec<Contender>, rounds: usize) {
    let mut times: Vec<Times> = contenders.iter().map(|_| Times::default()).collect();
    for _ in 0..rounds {
        for (one, times) in contenders.iter_mut().zip(&mut times) {
            one.read(&workload.wire);
            times.push(one.time(&workload.wire) / workload.frames as f64);
        }
    }
    for (one, times) in contenders.iter().zip(times) {
        if let Some((best, median)) = times.best_and_median() {
            report.add(workload.name, one.name, measure::BEST, best);
            report.add(workload.name, one.name, measure::MEDIAN, median);
        }
    }
}
