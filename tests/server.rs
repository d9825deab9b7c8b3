//! The server itself: pipelining, cuts, time, many clients, and how it ends.
//!
//! What it answers is compared with a real redis-server in `server_differential.rs`; hostile
//! input is in `server_hostile.rs`; here is what neither can show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server_support;

use resp_machine::Dialect;
use resp_machine::decoder::FrameReader;
use resp_machine::server::{Background, Clock, Connection, Engine, Options, Progress, Server};
use server_support::{PATIENCE, connect, expect, request, until_closed, words};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

// ---- Pipelining and cuts ----

/// Every command, every kind of reply, both kinds of request, and empty ones between.
fn script() -> (Vec<u8>, usize) {
    let lines = "PING\nPING hello\nECHO x\nGET none\nSET a 1\nSET a 2 NX\nSET a 3 XX GET\nSET b 1 EX 100\n\
                 TTL b\nPTTL none\nSET b 2 KEEPTTL\nTTL b\nPERSIST b\nTTL b\nEXPIRE b 50\nPEXPIRE b 50000\n\
                 MSET c 1 d 2\nMGET a b c d e\nDEL a\nDELETE c\nEXISTS a b c d\nINCR n\nDECR n\nINCRBY n 5\n\
                 DECRBY n 7\nAPPEND s abc\nSTRLEN s\nKEYS n*\nTYPE s\nTYPE none\nDBSIZE\nSELECT 3\nDBSIZE\n\
                 SET z 1\nFLUSHDB\nSELECT 0\nDBSIZE\nHELLO 3\nGET none\nMGET b none\nCLIENT ID\nCLIENT GETNAME\n\
                 CLIENT SETNAME me\nCLIENT SETINFO LIB-NAME x\nCLIENT GETNAME\nCONFIG GET save\nINFO keyspace\n\
                 COMMAND COUNT\nCOMMAND INFO get set nope\nCOMMAND DOCS client ping\nHELLO 2\nCONFIG GET save\n\
                 COMMAND INFO get\nGET\nNOPE a b\nINCRBY s 1\nSET a 1 BOGUS\nHELLO 9\nFLUSH\nFLUSHALL\nDBSIZE";
    let mut script = Vec::new();
    for (at, line) in lines.lines().enumerate() {
        script.extend(words(line));
        match at % 5 {
            0 => script.extend(b"\r\n"),
            1 => script.extend(b"*0\r\n"),
            2 => script.extend(b"*-1\r\n"),
            _ => {}
        }
    }
    script.extend(b"SET q \"a \\x00\\\"b\"\r\nGET q\nECHO 'it''s'\r\n");
    (script, lines.lines().count() + 3)
}

fn answer_in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Progress) {
    let mut connection = Connection::new(Engine::with_clock(Clock::manual(1_000_000)));
    let mut out = Vec::new();
    let mut progress = Progress::NeedInput;
    for piece in pieces {
        connection.feed(piece);
        progress = connection.process(&mut out);
    }
    (out, progress)
}

#[test]
fn a_pipeline_cut_at_every_byte_is_answered_the_same() {
    let (script, requests) = script();
    let (whole, progress) = answer_in_pieces([&script[..]]);
    // The last line is a protocol error, which ends it: `'it''s'`.
    assert_eq!(progress, Progress::Close);
    let replies = FrameReader::new(&whole[..], Dialect::Resp3).count();
    assert_eq!(replies, requests, "{}", whole.escape_ascii());
    for at in 0..=script.len() {
        let (first, second) = script.split_at(at);
        let (cut, end) = answer_in_pieces([first, second]);
        assert_eq!(
            (cut.escape_ascii().to_string(), end),
            (whole.escape_ascii().to_string(), progress),
            "cut at {at}"
        );
    }
    let (bytewise, end) = answer_in_pieces(script.chunks(1));
    assert_eq!((bytewise, end), (whole, progress), "one byte at a time");
}

