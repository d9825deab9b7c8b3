//! Real clients, and a replica, through the proxy; and what each side of it saw is the same.

use super::server_support::{
    PATIENCE, RedisServer, connect, expect, has, run_to_end, until_closed,
};
use super::{Directory, PROGRAM, Proxy};
use resp_machine::server::Background;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

/// Two proxies, one behind the other: what the first was sent is what the second was sent, in both
/// directions, for every connection.
struct Twice {
    near: Watched,
    far: Watched,
}

/// A proxy whose lines are read as they come.
struct Watched {
    proxy: Proxy,
    directory: Directory,
    lines: mpsc::Receiver<String>,
}

impl Watched {
    fn start(upstream: SocketAddr, name: &str) -> Watched {
        let directory = Directory::new(name);
        let mut proxy = Proxy::start(upstream, &directory.option());
        let stdout = BufReader::new(proxy.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let tells = |line: &String| line.contains(" opened by ") || line.ends_with(" closed");
            let told = stdout.lines().map(Result::unwrap).filter(tells);
            told.take_while(|line| sender.send(line.clone()).is_ok()).count()
        });
        Watched { proxy, directory, lines }
    }

    /// Waits until every connection is closed, of which `are_all` says when it knows them all; how
    /// many they were.
    #[track_caller]
    fn settle(&self, are_all: impl Fn(&[String]) -> bool) -> usize {
        let mut opened = Vec::new();
        let mut closed = 0;
        while closed < opened.len() || !are_all(&opened) {
            let line = self.lines.recv_timeout(PATIENCE).expect("a connection is not closed");
            match line.split_once(" opened by ") {
                Some((_, peer)) => opened.push(peer.to_owned()),
                None => closed += 1,
            }
        }
        closed
    }
}

impl Twice {
    fn before(upstream: SocketAddr, name: &str) -> Twice {
        let far = Watched::start(upstream, &format!("{name}-far"));
        let near = Watched::start(far.proxy.address, &format!("{name}-near"));
        Twice { near, far }
    }

    fn port(&self) -> String {
        self.near.proxy.address.port().to_string()
    }

    /// Compares the captures, and hands them over.
    #[track_caller]
    fn captures(mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        // A last connection; whoever comes before it is known when it is.
        let mut last = connect(self.near.proxy.address);
        let address = last.local_addr().unwrap().to_string();
        last.shutdown(Shutdown::Write).unwrap();
        assert_eq!(until_closed(&mut last), b"");
        let count = self.near.settle(|opened| opened.contains(&address));
        self.far.settle(|opened| opened.len() == count);
        self.near.proxy.stop();
        self.far.proxy.stop();
        let (near, far) = (self.near.directory.captures(), self.far.directory.captures());
        assert_eq!((near.len(), far.len()), (count, count));
        assert!(near == far, "the proxy changed what went through it");
        near.into_iter().filter(|(client, _)| !client.is_empty()).collect()
    }
}

/// How many frames a capture has; it must be valid to its end.
fn frames(dialect: resp_machine::Dialect, capture: &[u8]) -> usize {
    let reader = resp_machine::decoder::FrameReader::new(capture, dialect);
    reader.map(|frame| frame.unwrap()).filter(|frame| !resp_machine::client::is_push(frame)).count()
}

#[track_caller]
fn requests_have_replies(captures: &[(Vec<u8>, Vec<u8>)]) -> usize {
    use resp_machine::Dialect::{Request, Resp3};
    let mut all = 0;
    for (client, server) in captures {
        let (requests, replies) = (frames(Request, client), frames(Resp3, server));
        assert_eq!(requests, replies);
        all += requests;
    }
    all
}

#[test]
fn redis_cli_and_ours_through_it() {
    let server = Background::start().unwrap();
    let twice = Twice::before(server.local_addr(), "cli");
    let mut clients = vec![(PROGRAM, vec!["cli"])];
    if has("redis-cli", &["--version"]) {
        clients.push(("redis-cli", vec![]));
    }
    for (program, first) in &clients {
        for version in ["-2", "-3"] {
            let run = |args: &[&str]| {
                let mut command = Command::new(program);
                command.args(first).args(["-p", &twice.port(), version]).args(args);
                String::from_utf8(run_to_end(command, PATIENCE).stdout).unwrap()
            };
            assert_eq!(run(&["SET", "k", "two words"]), "OK\n");
            assert_eq!(run(&["--no-raw", "GET", "k"]), "\"two words\"\n");
            assert!(run(&["COMMAND", "DOCS"]).len() > 1000);
        }
    }
    let captures = twice.captures();
    assert_eq!(captures.len(), 6 * clients.len());
    requests_have_replies(&captures);
}

#[test]
fn redis_py_through_it() {
    if !has("python3", &["-c", "import redis, hiredis"]) {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/redis_py.py");
    for protocol in ["2", "3"] {
        for parser in ["hiredis", "python"] {
            let server = Background::start().unwrap();
            let twice = Twice::before(server.local_addr(), &format!("py-{protocol}-{parser}"));
            let mut command = Command::new("python3");
            command.args(["-W", "ignore"]).arg(&script).args([&twice.port(), protocol, parser]);
            command.arg(server.local_addr().port().to_string());
            let output = run_to_end(command, PATIENCE);
            let said = String::from_utf8(output.stdout).unwrap();
            let complained = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(" checks, redis-py "), "{said}{complained}");
            assert!(!twice.captures().is_empty());
        }
    }
}

#[test]
fn redis_benchmark_through_it() {
    if !has("redis-benchmark", &["--version"]) {
        return;
    }
    let server = Background::start().unwrap();
    let twice = Twice::before(server.local_addr(), "benchmark");
    let mut command = Command::new("redis-benchmark");
    command
        .args(["-p", &twice.port(), "-t", "ping_mbulk,set,get,mset", "-n", "20000", "-P", "16"])
        .args(["-c", "50", "-r", "1000", "-d", "100", "--csv"]);
    let output = run_to_end(command, PATIENCE);
    assert!(output.status.success());
    let captures = twice.captures();
    let requests = requests_have_replies(&captures);
    println!("{requests} requests on {} connections", captures.len());
    assert!(requests >= 80_000, "{requests}");
}

/// A real server's RDB and stream of commands, to a replica that asks for it through the proxy.
#[test]
fn a_replica_through_it() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let master = RedisServer::start();
    let mut proxy = Proxy::start(master.address, &[]);
    let mut stdout = proxy.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut all = String::new();
        stdout.read_to_string(&mut all).unwrap();
        all
    });
    let mut direct = connect(master.address);
    expect(&mut direct, b"SET before 1\r\n", b"+OK\r\n");
    let port = proxy.address.port().to_string();
    let replica = RedisServer::start_with(&["--replicaof", "127.0.0.1", &port]);
    let mut client = connect(replica.address);
    let arrives = |client: &mut TcpStream, key: &str| {
        let start = std::time::Instant::now();
        loop {
            client.write_all(format!("EXISTS {key}\r\n").as_bytes()).unwrap();
            let mut reply = [0; 4];
            client.read_exact(&mut reply).unwrap();
            if &reply == b":1\r\n" {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{key} does not arrive");
            std::thread::yield_now();
        }
    };
    arrives(&mut client, "before");
    expect(&mut direct, b"SET after 1\r\n", b"+OK\r\n");
    arrives(&mut client, "after");
    drop(replica);
    assert_eq!(proxy.stop(), "");
    let printed = reader.join().unwrap();
    assert!(printed.contains("#1 > PSYNC "), "{printed}");
    assert!(printed.contains("#1 < -- "), "{printed}");
}
