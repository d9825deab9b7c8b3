//! The trace for people to read: a line for each transition.
//!
//! Columns: the offsets of the bytes, the bytes, the step, what it emitted (or, in parentheses,
//! why it was taken), and what is open behind it. Rows that read nothing have the first two blank.
//! An error is shown at its byte, with what was expected, what came, and what others do with it. The
//! end of the input is one line: ✓, or … where more is due, which is no error.

use super::Form;
use super::words;
use crate::show::Count;
use crate::state::State;
use crate::trace::{Chunk, Item, Part, Refusal, Transition};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const BYTES: usize = 22;
const STEP: usize = 8;
/// Room for the longest reason.
const EVENT: usize = 39;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const INPUT: Style = AnsiColor::Cyan.on_default();
const EMITTED: Style = AnsiColor::Green.on_default();
const MARK: Style = AnsiColor::Yellow.on_default();
const WRONG: Style = AnsiColor::Red.on_default().bold();

/// Writes the trace as text.
pub(in crate::cli) struct Text<W> {
    out: W,
    colour: bool,
    /// The width of the column of offsets, which grows with them.
    offsets: usize,
    /// The end of the last piece: what is kept there, and what the machine says. It is worth a line
    /// of its own only if more comes.
    chunk: Option<(String, String)>,
}

impl<W: Write> Text<W> {
    pub(in crate::cli) fn new(out: W, colour: bool) -> Text<W> {
        Text { out, colour, offsets: 8, chunk: None }
    }

    /// What it writes to.
    pub(in crate::cli) const fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// `text` in `style`, with blanks up to `width`.
    fn cell(&mut self, style: Style, text: &str, width: usize) -> io::Result<()> {
        let blanks = width.saturating_sub(text.chars().count());
        if self.colour && !text.is_empty() {
            write!(self.out, "{style}{text}{style:#}{:blanks$}", "")
        } else {
            write!(self.out, "{text}{:blanks$}", "")
        }
    }

    /// A line of the table; the last cell has no blanks behind it.
    fn line(&mut self, cells: [(Style, &str); 5]) -> io::Result<()> {
        let widths = [self.offsets, BYTES, STEP, EVENT, 0];
        let last = cells.iter().rposition(|(_, text)| !text.is_empty()).unwrap_or(0);
        for (at, ((style, text), width)) in cells.into_iter().zip(widths).enumerate().take(last + 1)
        {
            if at > 0 {
                self.out.write_all(b"  ")?;
            }
            self.cell(style, text, if at == last { 0 } else { width })?;
        }
        self.out.write_all(b"\n")
    }

    /// The states behind their letters, and the names of the columns.
    fn head(&mut self) -> io::Result<()> {
        let states = State::ALL.map(|state| format!("{} {state:?}", state.letter())).join(", ");
        self.cell(DIM, &states, 0)?;
        self.out.write_all(b"\n\n")?;
        self.line([
            (BOLD, "offset"),
            (BOLD, "bytes"),
            (BOLD, "step"),
            (BOLD, "event (or why)"),
            (BOLD, "open"),
        ])
    }

    fn range(&mut self, start: u64, end: u64) -> String {
        if start == end {
            return String::new();
        }
        let range = format!("{start}..{end}");
        self.offsets = self.offsets.max(range.len());
        range
    }

    fn transition(&mut self, row: &Transition<'_>) -> io::Result<()> {
        if row.start == 0 && row.from == State::Start {
            self.head()?;
        }
        let range = self.range(row.start, row.end);
        let step = format!("{} → {}", row.from.letter(), row.to.letter());
        let (style, event) = match &row.event {
            Some(event) => (EMITTED, words::event(event)),
            None => (DIM, format!("({})", row.why)),
        };
        let bytes = words::cut(row.bytes, BYTES);
        let stack = words::stack(row.stack);
        self.line([
            (DIM, &range),
            (INPUT, &bytes),
            (PLAIN, &step),
            (style, &event),
            (PLAIN, &stack),
        ])
    }

    fn part(&mut self, part: &Part<'_>) -> io::Result<()> {
        let range = self.range(part.start, part.end);
        let bytes = words::cut(part.bytes, BYTES);
        let event = words::event(&part.event);
        self.line([(DIM, &range), (INPUT, &bytes), (PLAIN, "C"), (EMITTED, &event), (PLAIN, "")])
    }

    /// Where a piece ends, as the line for it and that for the input's end begin; and the message.
    fn chunk(chunk: &Chunk<'_>) -> (String, String) {
        let behind = match chunk.bytes {
            [] => String::new(),
            kept => format!(", behind {}", words::cut(kept, BYTES)),
        };
        (format!("{}{behind}", chunk.end), chunk.message.clone())
    }

    /// Prints the end of the last piece, if it has not been.
    fn flush_chunk(&mut self) -> io::Result<()> {
        match self.chunk.take() {
            Some((end, message)) => {
                let text = format!("── the input is cut at {end}: {message}");
                self.line([(MARK, &text), (PLAIN, ""), (PLAIN, ""), (PLAIN, ""), (PLAIN, "")])
            }
            None => Ok(()),
        }
    }

    fn error(&mut self, error: &Refusal<'_>) -> io::Result<()> {
        let state = format!("{} {:?}", error.state.letter(), error.state);
        self.cell(WRONG, &format!("✗ offset {}, in {state}: {:?}", error.offset, error.kind), 0)?;
        writeln!(self.out)?;
        let at = (error.offset - error.start) as usize;
        let (before, from) = error.bytes.split_at(at.min(error.bytes.len()));
        let (wrong, behind) = from.split_at(from.len().min(1));
        let before = before.escape_ascii().to_string();
        let wrong = wrong.escape_ascii().to_string();
        write!(self.out, "    {before}")?;
        self.cell(WRONG, &wrong, 0)?;
        writeln!(self.out, "{}", behind.escape_ascii())?;
        write!(self.out, "    {:1$}", "", before.len())?;
        self.cell(WRONG, &"^".repeat(wrong.len().max(1)), 0)?;
        writeln!(self.out)?;
        for (name, fact) in words::facts(error) {
            write!(self.out, "  ")?;
            self.cell(DIM, name, 10)?;
            writeln!(self.out, "{fact}")?;
        }
        Ok(())
    }
}

impl<W: Write> Form for Text<W> {
    fn item(&mut self, item: &Item<'_>) -> io::Result<()> {
        if !matches!(item, Item::End(_) | Item::Incomplete(_)) {
            self.flush_chunk()?;
        }
        match item {
            Item::Transition(row) => self.transition(row),
            Item::Part(part) => self.part(part),
            Item::Chunk(chunk) => {
                self.chunk = Some(Self::chunk(chunk));
                Ok(())
            }
            Item::Error(error) => self.error(error),
            Item::End(end) => {
                self.chunk = None;
                let frames = Count(end.frames, "frame");
                let text = format!("✓ offset {}: {frames}", end.offset);
                self.cell(EMITTED, &text, 0)?;
                writeln!(self.out)
            }
            Item::Incomplete(end) => {
                let ends = self.chunk.take();
                let (offset, message) =
                    ends.unwrap_or_else(|| (end.offset.to_string(), end.message.clone()));
                let text = format!("… the input ends at {offset}: {message}");
                self.cell(MARK, &text, 0)?;
                writeln!(self.out)
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.flush_chunk()?;
        self.out.flush()
    }
}
