//! The page of the documentation: goals, tables, and where they were measured.

use crate::goals::{self, Goal, Limit};
use crate::report::{Report, measure};
use crate::{encoding, fragments, workload};
use std::fmt::Write as _;

/// The page, in Markdown.
pub fn write(report: &Report, rounds: usize) -> String {
    let workloads = workload::all();
    let names: Vec<&str> = workloads.iter().map(|workload| workload.name).collect();
    let mut page = format!(
        "# Speed\n\n\
         Printed by a program, never typed. To repeat it:\n\n\
         ```sh\n\
         benches/fetch-hiredis                       # once; without it hiredis is left out\n\
         cargo resp-bench --page docs/performance.md # this page; --quick for less of it\n\
         cargo resp-bench --json                     # the same figures, one object a line\n\
         cargo bench -p resp-bench                   # single cases\n\
         cargo resp-bench --instructions --check     # against the committed baseline; --renew\n\
         ```\n\n\
         {}\n\n\
         All libraries on the same bytes, interleaved round by round, each once untimed and then once timed, in one process (redis-parser \
         in one of its own, which runs when its turn comes: its dependencies rule out those of the \
         others). Plain release profile. Every value is read, but for the lines that say otherwise, \
         and the sums over all values are compared before anything is timed. A dash: the library \
         cannot read the workload, or would take too long. Times on a shared machine are worth \
         their ratios, not their digits; what can be repeated exactly is further down.\n",
        machine()
    );
    let _ = writeln!(page, "\n## Goals\n");
    page.push_str(
        "Ratios of the best times, and behind the stroke of the medians. In the first table ours is \
         faster where they are above 1; where most frames of a workload are no aggregates, less is \
         to be gained, and the goal is lower. In brackets the goal, which a bold figure misses.\n\n",
    );
    let reading = goals::reading(report);
    goals_by_workload(&mut page, &reading, &names);
    let mut others = goals::fragments(report);
    others.extend(goals::encoding(report));
    others.extend(worst(goals::debug(report)));
    goals_in_lines(&mut page, &others);
    let all = reading.iter().chain(&others);
    let (met, of) = (all.clone().filter(|goal| goal.is_met()).count(), all.count());
    let _ = writeln!(page, "\n{met} of {of} are met.");

    let _ = write!(page, "\n## Reading\n\nns per frame, the best of {rounds}.\n\n");
    table(&mut page, report, &names, measure::BEST, 1);
    page.push_str("\nThe medians of the same.\n\n");
    table(&mut page, report, &names, measure::MEDIAN, 1);
    page.push_str("\nAllocations per frame.\n\n");
    table(&mut page, report, &names, measure::ALLOCATIONS, 2);
    page.push_str(
        "\nHow often each byte is looked at, as the machine tells its observer; the inside of a \
         bulk string is only counted.\n\n",
    );
    table(&mut page, report, &names, measure::VISITED, 2);
    if !report.libraries(&names, measure::INSTRUCTIONS).is_empty() {
        page.push_str("\nInstructions per frame, counted by valgrind.\n\n");
        table(&mut page, report, &names, measure::INSTRUCTIONS, 0);
    }
    pieces(&mut page, report);
    writing(&mut page, report);
    if !report.libraries(&names, measure::DEBUG).is_empty() {
        page.push_str(
            "\n## Debug builds\n\nHow many times slower the dev profile is than the release \
             profile.\n\n",
        );
        table(&mut page, report, &names, measure::DEBUG, 1);
    }
    page
}

/// Of many goals that say the same, the one that is furthest from being met.
fn worst(goals: Vec<Goal>) -> Option<Goal> {
    let worst = goals.into_iter().max_by(|one, other| one.ratio.total_cmp(&other.ratio))?;
    Some(Goal { what: "a debug build, to a release build: the worst", ..worst })
}

fn header(page: &mut String, names: &[&str]) {
    let _ = writeln!(page, "| | {} |", names.join(" | "));
    let _ = writeln!(page, "|{}", " --- |".repeat(names.len() + 1));
}

/// A cell: a figure, or a dash.
fn cell(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{figure:.digits$}"))
}

/// One line for each library, one column for each workload.
fn table(page: &mut String, report: &Report, workloads: &[&str], what: &str, digits: usize) {
    header(page, workloads);
    for library in report.libraries(workloads, what) {
        let _ = write!(page, "| {library} |");
        for workload in workloads {
            let _ = write!(page, " {} |", cell(report.get(workload, library, what), digits));
        }
        page.push('\n');
    }
}

/// A ratio, the one of the medians, and whether the goal is met.
fn judged(goal: &Goal) -> String {
    let bold = if goal.is_met() { "" } else { "**" };
    let medians = goal.of_medians.map_or(String::new(), |ratio| format!(" / {ratio:.2}"));
    let limit = match goal.limit {
        Limit::AtLeast(limit) => format!("≥ {limit:.2}"),
        Limit::AtMost(limit) => format!("≤ {limit:.2}"),
    };
    format!("{bold}{:.2}{bold}{medians} ({limit})", goal.ratio)
}

