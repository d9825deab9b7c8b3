//! The exercises of the book: each takes every right answer that is listed in `answers` and none of
//! the wrong ones, and none is without answers.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
#[path = "../exercise_clients/mod.rs"]
mod exercise_clients;
#[path = "../exercise_servers/mod.rs"]
mod exercise_servers;
#[path = "../server_support/mod.rs"]
mod server_support;

use answers::ANSWERS;
use std::collections::BTreeSet;
use std::process::{Command, Output};

fn exercise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_resp-machine"))
        .arg("exercise")
        .args(arguments)
        .output()
        .unwrap()
}

/// What is said to an answer.
fn answered(name: &str, answer: &str, options: &[&str]) -> Output {
    let server = answer.strip_prefix("server: ").map(exercise_servers::start);
    let client = answer.strip_prefix("client: ").map(exercise_clients::command_of);
    exercise(&[&[name, server.or(client).as_deref().unwrap_or(answer)], options].concat())
}

/// Whether it is a program, which is tried on one thing after the other.
fn has_scenes(answer: &str) -> bool {
    answer.starts_with("server: ") || answer.starts_with("client: ")
}

#[test]
fn right_answers_are_taken_and_wrong_ones_are_not() {
    let (mut tried, mut bitten) = (BTreeSet::new(), BTreeSet::new());
    for (name, right, wrong) in ANSWERS {
        for answer in *right {
            let output = answered(name, answer, &["--patience", "60"]);
            assert_eq!(output.status.code(), Some(0), "{name}: {answer}: {output:?}");
            let said = String::from_utf8(output.stdout).unwrap();
            let said = said.strip_prefix("Right: ").unwrap_or_else(|| panic!("{name}: {said}"));
            if has_scenes(answer) {
                let scenes = said.trim_end_matches(".\n").split("; ");
                tried.extend(scenes.map(|scene| (*name, scene.to_owned())));
            }
        }
        for answer in *wrong {
            // Some never answer, or never end.
            let output = answered(name, answer, &["--patience", "1"]);
            assert_eq!(output.status.code(), Some(4), "{name}: {answer}: {output:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            let said = said.strip_prefix("error: not yet: ");
            let said = said.unwrap_or_else(|| panic!("{name}: {answer}: nothing was wrong"));
            if has_scenes(answer) {
                bitten.insert((*name, said.lines().next().unwrap().to_owned()));
            }
        }
        assert!(!right.is_empty() && !wrong.is_empty(), "{name} has no answers");
    }
    // Whatever a server or a client is tried on, some other fails in.
    assert_eq!(tried, bitten);
}

/// What stands in the page as it is copied is no answer, and that is said, with no hint at bytes.
#[test]
fn what_is_copied_as_it_stands_is_told() {
    for (name, answer, told) in [
        ("wire-1", r"…\r\n", "put your bytes in the place of …"),
        ("wire-3", "NUMBER", "put your number in the place of NUMBER"),
        ("wire-5", "STATE", "put the letter of a state in the place of STATE"),
        ("start-2", "S …", "put the letters of your states in the place of …"),
        (
            "end-4",
            "STATE N …",
            "put the letter of a state, and your numbers, in the place of STATE N …",
        ),
        (
            "server-1",
            "HOST:PORT",
            "put the address of your server, such as 127.0.0.1:6380, in the place of HOST:PORT",
        ),
        (
            "client-3",
            "… PORT …",
            "put the command that runs your client, and leave PORT in it, in the place of …",
        ),
        (
            "client-3",
            "PORT",
            "put the command that runs your client, and leave PORT in it, in the place of …",
        ),
    ] {
        let output = exercise(&[name, answer]);
        assert_eq!(output.status.code(), Some(4), "{name}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("error: not yet: {told}\n"), "{name}");
    }
}

/// A hint speaks of what went wrong.
#[test]
fn each_fault_has_its_own_hint() {
    let hint = |name: &str, answer: &str| {
        let output = answered(name, answer, &["--patience", "5"]);
        let said = String::from_utf8(output.stderr).unwrap();
        said.split_once("\nhint: ")
            .map(|(_, hint)| hint.replace("\n      ", " "))
            .unwrap_or_default()
    };
    assert_eq!(hint("client-3", "redis-cli"), "");
    assert_eq!(hint("server-1", "127.0.0.1:0"), "");
    for absent in ["client: Absent", "no-such-program PORT", "true PORT"] {
        assert!(hint("client-3", absent).contains("without a shell"), "{absent}");
    }
    assert!(hint("client-3", "client: RestForgotten").contains("next reply"));
    assert!(hint("client-5", "client: Resp2").contains("a pair is"));
    assert!(hint("client-5", "client: PushDropped").contains("a push"));
}

/// A blank before the end of a line is seen.
#[test]
fn the_end_of_a_line_is_shown() {
    let output = answered("client-3", "client: Unquoted", &["--patience", "5"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("  expected: \"hello\"\\n\n  printed:  hello\\n\n"), "{said}");
}

#[test]
fn every_flaw_is_caught() {
    let wrong: BTreeSet<&str> = ANSWERS.iter().flat_map(|(.., wrong)| *wrong).copied().collect();
    let servers = exercise_servers::flaws().map(|flaw| format!("server: {flaw}"));
    for flaw in servers.chain(exercise_clients::flaws().map(|flaw| format!("client: {flaw}"))) {
        assert!(wrong.contains(&*flaw), "{flaw}");
    }
}

/// The exercises ask for nothing that the real client does not do.
#[test]
fn redis_cli_is_right() {
    if !server_support::has("redis-cli", &["--version"]) {
        return;
    }
    for name in ["client-3", "client-4", "client-5"] {
        let output = answered(name, "client: redis-cli", &["--patience", "60"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
    }
}

/// The exercises ask for nothing that the real server does not do.
#[test]
fn redis_server_is_right() {
    if !server_support::has("redis-server", &["--version"]) {
        return;
    }
    let server = server_support::RedisServer::start();
    let names = ANSWERS.iter().map(|(name, ..)| *name);
    for name in names.filter(|name| name.starts_with("server-")) {
        let output = exercise(&[name, &server.address.to_string(), "--patience", "60"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
    }
}

#[test]
fn every_exercise_has_answers() {
    let list = String::from_utf8(exercise(&["--format", "markdown"]).stdout).unwrap();
    let listed: BTreeSet<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("**")?.split_once(".**"))
        .map(|(name, _)| name)
        .collect();
    assert!(!list.contains("\n  "), "the source's own line breaks are shown: {list}");
    let answered: BTreeSet<&str> = ANSWERS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(listed, answered);
    for name in listed {
        let shown = String::from_utf8(exercise(&[name]).stdout).unwrap();
        assert!(shown.contains(&format!("cargo resp exercise {name} ")), "{shown}");
    }
}

#[test]
fn what_there_is_not_is_said() {
    for arguments in [&["wire-0"][..], &["wire-99", "1"], &["nothing"], &["--chapter", "nothing"]] {
        let output = exercise(arguments);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {output:?}");
        assert!(output.stderr.starts_with(b"error: no "), "{arguments:?}: {output:?}");
    }
}
