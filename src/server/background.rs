//! A server in a thread of its own: for tests, and for programs without a runtime.

use super::{Handle, Options, run};
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

/// A server that runs until it is dropped.
///
/// ```
/// use resp_machine::server::Background;
/// use std::io::{Read, Write};
///
/// let server = Background::start()?; // 127.0.0.1, on a port that the system chooses
/// let mut client = std::net::TcpStream::connect(server.local_addr())?;
/// client.write_all(b"PING\r\n")?;
/// let mut reply = [0; 7];
/// client.read_exact(&mut reply)?;
/// assert_eq!(&reply, b"+PONG\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Background {
    handle: Handle,
    address: SocketAddr,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Background {
    /// Starts a server on a port of the loopback interface that the system chooses.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start() -> io::Result<Background> {
        Background::with_options(Options { port: 0, ..Options::default() })
    }

    /// Starts a server.
    ///
    /// # Errors
    /// If it cannot be started, in particular if the address is taken.
    pub fn with_options(options: Options) -> io::Result<Background> {
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new().name("resp-machine".into()).spawn(move || {
            let ready = move |address, handle: &Handle| {
                // The other end waits for this, unless its thread is gone.
                let _ = sender.send((address, handle.clone()));
            };
            run(options, ready, std::future::pending())
        })?;
        match receiver.recv() {
            Ok((address, handle)) => Ok(Background { handle, address, thread: Some(thread) }),
            // It ended before it listened, and its result says why.
            Err(_) => match thread.join() {
                Ok(Err(error)) => Err(error),
                _ => Err(io::Error::other("the server's thread ended before it listened")),
            },
        }
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// To stop it from elsewhere, or to look at what it knows.
    pub const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Stops it, and waits until it has.
    ///
    /// # Errors
    /// If it had failed.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        self.handle.stop();
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(io::Error::other("the server's thread panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Whoever wants to know calls `stop`.
        let _ = self.end();
    }
}
