//! What the server must answer, by the simplest means: an ordered map for each database, in which
//! an expired key is looked for at every access.
//!
//! Written from the documentation of Redis' commands, and the texts of its errors.

use crate::event::Null;
use crate::value::Value;
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};

/// One of a few keys, so that commands meet.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    A,
    B,
    /// One that has to be quoted in an inline command.
    Odd,
}

impl Key {
    fn bytes(self) -> Vec<u8> {
        match self {
            Key::A => b"a".to_vec(),
            Key::B => b"b".to_vec(),
            Key::Odd => b"* \"\r\n\x00".to_vec(),
        }
    }
}

/// What is stored: numbers in and out of range, and bytes.
#[derive(Clone, Debug)]
pub(super) struct Text(Vec<u8>);

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Text> {
        const TEXTS: [&[u8]; 8] =
            [b"", b"0", b"-7", b"9223372036854775807", b"-9223372036854775808", b"05", b"+1", b"x"];
        Ok(Text(match u.int_in_range(0..=2)? {
            0 => u.choose(&TEXTS)?.to_vec(),
            1 => u.arbitrary::<i16>()?.to_string().into_bytes(),
            _ => {
                let length = u.int_in_range(0..=9)?;
                u.bytes(length.min(u.len()))?.to_vec()
            }
        }))
    }
}

/// NX, XX.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Missing,
    Present,
}

/// EX, PX, EXAT, PXAT, KEEPTTL.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Expiry {
    Seconds(i16),
    Millis(i16),
    /// So long from the beginning, in seconds.
    SecondsAt(i16),
    /// The same in milliseconds.
    MillisAt(i32),
    Keep,
}

/// NX, XX, GT, LT of EXPIRE.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Only {
    Without,
    With,
    Later,
    Sooner,
}

#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Command {
    Ping,
    Echo(Text),
    Get(Key),
    Set {
        key: Key,
        value: Text,
        condition: Option<Condition>,
        expiry: Option<Expiry>,
        get: bool,
    },
    Mget(Key, Key),
    Mset(Key, Text, Key, Text),
    Del(Key, Key),
    Exists(Key, Key),
    Incr(Key),
    Decr(Key),
    IncrBy(Key, Text),
    DecrBy(Key, Text),
    Append(Key, Text),
    Strlen(Key),
    Expire(Key, i16, Option<Only>),
    Pexpire(Key, i16, Option<Only>),
    Ttl(Key),
    Pttl(Key),
    Persist(Key),
    Type(Key),
    Dbsize,
    Flushdb,
    Flushall,
    Select(u8),
    Hello(Version),
    /// With an argument too few.
    Arity,
    Unknown,
    Quit,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Version {
    Two,
    Three,
    Four,
}

impl Command {
    /// Commands that ask for everything there is in a database.
    pub(super) fn audit() -> impl Iterator<Item = Command> {
        let keys = [Key::A, Key::B, Key::Odd];
        keys.into_iter()
            .flat_map(|key| [Command::Get(key), Command::Pttl(key)])
            .chain([Command::Dbsize])
    }

