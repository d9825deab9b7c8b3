//! What is printed: a line for each frame, with its connection's number and an arrow, `>` for what
//! the client sent and `<` for what the server sent. A request is a line as one would type it, a reply
//! is in the notation of the library's `Debug`. What is no frame stands behind `--`. With `--trace` a
//! line is a transition in place of a frame.

use super::steps::Steps;
use crate::cli::{complain, tagged};
use crate::encode;
use crate::frame::Frame;
use crate::proxy::{Note, Notes, Seen, Side, View};
use crate::state::Dialect;
use crate::wire::Type;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// No frame of more bytes is shown.
const LARGEST: usize = 1 << 20;
/// A line is cut behind so many characters.
const COLUMNS: usize = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A line for each frame, cut where it gets long
    Text,
    /// A JSON object for each frame: whole, in the tagged form
    Json,
}

/// How one direction is seen.
enum Sight {
    Frames(Box<View>),
    Steps(Box<Steps>),
}

impl Sight {
    fn new(side: Side, trace: bool, format: Format) -> Sight {
        let dialect = match side {
            Side::Client => Dialect::Request,
            Side::Server => Dialect::Resp3,
        };
        match trace {
            true => Sight::Steps(Box::new(Steps::new(dialect, format))),
            false => Sight::Frames(Box::new(View::new(dialect, LARGEST))),
        }
    }
}

