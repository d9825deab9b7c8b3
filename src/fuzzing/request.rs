//! `request`: what a client sends is read as redis-server reads it.
//!
//! The requests must be the ones that Redis would run, word for word, and an error must have the
//! text with which Redis would refuse, by a port of its rules (`redis_rules`). Redis judges
//! a line when it is whole and this library as soon as it can, so after an error Redis is given the
//! line up to there, ended.
//!
//! The library is stricter in three documented ways, and only there may Redis go on: the byte
//! behind a CR, the two bytes behind an argument, and a NUL in an inline command. And it bounds a
//! request as a whole, which Redis does not: then Redis must not have refused anything before, the
//! request must be larger than that, and none that is larger may pass. (It is looked at behind the
//! line: a line that is wrong is wrong however long the request is.)
//!
//! The bytes are made of whole requests, of lines over the letters that inline commands turn on, of
//! headers over digits and signs, and of anything.
//!
//! A bug that turns it red: `\x4` taken for an escape, a quote that may be followed by a letter,
//! `$+5`, `*01`, `$-1` as an argument, a CR in an inline command taken for its end, a bound on
//! requests that is off by one or counts those before, too.

use super::Reached;
use super::redis_rules::{self, Bounds, Read, Verdict, Words};
use super::wire::decode;
use crate::error::{ErrorKind, ProtocolError};
use crate::value::Value;
use crate::value::arbitrary::Request;
use crate::{Dialect, Limits};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Result, Unstructured};

/// What inline commands turn on.
const LINE: &[&[u8]] = &[
    b"\"", b"\"", b"\"", b"'", b"'", b"\\", b"\\\\", b"\\\"", b"\\'", b"\\x", b"\\x4", b"\\xg",
    b"\\x4f", b"\\n", b"\\a", b"4", b"f", b"x", b" ", b" ", b"\t", b"\x0b", b"\0", b"\r", b"\n",
    b"\r\n", b"*", b"$", b"GET", b"\xff",
];
/// The letters that headers turn on.
const HEADER: &[u8] = b"*$*$$--+0123456789\r\n\r\r\n\n\0 a:";

struct Input {
    limits: Limits,
    wire: Vec<u8>,
}

fn input(data: &[u8]) -> Result<Input> {
    let mut u = Unstructured::new(data);
    let limits = Limits::new(Dialect::Request);
    let choice = u.int_in_range(0..=11)?;
    let limits = match choice % 3 {
        0 => limits.line(12).blob(20).elements(3),
        _ => limits.line(200).blob(1000).elements(1000),
    };
    let limits = match choice {
        6 | 7 | 10 => limits.frame(u.int_in_range(4..=60)?),
        _ => limits,
    };
    let mut wire = Vec::new();
    while !u.is_empty() && wire.len() < 1000 {
        match u.int_in_range(0..=7)? {
            0..=2 => {
                // Within the default limits, so that it can be written.
                let _ = Request::arbitrary(&mut u)?.encode(&mut wire);
            }
            3 => {
                for _ in 0..u.int_in_range(0..=15)? {
                    wire.extend_from_slice(u.choose(LINE)?);
                }
                wire.extend_from_slice(b"\r\n");
            }
            4 => {
                for _ in 0..u.int_in_range(0..=6)? {
                    wire.push(*u.choose(HEADER)?);
                }
            }
            5 => {
                let marker = *u.choose(b"*$")?;
                let number = u.int_in_range(-3i64..=30)?;
                wire.extend_from_slice(format!("{}{number}\r\n", marker as char).as_bytes());
            }
            6 => wire.extend_from_slice(u.choose(&[
                &b"*1\r\n"[..],
                b"*2\r\n$1\r\n",
                b"$4\r\nPING\r\n",
                b"\r\n",
                b"*2147483648\r\n",
                b"*-9223372036854775809\r\n",
                b"*1\r\n$18446744073709551616\r\n",
                b"word \"",
            ])?),
            _ => {
                let length = u.int_in_range(0..=7)?;
                wire.extend_from_slice(u.bytes(length.min(u.len()))?);
            }
        }
    }
    Ok(Input { limits, wire })
}

