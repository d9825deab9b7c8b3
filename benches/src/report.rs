//! Figures, and their form as lines of JSON.

use serde::{Deserialize, Serialize};

/// What was measured.
pub mod measure {
    pub const BEST: &str = "ns per frame, best";
    pub const MEDIAN: &str = "ns per frame, median";
    pub const ALLOCATIONS: &str = "allocations per frame";
    pub const INSTRUCTIONS: &str = "instructions per frame";
    pub const DEBUG: &str = "debug to release";
    pub const VISITED: &str = "visits per byte";
    pub const ELEMENT_BEST: &str = "ns per element, best";
    pub const ELEMENT_MEDIAN: &str = "ns per element, median";
    pub const BYTE_BEST: &str = "ns per byte, best";
    pub const BYTE_MEDIAN: &str = "ns per byte, median";
    pub const PEAK: &str = "peak memory in bytes";
}

/// One figure.
#[derive(Serialize, Deserialize)]
pub struct Figure {
    pub workload: String,
    pub library: String,
    pub measure: String,
    pub value: f64,
}

/// All of them.
#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    pub fn add(&mut self, workload: &str, library: &str, measure: &str, value: f64) {
        // More digits than this would be noise, and make lines that differ in nothing else.
        let value = (value * 1000.0).round() / 1000.0;
        self.0.push(Figure {
            workload: workload.into(),
            library: library.into(),
            measure: measure.into(),
            value,
        });
    }

    /// One figure, if it was measured.
    pub fn get(&self, workload: &str, library: &str, measure: &str) -> Option<f64> {
        let wanted = |figure: &&Figure| {
            figure.workload == workload && figure.library == library && figure.measure == measure
        };
        self.0.iter().find(wanted).map(|figure| figure.value)
    }

    /// The libraries of which there is such a figure, in the order in which they were measured.
    pub fn libraries(&self, workloads: &[&str], measure: &str) -> Vec<&str> {
        let mut names = Vec::new();
        for figure in &self.0 {
            if workloads.contains(&figure.workload.as_str())
                && figure.measure == measure
                && !names.contains(&figure.library.as_str())
            {
                names.push(figure.library.as_str());
            }
        }
        names
    }

    pub fn figures(&self) -> &[Figure] {
        &self.0
    }

    pub fn append(&mut self, other: Report) {
        self.0.extend(other.0);
    }

    /// One object a line.
    pub fn json(&self) -> String {
        let line = |figure| serde_json::to_string(figure).expect("strings and a number") + "\n";
        self.0.iter().map(line).collect()
    }

    /// Adds the figures that another process printed.
    pub fn read(&mut self, lines: &str) {
        let figure = |line| serde_json::from_str(line).expect("a figure");
        self.0.extend(lines.lines().map(figure));
    }
}
