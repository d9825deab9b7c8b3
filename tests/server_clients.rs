//! The server, driven by the clients people use: redis-cli, redis-py and redis-benchmark.
//!
//! A client that is not installed is passed over with a message, unless the environment variable
//! `CI` is set: then it must be there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server_support;

use resp_machine::server::Background;
use server_support::{has, run_to_end};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The output of a program that must end well and complain of nothing.
#[track_caller]
fn ended_well(output: &Output) -> String {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    assert_eq!(stderr, "", "{stdout}");
    stdout
}

struct Cli<'a> {
    server: &'a Background,
    version: &'a str,
}

impl Cli<'_> {
    #[track_caller]
    fn says(&self, args: &[&str], expected: &str) {
        let port = self.server.local_addr().port().to_string();
        let mut command = Command::new("redis-cli");
        command.args(["-h", "127.0.0.1", "-p", &port, self.version, "--no-raw"]).args(args);
        assert_eq!(ended_well(&run_to_end(command, PATIENCE)), expected, "{args:?}");
    }
}

#[test]
fn redis_cli() {
    if !has("redis-cli", &["--version"]) {
        return;
    }
    for version in ["-2", "-3"] {
        let server = Background::start().unwrap();
        let cli = Cli { server: &server, version };
        cli.says(&["PING"], "PONG\n");
        cli.says(&["SET", "k", "two words"], "OK\n");
        cli.says(&["GET", "k"], "\"two words\"\n");
        cli.says(&["GET", "none"], "(nil)\n");
        cli.says(&["MGET", "k", "none"], "1) \"two words\"\n2) (nil)\n");
        cli.says(&["INCR", "n"], "(integer) 1\n");
        cli.says(&["-n", "3", "DBSIZE"], "(integer) 0\n");
        cli.says(
            &["NOPE", "a"],
            "(error) ERR unknown command 'NOPE', with args beginning with: 'a' \n",
        );
        cli.says(&["INCR", "k"], "(error) ERR value is not an integer or out of range\n");
        let map = if version == "-3" {
            "1# \"appendonly\" => \"no\"\n"
        } else {
            "1) \"appendonly\"\n2) \"no\"\n"
        };
        cli.says(&["CONFIG", "GET", "appendonly"], map);
        cli.says(&["FLUSH"], "(integer) 2\n");
        cli.says(&["-r", "3", "ECHO", "again"], "\"again\"\n\"again\"\n\"again\"\n");
        cli.says(&["SHUTDOWN", "NOSAVE"], "");
        server.stop().unwrap();
    }
}

/// The mass insertion of redis-cli: a file of requests, then an ECHO of its own to know the end.
#[test]
fn redis_cli_pipe_mode() {
    if !has("redis-cli", &["--version"]) || !has("sh", &["-c", "true"]) {
        return;
    }
    let server = Background::start().unwrap();
    let mut requests = Vec::new();
    for number in 0..50_000 {
        let number = number.to_string();
        resp_machine::encode::command(&mut requests, ["SET", &format!("key:{number}"), &number]);
    }
    let name = format!("resp-machine-pipe-{}", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, requests).unwrap();
    let port = server.local_addr().port();
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("redis-cli -h 127.0.0.1 -p {port} --pipe < '{}'", file.display()));
    let output = run_to_end(command, PATIENCE);
    std::fs::remove_file(&file).unwrap();
    let said = ended_well(&output);
    assert!(said.contains("errors: 0, replies: 50000"), "{said}");
    Cli { server: &server, version: "-2" }.says(&["DBSIZE"], "(integer) 50000\n");
}

#[test]
fn redis_py() {
    if !has("python3", &["-c", "import redis, hiredis"]) {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/redis_py.py");
    for protocol in ["2", "3"] {
        for parser in ["hiredis", "python"] {
            let server = Background::start().unwrap();
            let port = server.local_addr().port().to_string();
            let mut command = Command::new("python3");
            command.args(["-W", "ignore"]).arg(&script).args([&port, protocol, parser]);
            let said = ended_well(&run_to_end(command, PATIENCE));
            assert!(said.contains(" checks, redis-py "), "{said}");
            print!("{said}");
        }
    }
}

#[test]
fn redis_benchmark() {
    if !has("redis-benchmark", &["--version"]) {
        return;
    }
    let server = Background::start().unwrap();
    let port = server.local_addr().port().to_string();
    let tests = "ping_inline,ping_mbulk,set,get,incr,mset";
    for pipeline in ["1", "16"] {
        for version in [&[][..], &["-3"]] {
            let mut command = Command::new("redis-benchmark");
            command
                .args(["-h", "127.0.0.1", "-p", &port, "-t", tests, "-n", "20000", "-c", "50"])
                .args(["-r", "1000", "-P", pipeline, "--csv"])
                .args(version);
            let output = run_to_end(command, PATIENCE);
            let (said, complained) = (text(&output.stdout), text(&output.stderr));
            assert!(output.status.success(), "{}\n{said}\n{complained}", output.status);
            let all = format!("{said}{complained}").to_lowercase();
            for word in ["error", "warning", "reset", "refused"] {
                assert!(!all.contains(word), "{all}");
            }
            let figures: Vec<&str> = said.lines().skip(1).collect();
            assert_eq!(figures.len(), 6, "{said}");
            for line in figures {
                let mut fields = line.split(',').map(|field| field.trim_matches('"'));
                let name = fields.next().unwrap().to_owned();
                let rate: f64 = fields.next().unwrap().parse().unwrap();
                assert!(rate > 0.0, "{line}");
                println!("-P {pipeline} {version:?} {name}: {rate:.0} a second");
            }
        }
    }
}
