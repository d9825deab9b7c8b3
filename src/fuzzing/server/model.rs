//! What the server must answer, by the simplest means: an ordered map for each database, in which
//! an expired key is looked for at every access, and a few fields for each client.
//!
//! Written from the documentation of Redis' commands, and the texts of its errors. It reads the
//! words of a request by itself: what `commands` made of them it does not know. Here are the
//! clients, and the commands about them and the server; those on keys are in `keyspace`.

use super::commands::{self, Row, Words};
use super::expected::{Expected, Form};
use super::pattern;
use crate::value::Value;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) type Keys = BTreeMap<Vec<u8>, (Vec<u8>, Option<i64>)>;
/// What is answered, if anything is; or the text of an error.
pub(super) type Answer = Result<Option<Expected>, Vec<u8>>;

/// How a client's connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// When what was answered has been sent.
    Close,
    /// At once: it spoke HTTP.
    Abort,
}

/// What the server knows of one client.
#[derive(Default)]
pub(super) struct Session {
    name: Vec<u8>,
    pub(super) database: usize,
    resp3: bool,
    end: Option<End>,
}

/// The keyspace, the clients in the order in which they came, and what is counted.
pub(super) struct Model {
    pub(super) databases: Vec<Keys>,
    pub(super) sessions: Vec<Session>,
    connected: usize,
    processed: usize,
    stopping: bool,
    pub(super) now: i64,
}

pub(super) const SYNTAX: &str = "ERR syntax error";
const VERSION: &str = "7.0.15";

pub(super) fn error<T>(text: impl AsRef<[u8]>) -> Result<T, Vec<u8>> {
    Err(text.as_ref().to_vec())
}

pub(super) fn exactly(value: Value) -> Answer {
    Ok(Some(Expected::Exactly(value)))
}

pub(super) fn ok() -> Answer {
    exactly(Value::simple("OK"))
}

pub(super) fn number(number: i64) -> Answer {
    exactly(Value::Integer(number))
}

pub(super) fn count(count: usize) -> Answer {
    number(count as i64)
}

pub(super) fn is(word: &[u8], text: &str) -> bool {
    word.eq_ignore_ascii_case(text.as_bytes())
}

pub(super) fn arity(name: &str) -> Answer {
    error(format!("ERR wrong number of arguments for '{name}' command"))
}

/// What `%s` of C prints.
pub(super) fn shown(word: &[u8]) -> &[u8] {
    cut(word, word.len())
}

/// What `%.*s` of C prints.
fn cut(word: &[u8], most: usize) -> &[u8] {
    let word = &word[..word.len().min(most)];
    &word[..word.iter().position(|byte| *byte == 0).unwrap_or(word.len())]
}

impl Model {
    pub(super) fn new(now: i64) -> Model {
        Model {
            databases: vec![Keys::new(); 16],
            sessions: Vec::new(),
            connected: 0,
            processed: 0,
            stopping: false,
            now,
        }
    }

    pub(super) fn pass(&mut self, millis: i64) {
        self.now += millis;
    }

    /// A client comes: its place in the order, from 0.
    pub(super) fn join(&mut self) -> usize {
        self.sessions.push(Session::default());
        self.connected += 1;
        self.sessions.len() - 1
    }

    /// A client goes.
    pub(super) fn leave(&mut self) {
        self.connected -= 1;
    }

    pub(super) fn end(&self, client: usize) -> Option<End> {
        self.sessions[client].end
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping
    }

    pub(super) fn form(&self, client: usize) -> Form {
        Form { resp3: self.sessions[client].resp3 }
    }

    /// A database, without what has expired.
    pub(super) fn database(&mut self, index: usize) -> &mut Keys {
        let now = self.now;
        let keys = &mut self.databases[index];
        keys.retain(|_, (_, deadline)| deadline.is_none_or(|deadline| deadline >= now));
        keys
    }

