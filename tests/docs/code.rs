//! Items of the source, shown in the book as they stand.

use super::{read, root};
use std::path::Path;

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
    let up = "../".repeat(super::name(page).matches('/').count());
    format!("```rust,ignore\n{}\n```\n\nfrom [`{file}`]({up}{file})\n", code.join("\n"))
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
