//! `server`: one reply for each command, in order, and each the one that a model gives.
//!
//! A script of requests from three clients of one [`Engine`], sent as arrays or as inline commands.
//! They go into their [`Connection`]s in pieces that the fuzzer chose, with the clock moving in
//! between, a request that is half sent while others are answered, and clients that leave and come
//! again. `commands` makes requests of every kind that the server knows; the `model` runs them on
//! ordered maps, with a session for each client, and says what each reply must be, word for word
//! but for what `expected` says. (What it takes a pattern for, it finds out by a table. The server
//! goes back in the text. That it does so too often is found here by the fuzzer's limit of time, with
//! long keys and patterns of many stars; a test of the server's matcher counts its steps.) The replies
//! are read by the library's own decoder, so they must be valid, too, and in the version of the
//! protocol that the client had asked for by then. What is left in the end is asked for.
//!
//! Output waits already when the server is asked to go on, so much that there is room for no more
//! than the fuzzer chose: then it must stop, behind the first reply that fills the room and not
//! before, and go on with the next request when it is asked again. The same script also goes to a
//! second server whole, with all the room there is.
//!
//! Behind the script may come any bytes: whatever they are, the server must not panic, must send
//! only valid replies, and must send the same however they are cut.
//!
//! A bug that turns it red: a reply lost or doubled when a read ends in the middle of a request,
//! or when the output is full; a database or a version of the protocol that one client chooses for
//! another; a deadline that outlives its key, `SET … KEEPTTL` that does not, an answer in RESP3
//! before `HELLO 3`, a request run behind `QUIT`; a pattern that is compared for ever.

mod commands;
mod expected;
mod keyspace;
mod model;
mod pattern;

use super::Reached;
use crate::encode;
use crate::server::{Clock, Connection, Engine, HIGH_WATER, Progress};
use crate::value::Value;
use crate::{Decoder, Dialect};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};
use commands::{Request, Words};
use model::{End, Model};

/// When the script begins, in milliseconds since 1970.
const START: i64 = 1_700_000_000_000;

/// How many clients there are at a time.
const CLIENTS: usize = 3;

/// What happens; most of it in one of the places that clients have.
#[derive(Debug)]
enum Act {
    Send(usize, Request),
    Blank(usize),
    /// The client of this place leaves, and another comes.
    Leave(usize),
    Pass(u16),
}

#[derive(Debug)]
struct Script {
    acts: Vec<Act>,
    /// The lengths of the pieces, used in turn.
    cuts: Vec<u8>,
    /// How much of a client's next request comes with those before it, if there is so much of it.
    early: usize,
    /// How much output there is room for.
    room: usize,
    /// What comes behind the script.
    tail: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Script> {
        let cuts = (0..u.int_in_range(0..=4)?).map(|_| u.arbitrary()).collect::<Result<_>>()?;
        let how: u8 = u.arbitrary()?;
        let early = usize::from(how % 4) * 5;
        let room = match how / 4 % 4 {
            0 => HIGH_WATER,
            _ => 1 + usize::from(u.arbitrary::<u8>()?),
        };
        let tail = match how / 16 {
            0 => {
                let length = u.int_in_range(0..=60)?;
                u.bytes(length.min(u.len()))?.to_vec()
            }
            _ => Vec::new(),
        };
        let mut acts = Vec::new();
        while !u.is_empty() && acts.len() < 40 {
            let place = u.int_in_range(0..=15)?;
            let act = match place {
                15 => match u.int_in_range(0..=11)? {
                    place @ 0..CLIENTS => Act::Leave(place),
                    place @ CLIENTS..6 => Act::Blank(place - CLIENTS),
                    _ => Act::Pass(u.arbitrary()?),
                },
                14 => {
                    let place = u.int_in_range(0..=CLIENTS - 1)?;
                    let [stored, asked] = Request::lookup(u)?;
                    acts.push(Act::Send(place, stored));
                    Act::Send(place, asked)
                }
                // Mostly the same one, so that there are batches.
                0..=7 => Act::Send(0, u.arbitrary()?),
                8..=11 => Act::Send(1, u.arbitrary()?),
                _ => Act::Send(2, u.arbitrary()?),
            };
            acts.push(act);
        }
        Ok(Script { acts, cuts, early, room, tail })
    }
}

