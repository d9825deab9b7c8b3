//! Building the server: what a learner's own server has to do at each step.
//!
//! Keys begin with `exercise:`, so that a server with something in it can be tried.

use super::talk::{Client, Scene, Server, request};
use super::{Check, Exercise};

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "Write a server that answers. Whatever a client sends, it gets a RESP value back, as \
                   often as it sends something; and when it goes, the next client is served.",
        hint: "a loop over clients, in it a loop over reads; a read of no bytes is the end",
        check: Check::Server(&[Scene { about: "each client has its answers", play: answers }]),
    },
    Exercise {
        question: "Answer `PING` with `+PONG` and `PING text` with the text, as a bulk string, and \
                   everything else with an error that begins with `-ERR`, wherever the reads end.",
        hint: "answer requests, not reads: feed a decoder, and answer when it gives a frame",
        check: Check::Server(&[
            Scene { about: "PING is answered", play: ping },
            Scene { about: "a request that is cut is the same request", play: ping_in_parts },
            Scene { about: "what is unknown is an error, and no more than that", play: unknown },
        ]),
    },
    Exercise {
        question: "Keep values: `SET key value` and `GET key`, for any bytes, from one client to the \
                   next. What was never set is the null of RESP2.",
        hint: "a value is bytes: it may hold CR LF, or nothing, and be longer than a read",
        check: Check::Server(&[
            Scene { about: "what is set can be got", play: set_get },
            Scene { about: "a value is any bytes", play: any_bytes },
            Scene { about: "a request that is cut is the same request", play: set_in_parts },
            Scene { about: "the next client finds it", play: next_client },
            Scene { about: "arguments are counted", play: arguments },
        ]),
    },
    Exercise {
        question: "Let clients not wait: however many requests a read brings, all are answered, in \
                   order. If one of them is broken, those before it are answered, then there is an \
                   error that begins with `-ERR Protocol error`, then the end.",
        hint: "take frames from the decoder until it has none, and read only then",
        check: Check::Server(&[
            Scene { about: "several requests in one write", play: several },
            Scene { about: "the last of several may be cut", play: several_and_a_part },
            Scene { about: "a thousand in one write", play: thousand },
            Scene { about: "an error is answered, in its place, and ends it", play: broken },
        ]),
    },
    Exercise {
        question: "Serve 64 clients at once, with one store between them, none waiting for another \
                   that has sent half a request.",
        hint: "a thread for each connection; the store behind a lock that is held for one request",
        check: Check::Server(&[
            Scene { about: "64 clients, each in the middle of a request", play: crowd },
            Scene { about: "an error of one ends its connection and no other", play: neighbour },
        ]),
    },
    Exercise {
        question: "Speak RESP3 to who asks for it: `HELLO 3` is answered with a map whose `proto` is 3, \
                   and nulls are `_` from then on; `HELLO 2` takes it back; any other version is an \
                   error that begins with `-NOPROTO` and changes nothing.",
        hint: "the version belongs to the connection; HELLO's own reply is already in the new one",
        check: Check::Server(&[
            Scene { about: "HELLO 3 is answered with a map", play: hello },
            Scene { about: "each connection has its own version", play: two_versions },
            Scene { about: "a version that there is not changes nothing", play: no_such_version },
        ]),
    },
];

type Outcome = Result<(), String>;

const PONG: &[u8] = b"+PONG\r\n";
const OK: &[u8] = b"+OK\r\n";

fn bulk(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    crate::encode::scalar::bulk_string(&mut out, bytes);
    out
}

fn answers(server: &Server) -> Outcome {
    for _ in 0..2 {
        let mut client = server.client()?;
        for _ in 0..3 {
            client.send(&request(&[b"PING"]))?;
            client.hear_what("a RESP value", |_| true)?;
        }
    }
    Ok(())
}

fn ping(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask(&[b"PING"], PONG)?;
    client.ask(&[b"ping"], PONG)?;
    client.ask(&[b"PING", b"hello"], b"$5\r\nhello\r\n")?;
    client.ask(&[b"PING", b""], b"$0\r\n\r\n")?;
    client.send(b"PING hello\r\n")?;
    client.hear(b"$5\r\nhello\r\n")?;
    client.end()
}

fn ping_in_parts(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask_in_parts(&[b"PING", b"two\r\nlines"], b"$10\r\ntwo\r\nlines\r\n")?;
    for byte in request(&[b"PING"]) {
        client.send(&[byte])?;
    }
    client.hear(PONG)?;
    client.end()
}

