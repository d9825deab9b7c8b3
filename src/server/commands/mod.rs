//! The commands: one table, from which everything that is said about a command is made.
//!
//! Each family of commands is a file that holds handlers and, beside them, the rows of the table:
//! [`strings`], [`counters`], [`keys`], [`expiry`], [`connection`], [`server`] and
//! [`introspection`]. A row ([`Command`]) says a command's name, arity, flags, where its keys are,
//! what it is for, and which function handles it. [`dispatch`] finds the row, checks the arity and
//! calls the handler; `COMMAND`, `COMMAND COUNT`, `COMMAND DOCS`, `… HELP` and the arity errors
//! read the same rows, so none of them can be out of date.
//!
//! # Invariants
//!
//! * A handler runs only with a number of arguments that its row allows, and writes exactly one
//!   value or fails (see [`Reply`]).
//! * The table is sorted by name; a test holds it to that, and to having no name twice.
//!
//! # To add a command
//!
//! Write its handler in the file of its family, a row in that file's `COMMANDS`, and a line in
//! the list that the tests compare with a real redis-server. Nothing else has to be touched.

mod connection;
mod counters;
mod expiry;
mod introspection;
mod keys;
mod server;
mod strings;

use super::args::Args;
use super::engine::Engine;
use super::reply::{Fault, Outcome, Reply};
use super::session::Session;
use super::store::{Database, Store};
use std::sync::LazyLock;

/// What a handler works on.
pub(super) struct Context<'a> {
    pub(super) session: &'a mut Session,
    pub(super) store: &'a mut Store,
    pub(super) engine: &'a Engine,
    /// The full name of the command that runs, for its errors.
    pub(super) name: &'static str,
}

impl Context<'_> {
    /// The database that the client has selected.
    fn database(&mut self) -> &mut Database {
        self.store.database(self.session.database)
    }
}

type Handler = fn(&mut Context<'_>, &Args<'_>, &mut Reply<'_>) -> Outcome;

/// A row of the table. Lists are words with spaces between them.
struct Command {
    /// In lower case; of a subcommand `container|subcommand`.
    name: &'static str,
    /// How many arguments, the name included; negative: at least so many.
    arity: i32,
    handler: Handler,
    flags: &'static str,
    /// The classes that access control lists of Redis put it in.
    categories: &'static str,
    keys: Option<Keys>,
    /// Hints for clients that spread a command over several servers.
    tips: &'static str,
    group: &'static str,
    since: &'static str,
    complexity: &'static str,
    summary: &'static str,
    subcommands: &'static [Command],
}

/// Where the keys are among the arguments.
#[derive(Clone, Copy)]
struct Keys {
    first: i64,
    /// From the end, if it is negative.
    last: i64,
    step: i64,
    /// What is done with them.
    flags: &'static str,
    /// Why the flags are what they are, where that is not plain.
    notes: &'static str,
}

impl Command {
    /// A command that touches no keys.
    const fn new(name: &'static str, arity: i32, handler: Handler) -> Command {
        Command {
            name,
            arity,
            handler,
            flags: "",
            categories: "@slow",
            keys: None,
            tips: "",
            group: "generic",
            since: "1.0.0",
            complexity: "O(1)",
            summary: "",
            subcommands: &[],
        }
    }

    /// A command that does nothing but have subcommands.
    const fn container(name: &'static str, subcommands: &'static [Command]) -> Command {
        let mut command = Command::new(name, -2, subcommand);
        command.subcommands = subcommands;
        command.complexity = "Depends on subcommand.";
        command
    }

    const fn flags(mut self, flags: &'static str, categories: &'static str) -> Command {
        self.flags = flags;
        self.categories = categories;
        self
    }

    const fn keys(mut self, first: i64, last: i64, step: i64, flags: &'static str) -> Command {
        self.keys = Some(Keys { first, last, step, flags, notes: "" });
        self
    }

    const fn notes(mut self, notes: &'static str) -> Command {
        if let Some(keys) = &mut self.keys {
            keys.notes = notes;
        }
        self
    }

    const fn tips(mut self, tips: &'static str) -> Command {
        self.tips = tips;
        self
    }

    const fn docs(
        mut self,
        group: &'static str,
        since: &'static str,
        complexity: &'static str,
        summary: &'static str,
    ) -> Command {
        self.group = group;
        self.since = since;
        self.complexity = complexity;
        self.summary = summary;
        self
    }

    fn allows(&self, arguments: usize) -> bool {
        let wanted = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { arguments >= wanted } else { arguments == wanted }
    }

    /// The subcommand of this name, which is in any case.
    fn subcommand(&self, name: &[u8]) -> Option<&'static Command> {
        self.subcommands.iter().find(|row| row.own_name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// The last part of the name.
    fn own_name(&self) -> &'static str {
        self.name.rsplit('|').next().unwrap_or(self.name)
    }

    fn run(
        &'static self,
        context: &mut Context<'_>,
        args: &Args<'_>,
        reply: &mut Reply<'_>,
    ) -> Outcome {
        if !self.allows(args.len()) {
            return Err(Fault::arity(self.name));
        }
        context.name = self.name;
        (self.handler)(context, args, reply)
    }
}

/// All commands, by name.
static TABLE: LazyLock<Vec<&'static Command>> = LazyLock::new(|| {
    let families = [
        connection::COMMANDS,
        counters::COMMANDS,
        expiry::COMMANDS,
        introspection::COMMANDS,
        keys::COMMANDS,
        server::COMMANDS,
        strings::COMMANDS,
    ];
    let mut table: Vec<&'static Command> = families.into_iter().flatten().collect();
    table.sort_unstable_by_key(|command| command.name);
    table
});

