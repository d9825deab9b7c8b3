//! Every number of the protocol: the only place where digits become values.
//!
//! Four kinds of number, four leaves:
//!
//! | leaf | where | leading zeros | plus sign | range |
//! | --- | --- | --- | --- | --- |
//! | [`size`] | lengths and counts | no | no | up to the caller's limit |
//! | [`integer`] | `:` | yes | yes | 64 bits, signed |
//! | [`big_number`] | `(` | yes | yes | none |
//! | [`double`] | `,` | yes | yes | none: beyond binary64 it is infinite, or zero |
//!
//! A length or count frames what follows, so it has one spelling; a value has whatever spellings
//! servers and specifications allow, since no reading of it can lose the place in the stream.

use super::{Fault, Leaf, end_line, line_break, reject};
use crate::error::{ErrorKind, Expected, Found};
use nom::Err;

/// The forms of a length or count that are allowed, and its bounds.
///
/// ```
/// use resp_machine::grammar::{Forms, Size, size};
/// let bulk = Forms::length(512).null(true);
/// assert_eq!(size(bulk)(b"5\r\nhello"), Ok((&b"hello"[..], Size::Exactly(5))));
/// assert_eq!(size(bulk)(b"-1\r\n"), Ok((&b""[..], Size::Null)));
/// assert!(size(bulk)(b"513\r\n").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms {
    counts: bool,
    null: bool,
    negative: bool,
    streamed: bool,
    min: u64,
    max: u64,
}

impl Forms {
    /// A length of at most `max` bytes, and no other form.
    pub const fn length(max: u64) -> Forms {
        Forms { counts: false, null: false, negative: false, streamed: false, min: 0, max }
    }

    /// A count of at most `max` elements, and no other form.
    pub const fn count(max: u64) -> Forms {
        Forms { counts: true, ..Forms::length(max) }
    }

    /// Whether `-1`, a null, is allowed.
    pub const fn null(mut self, allowed: bool) -> Forms {
        self.null = allowed;
        self
    }

    /// Whether `-2` and below are allowed, as in requests.
    pub const fn negative(mut self, allowed: bool) -> Forms {
        self.negative = allowed;
        self
    }

    /// Whether `?`, a streamed form, is allowed.
    pub const fn streamed(mut self, allowed: bool) -> Forms {
        self.streamed = allowed;
        self
    }

    /// The least number that is allowed.
    pub const fn at_least(mut self, min: u64) -> Forms {
        self.min = min;
        self
    }

    const fn invalid(self) -> ErrorKind {
        if self.counts { ErrorKind::InvalidCount } else { ErrorKind::InvalidLength }
    }

    const fn too_large(self) -> ErrorKind {
        if self.counts { ErrorKind::TooManyElements } else { ErrorKind::BlobTooLong }
    }
}

/// What a length or count announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// `-1`.
    Null,
    /// `-2` or below.
    Negative,
    /// So many.
    Exactly(u64),
    /// `?`: as many as come.
    Streamed,
}

/// `Length` and `Count`: a decimal line with no sign and no leading zero, or one of the special
/// forms that `forms` allows.
///
/// # Errors
/// [`InvalidLength`](ErrorKind::InvalidLength) or [`InvalidCount`](ErrorKind::InvalidCount) for a
/// line of another form; [`BlobTooLong`](ErrorKind::BlobTooLong),
/// [`TooManyElements`](ErrorKind::TooManyElements) or
/// [`VerbatimTooShort`](ErrorKind::VerbatimTooShort) for a number out of bounds, at the number.
pub fn size(forms: Forms) -> impl Fn(&[u8]) -> Leaf<'_, Size> {
    move |input| match input {
        [b'?', ..] if forms.streamed => {
            end_line(input, 1, Size::Streamed, forms.invalid(), Expected::EndOfLine)
        }
        [b'-', ..] if forms.negative => negative(input, forms),
        [b'-', ..] if forms.null => match input.get(1) {
            Some(b'1') => end_line(input, 2, Size::Null, forms.invalid(), Expected::EndOfLine),
            _ => reject(input, 1, forms.invalid(), Expected::MinusOne),
        },
        _ => decimal(input, forms),
    }
}

