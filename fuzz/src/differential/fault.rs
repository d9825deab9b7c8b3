//! An input that this library refuses, against a peer.
//!
//! "Both refuse" says little: the peer may have refused what is before the fault, or behind it. So
//! the peer is asked twice.
//!
//! * **Up to the byte that rules out every continuation**, which the error names, the peer must
//!   ask for more: it has neither refused what is right nor taken a part for a frame.
//! * **Up to the end of the line or blob that is wrong**, and with no byte behind it, the peer must
//!   refuse. If it asks for more and the end is not there, it is asked again with the end. Whatever
//!   it does instead, its [`looser`](Peer::looser) rules must name; and if they name it and it
//!   refuses, they are too broad.
//!
//! A length or count over this library's limit is a number to the peer, which it must wait for, up
//! to the largest that it takes ([`Peer::over_limit`]), and refuse beyond: so a number that wraps
//! around, here or there, is told. A marker that is one too deep here, or a push inside a push,
//! begins a value to the peers, and they wait, too.

use super::unfinished::{Unfinished, sent_as, unfinished};
use super::{Comparison, Exception, Peer, Verdict};
use resp_machine::{ErrorKind, ProtocolError};

/// What this library refuses.
#[derive(Clone, Copy, Debug)]
pub struct Fault<'a> {
    /// How it says so.
    pub kind: ErrorKind,
    /// The marker of the value that is wrong; itself, if it is what is wrong; of a chunk that of the
    /// blob in its place.
    pub marker: u8,
    /// What stands between the marker and the end of the line that is wrong, or of the input.
    pub line: &'a [u8],
}

impl Fault<'_> {
    /// The line, if it is text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.line).unwrap_or("?")
    }

    /// Whether the line is UTF-8.
    pub fn is_text(&self) -> bool {
        std::str::from_utf8(self.line).is_ok()
    }

    /// Whether the line is not what its type wants, which `kind` says, or has a CR or LF in it.
    pub fn is_line(&self, kind: ErrorKind) -> bool {
        self.kind == kind || matches!(self.kind, ErrorKind::BareCr | ErrorKind::BareLf)
    }

    /// Whether the fault is in the line of a length or count.
    pub fn in_number(&self) -> bool {
        use ErrorKind::{BareCr, BareLf, InvalidCount, InvalidLength, VerbatimTooShort};
        let number = b"$!=*%~|>;".contains(&self.marker);
        let line = matches!(self.kind, BareCr | BareLf | InvalidCount | InvalidLength);
        number && (line || self.kind == VerbatimTooShort)
    }

    /// Whether the fault may be told only when a blob is complete.
    pub fn in_blob(&self) -> bool {
        use ErrorKind::{BlobNotTerminated, VerbatimFormat, VerbatimTooShort};
        matches!(self.kind, BlobNotTerminated | VerbatimFormat | VerbatimTooShort)
    }

    /// Whether the fault is a CR or an LF in text.
    pub fn ends_in_text(&self) -> bool {
        matches!(self.marker, b'+' | b'-')
            && matches!(self.kind, ErrorKind::BareCr | ErrorKind::BareLf)
    }

    /// Whether the fault is a chunk, or the end of a stream, where neither may stand.
    pub fn is_out_of_place(&self) -> bool {
        use ErrorKind::{AttributeWithoutValue, OddMap, OutOfPlace};
        matches!(self.kind, OutOfPlace | OddMap | AttributeWithoutValue)
    }

    /// Whether a number is larger than this library lets it be.
    fn is_over_limit(&self) -> bool {
        matches!(self.kind, ErrorKind::BlobTooLong | ErrorKind::TooManyElements)
    }

    /// What a peer makes of the line if it waits for so many bytes or elements at most, and refuses
    /// what is no number.
    pub fn waits_up_to(&self, most: u64) -> Verdict {
        match self.text().parse::<u64>() {
            Ok(number) if number <= most => Verdict::More,
            _ => Verdict::Refuse,
        }
    }
}

