//! Time to live: when a key goes.
//!
//! Inside, a deadline is a point in time in milliseconds. The commands speak of seconds or
//! milliseconds, from now or since 1970 ([`Unit`]); [`deadline`] is the one place where that is
//! turned into a point in time, and where one that cannot be is refused.

use super::{Args, Command, Context, Fault, Outcome, Reply};

pub(super) const COMMANDS: &[Command] = &[
    expire("expire", seconds, "1.0.0", "Set a key's time to live in seconds"),
    Command::new("persist", 2, persist)
        .flags("write fast", "@keyspace @write @fast")
        .keys(1, 1, 1, "RW update")
        .docs("generic", "2.2.0", "O(1)", "Remove the expiration from a key"),
    expire("pexpire", millis, "2.6.0", "Set a key's time to live in milliseconds"),
    ttl("pttl", pttl, "2.6.0", "Get the time to live for a key in milliseconds"),
    ttl("ttl", ttl_seconds, "1.0.0", "Get the time to live for a key in seconds"),
];

const fn expire(
    name: &'static str,
    handler: super::Handler,
    since: &'static str,
    summary: &'static str,
) -> Command {
    Command::new(name, -3, handler)
        .flags("write fast", "@keyspace @write @fast")
        .keys(1, 1, 1, "RW update")
        .docs("generic", since, "O(1)", summary)
}

const fn ttl(
    name: &'static str,
    handler: super::Handler,
    since: &'static str,
    summary: &'static str,
) -> Command {
    Command::new(name, 2, handler)
        .flags("readonly fast", "@keyspace @read @fast")
        .keys(1, 1, 1, "RO access")
        .tips("nondeterministic_output")
        .docs("generic", since, "O(1)", summary)
}

/// How a time is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    SecondsAt,
    MillisAt,
}

impl Unit {
    pub(super) const ALL: [Unit; 4] =
        [Unit::Seconds, Unit::Millis, Unit::SecondsAt, Unit::MillisAt];

    /// The option of SET.
    pub(super) const fn option(self) -> &'static str {
        match self {
            Unit::Seconds => "EX",
            Unit::Millis => "PX",
            Unit::SecondsAt => "EXAT",
            Unit::MillisAt => "PXAT",
        }
    }
}

/// The point in time, if there is such a one.
pub(super) fn deadline(time: i64, unit: Unit, now: i64) -> Option<i64> {
    match unit {
        Unit::Seconds => time.checked_mul(1000)?.checked_add(now),
        Unit::Millis => time.checked_add(now),
        Unit::SecondsAt => time.checked_mul(1000),
        Unit::MillisAt => Some(time),
    }
}

/// The options of EXPIRE: when it applies.
#[derive(Default)]
struct Conditions {
    /// NX: only to a key that does not expire.
    if_none: bool,
    /// XX: only to a key that does.
    if_some: bool,
    /// GT: only to make it later; never is later than any time.
    if_later: bool,
    /// LT: only to make it sooner.
    if_sooner: bool,
}

impl Conditions {
    fn parse(args: &Args<'_>) -> Result<Conditions, Fault> {
        let mut conditions = Conditions::default();
        for index in 3..args.len() {
            if args.is(index, "NX") {
                conditions.if_none = true;
            } else if args.is(index, "XX") {
                conditions.if_some = true;
            } else if args.is(index, "GT") {
                conditions.if_later = true;
            } else if args.is(index, "LT") {
                conditions.if_sooner = true;
            } else {
                let option = args.at(index);
                let option = super::shown(option, option.len());
                return Err(Fault::of(&[b"ERR Unsupported option ", option]));
            }
        }
        let Conditions { if_none, if_some, if_later, if_sooner } = conditions;
        if if_none && (if_some || if_later || if_sooner) {
            return Err(Fault::new(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if if_later && if_sooner {
            return Err(Fault::new("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(conditions)
    }

    fn allow(&self, old: Option<i64>, new: i64) -> bool {
        !(self.if_none && old.is_some()
            || self.if_some && old.is_none()
            || self.if_later && old.is_none_or(|old| new <= old)
            || self.if_sooner && old.is_some_and(|old| new >= old))
    }
}

fn seconds(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    set_deadline(context, args, Unit::Seconds, reply)
}

fn millis(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    set_deadline(context, args, Unit::Millis, reply)
}

fn set_deadline(
    context: &mut Context<'_>,
    args: &Args<'_>,
    unit: Unit,
    reply: &mut Reply<'_>,
) -> Outcome {
    let conditions = Conditions::parse(args)?;
    let (key, time, now) = (args.at(1), args.integer(2)?, context.store.now());
    let new = deadline(time, unit, now).ok_or_else(|| Fault::expire_time(context.name))?;
    let database = context.database();
    let applies = database.get(key).is_some_and(|entry| conditions.allow(entry.deadline(), new));
    if applies && new <= now {
        database.remove(key);
    } else if applies {
        database.expire(key, Some(new));
    }
    reply.integer(i64::from(applies))
}

fn persist(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let key = args.at(1);
    let database = context.database();
    let expires = database.get(key).is_some_and(|entry| entry.deadline().is_some());
    database.expire(key, None);
    reply.integer(i64::from(expires))
}

/// What is left in milliseconds; -1 for a key that does not expire, -2 for no key.
fn left(context: &mut Context<'_>, args: &Args<'_>) -> i64 {
    let now = context.store.now();
    match context.database().get(args.at(1)) {
        None => -2,
        Some(entry) => entry.deadline().map_or(-1, |deadline| deadline.saturating_sub(now)),
    }
}

fn pttl(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.integer(left(context, args))
}

/// Rounded to the nearest second, as Redis does.
fn ttl_seconds(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let left = left(context, args);
    reply.integer(if left < 0 { left } else { left.saturating_add(500) / 1000 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines() {
        assert_eq!(deadline(10, Unit::Seconds, 1_000), Some(11_000));
        assert_eq!(deadline(10, Unit::Millis, 1_000), Some(1_010));
        assert_eq!(deadline(10, Unit::SecondsAt, 1_000), Some(10_000));
        assert_eq!(deadline(10, Unit::MillisAt, 1_000), Some(10));
        assert_eq!(deadline(i64::MAX / 1000, Unit::Seconds, 1_000), None);
        assert_eq!(deadline(i64::MAX, Unit::Millis, 1), None);
        assert_eq!(deadline(i64::MAX, Unit::SecondsAt, 0), None);
        assert_eq!(deadline(i64::MIN, Unit::Seconds, 0), None);
    }

    #[test]
    fn conditions() {
        let none = Conditions::default();
        assert!(none.allow(None, 5) && none.allow(Some(9), 5));
        let later = Conditions { if_later: true, ..Conditions::default() };
        assert!(later.allow(Some(4), 5) && !later.allow(Some(5), 5) && !later.allow(None, 5));
        let sooner = Conditions { if_sooner: true, ..Conditions::default() };
        assert!(sooner.allow(Some(6), 5) && !sooner.allow(Some(5), 5) && sooner.allow(None, 5));
    }
}
