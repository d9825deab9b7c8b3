//! Every vector, cut every way that two pieces allow.
//!
//! A parser that is right on whole buffers and wrong on pieces passes every test that feeds whole
//! buffers; so each vector is decoded whole, one byte at a time, and cut in two at every byte (at
//! a thousand seeded places where it is longer than 4 KiB), and each time must give the same
//! frames, the same error with the same offset and state, and the same number of bytes read.
//!
//! What it must give is in the vectors: `frames` for what is valid, a verdict for what is not.
//! Where the documents leave a decision open, the decision is in the table `DECISIONS`, by the
//! vector's id, and a vector with no row there fails the suite.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::vectors::{self, Vector};
use common::{Outcome, Rng, by_bytes, run, whole};
use resp_machine::encode::Encoder;
use resp_machine::{Decoder, Dialect, ErrorKind, Limits};

/// How many cuts an input gets at least if it is too long for all of them.
const SEEDED_CUTS: usize = 1000;
const EVERY_CUT: usize = 4096;

fn cuts(wire: &[u8]) -> Vec<usize> {
    if wire.len() <= EVERY_CUT {
        return (1..wire.len()).collect();
    }
    let mut rng = Rng::new(wire.len() as u64);
    // Both ends always: that is where headers and terminators are.
    let edges = (1..64).chain(wire.len() - 64..wire.len());
    edges.chain((0..SEEDED_CUTS).map(|_| 1 + rng.below(wire.len() - 1))).collect()
}

/// The outcome of the whole, once every cut has been seen to give the same.
fn under_every_cut(vector: &Vector, dialect: Dialect, count: &mut usize) -> Outcome {
    let wire = &vector.wire;
    let expected = whole(dialect, wire);
    let bytewise = by_bytes(dialect, wire);
    assert_eq!(bytewise, expected, "{} one byte at a time, {dialect:?}", vector.id);
    for at in cuts(wire) {
        let (head, tail) = wire.split_at(at);
        let pieces = run(dialect, Limits::new(dialect), [head, tail]);
        assert_eq!(pieces, expected, "{} cut at {at}, {dialect:?}", vector.id);
        *count += 1;
    }
    expected
}

fn check_frames(vector: &Vector, outcome: &Outcome, frames: &[serde_json::Value]) {
    assert_eq!(outcome.frames.len(), frames.len(), "{}: {outcome:?}", vector.id);
    for (value, json) in outcome.frames.iter().zip(frames) {
        assert!(vectors::same(value, json), "{}: {value:?} is not {json}", vector.id);
    }
}

/// Frames written again give the bytes that were read, but for what frames do not keep.
fn check_encoding(vector: &Vector, dialect: Dialect, frames: &[serde_json::Value]) {
    let mut decoder = Decoder::new(dialect);
    decoder.feed(&vector.wire);
    let mut encoder = Encoder::new();
    let mut wire = Vec::new();
    let mut index = 0;
    while let Some(frame) = decoder.next_frame().expect("a valid vector") {
        let json = &frames[index];
        assert!(vectors::same_spelling(frame, json), "{}: {frame:?} spells {json}", vector.id);
        encoder.frame(&mut wire, frame).expect("what was read can be written");
        index += 1;
    }
    if !vectors::spelled_integer(&vector.json["frames"]) {
        assert!(
            vector.json["frames"].to_string().contains("\"inline\"") || wire == vector.wire,
            "{}: {:?}",
            vector.id,
            wire.escape_ascii().to_string()
        );
    }
}

#[test]
fn valid_vectors_give_their_frames_under_every_cut() {
    common::on_large_stack(|| {
        let (mut tried, mut cut) = (0, 0);
        for vector in vectors::valid() {
            let frames = vector.frames().expect("frames").clone();
            for &dialect in &vector.dialects {
                let outcome = under_every_cut(&vector, dialect, &mut cut);
                assert_eq!(outcome.end, Ok(Ok(())), "{} {dialect:?}", vector.id);
                assert_eq!(outcome.offset, vector.wire.len() as u64, "{}", vector.id);
                check_frames(&vector, &outcome, &frames);
                check_encoding(&vector, dialect, &frames);
                tried += 1;
            }
        }
        println!("{tried} valid vectors and dialects, {cut} cuts");
        assert!(tried > 900 && cut > 100_000);
    });
}

/// What the project decides where the documents do not.
enum Verdict {
    /// Accepted, with the frames that the vector gives.
    Accept,
    /// Accepted, in so many frames (the vector gives none).
    AcceptAs(&'static [&'static str]),
    NeedMore,
    Error(ErrorKind, u64),
}

use ErrorKind as K;
use Verdict::{Accept, AcceptAs, Error, NeedMore};