/// The target.
pub fn run(data: &[u8]) {
    let Ok(Input { limits, wire }) = input(data) else { return };
    let bounds = Bounds {
        line: limits.line,
        blob: limits.blob as i64,
        elements: limits.elements as i64,
        frame: usize::try_from(limits.frame).unwrap_or(usize::MAX),
    };
    let (frames, end, ..) = decode(Dialect::Request, limits, core::iter::once(&wire[..]));
    let requests: Vec<Words> = frames.iter().map(words).filter(|words| !words.is_empty()).collect();
    let shown = || wire.escape_ascii().to_string();
    let whole = redis_rules::run(&wire, bounds);
    let Err(error) = end else {
        assert_eq!(requests, whole.requests, "{}", shown());
        let left = wire.len() - whole.taken;
        assert!(
            left <= bounds.frame || begins_within(&wire, whole.taken, wire.len(), bounds.frame),
            "{}",
            shown()
        );
        // What Redis waits for, hidden by a NUL, may be refused here once the line is whole. So may a
        // full line at its CR: which, hidden, is to Redis a byte too many.
        let line = line_before(&wire, wire.len());
        let full = line.ends_with(b"\r") && line.len() == 1 + bounds.line + 1 && line.contains(&0);
        let allowed = match &whole.verdict {
            Verdict::Waits | Verdict::Hidden => true,
            verdict => full && is_too_long(verdict),
        };
        assert!(allowed, "{:?}: {}", whole.verdict, shown());
        return;
    };
    let at = error.offset as usize;
    if error.kind == ErrorKind::FrameTooLong {
        // What comes before it is right, and is all that comes before it; and so is its own line,
        // which is judged first. (Of a line that has not begun only the place counts.)
        let before = redis_rules::run(&wire[..at], bounds);
        assert_eq!((&requests, before.verdict), (&before.requests, Verdict::Waits), "{}", shown());
        assert!(is_over(&wire, before.taken, at, bounds.frame), "{error:?}: {}", shown());
        if !line_before(&wire, at).is_empty() {
            let end = wire[at..].iter().position(|byte| *byte == b'\n').map(|lf| at + lf + 1);
            let Some(end) = end else { panic!("half a line: {error:?}: {}", shown()) };
            let unbounded = Bounds { frame: usize::MAX, ..bounds };
            let verdict = redis_rules::run(&wire[..end], unbounded).verdict;
            assert_eq!(verdict, Verdict::Waits, "{error:?}: {}", shown());
        }
        return;
    }
    if stricter(&error, &wire) {
        assert!(whole.requests.starts_with(&requests), "{whole:?} {requests:?}: {}", shown());
        return;
    }
    // The line in which the error is, up to its end or to the next thing that might be one.
    let rest = &wire[at + 1..];
    let end = match error.kind {
        // Told at once, while to Redis an LF is a byte of a line that goes on.
        ErrorKind::BareLf => 0,
        _ => {
            let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n' | 0));
            end.unwrap_or(rest.len())
        }
    };
    let line = [&wire[..at + 1 + end], b"\r\n"].concat();
    let Read { requests: expected, taken, verdict } = redis_rules::run(&line, bounds);
    assert_eq!(requests, expected, "{error:?}: {}", shown());
    assert!(begins_within(&wire, taken, at, bounds.frame), "{error:?}: {}", shown());
    // Behind a NUL Redis finds no end of the line, until the line is too long.
    if wire[at] == 0 {
        let hidden = is_too_long(&verdict) || verdict == Verdict::Hidden;
        assert!(hidden, "{verdict:?}: {}", shown());
        return;
    }
    if error.kind == ErrorKind::BareLf && line_before(&wire, at).len() == bounds.line + 1 {
        // Redis counts the LF, for which a line as long as the limit has no room.
        assert!(is_too_long(&verdict), "{verdict:?}: {}", shown());
        return;
    }
    let text = error.redis_text().to_string();
    assert_eq!(verdict, Verdict::Refuses(text), "{error:?}: {}", shown());
}