fn unknown(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.send(&request(&[b"EXERCISE", b"argument"]))?;
    client.hear_error("ERR")?;
    // The name may hold what no line may.
    client.send(&request(&[b"EXER\r\nCISE"]))?;
    client.hear_error("ERR")?;
    client.send(&request(&[b"PING", b"a", b"b"]))?;
    client.hear_error("ERR")?;
    client.ask(&[b"PING"], PONG)?;
    // A request of no words has no answer.
    client.send(b"*0\r\n")?;
    client.end()
}

fn set_get(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask(&[b"SET", b"exercise:a", b"1"], OK)?;
    client.ask(&[b"SET", b"exercise:b", b"2"], OK)?;
    client.ask(&[b"GET", b"exercise:a"], &bulk(b"1"))?;
    client.ask(&[b"SET", b"exercise:a", b"3"], OK)?;
    client.ask(&[b"get", b"exercise:a"], &bulk(b"3"))?;
    client.ask(&[b"GET", b"exercise:b"], &bulk(b"2"))?;
    client.ask(&[b"GET", b"exercise:never set"], b"$-1\r\n")?;
    client.end()
}

fn any_bytes(server: &Server) -> Outcome {
    let all: Vec<u8> = (0..=255).collect();
    let long = b"0123456789".repeat(10_000);
    let mut client = server.client()?;
    for value in [&b""[..], b"\r\n", b"$3\r\nGET\r\n", &all, &long] {
        client.ask(&[b"SET", b"exercise:\r\n\xff", value], OK)?;
        client.ask(&[b"GET", b"exercise:\r\n\xff"], &bulk(value))?;
    }
    client.end()
}

fn set_in_parts(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask_in_parts(&[b"SET", b"exercise:cut", b"a\r\nb"], OK)?;
    client.ask_in_parts(&[b"GET", b"exercise:cut"], &bulk(b"a\r\nb"))?;
    client.end()
}

fn next_client(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask(&[b"SET", b"exercise:next", b"kept"], OK)?;
    client.end()?;
    let mut client = server.client()?;
    client.ask(&[b"GET", b"exercise:next"], &bulk(b"kept"))?;
    client.end()
}

fn arguments(server: &Server) -> Outcome {
    let mut client = server.client()?;
    for words in [&[&b"GET"[..]][..], &[b"GET", b"a", b"b"], &[b"SET"], &[b"SET", b"exercise:a"]] {
        client.send(&request(words))?;
        client.hear_error("ERR")?;
    }
    client.ask(&[b"PING"], PONG)?;
    client.end()
}

fn several(server: &Server) -> Outcome {
    let mut client = server.client()?;
    let requests = [
        request(&[b"SET", b"exercise:n", b"1"]),
        request(&[b"GET", b"exercise:n"]),
        request(&[b"EXERCISE"]),
        b"PING inline\r\n".to_vec(),
        request(&[b"PING"]),
    ];
    client.send(&requests.concat())?;
    client.send_end()?;
    client.hear(OK)?;
    client.hear(&bulk(b"1"))?;
    client.hear_error("ERR")?;
    client.hear(&bulk(b"inline"))?;
    client.hear(PONG)?;
    client.hear_end()
}

fn several_and_a_part(server: &Server) -> Outcome {
    let last = request(&[b"PING", b"last"]);
    for cut in 1..last.len() {
        let (first, rest) = last.split_at(cut);
        let mut client = server.client()?;
        client.send(&[&request(&[b"PING", b"a"]), &request(&[b"PING", b"b"]), first].concat())?;
        client.hear(&bulk(b"a"))?;
        client.hear(&bulk(b"b"))?;
        client.send(rest)?;
        client.hear(&bulk(b"last"))?;
        client.end()?;
    }
    Ok(())
}

fn thousand(server: &Server) -> Outcome {
    let numbers: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let requests = numbers.iter().map(|n| request(&[b"PING", n.as_bytes()]));
    let mut client = server.client()?;
    client.send(&requests.collect::<Vec<_>>().concat())?;
    client.send_end()?;
    numbers.iter().try_for_each(|n| client.hear(&bulk(n.as_bytes())))?;
    client.hear_end()
}

fn broken(server: &Server) -> Outcome {
    for bad in [&b"*1\r\n$x\r\n"[..], b"*1\r\n:1\r\n", b"*x\r\n", b"PING \"a\r\n"] {
        let mut client = server.client()?;
        client.send(&[&request(&[b"PING", b"before"]), bad].concat())?;
        client.hear(&bulk(b"before"))?;
        client.hear_error("ERR Protocol error")?;
        client.hear_end()?;
    }
    Ok(())
}

const CROWD: usize = 64;