    /// The command as it is sent.
    pub(super) fn words(&self) -> Vec<Vec<u8>> {
        let word = |text: &str| text.as_bytes().to_vec();
        let number = |number: i64| number.to_string().into_bytes();
        let keyed = |name: &str, key: &Key| vec![word(name), key.bytes()];
        match self {
            Command::Ping => vec![word("PING")],
            Command::Echo(text) => vec![word("echo"), text.0.clone()],
            Command::Get(key) => keyed("GET", key),
            Command::Set { key, value, condition, expiry, get } => {
                let mut words = keyed("SET", key);
                words.push(value.0.clone());
                words.extend(condition.map(|condition| match condition {
                    Condition::Missing => word("NX"),
                    Condition::Present => word("xx"),
                }));
                match *expiry {
                    Some(Expiry::Seconds(n)) => words.extend([word("EX"), number(n.into())]),
                    Some(Expiry::Millis(n)) => words.extend([word("px"), number(n.into())]),
                    Some(Expiry::SecondsAt(n)) => {
                        let at = super::START / 1000 + i64::from(n);
                        words.extend([word("EXAT"), number(at)]);
                    }
                    Some(Expiry::MillisAt(n)) => {
                        words.extend([word("PXAT"), number(super::START + i64::from(n))]);
                    }
                    Some(Expiry::Keep) => words.push(word("KEEPTTL")),
                    None => {}
                }
                words.extend(get.then(|| word("GET")));
                words
            }
            Command::Mget(a, b) => vec![word("MGET"), a.bytes(), b.bytes()],
            Command::Mset(a, one, b, two) => {
                vec![word("MSET"), a.bytes(), one.0.clone(), b.bytes(), two.0.clone()]
            }
            Command::Del(a, b) => vec![word("DEL"), a.bytes(), b.bytes()],
            Command::Exists(a, b) => vec![word("EXISTS"), a.bytes(), b.bytes()],
            Command::Incr(key) => keyed("INCR", key),
            Command::Decr(key) => keyed("DECR", key),
            Command::IncrBy(key, by) => vec![word("INCRBY"), key.bytes(), by.0.clone()],
            Command::DecrBy(key, by) => vec![word("DECRBY"), key.bytes(), by.0.clone()],
            Command::Append(key, text) => vec![word("APPEND"), key.bytes(), text.0.clone()],
            Command::Strlen(key) => keyed("STRLEN", key),
            Command::Expire(key, by, only) | Command::Pexpire(key, by, only) => {
                let seconds = matches!(self, Command::Expire(..));
                let mut words = keyed(if seconds { "EXPIRE" } else { "PEXPIRE" }, key);
                words.push(number((*by).into()));
                words.extend(only.map(|only| match only {
                    Only::Without => word("NX"),
                    Only::With => word("XX"),
                    Only::Later => word("GT"),
                    Only::Sooner => word("lt"),
                }));
                words
            }
            Command::Ttl(key) => keyed("TTL", key),
            Command::Pttl(key) => keyed("PTTL", key),
            Command::Persist(key) => keyed("PERSIST", key),
            Command::Type(key) => keyed("TYPE", key),
            Command::Dbsize => vec![word("DBSIZE")],
            Command::Flushdb => vec![word("FLUSHDB")],
            Command::Flushall => vec![word("FLUSHALL")],
            Command::Select(index) => vec![word("SELECT"), number((*index % 18).into())],
            Command::Hello(version) => {
                let version = match version {
                    Version::Two => "2",
                    Version::Three => "3",
                    Version::Four => "4",
                };
                vec![word("HELLO"), word(version)]
            }
            Command::Arity => vec![word("get")],
            Command::Unknown => vec![word("nosuch"), word("thing")],
            Command::Quit => vec![word("QUIT")],
        }
    }
}

/// What a reply must be.
#[derive(Debug)]
pub(super) enum Expected {
    Exactly(Value),
    /// The properties of the connection: the version among them.
    Hello {
        version: i64,
    },
}

impl Expected {
    pub(super) fn matches(&self, reply: &Value) -> bool {
        match self {
            Expected::Exactly(value) => reply == value,
            Expected::Hello { version } => {
                let pairs = match reply {
                    Value::Map(pairs) if *version == 3 => pairs,
                    Value::Array(pairs) if *version == 2 => pairs,
                    _ => return false,
                };
                let proto = (&Value::bulk("proto"), &Value::Integer(*version));
                pairs.len() == 14 && pairs.pairs().any(|pair| pair == proto)
            }
        }
    }

    /// In a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Expected::Exactly(Value::SimpleError(_)) => "error",
            Expected::Exactly(Value::Null(_)) => "null",
            Expected::Exactly(Value::Integer(n)) if *n < 0 => "negative",
            Expected::Exactly(Value::Integer(0)) => "zero",
            Expected::Exactly(_) | Expected::Hello { .. } => "value",
        }
    }
}

type Keys = BTreeMap<Vec<u8>, (Vec<u8>, Option<i64>)>;

/// The keyspace, and what the server knows of the client.
pub(super) struct Model {
    databases: Vec<Keys>,
    selected: usize,
    resp3: bool,
    now: i64,
    over: bool,
}

const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";

impl Model {
    pub(super) fn new(now: i64) -> Model {
        Model { databases: vec![Keys::new(); 16], selected: 0, resp3: false, now, over: false }
    }