/// Whether Redis refuses a line for its length.
fn is_too_long(verdict: &Verdict) -> bool {
    const TEXTS: [&str; 3] = [
        "Protocol error: too big inline request",
        "Protocol error: too big mbulk count string",
        "Protocol error: too big bulk count string",
    ];
    matches!(verdict, Verdict::Refuses(text) if TEXTS.contains(&&text[..]))
}

/// Whether the line in which `at` is begins within the bytes that a request may have, whose first is
/// at `start`. How long a request is, is looked at behind each line and before the next.
fn begins_within(wire: &[u8], start: usize, at: usize, limit: usize) -> bool {
    at - line_before(wire, at).len() < start + limit
}

/// Whether a request that begins at `start` has more than `limit` bytes, and `at` is where that is
/// known: its first byte too many or, if that was announced, the length of the argument.
fn is_over(wire: &[u8], start: usize, at: usize, limit: usize) -> bool {
    if at == start + limit {
        return true;
    }
    let length = &wire[at..];
    let Some(end) = length.iter().position(|byte| *byte == b'\r') else { return false };
    let announced: Option<usize> =
        core::str::from_utf8(&length[..end]).ok().and_then(|digits| digits.parse().ok());
    at > start
        && at < start + limit
        && wire[at - 1] == b'$'
        && announced.is_some_and(|announced| at + end + 2 + announced + 2 > start + limit)
}

/// What is before a place in its line, the marker too.
fn line_before(wire: &[u8], at: usize) -> &[u8] {
    let before = &wire[..at];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |lf| lf + 1);
    &before[start..]
}

/// Whether the error is one of the three that Redis does not know. Each is looked up in the bytes.
fn stricter(error: &ProtocolError, wire: &[u8]) -> bool {
    let at = error.offset as usize;
    match error.kind {
        ErrorKind::BareCr => {
            assert!(at > 0 && wire[at - 1] == b'\r' && wire[at] != b'\n');
            true
        }
        ErrorKind::BlobNotTerminated => {
            assert!(wire[at] != b'\r' || wire[at - 1] != b'\n', "a terminator");
            true
        }
        ErrorKind::NulInInline => {
            assert_eq!(wire[at], 0);
            true
        }
        // A line with a NUL in it is hidden as a whole, whatever else is wrong with it.
        ErrorKind::UnbalancedQuotes => {
            let end = wire[at..].iter().position(|byte| *byte == b'\n').unwrap_or(0);
            line_before(wire, at).contains(&0) || wire[at..at + end].contains(&0)
        }
        _ => false,
    }
}

fn words(frame: &Value) -> Words {
    match frame {
        Value::Inline(words) => words.clone(),
        Value::Array(items) => items
            .iter()
            .map(|item| match item {
                Value::BulkString(bytes) => bytes.clone(),
                other => panic!("{other:?} in a request"),
            })
            .collect(),
        Value::Null(_) => Words::new(),
        other => panic!("{other:?} is no request"),
    }
}

/// How many requests of which form, and how it ends.
pub(super) fn reaches(data: &[u8]) -> Reached {
    let Ok(Input { limits, wire }) = input(data) else { return Reached::new() };
    let (frames, end, ..) = decode(Dialect::Request, limits, core::iter::once(&wire[..]));
    let mut reached: Reached = frames
        .iter()
        .map(|frame| {
            let form = match frame {
                Value::Inline(_) => "inline",
                Value::Null(_) => "null",
                _ => "array",
            };
            format!("{form}-{}", words(frame).len().min(3))
        })
        .collect();
    if let Err(error) = end {
        reached.insert(format!("error-{:?}-{:?}", error.kind, error.state));
    }
    reached
}
