//! The documentation is executed: its commands print what it shows, and its generated blocks are
//! what the program says now.
//!
//! * Each line `$ command` of a `console` block is run from the top of the repository, with
//!   `cargo resp` standing for the program; the lines below it are its output.
//! * Each `<!-- generated: … -->` block is compared with what generates it. With `UPDATE_DOCS` in
//!   the environment it is rewritten instead.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use base64::Engine as _;
use resp_machine::{Decoder, Dialect, Limits};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    assert!(pages.len() > 3, "the documentation has moved");
    pages
}

/// What a shell prints for `command`, both of its outputs.
fn shell(command: &str) -> String {
    let command = command.replace("cargo resp", &format!("'{PROGRAM}'"));
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(root())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn commands_print_what_is_shown() {
    let mut commands = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for block in text.split("\n```console\n").skip(1) {
            let block = block.split("\n```").next().unwrap();
            let mut lines = block.lines().peekable();
            while let Some(line) = lines.next() {
                let command = line.strip_prefix("$ ").expect("a console block begins with `$ `");
                let mut shown = String::new();
                while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                    let _ = writeln!(shown, "{line}");
                }
                assert_eq!(shell(command), shown, "{}: {command}", page.display());
                commands += 1;
            }
        }
    }
    assert!(commands >= 4, "only {commands} commands: are the blocks still found?");
}

#[test]
fn generated_blocks_are_fresh() {
    let mut policies = policy_rows();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let mut fresh = String::new();
        let mut rest = text.as_str();
        while let Some(start) = rest.find("\n<!-- generated: ") {
            let (before, block) = rest.split_at(start);
            let (head, block) = block.split_once(" -->\n").unwrap();
            let (_, after) = block.split_once("<!-- end -->").expect("a block has an end");
            let source = head.trim_start_matches("\n<!-- generated: ");
            let content = match source.strip_prefix("policy ") {
                Some(tags) => policy_table(tags, &mut policies),
                None if source == "fuzz targets" => target_table(),
                None => shell(&format!("cargo resp {source}")),
            };
            let _ = write!(fresh, "{before}{head} -->\n\n{content}\n<!-- end -->");
            rest = after;
        }
        fresh.push_str(rest);
        settle(&page, &text, &fresh);
    }
    let left: Vec<_> = policies.iter().map(|row| &row.tag).collect();
    assert!(left.is_empty(), "decisions that no page shows: {left:?}");
    let svg = root().join("docs/states.svg");
    let drawn = shell("cargo resp states --format svg");
    settle(&svg, &std::fs::read_to_string(&svg).unwrap_or_default(), &drawn);
}

fn settle(path: &Path, old: &str, fresh: &str) {
    if old == fresh {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some(),
        "{} is stale: UPDATE_DOCS=1 cargo test --all-features --test docs",
        path.display()
    );
    std::fs::write(path, fresh).unwrap();
}

/// The fuzz targets, from the essays of the modules that their bodies are in: what one holds is said
/// first, behind its name, and last what turns it red.
fn target_table() -> String {
    let programs = std::fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap();
    let mut targets: Vec<String> = programs
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    targets.sort();
    let mut text =
        String::from("| target | holds | a bug that turns it red |\n| --- | --- | --- |\n");
    for target in targets {
        let file = ["src/fuzzing", "fuzz/src"]
            .iter()
            .flat_map(|place| [format!("{place}/{target}.rs"), format!("{place}/{target}/mod.rs")])
            .find(|file| root().join(file).exists())
            .unwrap_or_else(|| panic!("{target}: no module has its body"));
        let source = std::fs::read_to_string(root().join(&file)).unwrap();
        let essay: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let paragraphs: Vec<String> = essay
            .split(|line| line.is_empty())
            .map(|lines| lines.concat().trim().replace('|', "\\|"))
            .collect();
        let said = |beginning: &str| {
            let found = paragraphs.iter().find_map(|paragraph| paragraph.strip_prefix(beginning));
            found.unwrap_or_else(|| panic!("{file}: no paragraph begins with \"{beginning}\""))
        };
        let (holds, red) = (said(&format!("`{target}`: ")), said("A bug that turns it red: "));
        let _ = writeln!(text, "| [`{target}`](../{file}) | {holds} | {red} |");
    }
    text
}

