//! Servers to try the exercises of "Building the server" on: the program of each step, the library's
//! own server, and servers with one flaw each, so that every part of a check is seen to bite.

use resp_machine::encode::{Encoder, Target};
use resp_machine::frame::Frame;
use resp_machine::server::Background;
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

macro_rules! steps {
    ($($module:ident $file:literal),+) => {
        $(
            #[path = $file]
            #[allow(dead_code, unreachable_pub, reason = "a program, taken as a module")]
            mod $module;
        )+

        /// The programs of the steps, in their order.
        const STEPS: &[fn(&TcpListener) -> io::Result<()>] = &[$($module::serve),+];
    };
}

steps!(
    step_1 "../../examples/server_steps/step_1_socket.rs",
    step_2 "../../examples/server_steps/step_2_ping.rs",
    step_3 "../../examples/server_steps/step_3_set_get.rs",
    step_4 "../../examples/server_steps/step_4_pipelining.rs",
    step_5 "../../examples/server_steps/step_5_many_clients.rs",
    step_6 "../../examples/server_steps/step_6_hello.rs"
);

macro_rules! flaws {
    ($($(#[$doc:meta])+ $flaw:ident,)+) => {
        /// What a server can do wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Flaw { $($(#[$doc])+ $flaw,)+ }

        const FLAWS: &[Flaw] = &[$(Flaw::$flaw),+];
    };
}

flaws! {
    /// Goes after the first reply.
    OneReply,
    /// Every read is parsed by itself.
    ReadsAlone,
    /// The first reply is sent twice.
    TwoReplies,
    /// An unknown command ends the connection.
    UnknownEnds,
    /// A request of no words has a reply.
    EmptyAnswered,
    /// Names of commands are compared as they come.
    CapitalsOnly,
    /// A missing key is an empty string.
    MissingIsEmpty,
    /// A value ends at its first CR.
    ValueIsLine,
    /// Each client has a store of its own.
    StoreOfOne,
    /// Further arguments are ignored, missing ones are empty.
    ArgumentsNotCounted,
    /// One request for each read.
    OneOfRead,
    /// Replies in the reverse order.
    Backwards,
    /// Of one read, what is behind a hundred requests waits for the next.
    HundredOfRead,
    /// What comes in one read behind whole requests, and is not whole, is forgotten.
    PartForgotten,
    /// A protocol error ends the connection, and is not told.
    ErrorNotTold,
    /// A protocol error is told, and the connection stays.
    ErrorStays,
    /// A protocol error is told in place of what came before it.
    ErrorFirst,
    /// A protocol error ends the server's service for everybody.
    ErrorEndsAll,
    /// One client after the other.
    OneClient,
    /// HELLO sets the version of all connections.
    VersionOfAll,
    /// HELLO is answered in the version before.
    HelloInOld,
    /// HELLO 2 is not listened to.
    NoWayBack,
    /// HELLO with any other version is HELLO 3.
    AnyVersion,
}

/// The address of a server that runs until the test ends: `step N`, `the library`, a [`Flaw`] by its
/// name, or `hangs up`, which takes clients and says nothing.
pub(crate) fn start(name: &str) -> String {
    if name == "the library" {
        let server = Box::leak(Box::new(Background::start().unwrap()));
        return server.local_addr().to_string();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    if name == "hangs up" {
        thread::spawn(move || listener.incoming().for_each(drop));
    } else if let Some(number) = name.strip_prefix("step ") {
        let serve = STEPS[number.parse::<usize>().unwrap() - 1];
        thread::spawn(move || serve(&listener));
    } else {
        let flaw = FLAWS.iter().find(|flaw| format!("{flaw:?}") == name);
        let flaw = *flaw.unwrap_or_else(|| panic!("{name} is no server"));
        thread::spawn(move || serve(&listener, flaw));
    }
    address
}

/// The flaws' names, each of which some exercise has to catch.
pub(crate) fn flaws() -> impl Iterator<Item = String> {
    FLAWS.iter().map(|flaw| format!("{flaw:?}"))
}

type Store = HashMap<Vec<u8>, Vec<u8>>;

/// What clients share.
#[derive(Default)]
struct Shared {
    store: Mutex<Store>,
    resp3: AtomicBool,
    ended: AtomicBool,
}

fn serve(listener: &TcpListener, flaw: Flaw) {
    let shared = Arc::new(Shared::default());
    for stream in listener.incoming().map(Result::unwrap) {
        let shared = Arc::clone(&shared);
        let client = thread::spawn(move || drop(Client::new(flaw).talk(stream, &shared)));
        if flaw == Flaw::OneClient {
            client.join().unwrap();
        }
    }
}

struct Client {
    flaw: Flaw,
    target: Target,
    store: Store,
    replied: bool,
}

impl Client {
    fn new(flaw: Flaw) -> Client {
        Client { flaw, target: Target::Resp2, store: Store::new(), replied: false }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn talk(&mut self, mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
        let mut decoder = Decoder::new(Dialect::Request);
        let mut piece = [0; 4096];
        loop {
            let length = stream.read(&mut piece)?;
            if length == 0 || shared.ended.load(Ordering::SeqCst) {
                return Ok(());
            }
            if self.has(Flaw::ReadsAlone) {
                decoder.reset();
            }
            decoder.feed(&piece[..length]);
            let (replies, broken) = self.answer_all(&mut decoder, shared);
            if self.has(Flaw::PartForgotten) && !replies.is_empty() {
                decoder.reset();
            }
            let mut out = replies.concat();
            if let Some(text) = &broken {
                match self.flaw {
                    Flaw::ErrorNotTold => {}
                    Flaw::ErrorFirst => out = text.clone(),
                    _ => out.extend_from_slice(text),
                }
            }
            stream.write_all(&out)?;
            if broken.is_some() {
                shared.ended.store(self.has(Flaw::ErrorEndsAll), Ordering::SeqCst);
                if !self.has(Flaw::ErrorStays) {
                    return Ok(());
                }
                decoder.reset();
            }
            let ends = self.has(Flaw::UnknownEnds) && out.starts_with(b"-ERR unknown");
            if ends || (self.has(Flaw::OneReply) && !out.is_empty()) {
                return Ok(());
            }
        }
    }

    /// The replies to all requests that are whole, and the text of what broke the next.
    fn answer_all(
        &mut self,
        decoder: &mut Decoder,
        shared: &Shared,
    ) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
        let mut replies = Vec::new();
        let broken = loop {
            match decoder.next_frame() {
                Ok(Some(request)) => replies.extend(self.reply(request, shared)),
                Ok(None) => break None,
                Err(error) => {
                    let mut text = Vec::new();
                    error.write_redis_error(&mut text);
                    break Some(text);
                }
            }
            let most = match self.flaw {
                Flaw::OneOfRead => 1,
                Flaw::HundredOfRead => 100,
                _ => usize::MAX,
            };
            if replies.len() >= most {
                break None;
            }
        };
        if self.has(Flaw::Backwards) {
            replies.reverse();
        }
        if self.has(Flaw::TwoReplies) && !self.replied && !replies.is_empty() {
            self.replied = true;
            replies.push(replies[0].clone());
        }
        (replies, broken)
    }

    fn reply(&mut self, request: Frame<'_>, shared: &Shared) -> Option<Vec<u8>> {
        let words: Vec<Vec<u8>> = request.args().unwrap().map(|word| word.into_owned()).collect();
        let before = self.target;
        if self.has(Flaw::VersionOfAll) && shared.resp3.load(Ordering::SeqCst) {
            self.target = Target::Resp3;
        }
        let value = match words.is_empty() {
            true if self.has(Flaw::EmptyAnswered) => Value::error("ERR nothing asked"),
            true => return None,
            false => self.answer(words, shared),
        };
        if self.has(Flaw::VersionOfAll) {
            shared.resp3.store(self.target == Target::Resp3, Ordering::SeqCst);
        }
        let target = if self.has(Flaw::HelloInOld) { before } else { self.target };
        let mut out = Vec::new();
        Encoder::to(target).value(&mut out, &value).unwrap();
        Some(out)
    }

    fn answer(&mut self, mut words: Vec<Vec<u8>>, shared: &Shared) -> Value {
        if !self.has(Flaw::CapitalsOnly) {
            words[0].make_ascii_uppercase();
        }
        let name = words.remove(0);
        if self.has(Flaw::ArgumentsNotCounted) {
            words.resize(
                match &*name {
                    b"SET" => 2,
                    b"GET" => 1,
                    _ => words.len(),
                },
                Vec::new(),
            );
        }
        let mut shared = shared.store.lock().unwrap();
        let store = if self.has(Flaw::StoreOfOne) { &mut self.store } else { &mut *shared };
        match (&*name, &*words) {
            (b"PING", []) => Value::simple("PONG"),
            (b"PING", [text]) => Value::bulk(text),
            (b"SET", [key, value]) => {
                let value = match self.flaw {
                    Flaw::ValueIsLine => value.split(|byte| *byte == b'\r').next().unwrap(),
                    _ => value,
                };
                store.insert(key.clone(), value.to_vec());
                Value::simple("OK")
            }
            (b"GET", [key]) => match store.get(key) {
                Some(value) => Value::bulk(value),
                None if self.flaw == Flaw::MissingIsEmpty => Value::bulk(""),
                None => Value::null(),
            },
            (b"HELLO", [version]) => self.hello(version),
            (b"PING" | b"SET" | b"GET", _) => Value::error("ERR wrong number of arguments"),
            _ => Value::error("ERR unknown command"),
        }
    }

    fn hello(&mut self, version: &[u8]) -> Value {
        self.target = match version {
            b"2" if self.has(Flaw::NoWayBack) => self.target,
            b"2" => Target::Resp2,
            b"3" => Target::Resp3,
            _ if self.has(Flaw::AnyVersion) => Target::Resp3,
            _ => return Value::error("NOPROTO unsupported protocol version"),
        };
        let proto = if version == b"2" { 2 } else { 3 };
        Value::map([(Value::bulk("proto"), Value::Integer(proto))])
    }
}
