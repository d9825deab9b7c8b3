//! What is said when the input is not RESP.
//!
//! A [`ProtocolError`] answers the questions of somebody who looks at a broken connection: what
//! rule was broken, at which byte of the stream, where the machine stood, what it expected, what
//! it found, and, where that helps, what probably happened. It is `Copy` and holds no bytes of
//! the input.
//!
//! The offset is that of the first byte that rules out every valid continuation; for a number out
//! of range or over a limit, the number's first byte; for nesting, the marker that is one too
//! deep; for a line, the first byte over the limit. A fault inside a line is told when the line is
//! whole, under every split of the input.
//!
//! To add a kind: a variant here, whose name is what the program prints, a row in the
//! documentation's table of decisions, and a test that names its offset.

use crate::state::{Dialect, State};
use crate::wire::Type;
use core::fmt;

/// The rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The first byte of a value is no marker.
    UnknownType,
    /// The marker is one of RESP3, and the dialect is RESP2.
    Resp3Type,
    /// A chunk (`;`) or an end (`.`) where no streamed string or aggregate is open, or the other
    /// way round.
    OutOfPlace,
    /// Something other than a bulk string inside a request.
    ExpectedBulkString,
    /// A push inside a push.
    PushInsidePush,
    /// More aggregates inside one another than [`Limits::depth`](crate::Limits::depth).
    TooDeep,
    /// A streamed map is closed behind a key.
    OddMap,
    /// An end marker between an attribute and its value.
    AttributeWithoutValue,
    /// A line is ended by LF alone.
    BareLf,
    /// CR inside a line, not followed by LF.
    BareCr,
    /// A line longer than [`Limits::line`](crate::Limits::line).
    LineTooLong,
    /// The line of an integer is not one.
    InvalidInteger,
    /// An integer beyond 64 bits.
    IntegerOutOfRange,
    /// The line of a null is not empty.
    InvalidNull,
    /// The line of a boolean is neither `t` nor `f`.
    InvalidBoolean,
    /// The line of a double is not one.
    InvalidDouble,
    /// The line of a big number is not one.
    InvalidBigNumber,
    /// The line that ends a streamed aggregate is not empty.
    InvalidStreamEnd,
    /// The length of a blob is not a number, or a form that its type does not have.
    InvalidLength,
    /// The count of an aggregate is not a number, or a form that its type does not have.
    InvalidCount,
    /// A blob longer than [`Limits::blob`](crate::Limits::blob), or than memory can address.
    BlobTooLong,
    /// More elements than [`Limits::elements`](crate::Limits::elements).
    TooManyElements,
    /// A frame larger than [`Limits::frame`](crate::Limits::frame).
    FrameTooLong,
    /// The announced bytes of a blob are not followed by CRLF.
    BlobNotTerminated,
    /// A verbatim string too short for its format.
    VerbatimTooShort,
    /// A verbatim string with no colon behind its three bytes of format.
    VerbatimFormat,
    /// A quote of an inline command is not closed, or is closed in the middle of a word.
    UnbalancedQuotes,
    /// A NUL byte in an inline command.
    NulInInline,
}

