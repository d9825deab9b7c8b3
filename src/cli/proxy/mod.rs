//! `proxy`: passes bytes between clients and a server, and prints the conversation.
//!
//! | Module | Holds |
//! | --- | --- |
//! | `mod` | the options; the threads, and how they end |
//! | `print` | what is printed of each connection |
//! | `steps` | the same as transitions |
//! | `record` | captures |
//!
//! The forwarding is the library's ([`crate::proxy`]), on a runtime of its own. Printing and recording
//! are a thread each, at the other end of a tap, and may be slow, or stuck: what the taps have no room
//! for is left out of the print, and a capture ends there.

mod print;
mod record;
mod steps;

use super::{Outcome, complain, serve::interrupted};
use crate::proxy::{Proxy, tap};
use print::{Format, Printer};
use record::Recorder;
use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::thread::JoinHandle;

/// Room for what waits to be printed.
const PRINT: usize = 16 << 20;
/// Room for what waits to be recorded.
const RECORD: usize = 64 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The address to listen on, as in `127.0.0.1:6380`, or a port alone, for the loopback
    /// interface; port 0 is one that the system chooses
    #[arg(long, value_name = "ADDR", value_parser = address)]
    listen: SocketAddr,
    /// The server, as in `127.0.0.1:6379` or `localhost:6379`, or a port alone, for this host
    #[arg(long, value_name = "ADDR", value_parser = upstream)]
    upstream: String,
    /// How to print frames
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print the transitions of the machine instead of the frames
    #[arg(long, conflicts_with = "quiet")]
    trace: bool,
    /// Print nothing of the conversation
    #[arg(long)]
    quiet: bool,
    /// Keep what each side sends in files of this directory: `0001-client.resp`, requests, and
    /// `0001-server.resp`, replies
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// An address, or a port of the loopback interface.
fn address(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<u16>() {
        Ok(port) => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        Err(_) => text.parse().map_err(|_| "not an address with a port, nor a port".to_owned()),
    }
}

/// A host and a port, or a port of this host. Whether there is such a host is asked for each
/// connection: it may come later.
fn upstream(text: &str) -> Result<String, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok(format!("127.0.0.1:{port}"));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("not a host with a port, nor a port".to_owned()),
    }
}

/// Connections of which nothing more is said, in words.
fn connections(numbers: &RangeInclusive<u64>, what: &str) -> String {
    match (numbers.start(), numbers.end()) {
        (one, last) if one == last => format!("connection {one} is not {what}"),
        (first, last) => format!("connections {first} to {last} are not {what}"),
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let bound = runtime.block_on(Proxy::bind(args.listen, args.upstream.as_str()));
    let mut proxy =
        bound.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", args.listen)))?;
    let mut watchers: Vec<JoinHandle<()>> = Vec::new();
    if let Some(directory) = &args.record {
        let mut recorder = Recorder::new(directory).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", directory.display()))
        })?;
        let (tap, notes) = tap(RECORD);
        proxy = proxy.with_tap(tap);
        watchers.push(std::thread::spawn(move || notes.for_each(|note| recorder.take(note))));
    }
    if !args.quiet {
        let mut printer = Printer::new(args.format, args.trace);
        let (tap, notes) = tap(PRINT);
        proxy = proxy.with_tap(tap);
        watchers.push(std::thread::spawn(move || printer.print(notes)));
    }
    complain(format!("listening on {}, for {}", proxy.local_addr()?, args.upstream));
    runtime.block_on(proxy.run(async {
        // With no signal to wait for, only the system ends it.
        if interrupted().await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    // What is in the taps is still printed and kept, unless whoever waits for that has had enough.
    runtime.spawn(async {
        if interrupted().await.is_ok() {
            std::process::exit(0);
        }
    });
    for watcher in watchers {
        if let Err(panic) = watcher.join() {
            std::panic::resume_unwind(panic);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{connections, upstream};

    #[test]
    fn upstreams_have_a_host_and_a_port() {
        for right in ["127.0.0.1:6379", "localhost:6379", "[::1]:6379"] {
            assert_eq!(upstream(right).as_deref(), Ok(right));
        }
        assert_eq!(upstream("6379").as_deref(), Ok("127.0.0.1:6379"));
        for wrong in ["", "foo", "127.0.0.1", ":6379", "foo:", "foo:redis", "foo:65536"] {
            assert!(upstream(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_connection_is_not_many() {
        assert_eq!(connections(&(3..=3), "shown"), "connection 3 is not shown");
        assert_eq!(connections(&(3..=7), "recorded"), "connections 3 to 7 are not recorded");
    }
}
