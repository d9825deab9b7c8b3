//! A small server that speaks RESP2 and RESP3: strings with expiry, in Redis' words.
//!
//! It is there to be embedded in tests (as miniredis is for Go), to be read, and to prove the
//! library: it is built of nothing but the [`Decoder`](crate::Decoder) and the
//! [`Encoder`](crate::encode::Encoder). Replies, errors included, are byte for byte those of
//! redis-server 7.0.
//!
//! * [`Background`] runs a server in a thread of its own, and stops it when dropped.
//! * [`Server`] is a future for a runtime that is there already.
//! * [`run`] brings a runtime along: what the program's `serve` calls.
//! * [`Connection`] is one client without a socket, over an [`Engine`], the keyspace.
//!
//! # How it works
//!
//! From the outside in, each part knowing only the next:
//!
//! | Module | Holds |
//! | --- | --- |
//! | `mod` | the listener: accepts, limits, stops |
//! | `serve` | one socket: reads, writes, closes |
//! | `connection` | one client, sans I/O: requests in, replies out, in order |
//! | `commands` | the table of commands, and their handlers by family |
//! | `args`, `reply` | what a handler is given, and what it answers with |
//! | `engine`, `session` | what clients share, and what one client has |
//! | `store`, `glob` | keys, values and deadlines; patterns |
//!
//! # Invariants
//!
//! * Listens on the loopback interface unless told otherwise: there are no passwords.
//! * A client's errors end its own connection and no other, and its half-sent request waits
//!   without holding anything. As in Redis, what it may ask for is not bounded: a reply is as
//!   large as what is stored, once for each time that an `MGET` names it, and a `KEYS` takes as
//!   long as its pattern and the keys, while others wait.
//! * Stopping ends every connection: at once if it is idle, and after a short time if its client
//!   does not read.
//!
//! To add a command, see `commands`.
//!
//! # Deviations
//!
//! `DELETE` and `FLUSH` are not in Redis; `CLIENT SETINFO` is from 7.2. Replies that Redis had not
//! sent yet when `POST` or `Host:` arrive are sent, not dropped. `COMMAND DOCS` has no lists of
//! arguments. What the machine refuses and Redis does not is told in the protocol error's own
//! words.

mod args;
mod background;
mod commands;
mod connection;
mod engine;
mod glob;
mod reply;
mod serve;
mod session;
mod store;

pub use background::Background;
#[cfg(feature = "fuzzing")]
pub(crate) use connection::HIGH_WATER;
pub use connection::{Connection, Progress};
pub use engine::Engine;
pub use store::Clock;

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long connections may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait when the system has no room for another connection.
const BREATHER: Duration = Duration::from_millis(50);

/// Where to listen, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address. Anybody who can connect can do anything: there are no passwords.
    pub bind: IpAddr,
    /// The port; 0 for one that the system chooses.
    pub port: u16,
    /// Clients at once; more are told so and closed. 10,000, as in Redis.
    pub max_clients: usize,
    /// What time it is.
    pub clock: Clock,
}

impl Default for Options {
    /// 127.0.0.1, port 6379.
    fn default() -> Options {
        Options {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 6379,
            max_clients: 10_000,
            clock: Clock::System,
        }
    }
}

/// Stops a server from elsewhere.
#[derive(Clone, Debug)]
pub struct Handle {
    engine: Arc<Engine>,
}

impl Handle {
    /// Asks the server to stop; returns at once.
    pub fn stop(&self) {
        self.engine.stop();
    }

    /// What the server's clients share.
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }
}

/// A server that listens, to be run on a tokio runtime.
///
/// ```
/// use resp_machine::server::Server;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = Server::bind("127.0.0.1:0").await?;
/// println!("listening on {}", server.local_addr()?);
/// let handle = server.handle();
/// let running = tokio::spawn(server.run());
/// handle.stop();
/// running.await.unwrap()
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    engine: Arc<Engine>,
    max_clients: usize,
}

impl Server {
    /// Listens on an address, with an empty keyspace.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        Server::over(listener, Engine::new(), Options::default().max_clients)
    }

    /// Listens as the options say.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn with_options(options: Options) -> io::Result<Server> {
        let listener = TcpListener::bind((options.bind, options.port)).await?;
        Server::over(listener, Engine::with_clock(options.clock), options.max_clients)
    }

    fn over(listener: TcpListener, engine: Arc<Engine>, max_clients: usize) -> io::Result<Server> {
        engine.set_port(listener.local_addr()?.port());
        Ok(Server { listener, engine, max_clients })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// If the system cannot say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// To stop it from elsewhere.
    pub fn handle(&self) -> Handle {
        Handle { engine: Arc::clone(&self.engine) }
    }

    /// Serves until a [`Handle`] or `SHUTDOWN` stops it, then ends all connections.
    ///
    /// # Errors
    /// None at present: what goes wrong with one connection is that connection's affair, and
    /// when the system has no room for another the server waits until it has.
    pub async fn run(self) -> io::Result<()> {
        let Server { listener, engine, max_clients } = self;
        let mut clients = JoinSet::new();
        let stopped = engine.stopped();
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => break,
                // Takes in what ended connections have left.
                Some(_) = clients.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) if clients.len() < max_clients => {
                        clients.spawn(serve::serve(stream, Arc::clone(&engine)));
                    }
                    Ok((stream, _)) => {
                        // Best effort, as in Redis: it fits the socket's buffer or is lost.
                        let _ = stream.try_write(b"-ERR max number of clients reached\r\n");
                    }
                    // A connection that was gone again, or no file descriptor left for it.
                    Err(_) => sleep(BREATHER).await,
                },
            }
        }
        drop(listener);
        let all = async { while clients.join_next().await.is_some() {} };
        if timeout(GRACE, all).await.is_err() {
            clients.shutdown().await;
        }
        Ok(())
    }
}

/// Runs a server on a runtime of its own, in this thread, until `stop` resolves or a client sends
/// `SHUTDOWN`.
///
/// `ready` is told where the server listens, once it does. `stop` is polled on the runtime, with
/// I/O, time and (if tokio has the feature) signals enabled. Nothing is printed.
///
/// ```no_run
/// use resp_machine::server::{self, Options};
/// let options = Options { port: 0, ..Options::default() };
/// let ready = |address, _: &server::Handle| println!("listening on {address}");
/// let stop = std::future::pending(); // for the program: tokio::signal::ctrl_c()
/// server::run(options, ready, stop)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the runtime cannot be made or the address cannot be listened on.
pub fn run(
    options: Options,
    ready: impl FnOnce(SocketAddr, &Handle),
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::with_options(options).await?;
        let handle = server.handle();
        ready(server.local_addr()?, &handle);
        let running = server.run();
        tokio::pin!(running, stop);
        tokio::select! {
            ended = &mut running => return ended,
            () = &mut stop => handle.stop(),
        }
        running.await
    })
}
