//! `cli`, the program's client: held against redis-cli byte for byte, and its prompt in a terminal.
//!
//! What is not installed is passed over with a message, unless the environment variable `CI` is set.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(unix)]
mod prompt;
#[path = "../server_support/mod.rs"]
mod server_support;

use resp_machine::server::Background;
use server_support::{PATIENCE, RedisServer, has, run_to_end, run_with_input};
use std::net::SocketAddr;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_resp-machine");

/// A client of the shell: the program's own, or redis-cli.
fn client(own: bool, address: SocketAddr, args: &[&str]) -> Command {
    let port = address.port().to_string();
    let mut command = Command::new(if own { PROGRAM } else { "redis-cli" });
    command.args(if own { &["cli"][..] } else { &[] });
    command.args(["-h", "127.0.0.1", "-p", &port]).args(args).env_remove("REDISCLI_AUTH");
    command
}

fn own(address: SocketAddr, args: &[&str]) -> Output {
    run_to_end(client(true, address, args), PATIENCE)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// redis-cli tells how long a command took, if that was long, as on a busy machine it may be.
fn without_times(printed: &[u8]) -> Vec<u8> {
    let is_time = |line: &[u8]| {
        let seconds = line.strip_prefix(b"(").and_then(|line| line.strip_suffix(b"s)\n"));
        seconds.is_some_and(|text| text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
    };
    let lines = printed.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !is_time(line)).flatten().copied().collect()
}

/// Exit code and standard output of both clients, which must be the same.
struct Both {
    address: SocketAddr,
    compared: usize,
}

impl Both {
    #[track_caller]
    fn print_the_same(&mut self, args: &[&str], input: &[u8]) {
        let [theirs, ours] = [false, true]
            .map(|own| run_with_input(client(own, self.address, args), input, PATIENCE));
        let context = || format!("{args:?} < {}\n{}", text(input), text(&ours.stderr));
        let printed = without_times(&theirs.stdout);
        if ours.stdout != printed {
            assert_eq!(text(&ours.stdout), text(&printed), "{}", context());
            panic!("they differ in bytes that are not UTF-8: {}", context());
        }
        assert_eq!(ours.status.code(), theirs.status.code(), "{}", context());
        self.compared += 1;
    }
}

/// Every type that redis-server can be made to reply, in every format and both versions.
///
/// Red if a format, an escape, an indent or a line end is not redis-cli's.
#[test]
fn prints_as_redis_cli_does() {
    if !has("redis-cli", &["--version"]) || !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start_with(&["--enable-debug-command", "yes"]);
    let mut both = Both { address: server.address, compared: 0 };
    let lua = [
        "1",
        "'a\\\\b\"c\\n\\r\\t\\a\\b\\0\\1\\127\\255'",
        "''",
        "{ok='fine'}",
        "{}",
        "{1,{2,{3,{},4}},5}",
        "{double=1.25}",
        "{double=1/0}",
        "{double=-1/0}",
        "{map={}}",
        "{set={}}",
        "{map={a={}}}",
        "{map={a={map={}}}}",
        "{map={a={set={}}}}",
        "{map={a={1}}}",
        "{map={a={1,2}}}",
        "{map={a={{1}}}}",
        "{map={a={{1,2}}}}",
        "{map={a={map={b=1}}}}",
        "{map={a={map={b={1,2}}}}}",
        "{map={a={map={b={map={[{1,2}]=1}}}}}}",
        "{map={[{1,2}]={3,4}}}",
        "{map={[1]=2}}",
        "{map={[{double=0.5}]={double=1.5}}}",
        "{map={[{map={q='r'}}]={map={k={1,2}}}}}",
        "{map={[{ok='status'}]=false}}",
        "{map={a={set={x=true}}}}",
        "{set={[{set={x=true}}]=true}}",
        "{1,{map={a={1,2,{map={b={1,2}}}}}},3}",
        "redis.error_reply('MY \"error\"')",
        "{redis.error_reply('MY error'),1}",
        "{map={a=redis.error_reply('MY error')}}",
        "{map={a={verbatim_string={string='x\\ny',format='txt'}}}}",
        "false",
        "true",
        "{{verbatim_string={string='\\1 \"x\"\\ny',format='mkd'}},2}",
        "{map={['k\"\\n']='\\f/\\\\'}}",
        "(function() local t={} for i=1,11 do t[i]={i,{'b',{ok='c'}}} end return t end)()",
        "(function() local t={} for i=1,101 do t[i]={i} end return {map={long=t}} end)()",
    ];
    let keys = b"SET k v\nRPUSH list a b\nSADD set a\nHSET hash f v\nZADD zset 1.5 a 2 b\n\
                 XADD stream 1-1 f v\nGEOADD geo 1 2 m\n";
    let made = run_with_input(client(true, server.address, &["-e"]), keys, PATIENCE);
    assert!(made.status.success(), "{}", text(&made.stderr));
    // Asked twice, they answer the same. (Of a whole table the server gives the order of its hash
    // table, which may grow meanwhile.)
    let commands = [
        "PING",
        "SET k v",
        "GET k",
        "GET none",
        "SET k v NX",
        "MGET k none k",
        "INCR k",
        "NOPE a b",
        "OBJECT HELP",
        "CONFIG GET maxmemory",
        "COMMAND DOCS get set",
        "COMMAND INFO get set nope",
        "XINFO HELP",
        "ACL LIST",
        "ACL GETUSER default",
        "INFO cluster",
        "INFO nothing",
        "CLUSTER INFO",
        "MEMORY DOCTOR",
        "LATENCY DOCTOR",
        "LATENCY GRAPH none",
        "QUIT",
        "MULTI",
        "DEBUG HTSTATS 9",
        "LRANGE list 0 -1",
        "SMEMBERS set",
        "HGETALL hash",
        "TYPE k",
        "ZRANGE zset 0 -1 WITHSCORES",
        "ZSCORE zset a",
        "XADD stream 1-1 f v",
        "XRANGE stream - +",
        "XREAD STREAMS stream 0",
        "XINFO STREAM stream FULL",
        "GEOPOS geo m n",
        "EXISTS k none",
        "exit",
    ];
    let types = "string integer double null array set map push verbatim true false";
    for version in ["-2", "-3"] {
        for format in ["--no-raw", "--raw", "--json"] {
            for name in types.split(' ') {
                for pushes in ["no", "yes"] {
                    let args =
                        [version, format, "--show-pushes", pushes, "DEBUG", "PROTOCOL", name];
                    both.print_the_same(&args, b"");
                }
            }
            for script in lua {
                let script = format!("redis.setresp(3); return {script}");
                both.print_the_same(&[version, format, "EVAL", &script, "0"], b"");
            }
            for command in commands {
                let args: Vec<&str> =
                    [version, format].into_iter().chain(command.split(' ')).collect();
                both.print_the_same(&args, b"");
            }
        }
    }
    println!("{} outputs compared", both.compared);
}

/// Options, and lines of standard input.
#[test]
fn runs_as_redis_cli_does() {
    if !has("redis-cli", &["--version"]) || !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start();
    let mut both = Both { address: server.address, compared: 0 };
    let one_shot: [&[&str]; 12] = [
        &["PING"],
        &["--raw", "--no-raw", "PING"],
        &["--no-raw", "--json", "PING"],
        &["--json", "--raw", "PING"],
        &["-e", "NOPE"],
        &["-e", "PING"],
        &["-n", "3", "CLIENT", "KILL", "ID", "12345"],
        &["-n", "99", "PING"],
        &["-a", "secret", "PING"],
        &["-a", "secret", "--user", "me", "-3", "PING"],
        &["--json", "-a", "secret", "PING"],
        &["SET", "-k", "--raw"],
    ];
    for args in one_shot {
        both.print_the_same(args, b"");
    }
    both.print_the_same(&["-x", "ECHO"], b"the last\0\r\n argument\xff\n");
    both.print_the_same(&["--json", "-x", "SET", "k"], b"");
    let lines: &[u8] = b"SET k \"a b\\x00\\\"\" \nGET k\r\n\n   \t\nget 'k'\nECHO 'it\\'s'\n\
                         ECHO \"unbalanced\nECHO \"a\"b\nNOPE\nSELECT 2\nDBSIZE\nMULTI\nPING\nEXEC\n\
                         CONFIG GET save\nquit\nPING\n";
    for args in [&["--no-raw"][..], &["--raw"], &["--json"], &["-3", "--no-raw"]] {
        both.print_the_same(args, lines);
    }
    both.print_the_same(&["-3", "--no-raw"], b"PING\nEXIT\nPING\n");
    both.print_the_same(&["-3", "--no-raw"], b"PING\nECHO no-line-end");
    // `invalidate` pushes come with the reply that they precede or follow.
    let tracking = b"FLUSHALL\nCLIENT TRACKING ON\nGET k\nSET k 1\nPING\nGET k\nFLUSHALL\nPING\n";
    for format in ["--no-raw", "--raw", "--json"] {
        for pushes in ["yes", "no"] {
            both.print_the_same(&["-3", format, "--show-pushes", pushes], tracking);
        }
    }
    println!("{} outputs compared", both.compared);
}

/// Without a password everything is refused, and the client goes on as redis-cli does.
///
/// Red if it waits for what follows a refused MONITOR, or does not ask for its database again when it
/// is somebody.
#[test]
fn goes_on_when_it_is_refused() {
    if !has("redis-cli", &["--version"]) || !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start_with(&["--requirepass", "secret"]);
    let mut both = Both { address: server.address, compared: 0 };
    let lines = b"SUBSCRIBE a\nPING\nMONITOR\nAUTH wrong\nAUTH secret\nSET k v\nSELECT 0\nDBSIZE\nFLUSHALL\n";
    for version in ["-2", "-3"] {
        for format in ["--no-raw", "--raw", "--json"] {
            for command in
                ["MONITOR", "SUBSCRIBE a b", "PSUBSCRIBE a", "SUBSCRIBE", "UNSUBSCRIBE a b"]
            {
                let args: Vec<&str> =
                    [version, format].into_iter().chain(command.split(' ')).collect();
                both.print_the_same(&args, b"");
                // With `-e` it does not get as far if it is not RESP3 as it should be.
                if version == "-2" {
                    both.print_the_same(&[&["-e"], &args[..]].concat(), b"");
                }
            }
            both.print_the_same(&[version, format, "-n", "5"], lines);
        }
    }
    println!("{} outputs compared", both.compared);
    // It is not what was asked for, so with `-e` nothing runs; redis-cli goes on.
    let output = own(server.address, &["-a", "secret", "-e", "-n", "99", "PING"]);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    assert_eq!(text(&output.stderr), "SELECT 99 failed: ERR DB index is out of range\n");
}

/// Answers that are pushes, one for each argument: what redis-cli 7.0 waits for in vain.
#[test]
fn knows_what_answers_a_command() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start();
    let pushed = "unsubscribe\na\n0\nunsubscribe\nb\n0\nPONG\n";
    for (input, args) in [
        (&b"UNSUBSCRIBE a b\nPING\n"[..], &["-3"][..]),
        (b"UNSUBSCRIBE a b\nPING\n", &["-2"]),
        (b"HELLO 3\nUNSUBSCRIBE a b\nPING\n", &["-2"]),
        (b"HELLO 2\nUNSUBSCRIBE a b\nPING\n", &["-3"]),
    ] {
        let output = run_with_input(client(true, server.address, args), input, PATIENCE);
        let said = text(&output.stdout);
        assert!(said.ends_with(pushed), "{args:?} < {}: {said}", text(input));
    }
    // A subscription goes on until the connection ends.
    let kill = "SELECT 1\nCLIENT KILL TYPE pubsub\n";
    for version in ["-2", "-3"] {
        let address = server.address;
        let reader =
            std::thread::spawn(move || own(address, &[version, "--no-raw", "SUBSCRIBE", "news"]));
        let publish = || text(&own(address, &["PUBLISH", "news", "hi"]).stdout);
        while publish() == "0\n" {
            std::thread::yield_now();
        }
        run_with_input(client(true, address, &["-e"]), kill.as_bytes(), PATIENCE);
        let output = reader.join().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let expected = "Reading messages... (press Ctrl-C to quit)\n\
                        1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n\
                        1) \"message\"\n2) \"news\"\n3) \"hi\"\n";
        assert_eq!(text(&output.stdout), expected);
    }
}

