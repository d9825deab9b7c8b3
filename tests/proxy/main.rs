//! `proxy`: what goes in comes out, whatever becomes of the printing.

#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clients;
mod printing;
#[path = "../server_support/mod.rs"]
mod server_support;

use resp_machine::server::Background;
use server_support::{PATIENCE, connect, expect, request, run_to_end, until_closed};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

/// The program's proxy.
struct Proxy {
    child: Child,
    address: SocketAddr,
    stdout: Option<ChildStdout>,
    complaints: Option<JoinHandle<String>>,
}

impl Proxy {
    /// Between whoever connects and `upstream`. Its output is not read yet.
    fn start(upstream: SocketAddr, options: &[&str]) -> Proxy {
        let (mut proxy, mut stderr) = Proxy::spawn(upstream, options);
        proxy.complaints = Some(std::thread::spawn(move || {
            let mut all = String::new();
            stderr.read_to_string(&mut all).unwrap();
            all
        }));
        proxy
    }

    /// The same, and what it complains to.
    fn spawn(upstream: SocketAddr, options: &[&str]) -> (Proxy, BufReader<ChildStderr>) {
        let mut child = Command::new(PROGRAM)
            .args(["proxy", "--listen", "127.0.0.1:0", "--upstream", &upstream.to_string()])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").expect("where it listens");
        let (address, rest) = address.split_once(", for ").unwrap();
        assert_eq!(rest, upstream.to_string());
        let stdout = child.stdout.take();
        let address = address.parse().unwrap();
        (Proxy { address, child, stdout, complaints: None }, stderr)
    }

    /// Asks it to end, and takes what it printed; it must complain of nothing.
    #[track_caller]
    fn stop(&mut self) -> String {
        let (printed, complaints) = self.end();
        assert_eq!(complaints, "");
        printed
    }

