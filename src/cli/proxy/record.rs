//! Captures: for each connection a file of what the client sent, and one of what the server sent.
//!
//! A file is a prefix of its stream, without gaps: where bytes are missing, or cannot be written, it
//! ends, and that is said. Numbers go on behind those that are in the directory.

use crate::proxy::{Note, Side};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
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
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.split_once('-')?.0.parse().ok());
            before = before.max(number.unwrap_or(0));
        }
        Ok(Recorder { directory: directory.to_owned(), before, open: HashMap::new() })
    }

    pub(super) fn take(&mut self, note: Note) {
        match note {
            Note::Opened { connection, .. } => {
                for side in [Side::Client, Side::Server] {
                    if let Err(error) = self.begin(connection, side) {
                        let number = self.before + connection;
                        eprintln!("connection {number} is not recorded: {error}");
                    }
                }
            }
            Note::Bytes { connection, side, offset, bytes } => {
                let Some(capture) = self.open.get_mut(&(connection, side)) else { return };
                let name = &capture.name;
                let end = if offset != capture.written {
                    format!("{name} ends at {}: more came than could be written", capture.written)
                } else if let Err(error) = capture.file.write_all(&bytes) {
                    format!("{name} ends: {error}")
                } else {
                    capture.written += bytes.len() as u64;
                    return;
                };
                eprintln!("{end}");
                self.open.remove(&(connection, side));
            }
            Note::Closed { connection, .. } => {
                self.open.remove(&(connection, Side::Client));
                self.open.remove(&(connection, Side::Server));
            }
            Note::Ended { .. } => {}
        }
    }

    fn begin(&mut self, connection: u64, side: Side) -> io::Result<()> {
        let side_name = match side {
            Side::Client => "client",
            Side::Server => "server",
        };
        let name = format!("{:04}-{side_name}.resp", self.before + connection);
        // Never over a capture that is there.
        let file = File::create_new(self.directory.join(&name))?;
        self.open.insert((connection, side), Capture { name, file, written: 0 });
        Ok(())
    }
}
