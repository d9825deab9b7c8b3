//! The trace as one page that needs nothing else: no script, no network.
//!
//! The bytes, each marked with the state that read it and leading to its transition; the drawing of
//! `states`, with the arrows that were taken; and the table of transitions. Light and dark follow
//! the reader's choice.

use super::Form;
use super::words;
use crate::Dialect;
use crate::cli::markup::escape;
use crate::cli::states::svg;
use crate::show::Count;
use crate::state::State;
use crate::trace::{Item, Refusal, Transition};
use std::fmt::Write as _;
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");

/// How many letters of bytes a cell of the table has.
const CELL: usize = 28;
/// How many of the bytes of one transition are shown among the others, before and behind a gap.
const BEGINNING: usize = 96;
const ENDING: usize = 24;

/// Bytes that a transition read.
struct Span {
    start: usize,
    end: usize,
    state: State,
    /// Its line of the table.
    line: usize,
    title: String,
}

/// Collects the trace, and writes the page at its end.
pub(super) struct Page<W> {
    out: W,
    dialect: Dialect,
    input: Vec<u8>,
    spans: Vec<Span>,
    /// Where pieces ended.
    cuts: Vec<usize>,
    /// The rows of the table, ready.
    table: String,
    /// The end of the last piece and what is to be said of it, until it is known whether that is
    /// worth a line, and whether more came.
    chunk: Option<(u64, String)>,
    transitions: usize,
    taken: Vec<(State, State)>,
    /// How it ended: a class, and markup.
    verdict: (&'static str, String),
    wrong: Option<usize>,
}

impl<W: Write> Page<W> {
    pub(super) fn new(out: W, dialect: Dialect) -> Page<W> {
        Page {
            out,
            dialect,
            input: Vec::new(),
            spans: Vec::new(),
            cuts: Vec::new(),
            table: String::new(),
            chunk: None,
            transitions: 0,
            taken: Vec::new(),
            verdict: ("", String::new()),
            wrong: None,
        }
    }