/// The row of a command, whose name is in any case.
fn find(name: &[u8]) -> Option<&'static Command> {
    let lower = |byte: &u8| byte.to_ascii_lowercase();
    let by_name = |row: &&Command| row.name.bytes().cmp(name.iter().map(lower));
    TABLE.binary_search_by(by_name).ok().map(|at| TABLE[at])
}

/// Answers one request, which is not empty.
pub(super) fn dispatch(context: &mut Context<'_>, args: &Args<'_>, mut reply: Reply<'_>) {
    let outcome = match find(args.at(0)) {
        Some(command) => command.run(context, args, &mut reply),
        None => Err(unknown(args)),
    };
    // A command that ends the server is answered by the end of the connection.
    if !context.session.silent {
        reply.finish(outcome);
    }
}

/// The handler of every container: passes on to the subcommand.
fn subcommand(context: &mut Context<'_>, args: &Args<'_>, reply: &mut Reply<'_>) -> Outcome {
    let Some(container) = find(args.at(0)) else {
        return Err(Fault::SYNTAX);
    };
    match container.subcommand(args.at(1)) {
        Some(command) => command.run(context, args, reply),
        None => Err(Fault::of(&[
            b"ERR unknown subcommand '",
            shown(args.at(1), SHOWN),
            b"'. Try ",
            container.name.to_uppercase().as_bytes(),
            b" HELP.",
        ])),
    }
}

/// How much of what a client sent an error repeats, in bytes.
const SHOWN: usize = 128;

/// What C's `%.*s` prints: up to a NUL, and so many bytes at most.
fn shown(bytes: &[u8], most: usize) -> &[u8] {
    let bytes = &bytes[..bytes.len().min(most)];
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn unknown(args: &Args<'_>) -> Fault {
    let mut text = b"ERR unknown command '".to_vec();
    text.extend_from_slice(shown(args.at(0), SHOWN));
    text.extend_from_slice(b"', with args beginning with: ");
    let start = text.len();
    for argument in args.from(1) {
        let room = SHOWN.saturating_sub(text.len() - start);
        if room == 0 {
            break;
        }
        text.extend_from_slice(&[b"'", shown(argument, room), b"' "].concat());
    }
    Fault::of(&[&text])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name), "a name twice?");
        for command in TABLE.iter() {
            assert_eq!(command.name, command.name.to_lowercase());
            assert!(!command.summary.is_empty(), "{}", command.name);
            assert!(find(command.name.to_uppercase().as_bytes()).is_some(), "{}", command.name);
            for row in command.subcommands {
                assert_eq!(row.name.split('|').next(), Some(command.name));
                assert!(!row.summary.is_empty(), "{}", row.name);
            }
        }
    }

    #[test]
    fn arity() {
        let exactly = find(b"get").unwrap();
        assert!(exactly.allows(2) && !exactly.allows(1) && !exactly.allows(3));
        let at_least = find(b"mget").unwrap();
        assert!(at_least.allows(2) && at_least.allows(200) && !at_least.allows(1));
    }
}