#[test]
fn a_pipeline_over_a_socket_is_answered_in_order() {
    let server = Background::start().unwrap();
    let mut stream = connect(server.local_addr());
    let mut sent = Vec::new();
    let mut expected = Vec::new();
    for n in 1..=10_000 {
        sent.extend(words("INCR n"));
        sent.extend(request(&[b"ECHO", format!("echo {n}").as_bytes()]));
        expected.extend(format!(":{n}\r\n").into_bytes());
        let echo = format!("echo {n}");
        expected.extend(format!("${}\r\n{echo}\r\n", echo.len()).into_bytes());
    }
    let mut writer = stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || writer.write_all(&sent).unwrap());
    expect(&mut stream, b"", &expected);
    writing.join().unwrap();
}

// ---- Time ----

#[test]
fn keys_expire_when_the_clock_says_so() {
    let clock = Clock::manual(1_700_000_000_000);
    let options = Options { port: 0, clock: clock.clone(), ..Options::default() };
    let server = Background::with_options(options).unwrap();
    let client = &mut connect(server.local_addr());
    expect(client, b"SET a 1 EX 10\r\nSET b 1 PX 10500\r\nSET c 1\r\n", b"+OK\r\n+OK\r\n+OK\r\n");
    expect(
        client,
        b"TTL a\r\nTTL b\r\nPTTL b\r\nTTL c\r\nTTL d\r\n",
        b":10\r\n:11\r\n:10500\r\n:-1\r\n:-2\r\n",
    );
    clock.advance(4_600);
    expect(client, b"TTL a\r\nPTTL a\r\n", b":5\r\n:5400\r\n");
    clock.advance(5_401);
    expect(client, b"DBSIZE\r\nEXISTS a b c\r\n", b":2\r\n:2\r\n");
    expect(client, b"GET a\r\nTTL a\r\nTYPE a\r\nKEYS a\r\n", b"$-1\r\n:-2\r\n+none\r\n*0\r\n");
    expect(client, b"SET a 2 XX\r\nSET a 2 NX\r\nTTL a\r\n", b"$-1\r\n+OK\r\n:-1\r\n");
    expect(
        client,
        b"EXPIRE b 100\r\nEXPIREAT\r\n",
        b":1\r\n-ERR unknown command 'EXPIREAT', with args beginning with: \r\n",
    );
    clock.advance(50_000);
    expect(client, b"TTL b\r\nPERSIST b\r\n", b":50\r\n:1\r\n");
    clock.advance(1_000_000);
    expect(client, b"GET b\r\nINCR b\r\n", b"$1\r\n1\r\n:2\r\n");
    // A counter that has expired begins again, and does not expire.
    expect(client, b"SET n 5 PX 1\r\n", b"+OK\r\n");
    clock.advance(2);
    expect(client, b"INCR n\r\nTTL n\r\nFLUSH\r\nFLUSH\r\n", b":1\r\n:-1\r\n:4\r\n:0\r\n");
}

// ---- What Redis does not have, or has in an order of its own ----

#[test]
fn commands_of_its_own() {
    let server = Background::start().unwrap();
    let client = &mut connect(server.local_addr());
    expect(
        client,
        b"MSET a 1 b 2 c 3\r\nDELETE a x b\r\nDELETE\r\n",
        b"+OK\r\n:2\r\n-ERR wrong number of arguments for 'delete' command\r\n",
    );
    expect(
        client,
        b"SELECT 1\r\nSET d 1\r\nFLUSH\r\nDBSIZE\r\nSELECT 0\r\nDBSIZE\r\n",
        b"+OK\r\n+OK\r\n:2\r\n:0\r\n+OK\r\n:0\r\n",
    );
    expect(client, b"FLUSH ASYNC\r\nFLUSH x\r\n", b":0\r\n-ERR syntax error\r\n");
    expect(client, b"CLIENT SETINFO lib-ver 1.0\r\nCLIENT SETINFO x y\r\nCLIENT SETINFO LIB-NAME \"a b\"\r\n",
        b"+OK\r\n-ERR Unrecognized option 'x'\r\n-ERR lib-name cannot contain spaces, newlines or special characters.\r\n");
}

