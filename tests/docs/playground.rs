//! Links into the playground that open at the step they speak of.
//!
//! The page takes its situation from the fragment of its address (`docs/playground/js/share.js`):
//! bytes, cuts, dialect, and the moment, which is the number of an item of the trace, counted from 1.

use super::{name, shell};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use resp_machine::state::State;
use serde_json::Value;
use std::path::Path;

/// `ROW --text … [--cuts …] [--dialect …]`: a sentence with the link. `ROW` is the row that has just
/// been taken, or `cut` for the end of a read; `#2` behind it is the second one.
pub(crate) fn link(page: &Path, words: &str) -> String {
    let (row, options) = words.split_once(' ').expect("a row and what to trace");
    let (row, nth) = row.split_once('#').unwrap_or((row, "1"));
    let trace = shell(&format!("cargo resp trace {options} --format json"));
    // Behind the items stands, for input that is not whole, what the program says of that.
    let items = trace.lines().filter(|line| line.starts_with('{'));
    let items: Vec<Value> = items.map(|line| serde_json::from_str(line).unwrap()).collect();
    let wanted = |item: &Value| match row {
        "cut" => item["kind"] == "chunk",
        row => item["rule"] == row,
    };
    let mut found = items.iter().enumerate().filter(|(_, item)| wanted(item));
    let found = found.nth(nth.parse::<usize>().expect("a number") - 1);
    let (at, item) = found.unwrap_or_else(|| panic!("{words}: there is no such step"));
    let option = |name: &str| {
        let (_, rest) = options.split_once(name)?;
        rest.trim_start().split(' ').next().map(|value| value.trim_matches('\''))
    };
    let bytes = super::book::bytes(option("--text").expect("a text")).expect("bytes");
    let cuts = option("--cuts").map_or(String::new(), |cuts| format!("&c={cuts}"));
    let up = if name(page).starts_with("docs/book/") { "../" } else { "docs/" };
    format!(
        "[Step through it in the playground]({up}playground/index.html#i={}{cuts}&d={}&s={}). It \
         opens {}.\n",
        BASE64_URL_SAFE_NO_PAD.encode(bytes),
        option("--dialect").unwrap_or("resp3"),
        at + 1,
        place(item)
    )
}

/// What has just happened, in the words of the trace.
fn place(item: &Value) -> String {
    let text = |field: &str| item[field].as_str().unwrap_or_default();
    let letter = |field: &str| {
        let state = State::ALL.into_iter().find(|state| format!("{state:?}") == text(field));
        state.expect("a state").letter()
    };
    let (what, why) = match text("kind") {
        "chunk" => ("the read ends".to_owned(), text("message")),
        _ => (format!("{} leads to {}", letter("from"), letter("to")), text("why")),
    };
    format!("at offset {}, where {what} ({why})", item["end"])
}
