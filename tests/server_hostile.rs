//! Hostile, half-sent and unread: each gets the documented answer or waits, and harms no one else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server_support;

use resp_machine::Dialect;
use resp_machine::decoder::Decoder;
use resp_machine::server::{Background, Connection, Engine, Progress};
use server_support::{PATIENCE, connect, expect, request, until_closed};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

/// Whether somebody else is served.
fn unharmed(address: SocketAddr) {
    let mut other = connect(address);
    expect(&mut other, b"PING\r\n", b"+PONG\r\n");
}

#[test]
fn hostile_input_gets_the_error_of_redis_and_harms_no_one() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let mut witness = connect(address);
    expect(&mut witness, b"SET witness 1\r\n", b"+OK\r\n");
    let line = vec![b'x'; 100_000];
    let bulk_line = [&b"*1\r\n$"[..], &[b'1'; 100_000]].concat();
    let count_line = [&b"*"[..], &[b'1'; 100_000]].concat();
    let cases: [(&[u8], &str); 10] = [
        (b"*1\r\n$abc\r\n", "invalid bulk length"),
        (b"*1\r\n$-1\r\n", "invalid bulk length"),
        (b"*1\r\n$536870913\r\n", "invalid bulk length"),
        (b"*99999999999999999999\r\n", "invalid multibulk length"),
        (b"*2147483648\r\n", "invalid multibulk length"),
        (b"*1\r\n:1\r\n", "expected '$', got ':'"),
        (b"GET 'a\r\n", "unbalanced quotes in request"),
        (&line, "too big inline request"),
        (&bulk_line, "too big bulk count string"),
        (&count_line, "too big mbulk count string"),
    ];
    for (input, text) in cases {
        let mut stream = connect(address);
        stream.write_all(b"INCR witness\r\n").unwrap();
        let _ = stream.write_all(input);
        let _ = stream.write_all(b"\r\nFLUSHALL\r\n");
        let received = until_closed(&mut stream);
        let received = String::from_utf8_lossy(&received);
        let (count, error) = received.split_once("\r\n").unwrap();
        assert!(count.starts_with(':'), "{received}");
        assert_eq!(
            error,
            format!("-ERR Protocol error: {text}\r\n"),
            "{}",
            input[..20.min(input.len())].escape_ascii()
        );
        expect(&mut witness, b"EXISTS witness\r\n", b":1\r\n");
    }
}

#[test]
fn http_gets_nothing() {
    let server = Background::start().unwrap();
    for line in ["POST / HTTP/1.1\r\n", "Host: localhost\r\n"] {
        let mut stream = connect(server.local_addr());
        stream.write_all(format!("{line}\r\nSET a 1\r\n").as_bytes()).unwrap();
        assert_eq!(until_closed(&mut stream), b"", "{line}");
    }
    expect(&mut connect(server.local_addr()), b"DBSIZE\r\n", b":0\r\n");
}

/// Half requests wait, hold nothing up, and are answered when the rest comes.
#[test]
fn half_requests_wait() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let whole = request(&[b"SET", b"slow", b"loris"]);
    let mut slow: Vec<_> = (1..whole.len())
        .map(|cut| {
            let mut stream = connect(address);
            stream.write_all(&whole[..cut]).unwrap();
            (stream, cut)
        })
        .collect();
    unharmed(address);
    for (stream, _) in &mut slow {
        stream.set_nonblocking(true).unwrap();
        let error = stream.read(&mut [0]).expect_err("no reply to half a request");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        stream.set_nonblocking(false).unwrap();
    }
    for (stream, cut) in &mut slow {
        expect(stream, &whole[*cut..], b"+OK\r\n");
    }
    unharmed(address);
}

