//! What is made from the chapters of the book, and what must hold of them: every byte string in them
//! is read by the machine, links lead somewhere, and every page is in the summary.

use super::{name, pages, policies, read, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// The chapters, in the order of the summary: title and path.
fn chapters() -> Vec<(String, PathBuf)> {
    let summary = read(&root().join("docs/SUMMARY.md"));
    let links = summary.lines().filter_map(|line| {
        let (title, rest) =
            line.trim().trim_start_matches("- ").strip_prefix('[')?.split_once("](")?;
        Some((title.to_owned(), root().join("docs").join(rest.strip_suffix(')')?)))
    });
    links.collect()
}

/// The text of a page without its blocks of code, which commands and compilers run.
fn prose(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !fence && !inside
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The pieces of inline code of a page.
fn spans(text: &str) -> Vec<String> {
    prose(text).split('`').skip(1).step_by(2).map(|span| span.replace("\\|", "|")).collect()
}

/// The bytes that escaped text stands for, if it is a byte string of the protocol.
pub(crate) fn bytes(span: &str) -> Option<Vec<u8>> {
    if !span.contains("\\r\\n") {
        return None;
    }
    let text = span.replace("\\x", "\\u00").replace('"', "\\\"");
    let text: String = serde_json::from_str(&format!("\"{text}\"")).ok()?;
    Some(text.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect())
}

/// A page without its exercises: what the machine makes of them is the answer.
fn without_exercises(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<!-- generated: exercise ") else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once("<!-- end -->").expect("a block ends");
    format!("{before}{after}")
}

/// Every byte string of the book, and what the machine makes of it.
pub(crate) fn strings() -> String {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order = Vec::new();
    for (_, path) in chapters() {
        if !name(&path).starts_with("docs/book/") || path.ends_with("strings.md") {
            continue;
        }
        let file = name(&path).replace("docs/book/", "");
        let link = format!("[{}]({file})", file.trim_end_matches(".md"));
        for span in spans(&without_exercises(&read(&path))) {
            if bytes(&span).is_some() {
                if !said.contains_key(&span) {
                    order.push(span.clone());
                }
                let places = said.entry(span).or_default();
                if places.last() != Some(&link) {
                    places.push(link.clone());
                }
            }
        }
    }
    let mut text =
        String::from("| bytes | as replies | as a request | in |\n| --- | --- | --- | --- |\n");
    for span in order {
        let wire = bytes(&span).unwrap();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            span.replace('|', "\\|"),
            policies::here(&wire, false),
            policies::here(&wire, true),
            said[&span].join(", ")
        );
    }
    text
}

/// The links of a page that lead to files of the repository, without what stands behind `#`.
fn links(page: &Path) -> BTreeSet<PathBuf> {
    let text = prose(&read(page));
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
    let local = targets.filter(|target| !target.is_empty() && !target.contains("://"));
    local.map(|target| plain(&page.parent().unwrap().join(target))).collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// Which files of the source each chapter explains: those that it links to, or shows an item of.
pub(crate) fn map() -> String {
    let mut text = String::from("| chapter | explains |\n| --- | --- |\n");
    for (title, path) in chapters() {
        let place = name(&path);
        let Some(link) = place.strip_prefix("docs/book/") else { continue };
        let files: Vec<String> = links(&path)
            .iter()
            .map(|path| name(path))
            .filter(|file| file.starts_with("src/") && file.ends_with(".rs"))
            .map(|file| format!("[`{file}`](../../{file}): {}", essay(&root().join(&file))))
            .collect();
        if !files.is_empty() && !place.ends_with("map.md") {
            let _ = writeln!(text, "| [{title}]({link}) | {} |", files.join("<br>"));
        }
    }
    text
}

/// The first sentence of the essay of a module.
fn essay(file: &Path) -> String {
    let text = read(file);
    let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
    let essay = lines.collect::<Vec<_>>().join(" ");
    let sentence = essay.split_inclusive(". ").next().unwrap_or_default();
    // A link into the documentation of the crate leads nowhere from here.
    sentence.trim().replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        for link in links(&page) {
            assert!(link.exists(), "{} links to {}", name(&page), link.display());
        }
    }
}

#[test]
fn every_page_is_in_the_summary() {
    let listed: BTreeSet<PathBuf> = chapters().into_iter().map(|(_, path)| path).collect();
    for page in pages() {
        // Where there is a page already, the book's own would be written over it.
        let taken = page.with_file_name("index.html").exists();
        let inside = name(&page).starts_with("docs/") && !page.ends_with("SUMMARY.md") && !taken;
        assert!(!inside || listed.contains(&page), "{} is not in docs/SUMMARY.md", name(&page));
    }
    for page in listed {
        assert!(page.exists(), "docs/SUMMARY.md lists {}", name(&page));
    }
}
