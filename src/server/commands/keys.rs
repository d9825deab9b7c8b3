//! Keys, whatever they hold: DEL, EXISTS, KEYS and what clears databases.
//!
//! `DELETE` (as `DEL`) and `FLUSH` (clears all databases, and answers how many keys there were)
//! are not in Redis.

use super::{Args, Command, Context, Fault, Outcome, Reply};
use crate::server::glob;

pub(super) const COMMANDS: &[Command] = &[
    Command::new("dbsize", 1, dbsize)
        .flags("readonly fast", "@keyspace @read @fast")
        .tips("request_policy:all_shards response_policy:agg_sum")
        .docs("server", "1.0.0", "O(1)", "Return the number of keys in the selected database"),
    delete("del"),
    delete("delete"),
    Command::new("exists", -2, exists)
        .flags("readonly fast", "@keyspace @read @fast")
        .keys(1, -1, 1, "RO")
        .tips("request_policy:multi_shard response_policy:agg_sum")
        .docs(
            "generic",
            "1.0.0",
            "O(N) where N is the number of keys to check.",
            "Determine if a key exists",
        ),
    flushing("flush", flush, "Remove all keys from all databases, and answer how many there were"),
    flushing("flushall", flushall, "Remove all keys from all databases"),
    flushing("flushdb", flushdb, "Remove all keys from the current database"),
    Command::new("keys", 2, keys)
        .flags("readonly", "@keyspace @read @slow @dangerous")
        .tips("request_policy:all_shards nondeterministic_output_order")
        .docs(
            "generic",
            "1.0.0",
            "O(N) with N being the number of keys in the database, under the assumption that the \
             key names in the database and the given pattern have limited length.",
            "Find all keys matching the given pattern",
        ),
    Command::new("type", 2, kind)
        .flags("readonly fast", "@keyspace @read @fast")
        .keys(1, 1, 1, "RO")
        .docs("generic", "1.0.0", "O(1)", "Determine the type stored at key"),
];

const fn delete(name: &'static str) -> Command {
    Command::new(name, -2, del)
        .flags("write", "@keyspace @write @slow")
        .keys(1, -1, 1, "RM delete")
        .tips("request_policy:multi_shard response_policy:agg_sum")
        .docs(
            "generic",
            "1.0.0",
            "O(N) where N is the number of keys that will be removed.",
            "Delete a key",
        )
}

const fn flushing(name: &'static str, handler: super::Handler, summary: &'static str) -> Command {
    Command::new(name, -1, handler)
        .flags("write", "@keyspace @write @slow @dangerous")
        .tips("request_policy:all_shards response_policy:all_succeeded")
        .docs("server", "1.0.0", "O(N) where N is the number of keys that are removed", summary)
}

fn del(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let database = context.database();
    let removed = args.from(1).filter(|key| database.remove(key)).count();
    reply.count(removed)
}

fn exists(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let database = context.database();
    let found = args.from(1).filter(|key| database.get(key).is_some()).count();
    reply.count(found)
}

fn dbsize(context: &mut Context<'_>, _: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.count(context.database().len())
}

fn keys(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let pattern = args.at(1);
    let database = context.database();
    let all = pattern == b"*";
    let found: Vec<&[u8]> =
        database.keys().filter(|key| all || glob::matches(pattern, key)).collect();
    reply.array(found.len())?;
    found.into_iter().try_for_each(|key| reply.bulk(key))
}

fn kind(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.simple(if context.database().get(args.at(1)).is_some() { "string" } else { "none" })
}

/// `ASYNC` and `SYNC` mean the same here: memory is given back at once.
fn check_mode(args: &Args<'_>) -> Outcome {
    match args.len() {
        1 => Ok(()),
        2 if args.is(1, "ASYNC") || args.is(1, "SYNC") => Ok(()),
        _ => Err(Fault::SYNTAX),
    }
}

fn flush(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    check_mode(args)?;
    reply.count(context.store.clear())
}

fn flushall(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    check_mode(args)?;
    context.store.clear();
    reply.ok()
}

fn flushdb(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    check_mode(args)?;
    context.database().clear();
    reply.ok()
}
