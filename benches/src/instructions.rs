//! Instructions per frame, counted by valgrind: repeatable where times are not.
//!
//! Each of our own ways is run on each workload in a process of its own, once with a few rounds
//! and once with more; the difference, divided by rounds and frames, is what a frame costs.

use crate::workload::{self, Workload};
use std::process::Command;

/// Rounds of the two runs.
const FEW: usize = 2;
const MORE: usize = 6;

/// One figure: a way of ours, a workload, instructions per frame.
pub struct Count {
    pub library: &'static str,
    pub workload: &'static str,
    pub per_frame: f64,
}

pub fn all() -> Vec<Count> {
    let mut counts = Vec::new();
    for workload in workload::all() {
        for library in crate::OURS {
            counts.push(Count {
                library,
                workload: workload.name,
                per_frame: count(library, &workload),
            });
        }
    }
    counts
}

fn count(library: &str, workload: &Workload) -> f64 {
    let spread = run(library, workload.name, MORE) - run(library, workload.name, FEW);
    spread as f64 / ((MORE - FEW) * workload.frames) as f64
}

/// Instructions of a process that runs `library` on `workload` so many times.
fn run(library: &str, workload: &str, rounds: usize) -> u64 {
    let program = std::env::current_exe().expect("the program's own path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--run", library, workload, &rounds.to_string()])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok())
        .unwrap_or_else(|| panic!("no count from valgrind: {said}"))
}

impl Count {
    /// The figure as a line of the baseline.
    pub fn line(&self) -> String {
        format!(
            r#"{{"workload":"{}","library":"{}","measure":"instructions per frame","value":{:.1}}}"#,
            self.workload, self.library, self.per_frame
        )
    }
}

/// A line of the baseline.
#[derive(serde::Deserialize)]
struct Line {
    workload: String,
    library: String,
    value: f64,
}

/// The figures that exceed `most` times what the baseline has, and those that it lacks, in words.
pub fn worse(counts: &[Count], baseline: &str, most: f64) -> Vec<String> {
    let lines: Vec<Line> = baseline
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of the baseline"))
        .collect();
    let judge = |count: &Count| {
        let same = |line: &&Line| line.workload == count.workload && line.library == count.library;
        let (name, now) = (format!("{}, {}", count.workload, count.library), count.per_frame);
        match lines.iter().find(same) {
            None => Some(format!("{name}: not in the baseline")),
            Some(line) if now > line.value * most => {
                Some(format!("{name}: {now:.1} instructions per frame, {:.1} before", line.value))
            }
            Some(_) => None,
        }
    };
    counts.iter().filter_map(judge).collect()
}
