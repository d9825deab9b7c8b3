//! Captures: for each connection a file of what the client sent, and one of what the server sent.
//!
//! A file is a prefix of its stream, without gaps: where bytes are missing, or cannot be written, it
//! ends, and that is said. Numbers go on behind those that are in the directory.

use crate::cli::complain;
use crate::proxy::{Note, Side};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

pub(super) struct Recorder {
    directory: PathBuf,
    /// The number before that of the first connection.
    before: u64,
    open: HashMap<(u64, Side), Capture>,
}

struct Capture {
    name: String,
    file: File,
    written: u64,
}

impl Recorder {
    /// Records into `directory`, which is made if need be.
    pub(super) fn new(directory: &Path) -> io::Result<Recorder> {
        fs::create_dir_all(directory)?;
        let mut before = 0;
        for entry in fs::read_dir(directory)? {
            before = before.max(entry?.file_name().to_str().and_then(number).unwrap_or(0));
        }
        Ok(Recorder { directory: directory.to_owned(), before, open: HashMap::new() })
    }

    pub(super) fn take(&mut self, note: Note) {
        match note {
            Note::Opened { connection, .. } => {
                if let Err(error) = self.begin(connection) {
                    let what = self.connections(&(connection..=connection));
                    complain(format!("{what}: {error}"));
                }
            }
            Note::Missed { connections } => {
                complain(format!("{}: {FULL}", self.connections(&connections)));
            }
            Note::Bytes { connection, side, offset, bytes } => {
                let Some(capture) = self.open.get_mut(&(connection, side)) else { return };
                let name = &capture.name;
                let end = if offset != capture.written {
                    format!("{name} ends at {}: {FULL}", capture.written)
                } else if let Err(error) = capture.file.write_all(&bytes) {
                    format!("{name} ends: {error}")
                } else {
                    capture.written += bytes.len() as u64;
                    return;
                };
                complain(end);
                self.open.remove(&(connection, side));
            }
            Note::Closed { connection, .. } => {
                self.open.remove(&(connection, Side::Client));
                self.open.remove(&(connection, Side::Server));
            }
            Note::Ended { .. } => {}
        }
    }

    /// Opens the files of a connection.
    fn begin(&mut self, connection: u64) -> io::Result<()> {
        let taken = || io::Error::other("there are no numbers behind those in the directory");
        let number = self.before.checked_add(connection).ok_or_else(taken)?;
        let begin = |side| {
            let name = format!("{number:04}{}", ending(side));
            // Never over a capture that is there.
            let file = File::create_new(self.directory.join(&name))?;
            Ok::<_, io::Error>(((connection, side), Capture { name, file, written: 0 }))
        };
        let both = [begin(Side::Client)?, begin(Side::Server)?];
        self.open.extend(both);
        Ok(())
    }

    /// What is said of connections that are not recorded, by the numbers of their files.
    fn connections(&self, numbers: &RangeInclusive<u64>) -> String {
        let number = |connection: &u64| self.before.saturating_add(*connection);
        super::connections(&(number(numbers.start())..=number(numbers.end())), "recorded")
    }
}

/// Why a capture ends, or is not made.
const FULL: &str = "more came than could be written";

/// How the name of a capture ends.
fn ending(side: Side) -> &'static str {
    match side {
        Side::Client => "-client.resp",
        Side::Server => "-server.resp",
    }
}

/// The number of a capture, if the name is that of one.
fn number(name: &str) -> Option<u64> {
    let number = [Side::Client, Side::Server].map(|side| name.strip_suffix(ending(side)));
    number.into_iter().flatten().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_those_of_captures() {
        assert_eq!(number("0012-client.resp"), Some(12));
        assert_eq!(number("18446744073709551615-server.resp"), Some(u64::MAX));
        for other in ["18446744073709551615-x", "7-client.resp.gz", "client.resp", "x-client.resp"]
        {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
