//! Glob patterns as `KEYS` and `CONFIG GET` take them.
//!
//! `*` is any bytes, `?` one byte, `[a-z]` one of a class, `[^x]` one that is not, and `\` takes
//! the meaning from what follows. The rules for malformed patterns are those of Redis: a class
//! that is not closed ends with the pattern, and a range may be written the wrong way round. So is
//! it with an empty text, which no pattern matches that is not empty itself, not even `*`. (`KEYS *`
//! is told the empty key: Redis does not compare there.)
//!
//! # Invariant
//!
//! Time is bounded by pattern times text. A mismatch goes back to the last `*` only: whatever an
//! earlier `*` could take, the last one can take too. The textbook recursion tries all of them,
//! and a pattern such as `a*a*a*a*b` then keeps a server busy for hours.
//!
//! In steps, each of which reads one part of the pattern: between two mismatches the place in the
//! pattern only grows, and each mismatch lets the last `*` begin one byte later, which no later `*`
//! undoes. So there are at most (pattern + 1) times (text + 1) of them, and the tests count.

/// Whether the whole of `text` matches `pattern`.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    if text.is_empty() {
        return pattern.is_empty();
    }
    walk(pattern, text, &mut || ())
}

/// Matches the whole of a text of which there may be nothing left, and tells of each step.
fn walk(pattern: &[u8], text: &[u8], step: &mut impl FnMut()) -> bool {
    let (mut at, mut next) = (0, 0);
    // Behind the last `*`: where the pattern goes on, and what of the text the `*` has not taken.
    let mut star: Option<(usize, usize)> = None;
    loop {
        step();
        if pattern.get(at) == Some(&b'*') {
            at += 1;
            star = Some((at, next));
            continue;
        }
        if next == text.len() && at == pattern.len() {
            return true;
        }
        let stepped = match text.get(next) {
            Some(byte) if at < pattern.len() => one(&pattern[at..], *byte),
            _ => None,
        };
        if let Some(length) = stepped {
            at += length;
            next += 1;
            continue;
        }
        match star {
            Some((behind, taken)) if taken < text.len() => {
                at = behind;
                next = taken + 1;
                star = Some((behind, next));
            }
            _ => return false,
        }
    }
}

/// Matches one byte against the beginning of a pattern that is not empty and does not begin with
/// `*`: how much of the pattern that took.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [b'?', ..] => Some(1),
        [b'[', class @ ..] => {
            let (matched, length) = in_class(class, byte);
            matched.then_some(1 + length)
        }
        [b'\\', literal, ..] => (*literal == byte).then_some(2),
        [literal, ..] => (*literal == byte).then_some(1),
        [] => None,
    }
}

/// Whether a class, given without its `[`, holds `byte`; and its length.
fn in_class(class: &[u8], byte: u8) -> (bool, usize) {
    let negated = class.first() == Some(&b'^');
    let mut at = usize::from(negated);
    let mut found = false;
    loop {
        match &class[at..] {
            [] => break,
            [b'\\', literal, ..] => {
                found |= *literal == byte;
                at += 2;
            }
            [b']', ..] => {
                at += 1;
                break;
            }
            [from, b'-', to, ..] => {
                found |= (*from.min(to)..=*from.max(to)).contains(&byte);
                at += 3;
            }
            [literal, ..] => {
                found |= *literal == byte;
                at += 1;
            }
        }
    }
    (found != negated, at)
}

#[cfg(test)]
mod tests {
    use super::{matches, walk};

    /// Whether it matches, in no more steps than there may be. It fails at the first that is too many,
    /// so that it ends.
    fn counted(pattern: &[u8], text: &[u8]) -> bool {
        let most = (pattern.len() + 1) * (text.len() + 1);
        let mut steps = 0;
        walk(pattern, text, &mut || {
            steps += 1;
            assert!(steps <= most, "{} takes more than {most} steps", pattern.escape_ascii());
        })
    }

    fn yes(pattern: &str, text: &str) {
        assert!(matches(pattern.as_bytes(), text.as_bytes()), "{pattern} should match {text}");
    }

    fn no(pattern: &str, text: &str) {
        assert!(!matches(pattern.as_bytes(), text.as_bytes()), "{pattern} should not match {text}");
    }

    #[test]
    fn what_redis_documents() {
        for text in ["hello", "hallo", "hxllo"] {
            yes("h?llo", text);
        }
        yes("h*llo", "hllo");
        yes("h*llo", "heeeello");
        yes("h[ae]llo", "hallo");
        no("h[ae]llo", "hillo");
        yes("h[^e]llo", "hallo");
        no("h[^e]llo", "hello");
        yes("h[a-b]llo", "hbllo");
        no("h[a-b]llo", "hcllo");
        yes("h[b-a]llo", "hbllo");
        yes(r"h\*llo", "h*llo");
        no(r"h\*llo", "hello");
    }

    #[test]
    fn edges() {
        yes("", "");
        no("", "a");
        no("*", "");
        no("**", "");
        yes("a*", "a");
        yes("***", "abc");
        no("?", "");
        yes("*a", "aa");
        no("*a", "ab");
        yes("a*b*c", "aXbXbc");
        no("a*b*c", "aXbXb");
        no("[]a", "a");
        no("[", "a");
        yes("[^", "a");
        yes("[a", "a");
        yes(r"[\]]", "]");
        yes(r"[a\-z]", "-");
        no(r"[a\-z]", "b");
        yes(r"\", r"\");
        no("abc", "ab");
        no("ab", "abc");
    }

    /// Against a recursive matcher that is obviously right, on every pattern and text up to a
    /// length over a small alphabet.
    #[test]
    fn every_short_pattern() {
        fn naive(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern, text) {
                ([], text) => text.is_empty(),
                ([b'*', rest @ ..], text) => {
                    naive(rest, text) || (!text.is_empty() && naive(pattern, &text[1..]))
                }
                ([b'?', rest @ ..], [_, tail @ ..]) => naive(rest, tail),
                ([byte, rest @ ..], [first, tail @ ..]) => byte == first && naive(rest, tail),
                (_, []) => false,
            }
        }
        fn words(alphabet: &[u8], most: usize) -> Vec<Vec<u8>> {
            let mut all = vec![vec![]];
            let mut from = 0;
            for _ in 0..most {
                let to = all.len();
                for at in from..to {
                    for byte in alphabet {
                        let mut word: Vec<u8> = all[at].clone();
                        word.push(*byte);
                        all.push(word);
                    }
                }
                from = to;
            }
            all
        }
        let mut compared = 0;
        let texts = words(b"ab", 5).split_off(1);
        for pattern in words(b"ab*?", 5) {
            for text in &texts {
                let expected = naive(&pattern, text);
                assert_eq!(matches(&pattern, text), expected, "{pattern:?} {text:?}");
                assert_eq!(counted(&pattern, text), expected, "{pattern:?} {text:?}");
                compared += 1;
            }
        }
        assert_eq!(compared, 1365 * 62);
    }

    /// For each pattern that ends with `b` the recursion of the textbook needs more than 10^40 steps:
    /// it finds nothing, so nothing ends it early.
    #[test]
    fn steps_are_bounded_by_pattern_times_text() {
        let text = "a".repeat(1000);
        for part in ["a*", "*a", "?*", "*?*", "[^b]*", "[a-c]*", r"\a*", "a**"] {
            let pattern = part.repeat(50) + "b";
            assert!(!counted(pattern.as_bytes(), text.as_bytes()), "{pattern}");
            let pattern = part.repeat(50);
            assert!(counted(pattern.as_bytes(), text.as_bytes()), "{pattern}");
        }
    }
}
