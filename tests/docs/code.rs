//! The source, shown in the book as it stands: items, what changes from one file to the next, and
//! pieces of patches.

use super::{read, root};
use std::path::Path;
use std::process::Command;

/// `FILE ITEM`, where an item is named as it is declared (`fn text`, `struct Level`), as a block of
/// code and a link to its file. Its documentation is left out: the chapter says it.
pub(crate) fn block(page: &Path, source: &str) -> String {
    let (file, item) = source.split_once(' ').expect("a file and an item");
    let text = read(&root().join(file));
    let lines: Vec<&str> = text.lines().collect();
    let first = lines
        .iter()
        .position(|line| declares(line, item))
        .unwrap_or_else(|| panic!("{file} has no `{item}` any more"));
    let margin = lines[first].len() - lines[first].trim_start().len();
    let end = |line: &&str| {
        line.len() > margin
            && line.is_char_boundary(margin)
            && line[..margin].trim().is_empty()
            && matches!(&line[margin..], "}" | "};" | "];")
    };
    let length = match lines[first].ends_with(';') {
        true => 1,
        false => 1 + lines[first..].iter().position(end).expect("an item ends"),
    };
    let code: Vec<&str> =
        lines[first..first + length].iter().map(|line| line.get(margin..).unwrap_or("")).collect();
    format!("```rust,ignore\n{}\n```\n\nfrom {}\n", code.join("\n"), link(page, file))
}

/// `FROM TO`: what changes from one file to another, but for the essay at their top.
pub(crate) fn changes(page: &Path, files: &str) -> String {
    let (from, to) = files.split_once(' ').expect("two files");
    let output = Command::new("diff")
        .args(["-U1", "--show-function-line=^\\(pub \\)\\?fn ", from, to])
        .current_dir(root())
        .output()
        .expect("diff runs");
    assert_eq!(output.status.code(), Some(1), "{from} and {to} do not differ");
    let text = String::from_utf8(output.stdout).unwrap();
    let hunks: Vec<String> = hunks(&text).filter(|hunk| !hunk.contains("\n+//! ")).collect();
    format!("{}\nwhole: {}\n", fence(&hunks), link(page, to))
}

/// `PATCH FILE`: what a patch does to a file.
pub(crate) fn piece(page: &Path, patched: &str) -> String {
    let (patch, file) = patched.split_once(' ').expect("a patch and a file");
    let text = read(&root().join(patch));
    let mut parts = text.split("diff --git ").skip(1);
    let part = parts.find(|part| part.starts_with(&format!("a/{file} ")));
    let part = part.unwrap_or_else(|| panic!("{patch} does nothing to {file}"));
    format!("{}\nto {}\n", fence(&hunks(part).collect::<Vec<_>>()), link(page, file))
}

/// The hunks of a difference, without their numbers, and each with the function that it is in.
fn hunks(text: &str) -> impl Iterator<Item = String> {
    text.split("\n@@ ").skip(1).map(|hunk| {
        let (head, lines) = hunk.split_once('\n').unwrap_or((hunk, ""));
        let around = head.split_once("@@").map_or("", |(_, around)| around);
        let declares = |line: &str| line.get(1..).is_some_and(|line| line.contains("fn "));
        // Where another function begins, what was before it says nothing.
        let around = match lines.lines().any(declares) {
            true => "",
            false => around.split('(').next().unwrap_or_default(),
        };
        format!("@@{around}\n{}", lines.trim_end_matches('\n'))
    })
}

fn fence(hunks: &[String]) -> String {
    format!("```diff\n{}\n```\n", hunks.join("\n"))
}

/// A link to a file of the repository, if it is there; a patch may make it.
fn link(page: &Path, file: &str) -> String {
    let up = "../".repeat(super::name(page).matches('/').count());
    match root().join(file).exists() {
        true => format!("[`{file}`]({up}{file})"),
        false => format!("`{file}`"),
    }
}

/// Whether a line declares `item`, whatever its visibility.
fn declares(line: &str, item: &str) -> bool {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) => match rest.strip_prefix('(') {
            Some(rest) => rest.split_once(')').map_or(rest, |(_, rest)| rest),
            None => rest,
        },
        None => line,
    };
    let rest = line.trim_start().trim_start_matches("const ").strip_prefix(item);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}