    /// Requests for all that is left in the databases, to be sent by one client.
    pub(super) fn audit(&mut self) -> Vec<Words> {
        let mut requests = vec![commands::words("INFO keyspace stats clients")];
        for index in 0..self.databases.len() {
            let keys: Words = self.database(index).keys().cloned().collect();
            if !keys.is_empty() {
                requests.push(commands::words(&format!("SELECT {index}")));
                requests.push(commands::words("KEYS *"));
                requests.push([vec![b"MGET".to_vec()], keys.clone()].concat());
                requests.extend(keys.into_iter().map(|key| vec![b"PTTL".to_vec(), key]));
            }
        }
        requests
    }

    /// Answers a request; nothing, if there is no answer.
    pub(super) fn run(&mut self, client: usize, words: &[Vec<u8>]) -> Option<Expected> {
        let session = &mut self.sessions[client];
        let first = words.first().filter(|_| session.end.is_none())?;
        if is(first, "POST") || is(first, "Host:") {
            session.end = Some(End::Abort);
            return None;
        }
        self.processed += 1;
        let answer = row(words).and_then(|row| match row.allows(words.len()) {
            true => Call { model: self, client, name: row.name, words }.answer(),
            false => arity(row.name),
        });
        answer.unwrap_or_else(|mut text| {
            // An error is a line.
            for byte in text.iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n')) {
                *byte = b' ';
            }
            Some(Expected::Exactly(Value::SimpleError(text)))
        })
    }
}

/// The row of a request, or why there is none.
pub(super) fn row(words: &[Vec<u8>]) -> Result<&'static Row, Vec<u8>> {
    let name = &words[0];
    let Some(row) = commands::find(name).filter(|row| !row.name.contains('|')) else {
        let mut arguments = Vec::new();
        for word in &words[1..] {
            if arguments.len() < 128 {
                let room = 128 - arguments.len();
                arguments.extend([b"'", cut(word, room), b"' "].concat());
            }
        }
        let name = cut(name, 128);
        let behind = b"', with args beginning with: ";
        return error([b"ERR unknown command '", name, behind, &arguments].concat());
    };
    let below = row.subcommands();
    let Some(second) = words.get(1).filter(|_| !below.is_empty()) else { return Ok(row) };
    below.into_iter().find(|row| is(second, row.own_name())).ok_or_else(|| {
        let behind = format!("'. Try {} HELP.", row.name.to_uppercase());
        [b"ERR unknown subcommand '", cut(second, 128), behind.as_bytes()].concat()
    })
}

/// A request that is being answered, whose number of words its row allows.
pub(super) struct Call<'a> {
    pub(super) model: &'a mut Model,
    pub(super) client: usize,
    pub(super) name: &'static str,
    pub(super) words: &'a [Vec<u8>],
}

