//! What is wanted, beside what was measured.
//!
//! A goal is a ratio with a limit. Most are "so many times faster than"; those about growth,
//! memory and debug builds are "no more than".

use crate::contender::{self, Role};
use crate::encoding;
use crate::fragments::{self, MEMCPY, PARTS};
use crate::report::{Report, measure};
use crate::workload::{self, Workload};

/// One ratio that there is a goal for.
pub struct Goal {
    /// What is compared.
    pub what: &'static str,
    /// On which workload.
    pub on: String,
    /// Of the best times, which is what counts, and of the medians.
    pub ratio: f64,
    pub of_medians: Option<f64>,
    pub limit: Limit,
}

#[derive(Clone, Copy)]
pub enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    pub fn is_met(&self) -> bool {
        match self.limit {
            Limit::AtLeast(limit) => self.ratio >= limit,
            Limit::AtMost(limit) => self.ratio <= limit,
        }
    }
}

/// With whom a way of ours is compared.
enum Against {
    Named(&'static str),
    /// The best of those with these roles.
    BestOf(&'static [Role]),
}

/// A goal for every workload: one limit for commands and aggregates, one for scalars.
struct Reading {
    what: &'static str,
    way: &'static str,
    against: Against,
    aggregates: f64,
    scalars: f64,
}

const READING: [Reading; 5] = [
    Reading {
        what: "tape, read, to the best peer",
        way: "tape, read",
        against: Against::BestOf(&[Role::Borrows, Role::Owns]),
        aggregates: 3.0,
        scalars: 2.0,
    },
    Reading {
        what: "tape, parse only, to the naive loop",
        way: "tape, parse only",
        against: Against::Named("naive, parse only"),
        aggregates: 1.0,
        scalars: 1.0 / 1.3,
    },
    Reading {
        what: "pushed events, to hiredis building no replies",
        way: "pushed events",
        against: Against::Named("hiredis, no replies"),
        aggregates: 2.0,
        scalars: 2.0,
    },
    Reading {
        what: "pulled events, to hiredis building no replies",
        way: "pulled events",
        against: Against::Named("hiredis, no replies"),
        aggregates: 1.25,
        scalars: 1.25,
    },
    Reading {
        what: "owned, read, to the best peer whose values can be kept",
        way: "owned, read",
        against: Against::BestOf(&[Role::Owns]),
        aggregates: 2.5,
        scalars: 1.5,
    },
];

/// Of whole buffers.
pub fn reading(report: &Report) -> Vec<Goal> {
    let names = contender::names();
    let workloads = workload::all();
    let judge = |goal: &Reading, workload: &Workload| {
        let ratio = |what: &str| {
            let time = |library: &str| report.get(workload.name, library, what);
            let other = match &goal.against {
                Against::Named(name) => time(name)?,
                Against::BestOf(roles) => names
                    .iter()
                    .filter(|(_, role)| roles.contains(role))
                    .filter_map(|(name, _)| time(name))
                    .min_by(f64::total_cmp)?,
            };
            Some(other / time(goal.way)?)
        };
        let limit = if workload.scalars { goal.scalars } else { goal.aggregates };
        Some(Goal {
            what: goal.what,
            on: workload.name.to_owned(),
            ratio: ratio(measure::BEST)?,
            of_medians: ratio(measure::MEDIAN),
            limit: Limit::AtLeast(limit),
        })
    };
    let all = READING.iter().flat_map(|goal| workloads.iter().map(move |on| (goal, on)));
    all.filter_map(|(goal, on)| judge(goal, on)).collect()
}

/// Of input in pieces.
pub fn fragments(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (chunk, cases) in fragments::in_elements() {
        for way in fragments::OURS {
            let growth = |what: &str| {
                let mut times = cases.iter().filter_map(|case| report.get(case, way, what));
                let first = times.next()?;
                Some(times.next_back()? / first)
            };
            if let Some(ratio) = growth(measure::ELEMENT_BEST) {
                goals.push(Goal {
                    what: "growth of the time for an element, from the smallest reply to the largest",
                    on: format!("{way}, {chunk} bytes at a time"),
                    ratio,
                    of_medians: growth(measure::ELEMENT_MEDIAN),
                    limit: Limit::AtMost(1.5),
                });
            }
        }
    }
    for case in fragments::cases(false).iter().filter(|case| case.bulk && case.chunk > 1) {
        let name = case.name();
        let time = |library, what| report.get(&name, library, what);
        let ratio = |what| Some(time(PARTS, what)? / time(MEMCPY, what)?);
        if let Some(best) = ratio(measure::BYTE_BEST) {
            goals.push(Goal {
                what: "a bulk string taken in parts: its time, to that of copying the same bytes",
                on: name.clone(),
                ratio: best,
                of_medians: ratio(measure::BYTE_MEDIAN),
                limit: Limit::AtMost(1.2),
            });
        }
        if let Some(peak) = time(PARTS, measure::PEAK) {
            goals.push(Goal {
                what: "a bulk string taken in parts: its memory, to the size of a piece",
                on: name.clone(),
                ratio: peak / case.chunk as f64,
                of_medians: None,
                limit: Limit::AtMost(2.0),
            });
        }
    }
    goals
}

/// Of writing: ours by its fastest way, the peers by theirs.
pub fn encoding(report: &Report) -> Vec<Goal> {
    let judge = |what: &&'static str| {
        let writers = encoding::writers(what);
        let on = encoding::name(what);
        let best = |ours: bool, what: &str| {
            let times = writers.iter().filter(|(writer, _)| writer.ours == ours);
            times.filter_map(|(one, _)| report.get(&on, one.library, what)).min_by(f64::total_cmp)
        };
        let ratio = |what| Some(best(false, what)? / best(true, what)?);
        Some(Goal {
            what: "the fastest of ours, to the best peer",
            ratio: ratio(measure::BEST)?,
            of_medians: ratio(measure::MEDIAN),
            limit: Limit::AtLeast(1.5),
            on,
        })
    };
    let mut goals: Vec<Goal> = encoding::WHAT.iter().filter_map(judge).collect();
    let allocations = encoding::WHAT.iter().flat_map(|what| {
        let writers = encoding::writers(what).into_iter().filter(|(writer, _)| writer.ours);
        let on = encoding::name(what);
        writers.filter_map(move |(one, _)| report.get(&on, one.library, measure::ALLOCATIONS))
    });
    goals.extend(allocations.max_by(f64::total_cmp).map(|ratio| Goal {
        what: "allocations of ours: the most in any way",
        on: "writing any of them".to_owned(),
        ratio,
        of_medians: None,
        limit: Limit::AtMost(0.0),
    }));
    goals
}

/// Of debug builds.
pub fn debug(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (way, _) in contender::names() {
        for workload in workload::all() {
            if let Some(ratio) = report.get(workload.name, way, measure::DEBUG) {
                goals.push(Goal {
                    what: "a debug build, to a release build",
                    on: format!("{way}: {}", workload.name),
                    ratio,
                    of_medians: None,
                    limit: Limit::AtMost(25.0),
                });
            }
        }
    }
    goals
}
