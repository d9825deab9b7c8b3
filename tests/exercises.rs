//! The exercises of the book: each takes every right answer that is listed here and none of the wrong
//! ones, and none is without answers.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod exercise_clients;
mod exercise_servers;
mod server_support;

use std::collections::BTreeSet;
use std::process::{Command, Output};

/// An exercise, right answers, and wrong ones. `server: ` stands before the name of one to start, whose
/// address is the answer, and `client: ` before that of one whose command is.
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
    ("wire-3", &["13"], &["12", "14", "many"]),
    ("wire-4", &["3"], &["2", "4"]),
    ("wire-5", &["D", "count"], &["S", "En", "END", "X"]),
    ("start-1", &["A", "Line"], &["S", "D"]),
    (
        "start-2",
        &["S A END S A END", "A, END, S, A, END"],
        &["S A END", "S A END S A END S", "S B END"],
    ),
    ("start-3", &["A"], &["S", "END"]),
    ("start-4", &["8"], &["0", "6", "10"]),
    ("start-5", &[r"_\r\n", r"%0\r\n", r"#t\r\n"], &[r"+OK\r\n", r"_", r"x\r\n", r"_1\r\n"]),
    ("line-1", &["A"], &["END", "S"]),
    ("line-2", &["6"], &["1", "2", "5", "7"]),
    (
        "line-3",
        &[r":00007\r\n", r":+0007\r\n"],
        &[r":7\r\n", r":000007\r\n", r":00070\r\n", r"(00007\r\n"],
    ),
    ("line-4", &[r"+OK\r+x\r\n", r"+OK\rQ"], &[r"+OK\r\n", r"+OK\n", r"+OK\r", r"-OK\rx"]),
    (
        "line-5",
        &[r",1e999\r\n", r",-1e400\r\n"],
        &[r",inf\r\n", r",1e308\r\n", r",nan\r\n", r",1e999"],
    ),
    ("length-1", &["B"], &["C", "S"]),
    (
        "length-2",
        &["S B C END S B END S B", "B C END S B END S B"],
        &["S B END S B END S B", "S B C END S B C", "S B C END S B END S"],
    ),
    ("length-3", &["8"], &["3", "6", "7"]),
    (
        "length-4",
        &[r"*3\r\n$1\r\n0\r\n$0\r\n\r\n$-1\r\n"],
        &[
            r"*3\r\n$1\r\n0\r\n$-1\r\n$0\r\n\r\n",
            r"*3\r\n$0\r\n\r\n$0\r\n\r\n$-1\r\n",
            r"*3\r\n$1\r\n0\r\n$0\r\n$-1\r\n",
            r"*3\r\n$1\r\n0\r\n$0\r\n\r\n*-1\r\n",
            r"*3\r\n$1\r\n0\r\n$0\r\n\r\n$-1\r\n\r\n",
            r"$1\r\n0\r\n$0\r\n\r\n$-1\r\n",
        ],
    ),
    (
        "length-5",
        &[r"*1\r\n$-1\r\n", r"*2\r\n$-1\r\n"],
        &[
            r"$-1\r\n",
            r"*1\r\n$0\r\n\r\n",
            r"*2\r\n$0\r\n\r\n$-1\r\n",
            r"*1\r\n$-2\r\n",
            r"*-1\r\n",
        ],
    ),
    ("body-1", &["C"], &["END", "B"]),
    ("body-2", &["2"], &["1", "3"]),
    (
        "body-3",
        &[r"$3\r\n\n\r\n\r\n"],
        &[r"$2\r\n\r\n\r\n", r"$3\r\n\n\r\n", r"$3\r\n\r\n\n\r\n", r"+\n\r\n"],
    ),
    ("body-4", &["6"], &["3", "5", "7"]),
    ("body-5", &["8"], &["7", "9", "13", "100"]),
    ("count-1", &["S"], &["En", "D", "END"]),
    ("count-2", &["S D En END S A"], &["S D END S A", "S D En S A", "S D En END"]),
    ("count-3", &["6"], &["3", "5"]),
    ("count-4", &["1"], &["2", "0"]),
    (
        "count-5",
        &[r"*-2\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n", r"*-7\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n"],
        &[
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n",
            r"*0\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n",
            r"*-2\r\nECHO hi\r\n",
        ],
    ),
    (
        "elements-1",
        &["S D En S B C END En S D En END En END"],
        &[
            "S D En S B C END En S D En END",
            "S D En S B C END En S D END En END",
            "S D En S B C END S D En END En END",
            "S D En S B END En S D En END En END",
        ],
    ),
    ("elements-2", &["1"], &["0", "2"]),
    ("elements-3", &["1"], &["2", "0"]),
    ("elements-4", &["S"], &["END", "En"]),
    ("elements-5", &["S 2 3 2", "start 2 3 2"], &["S 1 2 2", "D 2 3 2", "S 2 3", "S 2 3 2 1", ""]),
    (
        "elements-6",
        &[r"*1\r\n*1\r\n*0\r\n", r"*2\r\n+a\r\n*1\r\n*1\r\n:1\r\n"],
        &[r"*1\r\n*0\r\n", r"*1\r\n*1\r\n*1\r\n", r"*2\r\n*1\r\n*1\r\n:1\r\n:2\r\n", ":"],
    ),
    ("end-1", &["END"], &["En", "S"]),
    ("end-2", &["2"], &["1", "3"]),
    ("end-3", &["S A END S A"], &["S A END A", "S A S A"]),
    ("end-4", &["S 2 1"], &["S 1 1", "S 2 2", "S 1 0", "END 2 1"]),
    (
        "end-5",
        &[r"*2\r\n:1\r\n>1\r\n+p\r\n:2\r\n", r"*2\r\n:1\r\n>0\r\n:2\r\n"],
        &[
            r">0\r\n*2\r\n:1\r\n:2\r\n",
            r"*2\r\n>0\r\n:1\r\n:2\r\n",
            r"*3\r\n:1\r\n>0\r\n:2\r\n",
            r"*2\r\n:1\r\n>0\r\n:1\r\n",
            r"*2\r\n:1\r\n:2\r\n",
        ],
    ),
    ("partial-1", &["8"], &["9", "0"]),
    ("partial-2", &["3"], &["2", "4", "0"]),
    ("partial-3", &["C"], &["B", "S", "END"]),
    ("partial-4", &["12"], &["8", "11", "13", "14"]),
    (
        "partial-5",
        &[r"*1\r\n*1\r\n$", r"*1\r\n~2\r\n!", r"*2\r\n:1\r\n="],
        &[
            r"*1\r\n*1\r\n*",
            r"*1073741824\r\n",
            r"*1\r\n*1\r\n$1",
            r"*1\r\n$",
            r"*1\r\n:12345\r\n$",
            r"x",
            r"$1000\r\n*1\r\n*1\r\n",
        ],
    ),
    ("nesting-1", &["3"], &["2", "4"]),
    ("nesting-2", &["1"], &["2", "0"]),
    (
        "nesting-3",
        &[r"%1\r\n%1\r\n%1\r\n", r"|1\r\n%1\r\n~0\r\n"],
        &[
            r"%1\r\n%1\r\n",
            r"*1\r\n*1\r\n*1\r\n",
            r"%1\r\n%1\r\n%1\r\n%1\r\n",
            r"%1\r\n%1\r\n%1\r",
            "x",
        ],
    ),
    ("nesting-4", &["7168"], &["7175", "4096", "1024", "1025"]),
    (
        "resp3-1",
        &[r"%1\r\n:1\r\n#f\r\n"],
        &[r"%2\r\n:1\r\n#f\r\n", r"*2\r\n:1\r\n#f\r\n", r"%1\r\n:1\r\n"],
    ),
    ("resp3-2", &["3"], &["1", "2"]),
    ("resp3-3", &["2"], &["1", "3"]),
    ("resp3-4", &["S"], &["END", "C", "En"]),
    (
        "resp3-5",
        &[r"%?\r\n$1\r\na\r\n_\r\n.\r\n"],
        &[
            r"%1\r\n$1\r\na\r\n_\r\n",
            r"%?\r\n$1\r\na\r\n_\r\n",
            r"*?\r\n$1\r\na\r\n_\r\n.\r\n",
            r"%?\r\n+a\r\n_\r\n.\r\n",
        ],
    ),
    ("errors-1", &["7"], &["0", "5", "6", "8"]),
    ("errors-2", &["18"], &["13", "11", "20"]),
    ("errors-3", &["A", "line"], &["END", "S"]),
    (
        "errors-4",
        &[r"*2\r\n:1\r\n_", r"*2\r\n*1\r\n:1\r\n%", r"+OK\r\n*2\r\n$-1\r\n#t\r\n"],
        &[r"*2\r\n_", r"_\r\n", r"*2\r\n:1\r\n@", r"*3\r\n:1\r\n_", r"*2\r\n:1\r\n:2\r\n"],
    ),
    (
        "errors-5",
        &[
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhiXX",
            r"*2\r\n$4\r\nechoXX$2\r\nhi\r\n",
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhi\n\n",
        ],
        &[
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n",
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhiX",
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhiXXX",
            r"*2\r\n$4\r\nECHO\r\n$2\r\nhoXX",
            r"*1\r\n$4\r\nECHOXX",
            r"*1\r\n$x",
        ],
    ),
    (
        "requests-1",
        &[
            r#"SET greeting "hello world"\r\n"#,
            r"SET  greeting 'hello world' \n",
            r#""SET" "greeting" "hello\\x20world"\r\n"#,
        ],
        &[
            r"SET greeting hello world\r\n",
            r#"SET greeting "hello world""#,
            r#"SET greeting "hello world"x\r\n"#,
            r"*3\r\n$3\r\nSET\r\n$8\r\ngreeting\r\n$11\r\nhello world\r\n",
            r#"SET greeting "hello world"\r\nPING\r\n"#,
        ],
    ),
    ("requests-2", &["B", "length"], &["S", "C"]),
    ("requests-3", &["5"], &["2", "3", "4"]),
    (
        "requests-4",
        &[r#"ECHO "a\\rb"\r\n"#, r#"ECHO "a\\x0db"\n"#, r#"ECHO "a\rb"\r\n"#],
        &[r#"ECHO 'a\\rb'\r\n"#, r"ECHO a\\rb\r\n", r#"ECHO "a\\nb"\r\n"#, r"ECHO a\rb\r\n"],
    ),
    (
        "requests-5",
        &[r"*2\r\n$4\r\nECHO\r\n:1\r\n", r"*3\r\n$3\r\nGET\r\n+"],
        &[
            r"*2\r\n:1\r\n",
            r"*2\r\n$4\r\nECHO\r\n$1\r\na\r\n",
            r"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n:1\r\n",
            r"*1\r\n$4\r\nPING\r\n*1\r\n:1\r\n",
        ],
    ),
    (
        "server-1",
        &["server: step 1", "server: step 2", "server: step 6", "server: the library"],
        &["server: hangs up", "server: OneReply", "nowhere", "127.0.0.1:0"],
    ),
    (
        "server-2",
        &["server: step 2", "server: step 3", "server: step 6", "server: the library"],
        &[
            "server: step 1",
            "server: CapitalsOnly",
            "server: ReadsAlone",
            "server: PartForgotten",
            "server: TwoReplies",
            "server: UnknownEnds",
            "server: EmptyAnswered",
        ],
    ),
    (
        "server-3",
        &["server: step 3", "server: step 4", "server: step 6", "server: the library"],
        &[
            "server: step 2",
            "server: MissingIsEmpty",
            "server: ValueIsLine",
            "server: ReadsAlone",
            "server: PartForgotten",
            "server: StoreOfOne",
            "server: ArgumentsNotCounted",
        ],
    ),
    (
        "server-4",
        &["server: step 4", "server: step 5", "server: step 6", "server: the library"],
        &[
            "server: step 3",
            "server: OneOfRead",
            "server: Backwards",
            "server: HundredOfRead",
            "server: PartForgotten",
            "server: ErrorNotTold",
            "server: ErrorStays",
            "server: ErrorFirst",
        ],
    ),
    (
        "server-5",
        &["server: step 5", "server: step 6", "server: the library"],
        &["server: step 4", "server: OneClient", "server: ErrorEndsAll"],
    ),
    (
        "server-6",
        &["server: step 6", "server: the library"],
        &[
            "server: step 5",
            "server: HelloInOld",
            "server: NoWayBack",
            "server: VersionOfAll",
            "server: AnyVersion",
        ],
    ),
    ("client-1", &["1"], &["0", "2", "3"]),
    (
        "client-2",
        &[r"$6\r\na\r\n+OK\r\n", r"$5\r\n\r\n+OK\r\n"],
        &[
            r"$1\r\na\r\n+OK\r\n",
            r"$5\r\na\r\n+O\r\n",
            r"$9\r\na\r\n+OK\r\nb\r\n",
            r"+a\r\n",
            r"$6\r\na\r\n+OK",
        ],
    ),
    (
        "client-3",
        &["client: the program"],
        &[
            "client: Inline",
            "client: CountsLines",
            "client: ReadsAlone",
            "client: RestForgotten",
            "client: TwoReads",
            "client: Unquoted",
            "client: OneCommand",
            "client: Stays",
            "client: Absent",
            "no such program PORT",
            "redis-cli",
        ],
    ),
    (
        "client-4",
        &["client: the program"],
        &[
            "client: Flat",
            "client: Ragged",
            "client: NullIsEmpty",
            "client: Unescaped",
            "client: RestForgotten",
        ],
    ),
    (
        "client-5",
        &["client: the program"],
        &[
            "client: Resp2",
            "client: PushIsReply",
            "client: PushDropped",
            "client: PushLast",
            "client: RestForgotten",
        ],
    ),
    ("fuzz-1", &["15"], &["17", "14", "256"]),
    ("fuzz-2", &["3", "11"], &["4", "7", "2", "10", "12", "99"]),
    (
        "fuzz-3",
        &[r"*-2\r\n", r"*-10\r\n", r"+OK\r\n*1\r\n*-999\r\n"],
        &[r"*-1\r\n", r"*-0\r\n", r"$-2\r\n", r"*-2", r"*-x\r\n", r"%-1\r\n"],
    ),
    (
        "fuzz-4",
        &[r"%1\r\n+a\r\n:1\r\n", r"*1\r\n%1\r\n_\r\n_\r\n"],
        &[r"%0\r\n", r"*2\r\n+a\r\n:1\r\n", r"%1\r\n+a\r\n", r"%?\r\n+a\r\n:1\r\n.\r\n"],
    ),
    ("types-1", &["2"], &["1", "3", "4"]),
    ("types-2", &["8"], &["0", "9", "4"]),
    ("types-3", &["S B C END", "length, body, end"], &["S A END", "S B C", "B C S END"]),
    (
        "types-4",
        &[r",1.5\r\n", r"(12\r\n", r",inf\r\n"],
        &[r":1\r\n", r"+x\r\n", r",1.5", r"$-1\r\n", r"*1\r\n,1\r\n", r",1\r\n,1\r\n"],
    ),
    ("types-5", &[r",", r"+OK\r\n,1.5\r\n"], &[r"#t\r\n", r"+OK\r\n", r"@1\r\n", r"_,"]),
];

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
