//! `trace`: every transition, with the bytes that caused it, the stack and the event it emitted.
//!
//! The trace itself is the library's ([`crate::trace`]); here it is given a [`Form`]. To add one: a
//! module with a type that takes items, and a variant of `Format`.

mod html;
mod text;
pub(super) mod words;

pub(super) use text::Text;

use super::escapes::unescape;
use super::{Failure, Outcome, READ, fill, open};
use crate::trace::{Item, Tracer};
use std::io::{self, Read, Write};
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each transition; in colour on a terminal
    Text,
    /// One JSON object a line
    Json,
    /// One page that needs nothing else
    Html,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to read; standard input if it is left out, or `-`
    #[arg(conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Read this, with the escapes \r \n \t \\ \" \' \xHH, instead of a file
    #[arg(long, value_name = "ESCAPED", value_parser = escaped)]
    text: Option<Escaped>,
    /// What the bytes are
    #[arg(long, value_enum, default_value = "resp3")]
    dialect: super::Dialect,
    /// Feed the machine N bytes at a time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    chunk: Option<u32>,
    /// Cut the input at these offsets
    #[arg(long, value_name = "OFFSETS", value_delimiter = ',', conflicts_with = "chunk")]
    cuts: Vec<u64>,
    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Bytes that were written with escapes.
#[derive(Clone, Debug)]
struct Escaped(Vec<u8>);

fn escaped(text: &str) -> Result<Escaped, String> {
    unescape(text).map(Escaped)
}

/// A form that the trace is given.
pub(super) trait Form {
    /// A piece of the input, before the items that it leads to.
    fn piece(&mut self, piece: &[u8]) {
        let _ = piece;
    }

    /// The next item.
    fn item(&mut self, item: &Item<'_>) -> io::Result<()>;

    /// There are no more for now.
    fn finish(&mut self) -> io::Result<()>;
}

/// One object a line.
struct Json<W>(W);

impl<W: Write> Form for Json<W> {
    fn item(&mut self, item: &Item<'_>) -> io::Result<()> {
        writeln!(self.0, "{}", item.to_json())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    let output = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => trace(args, &mut Text::new(output, in_colour())),
        Format::Json => trace(args, &mut Json(output)),
        Format::Html => trace(args, &mut html::Page::new(output, args.dialect.into())),
    }
}

/// Whether standard output takes colours: it is a terminal, and nobody has said otherwise.
pub(super) fn in_colour() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Reads the input, piece by piece, and gives `form` its trace.
fn trace(args: &Args, form: &mut impl Form) -> Outcome {
    let mut input: Box<dyn Read> = match &args.text {
        Some(Escaped(bytes)) => Box::new(&bytes[..]),
        None => open(args.file.as_deref())?,
    };
    let mut cuts = args.cuts.clone();
    cuts.sort_unstable();
    let mut cuts = cuts.into_iter().peekable();
    let mut tracer = Tracer::new(args.dialect.into());
    let mut piece = Vec::new();
    let mut offset = 0;
    while tracer.machine().error().is_none() {
        while cuts.next_if(|cut| *cut <= offset).is_some() {}
        let most = args.chunk.map_or(READ as u64, u64::from);
        let length = cuts.peek().map_or(most, |cut| most.min(cut - offset));
        let read = fill(&mut *input, length, &mut piece)?;
        if read == 0 {
            break;
        }
        offset += read as u64;
        form.piece(&piece);
        told(|take| tracer.feed(&piece, take), form)?;
    }
    told(|take| tracer.finish(take), form)?;
    form.finish()?;
    let machine = tracer.machine();
    let kept = (offset - machine.offset()) as usize;
    let outcome = match (machine.error(), machine.finish()) {
        (Some(error), _) => Err(Failure::from(*error)),
        (None, Err(_)) => Err(Failure::from(machine.truncated(kept))),
        (None, Ok(())) => Ok(()),
    };
    // The text has said how it ended. The other forms are for programs, so somebody has to.
    outcome.map_err(|failure| match args.format {
        Format::Text => Failure::Told(failure.code()),
        Format::Json | Format::Html => failure,
    })
}

/// Gives `form` the items of one call.
fn told(call: impl FnOnce(&mut dyn FnMut(&Item<'_>)), form: &mut impl Form) -> io::Result<()> {
    let mut outcome = Ok(());
    call(&mut |item| {
        if outcome.is_ok() {
            outcome = form.item(item);
        }
    });
    outcome
}
