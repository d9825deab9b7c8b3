//! `check`: held against redis-check-aof, and what it does to files.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server_support;

use server_support::{PATIENCE, RedisServer, connect, expect, has, run_to_end, run_with_input};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

/// A directory that goes when the test does.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Directory {
        let name = format!("resp-machine-check-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    fn file(&self, content: &[u8]) -> PathBuf {
        let path = self.0.join("file.aof");
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Exit code, standard output and standard error of `check`.
fn check(file: &Path, options: &[&str], answer: &str) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    command.arg("check").args(options).arg(file);
    let output = run_with_input(command, answer.as_bytes(), PATIENCE);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// How many bytes `check` calls valid, and its exit code.
fn valid(file: &Path) -> (u64, i32) {
    let (code, out, err) = check(file, &[], "");
    let number = out.split(' ').next().and_then(|number| number.parse().ok());
    (number.unwrap_or_else(|| panic!("{out}{err}")), code)
}

/// How many bytes redis-check-aof calls valid, and whether that is all.
fn valid_there(file: &Path) -> (u64, bool) {
    let mut command = Command::new("redis-check-aof");
    command.arg(file);
    let output = run_to_end(command, PATIENCE);
    let said = String::from_utf8_lossy(&output.stdout);
    let number = said.split("ok_up_to=").nth(1).and_then(|rest| rest.split(',').next());
    let number = number.unwrap_or_else(|| panic!("{said}"));
    (number.parse().unwrap(), output.status.success())
}

#[track_caller]
fn agrees(file: &Path) {
    let ((ours, code), (theirs, valid)) = (valid(file), valid_there(file));
    let content = fs::read(file).unwrap();
    assert_eq!((ours, code == 0), (theirs, valid), "{}", content.escape_ascii());
}

const PING: &str = "*1\r\n$4\r\nPING\r\n";
const MULTI: &str = "*1\r\n$5\r\nMULTI\r\n";
const EXEC: &str = "*1\r\n$4\r\nexec\r\n";

/// Red if the two would cut a file at different places.
#[test]
fn agrees_with_redis_check_aof() {
    // It has no option that only says something and succeeds.
    if !has("sh", &["-c", "command -v redis-check-aof"]) {
        return;
    }
    let directory = Directory::new("agrees");
    let set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$6\r\n\r\n*1\r\n\r\n";
    let whole = format!("#TS:1700000000\r\n{set}{MULTI}{PING}{EXEC}#TS:1700000001\r\n{PING}");
    // Broken off at every byte.
    let mut in_annotations = 0;
    for end in 1..=whole.len() {
        let (file, cut) = (directory.file(&whole.as_bytes()[..end]), &whole[..end]);
        let line = cut.rfind('\n').map_or(0, |at| at + 1);
        if cut[line..].starts_with('#') {
            // Theirs would have the next request appended to half an annotation.
            assert_eq!(valid_there(&file), (end as u64, true));
            assert_eq!(valid(&file), (line as u64, 3));
            in_annotations += 1;
        } else {
            agrees(&file);
        }
    }
    assert_eq!(in_annotations, 30);
    let broken = [
        format!("{PING}{MULTI}{MULTI}{PING}"),
        format!("{PING}{EXEC}{PING}"),
        format!("{PING}{MULTI}{PING}{EXEC}{EXEC}"),
        format!("{PING}PING\r\n{PING}"),
        format!("{PING}\r\n{PING}"),
        format!("{PING}*1\r\n:4\r\n{PING}"),
        format!("{PING}*1\r\n$4\r\nPINGxx{PING}"),
        format!("{PING}*1\r\n$3\r\nPING\r\n{PING}"),
        format!("{PING}*x\r\n{PING}"),
        format!("{PING}*1\r\n$x\r\nPING\r\n"),
        format!("{PING}{MULTI}{PING}?{EXEC}"),
        format!("{PING}\0\0\0\0"),
        format!("{PING}+OK\r\n"),
        format!("{MULTI}{PING}"),
        "+OK\r\n".to_owned(),
        "GET k\r\n".to_owned(),
    ];
    for file in &broken {
        agrees(&directory.file(file.as_bytes()));
    }
    // Random damage of one byte, in what is no annotation (there anything goes).
    let file = format!("{set}{MULTI}{PING}{EXEC}{PING}");
    for at in 0..file.len() {
        for byte in [b'\0', b'?', b'x', 0xff] {
            let mut damaged = file.clone().into_bytes();
            damaged[at] = byte;
            agrees(&directory.file(&damaged));
        }
    }
}

/// What redis-server writes, with transactions and times, and after it was killed in the middle.
#[test]
fn files_of_redis_server() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let server =
        RedisServer::start_with(&["--appendonly", "yes", "--aof-timestamp-enabled", "yes"]);
    let mut client = connect(server.address);
    let transaction = b"MULTI\r\nSET a \"x\\r\\ny\"\r\nLPUSH l 1 2\r\nEXEC\r\n";
    expect(&mut client, transaction, b"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n:2\r\n");
    expect(&mut client, b"SET b 1\r\n", b"+OK\r\n");
    let folder = server.directory.join("appendonlydir");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = |ending: &str| {
        let mut found = files_of(&server).into_iter().filter(|path| path.ends_with(ending));
        PathBuf::from(found.next().unwrap())
    };
    assert!(files.count() >= 3);
    let appended = file(".incr.aof");
    let content = fs::read(&appended).unwrap();
    assert!(content.starts_with(b"#TS:"));
    assert_eq!(valid(&appended), (content.len() as u64, 0));
    // In the middle of the transaction.
    let directory = Directory::new("server");
    let at = content.windows(5).position(|window| window == b"LPUSH").unwrap();
    let cut = directory.file(&content[..at]);
    let (kept, code) = valid(&cut);
    assert_eq!(code, 3);
    assert!(content[kept as usize..].starts_with(b"*1\r\n$5\r\nMULTI"));
    // The dump beside it, and the manifest, are something else.
    let (code, out, err) = check(&file(".base.rdb"), &["--fix", "--yes"], "");
    assert_eq!(code, 4, "{out}");
    assert!(err.contains("begins with a dump (RDB)"), "{err}");
    let (code, _, err) = check(&file(".manifest"), &[], "");
    assert_eq!(code, 4);
    assert!(err.contains("the files that the manifest names"), "{err}");
}

