//! Whose frame is whose: the reading half of a client.
//!
//! Nothing in a reply says what it answers; the order does. A push answers nothing, and comes whenever it
//! likes, so it is put aside where a reply is waited for. The frames come from a
//! [`FrameReader`], over a socket or anything else that reads: so the rule can be tried, and fuzzed,
//! with no connection.
//!
//! # Invariants
//!
//! * What is read is handed out once: as a reply, or as a push.
//! * Replies keep their order, and so do pushes.

use crate::decoder::{FrameReader, StreamError};
use crate::frame::OwnedFrame;
use crate::wire::Type;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::net::TcpStream;

/// The half of a [`Client`](super::Client) that reads: a socket, or any other reader.
///
/// ```
/// use resp_machine::client::Receiver;
/// use resp_machine::decoder::FrameReader;
/// use resp_machine::Dialect;
///
/// let sent = &b">2\r\n+invalidate\r\n_\r\n+OK\r\n"[..];
/// let mut receiver = Receiver::new(FrameReader::new(sent, Dialect::Resp3));
/// assert_eq!(receiver.receive()?.frame().as_bytes()?, b"OK");
/// assert_eq!(receiver.pushes().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Receiver<R = TcpStream> {
    reader: FrameReader<R>,
    pushes: VecDeque<OwnedFrame>,
}

impl<R: Read> Receiver<R> {
    /// Reads the frames of a reader.
    pub fn new(reader: FrameReader<R>) -> Receiver<R> {
        Receiver { reader, pushes: VecDeque::new() }
    }

    /// Waits for the next reply. Pushes that come before it are put aside.
    ///
    /// # Errors
    /// As [`next_frame`](Receiver::next_frame).
    pub fn receive(&mut self) -> Result<OwnedFrame, StreamError> {
        loop {
            let frame = self.read()?;
            if !is_push(&frame) {
                return Ok(frame);
            }
            self.pushes.push_back(frame.detach());
        }
    }

    /// The pushes that were put aside, oldest first. Those that are not taken stay.
    pub fn pushes(&mut self) -> impl Iterator<Item = OwnedFrame> + '_ {
        std::iter::from_fn(|| self.pushes.pop_front())
    }

    /// Waits for whatever comes next, push or reply; pushes that were put aside come first.
    ///
    /// # Errors
    /// What ends the connection; its end is [`UnexpectedEof`](io::ErrorKind::UnexpectedEof).
    pub fn next_frame(&mut self) -> Result<OwnedFrame, StreamError> {
        match self.pushes.pop_front() {
            Some(push) => Ok(push),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Result<OwnedFrame, StreamError> {
        self.reader.next().unwrap_or_else(|| {
            let end = "the server closed the connection";
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, end).into())
        })
    }
}

/// Whether a frame answers nothing.
///
/// ```
/// use resp_machine::client::is_push;
/// use resp_machine::{Decoder, Dialect};
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(b">2\r\n+invalidate\r\n_\r\n+OK\r\n");
/// assert!(is_push(&decoder.next_owned()?.unwrap()));
/// assert!(!is_push(&decoder.next_owned()?.unwrap()));
/// # Ok::<(), resp_machine::ProtocolError>(())
/// ```
pub fn is_push(frame: &OwnedFrame) -> bool {
    frame.frame().wire_type() == Type::Push
}
