//! The page of the documentation: the tables, and where they were measured.

use crate::encoding::Figure;
use crate::fragments::{Row, SIZES};
use crate::workload::Workload;
use std::fmt::Write as _;

/// The page, in Markdown.
pub fn write(
    rounds: usize,
    workloads: &[Workload],
    table: &[Vec<(&'static str, f64)>],
    fragments: &[Row],
    encoding: &[Figure],
) -> String {
    let mut page = format!(
        "# Speed\n\n\
         Written by `cargo resp-bench --page docs/performance.md`; `benches/fetch-hiredis` first, to \
         have hiredis in it. {}. All libraries in one process, interleaved, on the same bytes, plain \
         release profile; every value is read, but for the lines that say otherwise, and the sums \
         over all values are compared before anything is timed. Times on a shared machine are worth \
         their ratios, not their digits; `cargo resp-bench --instructions` counts what can be \
         repeated.\n\n\
         ## Reading\n\nns per frame, best of {rounds}. A dash: the library cannot read the workload.\n\n",
        machine()
    );
    reading(&mut page, workloads, table);
    page.push_str(
        "\n## Reading in pieces\n\n\
         One array of 16-byte bulk strings, in reads of 16 KiB and of 1,460 bytes; ns per element. \
         A dash: quadratic, and not waited for.\n\n",
    );
    pieces(&mut page, fragments);
    page.push_str(
        "\n## Writing\n\nInto a buffer that is reused; ns.\n\n| | | ns |\n| --- | --- | --- |\n",
    );
    for figure in encoding {
        let _ = writeln!(page, "| {} | {} | {:.0} |", figure.what, figure.library, figure.ns);
    }
    page
}

fn reading(page: &mut String, workloads: &[Workload], table: &[Vec<(&'static str, f64)>]) {
    let _ = write!(page, "| |");
    workloads.iter().for_each(|workload| {
        let _ = write!(page, " {} |", workload.name);
    });
    let _ = write!(page, "\n|{}\n", " --- |".repeat(workloads.len() + 1));
    for (row, (library, _)) in table[0].iter().enumerate() {
        let _ = write!(page, "| {library} |");
        table.iter().for_each(|column| {
            let _ = match column[row].1 {
                ns if ns.is_finite() => write!(page, " {ns:.1} |"),
                _ => write!(page, " – |"),
            };
        });
        page.push('\n');
    }
    let find = |column: &[(&str, f64)], name: &str| {
        column.iter().find(|(library, _)| *library == name).map_or(f64::NAN, |(_, ns)| *ns)
    };
    let best_peer = |column: &[(&str, f64)]| {
        let ours = |name: &str| crate::OURS.contains(&name) || name.contains(',');
        column
            .iter()
            .filter(|(name, _)| !ours(name))
            .map(|(_, ns)| *ns)
            .fold(f64::INFINITY, f64::min)
    };
    page.push_str("\nThe same as ratios: above 1, ours is faster.\n\n| |");
    workloads.iter().for_each(|workload| {
        let _ = write!(page, " {} |", workload.name);
    });
    let _ = write!(page, "\n|{}\n", " --- |".repeat(workloads.len() + 1));
    for (label, ours, peer) in [
        ("tape, read, to the best peer", "tape, read", None),
        ("tape, parse only, to the naive loop", "tape, parse only", Some("naive, parse only")),
        ("pushed, to hiredis building nothing", "pushed events", Some("hiredis, no replies")),
        ("pulled, to hiredis building nothing", "pulled events", Some("hiredis, no replies")),
        ("owned, to resp-rs", "owned, read", Some("resp-rs")),
    ] {
        let _ = write!(page, "| {label} |");
        for column in table {
            let other = peer.map_or_else(|| best_peer(column), |peer| find(column, peer));
            let _ = write!(page, " {:.2} |", other / find(column, ours));
        }
        page.push('\n');
    }
}

fn pieces(page: &mut String, fragments: &[Row]) {
    page.push_str("| | reads of |");
    SIZES.iter().for_each(|size| {
        let _ = write!(page, " {size} elements |");
    });
    page.push_str(" growth |\n| --- | --- | --- | --- | --- | --- |\n");
    for row in fragments {
        let _ = write!(page, "| {} | {} |", row.library, row.chunk);
        for ns in row.per_element {
            let _ = match ns {
                Some(ns) => write!(page, " {ns:.1} |"),
                None => write!(page, " – |"),
            };
        }
        let last = row.per_element.iter().flatten().last();
        let growth = row.per_element[0].zip(last).map(|(first, last)| last / first);
        let _ = writeln!(page, " {:.2} |", growth.unwrap_or(f64::NAN));
    }
}

/// The processor, as the system names it.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unknown processor", |line| line.trim_start_matches([':', ' ', '\t']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Measured on {model}, {cores} cores, rustc {}", env!("RUSTC_VERSION"))
}