fn files_of(server: &RedisServer) -> Vec<String> {
    let folder = server.directory.join("appendonlydir");
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned()).collect()
}

#[test]
fn says_what_is_wrong() {
    let directory = Directory::new("says");
    let cases: [(&[&str], &str, i32, &str, &str); 9] = [
        (&[], "", 0, "0 of 0 bytes are valid: 0 frames\n", ""),
        (&[], PING, 0, "14 of 14 bytes are valid: 1 frame\n", ""),
        (
            &[],
            "*1\r\n$4\r\nPI",
            3,
            "0 of 10 bytes are valid: 0 frames\n",
            "incomplete: offset=10 state=Body : ",
        ),
        (
            &[],
            "*1\r\n$x\r\n",
            4,
            "0 of 8 bytes",
            "error: offset=5 state=Length kind=InvalidLength : ",
        ),
        (
            &[],
            MULTI,
            3,
            "0 of 15 bytes",
            "incomplete: offset=15 : the file ends before the EXEC of the MULTI at offset 0",
        ),
        (&[], "*0\r\n", 4, "0 of 4 bytes", "error: offset=0 : a request of no arguments"),
        (&["--dialect", "request"], "PING\r\n*0\r\n", 0, "10 of 10 bytes", ""),
        (&["--dialect", "resp3"], "_\r\n#t\r\n", 0, "7 of 7 bytes are valid: 2 frames\n", ""),
        (
            &["--dialect", "resp2"],
            "+OK\r\n_\r\n",
            4,
            "5 of 8 bytes are valid: 1 frame\n",
            "error: offset=5 state=Start kind=Resp3Type : ",
        ),
    ];
    for (options, content, code, out, err) in cases {
        let file = directory.file(content.as_bytes());
        let said = check(&file, options, "");
        assert_eq!(said.0, code, "{content:?}: {}", said.2);
        assert!(said.1.starts_with(out), "{content:?}: {}", said.1);
        assert!(said.2.starts_with(err) && said.2.is_empty() == err.is_empty(), "{}", said.2);
        assert_eq!(fs::read(&file).unwrap(), content.as_bytes());
    }
    let missing = directory.0.join("none");
    let (code, _, err) = check(&missing, &[], "");
    assert_eq!(code, 1);
    assert!(err.contains("none"), "{err}");
    assert_eq!(check(&missing, &["--yes"], "").0, 2);
}

