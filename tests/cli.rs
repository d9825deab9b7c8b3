//! The program's contract: what its commands print, and their exit codes.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

/// Runs the program on `input`.
fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        // The program may stop reading at an error.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

/// Exit code, standard output and standard error.
fn outcome(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let output = run(args, input);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn decode_prints_a_line_for_each_frame() {
    let (code, out, err) = outcome(&["decode"], b"+OK\r\n:+5\r\n,1e1\r\n(-007\r\n#t\r\n*-1\r\n");
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines,
        [
            r#"{"t":"simple","b64":"T0s="}"#,
            r#"{"t":"int","v":"5","text":"+5"}"#,
            r#"{"t":"double","v":"10.0","text":"1e1","bits":"4024000000000000"}"#,
            r#"{"t":"bignum","v":"-7","text":"-007"}"#,
            r#"{"t":"bool","v":true}"#,
            r#"{"t":"null","wire":"*"}"#,
        ]
    );
}

#[test]
fn decode_ends_as_its_input_does() {
    let cases: [(&[&str], &[u8], i32, &str); 8] = [
        (&["decode"], b"", 0, ""),
        (&["decode"], b"+OK\r\n", 0, ""),
        (&["decode"], b"+OK", 3, "incomplete: offset=3 state=Line : "),
        (&["decode"], b"|1\r\n+a\r\n:1\r\n", 3, "incomplete: offset=12 state=Start : "),
        (&["decode"], b"$-2\r\n", 4, "error: offset=2 state=Length kind=InvalidLength : "),
        (
            &["decode", "--dialect", "resp2"],
            b"_\r\n",
            4,
            "error: offset=0 state=Start kind=Resp3Type : ",
        ),
        (&["decode", "--dialect", "request"], b"PING\n", 0, ""),
        (&["decode", "no/such/file"], b"", 1, "error: no/such/file: "),
    ];
    for (args, input, expected, start) in cases {
        let (code, _, err) = outcome(args, input);
        assert_eq!(code, expected, "{args:?} on {:?}: {err}", input.escape_ascii().to_string());
        assert!(err.starts_with(start), "{err:?} does not begin with {start:?}");
        assert!(err.lines().count() <= 1, "more than a line: {err}");
    }
}

#[test]
fn decode_prints_what_came_before_a_failure() {
    let (code, out, _) = outcome(&["decode"], b":1\r\n:2\r\n:x\r\n");
    assert_eq!((code, out.lines().count()), (4, 2));
    let (code, out, _) = outcome(&["decode"], b":1\r\n:2\r\n*1\r\n");
    assert_eq!((code, out.lines().count()), (3, 2));
}

#[test]
fn usage_errors_are_code_2() {
    for args in [
        &["decode", "--chunk", "0"][..],
        &["decode", "--chunk", "x"],
        &["decode", "--dialect", "resp4"],
        &["encode", "--resp", "4"],
        &["states", "--format", "gif"],
        &["states", "--from", "F"],
        &["nonsense"],
        &[],
    ] {
        assert_eq!(outcome(args, b"").0, 2, "{args:?}");
    }
}

#[test]
fn a_chunk_size_changes_nothing() {
    let input = std::fs::read("examples/captures/replies-resp3.resp").unwrap();
    let whole = outcome(&["decode"], &input);
    assert_eq!(whole.0, 0);
    for size in ["1", "2", "3", "7", "64", "4096"] {
        assert_eq!(outcome(&["decode", "--chunk", size], &input), whole, "--chunk {size}");
    }
    let broken = b"*2\r\n:1\r\n$3\r\nabcd\r\n";
    assert_eq!(outcome(&["decode", "--chunk", "1"], broken), outcome(&["decode"], broken));
}

#[test]
fn encode_is_the_inverse_of_decode() {
    let input = std::fs::read("examples/captures/replies-resp3.resp").unwrap();
    let json = run(&["decode"], &input).stdout;
    let output = run(&["encode"], &json);
    assert_eq!(output.status.code(), Some(0));
    // The push that interrupted a frame has come first, as a frame of its own.
    let again = run(&["decode"], &output.stdout).stdout;
    assert_eq!(String::from_utf8(again), String::from_utf8(json));
}