    pub(super) fn pass(&mut self, millis: i64) {
        self.now += millis;
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// The selected database, without what has expired.
    fn keys(&mut self) -> &mut Keys {
        let now = self.now;
        let keys = &mut self.databases[self.selected];
        keys.retain(|_, (_, deadline)| deadline.is_none_or(|deadline| deadline >= now));
        keys
    }

    fn get(&mut self, key: Key) -> Option<Vec<u8>> {
        self.keys().get(&key.bytes()).map(|(value, _)| value.clone())
    }

    fn maybe(&self, value: Option<Vec<u8>>) -> Value {
        let null = if self.resp3 { Null::Resp3 } else { Null::Bulk };
        value.map_or(Value::Null(null), Value::BulkString)
    }

    /// Runs a command: its reply, or nothing once the client has quit.
    pub(super) fn run(&mut self, command: &Command) -> Option<Expected> {
        if self.over {
            return None;
        }
        if let Command::Hello(version) = command {
            let version = match version {
                Version::Two => 2,
                Version::Three => 3,
                Version::Four => {
                    let text = "NOPROTO unsupported protocol version";
                    return Some(Expected::Exactly(Value::error(text)));
                }
            };
            self.resp3 = version == 3;
            return Some(Expected::Hello { version });
        }
        Some(Expected::Exactly(self.reply(command).unwrap_or_else(Value::error)))
    }

    fn reply(&mut self, command: &Command) -> core::result::Result<Value, &'static str> {
        let ok = || Ok(Value::simple("OK"));
        let count = |count: usize| Ok(Value::Integer(count as i64));
        match command {
            Command::Ping => Ok(Value::simple("PONG")),
            Command::Echo(text) => Ok(Value::bulk(&text.0)),
            Command::Get(key) => {
                let value = self.get(*key);
                Ok(self.maybe(value))
            }
            Command::Set { key, value, condition, expiry, get } => {
                self.set(*key, value, *condition, *expiry, *get)
            }
            Command::Mget(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                Ok(Value::array([self.maybe(a), self.maybe(b)]))
            }
            Command::Mset(a, one, b, two) => {
                self.keys().insert(a.bytes(), (one.0.clone(), None));
                self.keys().insert(b.bytes(), (two.0.clone(), None));
                ok()
            }
            Command::Del(a, b) => {
                let keys = self.keys();
                count([a, b].iter().filter(|key| keys.remove(&key.bytes()).is_some()).count())
            }
            Command::Exists(a, b) => {
                let keys = self.keys();
                count([a, b].iter().filter(|key| keys.contains_key(&key.bytes())).count())
            }
            Command::Incr(key) => self.add(*key, 1),
            Command::Decr(key) => self.add(*key, -1),
            Command::IncrBy(key, by) => self.add(*key, integer(&by.0)?.into()),
            Command::DecrBy(key, by) => match integer(&by.0)? {
                i64::MIN => Err("ERR decrement would overflow"),
                by => self.add(*key, -i128::from(by)),
            },
            Command::Append(key, text) => {
                let (value, _) = self.keys().entry(key.bytes()).or_default();
                value.extend_from_slice(&text.0);
                count(value.len())
            }
            Command::Strlen(key) => count(self.get(*key).map_or(0, |value| value.len())),
            Command::Expire(key, by, only) => self.expire(*key, i64::from(*by) * 1000, *only),
            Command::Pexpire(key, by, only) => self.expire(*key, i64::from(*by), *only),
            Command::Ttl(key) => {
                let left = self.left(*key);
                Ok(Value::Integer(if left < 0 { left } else { (left + 500) / 1000 }))
            }
            Command::Pttl(key) => Ok(Value::Integer(self.left(*key))),
            Command::Persist(key) => {
                let entry = self.keys().get_mut(&key.bytes());
                let was = entry.and_then(|(_, deadline)| deadline.take());
                count(usize::from(was.is_some()))
            }
            Command::Type(key) => {
                Ok(Value::simple(if self.get(*key).is_some() { "string" } else { "none" }))
            }
            Command::Dbsize => count(self.keys().len()),
            Command::Flushdb => {
                self.keys().clear();
                ok()
            }
            Command::Flushall => {
                self.databases.iter_mut().for_each(BTreeMap::clear);
                ok()
            }
            Command::Select(index) => match usize::from(*index % 18) {
                index if index < 16 => {
                    self.selected = index;
                    ok()
                }
                _ => Err("ERR DB index is out of range"),
            },
            Command::Arity => Err("ERR wrong number of arguments for 'get' command"),
            Command::Unknown => {
                Err("ERR unknown command 'nosuch', with args beginning with: 'thing' ")
            }
            Command::Quit => {
                self.over = true;
                ok()
            }
            // Answered by the caller.
            Command::Hello(_) => ok(),
        }
    }

