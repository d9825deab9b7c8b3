//! Writing a client: what it must not believe, and what a learner's own has to do.

use super::listen::{Scene, Turn};
use super::{Check, Exercise};
use crate::Dialect::Resp3;

pub(super) const EXERCISES: &[Exercise] = &[
    Exercise {
        question: "A client of RESP3 has sent three requests, and has read \
                   `+OK\\r\\n>2\\r\\n+message\\r\\n+hi\\r\\n*1\\r\\n:1\\r\\n`. How many replies are to come?",
        hint: "a push answers nothing; an element is no reply",
        check: Check::Number(Resp3, b"+OK\r\n>2\r\n+message\r\n+hi\r\n*1\r\n:1\r\n", |seen| {
            3 - seen.frames.iter().filter(|frame| !frame.starts_with('>')).count() as u64
        }),
    },
    Exercise {
        question: "A client counts lines: a line is a reply, but behind one that begins with `$` the \
                   next belongs to it. Write one bulk string that it takes for two replies, the second \
                   of them `+OK`.",
        hint: "a string may hold CR LF, and its length counts both",
        check: Check::Bytes(Resp3, |seen| {
            if seen.frames.len() != 1 || !seen.is_whole() || !seen.input.starts_with(b"$") {
                return Err("one bulk string is wanted".to_owned());
            }
            match replies_by_lines(&seen.input).as_slice() {
                [_, b"+OK"] => Ok(()),
                replies => Err(format!(
                    "it takes them for {}",
                    replies
                        .iter()
                        .map(|line| line.escape_ascii().to_string())
                        .collect::<Vec<_>>()
                        .join(" and ")
                )),
            }
        }),
    },
    Exercise {
        question: "Write the client. Each line of its standard input is a command, its words with a \
                   space between them. It sends them to 127.0.0.1 as an array of bulk strings, waits \
                   for the reply, and prints that as `redis-cli --no-raw` does: lines and bulk strings, \
                   wherever the reads end. When its input ends it does.",
        hint: "feed a decoder; a reply is there when it gives a frame, and what is left is the \
               beginning of the next",
        check: Check::Client(&[
            Scene {
                about: "a command is sent, and its reply printed",
                hint: "print a reply as soon as a decoder gives a frame, and only then read the \
                       next line; when there is none, end",
                turns: replies,
            },
            Scene {
                about: "a reply that is cut is the same reply",
                hint: "what a read leaves in the decoder is the beginning of the next reply: \
                       keep it",
                turns: replies_in_parts,
            },
            Scene {
                about: "a reply is longer than a read",
                hint: "one read brings what has come: feed the decoder until it gives a frame",
                turns: long_reply,
            },
        ]),
    },
    Exercise {
        question: "Print arrays, those in arrays too, nulls and any bytes.",
        hint: "what is in an array is indented by the width of its number, which is that of the last",
        check: Check::Client(&[
            Scene {
                about: "arrays are numbered, and indented",
                hint: "what is in an array is indented by the width of its number, which is \
                       that of the last",
                turns: arrays,
            },
            Scene {
                about: "an array that is cut is the same array",
                hint: "print nothing of an array before all of it is there, and keep what \
                       stands behind it",
                turns: arrays_in_parts,
            },
            Scene {
                about: "a string is any bytes",
                hint: "in the quotes stand the printable characters of ASCII as they are, `\\\"` \
                       and `\\\\` with a backslash, and all else as `\\n`, `\\r`, `\\t`, `\\a`, `\\b` \
                       or `\\xHH`",
                turns: any_bytes,
            },
        ]),
    },
    Exercise {
        question: "Speak RESP3 when `HELLO 3` has been typed: print its types, and a push when it comes, \
                   above the reply that is waited for.",
        hint: "a frame that is a push is printed and is no reply: go on waiting",
        check: Check::Client(&[
            Scene {
                about: "the types of RESP3",
                hint: "a pair is its number, the key, ` => ` and the value, which begins on a \
                       new line if it has more than one element",
                turns: types,
            },
            Scene {
                about: "a push is no reply",
                hint: "a frame that is a push is printed and is no reply: go on waiting",
                turns: pushes,
            },
            Scene {
                about: "a push that is cut is the same push",
                hint: "what is left behind a push is the beginning of the reply: keep it",
                turns: pushes_in_parts,
            },
        ]),
    },
];

