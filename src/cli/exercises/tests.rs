//! What must hold of all exercises, whatever their answers.

use super::{CHAPTERS, Format, list};
use std::path::Path;

/// A chapter of the book without its exercises.
fn chapter(name: &str) -> String {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/book");
    let pages = std::fs::read_dir(book).unwrap().map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|ending| ending == "md"));
    let mark = format!("<!-- generated: exercise --chapter {name} ");
    for text in pages.map(|page| std::fs::read_to_string(page).unwrap()) {
        if let Some((before, rest)) = text.split_once(&mark) {
            let (_, after) = rest.split_once("<!-- end -->").unwrap();
            return format!("{before}{after}");
        }
    }
    panic!("no page shows the exercises of {name}")
}

/// Who has read the chapter has not read the answers.
#[test]
fn no_chapter_shows_the_bytes_that_its_exercises_ask_about() {
    for (name, exercises) in CHAPTERS {
        let text = chapter(name);
        for (at, exercise) in exercises.iter().enumerate() {
            let Some(input) = exercise.check.input() else { continue };
            let input = input.escape_ascii().to_string();
            let shown = !input.is_empty() && text.contains(&input);
            assert!(!shown, "{name}-{}: {input} stands in the chapter", at + 1);
        }
    }
}

fn text_of(format: Format) -> String {
    list(None, format).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_terminal_shows_no_markdown() {
    let text = text_of(Format::Text);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for mark in ["`", "**", "]("] {
        assert!(!text.contains(mark), "{mark}: {text}");
    }
    let book = text_of(Format::Markdown);
    // Every question, and as many of them.
    assert_eq!(text.matches("    cargo resp exercise ").count(), book.matches("```sh").count());
}