impl Comparison<'_> {
    /// An input with a fault at `at`.
    pub(super) fn failed(&mut self, input: &[u8], at: usize, error: &ProtocolError) {
        let before = self.exceptions.len();
        let Unfinished { mut wire, rest_at, in_string } = unfinished(self, input);
        let rest = &input[rest_at..];
        let line = rest.get(1..).unwrap_or_default();
        let end = line.windows(2).position(|two| two == b"\r\n");
        let line = match end {
            Some(end) => &line[..end],
            None => line.strip_suffix(b"\r").unwrap_or(line),
        };
        let marker = sent_as(rest, in_string).unwrap_or(0);
        let fault = Fault { kind: error.kind, marker, line };
        if let Some(exception) = unasked(self.peer, &fault, in_string) {
            self.exceptions.truncate(before);
            self.exceptions.push(exception);
            self.truncated(&input[..at]);
            return;
        }
        // Nothing behind the fault is there to be refused.
        let kept = faulty(&fault, at - rest_at, end).min(rest.len());
        wire.truncate(wire.len() - (rest.len() - kept));
        self.refused(&fault, wire, &rest[..kept], at - rest_at, end);
        self.truncated(&input[..at]);
    }

    /// The peer on a fault, which is `at` in `rest`, with which `wire` ends.
    fn refused(
        &mut self,
        fault: &Fault<'_>,
        mut wire: Vec<u8>,
        rest: &[u8],
        at: usize,
        end: Option<usize>,
    ) {
        if fault.is_over_limit() {
            let Some(expected) = self.peer.over_limit(fault) else {
                self.exceptions.push(Exception::Limit);
                return;
            };
            if expected == Verdict::More {
                self.exceptions.push(Exception::Limit);
            }
            if let Some((more, _)) = ending(fault, rest, at, end) {
                wire.extend_from_slice(&more);
            }
            let (said, name) = (self.ask(&wire), self.name());
            let shown = wire.escape_ascii();
            assert_eq!(said, expected, "{name}, of a number over the limit: {shown}");
            return;
        }
        let before = wire.len() - rest.len();
        let mut said = self.ask(&wire);
        if let Some(exception) = begins_elsewhere(fault.kind) {
            let (name, shown) = (self.name(), wire.escape_ascii());
            assert_eq!(said, Verdict::More, "{name}, {exception:?}: {shown}");
            self.exceptions.push(exception);
            return;
        }
        if said == Verdict::More
            && let Some((more, exception)) = ending(fault, rest, at, end)
        {
            wire.extend_from_slice(&more);
            said = self.ask(&wire);
            if said == Verdict::Refuse {
                self.exceptions.push(exception);
            }
        }
        let looser = looser(self.peer, fault);
        let (name, shown) = (self.name(), wire.escape_ascii());
        let alone = &wire[before..];
        match looser {
            _ if said == Verdict::Refuse => {
                // It may refuse a line for its letters, or what it is a part of for other rules.
                let broad = looser.filter(|_| {
                    fault.is_text() && !fault.in_blob() && self.peer.read(alone) == said
                });
                assert_eq!(broad, None, "{name} refuses, too: the exception is too broad: {shown}");
            }
            Some(exception) => self.exceptions.push(exception),
            None => panic!(
                "{name}: {said:?}, not {:?} at {at} of {}: {shown}",
                fault.kind,
                rest.escape_ascii()
            ),
        }
    }
}

/// How much of what begins with the faulty line or blob belongs to it.
fn faulty(fault: &Fault<'_>, at: usize, end: Option<usize>) -> usize {
    if begins_elsewhere(fault.kind).is_some() {
        return 1;
    }
    let Some(end) = end else { return usize::MAX };
    let line = 1 + end + 2;
    match fault.kind {
        // Peers look at both bytes of the end when both are there.
        ErrorKind::BlobNotTerminated => at + 2,
        ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat => match announced(fault) {
            Some(length) => line + length.max(4) + 2,
            None => line,
        },
        _ => line,
    }
}

/// Why a marker that may not stand where it does begins a value to every peer.
fn begins_elsewhere(kind: ErrorKind) -> Option<Exception> {
    match kind {
        ErrorKind::TooDeep => Some(Exception::Limit),
        ErrorKind::PushInsidePush => Some(Exception::PushIsElement),
        _ => None,
    }
}

/// The length of a blob, if it is spelled as one and within the limit.
fn announced(fault: &Fault<'_>) -> Option<usize> {
    fault.text().parse().ok().filter(|length| *length <= 4096)
}

/// What would end the line or blob that is wrong, if its end is not there, and the exception that it
/// is if only then the peer refuses.
fn ending(
    fault: &Fault<'_>,
    rest: &[u8],
    at: usize,
    end: Option<usize>,
) -> Option<(Vec<u8>, Exception)> {
    let Some(end) = end else {
        let more = if rest.ends_with(b"\r") { &b"\n"[..] } else { b"\r\n" };
        return Some((more.to_vec(), Exception::ToldAtLineEnd));
    };
    match fault.kind {
        // Peers look at both bytes when both are there.
        ErrorKind::BlobNotTerminated if at + 1 == rest.len() => {
            Some((b"\r\n".to_vec(), Exception::ToldAtLineEnd))
        }
        ErrorKind::VerbatimTooShort | ErrorKind::VerbatimFormat => {
            let there = rest.len() - (1 + end + 2);
            let wanted = announced(fault)?.max(4);
            let mut more = vec![b'x'; wanted.saturating_sub(there)];
            more.extend_from_slice(b"\r\n");
            (there < wanted + 2).then_some((more, Exception::VerbatimLate))
        }
        _ => None,
    }
}

/// Why no peer's verdict on a fault, or not this one's, means anything.
fn unasked(peer: &dyn Peer, fault: &Fault<'_>, in_string: bool) -> Option<Exception> {
    match fault.kind {
        // To a peer to whom there is no string, whatever stands in it is right.
        ErrorKind::OutOfPlace if in_string => Some(Exception::Streamed),
        _ => peer.unasked(fault),
    }
}

/// Why the peer is looser, or every one is.
fn looser(peer: &dyn Peer, fault: &Fault<'_>) -> Option<Exception> {
    match fault.kind {
        // Who reads RESP2 alone does not know it, and who reads both is not asked.
        ErrorKind::Resp3Type => None,
        ErrorKind::InvalidDouble if parses(peer, fault) => Some(Exception::LooseDouble),
        _ => peer.looser(fault),
    }
}

/// Whether the line is a double to Rust, and to the peer.
fn parses(peer: &dyn Peer, fault: &Fault<'_>) -> bool {
    fault.text().parse().is_ok_and(|value| peer.spells(fault.line, value))
}