#[test]
fn encode_takes_keys_in_any_order_and_parts() {
    let json = br#"{"items":[{"b64":"YQ==","t":"bulk"},{"parts":[["eA==",3],["eQ==",1]],"t":"bulk"}],"t":"array"}

{"pairs":[[{"t":"simple","b64":"aw=="},{"v":"1","t":"int"}]],"of":{"t":"null","wire":"_"},"t":"attr"}
"#;
    let output = run(&["encode"], json);
    assert_eq!(
        output.stdout.escape_ascii().to_string(),
        r"*2\r\n$1\r\na\r\n$4\r\nxxxy\r\n|1\r\n+k\r\n:1\r\n_\r\n"
    );
    let output = run(&["encode", "--resp", "2"], json);
    assert_eq!(output.stdout.escape_ascii().to_string(), r"*2\r\n$1\r\na\r\n$4\r\nxxxy\r\n$-1\r\n");
}

#[test]
fn encode_names_the_line_it_cannot_write() {
    let good = r#"{"t":"simple","b64":"T0s="}"#;
    let bad = [
        "{",
        "[]",
        r#"{"t":"simple"}"#,
        r#"{"t":"simple","b64":"?"}"#,
        r#"{"t":"simple","b64":"DQo="}"#,
        r#"{"t":"nothing"}"#,
        r#"{"t":"int","v":"9223372036854775808"}"#,
        r#"{"t":"array","items":[{"t":"push","items":[]}]}"#,
        r#"{"t":"map","pairs":[[{"t":"null","wire":"_"}]]}"#,
        r#"{"t":"attr","pairs":[]}"#,
        r#"{"t":"verbatim","fmt":"text","b64":""}"#,
        r#"{"t":"bulk","streamed":true,"chunks":[""],"b64":""}"#,
        r#"{"t":"array","items":[{"t":"inline","args":[]}]}"#,
        r#"{"t":"bulk","parts":[["YQ==",99999999999999]]}"#,
        r#"{"t":"bulk","parts":[["YWE=",18446744073709551615]]}"#,
    ];
    for line in bad {
        let (code, out, err) = outcome(&["encode"], format!("{good}\n{line}\n{good}\n").as_bytes());
        assert_eq!((code, out.as_str()), (4, "+OK\r\n"), "{line}: {err}");
        assert!(err.starts_with("error: line=2 : "), "{line}: {err}");
    }
}

#[test]
fn the_deepest_frame_passes_both_ways() {
    let mut wire = Vec::new();
    for level in 0..1024 {
        match level % 3 {
            0 => wire.extend_from_slice(b"*1\r\n"),
            1 => wire.extend_from_slice(b"%1\r\n+k\r\n"),
            _ => wire.extend_from_slice(b"|0\r\n"),
        }
    }
    wire.extend_from_slice(b":1\r\n");
    let json = run(&["decode"], &wire);
    assert_eq!(json.status.code(), Some(0));
    assert_eq!(run(&["encode"], &json.stdout).stdout, wire);
    wire.splice(0..0, *b"*1\r\n");
    assert_eq!(run(&["decode"], &wire).status.code(), Some(4));
}

#[test]
fn states_has_every_row_in_every_format() {
    let rows = resp_machine::state::TABLE.len();
    let (code, table, _) = outcome(&["states"], b"");
    assert_eq!((code, table.lines().count()), (0, rows + 2));
    for (format, count) in [("mermaid", " --> "), ("dot", " -> "), ("svg", "<path class")] {
        let (code, text, _) = outcome(&["states", "--format", format], b"");
        assert_eq!(code, 0);
        // Fourteen arrows between the seven states; Mermaid also has one to the first.
        let expected = if format == "mermaid" { 15 } else { 14 };
        assert_eq!(text.matches(count).count(), expected, "{format}");
    }
}

