//! `server`: one reply for each command, in order, and each the one that a model gives.
//!
//! A script of commands over a few keys, sent as arrays or as inline commands, goes into a
//! [`Connection`] in pieces that the fuzzer chose, with the clock moving in between. The
//! `model` runs the same commands on an ordered map and says what each reply must be; the
//! replies are read by the library's own decoder, so they must be valid, too, and in the version of
//! the protocol that the client had asked for by then.
//!
//! Behind the script may come any bytes: whatever they are, the server must not panic, must send
//! only valid replies, and must send the same however they are cut.
//!
//! A bug that turns it red: a reply lost or doubled when a read ends in the middle of a request,
//! a deadline that outlives its key, `SET … KEEPTTL` that does not, an answer in RESP3 before
//! `HELLO 3`, a request run behind `QUIT`.

mod model;

use super::Reached;
use super::wire::decode;
use crate::encode;
use crate::server::{Clock, Connection, Engine, Progress};
use crate::value::Value;
use crate::{Dialect, Limits};
use alloc::format;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};
use model::{Command, Model};

/// When the script begins, in milliseconds since 1970.
const START: i64 = 1_700_000_000_000;

/// A command and the form it is sent in; or time passes.
#[derive(Arbitrary, Debug)]
enum Act {
    Array(Command),
    Inline(Command),
    Blank,
    Pass(u16),
}

#[derive(Debug)]
struct Script {
    acts: Vec<Act>,
    /// The lengths of the pieces, used in turn.
    cuts: Vec<u8>,
    /// What comes behind the script.
    tail: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Script> {
        let cuts = (0..u.int_in_range(0..=4)?).map(|_| u.arbitrary()).collect::<Result<_>>()?;
        let tail = match u.ratio(1, 8)? {
            true => {
                let length = u.int_in_range(0..=60)?;
                u.bytes(length.min(u.len()))?.to_vec()
            }
            false => Vec::new(),
        };
        let mut acts = Vec::new();
        while !u.is_empty() && acts.len() < 40 {
            // What the other commands need is a key, and what is hardest about it is its deadline.
            acts.push(match u.ratio(1, 3)? {
                true => Act::Array(Command::Set {
                    key: u.arbitrary()?,
                    value: u.arbitrary()?,
                    condition: None,
                    expiry: Some(u.arbitrary()?),
                    get: false,
                }),
                false => u.arbitrary()?,
            });
        }
        Ok(Script { acts, cuts, tail })
    }
}

/// One client of a server of its own, fed in pieces.
struct Client<'a> {
    connection: Connection,
    out: Vec<u8>,
    cuts: core::iter::Cycle<core::slice::Iter<'a, u8>>,
    over: Option<Progress>,
}

impl<'a> Client<'a> {
    fn new(clock: Clock, cuts: &'a [u8]) -> Client<'a> {
        let connection = Connection::new(Engine::with_clock(clock));
        Client { connection, out: Vec::new(), cuts: cuts.iter().cycle(), over: None }
    }

    /// Sends bytes, and takes what comes back.
    fn send(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let cut = self.cuts.next().map_or(bytes.len(), |cut| usize::from(*cut % 16) + 1);
            let (piece, rest) = bytes.split_at(cut.min(bytes.len()));
            bytes = rest;
            self.connection.feed(piece);
            loop {
                // What is waiting is taken away, as a socket would.
                let mut out = Vec::new();
                let progress = self.connection.process(&mut out);
                self.out.append(&mut out);
                match progress {
                    Progress::Flush => {}
                    Progress::NeedInput => {
                        assert_eq!(self.over, None, "it was over, and goes on");
                        break;
                    }
                    over => {
                        self.over = Some(over);
                        break;
                    }
                }
            }
        }
    }

    /// The replies so far; they must be valid.
    fn replies(&self) -> Vec<Value> {
        let limits = Limits::new(Dialect::Resp3);
        let (frames, end, ..) = decode(Dialect::Resp3, limits, core::iter::once(&self.out[..]));
        assert_eq!(end, Ok(Ok(())), "{}", self.out.escape_ascii());
        frames
    }
}

/// The target.
pub fn run(data: &[u8]) {
    let Ok(script) = Script::arbitrary(&mut Unstructured::new(data)) else { return };
    let clock = Clock::manual(START);
    let mut client = Client::new(clock.clone(), &script.cuts);
    let mut whole = Client::new(clock.clone(), &[]);
    let mut model = Model::new(START);
    let mut expected = Vec::new();
    let mut batch = Vec::new();
    let send = |batch: &mut Vec<u8>, client: &mut Client<'_>, whole: &mut Client<'_>| {
        client.send(batch);
        whole.send(batch);
        batch.clear();
    };
    for act in &script.acts {
        match act {
            Act::Array(command) => {
                encode::command(&mut batch, command.words());
                expected.extend(model.run(command));
            }
            Act::Inline(command) => {
                let written = encode::inline(&mut batch, command.words());
                assert_eq!(written, Ok(()));
                expected.extend(model.run(command));
            }
            Act::Blank => batch.extend_from_slice(b"\r\n*0\r\n"),
            Act::Pass(millis) => {
                send(&mut batch, &mut client, &mut whole);
                let millis = i64::from(*millis);
                clock.advance(millis);
                model.pass(millis);
            }
        }
    }
    // What the commands have left behind, wherever the client stands.
    for command in Command::audit() {
        encode::command(&mut batch, command.words());
        expected.extend(model.run(&command));
    }
    send(&mut batch, &mut client, &mut whole);
    let replies = client.replies();
    for (index, (reply, expected)) in replies.iter().zip(&expected).enumerate() {
        assert!(expected.matches(reply), "reply {index}: {reply:?}, not {expected:?} {script:?}");
    }
    assert_eq!(replies.len(), expected.len(), "{replies:?} {script:?}");
    let over = model.is_over().then_some(Progress::Close);
    assert_eq!((client.over, whole.over), (over, over), "{script:?}");
    send(&mut script.tail.clone(), &mut client, &mut whole);
    client.replies();
    assert_eq!((client.over, client.out), (whole.over, whole.out), "{script:?}");
}

/// The commands, and whether their replies are errors.
pub(super) fn reaches(data: &[u8]) -> Reached {
    let Ok(script) = Script::arbitrary(&mut Unstructured::new(data)) else {
        return Reached::new();
    };
    let mut model = Model::new(START);
    let mut reached = Reached::new();
    for act in &script.acts {
        match act {
            Act::Array(command) | Act::Inline(command) if !model.is_over() => {
                let name = command.words().swap_remove(0).to_ascii_lowercase();
                let name = format!("{}", name.escape_ascii());
                if let Some(reply) = model.run(command) {
                    reached.insert(format!("{name}-{}", reply.kind()));
                }
            }
            Act::Pass(millis) => model.pass(i64::from(*millis)),
            _ => {}
        }
    }
    reached
}