/// The replies as a client finds them that counts lines.
fn replies_by_lines(input: &[u8]) -> Vec<&[u8]> {
    let text = input.strip_suffix(b"\r\n").unwrap_or(input);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let mut replies = Vec::new();
    while let Some(line) = lines.next() {
        let string = line.strip_prefix(b"$").and_then(|_| lines.next());
        replies.push(string.unwrap_or(line));
    }
    replies
}

fn replies() -> Vec<Turn> {
    vec![
        Turn::new("PING", b"+PONG\r\n"),
        Turn::new("SET greeting hello", b"+OK\r\n"),
        Turn::new("GET greeting", b"$5\r\nhello\r\n"),
        Turn::new("SET greeting", b"-ERR wrong number of arguments for 'set' command\r\n"),
        Turn::new("INCR visits", b":-7\r\n"),
        Turn::new("GET nothing", b"$0\r\n\r\n"),
    ]
}

fn replies_in_parts() -> Vec<Turn> {
    let string = Turn::in_parts("GET lines", b"$7\r\na\r\n+b\r\n\r\n");
    let line = Turn::in_parts("SET a b", b"-ERR no\r\n");
    string.chain(line).chain(Turn::in_parts("INCR n", b":12345\r\n")).collect()
}

fn long_reply() -> Vec<Turn> {
    let value = b"0123456789abcdef".repeat(1 << 16);
    let mut answer = Vec::new();
    crate::encode::scalar::bulk_string(&mut answer, &value);
    vec![Turn::new("GET long", &answer), Turn::new("PING", b"+PONG\r\n")]
}

fn arrays() -> Vec<Turn> {
    let ten: Vec<u8> = (0..10).flat_map(|n| format!(":{n}\r\n").into_bytes()).collect();
    vec![
        Turn::new("MGET a b c", b"*3\r\n$1\r\na\r\n:2\r\n+c\r\n"),
        Turn::new("KEYS none", b"*0\r\n"),
        Turn::new("GET none", b"$-1\r\n"),
        Turn::new("BLPOP none 1", b"*-1\r\n"),
        Turn::new("MGET a none", b"*2\r\n$1\r\na\r\n$-1\r\n"),
        Turn::new("EXEC", b"*3\r\n*2\r\n:1\r\n*1\r\n+x\r\n*0\r\n-ERR no\r\n"),
        Turn::new(
            "LRANGE ten",
            &[b"*11\r\n".to_vec(), ten, b"*2\r\n:1\r\n:2\r\n".to_vec()].concat(),
        ),
    ]
}

fn arrays_in_parts() -> Vec<Turn> {
    let array = Turn::in_parts("EXEC", b"*3\r\n*2\r\n:1\r\n$2\r\nhi\r\n$-1\r\n*0\r\n");
    array.chain([Turn::new("PING", b"+PONG\r\n")]).collect()
}

fn any_bytes() -> Vec<Turn> {
    let all: Vec<u8> = (0..=255).collect();
    let mut answer = Vec::new();
    crate::encode::scalar::bulk_string(&mut answer, &all);
    vec![Turn::new("GET all", &answer), Turn::new("GET quotes", b"$6\r\n\"\\\r\n\t'\r\n")]
}

const HELLO: &[u8] = b"%2\r\n$6\r\nserver\r\n$8\r\nexercise\r\n$5\r\nproto\r\n:3\r\n";

fn types() -> Vec<Turn> {
    vec![
        Turn::new("HELLO 3", HELLO),
        Turn::new("GET none", b"_\r\n"),
        Turn::new("SISMEMBER a b", b"#t\r\n"),
        Turn::new("ZSCORE a b", b",1.5\r\n"),
        Turn::new("SMEMBERS a", b"~2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        Turn::new("HGETALL a", b"%1\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n"),
        Turn::new("HGETALL none", b"%0\r\n"),
    ]
}

const PUSH: &[u8] = b">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n";

fn pushes() -> Vec<Turn> {
    let [one, two] = [[PUSH, b":1\r\n"].concat(), [PUSH, PUSH, b"*1\r\n:2\r\n"].concat()];
    vec![
        Turn::new("HELLO 3", HELLO),
        Turn::new("INCR a", &one),
        Turn::new("LRANGE a", &two),
        Turn::new("INCR b", b":3\r\n"),
    ]
}

fn pushes_in_parts() -> Vec<Turn> {
    let parts = Turn::in_parts("INCR a", &[PUSH, b":1\r\n"].concat()).collect::<Vec<_>>();
    std::iter::once(Turn::new("HELLO 3", HELLO)).chain(parts).collect()
}