fn goals_by_workload(page: &mut String, goals: &[Goal], workloads: &[&str]) {
    header(page, workloads);
    let mut rest = goals;
    while let Some(first) = rest.first() {
        let (same, others) =
            rest.split_at(rest.iter().take_while(|goal| goal.what == first.what).count());
        let _ = write!(page, "| {} |", first.what);
        for workload in workloads {
            let goal = same.iter().find(|goal| goal.on == *workload);
            let _ = write!(page, " {} |", goal.map_or("–".to_owned(), judged));
        }
        page.push('\n');
        rest = others;
    }
}

fn goals_in_lines(page: &mut String, goals: &[Goal]) {
    page.push_str("\n| | | |\n| --- | --- | --- |\n");
    for goal in goals {
        let _ = writeln!(page, "| {} | {} | {} |", goal.what, goal.on, judged(goal));
    }
}

fn pieces(page: &mut String, report: &Report) {
    page.push_str(
        "\n## Reading in pieces\n\n\
         A value that no read holds the whole of. First a reply of 16-byte bulk strings: ns per \
         element, the best and the median, and how much that grows from the smallest reply to the \
         largest that was measured.\n",
    );
    for (chunk, cases) in fragments::in_elements() {
        let names: Vec<&str> = cases.iter().map(String::as_str).collect();
        let _ = writeln!(page, "\n{chunk} bytes at a time:\n");
        let sizes = fragments::SIZES.map(|size| format!("{size} elements"));
        let mut columns: Vec<&str> = sizes.iter().map(String::as_str).collect();
        columns.push("growth");
        header(page, &columns);
        for library in report.libraries(&names, measure::ELEMENT_BEST) {
            let _ = write!(page, "| {library} |");
            let times = names.iter().map(|case| report.get(case, library, measure::ELEMENT_BEST));
            let times: Vec<Option<f64>> = times.collect();
            for (case, best) in names.iter().zip(&times) {
                let median = report.get(case, library, measure::ELEMENT_MEDIAN);
                let _ = match best {
                    None => write!(page, " – |"),
                    Some(best) => write!(page, " {best:.1} / {} |", cell(median, 1)),
                };
            }
            let growth = times[0].zip(times[1..].iter().flatten().last().copied());
            let _ = writeln!(page, " {} |", cell(growth.map(|(first, last)| last / first), 2));
        }
    }
    let cases = fragments::cases(false);
    page.push_str(
        "\nAll of them, and other input: ns per byte, the best and the median, and the \
         most memory held, the value that is handed over included.\n\n\
         | | | ns per byte | peak memory |\n| --- | --- | --- | --- |\n",
    );
    for case in cases.iter().map(fragments::Case::name) {
        for library in report.libraries(&[&case], measure::BYTE_BEST) {
            let figure = |what| report.get(&case, library, what);
            let best = cell(figure(measure::BYTE_BEST), 3);
            let median = cell(figure(measure::BYTE_MEDIAN), 3);
            let peak = figure(measure::PEAK).map_or("–".to_owned(), bytes);
            let _ = writeln!(page, "| {case} | {library} | {best} / {median} | {peak} |");
        }
    }
}

/// An amount of memory, in three digits or so.
fn bytes(amount: f64) -> String {
    match amount {
        small if small < 1024.0 => format!("{small:.0} B"),
        some if some < 1024.0 * 1024.0 => format!("{:.1} KiB", some / 1024.0),
        much => format!("{:.1} MiB", much / 1024.0 / 1024.0),
    }
}

fn writing(page: &mut String, report: &Report) {
    page.push_str(
        "\n## Writing\n\nInto a buffer that is reused: ns, the best and the median, and \
         allocations.\n\n| | | ns | allocations |\n| --- | --- | --- | --- |\n",
    );
    for what in encoding::WHAT {
        let name = encoding::name(what);
        for library in report.libraries(&[&name], measure::BEST) {
            let figure = |what| report.get(&name, library, what);
            let _ = writeln!(
                page,
                "| {what} | {library} | {} / {} | {} |",
                cell(figure(measure::BEST), 1),
                cell(figure(measure::MEDIAN), 1),
                cell(figure(measure::ALLOCATIONS), 0)
            );
        }
    }
}

/// The machine and the versions, as they say themselves.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unknown processor", |line| line.trim_start_matches([':', ' ', '\t']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Measured on {model}, {cores} cores, {}, with rustc {}: {}.",
        std::env::consts::OS,
        env!("RUSTC_VERSION"),
        env!("PEER_VERSIONS")
    )
}
