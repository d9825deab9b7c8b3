//! Times: many of one thing, of which the best and the median are told.
//!
//! The best is what the work costs when nothing disturbs it, and the figure to compare. The
//! median, beside it, tells how much was disturbed.

/// What several runs took, in ns.
#[derive(Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn push(&mut self, ns: f64) {
        self.0.push(ns);
    }

    /// The best and the median, or `None` if there are none.
    pub fn best_and_median(mut self) -> Option<(f64, f64)> {
        self.0.sort_by(f64::total_cmp);
        let best = *self.0.first()?;
        let (low, high) = ((self.0.len() - 1) / 2, self.0.len() / 2);
        Some((best, (self.0[low] + self.0[high]) / 2.0))
    }
}