#[test]
fn clients_that_leave_inside_a_request_leave_nothing() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    for half in [&b"*2\r\n$4\r\nINCR\r\n$1\r\n"[..], b"*3\r\n$3\r\nSET", b"INCR n", b"*"] {
        let mut stream = connect(address);
        stream.write_all(half).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        assert_eq!(until_closed(&mut stream), b"");
    }
    expect(&mut connect(address), b"DBSIZE\r\n", b":0\r\n");
}

/// Announced sizes take no memory: only what is sent does.
#[test]
fn announced_sizes_take_no_memory() {
    for header in
        ["*1073741824\r\n", "*2147483647\r\n", "*1\r\n$536870912\r\n", "*1000000\r\n$3\r\nGET\r\n"]
    {
        let mut connection = Connection::new(Engine::new());
        let mut out = Vec::new();
        connection.feed(header.as_bytes());
        assert_eq!(connection.process(&mut out), Progress::NeedInput, "{header}");
        assert_eq!(out, b"");
        assert!(connection.capacity() < 1024, "{header}: {}", connection.capacity());
    }
    let server = Background::start().unwrap();
    let mut stream = connect(server.local_addr());
    stream.write_all(b"*1073741824\r\n").unwrap();
    unharmed(server.local_addr());
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut [0]).expect_err("it waits").kind(), ErrorKind::WouldBlock);
}

/// A client that sends and does not read: its requests wait in its own socket, everybody else is
/// served, and when it reads at last nothing is missing.
#[test]
fn a_client_that_does_not_read_waits() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let mut stream = connect(address);
    let value = vec![b'v'; 10_000];
    expect(&mut stream, &request(&[b"SET", b"k", &value]), b"+OK\r\n");
    // A gigabyte of replies, which no socket buffers.
    let requests = 100_000;
    let mut writer = stream.try_clone().unwrap();
    let writing =
        std::thread::spawn(move || writer.write_all(&b"GET k\r\n".repeat(requests)).unwrap());
    // When it is stuck it is not taken on: the number of commands stands still.
    let mut other = connect(address);
    let mut processed = || {
        other.write_all(b"INFO stats\r\n").unwrap();
        let mut decoder = Decoder::new(Dialect::Resp2);
        loop {
            if let Some(frame) = decoder.next_frame().unwrap() {
                let text = frame.as_str().unwrap();
                let (_, rest) = text.split_once("total_commands_processed:").unwrap();
                return rest.trim().parse::<usize>().unwrap();
            }
            assert!(decoder.read_from(&mut other, 4096).unwrap() > 0);
        }
    };
    let mut last = (processed(), Instant::now());
    let start = Instant::now();
    let mut asked = 1;
    while last.1.elapsed() < Duration::from_millis(300) {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
        let now = processed();
        asked += 1;
        // This question is the only command that was answered.
        if now > last.0 + 1 {
            last.1 = Instant::now();
        }
        last.0 = now;
    }
    let answered = last.0 - asked - 1;
    assert!(answered < requests / 2, "{answered} of {requests} were answered, and nobody read");
    // Now it reads.
    let expected = [&b"$10000\r\n"[..], &value, b"\r\n"].concat();
    let mut chunk = vec![0; expected.len()];
    for at in 0..requests {
        stream.read_exact(&mut chunk).unwrap();
        assert!(chunk == expected, "reply {at}");
    }
    writing.join().unwrap();
    expect(&mut stream, b"PING\r\n", b"+PONG\r\n");
}

#[test]
fn a_hundred_thousand_pings_and_no_reader() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let mut stream = connect(address);
    let mut writer = stream.try_clone().unwrap();
    let writing =
        std::thread::spawn(move || writer.write_all(&b"PING\r\n".repeat(100_000)).unwrap());
    std::thread::sleep(Duration::from_millis(50));
    unharmed(address);
    let mut received = vec![0; 100_000 * 7];
    stream.read_exact(&mut received).unwrap();
    writing.join().unwrap();
    assert!(received.chunks(7).all(|reply| reply == b"+PONG\r\n"));
    unharmed(address);
}
