//! Input that arrives in pieces: what a value costs when no read holds the whole of it.
//!
//! A parser that begins again at each read is quadratic, and shows it: the cost of an element
//! grows with the number of elements. Nobody waits for that: before a case is measured, a tenth
//! and a hundredth of it tell how long it would take, and what would take too long is a dash.
//!
//! The buffers of ours are reused from round to round, as those of a connection are.

mod cases;
mod takers;

use crate::counts;
use crate::report::{Report, measure};
use crate::times::Times;
pub use cases::{Case, SIZES, all as cases, in_elements};
use std::hint::black_box;
use std::time::Instant;
pub use takers::{MEMCPY, OURS, PARTS, TRAFFIC};
use takers::{Run, Taker};

/// Frames, and how they are cut.
pub struct Stream<'a> {
    pub wire: &'a [u8],
    pub chunk: usize,
    pub frames: usize,
}

impl<'a> Stream<'a> {
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.wire.chunks(self.chunk)
    }
}

/// How long a case may take.
struct Budget {
    /// One run, in ns; a case that takes longer is not measured.
    run: f64,
    /// All runs.
    all: f64,
    /// Runs.
    most: usize,
}

impl Budget {
    const fn new(quick: bool) -> Budget {
        if quick {
            Budget { run: 0.15e9, all: 0.1e9, most: 20 }
        } else {
            Budget { run: 6e9, all: 2e9, most: 200 }
        }
    }
}

fn time(run: &mut Run, stream: &Stream<'_>) -> f64 {
    let start = Instant::now();
    black_box(run(black_box(stream)));
    start.elapsed().as_nanos() as f64
}

/// What a run of the case should take, in ns, judged by smaller ones; `None` for too long.
fn foresee(taker: &Taker, case: &Case, budget: &Budget) -> Option<f64> {
    let mut run = (taker.run)();
    let mut timed = |size: usize| {
        let (wire, frames) = (case.wire)(size);
        let stream = Stream { wire: &wire, chunk: case.chunk, frames };
        time(&mut run, &stream).min(time(&mut run, &stream))
    };
    let small = timed(case.size / 100);
    // If it is quadratic, ten times the size takes a hundred times the time.
    if small * 100.0 > budget.run * 4.0 {
        return None;
    }
    let middle = timed(case.size / 10);
    let growth = (middle / small).clamp(10.0, 100.0);
    Some(middle * growth).filter(|whole| *whole <= budget.run)
}

/// Times every case.
pub fn measure(report: &mut Report, quick: bool) {
    let budget = Budget::new(quick);
    for case in cases::all(quick) {
        let (wire, frames) = (case.wire)(case.size);
        let stream = Stream { wire: &wire, chunk: case.chunk, frames };
        let able = takers::all().into_iter().filter(|taker| taker.takes(&case));
        let mut runs: Vec<(Taker, Run, usize, Times)> = able
            .filter_map(|taker| {
                let foreseen = foresee(&taker, &case, &budget)?;
                let rounds = ((budget.all / foreseen) as usize).clamp(2, budget.most);
                let run = (taker.run)();
                Some((taker, run, rounds, Times::default()))
            })
            .collect();
        check(&case.name(), &stream, &mut runs);
        for round in 0..budget.most {
            for (_, run, _, times) in runs.iter_mut().filter(|(_, _, rounds, _)| round < *rounds) {
                times.push(time(run, &stream));
            }
        }
        for (taker, _, _, times) in runs {
            let Some((best, median)) = times.best_and_median() else { continue };
            let name = case.name();
            let mut add = |what, ns: f64, by: usize| {
                report.add(&name, taker.name, what, ns / by as f64);
            };
            if let Some(elements) = case.elements {
                add(measure::ELEMENT_BEST, best, elements);
                add(measure::ELEMENT_MEDIAN, median, elements);
            }
            add(measure::BYTE_BEST, best, wire.len());
            add(measure::BYTE_MEDIAN, median, wire.len());
        }
    }
}

/// All have read every value, or the program stops. (This is also the run in which buffers grow.)
fn check(name: &str, stream: &Stream<'_>, runs: &mut [(Taker, Run, usize, Times)]) {
    let mut expected = None;
    for (taker, run, ..) in runs.iter_mut().filter(|(taker, ..)| taker.reads) {
        let sum = run(stream);
        let expected = *expected.get_or_insert(sum);
        assert_eq!(sum, expected, "{} on {name}: not every value was read", taker.name);
    }
}

/// The most memory that each held while it read each case, the frame handed over included.
pub fn count(report: &mut Report, quick: bool) {
    let budget = Budget::new(quick);
    for case in cases::all(quick) {
        let (wire, frames) = (case.wire)(case.size);
        let stream = Stream { wire: &wire, chunk: case.chunk, frames };
        for taker in takers::all().iter().filter(|taker| taker.takes(&case)) {
            if foresee(taker, &case, &budget).is_some() {
                let (_, counts) = counts::measure(|| black_box((taker.run)()(&stream)));
                report.add(&case.name(), taker.name, measure::PEAK, counts.peak as f64);
            }
        }
    }
}
