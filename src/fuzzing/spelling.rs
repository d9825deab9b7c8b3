//! How numbers are spelled, for the reference decoder: each function reads the content of a line
//! and says what it is, or at which index it stops being the beginning of anything valid.

use resp_machine::value::Value;

/// What a line's content is: a value, or no beginning of one from this index on.
pub(crate) type Content<T> = Result<T, usize>;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Size {
    Null,
    Negative,
    Streamed,
    Exactly(u128),
}

pub(crate) fn is_hex_escape(text: &[u8]) -> bool {
    matches!(text, [b'\\', b'x', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

pub(crate) fn sign(text: &[u8]) -> usize {
    usize::from(matches!(text.first(), Some(b'+' | b'-')))
}

/// `[+-] digits`, or where that ends.
pub(crate) fn signed_digits(text: &[u8]) -> Content<()> {
    let start = sign(text);
    let digits = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || start + digits < text.len() { Err(start + digits) } else { Ok(()) }
}

pub(crate) enum Fault {
    At(usize),
    Short,
    Huge,
}

pub(crate) enum Number {
    Whole(Size),
    /// So many, and then a byte, at this index, that is no digit.
    Cut(u128, usize),
}

/// A length or count: canonical decimal, or one of the special forms.
pub(crate) fn decimal(
    text: &[u8],
    null: bool,
    negative: bool,
    streamed: bool,
    zero_is_short: bool,
) -> Result<Number, Fault> {
    if streamed && text.first() == Some(&b'?') {
        return if text.len() == 1 { Ok(Number::Whole(Size::Streamed)) } else { Err(Fault::At(1)) };
    }
    if (null || negative) && text.first() == Some(&b'-') {
        let digits = text[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = text.get(1).copied().unwrap_or(b'x');
        if !negative {
            return match (first, text.len()) {
                (b'1', 2) => Ok(Number::Whole(Size::Null)),
                (b'1', _) => Err(Fault::At(2)),
                _ => Err(Fault::At(1)),
            };
        }
        if digits == 0 || first == b'0' {
            return Err(Fault::At(1));
        }
        let value = value_of(&text[1..1 + digits]);
        return match value {
            value if value > 1 << 63 => Err(Fault::At(0)),
            _ if 1 + digits < text.len() => Err(Fault::At(1 + digits)),
            1 => Ok(Number::Whole(Size::Null)),
            _ => Ok(Number::Whole(Size::Negative)),
        };
    }
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match text.first() {
        Some(b'0') if zero_is_short => return Err(Fault::Short),
        Some(b'0') if text.len() > 1 => return Err(Fault::At(1)),
        _ if digits == 0 => return Err(Fault::At(0)),
        _ => {}
    }
    let value = value_of(&text[..digits]);
    if value > u128::from(u64::MAX) {
        return Err(Fault::Huge);
    }
    match digits == text.len() {
        true => Ok(Number::Whole(Size::Exactly(value))),
        false => Ok(Number::Cut(value, digits)),
    }
}

/// The value of decimal digits, or something larger than any limit.
fn value_of(digits: &[u8]) -> u128 {
    digits.iter().fold(0, |n, digit| (n * 10 + u128::from(digit - b'0')).min(1 << 100))
}

/// The grammar of doubles as a little machine of its own: for each place in it, the bytes that
/// lead on.
pub(crate) fn double(text: &[u8]) -> Content<Value> {
    // 0 start, 1 sign -, 2 sign +, 3 digits, 4 point, 5 fraction, 6 e, 7 sign of e, 8 exponent,
    // 9 a word that is complete, 10 "nan" complete, 11 inside nan( ).
    let mut place = 0;
    let mut i = 0;
    while i < text.len() {
        place = match (place, text[i]) {
            (0, b'-') => 1,
            (0, b'+') => 2,
            (0..=3, b'0'..=b'9') => 3,
            (3, b'.') => 4,
            (4 | 5, b'0'..=b'9') => 5,
            (3 | 5, b'e' | b'E') => 6,
            (6, b'+' | b'-') => 7,
            (6..=8, b'0'..=b'9') => 8,
            (0 | 1, b'i' | b'n' | b'N') => {
                let word: &[u8] = match text[i] {
                    b'i' => b"inf",
                    b'n' => b"nan",
                    _ => b"NAN",
                };
                for (index, byte) in word.iter().enumerate() {
                    if text.get(i + index) != Some(byte) {
                        return Err(i + index);
                    }
                }
                i += 2;
                if word == b"inf" { 9 } else { 10 }
            }
            (10, b'(') => 11,
            (11, b')') => 9,
            (11, byte) if byte.is_ascii_alphanumeric() || byte == b'_' => 11,
            _ => return Err(i),
        };
        i += 1;
    }
    if !matches!(place, 3 | 5 | 8 | 9 | 10) {
        return Err(i);
    }
    let text = std::str::from_utf8(text).unwrap_or_default();
    Ok(Value::Double(match text.to_ascii_lowercase().contains("nan") {
        true => f64::NAN,
        false => text.parse().unwrap_or(f64::NAN),
    }))
}