    fn transition(&mut self, row: &Transition<'_>) {
        self.transitions += 1;
        if !self.taken.contains(&(row.from, row.to)) {
            self.taken.push((row.from, row.to));
        }
        let line = self.transitions;
        let step = format!("{} → {}", row.from.letter(), row.to.letter());
        let event = row.event.as_ref().map(words::event).unwrap_or_default();
        let mut place = String::new();
        let mut shown = String::new();
        if row.start < row.end {
            place = format!("{}..{}", row.start, row.end);
            let cut = escape(&words::cut(row.bytes, CELL));
            shown = format!(r#"<code class="{}">{cut}</code>"#, class(row.from));
            self.spans.push(Span {
                start: row.start as usize,
                end: row.end as usize,
                state: row.from,
                line,
                title: format!(
                    "{place}, {step}: {}",
                    if event.is_empty() { &row.why } else { &*event }
                ),
            });
        }
        let _ = writeln!(
            self.table,
            r#"<tr id="t{line}"><th scope="row">{line}</th><td>{place}</td><td>{shown}</td><td class="step">{step}</td><td>{:?}</td><td>{}</td><td>{}</td><td>{}</td></tr>"#,
            row.rule,
            escape(&event),
            escape(&row.why),
            escape(&words::stack(row.stack)),
        );
    }

    fn error(&mut self, error: &Refusal<'_>) {
        self.wrong = Some(error.offset as usize);
        let mut text = format!(
            "<p><strong>Not RESP at offset {}</strong>, in {} {:?}: {:?}.</p>\n<dl>\n",
            error.offset,
            error.state.letter(),
            error.state,
            error.kind
        );
        for (name, fact) in words::facts(error) {
            let _ = writeln!(text, "<dt>{name}</dt><dd>{}</dd>", escape(fact));
        }
        text.push_str("</dl>\n");
        self.verdict = ("wrong", text);
    }

    /// The bytes `from..to`, with marks where pieces end; the middle of many is left out.
    fn show(&self, from: usize, to: usize, text: &mut String) {
        let gap = (to - from > BEGINNING + ENDING + 8).then(|| from + BEGINNING..to - ENDING);
        let mut at = from;
        while at < to {
            if self.cuts.binary_search(&at).is_ok() {
                let _ = write!(text, r#"<span class="cut" title="cut at {at}">╎</span>"#);
            }
            if let Some(gap) = gap.as_ref().filter(|gap| gap.start == at) {
                let _ = write!(text, "<em>… {} bytes …</em>", gap.len());
                at = gap.end;
            }
            let byte = escape(&self.input[at..=at].escape_ascii().to_string());
            match self.wrong {
                Some(wrong) if wrong == at => {
                    let _ = write!(text, r#"<mark>{byte}</mark>"#);
                }
                _ => text.push_str(&byte),
            }
            at += 1;
        }
    }

    fn bytes(&self) -> String {
        let mut text = String::new();
        let mut shown = 0;
        for span in &self.spans {
            let _ = write!(
                text,
                r##"<a class="{}" href="#t{}" title="{}">"##,
                class(span.state),
                span.line,
                escape(&span.title)
            );
            self.show(span.start, span.end, &mut text);
            text.push_str("</a><wbr>");
            shown = span.end;
        }
        if shown < self.input.len() {
            text.push_str(r#"<span class="rest" title="not consumed">"#);
            // The byte at fault is not to be lost in a gap.
            let wrong = self.wrong.unwrap_or(shown).clamp(shown, self.input.len());
            self.show(shown, wrong, &mut text);
            self.show(wrong, self.input.len(), &mut text);
            text.push_str("</span>");
        }
        text
    }

    fn page(&self) -> String {
        let (verdict, said) = &self.verdict;
        let (bytes, dialect) = (self.input.len(), self.dialect.name());
        let mut page = format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A trace of RESP: {bytes} bytes</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
<h1>A trace of RESP</h1>
<p>{bytes} bytes, read as {dialect}, in {transitions} transitions.</p>
<section class="verdict {verdict}" aria-label="How it ended">
{said}</section>
<h2>The bytes</h2>
<p>Each is marked with the state that read it, and leads to its transition.{cuts}</p>
<ul class="legend">
"#,
            transitions = self.transitions,
            cuts = if self.cuts.is_empty() { "" } else { " A ╎ is where the input was cut." },
        );
        for state in [State::Start, State::Line, State::Length, State::Body, State::Count] {
            let _ = writeln!(
                page,
                r#"<li><span class="{}">{}</span> {state:?}: {}</li>"#,
                class(state),
                state.letter(),
                state.reads()
            );
        }
        let _ = write!(
            page,
            "</ul>\n<p class=\"bytes\"><code>{}</code></p>\n<h2>The way through the machine</h2>\n\
             <p>The arrows that were taken are bright.</p>\n<figure>\n{}</figure>\n",
            self.bytes(),
            svg::draw(|from, to| self.taken.contains(&(from, to))),
        );
        let _ = write!(
            page,
            r#"<h2>The transitions</h2>
<div class="scroll" role="region" aria-label="The transitions" tabindex="0">
<table>
<caption>Every transition, in order. Rows without bytes read nothing.</caption>
<thead><tr><th scope="col">#</th><th scope="col">offset</th><th scope="col">bytes</th><th scope="col">step</th><th scope="col">row</th><th scope="col">event</th><th scope="col">why</th><th scope="col">open behind it</th></tr></thead>
<tbody>
{}</tbody>
</table>
</div>
</main>
</body>
</html>
"#,
            self.table
        );
        page
    }
}

/// The class of what a state reads.
fn class(state: State) -> &'static str {
    match state {
        State::Start => "s",
        State::Line => "a",
        State::Length => "b",
        State::Body => "c",
        State::Count => "d",
        State::Elements => "en",
        State::End => "end",
    }
}

impl<W: Write> Form for Page<W> {
    fn piece(&mut self, piece: &[u8]) {
        if !self.input.is_empty() {
            self.cuts.push(self.input.len());
        }
        self.input.extend_from_slice(piece);
    }

    fn item(&mut self, item: &Item<'_>) -> io::Result<()> {
        // The end of the last piece is worth a line only if something is unfinished.
        if let (Some((end, message)), false) = (self.chunk.take(), matches!(item, Item::End(_))) {
            let what = if matches!(item, Item::Incomplete(_)) {
                "The input ends here"
            } else {
                "The input is cut here"
            };
            let _ = writeln!(
                self.table,
                "<tr class=\"chunk\"><td></td><td>{end}</td><td colspan=\"6\">{what}: {message}.</td></tr>"
            );
        }
        match item {
            Item::Transition(row) => self.transition(row),
            // The command takes blobs whole.
            Item::Part(_) => {}
            Item::Chunk(chunk) => self.chunk = Some((chunk.end, escape(&chunk.message))),
            Item::Error(error) => self.error(error),
            Item::End(end) => {
                let frames = Count(end.frames, "frame");
                let text = format!("<p><strong>{frames}</strong>, all whole.</p>\n");
                self.verdict = ("right", text);
            }
            Item::Incomplete(end) => {
                let text = format!(
                    "<p><strong>Not whole</strong>, at offset {}: {}.</p>\n",
                    end.offset,
                    escape(&end.message)
                );
                self.verdict = ("wrong", text);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let page = self.page();
        self.out.write_all(page.as_bytes())?;
        self.out.flush()
    }
}