impl Script {
    /// What an act sends in a place.
    fn bytes(&self, index: usize, place: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        match &self.acts[index] {
            Act::Send(at, Request { words, inline }) if *at == place => match inline {
                true => assert_eq!(encode::inline(&mut bytes, words), Ok(())),
                false => encode::command(&mut bytes, words),
            },
            Act::Blank(at) if *at == place => bytes.extend_from_slice(b"\r\n*0\r\n"),
            _ => return None,
        }
        Some(bytes)
    }

    /// What comes early of the next request of the client in a place.
    fn early(&self, behind: usize, place: usize) -> Vec<u8> {
        let rest = (behind..self.acts.len())
            .take_while(|index| !matches!(&self.acts[*index], Act::Leave(at) if *at == place));
        let next = rest.into_iter().find_map(|index| self.bytes(index, place));
        let mut bytes = next.unwrap_or_default();
        // Never all of it, or it would be answered.
        bytes.truncate(self.early.min(bytes.len().saturating_sub(1)));
        bytes
    }
}

/// One client, fed in pieces.
struct Client {
    connection: Connection,
    cuts: VecDeque<u8>,
    /// Reads the replies, which wait for nothing.
    decoder: Decoder,
    replies: Vec<Value>,
    over: Option<Progress>,
    /// How much of its next request has been sent.
    early: usize,
}

impl Client {
    fn new(engine: &Arc<Engine>, cuts: &[u8]) -> Client {
        Client {
            connection: Connection::new(Arc::clone(engine)),
            cuts: cuts.iter().copied().collect(),
            decoder: Decoder::new(Dialect::Resp3),
            replies: Vec::new(),
            over: None,
            early: 0,
        }
    }

