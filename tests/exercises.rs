//! The exercises of the book: each takes every right answer that is listed here and none of the wrong
//! ones, and none is without answers.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::process::{Command, Output};

/// An exercise, right answers, and wrong ones.
type Answers = (&'static str, &'static [&'static str], &'static [&'static str]);

const ANSWERS: &[Answers] = &[
    (
        "wire-1",
        &[r"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n"],
        &[
            r"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello",
            r"*2\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n",
            "SET",
        ],
    ),
    ("wire-2", &[r"+OK\r\n:-3\r\n"], &[r":-3\r\n+OK\r\n", r"+OK\r\n", r"+OK\r\n:-3\r\n+", r"\q"]),
    ("wire-3", &["11"], &["10", "12", "many"]),
];

fn exercise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_resp-machine"))
        .arg("exercise")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn right_answers_are_taken_and_wrong_ones_are_not() {
    for (name, right, wrong) in ANSWERS {
        for answer in *right {
            let output = exercise(&[name, answer]);
            assert_eq!(output.status.code(), Some(0), "{name}: {answer}: {output:?}");
            assert!(output.stdout.starts_with(b"Right: "), "{name}: {answer}: {output:?}");
        }
        for answer in *wrong {
            let output = exercise(&[name, answer]);
            assert_eq!(output.status.code(), Some(4), "{name}: {answer}: {output:?}");
            assert!(output.stderr.starts_with(b"error: not yet: "), "{name}: {answer}: {output:?}");
        }
        assert!(!right.is_empty() && !wrong.is_empty(), "{name} has no answers");
    }
}

#[test]
fn every_exercise_has_answers() {
    let list = String::from_utf8(exercise(&[]).stdout).unwrap();
    let listed: BTreeSet<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("**")?.split_once(".**"))
        .map(|(name, _)| name)
        .collect();
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
