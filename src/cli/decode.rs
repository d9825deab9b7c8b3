//! `decode`: bytes in, one tagged JSON object a line out for each frame.

use super::{Failure, Outcome, READ, fill, open, tagged};
use crate::Decoder;
use crate::frame::Frame;
use std::io::{self, Read, Write};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to read; standard input if it is left out, or `-`
    file: Option<PathBuf>,
    /// What the bytes are
    #[arg(long, value_enum, default_value = "resp3")]
    dialect: super::Dialect,
    /// Feed the decoder N bytes at a time; what is printed does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    chunk: Option<u32>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut input = open(args.file.as_deref())?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut decoder = Decoder::new(args.dialect.into());
    let mut piece = Vec::new();
    let mut buffer = vec![0; READ];
    loop {
        let read: &[u8] = match args.chunk {
            Some(most) => {
                fill(&mut input, most.into(), &mut piece)?;
                &piece
            }
            None => {
                let read = input.read(&mut buffer)?;
                &buffer[..read]
            }
        };
        if read.is_empty() {
            break;
        }
        decoder.feed(read);
        let outcome = drain(&mut decoder, &mut output);
        output.flush()?;
        outcome?;
    }
    decoder.finish().map_err(Failure::from)
}

/// Prints every frame that is complete.
fn drain(decoder: &mut Decoder, output: &mut impl Write) -> Outcome {
    loop {
        match decoder.next_frame() {
            Ok(Some(frame)) => print(frame, output)?,
            Ok(None) => return Ok(()),
            Err(error) => return Err(Failure::from(error)),
        }
    }
}

fn print(frame: Frame<'_>, output: &mut impl Write) -> io::Result<()> {
    tagged::write(frame, &mut *output)?;
    output.write_all(b"\n")
}
