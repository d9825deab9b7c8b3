//! The whole table: every library on every workload, interleaved, in one process.
//!
//! Each round runs each contender once on the same bytes, so that the machine's moods fall on all
//! alike; the figure is the best of all rounds. Every contender's sum over all values must be the
//! same, or the program stops: nobody wins by not reading.

mod encoding;
mod fragments;
mod instructions;
mod ours;
mod page;
mod peers;
mod sum;
mod workload;

use bytes::Bytes;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use workload::Workload;

struct Contender {
    name: &'static str,
    /// Reads every value, so that its sum can be checked.
    reads: bool,
    run: Box<dyn FnMut(&[u8]) -> u64>,
}

/// The names of our own ways.
const OURS: [&str; 5] =
    ["tape, read", "tape, parse only", "pushed events", "pulled events", "owned, read"];

fn contenders(wire: &[u8], frames: usize) -> Vec<Contender> {
    let mut all: Vec<Contender> = Vec::new();
    let mut add = |name, reads, run: Box<dyn FnMut(&[u8]) -> u64>| {
        all.push(Contender { name, reads, run });
    };
    let bytes = Bytes::copy_from_slice(wire);
    add("tape, read", true, Box::new(ours::tape_read()));
    add("tape, parse only", false, Box::new(ours::tape_only()));
    add("pushed events", true, Box::new(ours::push()));
    add("pulled events", true, Box::new(ours::pull()));
    add("owned, read", true, Box::new(ours::owned(bytes.clone())));
    add("naive, parse only", false, Box::new(peers::naive::parse_only));
    let shared = bytes.clone();
    add("resp-rs", true, Box::new(move |_| peers::resp_rs::run(&shared)));
    add("redis-protocol ranges", true, Box::new(peers::redis_protocol::ranges));
    add("redis-protocol Bytes", true, Box::new(move |_| peers::redis_protocol::owned(&bytes)));
    add("redis", true, Box::new(move |wire| peers::redis_crate::run(wire, frames)));
    #[cfg(hiredis)]
    {
        add("hiredis", true, Box::new(peers::hiredis::read_replies()));
        add("hiredis, no replies", false, Box::new(peers::hiredis::no_replies()));
    }
    all
}

fn measure(workload: &Workload, rounds: usize) -> Vec<(&'static str, f64)> {
    let mut contenders = contenders(&workload.wire, workload.frames);
    // A peer that cannot read the workload stops there; it is not timed, and shown as a dash.
    let mut sum =
        |one: &mut Contender| catch_unwind(AssertUnwindSafe(|| (one.run)(&workload.wire))).ok();
    let sums: Vec<Option<u64>> = contenders.iter_mut().map(&mut sum).collect();
    for (one, sum) in contenders.iter().zip(&sums) {
        let expected = if one.reads { sums[0] } else { Some(workload.frames as u64) };
        let ours = OURS.contains(&one.name);
        assert!(sum.is_some() || !ours, "{} cannot read {}", one.name, workload.name);
        assert!(
            sum.is_none() || *sum == expected,
            "{} on {}: not every value was read",
            one.name,
            workload.name
        );
    }
    let mut best = vec![f64::INFINITY; contenders.len()];
    for _ in 0..rounds {
        for ((one, best), sum) in contenders.iter_mut().zip(&mut best).zip(&sums) {
            if sum.is_none() {
                continue;
            }
            let start = Instant::now();
            black_box((one.run)(black_box(&workload.wire)));
            let ns = start.elapsed().as_nanos() as f64 / workload.frames as f64;
            *best = best.min(ns);
        }
    }
    contenders.iter().map(|one| one.name).zip(best).collect()
}

/// Runs one contender on one workload, for the instruction counter.
fn run(library: &str, workload: &str, rounds: usize) {
    let workloads = workload::all();
    let workload = workloads.iter().find(|one| one.name == workload).expect("a workload");
    let mut contenders = contenders(&workload.wire, workload.frames);
    let one = contenders.iter_mut().find(|one| one.name == library).expect("a library");
    for _ in 0..rounds {
        black_box((one.run)(black_box(&workload.wire)));
    }
}

/// Prints the counts, or holds them against the baseline, or makes them the baseline.
fn instructions(mode: Option<&str>) {
    const MOST: f64 = 1.03;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.jsonl");
    let counts = instructions::all();
    let lines: Vec<String> = counts.iter().map(instructions::Count::line).collect();
    match mode {
        Some("--renew") => std::fs::write(path, lines.join("\n") + "\n").expect("written"),
        Some("--check") => {
            let baseline = std::fs::read_to_string(path).expect("a baseline");
            let worse = instructions::worse(&counts, &baseline, MOST);
            worse.iter().for_each(|line| println!("{line}"));
            assert!(worse.is_empty(), "more than 3 % above {path}: if it is worth it, --renew");
            println!("{} counts, none more than 3 % above the baseline", counts.len());
        }
        _ => lines.iter().for_each(|line| println!("{line}")),
    }
}

fn print_json(figures: &[(String, &str, &str, f64)]) {
    for (workload, library, measure, value) in figures {
        println!(
            r#"{{"workload":"{workload}","library":"{library}","measure":"{measure}","value":{value:.2}}}"#
        );
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--run", library, workload, rounds] => {
            return run(library, workload, rounds.parse().expect("a number of rounds"));
        }
        ["--instructions"] => return instructions(None),
        ["--instructions", mode] => return instructions(Some(mode)),
        _ => {}
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let json = arguments.iter().any(|argument| argument == "--json");
    let rounds = if quick { 40 } else { 400 };
    let workloads = workload::all();
    let table: Vec<_> = workloads.iter().map(|workload| measure(workload, rounds)).collect();
    let fragments = fragments::rows(quick);
    let encoding = encoding::figures(quick);
    if json {
        let mut figures = Vec::new();
        for (workload, row) in workloads.iter().zip(&table) {
            let name = workload.name.to_owned();
            let read = row.iter().filter(|(_, ns)| ns.is_finite());
            figures.extend(read.map(|(lib, ns)| (name.clone(), *lib, "ns per frame", *ns)));
        }
        for row in &fragments {
            for (size, ns) in fragments::SIZES.iter().zip(row.per_element) {
                let name = format!("{size} elements in reads of {} bytes", row.chunk);
                figures.extend(ns.map(|ns| (name, row.library, "ns per element", ns)));
            }
        }
        let encode = |figure: &encoding::Figure| {
            (format!("writing a {}", figure.what), figure.library, "ns", figure.ns)
        };
        figures.extend(encoding.iter().map(encode));
        return print_json(&figures);
    }
    let page = page::write(rounds, &workloads, &table, &fragments, &encoding);
    match arguments.iter().position(|argument| argument == "--page") {
        Some(at) => std::fs::write(&arguments[at + 1], page).expect("the page is written"),
        None => print!("{page}"),
    }
}
