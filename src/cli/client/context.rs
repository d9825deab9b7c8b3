//! What commands leave behind on their connection: the version that it speaks, the database that is
//! selected, and whether a transaction is open.
//!
//! A command has its effect when it is executed. Within a transaction that is the EXEC, whose reply
//! has an entry for each command that was queued, an error for one that failed. However EXEC is
//! answered, the transaction is over.
//!
//! A database that is wanted and was refused is still wanted, since most likely a password is missing;
//! but it is not the one that commands run on, and nothing must say so. To follow another command, give
//! it an [`Effect`].

use super::expected::is_queued;
use super::is;
use crate::frame::OwnedFrame;

/// What a command does to its connection when it is executed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    Nothing,
    /// Another version.
    Resp3(bool),
    Database(u32),
}

impl Effect {
    fn of(command: &[Vec<u8>]) -> Effect {
        let argument = command.get(1).map(|argument| String::from_utf8_lossy(argument));
        match argument {
            Some(version) if is(command, 0, "hello") => Effect::Resp3(version == "3"),
            Some(number) if is(command, 0, "select") => {
                number.parse().map_or(Effect::Nothing, Effect::Database)
            }
            _ => Effect::Nothing,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) resp3: bool,
    /// The database that commands run on.
    pub(super) database: u32,
    /// The one that was asked for last.
    pub(super) wanted: u32,
    /// What is done by EXEC, if a transaction is open.
    queued: Option<Vec<Effect>>,
}

impl Context {
    /// That of a new connection, on which `wanted` is to be selected.
    pub(super) fn new(resp3: bool, wanted: u32) -> Context {
        Context { resp3, wanted, ..Context::default() }
    }

    pub(super) const fn in_transaction(&self) -> bool {
        self.queued.is_some()
    }

    /// The command that selects the database that is wanted, if another is.
    pub(super) fn select(&self) -> Option<[Vec<u8>; 2]> {
        let number = || self.wanted.to_string().into_bytes();
        (self.wanted != self.database).then(|| [b"SELECT".to_vec(), number()])
    }

    /// Takes notice of a command and its reply.
    pub(super) fn after(&mut self, command: &[Vec<u8>], reply: &OwnedFrame) {
        let name = command.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        match name.as_slice() {
            b"exec" => {
                let queued = self.queued.take().unwrap_or_default();
                // None of them was executed if the reply is an error, or null.
                let replies = reply.frame().elements().into_iter().flatten();
                for (effect, reply) in queued.into_iter().zip(replies) {
                    if reply.as_error().is_none() {
                        self.take(effect);
                    }
                }
            }
            _ if reply.frame().as_error().is_some() => {}
            b"multi" => self.queued = Some(Vec::new()),
            b"discard" => self.queued = None,
            b"reset" => *self = Context::default(),
            _ => match &mut self.queued {
                Some(queued) if is_queued(reply) => queued.push(Effect::of(command)),
                _ => self.take(Effect::of(command)),
            },
        }
    }

    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Nothing => {}
            Effect::Resp3(resp3) => self.resp3 = resp3,
            Effect::Database(number) => (self.database, self.wanted) = (number, number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::{Decoder, Dialect};

    /// Whether RESP3 is spoken, the database, and whether a transaction is open, behind each command
    /// and its reply.
    fn after(conversation: &[(&str, &str)]) -> Vec<(bool, u32, bool)> {
        let mut context = Context::new(false, 0);
        let mut seen = Vec::new();
        for (command, reply) in conversation {
            let command: Vec<Vec<u8>> =
                command.split(' ').map(|word| word.as_bytes().to_vec()).collect();
            let mut decoder = Decoder::new(Dialect::Resp3);
            decoder.feed(reply.as_bytes());
            context.after(&command, &decoder.next_owned().unwrap().unwrap());
            seen.push((context.resp3, context.database, context.in_transaction()));
        }
        seen
    }

    #[test]
    fn what_is_queued_is_not_done() {
        let queue = [
            ("MULTI", "+OK\r\n"),
            ("select 5", "+QUEUED\r\n"),
            ("HELLO 3", "+QUEUED\r\n"),
            ("SELECT 99", "+QUEUED\r\n"),
            ("MULTI", "-ERR nested\r\n"),
        ];
        let queued = [(false, 0, true); 5];
        for (end, state) in [
            (("DISCARD", "+OK\r\n"), (false, 0, false)),
            (("DISCARD x", "-ERR wrong number\r\n"), (false, 0, true)),
            (("EXEC", "-EXECABORT no\r\n"), (false, 0, false)),
            (("EXEC x", "-EXECABORT no\r\n"), (false, 0, false)),
            (("EXEC", "*-1\r\n"), (false, 0, false)),
            (("EXEC", "*3\r\n+OK\r\n%0\r\n-ERR range\r\n"), (true, 5, false)),
            (("EXEC", "*3\r\n+OK\r\n-ERR no\r\n+OK\r\n"), (false, 99, false)),
            (("RESET", "+RESET\r\n"), (false, 0, false)),
        ] {
            assert_eq!(after(&[&queue[..], &[end]].concat()), [&queued[..], &[state]].concat());
        }
    }

    #[test]
    fn what_is_refused_is_not_done() {
        let conversation = [
            ("SELECT 7", "+OK\r\n"),
            ("SELECT 99", "-ERR range\r\n"),
            ("HELLO 3", "%0\r\n"),
            ("HELLO 4", "-NOPROTO no\r\n"),
            ("HELLO", "%0\r\n"),
            ("EXEC", "-ERR EXEC without MULTI\r\n"),
            ("RESET", "-ERR unknown command\r\n"),
            ("RESET", "+RESET\r\n"),
        ];
        let mut expected = vec![(false, 7, false); 2];
        expected.extend([(true, 7, false); 5]);
        expected.push((false, 0, false));
        assert_eq!(after(&conversation), expected);
    }

    #[test]
    fn a_refused_database_is_wanted_until_another_is() {
        let mut context = Context::new(true, 5);
        assert_eq!(
            (context.database, context.select().unwrap().concat()),
            (0, b"SELECT5".to_vec())
        );
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(b"+OK\r\n");
        let ok = decoder.next_owned().unwrap().unwrap();
        context.after(&[b"SELECT".to_vec(), b"0".to_vec()], &ok);
        assert_eq!(context.select(), None);
    }
}
