//! The prompt.
//!
//! Two threads share a connection. One edits lines and sends commands; the other reads frames and
//! prints every one of them, so that what is printed stands in the order in which it came. When the
//! last answer to a command has been printed the first is told, and asks for the next line. What
//! comes while a line is being edited (a push, or the end of the connection) is printed above it.

use super::context::Context;
use super::expected::{Expected, Role};
use super::{Args, INVALID, Output, Session, is, logs_in, selected, words};
use crate::cli::{Failure, Outcome, complain};
use crate::client::{Receiver, Sender};
use crate::decoder::StreamError;
use crate::frame::OwnedFrame;
use rustyline::error::ReadlineError;
use rustyline::{DefaultEditor, ExternalPrinter};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// What the reading thread tells the other.
enum Notice {
    /// The last answer to the command.
    Answered(OwnedFrame),
    /// The connection is gone.
    Lost(StreamError),
}

/// A connection whose frames are being printed.
struct Link {
    sender: Sender,
    notices: mpsc::Receiver<Notice>,
    /// What the reading thread waits for, if somebody waits.
    expected: Arc<Mutex<Option<Expected>>>,
    context: Context,
}

/// Prints above the line that is being edited, if one is.
type Above = Box<dyn FnMut(String) + Send>;

impl Link {
    fn open(args: &Args, output: Output, database: u32, above: Above) -> Result<Link, Failure> {
        let Session { client, context, .. } = Session::begin(args, database, false)?;
        let (sender, receiver) = client.split();
        let (notify, notices) = mpsc::channel();
        let expected = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&expected);
        std::thread::spawn(move || read(receiver, output, &shared, &notify, above));
        Ok(Link { sender, notices, expected, context })
    }

    /// Whether the connection ended while nobody waited.
    fn is_lost(&self) -> bool {
        matches!(
            self.notices.try_recv(),
            Ok(Notice::Lost(_)) | Err(mpsc::TryRecvError::Disconnected)
        )
    }

    /// Runs a command, and waits until its last answer is printed.
    fn run(&mut self, command: &[Vec<u8>], output: Output) -> Result<(), StreamError> {
        let expected = Expected::of(command, self.context.resp3, true);
        output.announce(&expected, &mut io::stdout())?;
        let reply = self.ask(command, expected)?;
        if !logs_in(command, &reply) {
            return Ok(());
        }
        let Some(select) = self.context.select() else { return Ok(()) };
        let reply = self.ask(&select, Expected::hidden())?;
        // It is told, and nothing fails of it.
        let _ = selected(&select, &reply, false);
        Ok(())
    }

    /// Sends a command; the last answer to it.
    fn ask(&mut self, command: &[Vec<u8>], expected: Expected) -> Result<OwnedFrame, StreamError> {
        *self.expected.lock().unwrap_or_else(PoisonError::into_inner) = Some(expected);
        self.sender.send(command)?;
        let reply = match self.notices.recv() {
            Ok(Notice::Answered(reply)) => reply,
            Ok(Notice::Lost(error)) => return Err(error),
            Err(gone) => return Err(io::Error::other(gone).into()),
        };
        self.context.after(command, &reply);
        Ok(reply)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Ends the reading thread. The connection may be gone already.
        let _ = self.sender.close();
    }
}

/// The reading thread: prints every frame.
fn read(
    mut receiver: Receiver,
    output: Output,
    expected: &Mutex<Option<Expected>>,
    notify: &mpsc::Sender<Notice>,
    mut above: Above,
) {
    loop {
        let frame = match receiver.next_frame() {
            Ok(frame) => frame,
            Err(error) => {
                let _ = notify.send(Notice::Lost(error));
                return;
            }
        };
        let mut waiting = expected.lock().unwrap_or_else(PoisonError::into_inner);
        let role = waiting.as_mut().map(|expected| (expected.take(&frame), expected.document));
        let hidden = waiting.as_ref().is_some_and(|expected| expected.hidden);
        let mut text = Vec::new();
        // A vector takes everything.
        let _ = match role {
            Some((Role::Answer | Role::Last, _)) if hidden => Ok(()),
            Some((Role::Answer | Role::Last, document)) => {
                output.answer(&frame, document, &mut text)
            }
            Some((Role::Aside, _)) | None if output.pushes => {
                output.format.push(frame.frame(), &mut text)
            }
            Some((Role::Aside, _)) | None => Ok(()),
        };
        match role {
            None => above(String::from_utf8_lossy(&text).into_owned()),
            Some((role, _)) => {
                let mut out = io::stdout().lock();
                let _ = out.write_all(&text).and_then(|()| out.flush());
                if role == Role::Last {
                    *waiting = None;
                    let _ = notify.send(Notice::Answered(frame));
                }
            }
        }
    }
}

