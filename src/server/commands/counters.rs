//! Numbers: values that are integers in decimal, counted up and down.
//!
//! All four are one addition ([`add`]); what differs is the step. The value stays a string: it is
//! read, and written back, in the one spelling that Redis takes for an integer.

use super::{Args, Command, Context, Fault, Outcome, Reply};
use crate::server::args::integer;

pub(super) const COMMANDS: &[Command] = &[
    counter("decr", 2, decr, "1.0.0", "Decrement the integer value of a key by one"),
    counter(
        "decrby",
        3,
        decrby,
        "1.0.0",
        "Decrement the integer value of a key by the given number",
    ),
    counter("incr", 2, incr, "1.0.0", "Increment the integer value of a key by one"),
    counter(
        "incrby",
        3,
        incrby,
        "1.0.0",
        "Increment the integer value of a key by the given amount",
    ),
];

const fn counter(
    name: &'static str,
    arity: i32,
    handler: super::Handler,
    since: &'static str,
    summary: &'static str,
) -> Command {
    Command::new(name, arity, handler)
        .flags("write denyoom fast", "@write @string @fast")
        .keys(1, 1, 1, "RW access update")
        .docs("string", since, "O(1)", summary)
}

fn incr(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    add(context, args.at(1), 1, reply)
}

fn decr(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    add(context, args.at(1), -1, reply)
}

fn incrby(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    add(context, args.at(1), args.integer(2)?, reply)
}

fn decrby(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let negated = args.integer(2)?.checked_neg();
    add(context, args.at(1), negated.ok_or(Fault::new("ERR decrement would overflow"))?, reply)
}

fn add(context: &mut Context<'_>, key: &[u8], step: i64, reply: &mut Reply<'_>) -> Outcome {
    let database = context.database();
    let old = match database.get(key) {
        Some(entry) => integer(&entry.value).ok_or(Fault::NOT_AN_INTEGER)?,
        None => 0,
    };
    let new = old.checked_add(step).ok_or(Fault::OVERFLOW)?;
    let text = itoa::Buffer::new().format(new).as_bytes().to_vec();
    match database.value_mut(key) {
        Some(value) => *value = text,
        None => database.put(key, text, None),
    }
    reply.integer(new)
}