/// What would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// A marker of the dialect.
    Marker,
    /// `$`, the marker of a request's arguments.
    BulkMarker,
    /// `;`, the marker of a chunk.
    ChunkMarker,
    /// A value that is not a push.
    NotAPush,
    /// At most so many aggregates inside one another.
    Depth(u64),
    /// The value that belongs to a key.
    MapValue,
    /// The value that an attribute describes.
    AnnotatedValue,
    /// One more digit, or CR LF.
    DigitOrEnd,
    /// At least one digit.
    Digit,
    /// The `1` of `-1`.
    MinusOne,
    /// CR LF: the end of the line.
    EndOfLine,
    /// The LF that belongs to a CR.
    LineFeed,
    /// A decimal length.
    Length,
    /// A decimal count.
    Count,
    /// A sign or a digit.
    Number,
    /// A number from -2^63 to 2^63-1.
    Integer64,
    /// `t` or `f`.
    Boolean,
    /// A digit, a sign, `inf` or `nan`.
    Double,
    /// The rest of `inf` or `nan`.
    DoubleWord,
    /// A number that is at most this.
    AtMost(u64),
    /// A number that is at least this.
    AtLeast(u64),
    /// A line of at most so many bytes.
    LineOf(u64),
    /// A frame of at most so many bytes.
    FrameOf(u64),
    /// The CRLF behind the bytes of a blob.
    Terminator,
    /// `:` behind the three bytes of a verbatim string's format.
    Colon,
    /// The closing quote of a word.
    ClosingQuote,
    /// A space, or the end of the line, behind a closing quote.
    SpaceAfterQuote,
    /// A byte other than NUL.
    NotNul,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Marker => "a type byte",
            Expected::BulkMarker => "'$'",
            Expected::ChunkMarker => "';', a chunk of the streamed string",
            Expected::NotAPush => "a value that is not a push",
            Expected::Depth(n) => return write!(f, "at most {n} aggregates inside one another"),
            Expected::MapValue => "the value of the last key",
            Expected::AnnotatedValue => "the value that the attribute describes",
            Expected::DigitOrEnd => "a digit, or CR LF",
            Expected::Digit => "a digit",
            Expected::MinusOne => "1: the only negative number here is -1",
            Expected::EndOfLine => "CR LF",
            Expected::LineFeed => "LF behind the CR",
            Expected::Length => "a length",
            Expected::Count => "a count",
            Expected::Number => "a sign or a digit",
            Expected::Integer64 => "a number from -9223372036854775808 to 9223372036854775807",
            Expected::Boolean => "t or f",
            Expected::Double => "a digit, a sign, inf or nan",
            Expected::DoubleWord => "the rest of inf or nan",
            Expected::AtMost(n) => return write!(f, "a number of at most {n}"),
            Expected::AtLeast(n) => return write!(f, "a number of at least {n}"),
            Expected::LineOf(n) => return write!(f, "CR LF after at most {n} bytes"),
            Expected::FrameOf(n) => return write!(f, "a frame of at most {n} bytes"),
            Expected::Terminator => "CR LF behind the announced bytes",
            Expected::Colon => "':' behind the three bytes of the format",
            Expected::ClosingQuote => "a closing quote",
            Expected::SpaceAfterQuote => "a space or the end of the line behind a closing quote",
            Expected::NotNul => "a byte other than NUL",
        })
    }
}

/// What came instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// This byte, at the error's offset.
    Byte(u8),
    /// This number, at the error's offset.
    Number(u64),
    /// A number with more digits than any that is allowed.
    HugeNumber,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Found::Byte(b'\r') => f.write_str("CR"),
            Found::Byte(b'\n') => f.write_str("LF"),
            Found::Byte(b' ') => f.write_str("a space"),
            Found::Byte(byte @ 0x21..=0x7e) => write!(f, "'{}'", byte as char),
            Found::Byte(byte) => write!(f, "byte 0x{byte:02x}"),
            Found::Number(n) => write!(f, "{n}"),
            Found::HugeNumber => f.write_str("a larger number"),
        }
    }
}

/// The input is not RESP, or is beyond a limit.
///
/// ```
/// use resp_machine::{Decoder, Dialect, ErrorKind};
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(b"*\r\n:1\r\n:2\r\n:3\r\n");
/// let error = decoder.next_frame().unwrap_err();
/// assert_eq!((error.kind, error.offset), (ErrorKind::InvalidCount, 1));
/// assert_eq!(
///     error.to_string(),
///     "expected a count, found CR (the number was left out between the type byte and CR LF)"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProtocolError {
    /// The rule that was broken.
    pub kind: ErrorKind,
    /// Where: bytes from the beginning of the stream.
    pub offset: u64,
    /// The state that was reading.
    pub state: State,
    /// The type that was being read; `None` where no marker had been read.
    pub of: Option<Type>,
    /// The language that was read.
    pub dialect: Dialect,
    /// What would have been right.
    pub expected: Expected,
    /// What came instead.
    pub found: Found,
}