#[test]
fn states_has_what_leaves_one_state() {
    use resp_machine::state::{State, TABLE};
    for state in State::ALL {
        let name = format!("{state:?}");
        let rows: Vec<_> = TABLE.iter().filter(|row| row.from == state).collect();
        let (code, table, _) = outcome(&["states", "--from", state.letter()], b"");
        assert_eq!((code, table.lines().count()), (0, rows.len() + 2), "{name}");
        for row in &rows {
            assert!(table.contains(&format!("| {:?} ", row.rule)), "{name}: {:?}", row.rule);
        }
        let targets = State::ALL.iter().filter(|to| rows.iter().any(|row| row.to == **to)).count();
        for (format, arrow) in [("mermaid", " --> "), ("dot", " -> ")] {
            let (code, text, _) = outcome(&["states", "--format", format, "--from", &name], b"");
            assert_eq!((code, text.matches(arrow).count()), (0, targets), "{format}, {name}");
            assert_eq!(text.matches(&format!("{name}{arrow}")).count(), targets, "{format}");
        }
        let (code, drawing, _) = outcome(&["states", "--format", "svg", "--lit", &name], b"");
        assert_eq!((code, drawing.matches("<path class").count()), (0, 14));
        assert!(drawing.contains(&format!(".arrow:not([data-from={name}])")));
    }
}

/// A server that is stopped when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn serve_says_where_it_listens_and_ends_on_interrupt() {
    let child = Command::new(PROGRAM)
        .args(["serve", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Server(child);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").expect("where it listens");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"PING\r\n").unwrap();
    let mut pong = [0; 7];
    stream.read_exact(&mut pong).unwrap();
    assert_eq!(&pong, b"+PONG\r\n");
    let interrupt = Command::new("kill").args(["-INT", &server.0.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
    // The connection was ended, not left hanging.
    assert_eq!(stream.read(&mut pong).unwrap(), 0);
}

#[test]
fn serve_says_why_it_cannot_listen() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, err) = outcome(&["serve", "--port", &port], b"");
    assert_eq!(code, 1);
    assert!(err.contains(&port), "{err}");
}

#[test]
fn encode_writes_streamed_forms() {
    let wire = "*?\r\n%?\r\n+a\r\n~?\r\n:1\r\n.\r\n.\r\n$?\r\n;1\r\na\r\n;0\r\n.\r\n";
    let (code, json, _) = outcome(&["decode"], wire.as_bytes());
    assert_eq!(code, 0);
    let expected = (0, wire.to_owned(), String::new());
    assert_eq!(outcome(&["encode"], json.as_bytes()), expected, "{json}");
}

/// Nobody may be there to read what is printed, or there is no room for it. Red if that is a panic, or
/// costs the exit code.
#[cfg(target_os = "linux")]
#[test]
fn outputs_that_take_nothing_are_errors() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let server = resp_machine::server::Background::start().unwrap();
    let port = server.local_addr().port().to_string();
    let mut client = Command::new(PROGRAM);
    client.args(["cli", "-p", &port]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut client = client.stdout(full()).spawn().unwrap();
    client.stdin.take().unwrap().write_all(b"ECHO \"a\n").unwrap();
    let output = client.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.starts_with(b"error: No space left"));
    // What cannot be told is still what it is.
    for (text, code) in [("+OK", 3), ("?", 4)] {
        let mut trace = Command::new(PROGRAM);
        trace.args(["trace", "--format", "json", "--text", text]).stdout(Stdio::null());
        assert_eq!(trace.stderr(full()).status().unwrap().code(), Some(code));
    }
}

/// Red if a chunk takes its room before there is anything in it, or is not as large as it says.
#[cfg(target_os = "linux")]
#[test]
fn a_large_chunk_takes_no_more_room_than_its_bytes() {
    let input = b"+OK\r\n".repeat(20_000);
    for command in ["decode", "trace"] {
        // More than half a gigabyte cannot be had.
        let limited = format!("ulimit -v 524288; exec '{PROGRAM}' \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited, "sh", command, "--chunk", "4294967295"]);
        let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.clone();
        let feeder = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(!String::from_utf8(output.stdout).unwrap().contains("the input is cut"));
        feeder.join().unwrap().unwrap();
    }
}
