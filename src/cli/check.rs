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
    /// The file to check; standard input if it is `-`
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
    let file = match args.file == Path::new("-") {
        true => None,
        false => {
            let opened = OpenOptions::new().read(true).write(args.fix).open(&args.file);
            Some(opened.map_err(named)?)
        }
    };
    let known = file.as_ref().map_or(Ok(None), size).map_err(named)?;
    if args.fix && known.is_none() {
        let text = format!("{}: only a file can be cut off", args.file.display());
        return Err(Failure::Usage(text));
    }
    let mut input: Box<dyn Read + '_> = match &file {
        Some(file) => Box::new(file),
        None => Box::new(io::stdin().lock()),
    };
    let (report, read) = check(&mut *input, format).map_err(named)?;
    let size = match known {
        Some(size) => size,
        // The rest of a pipe counts, too.
        None => read + io::copy(&mut input, &mut io::sink()).map_err(named)?,
    };
    let mut out = io::stdout();
    let Report { valid, frames, fault } = report;
    writeln!(out, "{valid} of {size} bytes are valid: {}", Count(frames, "frame"))?;
    let Some(fault) = fault else { return Ok(()) };
    let failure = failure(&fault, format);
    // Of a dump nothing is known, and a file of which nothing is valid is most likely something else.
    let Some(file) = file.as_ref().filter(|_| args.fix && valid > 0) else { return Err(failure) };
    writeln!(out, "{failure}")?;
    if !args.yes && !agreed(&args.file, size, valid)? {
        return Err(Failure::Told(failure.code()));
    }
    if file.metadata().map_err(named)?.len() != size {
        return Err(
            io::Error::other(format!("{}: somebody writes to it", args.file.display())).into()
        );
    }
    file.set_len(valid).and_then(|()| file.sync_all()).map_err(named)?;
    Ok(writeln!(out, "cut off behind {valid} bytes")?)
}

/// How many bytes there are, if that can be known before they are read.
fn size(file: &File) -> io::Result<Option<u64>> {
    let known = file.metadata()?;
    Ok(known.is_file().then_some(known.len()))
}

/// Reads up to the first fault, and says how many bytes that were.
fn check(input: &mut dyn Read, format: Format) -> io::Result<(Report, u64)> {
    let mut checker = Checker::new(format);
    let mut buffer = vec![0; READ];
    let mut all = 0;
    while !checker.is_over() {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                checker.feed(&buffer[..read]);
                all += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((checker.finish(), all))
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
    let mut out = io::stdout();
    write!(out, "cut {} off behind {valid} bytes, and lose {lost}? [y/N] ", file.display())?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
