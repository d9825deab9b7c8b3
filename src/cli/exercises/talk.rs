//! Talking to a learner's server: clients that are patient, but not for ever, and that say what they
//! sent, what they expected, and what came.
//!
//! A reply is delimited by the library's own decoder and judged as bytes. A cut is no matter of time:
//! the first part of a request goes out in one write with a whole one before it, and the rest only
//! when the answer to that has come, so the server has certainly seen the part by itself.

use super::wrong::Wrong;
use crate::frame::Frame;
use crate::{Decoder, Dialect};
use std::cell::Cell;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// How much of what was sent or came is shown.
const SHOWN: usize = 160;

/// Something that a server has to do, in a few words, and how it is tried.
pub(super) struct Scene {
    /// What is tried.
    pub(super) about: &'static str,
    /// Tries it.
    pub(super) play: fn(&Server) -> Result<(), String>,
}

/// Tries every scene, until one goes wrong.
pub(super) fn play(scenes: &[Scene], address: &str, patience: Duration) -> Result<String, Wrong> {
    let addresses = address.to_socket_addrs().map_err(|error| {
        Wrong::not_tried(format!(
            "{address} is not where a server can be, which is HOST:PORT: {error}"
        ))
    })?;
    let server = Server { addresses: addresses.collect(), patience, reached: Cell::new(false) };
    for scene in scenes {
        let failed = |wrong| match server.reached.get() {
            true => Wrong::from(wrong),
            false => Wrong::not_tried(wrong),
        };
        (scene.play)(&server).map_err(|wrong| failed(wrong).behind(scene.about))?;
    }
    let abouts: Vec<&str> = scenes.iter().map(|scene| scene.about).collect();
    Ok(format!("Right: {}.\n", abouts.join("; ")))
}

/// Where the learner's server is, and how long it may take for a reply.
pub(super) struct Server {
    addresses: Vec<SocketAddr>,
    patience: Duration,
    /// Whether a connection was made.
    reached: Cell<bool>,
}

impl Server {
    /// One more client.
    pub(super) fn client(&self) -> Result<Client, String> {
        let mut failure = "there is no such address".to_owned();
        for address in &self.addresses {
            match TcpStream::connect_timeout(address, self.patience) {
                Ok(stream) => {
                    self.reached.set(true);
                    return Client::new(stream, self.patience);
                }
                Err(error) => failure = format!("no connection to {address}: {error}"),
            }
        }
        Err(failure)
    }
}

/// A connection to the server.
pub(super) struct Client {
    stream: TcpStream,
    patience: Duration,
    decoder: Decoder,
    /// What came and was not judged yet.
    came: Vec<u8>,
    /// What was sent, one for each write.
    sent: Vec<Vec<u8>>,
}

/// What ended the wait for a reply.
enum Came {
    Reply(Vec<u8>, bool),
    End,
    Nothing,
    NotResp(String),
}