/// A number with no sign and no leading zero, whole and in one stride, in a line of at most
/// `limit` bytes (which is at least 2): the common case of [`size`], or nothing.
#[inline(always)]
pub(crate) fn short_size(input: &[u8], limit: usize) -> Option<(&[u8], u64)> {
    // Nearly every length and count has one or two digits: matching their whole line at once is
    // 10 to 26 % faster on commands than the loop alone, and one check of four bytes cheaper than
    // one for each pattern.
    match input.first_chunk::<4>() {
        Some([a @ b'1'..=b'9', b @ b'0'..=b'9', b'\r', b'\n']) => {
            Some((&input[4..], u64::from(a - b'0') * 10 + u64::from(b - b'0')))
        }
        Some([a @ b'0'..=b'9', b'\r', b'\n', _]) => Some((&input[3..], u64::from(a - b'0'))),
        _ => longer_size(input, limit),
    }
}

fn longer_size(input: &[u8], limit: usize) -> Option<(&[u8], u64)> {
    let (digits, value) = digits(input)?;
    if digits > 1 && input[0] == b'0' {
        return None;
    }
    match input.get(digits..) {
        Some([b'\r', b'\n', rest @ ..]) if (1..=limit).contains(&digits) => Some((rest, value)),
        _ => None,
    }
}

/// The digits that `input` begins with: how many, and their value; `None` if it exceeds a `u64`.
#[inline(always)]
fn digits(input: &[u8]) -> Option<(usize, u64)> {
    let mut value = 0u64;
    let mut at = 0;
    while let Some(digit @ b'0'..=b'9') = input.get(at) {
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        at += 1;
    }
    Some((at, value))
}

fn decimal(input: &[u8], forms: Forms) -> Leaf<'_, Size> {
    let kind = forms.invalid();
    if input.first() == Some(&b'0') {
        // A leading zero leaves no room for another digit.
        if forms.min > 0 {
            return too_short(input, forms, 0);
        }
        return end_line(input, 1, Size::Exactly(0), kind, Expected::EndOfLine);
    }
    match digits(input) {
        Some((0, _)) => {
            let expected = if forms.counts { Expected::Count } else { Expected::Length };
            reject(input, 0, kind, expected)
        }
        Some((_, value)) if value > forms.max => {
            let expected = Expected::AtMost(forms.max);
            out_of_bounds(input, forms.too_large(), expected, Found::Number(value))
        }
        None => {
            let expected = Expected::AtMost(forms.max);
            out_of_bounds(input, forms.too_large(), expected, Found::HugeNumber)
        }
        Some((end, value)) if value < forms.min && input.get(end) == Some(&b'\r') => {
            too_short(input, forms, value)
        }
        Some((end, value)) => {
            end_line(input, end, Size::Exactly(value), kind, Expected::DigitOrEnd)
        }
    }
}

fn too_short(input: &[u8], forms: Forms, value: u64) -> Leaf<'_, Size> {
    let expected = Expected::AtLeast(forms.min);
    out_of_bounds(input, ErrorKind::VerbatimTooShort, expected, Found::Number(value))
}

fn negative(input: &[u8], forms: Forms) -> Leaf<'_, Size> {
    let kind = forms.invalid();
    if !matches!(input.get(1), Some(b'1'..=b'9')) {
        return reject(input, 1, kind, Expected::Digit);
    }
    match digits(&input[1..]) {
        Some((digits, value)) if value <= i64::MIN.unsigned_abs() => {
            let size = if value == 1 { Size::Null } else { Size::Negative };
            end_line(input, 1 + digits, size, kind, Expected::DigitOrEnd)
        }
        _ => out_of_bounds(input, kind, Expected::Integer64, Found::HugeNumber),
    }
}

/// A number that breaks a bound is told at its first byte, once its line is whole.
#[cold]
fn out_of_bounds<'a, T>(
    input: &'a [u8],
    kind: ErrorKind,
    expected: Expected,
    found: Found,
) -> Leaf<'a, T> {
    match reject::<T>(input, 0, kind, expected) {
        Err(Err::Error(fault)) => Err(Err::Error(Fault { found: Some(found), ..fault })),
        other => other,
    }
}

/// Where the digits of a number with an optional sign begin.
#[inline(always)]
fn after_sign(input: &[u8]) -> usize {
    usize::from(matches!(input.first(), Some(b'-' | b'+')))
}

