//! What answers a command, as far as a client must know before it waits.
//!
//! Nearly every command has one reply. The exceptions are here, and nowhere else: commands that
//! never end, commands that are answered once for each argument, and, in RESP3, those whose answers
//! are pushes.

use crate::client::is_push;
use crate::frame::OwnedFrame;
use crate::wire::Type;

/// The answers to a command that have not come yet.
#[derive(Debug)]
pub(super) struct Expected {
    /// How many; `None` if it goes on until the connection ends.
    left: Option<usize>,
    /// The answers are pushes of this kind.
    push: Option<Vec<u8>>,
    /// They are messages, and go on until the connection ends.
    pub(super) messages: bool,
    /// They are documents: text for people, with line ends of its own.
    pub(super) document: bool,
    /// Nobody typed the command, so its answer is not shown.
    pub(super) hidden: bool,
}

/// What a frame is to a command that waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An answer, with more to come.
    Answer,
    /// The last answer.
    Last,
    /// No answer.
    Aside,
}

impl Expected {
    /// What answers `args`. With `listens`, somebody goes on showing pushes when the command is
    /// answered, so that a RESP3 connection that subscribes needs no more than the confirmation.
    pub(super) fn of(args: &[Vec<u8>], resp3: bool, listens: bool) -> Expected {
        let name = args.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let each = args.len().saturating_sub(1).max(1);
        let (left, is_push) = match name.as_slice() {
            b"monitor" => (None, false),
            b"subscribe" | b"psubscribe" | b"ssubscribe" if resp3 && listens => (Some(each), true),
            b"subscribe" | b"psubscribe" | b"ssubscribe" => (None, resp3),
            b"unsubscribe" | b"punsubscribe" | b"sunsubscribe" => (Some(each), resp3),
            _ => (Some(1), false),
        };
        let document = is_document(&name, &args[args.len().min(1)..]);
        let messages = left.is_none() && name != b"monitor";
        Expected { left, push: is_push.then_some(name), messages, document, hidden: false }
    }

    /// What answers a command that nobody typed.
    pub(super) fn hidden() -> Expected {
        Expected { left: Some(1), push: None, messages: false, document: false, hidden: true }
    }

    /// Takes notice of the next frame.
    pub(super) fn take(&mut self, frame: &OwnedFrame) -> Role {
        // Refused, or put off until EXEC: nothing else comes of it now.
        let is_all = frame.frame().as_error().is_some() || is_queued(frame);
        let answers = match &self.push {
            // A subscription that goes on shows every push.
            _ if self.left.is_none() => true,
            Some(kind) if is_push(frame) => {
                frame.frame().pub_sub().is_some_and(|message| message.kind == kind)
            }
            _ => !is_push(frame),
        };
        if !answers {
            return Role::Aside;
        }
        match &mut self.left {
            _ if is_all => Role::Last,
            None => Role::Answer,
            Some(left) => {
                *left = left.saturating_sub(1);
                if *left == 0 { Role::Last } else { Role::Answer }
            }
        }
    }
}

/// Whether a command waits for the EXEC of its transaction.
pub(super) fn is_queued(reply: &OwnedFrame) -> bool {
    let reply = reply.frame();
    reply.wire_type() == Type::SimpleString && reply.as_bytes().is_ok_and(|text| text == b"QUEUED")
}

/// Whether the command's reply is a text for people.
fn is_document(name: &[u8], rest: &[Vec<u8>]) -> bool {
    let sub = rest.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    match (name, sub.as_slice()) {
        (b"info" | b"lolwut", _)
        | (b"debug", b"htstats" | b"htstats-key" | b"client-eviction")
        | (b"memory", b"malloc-stats" | b"doctor")
        | (b"client", b"list" | b"info")
        | (b"proxy", b"info") => true,
        (b"cluster", b"nodes" | b"info") | (b"latency", b"doctor") => rest.len() == 1,
        (b"latency", b"graph") => rest.len() == 2,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decoder, Dialect};

    /// The role of each frame of `wire`, to a command.
    fn roles(command: &str, resp3: bool, listens: bool, wire: &str) -> Vec<Role> {
        let args: Vec<Vec<u8>> = command.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        let mut expected = Expected::of(&args, resp3, listens);
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(wire.as_bytes());
        let mut roles = Vec::new();
        while let Some(frame) = decoder.next_owned().unwrap() {
            roles.push(expected.take(&frame));
        }
        roles
    }

    #[test]
    fn one_reply_and_pushes_aside() {
        assert_eq!(
            roles("GET k", true, true, ">1\r\n+x\r\n$1\r\nv\r\n"),
            [Role::Aside, Role::Last]
        );
    }

    #[test]
    fn one_answer_for_each_channel() {
        let two = ">3\r\n+subscribe\r\n+a\r\n:1\r\n>3\r\n+subscribe\r\n+b\r\n:2\r\n";
        let other = ">3\r\n+message\r\n+z\r\n+hi\r\n";
        assert_eq!(
            roles("SUBSCRIBE a b", true, true, &format!("{other}{two}")),
            [Role::Aside, Role::Answer, Role::Last]
        );
        assert_eq!(roles("subscribe a b", true, false, two), [Role::Answer, Role::Answer]);
        let error = "-NOPERM no\r\n";
        assert_eq!(roles("SUBSCRIBE a b", true, true, error), [Role::Last]);
        let resp2 = "*3\r\n+unsubscribe\r\n+a\r\n:1\r\n*3\r\n+unsubscribe\r\n+b\r\n:0\r\n";
        assert_eq!(roles("UNSUBSCRIBE a b", false, true, resp2), [Role::Answer, Role::Last]);
        let one = ">3\r\n+unsubscribe\r\n_\r\n:0\r\n";
        assert_eq!(roles("UNSUBSCRIBE", true, false, one), [Role::Last]);
    }

    #[test]
    fn monitor_goes_on() {
        assert_eq!(
            roles("monitor", false, true, "+OK\r\n+1 [0]\r\n"),
            [Role::Answer, Role::Answer]
        );
    }

    /// Red if somebody waits for what will not come.
    #[test]
    fn what_is_refused_or_queued_is_over() {
        for command in ["MONITOR", "SUBSCRIBE a b", "PSUBSCRIBE", "UNSUBSCRIBE a b"] {
            for (resp3, listens) in [(false, false), (false, true), (true, false), (true, true)] {
                for reply in ["-NOAUTH no\r\n", "+QUEUED\r\n"] {
                    assert_eq!(roles(command, resp3, listens, reply), [Role::Last], "{command}");
                }
            }
        }
        // A message is not a status.
        let message = "*3\r\n+message\r\n+a\r\n+QUEUED\r\n";
        assert_eq!(roles("SUBSCRIBE a", false, true, message), [Role::Answer]);
    }
}
