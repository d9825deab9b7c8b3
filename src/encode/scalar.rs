//! The types that do not nest, and requests: one function each, straight into the buffer.
//!
//! Each writes a complete value or, with an error, nothing.

use super::{EncodeError, Output};
use crate::event::{Aggregate, BigNumber, Null};
use crate::limits::Limits;
use crate::wire::{CRLF, Type};

const LIMITS: Limits = Limits::new(crate::state::Dialect::Resp3);

/// A marker, a decimal number, CRLF.
#[inline(always)]
pub(super) fn header(out: &mut impl Output, kind: Type, number: u64) {
    let marker = kind.marker();
    // Nearly every length and count has one or two digits; for those the whole line is literal.
    let digit = |n: u64| b'0' + n as u8;
    match number {
        0..=9 => out.put(&[marker, digit(number), b'\r', b'\n']),
        10..=99 => out.put(&[marker, digit(number / 10), digit(number % 10), b'\r', b'\n']),
        _ => {
            out.put(&[marker]);
            out.put(itoa::Buffer::new().format(number).as_bytes());
            out.put(CRLF);
        }
    }
}

/// The header of an aggregate.
#[inline]
pub(super) fn begin(out: &mut impl Output, kind: Aggregate, count: u64) {
    header(out, kind.wire_type(), count);
}

/// Text that has been checked, as a line of its type.
#[inline]
pub(super) fn line(out: &mut impl Output, kind: Type, text: &[u8]) {
    out.put(&[kind.marker()]);
    out.put(text);
    out.put(CRLF);
}

/// Whether `text` fits a line.
pub(super) fn check_text(text: &[u8], limit: usize) -> Result<(), EncodeError> {
    if let Some(at) = memchr::memchr2(b'\r', b'\n', text) {
        return Err(EncodeError::LineBreak { at });
    }
    if text.len() > limit {
        return Err(EncodeError::LineTooLong { limit });
    }
    Ok(())
}

/// A simple string.
///
/// ```
/// use resp_machine::encode::scalar;
/// let mut out = Vec::new();
/// scalar::simple_string(&mut out, b"OK")?;
/// assert_eq!(out, b"+OK\r\n");
/// assert!(scalar::simple_string(&mut out, b"two\r\nlines").is_err());
/// assert_eq!(out, b"+OK\r\n");
/// # Ok::<(), resp_machine::encode::EncodeError>(())
/// ```
///
/// # Errors
/// [`LineBreak`](EncodeError::LineBreak) and [`LineTooLong`](EncodeError::LineTooLong).
#[inline]
pub fn simple_string(out: &mut impl Output, text: &[u8]) -> Result<(), EncodeError> {
    check_text(text, LIMITS.line)?;
    line(out, Type::SimpleString, text);
    Ok(())
}

/// A simple error. By convention the first word, in capitals, is its code.
///
/// # Errors
/// As [`simple_string`].
#[inline]
pub fn simple_error(out: &mut impl Output, text: &[u8]) -> Result<(), EncodeError> {
    check_text(text, LIMITS.line)?;
    line(out, Type::SimpleError, text);
    Ok(())
}

/// A simple error made of any text, as Redis does it: CR and LF become spaces. Text beyond the
/// default limit of a line, 64 KiB, is cut off.
///
/// ```
/// use resp_machine::encode::scalar;
/// let mut out = Vec::new();
/// scalar::sanitized_error(&mut out, b"ERR no such\r\nthing");
/// assert_eq!(out, b"-ERR no such  thing\r\n");
/// ```
pub fn sanitized_error(out: &mut impl Output, text: &[u8]) {
    let text = &text[..text.len().min(LIMITS.line)];
    out.put(&[Type::SimpleError.marker()]);
    for (at, part) in text.split(|byte| matches!(byte, b'\r' | b'\n')).enumerate() {
        if at > 0 {
            out.put(b" ");
        }
        out.put(part);
    }
    out.put(CRLF);
}

