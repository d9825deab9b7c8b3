//! An input that this library refuses, against a peer.
//!
//! "Both refuse" says little: the peer may have refused what is before the fault, or behind it. So
//! the peer is asked twice.
//!
//! * **Up to the byte that rules out every continuation**, which the error names, the peer must
//!   ask for more: it has neither refused what is right nor taken a part for a frame.
//! * **Up to the end of the line or blob that is wrong**, and with no byte behind it, the peer must
//!   refuse. If it asks for more and the end is not there, it is asked again with the end. Whatever
//!   it does instead, its [`looser`](Peer::looser) rules must name, and say what it makes of that line
//!   or blob alone, to which it is held: it takes all of it for the value that they tell, or waits;
//!   or it refuses it, and is looser in not doing so before the whole is complete. So rules that name
//!   what it refuses are too broad, of a blob as of a line.
//!
//! In what it is a part of, such a line or blob must do what another value of its type does in its
//! place: complete the whole, with nothing left of it, or not, or break a rule that the peer has for
//! what a push's kind or a key may be. What the value of the whole is, is not compared.
//!
//! A length or count over this library's limit is a number to the peer, which it must wait for, up
//! to the largest that it takes ([`Peer::over_limit`]), and refuse beyond: so a number that wraps
//! around, here or there, is told. A marker that is one too deep here, or a push inside a push,
//! begins a value to the peers, and they wait, too.

use super::unfinished::{Unfinished, sent_as, unfinished};
use super::{Comparison, Exception, Peer, Verdict, limits};
use resp_machine::encode::Encoder;
use resp_machine::event::Null;
use resp_machine::value::Value;
use resp_machine::{Dialect, ErrorKind, ProtocolError};

/// What this library refuses.
#[derive(Clone, Copy, Debug)]
pub struct Fault<'a> {
    /// How it says so.
    pub kind: ErrorKind,
    /// The marker of the value that is wrong; itself, if it is what is wrong. It is the one that the
    /// peer is sent: of a chunk that of the blob in its place.
    pub marker: u8,
    /// What stands between the marker and the end of the line that is wrong, or of the input.
    pub line: &'a [u8],
    /// What the peer is sent behind that line: the blob, and the two bytes where its end should be, if
    /// it is to find the fault there; else nothing.
    pub blob: &'a [u8],
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

    /// The length of the blob, if it is spelled as one and within the limit.
    pub fn length(&self) -> Option<usize> {
        self.text().parse().ok().filter(|length| *length <= 4096)
    }

    /// How many bytes that is, if it is something.
    fn behind(&self) -> Option<usize> {
        use ErrorKind::{BlobNotTerminated, VerbatimFormat, VerbatimTooShort};
        let in_blob = matches!(self.kind, BlobNotTerminated | VerbatimFormat | VerbatimTooShort);
        self.length().filter(|_| in_blob).map(|length| length + 2)
    }

    /// To whom the line is text, whatever is in it.
    pub fn as_text(&self) -> Verdict {
        let error = self.marker == b'-';
        Verdict::all(if error { Value::error(self.line) } else { Value::simple(self.line) })
    }

    /// To whom the blob is one, whatever ends it.
    pub fn as_blob(&self) -> Option<Verdict> {
        let text = self.blob.get(..self.length()?)?;
        Some(Verdict::all(match self.marker {
            b'!' => Value::BulkError(text.to_vec()),
            b'=' => {
                let (format, text) = (*text.first_chunk()?, text.get(4..)?.to_vec());
                Value::Verbatim { format, text }
            }
            _ => Value::bulk(text),
        }))
    }

    /// To whom the length or count is `number`: what the peer makes of it in the canonical spelling,
    /// if that is another and the peer does not refuse it.
    pub fn as_spelled(&self, peer: &dyn Peer, number: &str) -> Option<Verdict> {
        let canonical = [&[self.marker], number.as_bytes(), b"\r\n", self.blob].concat();
        let said = (number.as_bytes() != self.line).then(|| peer.read(&canonical))?;
        (said != Verdict::Refuse).then_some(said)
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
        let marker = self.peer.marker(sent_as(rest, in_string).unwrap_or(0));
        let marker = marker.unwrap_or_else(|(other, _)| other);
        let fault = Fault { kind: error.kind, marker, line, blob: &[] };
        if let Some(exception) = unasked(self.peer, &fault, in_string) {
            self.exceptions.truncate(before);
            self.exceptions.push(exception);
            self.truncated(&input[..at]);
            return;
        }
        // Nothing behind the fault is there to be refused.
        let kept = faulty(&fault, end).min(rest.len());
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
            if let Some((more, _)) = ending(fault, rest, end) {
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
        // It may wait for what is behind this line or blob, too.
        if said == Verdict::More
            && self.peer.read(&wire[before..]) == Verdict::More
            && let Some((more, exception)) = ending(fault, rest, end)
        {
            wire.extend_from_slice(&more);
            said = self.ask(&wire);
            if said == Verdict::Refuse {
                self.exceptions.push(exception);
            }
        }
        let blob = wire.get(before + 1 + fault.line.len() + 2..).unwrap_or_default();
        match looser(self.peer, &Fault { blob, ..*fault }) {
            Some((exception, expected)) => {
                self.looser(&wire, before, &said, (exception, &expected));
                if said != Verdict::Refuse {
                    self.exceptions.push(exception);
                }
            }
            None => assert!(
                said == Verdict::Refuse,
                "{}: {said:?}, not {:?} at {at} of {}: {}",
                self.name(),
                fault.kind,
                rest.escape_ascii(),
                wire.escape_ascii()
            ),
        }
    }

    /// The peer on what it is looser on, `at` in `wire`: alone, and in what it is a part of, of which
    /// it has `said` this.
    fn looser(&self, wire: &[u8], at: usize, said: &Verdict, known: (Exception, &Verdict)) {
        let ((exception, expected), (around, alone)) = (known, wire.split_at(at));
        let (name, shown) = (self.name(), wire.escape_ascii());
        let of_alone = self.peer.read(alone);
        assert!(
            of_alone.is(expected, alone.len()),
            "{name}: {of_alone:?}, not {expected:?} for {exception:?}, of the end of {shown}"
        );
        let dialect = self.peer.dialect();
        let mut like = around.to_vec();
        let written = Encoder::new()
            .limits(limits(dialect))
            .value(&mut like, &stand_in(dialect, exception, expected));
        assert_eq!(written, Ok(()), "{exception:?}");
        let same = match (expected, self.peer.read(&like)) {
            (Verdict::More, _) => *said == Verdict::More,
            // What an attribute describes is yet to come, where it is not a value of its own.
            (Verdict::Accept(..), _) if alone[0] == b'|' && *said == Verdict::More => true,
            (Verdict::Accept(..), Verdict::Accept(..)) => match said {
                Verdict::Accept(_, took) => took.is_none_or(|took| took == wire.len()),
                _ => false,
            },
            (Verdict::Refuse, Verdict::Accept(..)) => *said == Verdict::Refuse,
            (_, like) => *said == like,
        };
        assert!(same, "{name}: {said:?} around {expected:?} for {exception:?}: {shown}");
    }
}

