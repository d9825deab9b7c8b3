//! The documentation is executed: its commands print what it shows, and its generated blocks are
//! what the program says now.
//!
//! * Each line `$ command` of a `console` block is run from the top of the repository, with
//!   `cargo resp` standing for the program; the lines below it are its output. (An example of the
//!   package is called in this process, which has compiled it.) In a block marked `console server`, a
//!   server of the program's own listens on port 6380.
//! * Each `<!-- generated: … -->` block holds what its words ask for: `policy TAGS`, `fuzz targets` and
//!   `fuzz bugs` are tables of this test, `code FILE ITEM` is an item of the source, `changes FROM TO`
//!   is what is different in the second file, `piece PATCH FILE` is what a patch does to a file, `tried
//!   EXERCISE SERVER` is what an exercise says to a server (or `client: NAME`) that is wrong, `playground ROW OPTIONS` is a
//!   link that opens the playground at that step of a trace, `strings` and `map` are made from the
//!   chapters of the book, and anything else is a command of the program.
//! * The drawings of the machine are what the program draws.
//! * Links within the repository lead somewhere, every page is in the summary of the book, and comments
//!   name files that there are.
//!
//! With `UPDATE_DOCS` in the environment, what is stale is written again; without, it fails.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod book;
#[allow(dead_code)]
#[path = "../../examples/bytes_visited.rs"]
mod bytes_visited;
mod code;
mod comments;
#[allow(dead_code)]
#[path = "../exercise_clients/mod.rs"]
mod exercise_clients;
#[allow(dead_code)]
#[path = "../exercise_servers/mod.rs"]
mod exercise_servers;
#[allow(dead_code, unreachable_pub)]
#[path = "../../examples/fuzz_by_hand.rs"]
mod fuzz_by_hand;
mod playground;
mod policies;
mod targets;

use resp_machine::server::Background;
use resp_machine::state::State;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The path of a file of the repository, as the repository names it.
fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

/// The README, and every page under `docs`.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    assert!(pages.len() > 3, "the documentation has moved");
    pages.sort();
    pages
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a shell prints for `command`, both of its outputs.
fn shell(command: &str) -> String {
    match command {
        "cargo run --quiet --release --example bytes_visited" => return bytes_visited::report(),
        "cargo run --quiet --release --example fuzz_by_hand" => return fuzz_by_hand::report(),
        _ => {}
    }
    let command = command.replace("cargo resp", &format!("'{PROGRAM}'"));
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(root())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Where the server of the documentation listens.
const PORT: &str = "6380";

/// The text of a page with its `console` blocks run, and how many commands that were.
fn run(text: &str) -> (String, usize) {
    const OPENS: &str = "\n```console";
    let (mut fresh, mut rest, mut commands) = (String::new(), text, 0);
    while let Some(start) = rest.find(OPENS) {
        let (before, block) = rest.split_at(start + OPENS.len());
        let (block, after) = block.split_at(block.find("\n```").expect("a block ends") + 1);
        let (mark, block) = block.split_once('\n').unwrap();
        let server = match mark {
            "" => None,
            " server" => Some(Background::start().unwrap()),
            other => panic!("a block is marked `console{other}`"),
        };
        let port = server.as_ref().map(|server| server.local_addr().port().to_string());
        let _ = writeln!(fresh, "{before}{mark}");
        assert!(block.starts_with("$ "), "a console block begins with `$ `: {block}");
        for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let output = match &port {
                Some(port) => {
                    assert!(command.contains(PORT), "no server is meant by: {command}");
                    shell(&command.replace(PORT, port))
                }
                None => shell(command),
            };
            let _ = write!(fresh, "$ {command}\n{output}");
            commands += 1;
        }
        rest = after;
    }
    fresh.push_str(rest);
    (fresh, commands)
}

/// The text of a page with its generated blocks generated.
fn generate(page: &Path, text: &str, policies: &mut Vec<policies::Policy>) -> String {
    let (mut fresh, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("\n<!-- generated: ") {
        let (before, block) = rest.split_at(start);
        let (head, block) = block.split_once(" -->\n").unwrap();
        let (_, after) = block.split_once("<!-- end -->").expect("a block has an end");
        let source = head.trim_start_matches("\n<!-- generated: ");
        let content = match source.split_once(' ').unwrap_or((source, "")) {
            ("policy", tags) => policies::table(tags, policies),
            ("fuzz", "targets") => targets::table(),
            ("fuzz", "bugs") => targets::bugs(),
            ("code", item) => code::block(page, item),
            ("changes", files) => code::changes(page, files),
            ("piece", patched) => code::piece(page, patched),
            ("playground", step) => playground::link(page, step),
            ("tried", what) => tried(what),
            ("strings", "") => book::strings(),
            ("map", "") => book::map(),
            _ => shell(&format!("cargo resp {source}")),
        };
        let _ = write!(fresh, "{before}{head} -->\n\n{content}\n<!-- end -->");
        rest = after;
    }
    fresh.push_str(rest);
    fresh
}

/// What an exercise says to a server or a client of the tests, which is not yet right.
fn tried(what: &str) -> String {
    let (exercise, tried) = what.split_once(' ').expect("an exercise and a server or client");
    let answer = match tried.strip_prefix("client: ") {
        Some(client) => exercise_clients::command_of(client),
        None => exercise_servers::start(tried),
    };
    let output = Command::new(PROGRAM)
        .args(["exercise", exercise, &answer, "--patience", "1"])
        .output()
        .unwrap();
    format!("```text\n{}```\n", String::from_utf8(output.stderr).unwrap())
}

#[test]
fn pages_are_fresh() {
    let mut policies = policies::rows();
    let mut commands = 0;
    for page in pages() {
        let text = read(&page);
        let (fresh, ran) = run(&generate(&page, &text, &mut policies));
        commands += ran;
        settle(&page, &text, &fresh);
    }
    assert!(commands >= 4, "only {commands} commands: are the blocks still found?");
    let left: Vec<_> = policies.iter().map(|row| &row.tag).collect();
    assert!(left.is_empty(), "decisions that no page shows: {left:?}");
    draw("docs/states.svg", "");
    for state in State::ALL {
        let name = format!("{state:?}");
        draw(&format!("docs/book/{}.svg", name.to_lowercase()), &format!("--lit {name}"));
    }
}

/// A file that holds the drawing of the machine.
fn draw(file: &str, options: &str) {
    let path = root().join(file);
    let drawn = shell(&format!("cargo resp states --format svg {options}"));
    settle(&path, &std::fs::read_to_string(&path).unwrap_or_default(), &drawn);
}

fn settle(path: &Path, old: &str, fresh: &str) {
    if old == fresh {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        return std::fs::write(path, fresh).unwrap();
    }
    let differs = |(_, (old, fresh)): &(usize, (&str, &str))| old != fresh;
    let first = old.lines().zip(fresh.lines()).enumerate().find(differs);
    let (line, (old, fresh)) = first.unwrap_or((old.lines().count(), ("the end", "more, or less")));
    panic!(
        "{}:{} is stale; it says\n{old}\nand should\n{fresh}\n(UPDATE_DOCS=1 cargo test \
         --all-features --test docs writes it)",
        name(path),
        line + 1
    );
}
