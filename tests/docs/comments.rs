//! Comments and essays name files that there are.

use super::{name, read, root};
use std::path::{Path, PathBuf};

/// Every source file of the repository.
fn sources() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["src", "tests", "examples", "benches", "fuzz"].map(|folder| root().join(folder)).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(path);
            }
        }
    }
    sources
}

/// The files that a line of a comment names.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let comment = line.trim_start().strip_prefix("//").unwrap_or_default();
    comment.split('`').skip(1).step_by(2).filter(|span| {
        let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        let ends = [".rs", ".md", ".py", ".toml", ".jsonl", ".sh"];
        span.chars().all(is_path)
            && ends.iter().any(|end| span.len() > end.len() && span.ends_with(end))
    })
}

/// From the top of the repository, from the file's folder, or from that of its modules.
#[test]
fn files_that_comments_name_are_there() {
    let mut found = 0;
    for source in sources() {
        let from = [root(), source.parent().unwrap(), &source.with_extension("")];
        for (line, number) in read(&source).lines().zip(1..) {
            for file in named(line) {
                let there = |from: &&Path| from.join(file).exists();
                assert!(from.iter().any(there), "{}:{number}: no {file}", name(&source));
                found += 1;
            }
        }
    }
    assert!(found > 20, "only {found}: are the comments still read?");
}