/// Red if something is cut off without an answer, at another place, or of a file that is something else.
#[test]
fn fixes_after_asking() {
    let directory = Directory::new("fixes");
    let broken = format!("{PING}{MULTI}{PING}*1\r\n$4\r\nPI");
    for (options, answer, fixed) in [
        (&["--fix"][..], "n\n", false),
        (&["--fix"], "", false),
        (&["--fix"], "\n", false),
        (&["--fix"], "y\n", true),
        (&["--fix", "--yes"], "", true),
    ] {
        let file = directory.file(broken.as_bytes());
        let (code, out, err) = check(&file, options, answer);
        assert_eq!(code, if fixed { 0 } else { 3 }, "{options:?} {answer:?}: {out}{err}");
        assert_eq!(out.contains("and lose 39? [y/N] "), options == ["--fix"], "{out}");
        assert!(out.contains("incomplete: offset=53 state=Body : "), "{out}");
        let kept = if fixed { PING } else { &broken };
        assert_eq!(fs::read_to_string(&file).unwrap(), kept);
    }
    // Nothing to fix, and nothing that is an append-only file.
    for content in [PING, "", "an essay\n", "REDIS0011\u{fa}"] {
        let file = directory.file(content.as_bytes());
        let (code, _, _) = check(&file, &["--fix", "--yes"], "");
        assert_eq!(code == 0, content == PING || content.is_empty());
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}

/// What has no size before it is read, on standard input and elsewhere.
#[test]
fn pipes_have_the_size_that_they_turn_out_to_have() {
    let pipes: &[&str] = if cfg!(target_os = "linux") { &["-", "/dev/stdin"] } else { &["-"] };
    let long = format!("{PING}nonsense{}", "x".repeat(1 << 20));
    for (content, said) in [
        (PING, "14 of 14 bytes are valid: 1 frame\n"),
        (&*long, "14 of 1048598 bytes are valid: 1 frame\n"),
    ] {
        let code = if content == PING { 0 } else { 4 };
        for pipe in pipes {
            let (there, out, err) = check(Path::new(pipe), &[], content);
            assert_eq!((there, &*out), (code, said), "{err}");
        }
    }
    for pipe in pipes {
        let (code, out, err) = check(Path::new(pipe), &["--fix", "--yes"], &long);
        assert_eq!((code, &*out), (2, ""), "{err}");
        assert!(err.contains("only a file can be cut off"), "{err}");
    }
}

/// Red if a file is cut off and that is not told, or the program ends in a panic.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_an_error() {
    let directory = Directory::new("printed");
    let broken = format!("{PING}*1\r\n");
    for (content, options) in
        [(PING, &[][..]), (&broken, &[]), (&broken, &["--fix"]), (&broken, &["--fix", "--yes"])]
    {
        let file = directory.file(content.as_bytes());
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(PROGRAM)
            .arg("check")
            .args(options)
            .arg(&file)
            .stdout(full)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{options:?}: {told}");
        assert!(told.starts_with("error: No space left"), "{told}");
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}