    /// Asks it to end, and takes what it printed and what it complained of.
    #[track_caller]
    fn end(&mut self) -> (String, String) {
        let interrupt = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(interrupt.unwrap().success());
        let mut printed = Vec::new();
        if let Some(mut stdout) = self.stdout.take() {
            stdout.read_to_end(&mut printed).unwrap();
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let complaints = self.complaints.take().map(|thread| thread.join().unwrap());
        (String::from_utf8(printed).unwrap(), complaints.unwrap_or_default())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A directory that goes when the test does.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Directory {
        let name = format!("resp-machine-proxy-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        Directory(path)
    }

    fn option(&self) -> [&str; 2] {
        ["--record", self.0.to_str().unwrap()]
    }

    /// What each connection's sides sent; sorted, since connections that are made at once are
    /// numbered in any order.
    fn captures(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut all: Vec<_> = (1..)
            .map(|number| {
                ["client", "server"].map(|side| self.0.join(format!("{number:04}-{side}.resp")))
            })
            .take_while(|[client, _]| client.exists())
            .map(|[client, server]| (fs::read(client).unwrap(), fs::read(server).unwrap()))
            .collect();
        assert_eq!(fs::read_dir(&self.0).unwrap().count(), 2 * all.len());
        all.sort();
        all
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server of which the test plays the part, and a proxy before it.
fn played(options: &[&str]) -> (TcpListener, Proxy) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap(), options);
    (listener, proxy)
}

/// The two ends of a connection through the proxy.
fn ends(listener: &TcpListener, proxy: &Proxy) -> (TcpStream, TcpStream) {
    let client = connect(proxy.address);
    let (server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    server.set_write_timeout(Some(PATIENCE)).unwrap();
    (client, server)
}

/// Closes so that the other end is told of a failure, not of an end.
fn abort(stream: TcpStream) {
    let socket = nix::sys::socket::sockopt::Linger;
    let at_once = nix::libc::linger { l_onoff: 1, l_linger: 0 };
    nix::sys::socket::setsockopt(&stream, socket, &at_once).unwrap();
}

/// Closes one end and then the other, and waits until the proxy has noticed both.
fn close(mut client: TcpStream, mut server: TcpStream) {
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(until_closed(&mut server), b"");
    drop(server);
    assert_eq!(until_closed(&mut client), b"");
}

/// Lines but for those that tell of addresses.
fn lines(printed: &str) -> Vec<&str> {
    printed.lines().filter(|line| !line.contains("opened by ")).collect()
}

/// Anything passes, and what can be read is read again: at the next read, as the documentation says.
/// Red if the forwarding looks at what it forwards.
#[test]
fn what_is_not_resp_passes() {
    let (listener, mut proxy) = played(&[]);
    let (mut client, mut server) = ends(&listener, &proxy);
    // A replica's conversation: a dump that no CRLF ends, then requests of the server.
    let dump = b"+FULLRESYNC 8371b4fb 0\r\n$11\r\nREDIS0011\xff\x00";
    let steps: [(&[u8], &[u8]); 4] = [
        (b"PSYNC ? -1\r\n", dump),
        (b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n", b"*1\r\n$4\r\nPING\r\n"),
        (b"*1\r\n:nonsense\r\n\x00\xff", b"\r\n\r\n"),
        (b"PING\r\n", b"+PONG\r\n"),
    ];
    for (sent, answered) in steps {
        client.write_all(sent).unwrap();
        expect(&mut server, b"", sent);
        server.write_all(answered).unwrap();
        expect(&mut client, b"", answered);
    }
    close(client, server);
    let printed = proxy.stop();
    // Without the words of the errors, which other tests hold.
    let seen: Vec<&str> =
        lines(&printed).iter().map(|line| line.split(" : expected").next().unwrap()).collect();
    assert_eq!(
        seen,
        [
            "#1 > PSYNC ? -1",
            "#1 < +\"FULLRESYNC 8371b4fb 0\"",
            "#1 > REPLCONF ACK 0",
            "#1 < -- offset=40 state=Body kind=BlobNotTerminated",
            "#1 < -- offset=40 : frames again, behind 16 bytes that were not read",
            "#1 < [\"PING\"]",
            "#1 > -- offset=50 state=Start kind=ExpectedBulkString",
            "#1 < -- offset=54 state=Start kind=UnknownType",
            "#1 > -- offset=63 : frames again, behind 17 bytes that were not read",
            "#1 > PING",
            "#1 < -- offset=58 : frames again, behind 4 bytes that were not read",
            "#1 < +\"PONG\"",
            "#1 > -- ends behind 69 bytes",
            "#1 < -- ends behind 65 bytes",
            "#1 -- closed",
        ],
        "{printed}"
    );
}

/// Red if an end is not passed on, or passed on to both.
#[test]
fn half_closes_are_passed_on() {
    let (listener, mut proxy) = played(&["--quiet"]);
    let (mut client, mut server) = ends(&listener, &proxy);
    client.write_all(b"last").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(until_closed(&mut server), b"last");
    server.write_all(b"still here").unwrap();
    expect(&mut client, b"", b"still here");
    server.write_all(b"bye").unwrap();
    drop(server);
    assert_eq!(until_closed(&mut client), b"bye");

    let (mut client, mut server) = ends(&listener, &proxy);
    server.write_all(b"only this").unwrap();
    server.shutdown(Shutdown::Write).unwrap();
    assert_eq!(until_closed(&mut client), b"only this");
    client.write_all(b"all the same").unwrap();
    drop(client);
    assert_eq!(until_closed(&mut server), b"all the same");
    assert_eq!(proxy.stop(), "");
}

/// Red if one side's failure leaves the other connected, or costs bytes that came before it.
#[test]
fn failures_are_passed_on() {
    let (listener, mut proxy) = played(&[]);
    let (mut client, server) = ends(&listener, &proxy);
    client.write_all(b"GET k\r\n").unwrap();
    let mut server = server;
    expect(&mut server, b"", b"GET k\r\n");
    server.write_all(b"-ERR max").unwrap();
    expect(&mut client, b"", b"-ERR max");
    abort(server);
    assert_eq!(until_closed(&mut client), b"");
    drop(client);

    let (mut client, mut server) = ends(&listener, &proxy);
    client.write_all(b"SET k v\r\n").unwrap();
    expect(&mut server, b"", b"SET k v\r\n");
    abort(client);
    assert_eq!(until_closed(&mut server), b"");
    drop(server);

    // Nobody there to connect to.
    drop(listener);
    let refused = TcpStream::connect(proxy.address).map(|mut client| until_closed(&mut client));
    assert_eq!(refused.unwrap_or_default(), b"");
    let printed = proxy.stop();
    let said = |start: &str| {
        assert!(lines(&printed).iter().any(|line| line.starts_with(start)), "{start}: {printed}");
    };
    said("#1 < -- offset=8 state=Line : the input ends inside a line");
    said("#1 < -- fails behind 8 bytes: ");
    said("#2 > -- fails behind 9 bytes: ");
    said("#3 -- closed: 127.0.0.1:");
}

/// The most memory that a process has had, in bytes.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// A printer that nobody reads from. Red if the forwarding waits for it, or what waits for it is not
/// bounded.
#[test]
fn a_printer_that_is_stuck_stops_nothing() {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 200;
    const CROWD: usize = 100;
    let (listener, mut proxy) = played(&[]);
    let (mut client, mut server) = ends(&listener, &proxy);
    // Short frames, so that there is much to print, and not only one line.
    let piece = b"$5\r\nhello\r\n+OK\r\n".repeat(PIECE / 16);
    let sent = piece.clone();
    let writer = std::thread::spawn(move || {
        for _ in 0..PIECES {
            server.write_all(&sent).unwrap();
        }
        server
    });
    let mut received = vec![0; piece.len()];
    for _ in 0..PIECES {
        client.read_exact(&mut received).unwrap();
        assert!(received == piece);
    }
    let server = writer.join().unwrap();
    #[cfg(target_os = "linux")]
    {
        let peak = peak(proxy.child.id());
        println!("{} MiB at most, for {PIECES} MiB that nobody read", peak >> 20);
        assert!(peak < 100 << 20, "{peak}");
    }
    // It says what it left out, and that it found its way again. The room that was left for pieces is
    // taken by the beginnings and ends of connections, and then there is none for those, either.
    let mut proxied = connect(proxy.address);
    drop((client, server));
    let (mut later, _) = listener.accept().unwrap();
    let crowd: Vec<_> = (0..CROWD).map(|_| ends(&listener, &proxy)).collect();
    drop(crowd);
    later.write_all(b"+later\r\n").unwrap();
    expect(&mut proxied, b"", b"+later\r\n");
    drop((proxied, later));
    let printed = proxy.stop();
    assert!(printed.contains(" bytes are not shown: more came than could be printed\n"));
    let shown = printed.matches("#1 < \"hello\"\n").count();
    assert!((1000..PIECES * PIECE / 16).contains(&shown), "{shown}");
    assert!(printed.contains("#1 -- closed\n"), "{shown}");
    let told =
        (1..CROWD + 3).filter(|number| printed.contains(&format!("#{number} -- opened by ")));
    let missed = printed.lines().filter_map(|line| {
        let told = line
            .split_once("connections ")?
            .1
            .strip_suffix(" are not shown: more came than could be printed")?;
        let (first, last) = told.split_once(" to ").unwrap();
        Some(last.parse::<usize>().unwrap() + 1 - first.parse::<usize>().unwrap())
    });
    let (told, missed) = (told.count(), missed.sum::<usize>());
    assert!(missed > 0 && told + missed == CROWD + 2, "{told} told, {missed} missed");
}

/// Closing the pipe that it prints to ends the printing, and nothing else.
#[test]
fn nobody_has_to_read_what_it_prints() {
    let (listener, mut proxy) = played(&[]);
    drop(proxy.stdout.take());
    for _ in 0..3 {
        let (mut client, mut server) = ends(&listener, &proxy);
        client.write_all(b"PING\r\n").unwrap();
        expect(&mut server, b"", b"PING\r\n");
        server.write_all(b"+PONG\r\n").unwrap();
        expect(&mut client, b"", b"+PONG\r\n");
    }
    let (_, complaints) = proxy.end();
    assert!(complaints.starts_with("nothing is printed any more: "), "{complaints}");
    assert_eq!(complaints.lines().count(), 1);
}

/// Large and binary, both ways at once, in pieces of any size; and the captures are the streams.
#[test]
fn binary_data_both_ways_at_once() {
    let directory = Directory::new("binary");
    let (listener, mut proxy) = played(&["--quiet", "--record", directory.0.to_str().unwrap()]);
    let (client, server) = ends(&listener, &proxy);
    let noise = |seed: u64| -> Vec<u8> {
        let mut state = seed;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..8 << 20).map(next).collect()
    };
    let [there, back] = [noise(0x9e37_79b9), noise(0x7f4a_7c15)];
    std::thread::scope(|scope| {
        for (stream, bytes, size) in [(&client, &there, 7919), (&server, &back, 100_003)] {
            scope.spawn(move || {
                let mut stream = stream;
                bytes.chunks(size).for_each(|chunk| stream.write_all(chunk).unwrap());
                stream.shutdown(Shutdown::Write).unwrap();
            });
        }
        for (mut stream, bytes) in [(&client, &back), (&server, &there)] {
            scope.spawn(move || {
                let mut received = Vec::new();
                stream.read_to_end(&mut received).unwrap();
                assert!(received == *bytes);
            });
        }
    });
    assert_eq!(proxy.stop(), "");
    assert!(directory.captures() == [(there, back)]);
}

/// A capture is what `decode` reads; another recording goes on behind it, and never over it.
#[test]
fn captures_can_be_used() {
    let directory = Directory::new("captures");
    let server = Background::start().unwrap();
    for expected in ["+OK\r\n", "$-1\r\n"] {
        let mut proxy = Proxy::start(server.local_addr(), &directory.option());
        let mut client = connect(proxy.address);
        let send = if expected == "+OK\r\n" { "SET k v" } else { "GET none" };
        let words: Vec<&[u8]> = send.split(' ').map(str::as_bytes).collect();
        expect(&mut client, &request(&words), expected.as_bytes());
        drop(client);
        proxy.stop();
    }
    let decode = |file: &str, dialect: &str| {
        let mut command = Command::new(PROGRAM);
        command.args(["decode", "--dialect", dialect]).arg(directory.0.join(file));
        let output = run_to_end(command, PATIENCE);
        assert_eq!(output.status.code(), Some(0), "{file}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(decode("0001-client.resp", "request").lines().count(), 1);
    assert_eq!(decode("0001-server.resp", "resp3"), "{\"t\":\"simple\",\"b64\":\"T0s=\"}\n");
    assert_eq!(decode("0002-server.resp", "resp3"), "{\"t\":\"null\",\"wire\":\"$\"}\n");
}

/// Red if what is in the directory ends the recording of everything, or is believed to be a capture.
#[test]
fn numbers_can_run_out() {
    for (there, recorded) in
        [("18446744073709551615-x", true), ("18446744073709551615-client.resp", false)]
    {
        let directory = Directory::new("numbers");
        fs::create_dir_all(&directory.0).unwrap();
        fs::write(directory.0.join(there), b"").unwrap();
        let server = Background::start().unwrap();
        let mut proxy = Proxy::start(server.local_addr(), &directory.option());
        let mut client = connect(proxy.address);
        expect(&mut client, b"PING\r\n", b"+PONG\r\n");
        drop(client);
        let (_, complaints) = proxy.end();
        let capture = fs::read(directory.0.join("0001-client.resp")).ok();
        if recorded {
            assert_eq!((capture.as_deref(), &*complaints), (Some(&b"PING\r\n"[..]), ""));
        } else {
            let told = "connection 18446744073709551615 is not recorded: there are no numbers";
            assert!(capture.is_none() && complaints.starts_with(told), "{complaints}");
            assert_eq!(complaints.lines().count(), 1);
        }
    }
}

/// Red if each client has to find out that the server's address is none.
#[test]
fn an_address_that_is_none_is_told_at_once() {
    for upstream in ["foo", "127.0.0.1", "foo:redis"] {
        let mut command = Command::new(PROGRAM);
        command.args(["proxy", "--listen", "0", "--upstream", upstream]);
        let output = run_to_end(command, PATIENCE);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("not a host with a port, nor a port"), "{told}");
    }
}

/// Red if printing or recording ends with standard error.
#[test]
fn nobody_has_to_hear_what_it_complains_of() {
    let server = Background::start().unwrap();
    let directory = Directory::new("unheard");
    fs::create_dir_all(&directory.0).unwrap();
    let (mut proxy, stderr) = Proxy::spawn(server.local_addr(), &directory.option());
    drop(stderr);
    // The captures of the first connection cannot be made.
    for side in ["client", "server"] {
        fs::write(directory.0.join(format!("0001-{side}.resp")), b"").unwrap();
    }
    for _ in 0..2 {
        let mut client = connect(proxy.address);
        expect(&mut client, b"PING\r\n", b"+PONG\r\n");
    }
    proxy.end();
    assert_eq!(fs::read(directory.0.join("0002-client.resp")).unwrap(), b"PING\r\n");
}