impl ProtocolError {
    /// What probably happened, where that can be told from the bytes.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match (self.kind, self.found) {
            (ErrorKind::UnknownType, Found::Byte(b'G' | b'P' | b'H')) => {
                "this looks like HTTP; or, if these are requests, decode as requests"
            }
            (ErrorKind::UnknownType, Found::Byte(b'A'..=b'Z' | b'a'..=b'z')) => {
                "this looks like text: if these are requests, decode as requests"
            }
            (ErrorKind::UnknownType, Found::Byte(0x15 | 0x16)) => {
                "this looks like TLS: is one end speaking TLS and the other not?"
            }
            (ErrorKind::UnknownType, Found::Byte(b'\r' | b'\n')) => {
                "an empty line: was the value before it one element or one line too short?"
            }
            (ErrorKind::UnknownType, _) => {
                "the stream is out of step, or is not RESP: look at the value before this byte"
            }
            (ErrorKind::Resp3Type, _) => "a type of RESP3: decode as RESP3, or send HELLO 2",
            (_, Found::Byte(b'\r')) if self.expects_number() => {
                "the number was left out between the type byte and CR LF"
            }
            (_, Found::Byte(b'?')) if self.expects_number() => {
                "only RESP3 streams, and only bulk strings, arrays, sets and maps"
            }
            (ErrorKind::OutOfPlace, Found::Byte(b';')) => "chunks belong in a streamed string ($?)",
            (ErrorKind::OutOfPlace, Found::Byte(b'.')) => {
                "only a streamed array, set or map has an end of its own; is its count too high?"
            }
            (ErrorKind::BareLf, _) => "lines end with CR LF, not with LF alone",
            (ErrorKind::BlobNotTerminated, _) => {
                "the announced length and the bytes that were sent do not agree"
            }
            (ErrorKind::TooDeep, _) => "raise Limits::depth if the peer is trusted",
            (ErrorKind::BlobTooLong, _) => "raise Limits::blob if the peer is trusted",
            (ErrorKind::TooManyElements, _) => "raise Limits::elements if the peer is trusted",
            (ErrorKind::LineTooLong, _) => "raise Limits::line if the peer is trusted",
            (ErrorKind::FrameTooLong, _) => "raise Limits::frame if the peer is trusted",
            _ => return None,
        })
    }

    fn expects_number(&self) -> bool {
        matches!(self.expected, Expected::Length | Expected::Count)
    }

    /// The text that Redis sends before it closes the connection, for a server to send as a
    /// simple error behind `ERR `. It never holds CR or LF.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Request);
    /// decoder.feed(b"*1\r\n$abc\r\n");
    /// let error = decoder.next_frame().unwrap_err();
    /// assert_eq!(error.redis_text().to_string(), "Protocol error: invalid bulk length");
    /// ```
    ///
    /// As text it shows the offending byte as the character of that number;
    /// [`write_redis_error`](ProtocolError::write_redis_error) writes the byte.
    pub fn redis_text(&self) -> impl fmt::Display {
        RedisText(*self)
    }

    /// Writes the simple error that Redis sends before it closes the connection, byte for byte.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Request);
    /// decoder.feed(b"*1\r\n\xff");
    /// let mut out = Vec::new();
    /// decoder.next_frame().unwrap_err().write_redis_error(&mut out);
    /// assert_eq!(out, b"-ERR Protocol error: expected '$', got '\xff'\r\n");
    /// ```
    #[cfg(feature = "alloc")]
    pub fn write_redis_error(&self, out: &mut impl crate::encode::Output) {
        let text = alloc::format!("ERR {}", self.redis_text());
        let bytes: alloc::vec::Vec<u8> =
            text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
        crate::encode::scalar::sanitized_error(out, &bytes);
    }
}

struct RedisText(ProtocolError);

impl fmt::Display for RedisText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = &self.0;
        f.write_str("Protocol error: ")?;
        match (error.kind, error.state) {
            (ErrorKind::ExpectedBulkString, _) => {
                let Found::Byte(byte) = error.found else {
                    return f.write_str("expected '$'");
                };
                // Redis prints the byte itself; a reply's line cannot hold CR or LF.
                let shown = if byte == b'\r' || byte == b'\n' { b' ' } else { byte };
                write!(f, "expected '$', got '{}'", shown as char)
            }
            (ErrorKind::LineTooLong, State::Line) => f.write_str("too big inline request"),
            (ErrorKind::LineTooLong, State::Count) => f.write_str("too big mbulk count string"),
            (ErrorKind::LineTooLong, _) => f.write_str("too big bulk count string"),
            (ErrorKind::UnbalancedQuotes, _) => f.write_str("unbalanced quotes in request"),
            (_, State::Count) => f.write_str("invalid multibulk length"),
            (_, State::Length) => f.write_str("invalid bulk length"),
            // Rules that Redis does not check: its form, our words.
            _ => write!(f, "expected {}, found {}", error.expected, error.found),
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)?;
        match self.hint() {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for ProtocolError {}

/// The input ended inside a frame: everything so far is valid, and more was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Truncated {
    /// Where the input ended: bytes from the beginning of the stream.
    pub offset: u64,
    /// The state that waits for more.
    pub state: State,
    /// How many aggregates (and streamed strings) are open.
    pub depth: usize,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Line => "the input ends inside a line",
            State::Length => "the input ends inside the length of a blob",
            State::Body => "the input ends inside a blob, or before its CR LF",
            State::Count => "the input ends inside the count of an aggregate",
            State::Start | State::Elements | State::End => "the input ends where a value is due",
        })?;
        match self.depth {
            0 => Ok(()),
            1 => f.write_str(", inside 1 open aggregate"),
            n => write!(f, ", inside {n} open aggregates"),
        }
    }
}

impl core::error::Error for Truncated {}