/// `Line` of an integer: an optional sign and digits, within 64 bits.
///
/// ```
/// use resp_machine::grammar::integer;
/// assert_eq!(integer(b"-42\r\n"), Ok((&b""[..], -42)));
/// ```
///
/// # Errors
/// [`InvalidInteger`](ErrorKind::InvalidInteger), and
/// [`IntegerOutOfRange`](ErrorKind::IntegerOutOfRange) at the number's first byte.
#[inline(always)]
pub fn integer(input: &[u8]) -> Leaf<'_, i64> {
    let start = after_sign(input);
    let negative = start == 1 && input[0] == b'-';
    let (at, value) = match leading_digits(&input[start..]) {
        // Up to seven digits and what follows them: nearly every integer.
        Some((digits @ 1.., value)) => (start + digits, value as i64),
        Some((0, _)) => return no_digits(input, start, ErrorKind::InvalidInteger),
        None => return long_integer(input, start, negative),
    };
    let value = if negative { -value } else { value };
    end_line(input, at, value, ErrorKind::InvalidInteger, Expected::DigitOrEnd)
}

/// The digits that eight bytes begin with, if not all of them are: how many, and their value.
///
/// A digit turned to its value has no bit above the lowest four, and adding 0x76 to it does not
/// reach the highest; so the highest bits mark what is no digit. The digits are then moved to the
/// high end, behind zeros, and added up pair by pair. For integers this saves a fifth to a third
/// of the instructions of a loop; for lengths, which are shorter still, a loop is better.
#[inline(always)]
fn leading_digits(input: &[u8]) -> Option<(usize, u64)> {
    let (values, others) = digit_values(input)?;
    if others == 0 {
        return None;
    }
    // Sums can carry into the next byte, but only from a byte that is no digit, and only the
    // lowest of those counts.
    let digits = others.trailing_zeros() as usize / 8;
    let aligned = values.checked_shl(64 - 8 * digits as u32).unwrap_or(0);
    Some((digits, eight_digits(aligned)))
}

/// Of the first eight bytes: the values that they have if they are digits, and the highest bit of
/// those that are none.
#[inline(always)]
fn digit_values(input: &[u8]) -> Option<(u64, u64)> {
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let values = u64::from_le_bytes(*input.first_chunk::<8>()?) ^ u64::from_le_bytes([b'0'; 8]);
    Some((values, (values.wrapping_add(u64::from_le_bytes([0x76; 8])) | values) & HIGH))
}

/// The number that the values of eight digits make, the first in the lowest byte.
#[inline(always)]
fn eight_digits(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    low.wrapping_add(high) >> 32
}

/// Eight to fifteen digits, and what follows them: identifiers and times, mostly.
#[inline(always)]
fn eight_digits_and_more(input: &[u8]) -> Option<(usize, u64)> {
    const POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let (values, 0) = digit_values(input)? else { return None };
    let (digits, value) = leading_digits(&input[8..])?;
    Some((8 + digits, eight_digits(values) * POWERS.get(digits)? + value))
}

#[cold]
fn no_digits<T>(input: &[u8], at: usize, kind: ErrorKind) -> Leaf<'_, T> {
    let expected = if at == 0 { Expected::Number } else { Expected::Digit };
    reject(input, at, kind, expected)
}

/// An integer of any length, or at the end of the input.
fn long_integer(input: &[u8], start: usize, negative: bool) -> Leaf<'_, i64> {
    let bound = if negative { i64::MIN.unsigned_abs() } else { i64::MAX.unsigned_abs() };
    let rest = &input[start..];
    match eight_digits_and_more(rest).or_else(|| digits(rest)) {
        Some((0, _)) => no_digits(input, start, ErrorKind::InvalidInteger),
        Some((digits, value)) if value <= bound => {
            let value = if negative { 0i64.wrapping_sub_unsigned(value) } else { value as i64 };
            end_line(input, start + digits, value, ErrorKind::InvalidInteger, Expected::DigitOrEnd)
        }
        _ => out_of_bounds(
            input,
            ErrorKind::IntegerOutOfRange,
            Expected::Integer64,
            Found::HugeNumber,
        ),
    }
}

/// `Line` of a big number: an optional sign and digits. Returns the text.
///
/// # Errors
/// [`InvalidBigNumber`](ErrorKind::InvalidBigNumber).
#[inline]
pub fn big_number(input: &[u8]) -> Leaf<'_, &[u8]> {
    let kind = ErrorKind::InvalidBigNumber;
    let start = after_sign(input);
    let at = skip_digits(input, start);
    if at == start {
        return no_digits(input, start, kind);
    }
    end_line(input, at, &input[..at], kind, Expected::DigitOrEnd)
}

