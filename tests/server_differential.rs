//! The server beside a real redis-server: the same requests, the same bytes back.
//!
//! Each script runs on a connection of its own, against both servers, from empty databases; the
//! replies are compared byte for byte, and so is whether the connection was closed. What cannot be
//! equal (the client's number, the order of KEYS) is made so by [`normalized`] or left out here
//! and tested in `server.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server_support;

use resp_machine::server::Background;
use server_support::{RedisServer, connect, has, request, words};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};

/// Scripts of one request a line, words without spaces.
const SCRIPTS: &[&str] = &[
    // Unknown, and arity.
    "foo",
    "FOO a b",
    "foo\nping",
    "get",
    "GET a b",
    "set a",
    "set",
    "mget",
    "mset",
    "mset a",
    "mset a b c",
    "del",
    "exists",
    "incr",
    "incr a b",
    "incrby a",
    "decrby",
    "append a",
    "strlen",
    "keys",
    "type",
    "expire a",
    "ttl",
    "pttl",
    "pexpire a",
    "persist",
    "echo",
    "echo a b",
    "ping a b",
    "select",
    "select 1 2",
    "dbsize x",
    "client",
    "config",
    "config get",
    // PING and ECHO.
    "ping",
    "PING hello",
    "echo hello",
    "pInG",
    // GET and SET.
    "get none\nset a 1\nget a\nset a 2\nget a",
    "set a 1 NX\nset a 2 nx\nget a\nset b 1 XX\nget b\nset a 3 xx\nget a",
    "set a 1 GET\nset a 2 GET\nset a 3 NX GET\nget a\nset b 1 XX GET\nget b",
    "set a 1 NX XX",
    "set a 1 XX NX",
    "set a 1 NX NX",
    "set a 1 bogus",
    "set a 1 EX",
    "set a 1 GET EX",
    "set a 1 EX 0",
    "set a 1 EX -1",
    "set a 1 EX abc",
    "set a 1 EX 01",
    "set a 1 EX +1",
    "set a 1 EX 9223372036854775807",
    "set a 1 EX 9223372036854775",
    "set a 1 PX 9223372036854775807",
    "set a 1 EX 9223372036854775808",
    "set a 1 PX 0",
    "set a 1 EXAT 0",
    "set a 1 PXAT -5",
    "set a 1 EX 10 PX 10",
    "set a 1 KEEPTTL EX 1",
    "set a 1 EX 1 KEEPTTL",
    "set a 1 PX 5 EXAT 9",
    "set a 1 EX 1 EX 100\nttl a",
    "set a 1 KEEPTTL KEEPTTL\nttl a",
    "set a 1 EX 100\nttl a\nset a 2 KEEPTTL\nttl a\nset a 3\nttl a",
    "set a 1 EXAT 1\nget a\nexists a\ndbsize\nttl a",
    "set a 1 PXAT 1\nkeys *",
    "set a 1 EXAT 99999999999\nset a 2 NX EX 5\nttl none",
    "set a 1 ex 100 nx get\nget a",
    // Many keys.
    "mset a 1 b 2 a 3\nmget a b c\ndel a a b c\nexists a b\nmget a",
    "mset a 1\nset a 1 EX 100\nmset a 2\nttl a",
    "set a 1\nset b 2\nexists a a b c\ndel a\ndbsize",
    // Counters.
    "incr n\nincr n\ndecr n\nincrby n 10\ndecrby n 20\nget n",
    "set n 9223372036854775807\nincr n\nincrby n 1\ndecrby n -1\ndecr n\nget n",
    "set n -9223372036854775808\ndecr n\ndecrby n 1\nincrby n -1\nincr n\nget n",
    "decrby n -9223372036854775808",
    "set n -1\ndecrby n 9223372036854775807",
    "incrby n x",
    "incrby n 1.5",
    "incrby n 9223372036854775808",
    "incrby n -0",
    "decrby n 01",
    "set n abc\nincr n\nset n 01\nincr n\nset n +1\nincr n\nset n -0\nincr n\nset n 1.0\nincr n",
    "set n 5 EX 100\nincr n\nttl n\nappend n 5\nttl n\nget n",
    // APPEND and STRLEN.
    "append a hello\nappend a world\nget a\nstrlen a\nstrlen none\nset n 1\nappend n x\nincr n",
    // KEYS and TYPE; at most one key, since the order is nobody's.
    "set hello 1\nkeys *\nkeys h?llo\nkeys h[ae]llo\nkeys h[^e]llo\nkeys [f-h]*\nkeys [h-f]*",
    "set hello 1\nkeys hel\nkeys *z\nkeys [\nkeys [^\nkeys hell[\nkeys hell[^\nkeys hell[o\nkeys \\hello",
    "set [x] 1\nkeys [x]\nkeys \\[x]\nkeys *\\]\nkeys [[]x]\nkeys \\",
    "set a-b 1\nkeys a[\\-]b\nkeys a[--a]b\nkeys a?b\nkeys ?*?*?\nkeys ????",
    "type a\nset a 1\ntype a",
    // Time to live.
    "ttl a\npttl a\npersist a\nexpire a 10\nset a 1\nttl a\npttl a\npersist a",
    "set a 1\nexpire a 100\nttl a\npersist a\nttl a\npersist a",
    "set a 1\npexpire a 100400\nttl a\npexpire a 100900\nttl a",
    "set a 1\nexpire a 0\nexists a\nset a 1\nexpire a -1\nget a\nset a 1\npexpire a -5\ndbsize",
    "set a 1\nexpire a 10 NX\nexpire a 20 NX\nttl a\nexpire a 5 GT\nexpire a 50 GT\nttl a",
    "set a 1\nexpire a 10 GT\nexpire a 10 XX\nexpire a 10 LT\nexpire a 50 LT\nexpire a 5 xx\nttl a",
    "expire a 5 NX XX",
    "expire a 5 NX GT",
    "expire a 5 GT LT",
    "expire a 5 FOO",
    "expire a x FOO",
    "expire a x",
    "expire a 9223372036854775807",
    "pexpire a 9223372036854775807",
    "expire a -9223372036854775808",
    "set a 1\npexpire a -9223372036854775808\nget a",
    "expire a 9223372036854775",
    "set a 1\nexpire a 9000000000000000\npersist a",
    // Clearing.
    "set a 1\nflushall\ndbsize",
    "set a 1\nflushdb\ndbsize",
    "flushall async",
    "flushall SYNC",
    "flushdb ASYNC",
    "flushall x",
    "flushdb x",
    "flushall async sync",
    // Databases.
    "set a 0\nselect 15\nget a\nset a 15\nselect 0\nget a\nflushdb\nselect 15\nget a\nflushall\nget a",
    "select 16",
    "select -1",
    "select x",
    "select 2147483648",
    "select 99999999999999999999",
    // HELLO and RESP3.
    "hello",
    "hello 2",
    "hello 3",
    "hello 3\nget a\nhello 2\nget a\nhello",
    "hello 4",
    "hello 1",
    "hello 0",
    "hello -1",
    "hello x",
    "hello 99999999999999999999",
    "hello 03",
    "hello 3 foo",
    "hello 3 auth",
    "hello 3 AUTH default",
    "hello 3 AUTH default x\nping",
    "hello 3 AUTH bob x\nget a",
    "hello 3 SETNAME",
    "hello 3 SETNAME me\nclient getname",
    "hello 3 SETNAME me foo\nclient getname\nget a",
    "hello 4 SETNAME me\nclient getname",
    "hello 2 AUTH default x SETNAME me\nclient getname",
    "hello 3\nset a 1\nget a\nset a 2 NX\nset a 2 GET\nmget a b\nincr a\nttl a\ntype a\nkeys *\nkeys b",
    "hello 3\nfoo\nget\nincrby a x\nclient getname\nping\nping x\ninfo nosuch",
    "hello 3\nconfig get save",
    "hello 3\nconfig get nothing",
    // CLIENT and CONFIG.
    "client foo",
    "CLIENT Foo x",
    "client getname",
    "client getname x",
    "client setname x\nclient getname",
    "client id x",
    "client setname",
    "config foo",
    "config get save",
    "config get appendonly",
    "config get nothing",
    "config get save save",
    "config get SAVE",
    "config get SAVE save",
    "config get sav? SAVE",
    "config get SA[v]E",
    r"config get \save",
    r"config get sa\ve*",
    // COMMAND.
    "command foo",
    "command count x",
    "command docs nope",
    "command list x",
    "command info nope",
    "hello 3\ncommand docs nope",
    "hello 3\ncommand info nope",
    "command info config|get",
    "command info command|count client|id client|nope nope|x",
    // INFO.
    "info nosuch",
    "info keyspace",
    "INFO KEYSPACE nosuch",
    // The end.
    "quit",
    "quit x",
    "quit\nping",
    "shutdown foo",
    "shutdown save nosave",
    "shutdown abort",
    "shutdown nosave abort",
    "shutdown now x",
];