#[test]
fn keys_are_all_there() {
    let server = Background::start().unwrap();
    let mut client = connect(server.local_addr());
    expect(&mut client, b"MSET one 1 two 2 three 3\r\n", b"+OK\r\n");
    client.write_all(b"KEYS *\r\nKEYS t*\r\nQUIT\r\n").unwrap();
    let lists: Vec<Vec<String>> = FrameReader::new(client, Dialect::Resp2)
        .take(2)
        .map(|frame| {
            let frame = frame.unwrap();
            let elements = frame.frame().elements().unwrap();
            let mut keys: Vec<String> =
                elements.map(|key| key.as_str().unwrap().to_owned()).collect();
            keys.sort();
            keys
        })
        .collect();
    assert_eq!(lists, [vec!["one", "three", "two"], vec!["three", "two"]]);
}

/// COMMAND, COMMAND COUNT, COMMAND LIST and COMMAND DOCS tell of the same commands.
#[test]
fn the_table_is_one() {
    let server = Background::start().unwrap();
    let mut client = connect(server.local_addr());
    client.write_all(b"HELLO 3\r\nCOMMAND COUNT\r\nCOMMAND\r\nCOMMAND LIST\r\nCOMMAND DOCS\r\nCOMMAND HELP\r\nQUIT\r\n").unwrap();
    let frames: Vec<_> =
        FrameReader::new(client, Dialect::Resp3).map(|frame| frame.unwrap()).collect();
    assert_eq!(frames.len(), 7);
    let count = usize::try_from(frames[1].frame().as_i64().unwrap()).unwrap();
    let infos = frames[2].frame().elements().unwrap();
    let names: Vec<&str> =
        infos.map(|info| info.elements().unwrap().get(0).unwrap().as_str().unwrap()).collect();
    let list: Vec<&str> =
        frames[3].frame().elements().unwrap().map(|name| name.as_str().unwrap()).collect();
    let docs: Vec<&str> =
        frames[4].frame().pairs().unwrap().map(|(name, _)| name.as_str().unwrap()).collect();
    assert_eq!(count, names.len());
    assert_eq!((&names, &names), (&list, &docs));
    for name in "ping echo get set del delete exists mget mset flush flushall flushdb dbsize incr decr incrby \
                 decrby append strlen keys type expire ttl command hello client select info quit shutdown"
        .split_whitespace()
    {
        assert!(names.contains(&name), "{name}");
    }
    let help = frames[5].frame().elements().unwrap().len();
    assert_eq!(help, 1 + 2 * 5);
}

// ---- Many clients ----

