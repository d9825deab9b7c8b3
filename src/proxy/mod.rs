//! A proxy that passes bytes between a client and a server, and lets others look on.
//!
//! What is forwarded is bytes, as they come, never what was made of them: nothing that goes through
//! is parsed on the way, so nothing is refused, changed, joined or held back, whatever it is. Who
//! wants to see it gets a copy, through a [`tap`] that has room for so much and no more. A copy that
//! there is no room for is not made; the forwarding does not wait, and does not know.
//!
//! | Module | Holds |
//! | --- | --- |
//! | `mod` | the listener: accepts, connects on, stops |
//! | `forward` | one connection: two pumps, and how ends and errors are passed on |
//! | `tap` | the copies: bounded, counted in bytes, dropped when there is no room |
//! | `view` | a copy of one direction, read as frames, wherever it is broken |
//!
//! # Invariants
//!
//! * Each direction is forwarded byte for byte, and no byte waits for one that comes later.
//! * The end of one direction is passed on alone: the other goes on (a half-close). The failure of a
//!   side becomes, at the other, the end of the stream behind all that came before it; then, if the
//!   other does not close within a second, a reset.
//! * Memory: two buffers for each connection, and what the taps have room for.
//! * Copies are offered before their bytes are forwarded, so who looks on never sees a reply before
//!   its request.
//!
//! To do something else with the copies, take a [`tap`] of your own and read its [`Notes`].

mod forward;
mod tap;
mod view;

pub use tap::{Note, Notes, Side, Tap, tap};
pub use view::{Seen, View};

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinSet;

/// How long to wait when the system has no room for another connection.
const BREATHER: Duration = Duration::from_millis(50);

/// A proxy that listens, to be run on a tokio runtime.
///
/// ```
/// # #[cfg(all(feature = "server", feature = "client"))] {
/// use resp_machine::client::Client;
/// use resp_machine::proxy::{Note, Proxy, Side, tap};
/// # let server = resp_machine::server::Background::start()?;
/// # let upstream = server.local_addr().to_string();
///
/// # let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
/// let (tap, notes) = tap(1 << 20);
/// let proxy = runtime.block_on(Proxy::bind("127.0.0.1:0", upstream))?.with_tap(tap);
/// let address = proxy.local_addr()?;
/// let running = runtime.spawn(proxy.run(std::future::pending()));
/// let mut client = Client::connect(address)?;
/// client.call(["PING"])?;
/// running.abort(); // the taps end, too
/// let replies = notes.filter_map(|note| match note {
///     Note::Bytes { side: Side::Server, bytes, .. } => Some(bytes),
///     _ => None,
/// });
/// assert_eq!(replies.collect::<Vec<_>>(), ["+PONG\r\n"]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Proxy {
    listener: TcpListener,
    upstream: Arc<str>,
    taps: Vec<Tap>,
}

impl Proxy {
    /// Listens on an address, for clients of the server at `upstream` (`host:port`), to which it
    /// connects once for each of them.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn bind(
        address: impl ToSocketAddrs,
        upstream: impl Into<Arc<str>>,
    ) -> io::Result<Proxy> {
        let listener = TcpListener::bind(address).await?;
        Ok(Proxy { listener, upstream: upstream.into(), taps: Vec::new() })
    }

    /// Lets somebody look on.
    #[must_use]
    pub fn with_tap(mut self, tap: Tap) -> Proxy {
        self.taps.push(tap);
        self
    }

    /// Where it listens.
    ///
    /// # Errors
    /// If the system cannot say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Passes on what comes until `stop` resolves; then ends all connections, and the taps.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Proxy { listener, upstream, taps } = self;
        let mut connections = JoinSet::new();
        let mut number = 0;
        tokio::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                // Takes in what ended connections have left.
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((client, peer)) => {
                        number += 1;
                        let watch = tap::Watch::begin(&taps, number, peer);
                        connections.spawn(forward::connect(client, Arc::clone(&upstream), watch));
                    }
                    // A connection that was gone again, or no file descriptor left for it.
                    Err(_) => tokio::time::sleep(BREATHER).await,
                },
            }
        }
        connections.shutdown().await;
    }
}
