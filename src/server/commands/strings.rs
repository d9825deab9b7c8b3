//! Values: GET, SET and their kin.
//!
//! SET's options are parsed apart from what it does ([`SetOptions`]), since which of them go
//! together is all that is difficult about it.

use super::expiry::{Unit, deadline};
use super::{Args, Command, Context, Fault, Outcome, Reply};
use crate::limits::Limits;
use crate::state::Dialect;

pub(super) const COMMANDS: &[Command] = &[
    Command::new("append", 3, append)
        .flags("write denyoom fast", "@write @string @fast")
        .keys(1, 1, 1, "RW insert")
        .docs("string", "2.0.0", "O(1)", "Append a value to a key"),
    Command::new("get", 2, get)
        .flags("readonly fast", "@read @string @fast")
        .keys(1, 1, 1, "RO access")
        .docs("string", "1.0.0", "O(1)", "Get the value of a key"),
    Command::new("mget", -2, mget)
        .flags("readonly fast", "@read @string @fast")
        .keys(1, -1, 1, "RO access")
        .tips("request_policy:multi_shard")
        .docs(
            "string",
            "1.0.0",
            "O(N) where N is the number of keys to retrieve.",
            "Get the values of all the given keys",
        ),
    Command::new("mset", -3, mset)
        .flags("write denyoom", "@write @string @slow")
        .keys(1, -1, 2, "OW update")
        .tips("request_policy:multi_shard response_policy:all_succeeded")
        .docs(
            "string",
            "1.0.1",
            "O(N) where N is the number of keys to set.",
            "Set multiple keys to multiple values",
        ),
    Command::new("set", -3, set)
        .flags("write denyoom", "@write @string @slow")
        .keys(1, 1, 1, "RW access update variable_flags")
        .notes("RW and ACCESS due to the optional `GET` argument")
        .docs("string", "1.0.0", "O(1)", "Set the string value of a key"),
    Command::new("strlen", 2, strlen)
        .flags("readonly fast", "@read @string @fast")
        .keys(1, 1, 1, "RO")
        .docs("string", "2.2.0", "O(1)", "Get the length of the value stored in a key"),
];

/// The longest value there can be: one that is longer could not be sent.
const LONGEST: u64 = Limits::new(Dialect::Request).blob;

fn get(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let entry = context.database().get(args.at(1));
    reply.maybe(entry.map(|entry| &entry.value[..]))
}

fn mget(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.array(args.len() - 1)?;
    for key in args.from(1) {
        let entry = context.database().get(key);
        reply.maybe(entry.map(|entry| &entry.value[..]))?;
    }
    Ok(())
}

fn mset(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    if args.len().is_multiple_of(2) {
        return Err(Fault::arity(context.name));
    }
    for index in (1..args.len()).step_by(2) {
        context.database().put(args.at(index), args.at(index + 1).to_vec(), None);
    }
    reply.ok()
}

fn strlen(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let entry = context.database().get(args.at(1));
    reply.count(entry.map_or(0, |entry| entry.value.len()))
}

fn append(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let (key, more) = (args.at(1), args.at(2));
    let database = context.database();
    let Some(value) = database.value_mut(key) else {
        database.put(key, more.to_vec(), None);
        return reply.count(more.len());
    };
    if (value.len() + more.len()) as u64 > LONGEST {
        return Err(Fault::TOO_LONG);
    }
    value.extend_from_slice(more);
    let length = value.len();
    reply.count(length)
}

/// When SET sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Always,
    /// NX
    IfMissing,
    /// XX
    IfPresent,
}

