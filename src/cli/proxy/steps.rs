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
        Steps {
            dialect,
            format,
            tracer: tracer(dialect),
            text: Text::new(Vec::new(), in_colour()),
            end: 0,
        }
    }

    /// Reads a piece that begins at this stream offset.
    pub(super) fn feed(&mut self, offset: u64, piece: &[u8], show: &mut dyn FnMut(Line<'_>)) {
        let gap = offset - self.end;
        if gap > 0 {
            show(Line::Note(&missing(self.end, gap)));
        }
        if gap > 0 || self.tracer.machine().error().is_some() {
            self.tracer = tracer(self.dialect);
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

fn tracer(dialect: Dialect) -> Tracer {
    Tracer::new(dialect).blobs_in_parts_over(PART)
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
