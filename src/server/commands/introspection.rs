//! COMMAND, and the HELP of every container: the table, told to clients.
//!
//! `COMMAND INFO` is byte for byte what redis-server 7.0 says of the same command, key
//! specifications included. `COMMAND DOCS` leaves out the lists of arguments and the history,
//! which this table does not hold; clients take both as optional.

use super::{Args, Command, Context, Keys, Outcome, Reply, TABLE, find};

/// The summary of every HELP.
pub(super) const HELP: &str = "Show helpful text about the different subcommands";

pub(super) const COMMANDS: &[Command] = &[Command {
    subcommands: &[
        sub("command|count", 2, count, "2.8.13", "O(1)", "Get total number of Redis commands"),
        sub(
            "command|docs",
            -2,
            docs,
            "7.0.0",
            "O(N) where N is the number of commands to look up",
            "Get array of specific Redis command documentation",
        )
        .tips("nondeterministic_output_order"),
        sub("command|help", 2, help, "5.0.0", "O(1)", HELP),
        sub(
            "command|info",
            -2,
            info,
            "2.8.13",
            "O(N) where N is the number of commands to look up",
            "Get array of specific Redis command details, or all when no argument is given.",
        )
        .tips("nondeterministic_output_order"),
        sub(
            "command|list",
            -2,
            list,
            "7.0.0",
            "O(N) where N is the total number of Redis commands",
            "Get an array of Redis command names",
        )
        .tips("nondeterministic_output_order"),
    ],
    ..sub(
        "command",
        -1,
        command,
        "2.8.13",
        "O(N) where N is the total number of Redis commands",
        "Get array of Redis command details",
    )
    .tips("nondeterministic_output_order")
}];

const fn sub(
    name: &'static str,
    arity: i32,
    handler: super::Handler,
    since: &'static str,
    complexity: &'static str,
    summary: &'static str,
) -> Command {
    Command::new(name, arity, handler)
        .flags("loading stale", "@slow @connection")
        .docs("server", since, complexity, summary)
}

/// Without a subcommand: everything there is to say about every command.
fn command(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    if args.len() > 1 {
        return super::subcommand(context, args, reply);
    }
    describe_all(reply)
}

fn count(_: &mut Context<'_>, _: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.count(TABLE.len())
}

fn list(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    if args.len() > 2 {
        return Err(super::Fault::SYNTAX);
    }
    reply.array(TABLE.len())?;
    TABLE.iter().try_for_each(|command| reply.bulk(command.name))
}

/// The row of `command` or `container|subcommand`.
fn lookup(name: &[u8]) -> Option<&'static Command> {
    let mut parts = name.splitn(2, |byte| *byte == b'|');
    let command = find(parts.next()?)?;
    match parts.next() {
        Some(name) => command.subcommand(name),
        None => Some(command),
    }
}

fn info(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    if args.len() == 2 {
        return describe_all(reply);
    }
    reply.array(args.len() - 2)?;
    args.from(2).try_for_each(|name| match lookup(name) {
        Some(command) => describe(command, reply),
        None => reply.null(),
    })
}

fn describe_all(reply: &mut Reply<'_>) -> Outcome {
    reply.array(TABLE.len())?;
    TABLE.iter().try_for_each(|command| describe(command, reply))
}

/// A command and its subcommands, which have none of their own.
fn describe(command: &Command, reply: &mut Reply<'_>) -> Outcome {
    describe_one(command, reply)?;
    // Redis has two ways to write this list, and the empty one is a set.
    match command.subcommands.len() {
        0 => return reply.set(0),
        count => reply.array(count)?,
    }
    command.subcommands.iter().try_for_each(|command| {
        describe_one(command, reply)?;
        reply.set(0)
    })
}

/// All fields but the last, the subcommands.
fn describe_one(command: &Command, reply: &mut Reply<'_>) -> Outcome {
    reply.array(10)?;
    reply.bulk(command.name)?;
    reply.integer(i64::from(command.arity))?;
    flags(command.flags, reply)?;
    let (first, last, step) = command.keys.map_or((0, 0, 0), |k| (k.first, k.last, k.step));
    for value in [first, last, step] {
        reply.integer(value)?;
    }
    flags(command.categories, reply)?;
    reply.set(command.tips.split_whitespace().count())?;
    command.tips.split_whitespace().try_for_each(|tip| reply.bulk(tip))?;
    reply.set(usize::from(command.keys.is_some()))?;
    command.keys.iter().try_for_each(|keys| key_specification(keys, reply))
}

fn flags(words: &str, reply: &mut Reply<'_>) -> Outcome {
    reply.set(words.split_whitespace().count())?;
    words.split_whitespace().try_for_each(|word| reply.simple(word))
}

/// Where the keys are, in the form that Redis 7 has for it.
fn key_specification(keys: &Keys, reply: &mut Reply<'_>) -> Outcome {
    reply.map(3 + usize::from(!keys.notes.is_empty()))?;
    if !keys.notes.is_empty() {
        reply.bulk("notes")?;
        reply.bulk(keys.notes)?;
    }
    reply.bulk("flags")?;
    flags(keys.flags, reply)?;
    reply.bulk("begin_search")?;
    reply.map(2)?;
    reply.bulk("type")?;
    reply.bulk("index")?;
    reply.bulk("spec")?;
    reply.map(1)?;
    reply.bulk("index")?;
    reply.integer(keys.first)?;
    reply.bulk("find_keys")?;
    reply.map(2)?;
    reply.bulk("type")?;
    reply.bulk("range")?;
    reply.bulk("spec")?;
    reply.map(3)?;
    // The last key, counted from the first unless from the end.
    let last = if keys.last < 0 { keys.last } else { keys.last - keys.first };
    for (name, value) in [("lastkey", last), ("keystep", keys.step), ("limit", 0)] {
        reply.bulk(name)?;
        reply.integer(value)?;
    }
    Ok(())
}

fn docs(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let found: Vec<&Command> =
        if args.len() == 2 { TABLE.clone() } else { args.from(2).filter_map(lookup).collect() };
    reply.map(found.len())?;
    for command in found {
        document(command, reply)?;
        if !command.subcommands.is_empty() {
            reply.bulk("subcommands")?;
            reply.map(command.subcommands.len())?;
            command.subcommands.iter().try_for_each(|command| document(command, reply))?;
        }
    }
    Ok(())
}

/// The name, and a map of all but the subcommands, for which there is room.
fn document(command: &Command, reply: &mut Reply<'_>) -> Outcome {
    reply.bulk(command.name)?;
    reply.map(4 + usize::from(!command.subcommands.is_empty()))?;
    for (key, value) in [
        ("summary", command.summary),
        ("since", command.since),
        ("group", command.group),
        ("complexity", command.complexity),
    ] {
        reply.bulk(key)?;
        reply.bulk(value)?;
    }
    Ok(())
}

/// The HELP of a container: its subcommands, and what they are for.
pub(super) fn help(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let Some(container) = find(args.at(0)) else {
        return Err(super::Fault::SYNTAX);
    };
    let title = container.name.to_uppercase();
    reply.array(1 + 2 * container.subcommands.len())?;
    reply.simple(&format!("{title} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"))?;
    for command in container.subcommands {
        reply.simple(&command.own_name().to_uppercase())?;
        reply.simple(&format!("    {}.", command.summary.trim_end_matches('.')))?;
    }
    Ok(())
}
