//! `cargo resp-bench`: the whole table, or parts of it.

use resp_bench::report::Report;
use resp_bench::switched::Switched;
use resp_bench::{counts, debug, encoding, fragments, instructions, page, reading};

#[global_allocator]
static ALLOCATOR: Switched = Switched;

const USAGE: &str = "\
cargo resp-bench [--quick] [--json | --page FILE]

  --quick         less of everything, in under a minute
  --json          one object a line: workload, library, measure, value
  --page FILE     the page of the documentation, into a file

cargo resp-bench --debug-ratio
  how much slower the dev profile is; also part of what is measured without --quick
cargo resp-bench --instructions [--check | --renew]
  instructions per frame, by valgrind; held against the baseline, or made it";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => print!("{}", page::write(&whole(), ROUNDS)),
        ["--quick"] => print!("{}", page::write(&quick(), QUICK_ROUNDS)),
        ["--json"] => print!("{}", whole().json()),
        ["--quick", "--json"] | ["--json", "--quick"] => print!("{}", quick().json()),
        ["--page", path] => save(path, &page::write(&whole(), ROUNDS)),
        ["--quick", "--page", path] | ["--page", path, "--quick"] => {
            save(path, &page::write(&quick(), QUICK_ROUNDS));
        }
        ["--debug-ratio"] => {
            let mut report = Report::default();
            debug::measure(&mut report);
            print!("{}", report.json());
        }
        ["--instructions"] => print!("{}", instructions::report().json()),
        ["--instructions", "--check"] => instructions::check(),
        ["--instructions", "--renew"] => instructions::renew(),
        // What the program asks of itself, in other processes or builds.
        ["--run", library, workload, rounds] => {
            instructions::run(library, workload, rounds.parse().expect("a number of rounds"));
        }
        ["--counts"] => print!("{}", counts::all(false).json()),
        ["--counts", "--quick"] => print!("{}", counts::all(true).json()),
        ["--ours"] => print!("{}", debug::ours().json()),
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
}

fn save(path: &str, page: &str) {
    std::fs::write(path, page).expect("the page is written");
}

const ROUNDS: usize = 400;
const QUICK_ROUNDS: usize = 40;

fn quick() -> Report {
    let mut report = Report::default();
    reading::measure(&mut report, QUICK_ROUNDS);
    encoding::measure(&mut report, QUICK_ROUNDS * 5);
    fragments::measure(&mut report, true);
    counts::apart(&mut report, true);
    report
}

fn whole() -> Report {
    let mut report = Report::default();
    reading::measure(&mut report, ROUNDS);
    encoding::measure(&mut report, ROUNDS * 5);
    fragments::measure(&mut report, false);
    counts::apart(&mut report, false);
    debug::measure(&mut report);
    match instructions::is_possible() {
        true => report.append(instructions::report()),
        false => eprintln!("instructions are left out: valgrind is not installed"),
    }
    report
}
