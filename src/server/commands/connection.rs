//! The connection itself: who the client is, which database and which version of the protocol.
//!
//! What these change is the [`Session`](super::Session), never the keyspace.

use super::{Args, Command, Context, Fault, Outcome, Reply};
use crate::encode::{Encoder, Target};
use crate::server::args::integer;
use crate::server::engine::REDIS_VERSION;
use crate::server::store::DATABASES;

pub(super) const COMMANDS: &[Command] = &[
    Command::container(
        "client",
        &[
            client("client|getname", 2, getname, "2.6.9", "Get the current connection name"),
            client(
                "client|help",
                2,
                super::introspection::help,
                "5.0.0",
                super::introspection::HELP,
            )
            .flags("loading stale", "@slow @connection"),
            client("client|id", 2, id, "5.0.0", "Returns the client ID for the current connection"),
            client("client|setinfo", 4, setinfo, "7.2.0", "Set client or connection specific info"),
            client("client|setname", 3, setname, "2.6.9", "Set the current connection name"),
        ],
    )
    .docs(
        "connection",
        "2.4.0",
        "Depends on subcommand.",
        "A container for client connection commands",
    ),
    Command::new("echo", 2, echo).flags("loading stale fast", "@fast @connection").docs(
        "connection",
        "1.0.0",
        "O(1)",
        "Echo the given string",
    ),
    Command::new("hello", -1, hello)
        .flags("noscript loading stale fast no_auth allow_busy", "@fast @connection")
        .docs("connection", "6.0.0", "O(1)", "Handshake with Redis"),
    Command::new("ping", -1, ping)
        .flags("fast", "@fast @connection")
        .tips("request_policy:all_shards response_policy:all_succeeded")
        .docs("connection", "1.0.0", "O(1)", "Ping the server"),
    Command::new("quit", -1, quit)
        .flags("noscript loading stale fast no_auth allow_busy", "@fast @connection")
        .docs("connection", "1.0.0", "O(1)", "Close the connection"),
    Command::new("select", 2, select).flags("loading stale fast", "@fast @connection").docs(
        "connection",
        "1.0.0",
        "O(1)",
        "Change the selected database for the current connection",
    ),
];

const fn client(
    name: &'static str,
    arity: i32,
    handler: super::Handler,
    since: &'static str,
    summary: &'static str,
) -> Command {
    Command::new(name, arity, handler).flags("noscript loading stale", "@slow @connection").docs(
        "connection",
        since,
        "O(1)",
        summary,
    )
}

fn ping(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    match args.len() {
        1 => reply.simple("PONG"),
        2 => reply.bulk(args.at(1)),
        _ => Err(Fault::arity(context.name)),
    }
}

fn echo(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.bulk(args.at(1))
}

fn quit(context: &mut Context<'_>, _: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    context.session.closing = true;
    reply.ok()
}

fn select(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let index = args.integer(1)?;
    if i32::try_from(index).is_err() {
        return Err(Fault::new(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ));
    }
    match usize::try_from(index) {
        Ok(index) if index < DATABASES => {
            context.session.database = index;
            reply.ok()
        }
        _ => Err(Fault::new("ERR DB index is out of range")),
    }
}

fn id(context: &mut Context<'_>, _: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    reply.integer(context.session.id)
}

fn getname(context: &mut Context<'_>, _: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let name = &context.session.name;
    reply.maybe(Some(&name[..]).filter(|name| !name.is_empty()))
}

/// Names are shown in lists of one client a line, with spaces between the fields.
fn check_name(what: &str, name: &[u8]) -> Outcome {
    if name.iter().all(u8::is_ascii_graphic) {
        return Ok(());
    }
    let rule = b" cannot contain spaces, newlines or special characters.";
    Err(Fault::of(&[b"ERR ", what.as_bytes(), rule]))
}

fn setname(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    check_name("Client names", args.at(2))?;
    context.session.name = args.at(2).to_vec();
    reply.ok()
}

/// Checked and forgotten: there is no list of clients to show it in.
fn setinfo(_: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let attribute = ["lib-name", "lib-ver"].into_iter().find(|name| args.is(2, name));
    let Some(attribute) = attribute else {
        let option = args.at(2);
        let option = super::shown(option, option.len());
        return Err(Fault::of(&[b"ERR Unrecognized option '", option, b"'"]));
    };
    check_name(attribute, args.at(3))?;
    reply.ok()
}

/// `HELLO [version [AUTH user password] [SETNAME name]]`. The version changes only if all of it is
/// right; a name is set as soon as it is read, as in Redis 7.0. There is one user, `default`, who
/// needs no password and so may give any.
fn hello(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let target = match args.get(1) {
        None => context.session.target,
        Some(version) => match integer(version) {
            Some(2) => Target::Resp2,
            Some(3) => Target::Resp3,
            Some(_) => return Err(Fault::new("NOPROTO unsupported protocol version")),
            None => {
                return Err(Fault::new("ERR Protocol version is not an integer or out of range"));
            }
        },
    };
    let mut index = 2;
    while index < args.len() {
        let more = args.len() - 1 - index;
        if args.is(index, "AUTH") && more >= 2 {
            if args.at(index + 1) != b"default" {
                return Err(Fault::new(
                    "WRONGPASS invalid username-password pair or user is disabled.",
                ));
            }
            index += 3;
        } else if args.is(index, "SETNAME") && more >= 1 {
            check_name("Client names", args.at(index + 1))?;
            context.session.name = args.at(index + 1).to_vec();
            index += 2;
        } else {
            let option = args.at(index);
            let option = super::shown(option, option.len());
            return Err(Fault::of(&[b"ERR Syntax error in HELLO option '", option, b"'"]));
        }
    }
    context.session.target = target;
    reply.speak(Encoder::to(target));
    reply.map(7)?;
    for (key, value) in [("server", "redis"), ("version", REDIS_VERSION)] {
        reply.bulk(key)?;
        reply.bulk(value)?;
    }
    reply.bulk("proto")?;
    reply.integer(if target == Target::Resp3 { 3 } else { 2 })?;
    reply.bulk("id")?;
    reply.integer(context.session.id)?;
    for (key, value) in [("mode", "standalone"), ("role", "master")] {
        reply.bulk(key)?;
        reply.bulk(value)?;
    }
    reply.bulk("modules")?;
    reply.array(0)
}
