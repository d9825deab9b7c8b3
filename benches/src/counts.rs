//! What can be repeated exactly: allocations, peak memory, bytes visited.
//!
//! Counted in a process of its own (`--counts`), which the program starts and whose figures it
//! takes over: the allocators that count stay away from everything that is timed.

#[cfg(hiredis)]
use crate::peers;
use crate::report::{Report, measure};
use crate::{contender, encoding, fragments, reading, switched, visits, workload};
use counting::Counts;
use std::process::Command;

/// Counts here, in a process that measures no times.
pub fn all(quick: bool) -> Report {
    switched::on();
    #[cfg(hiredis)]
    peers::count_hiredis();
    let mut report = Report::default();
    for workload in workload::all() {
        for mut one in reading::able(&workload, contender::all(&workload)) {
            // It has read the workload once, so that buffers that are reused have grown.
            let allocations = one.allocations(&workload.wire) as f64 / workload.frames as f64;
            report.add(workload.name, one.name, measure::ALLOCATIONS, allocations);
        }
    }
    visits::measure(&mut report);
    encoding::count(&mut report);
    fragments::count(&mut report, quick);
    report
}

/// Counts in a process of its own.
pub fn apart(report: &mut Report, quick: bool) {
    let program = std::env::current_exe().expect("the program's own path");
    let mut command = Command::new(program);
    command.arg("--counts").args(quick.then_some("--quick"));
    let output = command.stderr(std::process::Stdio::inherit()).output().expect("it runs");
    assert!(output.status.success(), "the process that counts failed");
    report.read(&String::from_utf8(output.stdout).expect("JSON"));
}

/// Runs `work` and says what it allocated, in Rust or in C.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Counts) {
    #[cfg(hiredis)]
    {
        let ((result, c), mut counts) = counting::measure(|| peers::measure_hiredis(work));
        // Nobody allocates much in both, so that the peaks need not be at the same moment.
        counts.allocations += c.allocations;
        counts.peak += c.peak;
        (result, counts)
    }
    #[cfg(not(hiredis))]
    counting::measure(work)
}
