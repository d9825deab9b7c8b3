//! `cli`: a client for the shell. With a command it sends that, and prints the reply as redis-cli
//! does; without one it is a prompt, or, if standard input is no terminal, it runs the lines of it.
//!
//! | Module | Holds |
//! | --- | --- |
//! | `mod` | the options; one command, and lines of commands |
//! | `context` | what commands leave behind on a connection |
//! | `expected` | what answers a command |
//! | `print` | the formats |
//! | `prompt` | the prompt: line editing, and pushes shown as they come |
//!
//! What a connection is, the library knows: [`crate::client`]. A line is split into words by the
//! grammar of inline commands, which is what redis-cli does.

mod context;
mod expected;
mod print;
mod prompt;

use super::{Failure, Outcome, complain};
use crate::client::{Client, Login};
use crate::decoder::StreamError;
use crate::frame::OwnedFrame;
use context::Context;
use expected::{Expected, Role};
pub(super) use print::Format;
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(super) struct Args {
    /// The server's host
    #[arg(short = 'h', long, default_value = "127.0.0.1")]
    host: String,
    /// The server's port
    #[arg(short, long, default_value_t = 6379)]
    port: u16,
    /// Speak RESP2: what a connection does that asks for nothing else
    #[arg(short = '2', conflicts_with = "resp3")]
    resp2: bool,
    /// Speak RESP3
    #[arg(short = '3')]
    resp3: bool,
    /// Log in with this password; on the command line others can see it, in the environment not
    #[arg(
        short = 'a',
        long = "pass",
        value_name = "PASSWORD",
        env = "REDISCLI_AUTH",
        hide_env_values = true
    )]
    password: Option<String>,
    /// Log in as this user
    #[arg(long, default_value = "default")]
    user: String,
    /// Select this database first
    #[arg(short = 'n', value_name = "DB", default_value_t = 0)]
    database: u32,
    /// Print the bytes of replies alone: the default when standard output is no terminal
    #[arg(long, overrides_with_all = ["no_raw", "json"])]
    raw: bool,
    /// Print replies for people: the default on a terminal
    #[arg(long, overrides_with_all = ["raw", "json"])]
    no_raw: bool,
    /// Print replies as JSON; speaks RESP3 unless `-2` is given
    #[arg(long, overrides_with_all = ["raw", "no_raw"])]
    json: bool,
    /// Print pushes, too: the default on a terminal
    #[arg(long, value_name = "yes|no", value_parser = clap::builder::BoolishValueParser::new())]
    show_pushes: Option<bool>,
    /// End with exit code 1 at the first reply that is an error
    #[arg(short = 'e')]
    errors_fail: bool,
    /// Read the last argument of the command from standard input
    #[arg(short = 'x', requires = "command")]
    last_from_stdin: bool,
    /// Keep the prompt's history in this file, but for lines that hold passwords
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// The command and its arguments; without one, a prompt
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Args {
    fn format(&self) -> Format {
        match (self.raw, self.no_raw, self.json) {
            (_, _, true) => Format::Json,
            (_, true, _) => Format::Standard,
            (true, ..) => Format::Raw,
            _ if io::stdout().is_terminal() => Format::Standard,
            _ => Format::Raw,
        }
    }

    fn login(&self) -> Option<Login<'_>> {
        self.password.as_deref().map(|password| Login { user: &self.user, password })
    }
}

/// A connection, and what is to be known of it.
struct Session {
    client: Client,
    context: Context,
    /// What the server refuses of the session's own requests ends it.
    strict: bool,
}

impl Session {
    /// Connects, asks for the version, logs in and selects. What the server refuses of that is told,
    /// and, unless `strict`, the session goes on without: in RESP2, as nobody, on database 0.
    fn begin(args: &Args, database: u32, strict: bool) -> Result<Session, Failure> {
        let mut client = Client::connect((args.host.as_str(), args.port)).map_err(|error| {
            io::Error::new(error.kind(), format!("{}:{}: {error}", args.host, args.port))
        })?;
        let mut login = args.login();
        let mut resp3 = args.resp3 || (args.json && !args.resp2);
        if resp3 {
            let hello = client.hello("3", login)?;
            resp3 = hello.frame().as_error().is_none();
            if args.resp3 {
                refused("HELLO 3", &hello, strict)?;
            }
            // A server that is too old for one may know the other.
            login = login.filter(|_| !resp3);
        }
        if let Some(login) = login {
            refused("AUTH", &client.auth(login)?, strict)?;
        }
        let mut session = Session { client, context: Context::new(resp3, database), strict };
        session.select()?;
        Ok(session)
    }

    /// Selects the database that is wanted, if another is.
    fn select(&mut self) -> Outcome {
        let Some(select) = self.context.select() else { return Ok(()) };
        let reply = self.client.call(&select)?;
        self.context.after(&select, &reply);
        selected(&select, &reply, self.strict)
    }