fn crowd(server: &Server) -> Outcome {
    let mut clients = Vec::new();
    for number in 0..CROWD {
        let mut client = server.client().map_err(|wrong| of(number, &wrong))?;
        let (key, value) = (format!("exercise:crowd:{number}"), format!("value {number}"));
        let set = request(&[b"SET", key.as_bytes(), value.as_bytes()]);
        let (first, rest) = set.split_at(set.len() / 2);
        client.send(first).map_err(|wrong| of(number, &wrong))?;
        clients.push((client, rest.to_vec()));
    }
    // The last that came is the first to go on; all the others are still there.
    let all = |clients: &mut Vec<(Client, Vec<u8>)>,
               act: &dyn Fn(usize, &mut Client, &[u8]) -> Outcome| {
        clients.iter_mut().enumerate().rev().try_for_each(|(number, (client, rest))| {
            act(number, client, rest).map_err(|wrong| of(number, &wrong))
        })
    };
    all(&mut clients, &|_, client, rest| {
        client.send(rest)?;
        client.hear(OK)
    })?;
    all(&mut clients, &|number, client, _| {
        let neighbour = (number + 1) % CROWD;
        let key = format!("exercise:crowd:{neighbour}");
        client.ask(&[b"GET", key.as_bytes()], &bulk(format!("value {neighbour}").as_bytes()))
    })?;
    clients.into_iter().try_for_each(|(client, _)| client.end())
}

fn of(number: usize, wrong: &str) -> String {
    format!("  client {} of {CROWD}\n{wrong}", number + 1)
}

fn neighbour(server: &Server) -> Outcome {
    let (mut good, mut bad) = (server.client()?, server.client()?);
    good.ask(&[b"PING"], PONG)?;
    bad.send(b"*1\r\n$x\r\n")?;
    bad.hear_error("ERR Protocol error")?;
    bad.hear_end()?;
    good.ask(&[b"PING"], PONG)?;
    good.end()
}

/// The reply of `HELLO` in RESP3.
fn hear_map(client: &mut Client) -> Outcome {
    client.hear_what("%… with a pair \"proto\" and 3", |frame| {
        let proto = frame.pairs().ok().and_then(|pairs| pairs.get(b"proto"));
        frame.wire_type() == crate::wire::Type::Map && proto.is_some_and(|n| n.as_i64() == Ok(3))
    })
}

fn hello(server: &Server) -> Outcome {
    let mut client = server.client()?;
    client.ask(&[b"GET", b"exercise:never set"], b"$-1\r\n")?;
    client.send(&request(&[b"HELLO", b"3"]))?;
    hear_map(&mut client)?;
    client.ask(&[b"GET", b"exercise:never set"], b"_\r\n")?;
    client.send(&request(&[b"HELLO", b"2"]))?;
    client.hear_what("*… with \"proto\" and behind it 2", |frame| {
        let Ok(elements) = frame.elements() else { return false };
        let mut elements = elements.skip_while(|element| element.as_bytes() != Ok(b"proto"));
        frame.wire_type() == crate::wire::Type::Array
            && elements.nth(1).is_some_and(|n| n.as_i64() == Ok(2))
    })?;
    client.ask(&[b"GET", b"exercise:never set"], b"$-1\r\n")?;
    client.end()
}

fn two_versions(server: &Server) -> Outcome {
    let (mut old, mut new) = (server.client()?, server.client()?);
    new.send(&request(&[b"HELLO", b"3"]))?;
    hear_map(&mut new)?;
    old.ask(&[b"GET", b"exercise:never set"], b"$-1\r\n")?;
    new.ask(&[b"GET", b"exercise:never set"], b"_\r\n")?;
    // HELLO and what follows it in one write: the reply to each is in the version of its place.
    old.send(&[request(&[b"GET", b"exercise:never set"]), request(&[b"HELLO", b"3"])].concat())?;
    old.hear(b"$-1\r\n")?;
    hear_map(&mut old)?;
    old.end()?;
    new.end()
}

fn no_such_version(server: &Server) -> Outcome {
    let mut client = server.client()?;
    for version in [&b"3"[..], b"2"] {
        client.send(&request(&[b"HELLO", version]))?;
        client.hear_what("a reply to HELLO", |frame| frame.as_error().is_none())?;
        client.send(&request(&[b"HELLO", b"4"]))?;
        client.hear_error("NOPROTO")?;
        let null = if version == b"3" { &b"_\r\n"[..] } else { b"$-1\r\n" };
        client.ask(&[b"GET", b"exercise:never set"], null)?;
    }
    client.end()
}