/// A value that may stand where the peer has what it is looser on: itself, or if that cannot be sent
/// another of its type.
fn stand_in(dialect: Dialect, exception: Exception, expected: &Verdict) -> Value {
    match expected {
        // It may not be a key, like an array.
        _ if exception == Exception::Hello => Value::array([]),
        Verdict::Accept(Value::Null(_), _) if dialect == Dialect::Resp2 => Value::Null(Null::Bulk),
        Verdict::Accept(Value::SimpleString(_) | Value::Inline(_), _) => Value::simple("a"),
        Verdict::Accept(Value::BigNumber(_), _) => Value::BigNumber(b"1".to_vec()),
        Verdict::Accept(Value::Verbatim { .. }, _) => {
            Value::Verbatim { format: *b"txt", text: Vec::new() }
        }
        Verdict::Accept(Value::SimpleError(_), _) | Verdict::More | Verdict::Refuse => {
            Value::error("a")
        }
        Verdict::Accept(value, _) => value.clone(),
    }
}

/// How much of what begins with the faulty line or blob belongs to it.
fn faulty(fault: &Fault<'_>, end: Option<usize>) -> usize {
    if begins_elsewhere(fault.kind).is_some() {
        return 1;
    }
    let Some(end) = end else { return usize::MAX };
    1 + end + 2 + fault.behind().unwrap_or(0)
}

/// Why a marker that may not stand where it does begins a value to every peer.
fn begins_elsewhere(kind: ErrorKind) -> Option<Exception> {
    match kind {
        ErrorKind::TooDeep => Some(Exception::Limit),
        ErrorKind::PushInsidePush => Some(Exception::PushIsElement),
        _ => None,
    }
}

/// What would end the line or blob that is wrong, if its end is not there, and the exception that it
/// is if only then the peer refuses.
fn ending(fault: &Fault<'_>, rest: &[u8], end: Option<usize>) -> Option<(Vec<u8>, Exception)> {
    let Some(end) = end else {
        let more = if rest.ends_with(b"\r") { &b"\n"[..] } else { b"\r\n" };
        return Some((more.to_vec(), Exception::ToldAtLineEnd));
    };
    // Peers look at both bytes of its end when both are there; and of a verbatim string, at a format
    // and a colon before they look at its length.
    let (least, exception) = match fault.kind {
        ErrorKind::BlobNotTerminated => (0, Exception::ToldAtLineEnd),
        _ => (4, Exception::VerbatimLate),
    };
    let mut blob = b"txt:".to_vec();
    blob.resize((fault.behind()? - 2).max(least), b'x');
    blob.extend_from_slice(b"\r\n");
    let more = blob.get(rest.len() - (1 + end + 2)..).filter(|more| !more.is_empty())?;
    Some((more.to_vec(), exception))
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
fn looser(peer: &dyn Peer, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
    match fault.kind {
        // Who reads RESP2 alone does not know it, and who reads both is not asked.
        ErrorKind::Resp3Type => None,
        ErrorKind::InvalidDouble => match fault.text().parse() {
            // A double to Rust, and to the peer.
            Ok(value) if peer.spells(fault.line, value) => {
                Some((Exception::LooseDouble, Verdict::all(Value::Double(value))))
            }
            _ => peer.looser(fault),
        },
        _ => peer.looser(fault),
    }
}
