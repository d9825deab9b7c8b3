//! The dev profile: how much slower our own ways are without optimisation.
//!
//! Tests of programs that use the library run in it, so that it should stay usable. The program
//! builds itself in that profile, has that build measure our ways, and compares.

use crate::contender::Role;
use crate::report::{Report, measure};
use crate::{contender, reading, workload};
use std::process::Command;

/// Rounds of the slower build.
const ROUNDS: usize = 40;

/// Adds the ratios. Times of this build are taken from the report, or measured now.
pub fn measure(report: &mut Report) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--locked", "--package", "resp-bench", "--", "--ours"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(std::process::Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the dev profile cannot be measured");
    let mut slow = Report::default();
    slow.read(&String::from_utf8(output.stdout).expect("JSON"));
    let ways = contender::names().into_iter().filter(|(_, role)| *role == Role::Ours);
    let workloads = workload::all();
    if report.get(workloads[0].name, "tape, read", measure::BEST).is_none() {
        reading::measure_ours(report, ROUNDS * 4);
    }
    for (way, _) in ways {
        for workload in &workloads {
            let best = |report: &Report| report.get(workload.name, way, measure::BEST);
            if let Some((slow, fast)) = best(&slow).zip(best(report)) {
                report.add(workload.name, way, measure::DEBUG, slow / fast);
            }
        }
    }
}

/// Our ways, measured by this build, for the build that asks.
pub fn ours() -> Report {
    let mut report = Report::default();
    reading::measure_ours(&mut report, ROUNDS);
    report
}
