//! Which keys a pattern takes, by a table: for each beginning of the pattern, which beginnings of
//! the text it takes. There is nothing to go back to, so nothing that could be forgotten or tried
//! twice.
//!
//! Written from Redis' documentation of `KEYS`, and from what redis-server makes of patterns that
//! are not whole: a class that is not closed ends with the pattern, `[]` takes nothing and `[^]`
//! every byte, a `\` at the end is itself, and of `[a-]` the `]` is the end of the range. An empty
//! text is not compared with a pattern that is not empty: there is no match.

use alloc::vec;
use alloc::vec::Vec;

/// A part of a pattern.
enum Part {
    /// `*`
    Many,
    /// One byte within one of the ranges, or in none of them.
    One { ranges: Vec<(u8, u8)>, negated: bool },
}

impl Part {
    fn literal(byte: u8) -> Part {
        Part::One { ranges: vec![(byte, byte)], negated: false }
    }
}

/// Whether the whole of `text` is taken.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    let mut takes = vec![false; text.len() + 1];
    takes[0] = true;
    for part in parts(pattern) {
        let before = takes.clone();
        match part {
            Part::Many => {
                for at in 1..takes.len() {
                    takes[at] |= takes[at - 1];
                }
            }
            Part::One { ranges, negated } => {
                takes[0] = false;
                for (at, byte) in text.iter().enumerate() {
                    let within = ranges.iter().any(|(from, to)| from <= byte && byte <= to);
                    takes[at + 1] = before[at] && within != negated;
                }
            }
        }
    }
    takes[text.len()]
}

/// What is in a pattern that a matcher may be wrong about, in words.
pub(super) fn holds(pattern: &[u8]) -> impl Iterator<Item = &'static str> {
    let parts = parts(pattern);
    let negated = parts.iter().any(|part| matches!(part, Part::One { negated: true, .. }));
    let range = parts.iter().any(|part| match part {
        Part::One { ranges, .. } => {
            ranges.iter().any(|(from, to)| from < to && (*from, *to) != (0, 255))
        }
        Part::Many => false,
    });
    let stars = parts.iter().filter(|part| matches!(part, Part::Many)).count() >= 10;
    [("negated", negated), ("range", range), ("stars", stars)]
        .into_iter()
        .filter_map(|(what, held)| held.then_some(what))
}

fn parts(pattern: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut bytes = pattern.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        parts.push(match byte {
            b'*' => Part::Many,
            b'?' => Part::One { ranges: vec![(0, 255)], negated: false },
            b'\\' => Part::literal(bytes.next().unwrap_or(b'\\')),
            b'[' => {
                let negated = bytes.next_if_eq(&b'^').is_some();
                let mut ranges = Vec::new();
                while let Some(first) = bytes.next().filter(|byte| *byte != b']') {
                    let mut ahead = bytes.clone();
                    let next = (ahead.next(), ahead.next());
                    match (first, next) {
                        (b'\\', (Some(literal), _)) => {
                            ranges.push((literal, literal));
                            bytes.next();
                        }
                        (_, (Some(b'-'), Some(last))) => {
                            ranges.push((first.min(last), first.max(last)));
                            bytes = ahead;
                        }
                        _ => ranges.push((first, first)),
                    }
                }
                Part::One { ranges, negated }
            }
            literal => Part::literal(literal),
        });
    }
    parts
}
