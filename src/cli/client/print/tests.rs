//! What redis-cli cannot print, and what cannot be had of a server; the rest is held against
//! redis-cli itself in `tests/cli_client/main.rs`.

use super::Format::{self, Json, Raw, Standard};
use crate::{Decoder, Dialect};

fn printed(format: Format, wire: &[u8]) -> String {
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(wire);
    let mut out = Vec::new();
    format.reply(decoder.next_frame().unwrap().unwrap(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn big_numbers() {
    let wire = b"*1\r\n(-123456789012345678901\r\n";
    assert_eq!(printed(Standard, wire), "1) (big number) -123456789012345678901\n");
    assert_eq!(printed(Raw, wire), "-123456789012345678901\n");
    assert_eq!(printed(Json, wire), "[-123456789012345678901]\n");
}

#[test]
fn attributes_stand_before_what_they_describe() {
    let wire = b"*2\r\n:0\r\n|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n|1\r\n+a\r\n|1\r\n+b\r\n:3\r\n:4\r\n$1\r\nx\r\n";
    assert_eq!(
        printed(Standard, wire),
        "1) (integer) 0\n\
         2) 1| ttl => \n      1) (integer) 1\n      2) (integer) 2\n   \
         1| a => \n      1| b => (integer) 3\n      (integer) 4\n   \
         \"x\"\n"
    );
    assert_eq!(printed(Raw, wire), "0\nx\n");
    assert_eq!(printed(Json, wire), "[0,\"x\"]\n");
    assert_eq!(printed(Standard, b"|0\r\n*0\r\n"), "(empty array)\n");
}

#[test]
fn streamed_values_are_printed_as_their_kind() {
    let wire =
        b"%?\r\n+k\r\n$?\r\n;1\r\na\r\n;2\r\n\"c\r\n;0\r\n+set\r\n~?\r\n:1\r\n:2\r\n.\r\n.\r\n";
    assert_eq!(
        printed(Standard, wire),
        "1# k => \"a\\\"c\"\n2# set => \n   1~ (integer) 1\n   2~ (integer) 2\n"
    );
    assert_eq!(printed(Raw, wire), "k a\"c\nset 1\n2\n");
    assert_eq!(printed(Json, wire), "{\"k\":\"a\\\"c\",\"set\":[1,2]}\n");
}

#[test]
fn values_that_are_aggregates() {
    let wire = b"%3\r\n\
        +a\r\n*2\r\n:1\r\n:2\r\n\
        +b\r\n*1\r\n:3\r\n\
        +c\r\n*1\r\n%1\r\n+d\r\n~2\r\n:4\r\n:5\r\n";
    let lines = [
        "1# a => ",
        "   1) (integer) 1",
        "   2) (integer) 2",
        "2# b => 1) (integer) 3",
        "3# c => ",
        "   1) 1# d => ",
        "         1~ (integer) 4",
        "         2~ (integer) 5",
    ];
    assert_eq!(printed(Standard, wire), format!("{}\n", lines.join("\n")));
}

#[test]
fn errors_and_keys_in_json() {
    let wire = b"%4\r\n-ERR x\r\n!1\r\ny\r\n#t\r\n_\r\n*1\r\n+a\r\n,inf\r\n=5\r\ntxt:v\r\n$-1\r\n";
    assert_eq!(
        printed(Json, wire),
        "{\"error:\"ERR x\"\":error:\"y\",\"true\":null,\"[\"a\"]\":inf,\"v\":null}\n"
    );
}

#[test]
fn nothing_recurses_on_depth() {
    let mut wire = Vec::new();
    for level in 0..1024 {
        let open: &[u8] = match level % 3 {
            0 => b"*1\r\n",
            1 => b"%1\r\n+k\r\n",
            _ => b"|1\r\n:1\r\n:2\r\n",
        };
        wire.extend_from_slice(open);
    }
    wire.extend_from_slice(b":1\r\n");
    let deep = std::thread::Builder::new().stack_size(128 * 1024).spawn(move || {
        for format in [Standard, Raw, Json] {
            let text = printed(format, &wire);
            assert!(text.trim_end().trim_end_matches([']', '}']).ends_with('1'));
        }
    });
    deep.unwrap().join().unwrap();
}

#[test]
fn invalidations() {
    let pushed = |format: Format, wire: &[u8]| {
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(wire);
        let mut out = Vec::new();
        format.push(decoder.next_frame().unwrap().unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let two = b">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n";
    assert_eq!(pushed(Standard, two), "-> invalidate: 'a', 'b'\n");
    assert_eq!(pushed(Raw, two), "invalidate\na\nb\n");
    let all = b">2\r\n$10\r\ninvalidate\r\n_\r\n";
    assert_eq!(pushed(Standard, all), "1) \"invalidate\"\n2) (nil)\n");
    let other = b">2\r\n$7\r\nmessage\r\n*1\r\n:1\r\n";
    assert_eq!(pushed(Standard, other), "1) \"message\"\n2) 1) (integer) 1\n");
    assert_eq!(pushed(Standard, b">0\r\n"), "(empty push)\n");
}