impl Client {
    fn new(stream: TcpStream, patience: Duration) -> Result<Client, String> {
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_write_timeout(Some(patience)))
            .map_err(|error| error.to_string())?;
        let decoder = Decoder::new(Dialect::Resp3);
        Ok(Client { stream, patience, decoder, came: Vec::new(), sent: Vec::new() })
    }

    /// Sends bytes, in one write.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.sent.push(bytes.to_vec());
        self.stream.write_all(bytes).map_err(|error| self.report("that it is read", &error))
    }

    /// Exactly these bytes come.
    pub(super) fn hear(&mut self, wanted: &[u8]) -> Result<(), String> {
        let expected = shown(wanted);
        match self.next(|_, reply| reply == wanted) {
            Came::Reply(_, true) => Ok(()),
            came => Err(self.wrong(&expected, came)),
        }
    }

    /// A reply comes that `fits`.
    pub(super) fn hear_what(
        &mut self,
        expected: &str,
        fits: impl Fn(Frame<'_>) -> bool,
    ) -> Result<(), String> {
        match self.next(|frame, _| fits(frame)) {
            Came::Reply(_, true) => Ok(()),
            came => Err(self.wrong(expected, came)),
        }
    }

    /// A simple error comes whose text begins so.
    pub(super) fn hear_error(&mut self, beginning: &str) -> Result<(), String> {
        self.hear_what(&format!("-{beginning} …"), |frame| {
            frame.as_error().is_some_and(|text| text.starts_with(beginning.as_bytes()))
        })
    }

    /// Sends a request and hears exactly these bytes.
    pub(super) fn ask(&mut self, words: &[&[u8]], wanted: &[u8]) -> Result<(), String> {
        self.send(&request(words))?;
        self.hear(wanted)
    }

    /// Sends `words` as a request, cut at every byte, one cut after the other, and hears `wanted`
    /// each time.
    pub(super) fn ask_in_parts(&mut self, words: &[&[u8]], wanted: &[u8]) -> Result<(), String> {
        let whole = request(words);
        for cut in 1..whole.len() {
            let (first, rest) = whole.split_at(cut);
            self.sent.clear();
            self.send(&[&request(&[b"PING"]), first].concat())?;
            self.hear(b"+PONG\r\n")?;
            self.send(rest)?;
            self.hear(wanted)?;
        }
        Ok(())
    }

    /// The server closes the connection, and nothing comes before that.
    pub(super) fn hear_end(mut self) -> Result<(), String> {
        match self.next(|_, _| false) {
            Came::End => Ok(()),
            came => Err(self.wrong("the end of the connection", came)),
        }
    }

    /// Sends no more, but still listens.
    pub(super) fn send_end(&mut self) -> Result<(), String> {
        self.stream.shutdown(Shutdown::Write).map_err(|error| self.report("the end", &error))
    }

    /// Ends the connection; nothing more comes.
    pub(super) fn end(mut self) -> Result<(), String> {
        self.send_end()?;
        self.hear_end()
    }

    /// The next reply, and whether it is what was wanted.
    fn next(&mut self, fits: impl Fn(Frame<'_>, &[u8]) -> bool) -> Came {
        let deadline = Instant::now() + self.patience;
        let mut piece = [0; 4096];
        loop {
            match self.decoder.next_frame() {
                Err(error) => return Came::NotResp(error.to_string()),
                Ok(Some(_)) => {}
                Ok(None) => match self.read(&mut piece, deadline) {
                    Ok(0) => return Came::End,
                    Ok(length) => {
                        self.came.extend_from_slice(&piece[..length]);
                        self.decoder.feed(&piece[..length]);
                        continue;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) if error.kind() == ErrorKind::ConnectionReset => return Came::End,
                    Err(_) => return Came::Nothing,
                },
            }
            let rest = self.came.split_off(self.came.len() - self.decoder.unread().len());
            let reply = std::mem::replace(&mut self.came, rest);
            let mut alone = Decoder::new(Dialect::Resp3);
            alone.feed(&reply);
            let right =
                alone.next_frame().is_ok_and(|frame| frame.is_some_and(|f| fits(f, &reply)));
            return Came::Reply(reply, right);
        }
    }

    fn read(&mut self, piece: &mut [u8], deadline: Instant) -> std::io::Result<usize> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(piece)
    }

    fn wrong(&self, expected: &str, came: Came) -> String {
        let part = match self.came.as_slice() {
            [] => String::new(),
            part => format!(" behind {}", shown(part)),
        };
        let came = match came {
            Came::Reply(reply, _) => shown(&reply),
            Came::End => format!("the end of the connection{part}"),
            Came::Nothing => format!("nothing within {:?}{part}", self.patience),
            Came::NotResp(error) => format!("{}, which is not RESP: {error}", shown(&self.came)),
        };
        self.report(expected, &came)
    }

    fn report(&self, expected: &str, came: &dyn std::fmt::Display) -> String {
        let last = &self.sent[self.sent.len().saturating_sub(3)..];
        let sent: Vec<String> = last.iter().map(|bytes| shown(bytes)).collect();
        let before = if last.len() < self.sent.len() { "… then " } else { "" };
        format!(
            "  sent:     {before}{}\n  expected: {expected}\n  came:     {came}",
            sent.join(" then ")
        )
    }
}

/// A request as clients send it.
pub(super) fn request(words: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    crate::encode::command(&mut out, words);
    out
}

pub(super) fn shown(bytes: &[u8]) -> String {
    match bytes.split_at_checked(SHOWN) {
        Some((beginning, _)) => format!("{}… ({} bytes)", beginning.escape_ascii(), bytes.len()),
        None => bytes.escape_ascii().to_string(),
    }
}