    fn set(
        &mut self,
        key: Key,
        value: &Text,
        condition: Option<Condition>,
        expiry: Option<Expiry>,
        get: bool,
    ) -> core::result::Result<Value, &'static str> {
        let now = self.now;
        let old = self.keys().get(&key.bytes()).cloned();
        // A time that is not positive is refused whatever it would mean.
        let after = |positive: bool, deadline: i64| match positive {
            true => Ok(Some(deadline)),
            false => Err("ERR invalid expire time in 'set' command"),
        };
        let deadline = match expiry {
            None => None,
            Some(Expiry::Keep) => old.as_ref().and_then(|(_, deadline)| *deadline),
            Some(Expiry::Seconds(n)) => after(n > 0, now + i64::from(n) * 1000)?,
            Some(Expiry::Millis(n)) => after(n > 0, now + i64::from(n))?,
            Some(Expiry::SecondsAt(n)) => after(true, super::START + i64::from(n) * 1000)?,
            Some(Expiry::MillisAt(n)) => after(true, super::START + i64::from(n))?,
        };
        let sets = match condition {
            None => true,
            Some(Condition::Missing) => old.is_none(),
            Some(Condition::Present) => old.is_some(),
        };
        if sets {
            self.keys().insert(key.bytes(), (value.0.clone(), deadline));
        }
        Ok(match (get, sets) {
            (true, _) => self.maybe(old.map(|(value, _)| value)),
            (false, true) => Value::simple("OK"),
            (false, false) => self.maybe(None),
        })
    }

    fn add(&mut self, key: Key, by: i128) -> core::result::Result<Value, &'static str> {
        let entry = self.keys().entry(key.bytes());
        let old = match &entry {
            alloc::collections::btree_map::Entry::Occupied(entry) => integer(&entry.get().0)?,
            alloc::collections::btree_map::Entry::Vacant(_) => 0,
        };
        let new = i64::try_from(i128::from(old) + by)
            .map_err(|_| "ERR increment or decrement would overflow")?;
        entry.or_default().0 = new.to_string().into_bytes();
        Ok(Value::Integer(new))
    }

    /// Milliseconds; -1 for a key that stays, -2 for none.
    fn left(&mut self, key: Key) -> i64 {
        let now = self.now;
        match self.keys().get(&key.bytes()) {
            None => -2,
            Some((_, None)) => -1,
            Some((_, Some(deadline))) => deadline - now,
        }
    }

    fn expire(
        &mut self,
        key: Key,
        by: i64,
        only: Option<Only>,
    ) -> core::result::Result<Value, &'static str> {
        let new = self.now + by;
        let now = self.now;
        let keys = self.keys();
        let Some((_, deadline)) = keys.get_mut(&key.bytes()) else {
            return Ok(Value::Integer(0));
        };
        // A key that stays is later than any other.
        let old = deadline.unwrap_or(i64::MAX);
        let applies = match only {
            None => true,
            Some(Only::Without) => deadline.is_none(),
            Some(Only::With) => deadline.is_some(),
            Some(Only::Later) => new > old,
            Some(Only::Sooner) => new < old,
        };
        if applies && new <= now {
            keys.remove(&key.bytes());
        } else if applies {
            *deadline = Some(new);
        }
        Ok(Value::Integer(applies.into()))
    }
}

/// A number in the one spelling that Redis takes.
fn integer(text: &[u8]) -> core::result::Result<i64, &'static str> {
    let number = core::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
    match number {
        Some(number) if number.to_string().as_bytes() == text => Ok(number),
        _ => Err(NOT_AN_INTEGER),
    }
}
