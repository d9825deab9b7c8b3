//! What redis-server makes of a client's bytes, by its own rules.
//!
//! Written from how Redis 7.0 behaves, in its order: find the end of the line first, then judge
//! it; look at one byte behind a CR only to know that it is there; never look at the two bytes
//! behind an argument. Where it depends on how the bytes arrive (a line over the limit whose end is
//! in the same read), the stricter of its answers is taken. The marker of a line is not counted in
//! its length.

/// A request's words; never none.
pub(super) type Words = Vec<Vec<u8>>;

/// How the input ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Redis waits for more, or for the next request.
    Waits,
    /// A NUL stands where Redis looks for the end of a line with a C string function: it waits, and
    /// will for ever.
    Hidden,
    /// Redis sends this and closes.
    Refuses(String),
    /// Not of Redis: the request, which is whole, has more bytes than one may have.
    TooLarge,
}

/// What bounds a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) line: usize,
    pub(super) blob: i64,
    pub(super) elements: i64,
    /// Of a whole request. Redis has no such bound: what it bounds is the bytes that it holds and
    /// has not understood yet, arguments that are whole not among them, and however many there are,
    /// they may be sent.
    pub(super) frame: usize,
}

/// What the input comes to.
#[derive(Debug)]
pub(super) struct Read {
    /// The requests that Redis would run.
    pub(super) requests: Vec<Words>,
    /// How far it is to the end of the last of them, or of an empty one behind it.
    pub(super) taken: usize,
    /// What is done then.
    pub(super) verdict: Verdict,
}

/// The requests that Redis would run, and what it does then.
pub(super) fn run(input: &[u8], bounds: Bounds) -> Read {
    let mut requests = Vec::new();
    let mut rest = input;
    let verdict = loop {
        let request = match rest.first() {
            None => break Verdict::Waits,
            Some(b'*') => multibulk(rest, bounds),
            Some(_) => inline(rest, bounds),
        };
        match request {
            Ok((_, behind)) if rest.len() - behind.len() > bounds.frame => break Verdict::TooLarge,
            Ok((words, behind)) => {
                if !words.is_empty() {
                    requests.push(words);
                }
                rest = behind;
            }
            Err(verdict) => break verdict,
        }
    };
    Read { requests, taken: input.len() - rest.len(), verdict }
}

type Taken<T> = Result<T, Verdict>;

fn refuse<T>(text: &str) -> Taken<T> {
    Err(Verdict::Refuses(format!("Protocol error: {text}")))
}

/// `strchr`: where `byte` is, before any NUL.
fn find(text: &[u8], byte: u8) -> Option<usize> {
    text.iter().take_while(|other| **other != 0).position(|other| *other == byte)
}

/// Why there is no end of a line: not yet, hidden, or not allowed any more.
fn unfinished<T>(rest: &[u8], limit: usize, what: &str) -> Taken<T> {
    if rest.len() > limit {
        return refuse(what);
    }
    Err(if rest.contains(&0) { Verdict::Hidden } else { Verdict::Waits })
}

/// A line that ends with CR and any byte: its text, marker and all, and what is behind it.
fn line<'a>(rest: &'a [u8], limit: usize, long: &str) -> Taken<(&'a [u8], &'a [u8])> {
    let Some(end) = find(rest, b'\r') else {
        return unfinished(rest, limit + 1, long);
    };
    match rest.get(end + 2..) {
        Some(behind) => Ok((&rest[..end], behind)),
        None => Err(Verdict::Waits),
    }
}

/// The number on a line, if the line is not too long for one.
fn number(line: &[u8], limit: usize, long: &str) -> Taken<Option<i64>> {
    if line.len() > limit + 1 {
        return refuse(long);
    }
    Ok(integer(line.get(1..).unwrap_or_default()))
}

/// `string2ll`: one spelling for each number.
fn integer(text: &[u8]) -> Option<i64> {
    if text == b"0" {
        return Some(0);
    }
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (first, _) = digits.split_first()?;
    if !(b'1'..=b'9').contains(first) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn multibulk(rest: &[u8], bounds: Bounds) -> Taken<(Words, &[u8])> {
    let long = "too big mbulk count string";
    let (text, mut rest) = line(rest, bounds.line, long)?;
    let count = match number(text, bounds.line, long)? {
        Some(count) if count <= bounds.elements => count,
        _ => return refuse("invalid multibulk length"),
    };
    let mut words = Words::new();
    for _ in 0..count.max(0) {
        let long = "too big bulk count string";
        // The line is looked for first, and then whether it is one of a bulk string.
        let (text, behind) = line(rest, bounds.line, long)?;
        if rest[0] != b'$' {
            let shown = if matches!(rest[0], b'\r' | b'\n') { b' ' } else { rest[0] };
            return refuse(&format!("expected '$', got '{}'", shown as char));
        }
        rest = behind;
        let length = match number(text, bounds.line, long)? {
            Some(length) if (0..=bounds.blob).contains(&length) => length as usize,
            _ => return refuse("invalid bulk length"),
        };
        if rest.len() < length + 2 {
            return Err(Verdict::Waits);
        }
        words.push(rest[..length].to_vec());
        rest = &rest[length + 2..];
    }
    Ok((words, rest))
}

fn inline(rest: &[u8], bounds: Bounds) -> Taken<(Words, &[u8])> {
    let Some(end) = find(rest, b'\n') else {
        // With the CR that may stand before the LF.
        let limit = bounds.line + usize::from(rest.get(bounds.line) == Some(&b'\r'));
        return unfinished(rest, limit, "too big inline request");
    };
    let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
    if line.len() > bounds.line {
        return refuse("too big inline request");
    }
    match split(line) {
        Some(words) => Ok((words, &rest[end + 1..])),
        None => refuse("unbalanced quotes in request"),
    }
}

/// `sdssplitargs`: the words of a line, if every quote is closed and followed by a space.
fn split(line: &[u8]) -> Option<Words> {
    let space = |byte: &u8| matches!(byte, 9..=13 | b' ');
    let mut words = Words::new();
    let mut rest = line;
    loop {
        let spaces = rest.iter().take_while(|byte| space(byte)).count();
        rest = &rest[spaces..];
        if rest.is_empty() {
            return Some(words);
        }
        let mut word = Vec::new();
        loop {
            match rest {
                [] | [b' ' | b'\t' | b'\r' | b'\n', ..] => break,
                [b'"', inside @ ..] => {
                    rest = double_quoted(inside, &mut word)?;
                    break;
                }
                [b'\'', inside @ ..] => {
                    rest = single_quoted(inside, &mut word)?;
                    break;
                }
                [byte, behind @ ..] => {
                    word.push(*byte);
                    rest = behind;
                }
            }
        }
        if rest.first().is_some_and(|byte| !space(byte)) {
            return None;
        }
        words.push(word);
    }
}

fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    loop {
        rest = match rest {
            [] => return None,
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', b'x', high, low, behind @ ..] if digit(high).and(digit(low)).is_some() => {
                word.push((digit(high)? * 16 + digit(low)?) as u8);
                behind
            }
            [b'\\', letter, behind @ ..] => {
                let at = b"nrtba".iter().position(|known| known == letter);
                word.push(at.map_or(*letter, |at| b"\n\r\t\x08\x07"[at]));
                behind
            }
            [byte, behind @ ..] => {
                word.push(*byte);
                behind
            }
        }
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [] => return None,
            [b'\'', behind @ ..] => return Some(behind),
            [b'\\', b'\'', behind @ ..] => {
                word.push(b'\'');
                behind
            }
            [byte, behind @ ..] => {
                word.push(*byte);
                behind
            }
        }
    }
}