/// Scripts that words cannot say.
fn raw_scripts() -> Vec<Vec<u8>> {
    let mut scripts: Vec<Vec<u8>> = [
        &b"*1\r\n$abc\r\n"[..],
        b"*1\r\n$-1\r\n",
        b"*1\r\n$\r\n",
        b"*1\r\n$536870913\r\n",
        b"*abc\r\n",
        b"*2147483648\r\n",
        b"*99999999999999999999\r\n",
        b"*1\r\n+a\r\n",
        b"*1\r\n:1\r\n",
        b"*1\r\n\xff\r\n",
        b"PING\r\n*1\r\n$abc\r\nPING\r\n",
        b"set 'a\r\n",
        b"get \"a\r\n",
        b"get \"a\"b\r\n",
        b"PING\n",
        b"\r\n\r\n*0\r\n*-1\r\n*-5\r\nPING\r\n",
        b"  SET  k  \"a\\x41\\n\\\"\"  \r\nGET k\r\nGET 'k'\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\nPING\r\n",
        b"Host: x\r\nPING\r\n",
        b"*1\r\n$4\r\npost\r\n",
        b"*1\r\n$0\r\n\r\n",
        b"\"\"\r\n",
        // Half a request, and nothing more: no answer.
        b"*1",
        b"*2\r\n$4\r\nECHO\r\n$3\r\nab",
        b"*1073741824\r\n",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    let long = [b'a'; 300];
    let fifty = [b'b'; 50];
    for args in [
        &[&b"foo"[..], b"a", b"b'c", b"x\r\ny\x00z\xff"][..],
        &[&long, b"a"],
        &[b"foo", &long],
        &[b"foo", &fifty, &fifty, &fifty, &fifty],
        &[b"foo", &long[..127], b"x", b"y"],
        &[b"foo", &long[..126], b""],
        &[b"fo\r\no"],
        &[b"\xe9\xff"],
        &[b"a\0b"],
        &[b"client", b"Fo\r\no"],
        &[b"client", &long],
        &[b"client", b"setname", b"a b"],
        &[b"client", b"setname", b""],
        &[b"client", b"setname", b"a\xff"],
        &[b"hello", b"3", b"setname", b"a b"],
        &[b"hello", b"3", b"a\r\nb"],
        &[b"hello", b" 3"],
        &[b"expire", b"a", b"1", b"a\r\nb"],
        &[b"select", b""],
        &[b"incrby", b"a", b" 1"],
    ] {
        scripts.push(request(args));
    }
    // Values and keys of any bytes.
    let any: Vec<u8> = (0..=255).collect();
    scripts.push(
        [request(&[b"set", &any, &any]), request(&[b"get", &any]), request(&[b"keys", b"*"])]
            .concat(),
    );
    scripts.push([request(&[b"set", b"", b""]), request(&[b"get", b""]), words("keys *")].concat());
    // The empty key, which no other pattern has but the empty one.
    for pattern in [&b"*"[..], b"**", b"*?", b"", b"[^"] {
        scripts.push([request(&[b"set", b"", b""]), request(&[b"keys", pattern])].concat());
    }
    let large = vec![b'x'; 300_000];
    scripts.push(
        [request(&[b"set", b"large", &large]), words("get large"), words("strlen large")].concat(),
    );
    scripts.push(vec![b'x'; 100_000]);
    scripts.push([&b"*1\r\n$"[..], &[b'1'; 70_000]].concat());
    scripts.push([&b"*"[..], &[b'1'; 70_000]].concat());
    scripts
}

/// Replies of a script and how it ended.
fn answer(address: SocketAddr, script: &[u8]) -> (Vec<u8>, bool) {
    let mut control = connect(address);
    control.write_all(&words("flushall")).unwrap();
    control.read_exact(&mut [0; 5]).unwrap();

    // Both servers answer all that is whole before they see the end of what is sent, and then
    // close. Whether they had closed before shows in what an ECHO behind the script does.
    let probe = b"probe-7b1e";
    let mut stream = connect(address);
    let mut sent = script.to_vec();
    if !is_partial(script) {
        sent.extend_from_slice(&request(&[b"ECHO", probe]));
    }
    // An error: the server has closed before it had read all of it.
    let _ = stream.write_all(&sent);
    let _ = stream.shutdown(Shutdown::Write);
    let mut received = Vec::new();
    let mut chunk = [0; 65536];
    // An error is a reset: what has arrived counts.
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        received.extend_from_slice(&chunk[..read]);
    }
    let echoed = [&b"$10\r\n"[..], probe, b"\r\n"].concat();
    let answered = received.ends_with(&echoed);
    if answered {
        received.truncate(received.len() - echoed.len());
    }
    (received, answered)
}