impl Call<'_> {
    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.model.sessions[self.client]
    }

    pub(super) fn form(&self) -> Form {
        self.model.form(self.client)
    }

    pub(super) fn maybe(&self, value: Option<Vec<u8>>) -> Value {
        value.map_or(Value::Null(self.form().null()), Value::BulkString)
    }

    fn answer(mut self) -> Answer {
        let words = self.words;
        match self.name {
            "client|id" => number(self.client as i64 + 1),
            "client|getname" => {
                let name = Some(self.session().name.clone()).filter(|name| !name.is_empty());
                exactly(self.maybe(name))
            }
            "client|setname" => {
                self.rename(&words[2])?;
                ok()
            }
            "client|setinfo" => {
                let known = ["lib-name", "lib-ver"].into_iter().find(|name| is(&words[2], name));
                let Some(known) = known else {
                    let option = shown(&words[2]);
                    return error([b"ERR Unrecognized option '", option, b"'"].concat());
                };
                printable(known, &words[3])?;
                ok()
            }
            "client|help" | "command|help" | "config|help" => {
                let container = commands::find(&words[0]);
                Ok(container.map(Expected::Help))
            }
            "echo" => exactly(Value::bulk(&words[1])),
            "ping" => match words {
                [_] => exactly(Value::simple("PONG")),
                [_, text] => exactly(Value::bulk(text)),
                _ => arity(self.name),
            },
            "hello" => self.hello(),
            "select" => self.select(),
            "quit" => {
                self.session().end = Some(End::Close);
                ok()
            }
            "shutdown" => self.shutdown(),
            "info" => self.info(),
            "config|get" => self.config(),
            "command" => described(),
            "command|count" => count(sorted().len()),
            "command|list" => match words.len() {
                2 => exactly(Value::array(sorted().iter().map(|row| Value::bulk(row.name)))),
                _ => error(SYNTAX),
            },
            "command|info" if words.len() == 2 => described(),
            "command|info" => {
                let rows = words[2..].iter().map(|name| commands::find(name)).collect();
                Ok(Some(Expected::Described(rows)))
            }
            "command|docs" => {
                let all = words.len() == 2;
                let named = || words[2..].iter().filter_map(|name| commands::find(name)).collect();
                Ok(Some(Expected::Documented(if all { sorted() } else { named() })))
            }
            _ => self.on_keys(),
        }
    }

    fn rename(&mut self, name: &[u8]) -> Result<(), Vec<u8>> {
        printable("Client names", name)?;
        self.session().name = name.to_vec();
        Ok(())
    }

    fn select(&mut self) -> Answer {
        let index = integer(&self.words[1])?;
        if i32::try_from(index).is_err() {
            return error(
                "ERR value is out of range, value must between -2147483648 and 2147483647",
            );
        }
        if !(0..16).contains(&index) {
            return error("ERR DB index is out of range");
        }
        self.session().database = index as usize;
        ok()
    }

    /// A name is set as soon as it is read, the version when all has been.
    fn hello(&mut self) -> Answer {
        let words = self.words;
        let resp3 = match words.get(1) {
            None => self.session().resp3,
            Some(version) => match integer(version) {
                Ok(2) => false,
                Ok(3) => true,
                Ok(_) => return error("NOPROTO unsupported protocol version"),
                Err(_) => {
                    return error("ERR Protocol version is not an integer or out of range");
                }
            },
        };
        let mut rest = words.get(2..).unwrap_or_default();
        while let [option, behind @ ..] = rest {
            rest = match behind {
                [user, _, behind @ ..] if is(option, "AUTH") => {
                    if user != b"default" {
                        return error(
                            "WRONGPASS invalid username-password pair or user is disabled.",
                        );
                    }
                    behind
                }
                [name, behind @ ..] if is(option, "SETNAME") => {
                    self.rename(name)?;
                    behind
                }
                _ => {
                    let option = shown(option);
                    return error([b"ERR Syntax error in HELLO option '", option, b"'"].concat());
                }
            };
        }
        self.session().resp3 = resp3;
        let fields = [
            ("server", Value::bulk("redis")),
            ("version", Value::bulk(VERSION)),
            ("proto", Value::Integer(if resp3 { 3 } else { 2 })),
            ("id", Value::Integer(self.client as i64 + 1)),
            ("mode", Value::bulk("standalone")),
            ("role", Value::bulk("master")),
            ("modules", Value::array([])),
        ];
        let fields = fields.map(|(name, value)| (Value::bulk(name), value));
        exactly(self.form().map(fields))
    }

    fn shutdown(&mut self) -> Answer {
        let options = &self.words[1..];
        let has = |name: &str| options.iter().any(|word| is(word, name));
        let known = |word: &Vec<u8>| {
            ["SAVE", "NOSAVE", "NOW", "FORCE", "ABORT"].iter().any(|name| is(word, name))
        };
        let other = options.iter().any(|word| !is(word, "ABORT"));
        if !options.iter().all(known) || has("SAVE") && has("NOSAVE") || has("ABORT") && other {
            return error(SYNTAX);
        }
        if has("ABORT") {
            return error("ERR No shutdown in progress.");
        }
        self.session().end = Some(End::Close);
        self.model.stopping = true;
        Ok(None)
    }

    fn config(&mut self) -> Answer {
        let settings = [
            ("appendonly", "no"),
            ("databases", "16"),
            ("maxmemory", "0"),
            ("port", "0"),
            ("save", ""),
        ];
        let names = &self.words[2..];
        let found = settings.into_iter().filter_map(|(setting, value)| {
            let name = names.iter().find(|name| match is_pattern(name) {
                true => pattern::matches(&name.to_ascii_lowercase(), setting.as_bytes()),
                false => is(name, setting),
            })?;
            let told = if is_pattern(name) { setting.as_bytes() } else { name };
            Some((Value::bulk(told), Value::bulk(value)))
        });
        exactly(self.form().map(found))
    }

    fn info(&mut self) -> Answer {
        let options = &self.words[1..];
        let asked = |name: &str| options.iter().any(|word| is(word, name));
        let all = options.is_empty() || ["all", "default", "everything"].into_iter().any(asked);
        let sections = ["Server", "Clients", "Stats", "Keyspace"];
        let texts: Vec<String> = sections
            .into_iter()
            .filter(|name| all || asked(name))
            .map(|name| format!("# {name}\r\n{}", self.section(name)))
            .collect();
        exactly(self.form().text(&texts.join("\r\n")))
    }

    fn section(&mut self, name: &str) -> String {
        let model = &mut *self.model;
        let fields: Vec<(String, String)> = match name {
            "Server" => [
                ("redis_version", VERSION.to_string()),
                ("redis_mode", "standalone".to_string()),
                ("resp_machine_version", env!("CARGO_PKG_VERSION").to_string()),
                ("os", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
                ("arch_bits", usize::BITS.to_string()),
                ("process_id", std::process::id().to_string()),
                ("tcp_port", "0".to_string()),
                ("server_time_usec", format!("{}000", model.now)),
                // As `super::settled` leaves them.
                ("uptime_in_seconds", "0".to_string()),
                ("uptime_in_days", "0".to_string()),
            ]
            .map(|(name, value)| (name.to_string(), value))
            .to_vec(),
            "Clients" => vec![("connected_clients".to_string(), model.connected.to_string())],
            "Stats" => vec![
                ("total_connections_received".to_string(), model.sessions.len().to_string()),
                ("total_commands_processed".to_string(), model.processed.to_string()),
            ],
            _ => (0..16)
                .filter_map(|index| {
                    let keys = model.database(index);
                    let expiring = keys.values().filter(|(_, deadline)| deadline.is_some()).count();
                    let told = format!("keys={},expires={expiring},avg_ttl=0", keys.len());
                    (!keys.is_empty()).then(|| (format!("db{index}"), told))
                })
                .collect(),
        };
        fields.iter().map(|(name, value)| format!("{name}:{value}\r\n")).collect()
    }
}

/// Whether a setting is looked for by a pattern, and not by its name.
fn is_pattern(name: &[u8]) -> bool {
    [b'[', b'*', b'?'].iter().any(|letter| name.contains(letter))
}

/// What is shown in lists has no spaces.
fn printable(what: &str, name: &[u8]) -> Result<(), Vec<u8>> {
    match name.iter().all(|byte| (b'!'..=b'~').contains(byte)) {
        true => Ok(()),
        false => {
            error(format!("ERR {what} cannot contain spaces, newlines or special characters."))
        }
    }
}

/// The commands that are no subcommands.
fn sorted() -> Vec<&'static Row> {
    let mut rows: Vec<&Row> = commands::rows().filter(|row| !row.name.contains('|')).collect();
    rows.sort_unstable_by_key(|row| row.name);
    rows
}

fn described() -> Answer {
    Ok(Some(Expected::Described(sorted().into_iter().map(Some).collect())))
}

/// A number in the one spelling that Redis takes.
pub(super) fn integer(text: &[u8]) -> Result<i64, Vec<u8>> {
    let number = core::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
    match number {
        Some(number) if number.to_string().as_bytes() == text => Ok(number),
        _ => error("ERR value is not an integer or out of range"),
    }
}
