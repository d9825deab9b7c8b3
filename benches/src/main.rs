//! The whole table: every library on every workload, interleaved, in one process.
//!
//! Each round runs each contender once on the same bytes, so that the machine's moods fall on all
//! alike; the figure is the best of all rounds. Every contender's sum over all values must be the
//! same, or the program stops: nobody wins by not reading.

mod instructions;
mod ours;
mod peers;
mod sum;
mod workload;

use bytes::Bytes;
use std::hint::black_box;
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
    let sums: Vec<u64> = contenders.iter_mut().map(|one| (one.run)(&workload.wire)).collect();
    for (one, sum) in contenders.iter().zip(&sums) {
        let expected = if one.reads { sums[0] } else { workload.frames as u64 };
        assert_eq!(*sum, expected, "{} on {}: not every value was read", one.name, workload.name);
    }
    let mut best = vec![f64::INFINITY; contenders.len()];
    for _ in 0..rounds {
        for (one, best) in contenders.iter_mut().zip(&mut best) {
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

fn print_instructions() {
    let counts = instructions::all();
    for count in counts {
        println!(
            r#"{{"workload":"{}","library":"{}","measure":"instructions per frame","value":{:.1}}}"#,
            count.workload, count.library, count.per_frame
        );
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--run", library, workload, rounds] => {
            return run(library, workload, rounds.parse().expect("a number of rounds"));
        }
        ["--instructions"] => return print_instructions(),
        _ => {}
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let json = std::env::args().any(|argument| argument == "--json");
    let rounds = if quick { 40 } else { 400 };
    let workloads = workload::all();
    let table: Vec<_> = workloads.iter().map(|workload| measure(workload, rounds)).collect();
    if json {
        for (workload, row) in workloads.iter().zip(&table) {
            for (library, ns) in row {
                println!(
                    r#"{{"workload":"{}","library":"{library}","measure":"ns per frame","value":{ns:.2}}}"#,
                    workload.name
                );
            }
        }
        return;
    }
    print!("| ns per frame, best of {rounds} |");
    workloads.iter().for_each(|workload| print!(" {} |", workload.name));
    println!();
    println!("|{}", " --- |".repeat(workloads.len() + 1));
    for (row, (library, _)) in table[0].iter().enumerate() {
        print!("| {library} |");
        table.iter().for_each(|column| print!(" {:.1} |", column[row].1));
        println!();
    }
}
