//! Views of what is cut, broken, missing and large.

use super::{PART, Seen, View};
use crate::Dialect;

const LARGEST: usize = 64;

/// What is seen of pieces, each with the stream offset at which it begins.
fn seen_at(dialect: Dialect, pieces: &[(u64, &[u8])], end: u64) -> Vec<String> {
    let mut view = View::new(dialect, LARGEST);
    let mut seen = Vec::new();
    let mut see = |what: Seen<'_>| {
        seen.push(match what {
            Seen::Frame(frame) => format!("{frame:?}"),
            Seen::Large { offset, bytes } => format!("large {bytes} at {offset}"),
            Seen::Lost(error) => format!("lost at {} {:?}", error.offset, error.kind),
            Seen::Missing { offset, bytes } => format!("missing {bytes} at {offset}"),
            Seen::Found { offset, bytes } => format!("found at {offset} behind {bytes}"),
            Seen::Incomplete(end) => format!("incomplete at {}", end.offset),
            Seen::PassedOver { bytes } => format!("passed over {bytes}"),
        });
    };
    for (offset, piece) in pieces {
        view.feed(*offset, piece, &mut see);
        assert!(view.bytes.len() <= LARGEST + piece.len(), "{}", view.bytes.len());
    }
    view.finish(end, &mut see);
    seen
}

/// The same, of pieces that follow one another.
fn seen(dialect: Dialect, pieces: &[&[u8]]) -> Vec<String> {
    let mut end = 0;
    let mut placed = Vec::new();
    for piece in pieces {
        placed.push((end, *piece));
        end += piece.len() as u64;
    }
    seen_at(dialect, &placed, end)
}

#[test]
fn frames_however_they_are_cut() {
    let wire = b"+OK\r\n*2\r\n:1\r\n>1\r\n+p\r\n$3\r\nabc\r\n|1\r\n+a\r\n:1\r\n_\r\n";
    let expected = [r#"+"OK""#, r#">(+"p")"#, r#"[1, "abc"]"#, r#"|{+"a": 1} null"#];
    for size in 1..wire.len() {
        let pieces: Vec<&[u8]> = wire.chunks(size).collect();
        assert_eq!(seen(Dialect::Resp3, &pieces), expected, "{size}");
    }
}

#[test]
fn goes_on_at_the_next_piece() {
    let pieces: [&[u8]; 5] =
        [b":1\r\n?junk\r\n:2\r\n", b"more junk", b":x\r\n", b":3\r", b"\n:4\r\n"];
    assert_eq!(
        seen(Dialect::Resp3, &pieces),
        ["1", "lost at 4 UnknownType", "found at 28 behind 24", "3", "4"]
    );
    assert_eq!(seen(Dialect::Resp3, &[b"?", b"junk"]), ["lost at 0 UnknownType", "passed over 5"]);
    // A fault at which the frame before it should have ended: the read itself may begin with one.
    assert_eq!(
        seen(Dialect::Resp3, &[b"$3\r\nabc", b"+OK\r\n", b":1\r\n"]),
        ["lost at 7 BlobNotTerminated", "found at 7 behind 7", "+\"OK\"", "1"]
    );
    // Offsets are those of the stream, not of what was found.
    assert_eq!(
        seen(Dialect::Resp3, &[b"?junk", b":1\r\n", b"!x\r\n"]),
        [
            "lost at 0 UnknownType",
            "found at 5 behind 5",
            "1",
            "lost at 10 InvalidLength",
            "passed over 4"
        ]
    );
    assert_eq!(
        seen(Dialect::Resp3, &[b"?junk", b":1\r\n:2"]),
        ["lost at 0 UnknownType", "found at 5 behind 5", "1", "incomplete at 11"]
    );
}

#[test]
fn a_frame_that_is_not_believed() {
    // Behind a fault, what looks like the beginning of a huge frame is most likely none.
    let pieces: [&[u8]; 5] = [b"?", b"$999999\r\n", &[b'x'; 80], b":1\r\n", b":2\r\n"];
    assert_eq!(
        seen(Dialect::Resp3, &pieces),
        ["lost at 0 UnknownType", "found at 90 behind 90", "1", "2"]
    );
}

#[test]
fn gaps() {
    let missing = [(0, &b":1\r\n$5\r\nab"[..]), (13, b"x\r\n:2\r\n"), (20, b":3\r\n")];
    assert_eq!(
        seen_at(Dialect::Resp3, &missing, 24),
        ["1", "missing 3 at 10", "found at 20 behind 16", "3"]
    );
    assert_eq!(
        seen_at(Dialect::Resp3, &[(0, b":1\r\n"), (8, b":3\r\n")], 12),
        ["1", "missing 4 at 4", "found at 8 behind 4", "3"]
    );
    assert_eq!(
        seen_at(Dialect::Resp3, &[(0, b":1\r\n")], 12),
        ["1", "missing 8 at 4", "passed over 8"]
    );
    assert_eq!(seen_at(Dialect::Resp3, &[], 0), [""; 0]);
}

#[test]
fn large_frames_are_passed_over_in_step() {
    let size = 3 * PART as usize;
    let mut wire = format!("*2\r\n${size}\r\n").into_bytes();
    wire.extend(vec![b'\r'; size]);
    wire.extend_from_slice(b"\r\n$1\r\nx\r\n+OK\r\n");
    wire.extend_from_slice(
        &b"*40\r\n".iter().chain(&b":1\r\n".repeat(40)).copied().collect::<Vec<_>>(),
    );
    wire.extend_from_slice(b"+OK\r\n");
    let large = 4 + 3 + 5 + size + 2 + 7;
    let expected = [
        format!("large {large} at 0"),
        "+\"OK\"".into(),
        format!("large 165 at {}", large + 5),
        "+\"OK\"".into(),
    ];
    for piece in [1, 7, 1000, 50_000] {
        let pieces: Vec<&[u8]> = wire.chunks(piece).collect();
        assert_eq!(seen(Dialect::Resp3, &pieces), expected, "{piece}");
    }
}

#[test]
fn requests_of_both_forms() {
    assert_eq!(
        seen(
            Dialect::Request,
            &[b"PING\r\n*1\r\n$4\r\nPI", b"NG\r\nECHO 'a", b" b'\n*x\r\n", b"PING\n"]
        ),
        [
            "`PING`",
            r#"["PING"]"#,
            "`ECHO \\'a b\\'`",
            "lost at 32 InvalidCount",
            "found at 35 behind 4",
            "`PING`"
        ]
    );
}