/// A script that ends inside a request, which a probe would only complete.
fn is_partial(script: &[u8]) -> bool {
    let mut decoder = resp_machine::Decoder::new(resp_machine::Dialect::Request);
    decoder.feed(script);
    while let Ok(Some(_)) = decoder.next_frame() {}
    decoder.finish().is_err()
}

/// The client's number in HELLO, which depends on how many there were.
fn normalized(reply: &[u8]) -> String {
    let text = reply.escape_ascii().to_string();
    let mut parts = text.split("$2\\r\\nid\\r\\n:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("$2\\r\\nid\\r\\n:N");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

#[test]
fn replies_are_those_of_redis_byte_for_byte() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let redis = RedisServer::start();
    let ours = Background::start().unwrap();
    let mut version = connect(redis.address);
    version.write_all(b"INFO server\r\n").unwrap();
    let mut chunk = [0; 4096];
    let read = version.read(&mut chunk).unwrap();
    let version = String::from_utf8_lossy(&chunk[..read]).into_owned();
    if !version.contains("redis_version:7.0.") {
        println!("PASSED OVER: the replies are those of redis-server 7.0, this is {version}");
        assert!(std::env::var_os("CI").is_none(), "CI needs redis-server 7.0: {version}");
        return;
    }

    let mut scripts: Vec<Vec<u8>> =
        SCRIPTS.iter().map(|script| script.lines().flat_map(words).collect()).collect();
    // Every command but the containers, whose subcommands differ, and those that Redis has not.
    let described = "ping echo get set del exists mget mset flushall flushdb dbsize incr decr \
                     incrby decrby append strlen keys type expire ttl pttl pexpire persist hello \
                     select info quit shutdown client|id client|setname config|get command|docs";
    for name in described.split_whitespace() {
        for version in ["2", "3"] {
            scripts.push(
                [words(&format!("hello {version}")), words(&format!("command info {name}"))]
                    .concat(),
            );
        }
    }
    scripts.extend(raw_scripts());

    let mut different = Vec::new();
    for script in &scripts {
        let (expected, open) = answer(redis.address, script);
        let (actual, still_open) = answer(ours.local_addr(), script);
        let (expected, actual) = (normalized(&expected), normalized(&actual));
        if (&expected, open) != (&actual, still_open) {
            let shown = script[..script.len().min(200)].escape_ascii();
            different.push(format!(
                "{shown}\n  redis ({open}): {expected}\n  ours ({still_open}): {actual}"
            ));
        }
    }
    assert!(
        different.is_empty(),
        "{} of {} scripts differ:\n{}",
        different.len(),
        scripts.len(),
        different.join("\n")
    );
    println!("{} scripts, the same bytes", scripts.len());
}
