//! `serve`: the server, until Ctrl-C or `SHUTDOWN`.

use super::Outcome;
use crate::server::{self, Options};
use std::io::{self, Write};
use std::net::IpAddr;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The address to listen on. There are no passwords: whoever can connect can do anything
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
    /// The port to listen on; 0 for one that the system chooses
    #[arg(long, default_value_t = 6379)]
    port: u16,
}

pub(super) fn run(args: &Args) -> Outcome {
    let options = Options { bind: args.bind, port: args.port, ..Options::default() };
    let address = format!("{}:{}", args.bind, args.port);
    let mut printed = Ok(());
    let ready = |address, _: &server::Handle| {
        let mut out = io::stdout().lock();
        printed = writeln!(out, "listening on {address}").and_then(|()| out.flush());
    };
    let stop = async {
        // With no signal to wait for, only `SHUTDOWN` or the system ends the server.
        if interrupted().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    server::run(options, ready, stop)
        .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
    Ok(printed?)
}

/// Resolves when the process is asked to end: by Ctrl-C or, where there is one, by SIGTERM.
pub(super) async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
