//! A small blocking client: requests out, replies in the order of the requests, pushes apart.
//!
//! A client of Redis needs little more than this library has already: the encoder writes a
//! request, a [`FrameReader`] reads frames off the socket, and one rule of RESP3 says which frame
//! is whose: a push answers nothing, every other frame answers the oldest request that has none.
//!
//! * [`Client::call`] sends a request and waits for its reply.
//! * [`Client::send`] and [`Client::receive`] are its two halves: what is sent before it is
//!   received is pipelined.
//! * [`Client::pushes`] are those that came while a reply was waited for.
//! * [`Client::split`] gives the halves to two threads: one that asks, and one that reads
//!   whatever comes, as a prompt does that shows messages while somebody types.
//! * [`Receiver`] is the reading half over any reader: the rule, without a socket.
//!
//! # Invariants
//!
//! * No reply is dropped, so the order of replies is that of the requests. On a RESP2 connection
//!   that is so until it subscribes: messages are arrays there, and come in between.
//! * An error that the server replies is a reply ([`as_error`](crate::frame::Frame::as_error)
//!   tells). [`StreamError`] is for what ends the connection: a failed socket, bytes that are not
//!   RESP, an end before the reply.
//! * Pushes wait until they are taken, each with no more memory than its own bytes and entries;
//!   who subscribes and never takes them keeps them all.
//!
//! What is left out is what clients differ in: pools, reconnecting, TLS, clusters, async. The
//! [`codec`](crate::codec) and the [`Decoder`](crate::Decoder) are there for those.

mod receiver;

pub use receiver::{Receiver, is_push};

use crate::decoder::{FrameReader, StreamError};
use crate::encode::command;
use crate::frame::OwnedFrame;
use crate::state::Dialect;
use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};

/// Room of the request buffer that is kept from request to request.
const RETAIN: usize = 64 * 1024;

/// A user and a password.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// The user; `default` is the one that a password alone belongs to.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A connection to a server.
///
/// ```
/// # #[cfg(feature = "server")] {
/// use resp_machine::client::Client;
/// # let server = resp_machine::server::Background::start()?;
/// # let address = server.local_addr();
///
/// let mut client = Client::connect(address)?;
/// client.hello("3", None)?;
/// client.call(["SET", "greeting", "hello"])?;
/// let reply = client.call(["GET", "greeting"])?;
/// assert_eq!(reply.frame().as_bytes()?, b"hello");
///
/// client.send(["INCR", "visits"])?; // pipelined: two requests, then two replies
/// client.send(["INCR", "visits"])?;
/// assert_eq!(client.receive()?.frame().as_i64()?, 1);
/// assert_eq!(client.receive()?.frame().as_i64()?, 2);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Client {
    sender: Sender,
    receiver: Receiver,
}

impl Client {
    /// Connects; the connection speaks RESP2 until [`hello`](Client::hello) says otherwise.
    ///
    /// # Errors
    /// If there is no such host, or nobody listens.
    pub fn connect(address: impl ToSocketAddrs) -> io::Result<Client> {
        Client::over(TcpStream::connect(address)?)
    }

    /// A client on a stream that is connected, with the timeouts that the stream has.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn over(stream: TcpStream) -> io::Result<Client> {
        // Requests are written whole, so waiting for more to send only adds delay.
        stream.set_nodelay(true)?;
        let reader = FrameReader::new(stream.try_clone()?, Dialect::Resp3);
        Ok(Client { sender: Sender { stream, out: Vec::new() }, receiver: Receiver::new(reader) })
    }

    /// Sends a request, and waits for the reply to it (if none is outstanding).
    ///
    /// # Errors
    /// What ends the connection. The server's errors are replies.
    pub fn call<I>(&mut self, args: I) -> Result<OwnedFrame, StreamError>
    where
        I: IntoIterator<IntoIter: ExactSizeIterator, Item: AsRef<[u8]>>,
    {
        self.send(args)?;
        self.receive()
    }

    /// Sends a request. Its reply is due to a later [`receive`](Client::receive).
    ///
    /// # Errors
    /// Those of the socket.
    pub fn send<I>(&mut self, args: I) -> io::Result<()>
    where
        I: IntoIterator<IntoIter: ExactSizeIterator, Item: AsRef<[u8]>>,
    {
        self.sender.send(args)
    }

    /// Waits for the next reply. Pushes that come before it are put aside.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn receive(&mut self) -> Result<OwnedFrame, StreamError> {
        self.receiver.receive()
    }

    /// The pushes that were put aside, oldest first. Those that are not taken stay.
    pub fn pushes(&mut self) -> impl Iterator<Item = OwnedFrame> + '_ {
        self.receiver.pushes()
    }

    /// Waits for whatever comes next, push or reply; pushes that were put aside come first.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn next_frame(&mut self) -> Result<OwnedFrame, StreamError> {
        self.receiver.next_frame()
    }

    /// Asks for a version of the protocol, `2` or `3`, and logs in at the same time if need be.
    /// The reply describes the server, or is an error: servers before Redis 6 do not know it.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn hello(
        &mut self,
        version: &str,
        login: Option<Login<'_>>,
    ) -> Result<OwnedFrame, StreamError> {
        match login {
            None => self.call(["HELLO", version]),
            Some(Login { user, password }) => self.call(["HELLO", version, "AUTH", user, password]),
        }
    }

    /// Logs in.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn auth(&mut self, login: Login<'_>) -> Result<OwnedFrame, StreamError> {
        match login.user {
            // The form that servers without users know, too.
            "default" => self.call(["AUTH", login.password]),
            user => self.call(["AUTH", user, login.password]),
        }
    }

    /// The two halves, each for a thread of its own.
    pub fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}

/// The half of a [`Client`] that asks.
#[derive(Debug)]
pub struct Sender {
    stream: TcpStream,
    out: Vec<u8>,
}

impl Sender {
    /// Sends a request.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn send<I>(&mut self, args: I) -> io::Result<()>
    where
        I: IntoIterator<IntoIter: ExactSizeIterator, Item: AsRef<[u8]>>,
    {
        self.out.clear();
        command(&mut self.out, args);
        let sent = self.stream.write_all(&self.out);
        self.out.clear();
        self.out.shrink_to(RETAIN);
        sent
    }

    /// Closes the connection; a [`Receiver`] that waits is told.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn close(&self) -> io::Result<()> {
        self.stream.shutdown(std::net::Shutdown::Both)
    }
}

#[cfg(test)]
mod tests;