/// Each client works on keys of its own, in batches of its own size, and checks every reply.
#[test]
fn sixty_four_clients_at_once() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let clients: Vec<_> = (0..64)
        .map(|id: usize| {
            std::thread::spawn(move || {
                let mut stream = connect(address);
                let resp3 = id % 2 == 1;
                let mut checked = 0;
                if resp3 {
                    stream.write_all(b"HELLO 3\r\nPING\r\n").unwrap();
                    // The map's size depends on the client's number: read up to the PONG.
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"+PONG\r\n") {
                        stream.read_exact(&mut byte).unwrap();
                        head.push(byte[0]);
                    }
                }
                let null = if resp3 { "_\r\n" } else { "$-1\r\n" };
                for round in 0..40 {
                    let mut sent = Vec::new();
                    let mut expected = String::new();
                    for step in 0..=id % 17 {
                        let value =
                            format!("client-{id}-round-{round}-step-{step}-{}", "x".repeat(id * 7));
                        let key = format!("key:{id}:{step}");
                        sent.extend(request(&[b"SET", key.as_bytes(), value.as_bytes()]));
                        sent.extend(request(&[b"GET", key.as_bytes()]));
                        sent.extend(words(&format!("INCR counter:{id}")));
                        sent.extend(words(&format!("MGET {key} missing:{id}")));
                        let bulk = format!("${}\r\n{value}\r\n", value.len());
                        let count = round * (id % 17 + 1) + step + 1;
                        expected += &format!("+OK\r\n{bulk}:{count}\r\n*2\r\n{bulk}{null}");
                        checked += 4;
                    }
                    expect(&mut stream, &sent, expected.as_bytes());
                }
                checked
            })
        })
        .collect();
    let checked: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
    let expected: usize = (0..64).map(|id| 40 * (id % 17 + 1) * 4).sum();
    assert_eq!(checked, expected);
    println!("{checked} replies checked");
    // All have left.
    let start = Instant::now();
    while server.handle().engine().connected() > 0 {
        assert!(start.elapsed() < PATIENCE, "clients that left are still counted");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn too_many_clients_are_told_so() {
    let options = Options { port: 0, max_clients: 2, ..Options::default() };
    let server = Background::with_options(options).unwrap();
    let mut first = connect(server.local_addr());
    let mut second = connect(server.local_addr());
    expect(&mut first, b"PING\r\n", b"+PONG\r\n");
    expect(&mut second, b"PING\r\n", b"+PONG\r\n");
    let mut third = connect(server.local_addr());
    assert_eq!(until_closed(&mut third), b"-ERR max number of clients reached\r\n");
    expect(&mut first, b"PING\r\n", b"+PONG\r\n");
}

// ---- The end ----

#[test]
fn shutdown_ends_the_server_and_says_nothing() {
    let server = Background::start().unwrap();
    let mut idle = connect(server.local_addr());
    expect(&mut idle, b"PING\r\n", b"+PONG\r\n");
    let mut stream = connect(server.local_addr());
    expect(&mut stream, b"SHUTDOWN WHAT\r\n", b"-ERR syntax error\r\n");
    stream.write_all(b"PING\r\nSHUTDOWN NOSAVE\r\nPING\r\n").unwrap();
    assert_eq!(until_closed(&mut stream), b"+PONG\r\n");
    assert_eq!(until_closed(&mut idle), b"");
    let address = server.local_addr();
    drop(stream);
    server.stop().unwrap();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn stopping_does_not_wait_for_clients() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let mut idle = connect(address);
    expect(&mut idle, b"PING\r\n", b"+PONG\r\n");
    let mut half = connect(address);
    half.write_all(b"*2\r\n$4\r\nECHO\r\n").unwrap();
    // One that never reads a gigabyte of replies.
    let mut stuck = connect(address);
    expect(&mut stuck, &request(&[b"SET", b"k", &vec![b'v'; 10_000]]), b"+OK\r\n");
    stuck.write_all(&b"GET k\r\n".repeat(2_000)).unwrap();
    let start = Instant::now();
    server.stop().unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(until_closed(&mut idle), b"");
    assert_eq!(until_closed(&mut half), b"");
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let server = Background::start().unwrap();
    let options = Options { port: server.local_addr().port(), ..Options::default() };
    let error = Background::with_options(options).expect_err("the port is taken");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn run_ends_when_told_to() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let options = Options { port: 0, ..Options::default() };
    let stop = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
    };
    resp_machine::server::run(options, |address, _| sender.send(address).unwrap(), stop).unwrap();
    let address = receiver.recv().unwrap();
    assert!(address.ip().is_loopback());
    assert!(std::net::TcpStream::connect(address).is_err());
}

/// On a runtime that is there already; and it may be one of many threads.
#[test]
fn a_server_is_a_future_that_can_be_sent() {
    fn sendable<T: Send>(future: T) -> T {
        future
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Server::bind("127.0.0.1:0")).unwrap();
    let address = server.local_addr().unwrap();
    let handle = server.handle();
    let client = std::thread::spawn(move || {
        expect(&mut connect(address), b"INCR n\r\n", b":1\r\n");
        handle.stop();
    });
    runtime.block_on(sendable(server.run())).unwrap();
    client.join().unwrap();
}