/// What SET does to the time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    Clear,
    /// KEEPTTL
    Keep,
    /// EX, PX, EXAT, PXAT: the unit, and the index of the argument with the time.
    At(Unit, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SetOptions {
    condition: Condition,
    expiry: Expiry,
    /// GET: answer with the old value.
    get: bool,
}

impl SetOptions {
    /// Options that exclude one another are a syntax error; the same one twice is not, and the
    /// last counts.
    fn parse(args: &Args<'_>) -> Result<SetOptions, Fault> {
        let mut options =
            SetOptions { condition: Condition::Always, expiry: Expiry::Clear, get: false };
        let mut index = 3;
        while index < args.len() {
            let unit = Unit::ALL.into_iter().find(|unit| args.is(index, unit.option()));
            if args.is(index, "NX") && options.condition != Condition::IfPresent {
                options.condition = Condition::IfMissing;
            } else if args.is(index, "XX") && options.condition != Condition::IfMissing {
                options.condition = Condition::IfPresent;
            } else if args.is(index, "GET") {
                options.get = true;
            } else if args.is(index, "KEEPTTL") && !matches!(options.expiry, Expiry::At(..)) {
                options.expiry = Expiry::Keep;
            } else if let Some(unit) = unit
                && index + 1 < args.len()
                && options.expiry.allows(unit)
            {
                index += 1;
                options.expiry = Expiry::At(unit, index);
            } else {
                return Err(Fault::SYNTAX);
            }
            index += 1;
        }
        Ok(options)
    }
}

impl Expiry {
    fn allows(self, unit: Unit) -> bool {
        match self {
            Expiry::Clear => true,
            Expiry::Keep => false,
            Expiry::At(other, _) => other == unit,
        }
    }
}

fn set(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let options = SetOptions::parse(args)?;
    let (key, now) = (args.at(1), context.store.now());
    let old = context.database().get(key);
    let expires = match options.expiry {
        Expiry::Clear => None,
        Expiry::Keep => old.and_then(|entry| entry.deadline()),
        Expiry::At(unit, index) => {
            let time = args.integer(index)?;
            let valid = Some(time).filter(|time| *time > 0);
            let deadline = valid.and_then(|time| deadline(time, unit, now));
            Some(deadline.ok_or_else(|| Fault::expire_time("set"))?)
        }
    };
    let sets = match options.condition {
        Condition::Always => true,
        Condition::IfMissing => old.is_none(),
        Condition::IfPresent => old.is_some(),
    };
    if options.get {
        reply.maybe(old.map(|entry| &entry.value[..]))?;
    } else if sets {
        reply.ok()?;
    } else {
        reply.null()?;
    }
    if sets {
        context.database().put(key, args.at(2).to_vec(), expires);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn parse(options: &str) -> Result<SetOptions, Fault> {
        let words = ["set", "k", "v"].into_iter().chain(options.split_whitespace());
        SetOptions::parse(&Args::Words(words.map(|word| Cow::Borrowed(word.as_bytes())).collect()))
    }

    fn allowed(options: &str) -> SetOptions {
        parse(options).unwrap_or_else(|_| panic!("{options} is allowed"))
    }

    #[test]
    fn options_that_go_together() {
        let none = allowed("");
        assert_eq!(none.condition, Condition::Always);
        assert_eq!(none.expiry, Expiry::Clear);
        let all = allowed("nx GET px 5");
        assert_eq!(all.condition, Condition::IfMissing);
        assert_eq!(all.expiry, Expiry::At(Unit::Millis, 6));
        assert!(all.get);
        assert_eq!(allowed("EX 1 XX EX 2").expiry, Expiry::At(Unit::Seconds, 7));
        assert_eq!(allowed("KEEPTTL keepttl NX NX").expiry, Expiry::Keep);
        assert_eq!(allowed("EXAT 9").expiry, Expiry::At(Unit::SecondsAt, 4));
        assert_eq!(allowed("PXAT 9").expiry, Expiry::At(Unit::MillisAt, 4));
    }

    #[test]
    fn options_that_do_not() {
        for options in [
            "NX XX",
            "XX NX",
            "EX",
            "EX 1 PX 1",
            "EX 1 EXAT 1",
            "KEEPTTL EX 1",
            "EX 1 KEEPTTL",
            "NOPE",
            "GET EX",
            "1",
        ] {
            assert_eq!(parse(options), Err(Fault::SYNTAX), "{options}");
        }
    }
}