    /// Sends bytes, and takes what comes back. Of `out` all is waiting that is there.
    fn send(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        let waiting = out.len();
        while !bytes.is_empty() {
            self.cuts.rotate_left(1.min(self.cuts.len()));
            let cut = self.cuts.front().map_or(bytes.len(), |cut| usize::from(*cut % 16) + 1);
            let (piece, rest) = bytes.split_at(cut.min(bytes.len()));
            bytes = rest;
            self.connection.feed(piece);
            loop {
                let progress = self.connection.process(out);
                let last = self.read(&out[waiting..]);
                let full = out.len() >= HIGH_WATER;
                // What is answered is taken away, as a socket would.
                out.truncate(waiting);
                assert!(waiting + last < HIGH_WATER, "answered while the output was full");
                match progress {
                    Progress::Flush => assert!(full, "there was room"),
                    Progress::NeedInput => {
                        assert!(!full, "the output is full, and it asks for more input");
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

    /// Reads replies, which must be valid and whole: how far it is to the last of them.
    fn read(&mut self, answered: &[u8]) -> usize {
        let start = self.decoder.parser().machine().offset();
        let mut last = 0;
        let mut end = 0;
        self.decoder.feed(answered);
        loop {
            match self.decoder.next_frame() {
                Ok(Some(frame)) => self.replies.push(Value::from(frame)),
                Ok(None) => break,
                Err(error) => panic!("{error}: {}", answered.escape_ascii()),
            }
            last = end;
            end = (self.decoder.parser().machine().offset() - start) as usize;
        }
        assert_eq!(end, answered.len(), "half a reply: {}", answered.escape_ascii());
        last
    }
}

/// A server, and its clients by their places.
struct Server {
    engine: Arc<Engine>,
    clients: Vec<Client>,
    cuts: Vec<u8>,
    /// What is waiting to be sent.
    out: Vec<u8>,
}

impl Server {
    fn new(clock: &Clock, cuts: &[u8], room: usize) -> Server {
        Server {
            engine: Engine::with_clock(clock.clone()),
            clients: Vec::new(),
            cuts: cuts.to_vec(),
            out: vec![0; HIGH_WATER - room],
        }
    }

    /// A client comes, into the place of another if there is one.
    fn join(&mut self, place: usize) {
        let client = Client::new(&self.engine, &self.cuts);
        match self.clients.get_mut(place) {
            Some(old) => *old = client,
            None => self.clients.push(client),
        }
    }

    fn send(&mut self, place: usize, bytes: &[u8]) {
        self.clients[place].send(bytes, &mut self.out);
    }

    /// What a place has received since it was last asked.
    fn replies(&mut self, place: usize) -> Vec<Value> {
        core::mem::take(&mut self.clients[place].replies).into_iter().map(settled).collect()
    }

    fn over(&self, place: usize) -> Option<End> {
        self.clients[place].over.map(|over| match over {
            Progress::Close => End::Close,
            Progress::Abort => End::Abort,
            other => panic!("{other:?} is no end"),
        })
    }
}

/// Both servers, and what they must answer.
struct Stage {
    servers: [Server; 2],
    model: Model,
    /// Who is where, by the order in which they came.
    places: Vec<usize>,
    clock: Clock,
}

impl Stage {
    fn new(script: &Script) -> Stage {
        let clock = Clock::manual(START);
        let servers =
            [Server::new(&clock, &script.cuts, script.room), Server::new(&clock, &[], HIGH_WATER)];
        let mut stage = Stage { servers, model: Model::new(START), places: Vec::new(), clock };
        for place in 0..CLIENTS {
            stage.join(place);
        }
        stage
    }

    fn join(&mut self, place: usize) {
        for server in &mut self.servers {
            // The new one comes before the old one is gone.
            server.join(place);
        }
        let client = self.model.join();
        match self.places.get_mut(place) {
            Some(old) => {
                *old = client;
                self.model.leave();
            }
            None => self.places.push(client),
        }
    }

    fn pass(&mut self, millis: i64) {
        self.clock.advance(millis);
        self.model.pass(millis);
    }

    /// Sends bytes to both, and compares what comes back with what the requests in them must be
    /// answered with.
    fn send<'a>(
        &mut self,
        place: usize,
        bytes: &[u8],
        requests: impl Iterator<Item = &'a Words>,
        script: &Script,
    ) {
        let client = self.places[place];
        let mut expected = Vec::new();
        for words in requests {
            let answer = self.model.run(client, words);
            // Behind it, since `HELLO` is answered in the new version.
            let form = self.model.form(client);
            expected.extend(answer.map(|answer| (words, form, answer)));
        }
        let end = self.model.end(client);
        for server in &mut self.servers {
            server.send(place, bytes);
            let replies = server.replies(place);
            for (reply, (words, form, expected)) in replies.iter().zip(&expected) {
                assert!(
                    expected.matches(reply, *form),
                    "{}: {reply:?}, not {expected:?} {script:?}",
                    shown(words)
                );
            }
            assert_eq!(replies.len(), expected.len(), "{replies:?} {expected:?} {script:?}");
            assert_eq!(server.over(place), end, "{script:?}");
            assert_eq!(server.engine.is_stopping(), self.model.is_stopping(), "{script:?}");
        }
    }

    /// Requests that arrive whole.
    fn ask(&mut self, place: usize, requests: &[Words], script: &Script) {
        let mut bytes = Vec::new();
        for words in requests {
            encode::command(&mut bytes, words);
        }
        self.servers[0].clients[place].cuts.clear();
        self.send(place, &bytes, requests.iter(), script);
    }
}

/// A request, for messages.
fn shown(words: &Words) -> String {
    words.iter().map(|word| format!("{} ", word.escape_ascii())).collect()
}

/// A reply without what differs from server to server: how long it has been there.
fn settled(mut reply: Value) -> Value {
    const FIELD: &[u8] = b"uptime_in_seconds:";
    if let Value::BulkString(text) | Value::Verbatim { text, .. } = &mut reply
        && let Some(at) = text.windows(FIELD.len()).position(|window| window == FIELD)
    {
        let digits = text[at + FIELD.len()..].iter_mut().take_while(|byte| byte.is_ascii_digit());
        digits.for_each(|digit| *digit = b'0');
    }
    reply
}

/// The target.
pub fn run(data: &[u8]) {
    let Ok(script) = Script::arbitrary(&mut Unstructured::new(data)) else { return };
    let mut stage = Stage::new(&script);
    let mut at = 0;
    while at < script.acts.len() {
        match &script.acts[at] {
            Act::Pass(millis) => stage.pass(i64::from(*millis)),
            Act::Leave(place) => stage.join(*place),
            Act::Send(place, _) | Act::Blank(place) => {
                // All that the same client sends next is one batch.
                let mut bytes = Vec::new();
                let mut batch = Vec::new();
                while let Some(more) = script.acts.get(at).and_then(|_| script.bytes(at, *place)) {
                    bytes.extend(more);
                    batch.push(at);
                    at += 1;
                }
                let early = script.early(at, *place);
                let sent = stage.servers[0].clients[*place].early;
                let bytes = [&bytes[sent..], &early].concat();
                for server in &mut stage.servers {
                    server.clients[*place].early = early.len();
                }
                let requests = batch.iter().filter_map(|index| match &script.acts[*index] {
                    Act::Send(_, request) => Some(&request.words),
                    _ => None,
                });
                stage.send(*place, &bytes, requests, &script);
                continue;
            }
        }
        at += 1;
    }
    // The tail of the script comes in pieces, too.
    let cuts = stage.servers[0].clients[0].cuts.clone();
    // What the clients have left behind, in their sessions and in the databases.
    for place in 0..CLIENTS {
        stage.ask(place, &commands::session_audit(), &script);
    }
    stage.join(CLIENTS);
    let requests = stage.model.audit();
    stage.ask(CLIENTS, &requests, &script);
    stage.servers[0].clients[0].cuts = cuts;
    let ends = stage.servers.map(|mut server| {
        server.send(0, &script.tail);
        let mut replies = server.replies(0);
        for reply in &mut replies {
            // The order of `KEYS` is another one in each server.
            if let Value::Array(items) = reply {
                items.sort_by_cached_key(|item| format!("{item:?}"));
            }
        }
        (replies, server.over(0))
    });
    assert_eq!(ends[0], ends[1], "{script:?}");
}

/// The commands, and of what kind their replies are; of patterns, what is in them, too.
pub(super) fn reaches(data: &[u8]) -> Reached {
    let Ok(script) = Script::arbitrary(&mut Unstructured::new(data)) else {
        return Reached::new();
    };
    let mut model = Model::new(START);
    let mut places: Vec<usize> = (0..CLIENTS).map(|_| model.join()).collect();
    let mut reached = Reached::new();
    for act in &script.acts {
        match act {
            Act::Send(place, Request { words, .. }) => {
                let client = places[*place];
                if words.is_empty() || model.end(client).is_some() {
                    continue;
                }
                let name = model::row(words).map_or("unknown", |row| row.name);
                let kind = model.run(client, words).map_or("silence", |reply| reply.kind());
                reached.insert(format!("{}-{kind}", name.replace('|', ".")));
                if let ("keys", [_, asked]) = (name, &words[..]) {
                    let database = model.sessions[client].database;
                    let long = model.database(database).keys().any(|key| key.len() >= 60);
                    for what in pattern::holds(asked).filter(|what| long || *what != "stars") {
                        reached.insert(format!("keys-{what}-{kind}"));
                    }
                }
            }
            Act::Leave(place) => {
                places[*place] = model.join();
                model.leave();
            }
            Act::Pass(millis) => model.pass(i64::from(*millis)),
            Act::Blank(_) => {}
        }
    }
    reached
}