#[inline(always)]
fn skip_digits(input: &[u8], mut at: usize) -> usize {
    while matches!(input.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    at
}

/// `Line` of a double: `[+-] digits [. digits] [e [+-] digits]`, `inf`, `-inf`, or a spelling of
/// NaN that servers are known to send (`nan`, `-nan`, `NAN`, `nan(…)`). Returns the text.
///
/// # Errors
/// [`InvalidDouble`](ErrorKind::InvalidDouble).
#[inline]
pub fn double(input: &[u8]) -> Leaf<'_, &[u8]> {
    let kind = ErrorKind::InvalidDouble;
    let (at, expected) = match double_end(input) {
        Ok(end) => end,
        Err((at, expected)) => return reject(input, at, kind, expected),
    };
    end_line(input, at, &input[..at], kind, expected)
}

/// The number that the text of a double spells, NaN aside.
#[inline]
pub(crate) fn double_value(text: &[u8]) -> f64 {
    if let Some(value) = short_decimal(text) {
        return value;
    }
    // The text was accepted by the grammar, which `parse` includes.
    let text = core::str::from_utf8(text).unwrap_or_default();
    text.parse().unwrap_or(f64::NAN)
}

/// A decimal of at most 15 digits and no exponent, which is most of what is sent.
///
/// Both its digits as one integer and the power of ten that divides them are binary64s exactly,
/// so that their quotient is rounded once, and rightly (W. D. Clinger, "How to read floating point
/// numbers accurately", 1990). It costs a third of the general case.
#[inline]
fn short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if text.len() > 15 {
        return None;
    }
    let start = after_sign(text);
    let mut value = 0i64;
    let mut point = text.len();
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' => point = at + 1,
            _ => return None,
        }
    }
    let value = value as f64 / POWERS[text.len() - point];
    Some(if text.first() == Some(&b'-') { -value } else { value })
}

/// Where the double ends and what could still follow, or where it stops being one.
#[inline]
fn double_end(input: &[u8]) -> Result<(usize, Expected), (usize, Expected)> {
    let start = after_sign(input);
    let mut at = skip_digits(input, start);
    if at == start {
        return double_word(input, start);
    }
    if input.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = skip_digits(input, fraction);
        if at == fraction {
            return Err((at, Expected::Digit));
        }
    }
    if let Some(b'e' | b'E') = input.get(at) {
        let exponent = at + 1 + after_sign(&input[at + 1..]);
        at = skip_digits(input, exponent);
        if at == exponent {
            return Err((at, Expected::Digit));
        }
    }
    Ok((at, Expected::DigitOrEnd))
}

#[cold]
fn double_word(input: &[u8], start: usize) -> Result<(usize, Expected), (usize, Expected)> {
    let word: &[u8; 3] = match (input.first(), input.get(start)) {
        (Some(b'+'), _) => return Err((start, Expected::Digit)),
        (_, Some(b'i')) => b"inf",
        (_, Some(b'n')) => b"nan",
        (_, Some(b'N')) => b"NAN",
        _ => return Err((start, Expected::Double)),
    };
    let same = input[start..].iter().zip(word).take_while(|(a, b)| a == b).count();
    if same < word.len() {
        return Err((start + same, Expected::DoubleWord));
    }
    let at = start + 3;
    if input.get(at) != Some(&b'(') || input[start] == b'i' {
        return Ok((at, Expected::EndOfLine));
    }
    // The C standard's nan(n-char-sequence): letters, digits and underscores.
    let inside = &input[at + 1..];
    let chars =
        inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    match inside.get(chars) {
        Some(b')') => Ok((at + 1 + chars + 1, Expected::EndOfLine)),
        _ => Err((at + 1 + chars, Expected::DoubleWord)),
    }
}

/// Whether `text` is, whole, what `leaf` reads before CR LF.
pub(crate) fn is_line<T>(text: &[u8], valid: impl Fn(&[u8]) -> Option<(usize, T)>) -> bool {
    line_break(text).is_none() && valid(text).is_some_and(|(end, _)| end == text.len())
}

/// Whether `text` is the whole text of a double.
pub(crate) fn is_double(text: &[u8]) -> bool {
    is_line(text, |text| double_end(text).ok())
}

/// Whether `text` is the whole text of a big number, or of an integer of any size.
pub(crate) fn is_big_number(text: &[u8]) -> bool {
    is_line(text, |text| {
        let start = after_sign(text);
        let end = skip_digits(text, start);
        (end > start).then_some((end, ()))
    })
}