/// What of a vector matters here.
#[derive(Deserialize)]
struct Vector {
    direction: String,
    policy: Option<String>,
    wire_b64: Option<String>,
    wire_parts: Option<Vec<(String, usize)>>,
    #[serde(alias = "peers")]
    who_accepts: Option<HashMap<String, String>>,
}

/// One input whose reading is a decision.
struct Policy {
    tag: String,
    wire: Vec<u8>,
    shown: String,
    request: bool,
    who: HashMap<String, String>,
}

fn policy_rows() -> Vec<Policy> {
    let mut rows = Vec::new();
    for file in ["malformed", "spec", "replies", "requests", "decisions"] {
        let path = root().join(format!("tests/vectors/{file}.jsonl"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let vector: Vector = serde_json::from_str(line).unwrap();
            let (wire, shown) = wire(&vector);
            let Some(tag) = vector.policy else { continue };
            let request = vector.direction == "request";
            rows.push(Policy {
                tag,
                wire,
                shown,
                request,
                who: vector.who_accepts.unwrap_or_default(),
            });
        }
    }
    rows
}

fn wire(vector: &Vector) -> (Vec<u8>, String) {
    let decode = |text: &String| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    if let Some(whole) = &vector.wire_b64 {
        let wire = decode(whole);
        let mut shown = wire.escape_ascii().to_string();
        if shown.len() > 60 {
            shown.truncate(57);
            shown.push('…');
        }
        return (wire, shown);
    }
    let mut wire = Vec::new();
    let mut shown = Vec::new();
    for (part, times) in vector.wire_parts.as_ref().unwrap() {
        let bytes = decode(part);
        wire.extend(bytes.repeat(*times));
        shown.push(match times {
            1 => bytes.escape_ascii().to_string(),
            _ => format!("({})×{times}", bytes.escape_ascii()),
        });
    }
    (wire, shown.join(" "))
}

fn policy_table(tags: &str, rows: &mut Vec<Policy>) -> String {
    let mut text = String::from(
        "| input | here | hiredis | redis-server | valkey-server | tag |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for tag in tags.split(' ') {
        for row in rows.extract_if(.., |row| row.tag == tag) {
            let who = |name: &str| {
                let said = row.who.get(name).map_or("–", String::as_str);
                cell(said.split("; closed").next().unwrap())
            };
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {tag} |",
                row.shown.replace('|', "\\|"),
                here(&row.wire, row.request),
                who("hiredis-c"),
                who("redis-server"),
                who("valkey-server"),
            );
        }
    }
    text
}

/// Somebody's words, in the room of a cell.
fn cell(said: &str) -> String {
    let said = said.replace('|', "\\|").replace('`', "'").replace("\\r\\n", " ");
    match said.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }
}

/// What this library makes of `wire`.
fn here(wire: &[u8], request: bool) -> String {
    let dialect = if request { Dialect::Request } else { Dialect::Resp3 };
    let mut decoder = Decoder::with_limits(dialect, Limits::new(dialect));
    decoder.feed(wire);
    let mut frames = Vec::new();
    let stopped = loop {
        match decoder.next_frame() {
            Ok(Some(frame)) => frames.push(frame.wire_type().to_string()),
            Ok(None) => break None,
            Err(error) => break Some(format!("{:?} @ {}", error.kind, error.offset)),
        }
    };
    let end = stopped.or_else(|| decoder.finish().is_err().then(|| "incomplete".to_owned()));
    match (frames.as_slice(), end) {
        ([], Some(end)) => end,
        (_, None) => format!("accept: {}", frames.join(", ")),
        (_, Some(end)) => format!("{}, then {end}", frames.join(", ")),
    }
}
