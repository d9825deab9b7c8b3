//! What is printed: a line for each frame, with its connection's number and an arrow, `>` for what
//! the client sent and `<` for what the server sent. A request is a line as one would type it, a reply
//! is in the notation of the library's `Debug`. What is no frame stands behind `--`.

use crate::cli::tagged;
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

/// A connection, seen from both sides.
struct Conversation {
    client: View,
    server: View,
}

impl Conversation {
    fn new() -> Conversation {
        Conversation {
            client: View::new(Dialect::Request, LARGEST),
            server: View::new(Dialect::Resp3, LARGEST),
        }
    }

    fn view(&mut self, side: Side) -> &mut View {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }
}

pub(super) struct Printer {
    format: Format,
    conversations: HashMap<u64, Conversation>,
    lines: Vec<u8>,
}

impl Printer {
    pub(super) fn new(format: Format) -> Printer {
        Printer { format, conversations: HashMap::new(), lines: Vec::new() }
    }

    /// Prints everything. When nobody reads it any more, that is told once, and the rest is passed
    /// over: the connections matter more.
    pub(super) fn print(&mut self, notes: Notes) {
        let mut out = Some(io::stdout());
        for note in notes {
            let Some(stdout) = &mut out else { continue };
            self.take(note);
            if let Err(error) = stdout.write_all(&self.lines).and_then(|()| stdout.flush()) {
                eprintln!("nothing is printed any more: {error}");
                out = None;
            }
            self.lines.clear();
            self.lines.shrink_to(LARGEST);
        }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Opened { connection, peer } => {
                self.conversations.insert(connection, Conversation::new());
                self.note(connection, None, &format!("opened by {peer}"));
            }
            Note::Bytes { connection, side, offset, bytes } => {
                self.see(connection, side, |view, see| view.feed(offset, &bytes, see));
            }
            Note::Ended { connection, side, offset, failure } => {
                self.see(connection, side, |view, see| view.finish(offset, see));
                let text = match failure {
                    None => format!("ends behind {offset} bytes"),
                    Some(failure) => format!("fails behind {offset} bytes: {failure}"),
                };
                self.note(connection, Some(side), &text);
            }
            Note::Closed { connection, failure } => {
                self.conversations.remove(&connection);
                let text = failure.map_or("closed".to_owned(), |why| format!("closed: {why}"));
                self.note(connection, None, &text);
            }
        }
    }

    /// Prints what a view sees.
    fn see(
        &mut self,
        connection: u64,
        side: Side,
        feed: impl FnOnce(&mut View, &mut dyn FnMut(Seen<'_>)),
    ) {
        let Some(mut conversation) = self.conversations.remove(&connection) else { return };
        feed(conversation.view(side), &mut |seen| match seen {
            Seen::Frame(frame) => self.frame(connection, side, frame),
            other => self.note(connection, Some(side), &words(&other)),
        });
        self.conversations.insert(connection, conversation);
    }

    fn frame(&mut self, connection: u64, side: Side, frame: Frame<'_>) {
        let is_push = side == Side::Server && frame.wire_type() == Type::Push;
        // A vector takes everything.
        let _ = match self.format {
            Format::Json => {
                self.head(connection, Some(side));
                self.lines.extend_from_slice(b",\"frame\":");
                tagged::write(frame, &mut self.lines).map(|()| self.lines.extend_from_slice(b"}\n"))
            }
            Format::Text => {
                self.head(connection, Some(side));
                if is_push {
                    self.lines.extend_from_slice(b"push ");
                }
                self.line(side, frame);
                Ok(())
            }
        };
    }

    /// A frame in one line of text, cut where it gets long.
    fn line(&mut self, side: Side, frame: Frame<'_>) {
        let mut typed = Vec::new();
        let args = (side == Side::Client).then(|| frame.args()).and_then(Result::ok);
        let is_typed = args.is_some_and(|args| encode::inline(&mut typed, args).is_ok());
        // A request of nothing shows how it was spelt.
        let is_typed = is_typed && !typed.trim_ascii().is_empty();
        let mut line = Cut { text: String::new(), left: COLUMNS };
        let whole = match is_typed {
            true => line.write_str(&String::from_utf8_lossy(typed.trim_ascii_end())),
            false => write!(line, "{frame:?}"),
        };
        self.lines.extend_from_slice(line.text.as_bytes());
        self.lines.extend_from_slice(if whole.is_ok() { b"\n" } else { "…\n".as_bytes() });
    }

    /// Prints something that is no frame.
    fn note(&mut self, connection: u64, side: Option<Side>, text: &str) {
        self.head(connection, side);
        let _ = match self.format {
            Format::Text => writeln!(self.lines, "-- {text}"),
            Format::Json => {
                self.lines.extend_from_slice(b",\"note\":");
                tagged::text(text, &mut self.lines).map(|()| self.lines.extend_from_slice(b"}\n"))
            }
        };
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
        Seen::Missing { offset, bytes } => {
            format!(
                "offset={offset} : {bytes} bytes are not shown: more came than could be printed"
            )
        }
        Seen::Found { offset, bytes } => {
            format!("offset={offset} : frames again, behind {bytes} bytes that were not read")
        }
        Seen::Incomplete(end) => format!("offset={} state={:?} : {end}", end.offset, end.state),
        Seen::PassedOver { bytes } => format!("the last {bytes} bytes were not read"),
    }
}

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
