//! Instructions per frame, counted by valgrind: repeatable where times are not.
//!
//! Each of our own ways is run on each workload in a process of its own, once with a few rounds
//! and once with more; the difference, divided by rounds and frames, is what a frame costs. The
//! baseline is committed: what costs more than that, by more than 3 %, is to be noticed.

use crate::contender::{self, Contender};
use crate::report::{Report, measure};
use crate::workload::{self, Workload};
use std::process::Command;

/// Rounds of the two runs.
const FEW: usize = 2;
const MORE: usize = 6;
/// How much worse than the baseline a count may be.
const MOST: f64 = 1.03;
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.jsonl");

/// Whether there is a valgrind.
pub fn is_possible() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

pub fn report() -> Report {
    let mut report = Report::default();
    for workload in workload::all() {
        for one in contender::ours(&workload) {
            report.add(workload.name, one.name, measure::INSTRUCTIONS, count(&one, &workload));
        }
    }
    report
}

fn count(one: &Contender, workload: &Workload) -> f64 {
    let spread = counted(one, workload, MORE) - counted(one, workload, FEW);
    // A digit behind the point: the rest is only the rounding of the division.
    (spread as f64 / ((MORE - FEW) * workload.frames) as f64 * 10.0).round() / 10.0
}

/// Instructions of a process that runs a contender so many times.
fn counted(one: &Contender, workload: &Workload, rounds: usize) -> u64 {
    let program = std::env::current_exe().expect("the program's own path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--run", one.name, workload.name, &rounds.to_string()])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok())
        .unwrap_or_else(|| panic!("no count from valgrind: {said}"))
}

/// What valgrind counts: one of our ways, on one workload, so many times.
pub fn run(library: &str, workload: &str, rounds: usize) {
    let workload = workload::named(workload).expect("a workload");
    let mut ours = contender::ours(&workload);
    let one = ours.iter_mut().find(|one| one.name == library).expect("a way of ours");
    for _ in 0..rounds {
        one.read(&workload.wire);
    }
}

/// Makes what is counted now the baseline.
pub fn renew() {
    std::fs::write(BASELINE, report().json()).expect("the baseline is written");
}

/// Holds what is counted now against the baseline.
pub fn check() {
    let lines = std::fs::read_to_string(BASELINE).expect("a baseline");
    let mut baseline = Report::default();
    baseline.read(&lines);
    let now = report();
    let mut worse = 0;
    for figure in now.figures() {
        let name = format!("{}, {}", figure.workload, figure.library);
        let before = baseline.get(&figure.workload, &figure.library, &figure.measure);
        match before {
            None => println!("{name}: not in the baseline"),
            Some(before) if figure.value > before * MOST => {
                println!("{name}: {:.1} instructions per frame, {before:.1} before", figure.value);
            }
            Some(_) => continue,
        }
        worse += 1;
    }
    assert!(worse == 0, "more than 3 % above {BASELINE}: if it is worth it, --renew");
    println!("{} counts, none more than 3 % above the baseline", now.figures().len());
}
