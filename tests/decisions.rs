//! Every decision about input on which implementations differ: one row each, with its offset.
//!
//! The reference decoder and the machine agree on all of this (`oracle.rs`), but they were written
//! from the same list; here the list itself is written out, so that a change of mind has to change
//! a line that says what it is. Each row is tried whole and one byte at a time.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::reference::End;
use common::{by_bytes, run, whole};
use resp_machine::Dialect::{self, Request, Resp2, Resp3};
use resp_machine::ErrorKind as K;
use resp_machine::Limits;
use resp_machine::error::{Expected, Found};
use resp_machine::frame::Parser;
use resp_machine::machine::Machine;

/// Accepted: what the frames print as. Refused: kind and offset. Neither: more is needed.
enum Verdict {
    Is(&'static str),
    Bad(K, u64),
    More,
}

use Verdict::{Bad, Is, More};

fn check(rows: &[(Dialect, &[u8], Verdict)]) {
    for (dialect, input, verdict) in rows {
        let outcome = whole(*dialect, input);
        assert_eq!(outcome, by_bytes(*dialect, input), "{}", input.escape_ascii());
        let shown: Vec<String> = outcome.frames.iter().map(|frame| format!("{frame:?}")).collect();
        let name = input.escape_ascii();
        match verdict {
            Is(frames) => {
                assert_eq!(
                    (shown.join(" "), outcome.end()),
                    (frames.to_string(), End::Clean),
                    "{name}"
                );
            }
            Bad(kind, offset) => assert_eq!(outcome.end(), End::Error(*kind, *offset), "{name}"),
            More => assert_eq!(outcome.end(), End::NeedMore, "{name}"),
        }
    }
}

#[test]
fn lengths_and_counts_have_one_spelling() {
    check(&[
        (Resp3, b"$05\r\nhello\r\n", Bad(K::InvalidLength, 2)),
        (Resp3, b"$00\r\n\r\n", Bad(K::InvalidLength, 2)),
        (Resp3, b"$+5\r\nhello\r\n", Bad(K::InvalidLength, 1)),
        (Resp3, b"$-0\r\n\r\n", Bad(K::InvalidLength, 2)),
        (Resp3, b"$-2\r\n", Bad(K::InvalidLength, 2)),
        (Resp3, b"$-10\r\n", Bad(K::InvalidLength, 3)),
        (Resp3, b"*+1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"*-2\r\n", Bad(K::InvalidCount, 2)),
        (Resp3, b"*01\r\n", Bad(K::InvalidCount, 2)),
        (Resp3, b"* 1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"*1 \r\n", Bad(K::InvalidCount, 2)),
        (Resp3, b"*\r\n:1\r\n:2\r\n:3\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"$\r\n", Bad(K::InvalidLength, 1)),
        (Request, b"*2\r\n$4\r\nECHO\r\n$05\r\n", Bad(K::InvalidLength, 16)),
    ]);
}

#[test]
fn values_have_any_spelling() {
    check(&[
        (Resp2, b":+5\r\n:-0\r\n:007\r\n:-007\r\n", Is("5 0 7 -7")),
        (Resp3, b"(+5\r\n(-0\r\n(007\r\n", Is("(+5 (-0 (007")),
        (Resp3, b",+1.5\r\n,01\r\n,1e5\r\n,1E-5\r\n,1\r\n", Is(",1.5 ,1.0 ,100000.0 ,1e-5 ,1.0")),
        (Resp3, b",inf\r\n,-inf\r\n,nan\r\n,-nan\r\n", Is(",inf ,-inf ,NaN ,NaN")),
        (Resp3, b",NAN\r\n,nan()\r\n,nan(0x_1)\r\n", Is(",NaN ,NaN ,NaN")),
        (Resp3, b",1e400\r\n,-1e400\r\n,1e-400\r\n", Is(",inf ,-inf ,0.0")),
        (Resp3, b",+inf\r\n", Bad(K::InvalidDouble, 2)),
        (Resp3, b",INF\r\n", Bad(K::InvalidDouble, 1)),
        (Resp3, b",Inf\r\n", Bad(K::InvalidDouble, 1)),
        (Resp3, b",NaN\r\n", Bad(K::InvalidDouble, 2)),
        (Resp3, b",infinity\r\n", Bad(K::InvalidDouble, 4)),
        (Resp3, b",.5\r\n", Bad(K::InvalidDouble, 1)),
        (Resp3, b",5.\r\n", Bad(K::InvalidDouble, 3)),
        (Resp3, b",1e\r\n", Bad(K::InvalidDouble, 3)),
        (Resp3, b",\r\n", Bad(K::InvalidDouble, 1)),
        (Resp2, b":\r\n", Bad(K::InvalidInteger, 1)),
        (Resp2, b":+\r\n", Bad(K::InvalidInteger, 2)),
        (Resp2, b":9223372036854775807\r\n", Is("9223372036854775807")),
        (Resp2, b":9223372036854775808\r\n", Bad(K::IntegerOutOfRange, 1)),
        (Resp2, b":-9223372036854775808\r\n", Is("-9223372036854775808")),
        (Resp2, b":-9223372036854775809\r\n", Bad(K::IntegerOutOfRange, 1)),
        (Resp3, b"(12.5\r\n", Bad(K::InvalidBigNumber, 3)),
        (Resp3, b"#T\r\n", Bad(K::InvalidBoolean, 1)),
        (Resp3, b"#true\r\n", Bad(K::InvalidBoolean, 2)),
        (Resp3, b"_ \r\n", Bad(K::InvalidNull, 1)),
        (Resp3, b"+\r\n-\r\n$0\r\n\r\n", Is("+\"\" -\"\" \"\"")),
    ]);
}

#[test]
fn lines_end_with_crlf_and_are_judged_when_whole() {
    check(&[
        (Resp3, b"+OK\n", Bad(K::BareLf, 3)),
        (Resp3, b":1\n", Bad(K::BareLf, 2)),
        (Resp3, b"*1\n", Bad(K::BareLf, 2)),
        (Resp3, b"+O\rK\r\n", Bad(K::BareCr, 3)),
        (Resp3, b"+OK\r\r\n", Bad(K::BareCr, 4)),
        (Resp3, b":x", More),
        (Resp3, b":x\r", More),
        (Resp3, b":x\r1", Bad(K::InvalidInteger, 1)),
        (Resp3, b"*x\n", Bad(K::InvalidCount, 1)),
        (Request, b"PING\n", Is("inline (\"PING\")")),
    ]);
}

#[test]
fn the_crlf_behind_a_body_is_checked_at_once() {
    check(&[
        (Resp3, b"$3\r\nabcX", Bad(K::BlobNotTerminated, 7)),
        (Resp3, b"$3\r\nabc\rX", Bad(K::BlobNotTerminated, 8)),
        (Resp3, b"$3\r\nabc\n", Bad(K::BlobNotTerminated, 7)),
        (Resp3, b"$0\r\n:", Bad(K::BlobNotTerminated, 4)),
        (Resp3, b"$?\r\n;1\r\naX", Bad(K::BlobNotTerminated, 9)),
        (Request, b"*1\r\n$4\r\nPINGXX", Bad(K::BlobNotTerminated, 12)),
        (Resp3, b"=4\r\nabcd", Bad(K::VerbatimFormat, 7)),
        (Resp3, b"=9\r\ntext", Bad(K::VerbatimFormat, 7)),
        (Resp3, b"=3\r\nabc\r\n", Bad(K::VerbatimTooShort, 1)),
        (Resp3, b"=0\r\n", Bad(K::VerbatimTooShort, 1)),
        (Resp3, b"=5\r\n\r\n\xff:x\r\n", Is("=\\r\\n\\xff\"x\"")),
    ]);
}

#[test]
fn nulls_and_streams_belong_to_their_types() {
    check(&[
        (Resp3, b"*3\r\n$-1\r\n*-1\r\n_\r\n", Is("[null$, null*, null]")),
        (Resp2, b"*2\r\n$-1\r\n*-1\r\n", Is("[null$, null*]")),
        (Resp2, b"_\r\n", Bad(K::Resp3Type, 0)),
        (Resp3, b"%-1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"~-1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b">-1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"|-1\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"=-1\r\n", Bad(K::InvalidLength, 1)),
        (Resp3, b"!-1\r\n", Bad(K::InvalidLength, 1)),
        (Resp3, b"|?\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b">?\r\n", Bad(K::InvalidCount, 1)),
        (Resp3, b"=?\r\n", Bad(K::InvalidLength, 1)),
        (Resp3, b"!?\r\n", Bad(K::InvalidLength, 1)),
        (Resp2, b"*?\r\n", Bad(K::InvalidCount, 1)),
        (Resp2, b"$?\r\n", Bad(K::InvalidLength, 1)),
        (Resp3, b"*??\r\n", Bad(K::InvalidCount, 2)),
        (Resp3, b"%?\r\n+k\r\n.\r\n", Bad(K::OddMap, 8)),
        (Resp3, b".\r\n", Bad(K::OutOfPlace, 0)),
        (Resp3, b"*1\r\n.\r\n", Bad(K::OutOfPlace, 4)),
        (Resp3, b"*?\r\n;1\r\n", Bad(K::OutOfPlace, 4)),
        (Resp3, b"$?\r\n+a\r\n", Bad(K::OutOfPlace, 4)),
        (Resp3, b"*?\r\n.x\r\n", Bad(K::InvalidStreamEnd, 5)),
        (Resp3, b"*?\r\n|0\r\n.\r\n", Bad(K::AttributeWithoutValue, 8)),
    ]);
}

#[test]
fn pushes_interrupt_and_attributes_describe() {
    check(&[
        (Resp3, b">0\r\n", Is(">()")),
        (Resp3, b">1\r\n:1\r\n", Is(">(1)")),
        (Resp3, b"|0\r\n>1\r\n+x\r\n", Is("|{} >(+\"x\")")),
        (Resp3, b"*2\r\n:1\r\n>1\r\n+x\r\n:2\r\n", Is(">(+\"x\") [1, 2]")),
        (Resp3, b"*1\r\n|0\r\n>1\r\n+x\r\n:1\r\n", Is(">(+\"x\") [|{} 1]")),
        (Resp3, b"%1\r\n+k\r\n>0\r\n>0\r\n+v\r\n", Is(">() >() {+\"k\": +\"v\"}")),
        (Resp3, b"*1\r\n>1\r\n", More),
        (Resp3, b">1\r\n>0\r\n", Bad(K::PushInsidePush, 4)),
        (Resp3, b">1\r\n*1\r\n>0\r\n", Bad(K::PushInsidePush, 8)),
        (Resp3, b">1\r\n|0\r\n>0\r\n", Bad(K::PushInsidePush, 8)),
        (Resp2, b">0\r\n", Bad(K::Resp3Type, 0)),
        (Resp3, b"|1\r\n+k\r\n+v\r\n", More),
    ]);
}

#[test]
fn requests_are_read_as_redis_reads_them() {
    check(&[
        (Request, b"*-1\r\n", Is("null*")),
        (Request, b"*-2\r\n*-9223372036854775808\r\n*0\r\n", Is("[] [] []")),
        (Request, b"*-0\r\n", Bad(K::InvalidCount, 2)),
        (Request, b"*-\r\n", Bad(K::InvalidCount, 2)),
        (Request, b"*-9223372036854775809\r\n", Bad(K::InvalidCount, 1)),
        (Request, b"*?\r\n", Bad(K::InvalidCount, 1)),
        (Request, b"*1\r\n$-1\r\n", Bad(K::InvalidLength, 5)),
        (Request, b"*1\r\n$?\r\n", Bad(K::InvalidLength, 5)),
        (Request, b"*1\r\n*1\r\n", Bad(K::ExpectedBulkString, 4)),
        (Request, b"*1\r\nfoo\r\n", Bad(K::ExpectedBulkString, 4)),
        (Request, b"$4\r\nPING\r\n", Is("inline (\"$4\") inline (\"PING\")")),
        (Request, b"\r\n\n", Is("inline () inline ()")),
        (Request, b"a\0b\r\n", Bad(K::NulInInline, 1)),
        (Request, b"\"a\"\0\r\n", Bad(K::NulInInline, 3)),
        (Request, b"a\0", More),
        (Request, b"ECHO \"a\"b\r\n", Bad(K::UnbalancedQuotes, 8)),
        (Request, b"ECHO 'a\r\n", Bad(K::UnbalancedQuotes, 8)),
    ]);
}

#[test]
fn limits_are_told_at_the_number_the_byte_or_the_type() {
    check(&[
        (Resp3, b"$536870912\r\n", More),
        (Resp3, b"$536870913\r\n", Bad(K::BlobTooLong, 1)),
        (Resp3, b"$18446744073709551616\r\n", Bad(K::BlobTooLong, 1)),
        (Resp3, b"*4294967295\r\n", More),
        (Resp3, b"*4294967296\r\n", Bad(K::TooManyElements, 1)),
        (Request, b"*2147483647\r\n", More),
        (Request, b"*2147483648\r\n", Bad(K::TooManyElements, 1)),
    ]);
    for marker in [b'+', b'-', b':', b',', b'(', b'$', b'*'] {
        let line = |length: usize| [&[marker][..], &b"1".repeat(length)].concat();
        assert_eq!(whole(Resp3, &line(65_536)).end(), End::NeedMore);
        assert_eq!(whole(Resp3, &line(65_537)).end(), End::Error(K::LineTooLong, 65_537));
    }
    let inline = |length: usize| [&b"a".repeat(length)[..], b"\r\n"].concat();
    assert_eq!(whole(Request, &inline(65_536)).end(), End::Clean);
    assert_eq!(whole(Request, &inline(65_537)).end(), End::Error(K::LineTooLong, 65_536));
    for header in ["*1\r\n", "%1\r\n", "~1\r\n", "*?\r\n", "|0\r\n"] {
        let deep = |levels: usize| header.repeat(levels) + ":1\r\n";
        let end = whole(Resp3, deep(1024).as_bytes()).end();
        assert!(!matches!(end, End::Error(..)), "{header:?} {end:?}");
        let over = (1024 * header.len()) as u64;
        assert_eq!(whole(Resp3, deep(1025).as_bytes()).end(), End::Error(K::TooDeep, over));
    }
}

/// The limit on whole frames: at the number of a blob, or at the byte that is over.
#[test]
fn a_frame_has_a_limit_of_its_own() {
    let cases: [(&[u8], End); 10] = [
        (b"*2\r\n:1\r\n:2\r\n", End::Clean),
        (b"+12345678\r\n:1\r\n", End::Clean),
        (b":1\r\n:1\r\n+1234567890\r\n", End::Error(K::FrameTooLong, 20)),
        (b"+123456789012\r\n", End::Error(K::FrameTooLong, 12)),
        (b"*2\r\n:1\r\n:22\r\n", End::Error(K::FrameTooLong, 12)),
        (b"$5\r\n12345\r\n", End::Clean),
        (b"$6\r\n123456\r\n", End::Clean),
        (b"$9\r\n", End::Error(K::FrameTooLong, 1)),
        (b"*3\r\n:1\r\n:2\r\n:", End::Error(K::FrameTooLong, 12)),
        (b":1\r\n*?\r\n:1\r\n:2\r\n.", End::Error(K::FrameTooLong, 16)),
    ];
    for (input, end) in cases {
        let limits = Limits::new(Resp3).frame(12);
        let outcome = run(Resp3, limits, [input]);
        assert_eq!(outcome.end(), end, "{}", input.escape_ascii());
        assert_eq!(run(Resp3, limits, input.chunks(1)), outcome, "{}", input.escape_ascii());
        for at in 1..input.len() {
            let pieces = run(Resp3, limits, [&input[..at], &input[at..]]);
            assert_eq!(pieces, outcome, "{} cut at {at}", input.escape_ascii());
        }
        let mut machine = Machine::with_limits(Resp3, limits);
        let mut feed = machine.feed(input);
        while let Ok(Some(_)) = feed.next_token() {}
        let error = machine.error().map(|error| End::Error(error.kind, error.offset));
        assert_eq!(error.unwrap_or(End::Clean), end, "{}", input.escape_ascii());
    }
}

/// What the refusal of one element too many says: of a map the limit is that of its pairs.
#[test]
fn what_is_one_too_many_is_told_with_the_limit() {
    let limits = Limits::new(Resp3).elements(2);
    let streams: [(&[u8], Found); 4] = [
        (b"*?\r\n:1\r\n:2\r\n:3\r\n", Found::Byte(b':')),
        (b"~?\r\n:1\r\n:2\r\n:3\r\n", Found::Byte(b':')),
        (b"%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", Found::Byte(b':')),
        (b"$?\r\n;1\r\na\r\n;1\r\nb\r\n;1\r\nc\r\n", Found::Number(3)),
    ];
    for (wire, found) in streams {
        let mut parser = Parser::with_limits(Resp3, limits);
        let error = parser.parse(wire).expect_err("too many");
        assert_eq!((error.kind, error.expected), (K::TooManyElements, Expected::AtMost(2)));
        assert_eq!(error.found, found, "{}", wire.escape_ascii());
    }
    // The array of a request is one level.
    let mut parser = Parser::with_limits(Request, Limits::new(Request).depth(0));
    let error = parser.parse(b"*1\r\n").expect_err("too deep");
    assert_eq!((error.kind, error.expected, error.offset), (K::TooDeep, Expected::Depth(0), 0));
}

/// A line of as many bytes as the limit is read, however it ends and is cut; of one more it is
/// refused at the byte that is over, as soon as that is there.
#[test]
fn a_line_has_its_limit_however_it_ends() {
    const LIMIT: usize = 8;
    let starts =
        [(Resp3, "+"), (Resp3, "-"), (Resp3, ":"), (Resp3, ","), (Resp3, "("), (Request, "")];
    for (dialect, marker) in starts {
        let ends: &[&str] = if dialect == Request { &["\n", "\r\n"] } else { &["\r\n"] };
        for end in ends {
            for length in LIMIT - 1..LIMIT + 3 {
                let wire = format!("{marker}{}{end}", "7".repeat(length));
                let over = (marker.len() + LIMIT) as u64;
                for shown in 1..=wire.len() {
                    let expected = if length > LIMIT && shown as u64 > over {
                        End::Error(K::LineTooLong, over)
                    } else if shown == wire.len() {
                        End::Clean
                    } else {
                        End::NeedMore
                    };
                    let limits = Limits::new(dialect).line(LIMIT);
                    let input = &wire.as_bytes()[..shown];
                    let ways = (1..=shown).map(|at| vec![&input[..at], &input[at..]]);
                    for pieces in ways.chain([input.chunks(1).collect()]) {
                        let seen = run(dialect, limits, pieces.iter().copied());
                        assert_eq!(seen.end(), expected, "{pieces:?}");
                    }
                }
            }
        }
    }
}

/// What only RESP3 has is refused by RESP2 at its marker, whole or not.
#[test]
fn resp2_has_no_type_of_resp3() {
    let wires = [
        "_\r\n",
        "#t\r\n",
        ",1\r\n",
        "(1\r\n",
        "!1\r\na\r\n",
        "=5\r\ntxt:a\r\n",
        "%0\r\n",
        "~0\r\n",
        ">0\r\n",
        "|0\r\n:1\r\n",
    ];
    for wire in wires {
        assert_eq!(whole(Resp3, wire.as_bytes()).end(), End::Clean, "{wire}");
        assert_eq!(whole(Resp2, wire.as_bytes()).end(), End::Error(K::Resp3Type, 0), "{wire}");
        assert_eq!(by_bytes(Resp2, wire.as_bytes()).end(), End::Error(K::Resp3Type, 0), "{wire}");
    }
}