/// A prompt that edits lines, keeps a history, and holds a connection while there is one.
struct Prompt<'a> {
    args: &'a Args,
    output: Output,
    editor: DefaultEditor,
    link: Option<Link>,
    /// The database that was asked for last, which another connection is to select.
    database: u32,
}

pub(super) fn run(args: &Args, output: Output) -> Outcome {
    let editor = DefaultEditor::new().map_err(io::Error::other)?;
    let mut prompt = Prompt { args, output, editor, link: None, database: args.database };
    if let Some(file) = &args.history {
        match prompt.editor.load_history(file) {
            Err(ReadlineError::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
                let text = format!("{}: {error}", file.display());
                return Err(io::Error::new(error.kind(), text).into());
            }
            _ => {}
        }
    }
    prompt.connect();
    loop {
        let line = match prompt.editor.readline(&prompt.text()) {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(()),
            Err(ReadlineError::Io(error)) => return Err(error.into()),
            Err(error) => return Err(io::Error::other(error).into()),
        };
        let command = words(line.as_bytes());
        prompt.remember(&line, command.as_deref().unwrap_or_default())?;
        let Some(command) = command else {
            writeln!(io::stdout(), "{INVALID}")?;
            continue;
        };
        match command.first().map(|name| name.to_ascii_lowercase()).as_deref() {
            None => {}
            Some(b"quit" | b"exit") => return Ok(()),
            Some(b"clear") => prompt.editor.clear_screen().map_err(io::Error::other)?,
            Some(b"help" | b"?") => writeln!(io::stdout(), "{HELP}")?,
            Some(_) => prompt.command(&command),
        }
    }
}

const HELP: &str = "A command and its arguments, quoted as in \"two words\\n\" or 'two words', is sent \
                    to the server.\nHere are: help, clear, exit.";

impl Prompt<'_> {
    fn text(&self) -> String {
        let Some(link) = &self.link else { return "not connected> ".to_owned() };
        let host = match self.args.host.contains(':') {
            true => format!("[{}]", self.args.host),
            false => self.args.host.clone(),
        };
        let database = match link.context.database {
            0 => String::new(),
            n => format!("[{n}]"),
        };
        let transaction = if link.context.in_transaction() { "(TX)" } else { "" };
        format!("{host}:{}{database}{transaction}> ", self.args.port)
    }

    fn connect(&mut self) {
        let above: Above = match self.editor.create_external_printer() {
            Ok(mut printer) => Box::new(move |text| {
                // There is nobody left to tell if the terminal is gone.
                let _ = printer.print(text);
            }),
            Err(_) => Box::new(|text| {
                let _ = io::stdout().write_all(text.as_bytes());
            }),
        };
        self.link = match Link::open(self.args, self.output, self.database, above) {
            Ok(link) => Some(link),
            Err(failure) => {
                complain(failure);
                None
            }
        };
    }

    fn command(&mut self, command: &[Vec<u8>]) {
        // A server that was restarted, or lost patience, is connected to again. A command that may
        // have been sent is not sent again.
        if self.link.as_ref().is_none_or(Link::is_lost) {
            self.connect();
        }
        let Some(link) = &mut self.link else { return };
        let outcome = link.run(command, self.output);
        self.database = link.context.wanted;
        if let Err(error) = outcome {
            self.link = None;
            if !is(command, 0, "shutdown") {
                complain(Failure::from(error));
            }
        }
    }

    /// Adds a line to the history, unless it holds a password.
    fn remember(&mut self, line: &str, command: &[Vec<u8>]) -> io::Result<()> {
        if line.trim().is_empty() || is_secret(command) {
            return Ok(());
        }
        let added = self.editor.add_history_entry(line).map_err(io::Error::other)?;
        match &self.args.history {
            Some(file) if added => self.editor.append_history(file).map_err(io::Error::other),
            _ => Ok(()),
        }
    }
}

/// Whether a command carries a password.
fn is_secret(command: &[Vec<u8>]) -> bool {
    let name = command.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    match name.as_slice() {
        b"auth" => true,
        b"hello" | b"migrate" => (1..command.len())
            .any(|index| is(command, index, "auth") || is(command, index, "auth2")),
        b"acl" => is(command, 1, "setuser"),
        b"config" => is(command, 1, "set"),
        _ => false,
    }
}
