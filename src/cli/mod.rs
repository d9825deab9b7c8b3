//! The `resp-machine` program: one module for each command.
//!
//! The commands, their flags and their exit codes are a stable contract:
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done; for `decode` and `trace`, the input ended between frames |
//! | 1 | input or output failed; `cli -e`: the reply is an error |
//! | 2 | the command line is wrong |
//! | 3 | `decode`, `trace`, `check`: the input ended inside a frame; `cli`: the server's replies did |
//! | 4 | what was read (by `cli`, from the server) is not RESP; `encode`: a line cannot be encoded; `exercise`: the answer is not right |
//!
//! To add a command: a module with its `Args` and a `run` that returns an `Outcome`, and a
//! variant of `Command`. What it prints goes to [`io::stdout`], and an error of that is its own; what
//! it has to say besides goes to `complain`. The macros for both are denied: they panic when nobody
//! takes what they print.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod client;
mod decode;
mod encode;
mod escapes;
mod exercises;
mod markup;
mod proxy;
mod serve;
mod states;
mod tagged;
mod trace;

use crate::decoder::StreamError;
use crate::state::State;
use crate::{ProtocolError, Truncated};
use clap::{Parser, Subcommand, ValueEnum};
use std::fmt;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

/// RESP2 and RESP3, the protocol of Redis, as an explicit state machine.
#[derive(Debug, Parser)]
#[command(
    name = "resp-machine",
    version,
    about,
    max_term_width = 100,
    after_help = "Exit codes: 0 done; 1 reading, writing or connecting failed; 2 the command line is \
                  wrong; 3 what was read ends inside a frame; 4 what was read is not RESP, a line cannot \
                  be encoded, or an answer to an exercise is not right."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bytes in, one JSON object a line out for each frame
    Decode(decode::Args),
    /// The inverse: JSON lines in, bytes out
    Encode(encode::Args),
    /// What the machine does with bytes, one transition after the other
    Trace(trace::Args),
    /// The machine itself, from its table of transitions
    States(states::Args),
    /// The exercises of the book, and whether an answer to one is right
    Exercise(exercises::Args),
    /// How much of an append-only file, or of any RESP file, is valid
    Check(check::Args),
    /// A small server that speaks RESP2 and RESP3
    Serve(serve::Args),
    /// A client: runs one command, or those of a prompt
    Cli(client::Args),
    /// Passes bytes between clients and a server, and prints the conversation
    Proxy(proxy::Args),
}

/// How a command that did not succeed ended. Success is `Ok(())`.
enum Failure {
    /// Input or output failed.
    Io(io::Error),
    /// The input ended inside a frame.
    Incomplete(String),
    /// The input cannot be read as what it should be.
    Invalid(String),
    /// One of these, with this code, of which everything has been said.
    Told(u8),
    /// The command line is wrong, in a way that its parser does not see.
    Usage(String),
    /// A server's reply is an error: its text.
    Reply(String),
}

type Outcome = Result<(), Failure>;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Failure {
        let ProtocolError { offset, state, kind, .. } = error;
        Failure::Invalid(format!("offset={offset} state={state:?} kind={kind:?} : {error}"))
    }
}

impl From<Truncated> for Failure {
    fn from(end: Truncated) -> Failure {
        Failure::Incomplete(format!("offset={} state={:?} : {end}", end.offset, end.state))
    }
}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Failure {
        match error {
            StreamError::Io(error) => Failure::Io(error),
            StreamError::Protocol(error) => error.into(),
            StreamError::Truncated(end) => end.into(),
            StreamError::Encode(error) => Failure::Invalid(error.to_string()),
        }
    }
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Failure::Io(_) | Failure::Reply(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Incomplete(_) => 3,
            Failure::Invalid(_) => 4,
            Failure::Told(code) => *code,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Io(error) => write!(f, "error: {error}"),
            Failure::Incomplete(text) => write!(f, "incomplete: {text}"),
            Failure::Invalid(text) | Failure::Usage(text) => write!(f, "error: {text}"),
            Failure::Reply(text) => f.write_str(text),
            Failure::Told(_) => Ok(()),
        }
    }
}

/// Says something on standard error. If that is gone, too, there is nobody left to tell.
fn complain(what: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{what}");
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Decode(args) => decode::run(&args),
        Command::Encode(args) => encode::run(&args),
        Command::Trace(args) => trace::run(&args),
        Command::States(args) => states::run(&args),
        Command::Exercise(args) => exercises::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Cli(args) => client::run(&args),
        Command::Proxy(args) => proxy::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough of it.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(Failure::Told(code)) => ExitCode::from(code),
        Err(failure) => {
            let code = failure.code();
            complain(failure);
            ExitCode::from(code)
        }
    }
}

/// The languages, as the command line names them.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Dialect {
    /// Replies, RESP3 and RESP2
    Resp3,
    /// Replies, RESP2 alone
    Resp2,
    /// Requests: arrays of bulk strings, and inline commands
    Request,
}

impl From<Dialect> for crate::Dialect {
    fn from(dialect: Dialect) -> crate::Dialect {
        match dialect {
            Dialect::Resp3 => crate::Dialect::Resp3,
            Dialect::Resp2 => crate::Dialect::Resp2,
            Dialect::Request => crate::Dialect::Request,
        }
    }
}

/// How much is read at once unless `--chunk` says otherwise.
const READ: usize = 64 * 1024;

/// A state by its letter or its name.
fn state(word: &str) -> Result<State, String> {
    let known = State::ALL.into_iter().find(|state| {
        state.letter().eq_ignore_ascii_case(word) || format!("{state:?}").eq_ignore_ascii_case(word)
    });
    known.ok_or_else(|| format!("{word} is none of the states S, A, B, C, D, En and END"))
}

/// The file, or standard input if there is none or it is called `-`.
fn open(file: Option<&Path>) -> io::Result<Box<dyn Read>> {
    match file {
        Some(path) if path != Path::new("-") => match std::fs::File::open(path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
        },
        _ => Ok(Box::new(io::stdin().lock())),
    }
}

/// Reads `most` bytes, or as many as there are up to the end; room is taken as they come.
fn fill(input: &mut dyn Read, most: u64, piece: &mut Vec<u8>) -> io::Result<usize> {
    piece.clear();
    input.take(most).read_to_end(piece)
}