const DECISIONS: &[(&str, Verdict)] = &[
    // minus-zero, leading-zeros, leading-plus: a length or count has one spelling.
    ("m-bulk-length-minus-0", Error(K::InvalidLength, 2)),
    ("m-bulk-length-zero-5", Error(K::InvalidLength, 2)),
    ("m-bulk-length-many-zeros", Error(K::InvalidLength, 2)),
    ("m-count-plus-1", Error(K::InvalidCount, 1)),
    ("m-count-zero-1", Error(K::InvalidCount, 2)),
    ("m-count-minus-0", Error(K::InvalidCount, 2)),
    ("m-count-minus-01", Error(K::InvalidCount, 2)),
    ("m-request-length-zero-4", Error(K::InvalidLength, 6)),
    ("m-request-length-minus-0", Error(K::InvalidLength, 15)),
    // …while a value has whatever spelling it has.
    ("m-integer-minus-007", Accept),
    ("m-integer-zeros-then-1", Accept),
    // max-bulk-length: told at the number, before a byte of the blob is there.
    ("m-bulk-length-2^64-1", Error(K::BlobTooLong, 1)),
    ("m-bulk-length-512MB+1", Error(K::BlobTooLong, 1)),
    ("m-bulk-length-2^31", Error(K::BlobTooLong, 1)),
    ("m-bulk-length-2^32", Error(K::BlobTooLong, 1)),
    ("m-bulk-length-2^32+5", Error(K::BlobTooLong, 1)),
    ("m-request-length-512MB+1", Error(K::BlobTooLong, 5)),
    // max-count: nothing is reserved, so a large count is no harm by itself.
    ("m-count-2^32", Error(K::TooManyElements, 1)),
    ("m-count-2^30", NeedMore),
    ("m-count-map-2^63-1", Error(K::TooManyElements, 1)),
    ("m-count-map-2^30", NeedMore),
    ("m-count-set-2^30", NeedMore),
    ("m-count-attr-2^30", NeedMore),
    ("m-request-count-2^20+1", NeedMore),
    ("m-request-count-2^31-1", NeedMore),
    ("m-request-count-2^31", Error(K::TooManyElements, 1)),
    // max-depth: at the type byte that is one too deep.
    ("m-depth-arrays-10k", Error(K::TooDeep, 1024 * 4)),
    ("m-depth-arrays-10k-open", Error(K::TooDeep, 1024 * 4)),
    ("m-depth-maps-10k", Error(K::TooDeep, 1024 * 8)),
    ("m-depth-map-keys-10k", Error(K::TooDeep, 1024 * 4)),
    ("m-depth-sets-10k", Error(K::TooDeep, 1024 * 4)),
    ("m-depth-streamed-10k", Error(K::TooDeep, 1024 * 4)),
    ("m-depth-attr-nested-10k", Error(K::TooDeep, 1024 * 8)),
    // max-line: 65,536 bytes are a line, one more is not.
    ("m-size-simple-64KB", Accept),
    ("m-size-integer-1MB-no-end", Error(K::LineTooLong, 65_537)),
    ("m-size-length-1MB-no-end", Error(K::LineTooLong, 65_537)),
    ("m-size-count-zeros-1MB", Error(K::LineTooLong, 65_537)),
    ("m-size-double-1MB", Error(K::LineTooLong, 65_537)),
    ("m-size-bignum-1MB", Error(K::LineTooLong, 65_537)),
    ("m-request-inline-64KB+1-no-end", Error(K::LineTooLong, 65_536)),
    ("m-request-inline-1MB-no-end", Error(K::LineTooLong, 65_536)),
    ("m-request-inline-1MB-line", Error(K::LineTooLong, 65_536)),
    ("m-request-length-70k-digits", Error(K::LineTooLong, 5 + 65_536)),
    // inf-nan-spelling, legacy-nan: what servers have sent, and no more.
    ("m-double-+inf", Error(K::InvalidDouble, 2)),
    ("m-double-NaN", Error(K::InvalidDouble, 2)),
    ("m-double-nan-chars", AcceptAs(&[",NaN"])),
    ("m-double--nan-chars", AcceptAs(&[",NaN"])),
    // push-inside-aggregate: an interruption, a frame of its own, not counted.
    (
        "m-push-inside-exec-real",
        AcceptAs(&[r#">("message", "self", "in-multi")"#, r#"[1, "hello world"]"#]),
    ),
    ("m-push-in-array", NeedMore),
    ("m-push-in-push", Error(K::PushInsidePush, 8)),
    ("m-push-in-streamed", AcceptAs(&[r#">(+"x")"#, "streamed [1, 2]"])),
    // Of requests.
    ("m-real-aof-timestamp", Accept),
    ("m-request-count-min", AcceptAs(&["[]", r#"["PING"]"#])),
    ("m-request-inline-nul-first", Error(K::NulInInline, 0)),
    ("m-request-resp3-push", Accept),
    ("m-request-bulk-only", Accept),
    ("m-request-integer", Accept),
    ("m-request-http-post", Accept),
];

/// Decisions that are too long for a row: the frames that come first are checked apart.
const AFTER_FRAMES: &[(&str, usize, Option<ErrorKind>)] = &[
    // Three replies, the message, and the EXEC reply that it interrupted.
    ("m-real-push-inside-exec-capture", 5, None),
    // The replication link is RESP up to its payload, which has no CRLF behind it.
    ("m-real-redis-psync-disk", 4, Some(K::BlobNotTerminated)),
    ("m-real-valkey-psync-disk", 5, Some(K::BlobNotTerminated)),
];

#[test]
fn malformed_vectors_get_their_verdict_under_every_cut() {
    common::on_large_stack(malformed);
}

fn malformed() {
    let (mut tried, mut cut, mut decided) = (0, 0, 0);
    for vector in vectors::load("malformed.jsonl") {
        let dialect = vector.dialects[0];
        let outcome = under_every_cut(&vector, dialect, &mut cut);
        let id = vector.id.as_str();
        let before = vector.json.get("before").and_then(serde_json::Value::as_u64).unwrap_or(0);
        match vector.field("expect") {
            Some("error") => {
                assert!(outcome.end.is_err(), "{id}: {outcome:?}");
                assert_eq!(outcome.frames.len() as u64, before, "{id}: {outcome:?}");
            }
            Some("incomplete") => {
                assert!(matches!(outcome.end, Ok(Err(_))), "{id}: {outcome:?}");
                assert_eq!(outcome.frames.len() as u64, before, "{id}: {outcome:?}");
            }
            _ => {
                decided += 1;
                check_decision(&vector, &outcome);
            }
        }
        tried += 1;
    }
    assert_eq!(decided, DECISIONS.len() + AFTER_FRAMES.len(), "a decision without a vector");
    println!("{tried} malformed vectors, {decided} of them decisions, {cut} cuts");
}

fn check_decision(vector: &Vector, outcome: &Outcome) {
    let id = vector.id.as_str();
    if let Some((_, frames, kind)) = AFTER_FRAMES.iter().find(|(name, ..)| *name == id) {
        assert_eq!(outcome.frames.len(), *frames, "{id}: {outcome:?}");
        assert_eq!(outcome.end.err().map(|error| error.kind), *kind, "{id}: {outcome:?}");
        return;
    }
    let verdict = DECISIONS.iter().find(|(name, _)| *name == id);
    let (_, verdict) = verdict.unwrap_or_else(|| panic!("{id} is not decided: {outcome:?}"));
    match verdict {
        Accept => {
            assert_eq!(outcome.end, Ok(Ok(())), "{id}: {outcome:?}");
            match vector.frames() {
                Some(frames) => check_frames(vector, outcome, frames),
                None => assert_eq!(outcome.frames.len(), 1, "{id}"),
            }
        }
        AcceptAs(frames) => {
            assert_eq!(outcome.end, Ok(Ok(())), "{id}: {outcome:?}");
            let shown: Vec<String> = outcome.frames.iter().map(|f| format!("{f:?}")).collect();
            assert_eq!(shown, *frames, "{id}");
        }
        NeedMore => assert!(matches!(outcome.end, Ok(Err(_))), "{id}: {outcome:?}"),
        Error(kind, offset) => {
            let error = outcome.end.expect_err(id);
            assert_eq!((error.kind, error.offset), (*kind, *offset), "{id}: {error}");
        }
    }
}

#[test]
fn every_proper_prefix_of_a_single_frame_needs_more() {
    common::on_large_stack(prefixes);
}

fn prefixes() {
    let mut prefixes = 0;
    for vector in vectors::valid() {
        // A frame whose prefix is itself frames (blank inline lines) is not a single frame.
        if vector.frames().is_none_or(|frames| frames.len() != 1) || vector.wire.len() > 8192 {
            continue;
        }
        for &dialect in &vector.dialects {
            let mut decoder = Decoder::new(dialect);
            for (at, byte) in vector.wire.iter().enumerate() {
                let more = decoder.next_frame().expect("no error in a valid frame").is_none();
                assert!(more, "{}: a value after {at} bytes", vector.id);
                assert_eq!(decoder.finish().is_err(), at > 0, "{} at {at}", vector.id);
                decoder.feed(std::slice::from_ref(byte));
                prefixes += usize::from(at > 0);
            }
            assert!(decoder.next_frame().expect("valid").is_some(), "{}", vector.id);
        }
    }
    println!("{prefixes} proper prefixes");
    assert!(prefixes > 100_000);
}
