//! One direction of a connection as transitions.
//!
//! A trace ends at its first error, and has no gaps. Behind either another begins, with offsets of its
//! own, at the beginning of the next read (as frames do, but for the read that the fault is in: its
//! bytes have been shown); which is said, with the place in the stream.

use super::print::{Format, Line, missing};
use crate::cli::trace::{Form, Text, in_colour};
use crate::state::Dialect;
use crate::trace::{Item, Tracer};

/// Blobs of more bytes than this are shown in parts, as they arrive.
const PART: u64 = 16 * 1024;

pub(super) struct Steps {
    dialect: Dialect,
    format: Format,
    tracer: Tracer,
    text: Text<Vec<u8>>,
    /// The stream offset behind what has been fed.
    end: u64,
}

impl Steps {
    pub(super) fn new(dialect: Dialect, format: Format) -> Steps {
        let (tracer, text) = trace(dialect);
        Steps { dialect, format, tracer, text, end: 0 }
    }

    /// Reads a piece that begins at this stream offset.
    pub(super) fn feed(&mut self, offset: u64, piece: &[u8], show: &mut dyn FnMut(Line<'_>)) {
        let gap = offset - self.end;
        if gap > 0 {
            show(Line::Note(&missing(self.end, gap)));
        }
        if gap > 0 || self.tracer.machine().error().is_some() {
            (self.tracer, self.text) = trace(self.dialect);
            show(Line::Note(&format!("offset={offset} : another trace begins here, at 0")));
        }
        self.end = offset + piece.len() as u64;
        let Steps { tracer, text, format, .. } = self;
        tracer.feed(piece, |item| told(text, *format, item, show));
    }

    /// The stream ends at this offset.
    pub(super) fn finish(&mut self, offset: u64, show: &mut dyn FnMut(Line<'_>)) {
        match offset - self.end {
            0 => {
                let Steps { tracer, text, format, .. } = self;
                tracer.finish(|item| told(text, *format, item, show));
            }
            gap => show(Line::Note(&missing(self.end, gap))),
        }
    }
}

/// A trace that begins, and its text, which knows nothing of the one before.
fn trace(dialect: Dialect) -> (Tracer, Text<Vec<u8>>) {
    (Tracer::new(dialect).blobs_in_parts_over(PART), Text::new(Vec::new(), in_colour()))
}

/// Shows an item, in as many lines as it takes.
fn told(text: &mut Text<Vec<u8>>, format: Format, item: &Item<'_>, show: &mut dyn FnMut(Line<'_>)) {
    match format {
        Format::Json => show(Line::Step(item.to_json().as_bytes())),
        Format::Text => {
            // A vector takes everything.
            let _ = text.item(item);
            let lines = std::mem::take(text.out());
            lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).for_each(|line| {
                show(Line::Step(line));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red if the end of one trace is told in the next.
    #[test]
    fn a_gap_ends_a_trace() {
        let mut lines = Vec::new();
        let mut show = |line: Line<'_>| {
            lines.push(match line {
                Line::Step(step) => String::from_utf8(step.to_vec()).unwrap(),
                Line::Note(note) => format!("-- {note}"),
                Line::Frame(frame) => format!("{frame:?}"),
            });
        };
        let mut steps = Steps::new(Dialect::Resp3, Format::Text);
        steps.feed(0, b"$5\r\nab", &mut show);
        steps.feed(100, b":1\r\n", &mut show);
        let again = lines.iter().position(|line| line.contains("another trace begins")).unwrap();
        assert_eq!(
            lines[again - 1..=again],
            [
                "-- offset=6 : 94 bytes are not shown: more came than could be printed",
                "-- offset=100 : another trace begins here, at 0"
            ]
        );
        assert!(lines[again + 1].contains("Start"), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("the input is cut")), "{lines:?}");
    }
}
