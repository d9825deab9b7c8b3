//! The server itself: CONFIG, INFO, SHUTDOWN.
//!
//! CONFIG has the few settings that clients and tools ask for before they start, and they cannot
//! be changed. INFO has the fields that mean something here.

use super::{Args, Command, Context, Fault, Outcome, Reply};
use crate::server::engine::{Engine, REDIS_VERSION};
use crate::server::glob;
use crate::server::store::{DATABASES, Store};
use std::fmt::Write;

pub(super) const COMMANDS: &[Command] = &[
    Command::container(
        "config",
        &[
            Command::new("config|get", -3, config_get)
                .flags("admin noscript loading stale", "@admin @slow @dangerous")
                .docs(
                    "server",
                    "2.0.0",
                    "O(N) when N is the number of configuration parameters provided",
                    "Get the values of configuration parameters",
                ),
            Command::new("config|help", 2, super::introspection::help)
                .flags("loading stale", "@slow")
                .docs("server", "5.0.0", "O(1)", super::introspection::HELP),
        ],
    )
    .docs(
        "server",
        "2.0.0",
        "Depends on subcommand.",
        "A container for server configuration commands",
    ),
    Command::new("info", -1, info)
        .flags("loading stale", "@slow @dangerous")
        .tips("nondeterministic_output request_policy:all_shards response_policy:special")
        .docs("server", "1.0.0", "O(1)", "Get information and statistics about the server"),
    Command::new("shutdown", -1, shutdown)
        .flags("admin noscript loading stale no_multi allow_busy", "@admin @slow @dangerous")
        .docs(
            "server",
            "1.0.0",
            "O(N) when saving, where N is the total number of keys in all databases when saving \
             data, otherwise O(1)",
            "Synchronously save the dataset to disk and then shut down the server",
        ),
];

fn config_get(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let settings = [
        ("appendonly", "no".to_owned()),
        ("databases", DATABASES.to_string()),
        ("maxmemory", "0".to_owned()),
        ("port", context.engine.port().to_string()),
        ("save", String::new()),
    ];
    let found: Vec<_> =
        settings.iter().filter_map(|(name, value)| Some((asked(args, name)?, value))).collect();
    reply.map(found.len())?;
    for (name, value) in found {
        reply.bulk(name)?;
        reply.bulk(value)?;
    }
    Ok(())
}

/// The name of a setting as it is answered: as it was asked for, unless it was by a pattern.
fn asked<'a>(args: &'a Args<'_>, name: &'a str) -> Option<&'a [u8]> {
    args.from(2).find_map(|word| {
        let pattern = word.iter().any(|byte| b"[*?".contains(byte));
        let (found, told) = match pattern {
            true => (glob::matches(&word.to_ascii_lowercase(), name.as_bytes()), name.as_bytes()),
            false => (word.eq_ignore_ascii_case(name.as_bytes()), word),
        };
        found.then_some(told)
    })
}

/// Stops the server; the answer is the end of the connection. There is nothing to save yet, so
/// the modes are checked and make no difference.
fn shutdown(context: &mut Context<'_>, args: &Args<'_>, _: &mut Reply<'_>) -> Outcome {
    let count = |word: &str| (1..args.len()).filter(|index| args.is(*index, word)).count();
    let [save, nosave, now, force, abort] = ["SAVE", "NOSAVE", "NOW", "FORCE", "ABORT"].map(count);
    let known = save + nosave + now + force + abort;
    if known != args.len() - 1 || (save > 0 && nosave > 0) || (abort > 0 && known > abort) {
        return Err(Fault::SYNTAX);
    }
    if abort > 0 {
        return Err(Fault::new("ERR No shutdown in progress."));
    }
    context.session.closing = true;
    context.session.silent = true;
    context.engine.stop();
    Ok(())
}

type Section = fn(&Engine, &Store, &mut String) -> std::fmt::Result;

const SECTIONS: &[(&str, Section)] =
    &[("Server", server), ("Clients", clients), ("Stats", stats), ("Keyspace", keyspace)];

/// `INFO [section …]`; `all`, `default` and `everything` are all there are.
fn info(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let every = args.len() == 1
        || (1..args.len())
            .any(|index| ["all", "default", "everything"].iter().any(|word| args.is(index, word)));
    let mut text = String::new();
    for (name, section) in SECTIONS {
        if every || (1..args.len()).any(|index| args.is(index, name)) {
            if !text.is_empty() {
                text.push_str("\r\n");
            }
            // Writing to a string cannot fail.
            let _ = write!(text, "# {name}\r\n");
            let _ = section(context.engine, context.store, &mut text);
        }
    }
    reply.text(&text)
}

fn server(engine: &Engine, store: &Store, text: &mut String) -> std::fmt::Result {
    let seconds = engine.uptime().as_secs();
    write!(text, "redis_version:{REDIS_VERSION}\r\n")?;
    write!(text, "redis_mode:standalone\r\n")?;
    write!(text, "resp_machine_version:{}\r\n", env!("CARGO_PKG_VERSION"))?;
    write!(text, "os:{} {}\r\n", std::env::consts::OS, std::env::consts::ARCH)?;
    write!(text, "arch_bits:{}\r\n", usize::BITS)?;
    write!(text, "process_id:{}\r\n", std::process::id())?;
    write!(text, "tcp_port:{}\r\n", engine.port())?;
    write!(text, "server_time_usec:{}\r\n", store.now().saturating_mul(1000))?;
    write!(text, "uptime_in_seconds:{seconds}\r\n")?;
    write!(text, "uptime_in_days:{}\r\n", seconds / 86_400)
}

fn clients(engine: &Engine, _: &Store, text: &mut String) -> std::fmt::Result {
    write!(text, "connected_clients:{}\r\n", engine.connected())
}

fn stats(engine: &Engine, store: &Store, text: &mut String) -> std::fmt::Result {
    write!(text, "total_connections_received:{}\r\n", engine.accepted())?;
    write!(text, "total_commands_processed:{}\r\n", store.processed)
}

fn keyspace(_: &Engine, store: &Store, text: &mut String) -> std::fmt::Result {
    for (index, database) in store.databases().enumerate() {
        if database.len() > 0 {
            let (keys, expires) = (database.len(), database.expiring());
            write!(text, "db{index}:keys={keys},expires={expires},avg_ttl=0\r\n")?;
        }
    }
    Ok(())
}