/// What is seen, as lines.
pub(super) enum Line<'a> {
    Frame(Frame<'a>),
    /// A transition, or what else is told of the machine; in JSON, an object.
    Step(&'a [u8]),
    /// Something else, in words.
    Note(&'a str),
}

pub(super) struct Printer {
    format: Format,
    trace: bool,
    /// The two directions of each connection.
    conversations: HashMap<u64, [(Side, Sight); 2]>,
    lines: Vec<u8>,
}

impl Printer {
    pub(super) fn new(format: Format, trace: bool) -> Printer {
        Printer { format, trace, conversations: HashMap::new(), lines: Vec::new() }
    }

    /// Prints everything. When nobody reads it any more, that is told once, and the rest is passed
    /// over: the connections matter more.
    pub(super) fn print(&mut self, notes: Notes) {
        let mut out = Some(io::stdout());
        for note in notes {
            let Some(stdout) = &mut out else { continue };
            self.take(note);
            if let Err(error) = stdout.write_all(&self.lines).and_then(|()| stdout.flush()) {
                complain(format!("nothing is printed any more: {error}"));
                out = None;
            }
            self.lines.clear();
            self.lines.shrink_to(LARGEST);
        }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Opened { connection, peer } => {
                let sides = [Side::Client, Side::Server];
                let sights = sides.map(|side| (side, Sight::new(side, self.trace, self.format)));
                self.conversations.insert(connection, sights);
                self.line(connection, None, &Line::Note(&format!("opened by {peer}")));
            }
            Note::Bytes { connection, side, offset, bytes } => {
                self.see(connection, side, |sight, show| match sight {
                    Sight::Frames(view) => view.feed(offset, &bytes, |seen| shown(&seen, show)),
                    Sight::Steps(steps) => steps.feed(offset, &bytes, show),
                });
            }
            Note::Ended { connection, side, offset, failure } => {
                self.see(connection, side, |sight, show| match sight {
                    Sight::Frames(view) => view.finish(offset, |seen| shown(&seen, show)),
                    Sight::Steps(steps) => steps.finish(offset, show),
                });
                let text = match failure {
                    None => format!("ends behind {offset} bytes"),
                    Some(failure) => format!("fails behind {offset} bytes: {failure}"),
                };
                self.line(connection, Some(side), &Line::Note(&text));
            }
            Note::Closed { connection, failure } => {
                self.conversations.remove(&connection);
                let text = failure.map_or("closed".to_owned(), |why| format!("closed: {why}"));
                self.line(connection, None, &Line::Note(&text));
            }
            Note::Missed { connections } => {
                let text = format!("{}: {FULL}", super::connections(&connections, "shown"));
                self.line(*connections.start(), None, &Line::Note(&text));
            }
        }
    }

    /// Prints what is seen of a direction.
    fn see(
        &mut self,
        connection: u64,
        side: Side,
        feed: impl FnOnce(&mut Sight, &mut dyn FnMut(Line<'_>)),
    ) {
        let Some(mut sights) = self.conversations.remove(&connection) else { return };
        if let Some((_, sight)) = sights.iter_mut().find(|(of, _)| *of == side) {
            feed(sight, &mut |line| self.line(connection, Some(side), &line));
        }
        self.conversations.insert(connection, sights);
    }

    fn line(&mut self, connection: u64, side: Option<Side>, line: &Line<'_>) {
        self.head(connection, side);
        let lines = &mut self.lines;
        // A vector takes everything.
        let _ = match (self.format, line) {
            (Format::Text, Line::Frame(frame)) => text(side, *frame, lines),
            (Format::Text, Line::Step(step)) => lines.write_all(step),
            (Format::Text, Line::Note(note)) => write!(lines, "-- {note}"),
            (Format::Json, Line::Frame(frame)) => {
                lines.extend_from_slice(b",\"frame\":");
                tagged::write(*frame, &mut *lines)
            }
            (Format::Json, Line::Step(step)) => {
                lines.extend_from_slice(b",\"trace\":");
                lines.write_all(step)
            }
            (Format::Json, Line::Note(note)) => {
                lines.extend_from_slice(b",\"note\":");
                tagged::text(note, &mut *lines)
            }
        };
        lines.extend_from_slice(if self.format == Format::Json { b"}\n" } else { b"\n" });
    }

    /// Whose line it is.
    fn head(&mut self, connection: u64, side: Option<Side>) {
        let _ = match (self.format, side) {
            (Format::Text, None) => write!(self.lines, "#{connection} "),
            (Format::Text, Some(Side::Client)) => write!(self.lines, "#{connection} > "),
            (Format::Text, Some(Side::Server)) => write!(self.lines, "#{connection} < "),
            (Format::Json, None) => write!(self.lines, "{{\"connection\":{connection}"),
            (Format::Json, Some(side)) => {
                let side = if side == Side::Client { "client" } else { "server" };
                write!(self.lines, "{{\"connection\":{connection},\"side\":\"{side}\"")
            }
        };
    }
}

/// A frame in one line of text, cut where it gets long.
fn text(side: Option<Side>, frame: Frame<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    if side == Some(Side::Server) && frame.wire_type() == Type::Push {
        out.extend_from_slice(b"push ");
    }
    let mut typed = Vec::new();
    let args = (side == Some(Side::Client)).then(|| frame.args()).and_then(Result::ok);
    // In ASCII alone: what else there is may look like something that it is not, or move the terminal.
    let escaped = |byte: &u8| byte.is_ascii_control() || !byte.is_ascii();
    let is_typed =
        args.is_some_and(|args| encode::quoted(&mut typed, args, LARGEST, escaped).is_ok());
    // A request of nothing shows how it was spelt.
    let is_typed = is_typed && !typed.is_empty();
    let mut line = Cut { text: String::new(), left: COLUMNS };
    let whole = match is_typed {
        true => line.write_str(&String::from_utf8_lossy(&typed)),
        false => write!(line, "{frame:?}"),
    };
    out.write_all(line.text.as_bytes())?;
    out.write_all(if whole.is_ok() { b"" } else { "…".as_bytes() })
}

/// Shows what a view sees.
fn shown(seen: &Seen<'_>, show: &mut dyn FnMut(Line<'_>)) {
    match seen {
        Seen::Frame(frame) => show(Line::Frame(*frame)),
        other => show(Line::Note(&words(other))),
    }
}

/// What is seen that is no frame, in words.
fn words(seen: &Seen<'_>) -> String {
    match seen {
        Seen::Frame(frame) => format!("{frame:?}"),
        Seen::Large { offset, bytes } => {
            format!("offset={offset} : a frame of {bytes} bytes, too large to be shown")
        }
        Seen::Lost(error) => format!(
            "offset={} state={:?} kind={:?} : {error}; passed on unread, up to a read that begins \
             with a frame",
            error.offset, error.state, error.kind
        ),
        Seen::Missing { offset, bytes } => missing(*offset, *bytes),
        Seen::Found { offset, bytes } => {
            format!("offset={offset} : frames again, behind {bytes} bytes that were not read")
        }
        Seen::Incomplete(end) => format!("offset={} state={:?} : {end}", end.offset, end.state),
        Seen::PassedOver { bytes } => format!("the last {bytes} bytes were not read"),
    }
}

/// What is said of bytes of which no copy was made.
pub(super) fn missing(offset: u64, bytes: u64) -> String {
    format!("offset={offset} : {bytes} bytes are not shown: {FULL}")
}

/// Why there is something that is not shown.
const FULL: &str = "more came than could be printed";

/// Text that is cut behind a number of characters, with an error.
struct Cut {
    text: String,
    left: usize,
}

impl std::fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        match text.char_indices().nth(self.left) {
            Some((end, _)) => {
                self.text.push_str(&text[..end]);
                self.left = 0;
                Err(std::fmt::Error)
            }
            None => {
                self.text.push_str(text);
                self.left -= text.chars().count();
                Ok(())
            }
        }
    }
}