/// No redis-cli is needed to see that it works with the server of the same program.
#[test]
fn runs_against_our_server() {
    let server = Background::start().unwrap();
    let address = server.local_addr();
    let said = |args: &[&str]| {
        let output = own(address, args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    assert_eq!(said(&["SET", "k", "two words"]), "OK\n");
    assert_eq!(said(&["--no-raw", "MGET", "k", "none"]), "1) \"two words\"\n2) (nil)\n");
    assert_eq!(said(&["-3", "--json", "CONFIG", "GET", "appendonly"]), "{\"appendonly\":\"no\"}\n");
    // With lines, `-e` ends at the first error; redis-cli goes on.
    let output = run_with_input(client(true, address, &["-e"]), b"PING\nNOPE\nPING\n", PATIENCE);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), "PONG\n"));
    assert!(text(&output.stderr).starts_with("ERR unknown command"), "{}", text(&output.stderr));
    assert_eq!(said(&["SHUTDOWN"]), "");
    server.stop().unwrap();
}

/// Exit codes that are the program's own.
#[test]
fn ends_as_the_connection_does() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let usage: [&[&str]; 4] = [&["--bogus", "PING"], &["-2", "-3", "PING"], &["-x"], &["-p", "x"]];
    for args in usage {
        let output = own(address, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty());
    }
    let answers: [(&'static [u8], i32, &str); 4] = [
        (b"", 1, "error: the server closed the connection\n"),
        (b"$5\r\nhel", 3, "incomplete: offset=7 state=Body : "),
        (b"HTTP/1.1 400\r\n", 4, "error: offset=0 state=Start kind=UnknownType : "),
        (b"+OK\r\n", 0, ""),
    ];
    for (answer, code, message) in answers {
        let listener = taken.try_clone().unwrap();
        let server = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.read_exact(&mut [0; 14]).unwrap();
            stream.write_all(answer).unwrap();
        });
        let output = own(address, &["PING"]);
        server.join().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{err}");
        assert!(err.starts_with(message) && (err.is_empty() == message.is_empty()), "{err}");
    }
    drop(taken);
    let output = own(address, &["PING"]);
    assert_eq!(output.status.code(), Some(1));
    let err = text(&output.stderr);
    assert!(err.starts_with(&format!("error: {address}: ")), "{err}");
}

/// A password in the environment, and where it is refused.
#[test]
fn logs_in() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start_with(&["--requirepass", "secret"]);
    for version in ["-2", "-3"] {
        let mut command = client(true, server.address, &[version, "PING"]);
        command.env("REDISCLI_AUTH", "secret");
        assert_eq!(text(&run_to_end(command, PATIENCE).stdout), "PONG\n");
        let output = own(server.address, &[version, "-a", "wrong", "PING"]);
        let name = if version == "-2" { "AUTH" } else { "HELLO 3" };
        let err = text(&output.stderr);
        assert!(err.starts_with(&format!("{name} failed: WRONGPASS ")), "{err}");
        assert!(text(&output.stdout).starts_with("NOAUTH "));
    }
    assert_eq!(
        text(&own(server.address, &["--json", "-a", "secret", "PING"]).stdout),
        "\"PONG\"\n"
    );
}
