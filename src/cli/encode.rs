//! `encode`: tagged JSON lines in, bytes out.

use super::{Failure, Outcome, open, tagged};
use crate::encode::{Encoder, Target};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to read; standard input if it is left out, or `-`
    file: Option<PathBuf>,
    /// Convert to this version of the protocol; without it, every value is written as tagged
    #[arg(long, value_name = "VERSION", value_parser = ["2", "3"])]
    resp: Option<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut input = BufReader::new(open(args.file.as_deref())?);
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut encoder = Encoder::to(match args.resp.as_deref() {
        Some("2") => Target::Resp2,
        Some(_) => Target::Resp3,
        None => Target::AsIs,
    });
    let mut line = Vec::new();
    let mut wire = Vec::new();
    let mut number = 0u64;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            output.flush()?;
            return Ok(());
        }
        number += 1;
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        wire.clear();
        if let Err(error) = tagged::read(text, &mut encoder, &mut wire) {
            output.flush()?;
            return Err(Failure::Invalid(format!("line={number} : {error}")));
        }
        output.write_all(&wire)?;
    }
}