/// An integer.
#[inline]
pub fn integer(out: &mut impl Output, value: i64) {
    match u64::try_from(value) {
        Ok(value) => header(out, Type::Integer, value),
        Err(_) => line(out, Type::Integer, itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// A bulk string. Lengths are not checked here: what the peer accepts is the peer's affair.
#[inline]
pub fn bulk_string(out: &mut impl Output, bytes: &[u8]) {
    blob(out, Type::BulkString, bytes);
}

/// A bulk error (RESP3).
#[inline]
pub fn bulk_error(out: &mut impl Output, bytes: &[u8]) {
    blob(out, Type::BulkError, bytes);
}

#[inline]
pub(super) fn blob(out: &mut impl Output, kind: Type, bytes: &[u8]) {
    header(out, kind, bytes.len() as u64);
    out.put(bytes);
    out.put(CRLF);
}

/// A verbatim string (RESP3).
#[inline]
pub fn verbatim_string(out: &mut impl Output, format: [u8; 3], text: &[u8]) {
    let [a, b, c] = format;
    header(out, Type::VerbatimString, text.len() as u64 + 4);
    out.put(&[a, b, c, b':']);
    out.put(text);
    out.put(CRLF);
}

/// A null, in the given spelling.
#[inline]
pub fn null(out: &mut impl Output, null: Null) {
    out.put(null.bytes());
}

/// A boolean (RESP3).
#[inline]
pub fn boolean(out: &mut impl Output, value: bool) {
    out.put(if value { b"#t\r\n" } else { b"#f\r\n" });
}

/// A double (RESP3): the shortest text that reads as the same number, whole numbers without a
/// point.
///
/// ```
/// use resp_machine::encode::scalar;
/// let mut out = Vec::new();
/// for value in [10.0, 0.1, -0.0, 1e300, f64::NEG_INFINITY, f64::NAN] {
///     scalar::double(&mut out, value);
/// }
/// assert_eq!(out, b",10\r\n,0.1\r\n,-0\r\n,1e300\r\n,-inf\r\n,nan\r\n");
/// ```
#[inline]
pub fn double(out: &mut impl Output, value: f64) {
    with_double_text(value, |text| line(out, Type::Double, text));
}

/// The text of a double, as [`double`] writes it.
pub(super) fn with_double_text<T>(value: f64, write: impl FnOnce(&[u8]) -> T) -> T {
    if value.is_nan() {
        return write(b"nan");
    }
    if value.is_infinite() {
        return write(if value.is_sign_negative() { b"-inf" } else { b"inf" });
    }
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value).as_bytes();
    write(text.strip_suffix(b".0").unwrap_or(text))
}

/// A big number (RESP3).
///
/// # Errors
/// [`LineTooLong`](EncodeError::LineTooLong).
#[inline]
pub fn big_number(out: &mut impl Output, number: BigNumber<'_>) -> Result<(), EncodeError> {
    check_text(number.text(), LIMITS.line)?;
    line(out, Type::BigNumber, number.text());
    Ok(())
}

/// An integer in the spelling given: an optional sign and digits, within 64 bits.
///
/// # Errors
/// [`InvalidNumber`](EncodeError::InvalidNumber).
pub fn integer_text(out: &mut impl Output, text: &[u8]) -> Result<(), EncodeError> {
    let digits = match text {
        [b'-' | b'+', digits @ ..] => digits,
        digits => digits,
    };
    let number = core::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
    if number.is_none() || digits.is_empty() || text.len() > LIMITS.line {
        return Err(EncodeError::InvalidNumber);
    }
    line(out, Type::Integer, text);
    Ok(())
}

/// A request: an array of bulk strings.
///
/// ```
/// use resp_machine::encode::command;
/// let mut out = Vec::new();
/// command(&mut out, ["SET", "key", "value"]);
/// assert_eq!(out, b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n");
/// ```
#[inline]
pub fn command<I>(out: &mut impl Output, args: I)
where
    I: IntoIterator<IntoIter: ExactSizeIterator, Item: AsRef<[u8]>>,
{
    let args = args.into_iter();
    header(out, Type::Array, args.len() as u64);
    for argument in args {
        bulk_string(out, argument.as_ref());
    }
}

/// An inline command: one line of words, quoted where they must be.
///
/// ```
/// use resp_machine::encode::inline;
/// let mut out = Vec::new();
/// inline(&mut out, ["ECHO", "two words", ""])?;
/// assert_eq!(out, b"ECHO \"two words\" \"\"\r\n");
/// # Ok::<(), resp_machine::encode::EncodeError>(())
/// ```
///
/// # Errors
/// [`LineTooLong`](EncodeError::LineTooLong); then nothing is written.
pub fn inline<I>(out: &mut impl Output, words: I) -> Result<(), EncodeError>
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    inline_within(out, words, LIMITS.line)
}

pub(super) fn inline_within<I>(
    out: &mut impl Output,
    words: I,
    limit: usize,
) -> Result<(), EncodeError>
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    quoted(out, words, limit, |byte| byte.is_ascii_control())?;
    out.put(CRLF);
    Ok(())
}

/// Words with a space between them, in which some bytes are `escaped`.
pub(crate) fn quoted<I>(
    out: &mut impl Output,
    words: I,
    limit: usize,
    escaped: fn(&u8) -> bool,
) -> Result<(), EncodeError>
where
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    let start = out.length();
    for (at, word) in words.into_iter().enumerate() {
        if at > 0 {
            out.put(b" ");
        }
        quote(out, word.as_ref(), escaped);
        if out.length() - start > limit {
            out.cut(start);
            return Err(EncodeError::LineTooLong { limit });
        }
    }
    Ok(())
}

fn quote(out: &mut impl Output, word: &[u8], escaped: fn(&u8) -> bool) {
    let plain = |byte: &u8| !escaped(byte) && !matches!(byte, b' ' | b'"' | b'\'');
    // A word that begins with `*` would be read as an array if it came first.
    if !word.is_empty() && word[0] != b'*' && word.iter().all(plain) {
        return out.put(word);
    }
    out.put(b"\"");
    for &byte in word {
        match byte {
            b'"' | b'\\' => out.put(&[b'\\', byte]),
            _ if escaped(&byte) => {
                let hex = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
                out.put(&[b'\\', b'x', hex(byte >> 4), hex(byte & 15)]);
            }
            _ => out.put(&[byte]),
        }
    }
    out.put(b"\"");
}
