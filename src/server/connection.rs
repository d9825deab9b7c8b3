//! One client, without its socket: bytes in, replies out.
//!
//! A [`Connection`] is fed what was received, cut anywhere, and appends the replies to a buffer.
//! It does no I/O, so it can be tested and fuzzed as a function, and driven by any runtime.
//!
//! # How it works
//!
//! [`feed`](Connection::feed) gives bytes to the decoder. [`process`](Connection::process)
//! answers the requests that are whole, in order, and says why it came back ([`Progress`]). What
//! a client sends thereby decides the output alone: cutting the input elsewhere changes nothing.
//!
//! # Invariants
//!
//! * One reply for each request, in the order of the requests; none for an empty one.
//! * Memory is bounded by what the client sends and by one reply: no further request is answered
//!   while [`HIGH_WATER`] bytes of output are waiting, so a client that sends and does not read
//!   is answered no more, and soon, as the caller reads no more either, waits itself. (One reply
//!   can be as large as what is stored, as in Redis.)
//! * After a protocol error nothing is read any more: where the next request would begin cannot
//!   be known.

use super::args::Args;
use super::commands::{Context, dispatch};
use super::engine::Engine;
use super::reply::Reply;
use super::session::Session;
use crate::decoder::Decoder;
use crate::encode::Encoder;
use crate::state::Dialect;
use std::io::{self, Read};
use std::sync::Arc;

/// No request is answered while so many bytes of output wait.
pub(crate) const HIGH_WATER: usize = 64 * 1024;

/// Why [`Connection::process`] came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Every whole request is answered: send the output, and feed more.
    NeedInput,
    /// There is enough output to be sent: then call again, before feeding more.
    Flush,
    /// Send the output, and close.
    Close,
    /// Close at once: what connected is no client of ours (see [`Connection::process`]).
    Abort,
}

/// One client.
///
/// ```
/// use resp_machine::server::{Connection, Engine, Progress};
/// let mut client = Connection::new(Engine::new());
/// let mut out = Vec::new();
/// client.feed(b"SET k 1\r\n*2\r\n$4\r\nINCR\r\n$1\r\n");
/// assert_eq!(client.process(&mut out), Progress::NeedInput);
/// client.feed(b"k\r\n");
/// client.process(&mut out);
/// assert_eq!(out, b"+OK\r\n:2\r\n");
/// ```
#[derive(Debug)]
pub struct Connection {
    engine: Arc<Engine>,
    decoder: Decoder,
    encoder: Encoder,
    session: Session,
    aborted: bool,
}

impl Connection {
    /// A client that has just connected.
    pub fn new(engine: Arc<Engine>) -> Connection {
        let session = engine.join();
        Connection {
            decoder: Decoder::new(Dialect::Request),
            encoder: Encoder::to(session.target),
            engine,
            session,
            aborted: false,
        }
    }

    /// Adds bytes that were received.
    pub fn feed(&mut self, bytes: &[u8]) {
        if !self.is_over() {
            self.decoder.feed(bytes);
        }
    }

    /// Reads once from `reader`, at most `most` bytes; 0 at the end of the stream.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read_from(&mut self, reader: &mut impl Read, most: usize) -> io::Result<usize> {
        self.decoder.read_from(reader, most)
    }

    /// Bytes of memory that the input takes.
    pub fn capacity(&self) -> usize {
        self.decoder.capacity()
    }

    fn is_over(&self) -> bool {
        self.session.closing || self.aborted
    }

    /// Answers the requests that are whole, appending to `out`.
    ///
    /// A first word of `POST` or `Host:` is that of an HTTP request, which a web page made a
    /// browser send here; as in Redis it ends the connection, so that nothing behind it runs.
    pub fn process(&mut self, out: &mut Vec<u8>) -> Progress {
        let Connection { engine, decoder, encoder, session, aborted } = self;
        let mut store = engine.store();
        loop {
            if *aborted {
                return Progress::Abort;
            }
            if session.closing {
                return Progress::Close;
            }
            if out.len() >= HIGH_WATER {
                return Progress::Flush;
            }
            let frame = match decoder.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Progress::NeedInput,
                Err(error) => {
                    error.write_redis_error(out);
                    session.closing = true;
                    return Progress::Close;
                }
            };
            let args = Args::of(frame);
            if args.len() == 0 {
                continue;
            }
            if args.is(0, "POST") || args.is(0, "Host:") {
                *aborted = true;
                return Progress::Abort;
            }
            store.refresh();
            store.processed += 1;
            let mut context = Context { session, store: &mut store, engine, name: "" };
            dispatch(&mut context, &args, Reply::new(out, encoder));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.engine.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &[u8]) -> (Vec<u8>, Progress) {
        let mut connection = Connection::new(Engine::new());
        let mut out = Vec::new();
        connection.feed(input);
        let progress = connection.process(&mut out);
        (out, progress)
    }

    #[test]
    fn empty_requests_have_no_reply() {
        let (out, progress) = answers(b"\r\n*0\r\n*-1\r\n*-5\r\n \r\nPING\r\n");
        assert_eq!((&out[..], progress), (&b"+PONG\r\n"[..], Progress::NeedInput));
    }

    #[test]
    fn http_ends_the_connection() {
        for input in ["POST / HTTP/1.1\r\nSET k v\r\n", "host: example\r\n", "Host:\r\n"] {
            let (out, progress) = answers(input.as_bytes());
            assert_eq!((out.len(), progress), (0, Progress::Abort), "{input}");
        }
    }

    #[test]
    fn nothing_behind_a_close_runs() {
        let engine = Engine::new();
        for end in ["QUIT\r\n", "*1\r\n$x\r\n", "POST /\r\n", "SHUTDOWN\r\n"] {
            let mut connection = Connection::new(Arc::clone(&engine));
            let mut out = Vec::new();
            connection.feed(format!("{end}SET k v\r\n").as_bytes());
            let progress = connection.process(&mut out);
            connection.feed(b"SET k v\r\n");
            assert_eq!(connection.process(&mut out), progress, "{end}");
            assert_eq!(engine.store().database(0).len(), 0, "{end}");
        }
        assert!(engine.is_stopping());
        assert_eq!(engine.connected(), 0);
    }

    #[test]
    fn output_waits_to_be_sent() {
        let mut connection = Connection::new(Engine::new());
        let mut out = Vec::new();
        let requests = 100_000;
        connection.feed(&b"PING\r\n".repeat(requests));
        let mut received = 0;
        let mut flushes = 0;
        while connection.process(&mut out) == Progress::Flush {
            assert!(out.len() < HIGH_WATER + 100);
            received += out.len();
            flushes += 1;
            out.clear();
        }
        assert_eq!(received + out.len(), requests * b"+PONG\r\n".len());
        assert!(flushes > 5);
    }
}
