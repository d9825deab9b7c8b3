//! The model of the commands on keys.

use super::expected::Expected;
use super::model::{Answer, Call, Keys, SYNTAX, arity, count, error, exactly, integer, is, number};
use super::model::{ok, shown};
use super::pattern;
use crate::value::Value;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

/// A point in time, if there is such a one.
fn point(time: i64, scale: i128, from: i64) -> Option<i64> {
    i64::try_from(i128::from(time) * scale + i128::from(from)).ok()
}

impl Call<'_> {
    fn keys(&mut self) -> &mut Keys {
        let index = self.session().database;
        self.model.database(index)
    }

    fn get(&mut self, key: &[u8]) -> Option<Vec<u8>> {
        self.keys().get(key).map(|(value, _)| value.clone())
    }

    pub(super) fn on_keys(&mut self) -> Answer {
        let words = self.words;
        let key = words.get(1).cloned().unwrap_or_default();
        match self.name {
            "get" => {
                let value = self.get(&key);
                exactly(self.maybe(value))
            }
            "mget" => {
                let values: Vec<Value> = words[1..]
                    .iter()
                    .map(|key| {
                        let value = self.get(key);
                        self.maybe(value)
                    })
                    .collect();
                exactly(Value::array(values))
            }
            "mset" if words.len().is_multiple_of(2) => arity(self.name),
            "mset" => {
                for pair in words[1..].chunks(2) {
                    self.keys().insert(pair[0].clone(), (pair[1].clone(), None));
                }
                ok()
            }
            "set" => self.set(),
            "append" => {
                let (value, _) = self.keys().entry(key).or_default();
                value.extend_from_slice(&words[2]);
                count(value.len())
            }
            "strlen" => count(self.get(&key).map_or(0, |value| value.len())),
            "incr" => self.add(1),
            "decr" => self.add(-1),
            "incrby" => self.add(integer(&words[2])?.into()),
            "decrby" => match integer(&words[2])? {
                i64::MIN => error("ERR decrement would overflow"),
                by => self.add(-i128::from(by)),
            },
            "expire" => self.expire(1000),
            "pexpire" => self.expire(1),
            "ttl" => {
                let left = self.left();
                number(if left < 0 { left } else { (left + 500) / 1000 })
            }
            "pttl" => number(self.left()),
            "persist" => {
                let was = self.keys().get_mut(&key).and_then(|(_, deadline)| deadline.take());
                count(usize::from(was.is_some()))
            }
            "del" | "delete" => {
                let keys = self.keys();
                count(words[1..].iter().filter(|key| keys.remove(*key).is_some()).count())
            }
            "exists" => {
                let keys = self.keys();
                count(words[1..].iter().filter(|key| keys.contains_key(*key)).count())
            }
            "type" => {
                exactly(Value::simple(if self.get(&key).is_some() { "string" } else { "none" }))
            }
            "keys" => {
                let all = key == b"*";
                let found = self.keys().keys().filter(|name| all || pattern::matches(&key, name));
                Ok(Some(Expected::AnyOrder(found.cloned().collect())))
            }
            "dbsize" => count(self.keys().len()),
            name => {
                let mode = |word: &[u8]| is(word, "ASYNC") || is(word, "SYNC");
                match words {
                    [_] => {}
                    [_, word] if mode(word) => {}
                    _ => return error(SYNTAX),
                }
                let all = (0..16).map(|index| self.model.database(index).len()).sum();
                match name {
                    "flushdb" => self.keys().clear(),
                    "flush" | "flushall" => self.model.databases.iter_mut().for_each(Keys::clear),
                    other => panic!("the model has no {other}"),
                }
                if name == "flush" { count(all) } else { ok() }
            }
        }
    }

    fn set(&mut self) -> Answer {
        let words = self.words;
        let (mut missing, mut present, mut keep, mut get) = (false, false, false, false);
        let mut expiry: Option<(&str, &[u8])> = None;
        let mut options = words[3..].iter();
        while let Some(option) = options.next() {
            let unit = ["EX", "PX", "EXAT", "PXAT"].into_iter().find(|unit| is(option, unit));
            match unit {
                Some(unit) => match options.next() {
                    Some(time) if !keep && expiry.is_none_or(|(other, _)| other == unit) => {
                        expiry = Some((unit, time));
                    }
                    _ => return error(SYNTAX),
                },
                None if is(option, "NX") => missing = true,
                None if is(option, "XX") => present = true,
                None if is(option, "GET") => get = true,
                None if is(option, "KEEPTTL") && expiry.is_none() => keep = true,
                None => return error(SYNTAX),
            }
        }
        if missing && present {
            return error(SYNTAX);
        }
        let now = self.model.now;
        let old = self.keys().get(&words[1]).cloned();
        let deadline = match expiry {
            None if keep => old.as_ref().and_then(|(_, deadline)| *deadline),
            None => None,
            Some((unit, time)) => {
                let time = integer(time)?;
                let scale = if unit.starts_with('E') { 1000 } else { 1 };
                let from = if unit.ends_with("AT") { 0 } else { now };
                // A time that is not positive is refused whatever it would mean.
                match point(time, scale, from).filter(|_| time > 0) {
                    None => return error("ERR invalid expire time in 'set' command"),
                    deadline => deadline,
                }
            }
        };
        let sets = !(missing && old.is_some() || present && old.is_none());
        if sets {
            self.keys().insert(words[1].clone(), (words[2].clone(), deadline));
        }
        match (get, sets) {
            (true, _) => exactly(self.maybe(old.map(|(value, _)| value))),
            (false, true) => ok(),
            (false, false) => exactly(self.maybe(None)),
        }
    }

    fn add(&mut self, by: i128) -> Answer {
        let key = &self.words[1];
        let old = match self.get(key) {
            Some(value) => integer(&value)?,
            None => 0,
        };
        let Ok(new) = i64::try_from(i128::from(old) + by) else {
            return error("ERR increment or decrement would overflow");
        };
        self.keys().entry(key.clone()).or_default().0 = new.to_string().into_bytes();
        number(new)
    }

    /// Milliseconds; -1 for a key that stays, -2 for none.
    fn left(&mut self) -> i64 {
        let now = self.model.now;
        let key = &self.words[1];
        match self.keys().get(key) {
            None => -2,
            Some((_, None)) => -1,
            Some((_, Some(deadline))) => deadline - now,
        }
    }

    fn expire(&mut self, scale: i128) -> Answer {
        let words = self.words;
        let known = ["NX", "XX", "GT", "LT"];
        if let Some(option) = words[3..].iter().find(|word| !known.iter().any(|k| is(word, k))) {
            return error([b"ERR Unsupported option ", shown(option)].concat());
        }
        let [none, some, later, sooner] = known.map(|name| words[3..].iter().any(|w| is(w, name)));
        if none && (some || later || sooner) {
            return error("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if later && sooner {
            return error("ERR GT and LT options at the same time are not compatible");
        }
        let now = self.model.now;
        let Some(new) = point(integer(&words[2])?, scale, now) else {
            return error(format!("ERR invalid expire time in '{}' command", self.name));
        };
        let keys = self.keys();
        let Some((_, deadline)) = keys.get_mut(&words[1]) else { return number(0) };
        // A key that stays is later than any other.
        let old = deadline.map_or(i128::MAX, i128::from);
        let applies = (!none || deadline.is_none())
            && (!some || deadline.is_some())
            && (!later || i128::from(new) > old)
            && (!sooner || i128::from(new) < old);
        if applies && new <= now {
            keys.remove(&words[1]);
        } else if applies {
            *deadline = Some(new);
        }
        number(applies.into())
    }
}
