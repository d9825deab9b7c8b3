//! The client, against a script of a server: what it sends, and whose frame is whose.

use super::{Client, Login};
use crate::decoder::StreamError;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

/// A server that expects these bytes, answers with those, and closes.
fn scripted(steps: &'static [(&'static [u8], &'static [u8])]) -> (Client, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::connect(listener.local_addr().unwrap()).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let server = std::thread::spawn(move || {
        for (expected, answer) in steps {
            let mut received = vec![0; expected.len()];
            stream.read_exact(&mut received).unwrap();
            assert_eq!(received.escape_ascii().to_string(), expected.escape_ascii().to_string());
            stream.write_all(answer).unwrap();
        }
    });
    (client, server)
}

#[test]
fn pushes_answer_nothing() {
    let (mut client, server) = scripted(&[(
        b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n",
        b">1\r\n+one\r\n*2\r\n:1\r\n>1\r\n+two\r\n:2\r\n+PONG\r\n>1\r\n+three\r\n",
    )]);
    client.send(["GET", "k"]).unwrap();
    client.send(["PING"]).unwrap();
    // A push within a reply is delivered before it.
    assert_eq!(format!("{:?}", client.receive().unwrap()), "[1, 2]");
    let pushes: Vec<String> = client.pushes().map(|push| format!("{push:?}")).collect();
    assert_eq!(pushes, [r#">(+"one")"#, r#">(+"two")"#]);
    assert_eq!(format!("{:?}", client.receive().unwrap()), r#"+"PONG""#);
    assert_eq!(client.pushes().count(), 0);
    assert_eq!(format!("{:?}", client.next_frame().unwrap()), r#">(+"three")"#);
    server.join().unwrap();
}

#[test]
fn pushes_put_aside_come_first() {
    let (mut client, server) =
        scripted(&[(b"*1\r\n$4\r\nPING\r\n", b">1\r\n+a\r\n>1\r\n+b\r\n+PONG\r\n>1\r\n+c\r\n")]);
    client.call(["PING"]).unwrap();
    assert_eq!(format!("{:?}", client.pushes().next().unwrap()), r#">(+"a")"#);
    for expected in [r#">(+"b")"#, r#">(+"c")"#] {
        assert_eq!(format!("{:?}", client.next_frame().unwrap()), expected);
    }
    server.join().unwrap();
}

#[test]
fn pushes_put_aside_go_with_the_half_that_reads() {
    let (mut client, server) = scripted(&[(b"*1\r\n$4\r\nPING\r\n", b">1\r\n+a\r\n+PONG\r\n")]);
    client.call(["PING"]).unwrap();
    let (_sender, mut receiver) = client.split();
    assert_eq!(format!("{:?}", receiver.next_frame().unwrap()), r#">(+"a")"#);
    server.join().unwrap();
}

#[test]
fn logging_in() {
    let (mut client, server) = scripted(&[
        (b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", b"%0\r\n"),
        (
            b"*5\r\n$5\r\nHELLO\r\n$1\r\n2\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$3\r\npw \r\n",
            b"-WRONGPASS no\r\n",
        ),
        (b"*2\r\n$4\r\nAUTH\r\n$1\r\np\r\n", b"+OK\r\n"),
        (b"*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$1\r\np\r\n", b"+OK\r\n"),
    ]);
    assert_eq!(format!("{:?}", client.hello("3", None).unwrap()), "{}");
    let login = Login { user: "me", password: "pw " };
    let refused = client.hello("2", Some(login)).unwrap();
    assert_eq!(refused.frame().as_error(), Some(&b"WRONGPASS no"[..]));
    client.auth(Login { user: "default", password: "p" }).unwrap();
    client.auth(Login { user: "me", password: "p" }).unwrap();
    server.join().unwrap();
}

#[test]
fn ends_are_told_apart() {
    let (mut client, server) = scripted(&[(b"*1\r\n$4\r\nPING\r\n", b"")]);
    let closed = client.call(["PING"]).unwrap_err();
    assert!(matches!(&closed, StreamError::Io(e) if e.kind() == ErrorKind::UnexpectedEof));
    server.join().unwrap();

    let (mut client, server) = scripted(&[(b"*1\r\n$4\r\nPING\r\n", b"+PON")]);
    assert!(matches!(client.call(["PING"]).unwrap_err(), StreamError::Truncated(_)));
    server.join().unwrap();

    let (mut client, server) = scripted(&[(b"*1\r\n$4\r\nPING\r\n", b"HTTP/1.1 400\r\n")]);
    match client.call(["PING"]).unwrap_err() {
        StreamError::Protocol(error) => assert_eq!(error.offset, 0),
        other => panic!("{other}"),
    }
    server.join().unwrap();
}

#[test]
fn the_halves_are_for_two_threads() {
    let (client, server) =
        scripted(&[(b"*1\r\n$1\r\na\r\n", b":1\r\n"), (b"*1\r\n$1\r\nb\r\n", b":2\r\n")]);
    let (mut sender, mut receiver) = client.split();
    let reader = std::thread::spawn(move || {
        let first = receiver.next_frame().unwrap().frame().as_i64().unwrap();
        (first, receiver.next_frame().unwrap().frame().as_i64().unwrap())
    });
    sender.send(["a"]).unwrap();
    sender.send(["b"]).unwrap();
    assert_eq!(reader.join().unwrap(), (1, 2));
    server.join().unwrap();
}