    /// Runs a command, and prints what answers it.
    fn run(&mut self, command: &[Vec<u8>], output: &Output) -> Outcome {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut expected = Expected::of(command, self.context.resp3, false);
        self.client.send(command)?;
        output.announce(&expected, &mut out)?;
        loop {
            out.flush()?;
            let frame = match self.client.next_frame() {
                Err(StreamError::Io(error)) if is(command, 0, "shutdown") && is_end(&error) => {
                    return Ok(());
                }
                frame => frame?,
            };
            match expected.take(&frame) {
                Role::Aside if output.pushes => output.format.push(frame.frame(), &mut out)?,
                Role::Aside => {}
                role => {
                    if let Some(text) = frame.frame().as_error().filter(|_| output.errors_fail) {
                        return Err(Failure::Reply(String::from_utf8_lossy(text).into_owned()));
                    }
                    output.answer(&frame, expected.document, &mut out)?;
                    if role == Role::Last {
                        out.flush()?;
                        self.context.after(command, &frame);
                        return match logs_in(command, &frame) {
                            true => self.select(),
                            false => Ok(()),
                        };
                    }
                }
            }
        }
    }
}

/// How everything is printed.
#[derive(Clone, Copy)]
struct Output {
    format: Format,
    pushes: bool,
    errors_fail: bool,
}

impl Output {
    /// Says, where people read it, that messages of a subscription come until the connection ends.
    fn announce(self, expected: &Expected, out: &mut impl Write) -> io::Result<()> {
        match expected.messages && self.format != Format::Raw {
            true => writeln!(out, "Reading messages... (press Ctrl-C to quit)"),
            false => Ok(()),
        }
    }

    fn answer(self, frame: &OwnedFrame, document: bool, out: &mut impl Write) -> io::Result<()> {
        match document {
            true => print::document(frame.frame(), out),
            false => self.format.reply(frame.frame(), out),
        }
    }
}

/// Tells of a request of the session's own that the server refused, or fails of it.
fn refused(what: &str, reply: &OwnedFrame, strict: bool) -> Outcome {
    let Some(text) = reply.frame().as_error() else { return Ok(()) };
    let text = format!("{what} failed: {}", String::from_utf8_lossy(text));
    if strict {
        return Err(Failure::Reply(text));
    }
    complain(text);
    Ok(())
}

/// The same of a database.
fn selected(select: &[Vec<u8>], reply: &OwnedFrame, strict: bool) -> Outcome {
    refused(&String::from_utf8_lossy(&select.join(&b' ')), reply, strict)
}

/// Whether the word at `index` is this one, in any case.
fn is(command: &[Vec<u8>], index: usize, word: &str) -> bool {
    command.get(index).is_some_and(|argument| argument.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether the connection is another user's after this command and its reply.
fn logs_in(command: &[Vec<u8>], reply: &OwnedFrame) -> bool {
    let name = is(command, 0, "auth") || is(command, 0, "hello");
    name && reply.frame().as_error().is_none() && !expected::is_queued(reply)
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted)
}

/// The words of a line, by the rules of inline commands; `None` if its quotes are not balanced.
pub(super) fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let line = [line.trim_ascii_end(), b"\n"].concat();
    let (_, inline) = crate::grammar::inline_command(&line).ok()?;
    Some(inline.words().map(|word| word.bytes().collect()).collect())
}

pub(super) fn run(args: &Args) -> Outcome {
    let terminal = io::stdout().is_terminal();
    let output = Output {
        format: args.format(),
        pushes: args.show_pushes.unwrap_or(terminal),
        errors_fail: args.errors_fail,
    };
    let mut command: Vec<Vec<u8>> =
        args.command.iter().map(|word| word.as_encoded_bytes().to_vec()).collect();
    let session = || Session::begin(args, args.database, args.errors_fail);
    match command.first() {
        // Behind the last option everything belongs to the command, so this is none that is known.
        Some(first) if first.len() > 1 && first.starts_with(b"-") => {
            let option = first.escape_ascii();
            Err(Failure::Usage(format!("no such option: {option} (see `cli --help`)")))
        }
        Some(_) => {
            if args.last_from_stdin {
                let mut last = Vec::new();
                io::stdin().lock().read_to_end(&mut last)?;
                command.push(last);
            }
            session()?.run(&command, &output)
        }
        None if io::stdin().is_terminal() => prompt::run(args, output),
        None => lines(&mut session()?, &output),
    }
}

/// Runs each line of standard input.
fn lines(session: &mut Session, output: &Output) -> Outcome {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        match words(&line) {
            None => writeln!(io::stdout(), "{INVALID}")?,
            Some(command) if is(&command, 0, "quit") || is(&command, 0, "exit") => break,
            Some(command) if command.is_empty() => {}
            Some(command) => session.run(&command, output)?,
        }
        line.clear();
    }
    Ok(())
}

/// What is said of a line that cannot be split into words.
const INVALID: &str = "Invalid argument(s)";
