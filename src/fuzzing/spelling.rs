//! How numbers are spelled, for the reference decoder: each function reads the content of a line
//! and says what it is, or at which index it stops being the beginning of anything valid.

use resp_machine::ErrorKind as Kind;
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

fn is_hex_escape(text: &[u8]) -> bool {
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

/// The words of an inline command: Redis' `sdssplitargs`, byte for byte. `end` is where the LF is
/// that ended the line.
pub(crate) fn words(line: &[u8], end: usize) -> Result<Vec<Vec<u8>>, (Kind, usize)> {
    let space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r');
    let mut words = Vec::new();
    let mut i = 0;
    loop {
        while i < line.len() && space(line[i]) {
            i += 1;
        }
        if i == line.len() {
            break;
        }
        let mut word = Vec::new();
        let mut quote = 0u8;
        loop {
            let Some(&byte) = line.get(i) else {
                if quote != 0 {
                    return Err((Kind::UnbalancedQuotes, end));
                }
                break;
            };
            if byte == 0 {
                return Err((Kind::NulInInline, i));
            }
            if quote == b'"' && byte == b'\\' && is_hex_escape(&line[i..]) {
                let text = std::str::from_utf8(&line[i + 2..i + 4]).unwrap_or("0");
                word.push(u8::from_str_radix(text, 16).unwrap_or(0));
                i += 4;
            } else if quote == b'"' && byte == b'\\' && line.get(i + 1).is_some_and(|b| *b != 0) {
                word.push(match line[i + 1] {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => other,
                });
                i += 2;
            } else if quote == b'\'' && line[i..].starts_with(b"\\'") {
                word.push(b'\'');
                i += 2;
            } else if quote != 0 && byte == quote {
                i += 1;
                match line.get(i) {
                    Some(0) => return Err((Kind::NulInInline, i)),
                    Some(next) if !space(*next) => return Err((Kind::UnbalancedQuotes, i)),
                    _ => break,
                }
            } else if quote == 0 && matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                break;
            } else if quote == 0 && (byte == b'"' || byte == b'\'') {
                quote = byte;
                i += 1;
            } else {
                word.push(byte);
                i += 1;
            }
        }
        words.push(word);
    }
    Ok(words)
}

/// The shortest text that reads as the number, whole numbers without a point, as the encoder
/// documents it: the digits are those of the standard library.
///
/// Where an exponent is written is not documented: from 1e16 on, and below 1e-5.
pub(crate) fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let size = value.abs();
    let plain = size == 0.0 || (1e-5..1e16).contains(&size);
    let short = format!("{value:e}");
    let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    let behind = digits.bytes().filter(u8::is_ascii_digit).count() - 1;
    let exponent: i64 = exponent.parse().unwrap_or(0);
    // Of two texts that are equally short and equally near, that with the even digit: which is how a
    // number of digits that is asked for is rounded, and not how the shortest is.
    let even = match plain {
        true => format!("{value:.*}", usize::try_from(behind as i64 - exponent).unwrap_or(0)),
        false => format!("{value:.behind$e}"),
    };
    match even.parse::<f64>() {
        Ok(read) if read == value => even,
        _ if plain => format!("{value}"),
        _ => short,
    }
}
