//! `check`: how much of a file is valid, and what is wrong with the rest; `--fix` cuts that off.
//!
//! What is valid is the library's to say ([`crate::check`]); here it is printed, and done.

use super::{Failure, Outcome, READ};
use crate::check::{Checker, Fault, Format, Reason, Report};
use crate::show::Count;
use crate::state::Dialect;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// An append-only file: requests, MULTI with its EXEC, annotations
    Aof,
    /// Requests: arrays of bulk strings, and inline commands
    Request,
    /// Replies, RESP2 alone
    Resp2,
    /// Replies, RESP3 and RESP2
    Resp3,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to check
    file: PathBuf,
    /// What the file is
    #[arg(long, value_enum, default_value = "aof")]
    dialect: Kind,
    /// Cut the file off behind what is valid, after asking
    #[arg(long)]
    fix: bool,
    /// Do not ask
    #[arg(short, long, requires = "fix")]
    yes: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let named = |error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", args.file.display()))
    };
    let format = match args.dialect {
        Kind::Aof => Format::Aof,
        Kind::Request => Format::Stream(Dialect::Request),
        Kind::Resp2 => Format::Stream(Dialect::Resp2),
        Kind::Resp3 => Format::Stream(Dialect::Resp3),
    };
    let mut file = OpenOptions::new().read(true).write(args.fix).open(&args.file).map_err(named)?;
    let size = file.metadata().map_err(named)?.len();
    let report = check(&mut file, format).map_err(named)?;
    let Report { valid, frames, fault } = report;
    println!("{valid} of {size} bytes are valid: {}", Count(frames, "frame"));
    let Some(fault) = fault else { return Ok(()) };
    let failure = failure(&fault, format);
    // Of a dump nothing is known, and a file of which nothing is valid is most likely something else.
    if !args.fix || valid == 0 {
        return Err(failure);
    }
    println!("{failure}");
    if !args.yes && !agreed(&args.file, size, valid)? {
        return Err(Failure::Told(failure.code()));
    }
    if file.metadata().map_err(named)?.len() != size {
        return Err(
            io::Error::other(format!("{}: somebody writes to it", args.file.display())).into()
        );
    }
    file.set_len(valid).and_then(|()| file.sync_all()).map_err(named)?;
    println!("cut off behind {valid} bytes");
    Ok(())
}

/// Reads the file up to its first fault.
fn check(file: &mut File, format: Format) -> io::Result<Report> {
    let mut checker = Checker::new(format);
    let mut buffer = vec![0; READ];
    while !checker.is_over() {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => checker.feed(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(checker.finish())
}

fn failure(fault: &Fault, format: Format) -> Failure {
    match fault.reason {
        Reason::Protocol(error) => error.into(),
        Reason::Truncated(end) => end.into(),
        reason if reason.is_early_end() => {
            Failure::Incomplete(format!("offset={} : {reason}", fault.offset))
        }
        Reason::NotARequest if format == Format::Aof && fault.offset == 0 => {
            Failure::Invalid(format!(
                "offset=0 : {} (for other files than append-only ones there is --dialect; of a file with \
             a manifest, check the files that the manifest names)",
                fault.reason
            ))
        }
        reason => Failure::Invalid(format!("offset={} : {reason}", fault.offset)),
    }
}

/// Asks, and reads the answer from standard input.
fn agreed(file: &Path, size: u64, valid: u64) -> io::Result<bool> {
    let lost = size - valid;
    print!("cut {} off behind {valid} bytes, and lose {lost}? [y/N] ", file.display());
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
