//! The requests: how many there are of each length, as arrays of arguments and as lines of words.

use crate::LONGEST;
use crate::counts::{Alphabet, Counts, around, fixpoint, or, plus, sequence, star, then, words};

/// The grammar of requests, in the letters that there are.
pub(crate) struct Requests {
    pub(crate) alphabet: Alphabet,
    pub(crate) most: usize,
}

impl Requests {
    /// `*`, a count, and so many bulk strings; a negative count is an empty request.
    pub(crate) fn arrays(&self) -> Counts {
        let (most, alphabet) = (self.most, self.alphabet);
        if !alphabet.has(b'*') {
            return words(most, 0, 0);
        }
        let argument = match alphabet.has(b'$') {
            true => around(&alphabet.blob(most, 0, LONGEST, 0), 1),
            false => words(most, 0, 0),
        };
        let mut all = around(&alphabet.counted(&argument, 1), 1);
        if alphabet.has(b'-') {
            let first = alphabet.that(|byte| matches!(byte, b'1'..=b'9'));
            let number = then(&words(most, 1, first), &star(most, alphabet.digits()));
            all = or(&all, &around(&number, 4));
        }
        all
    }

    /// Words, and LF. (A CR before the LF is dropped; between words it would be white space, and in
    /// a quote it would leave that open, so the lines are the same as if it were part of them.)
    pub(crate) fn lines(&self) -> Counts {
        let (most, alphabet) = (self.most, self.alphabet);
        let one = |many: u64| words(most, 1, many);
        // White space; and of this what ends a word that has no quotes. The others are letters,
        // though not the first of a word.
        let space = alphabet.that(|byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | b'\r'));
        let ends = alphabet.that(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
        let quotes = alphabet.that(|byte| matches!(byte, b'"' | b'\''));
        let specials = alphabet.that(|byte| matches!(byte, b'\n' | 0));
        let letters = alphabet.any() - specials - ends - quotes;
        let first = letters - (space - ends);

        let plain = then(&one(first), &star(most, letters));
        let quoted = or(&self.double_quoted(), &self.single_quoted());
        let nothing = words(most, 0, 1);
        let line = fixpoint(most, |line| {
            let behind_plain = or(&nothing, &then(&one(ends), line));
            let behind_quoted = or(&nothing, &then(&one(space), line));
            let with_quotes = then(&or(&nothing, &plain), &quoted);
            let some = or(&then(&plain, &behind_plain), &then(&with_quotes, &behind_quoted));
            then(&star(most, space), &or(&nothing, &some))
        });
        // What begins with `*` is none.
        let star_first = if alphabet.has(b'*') {
            let behind_plain = or(&nothing, &then(&one(ends), &line));
            let behind_quoted = or(&nothing, &then(&one(space), &line));
            let word = around(&star(most, letters), 1);
            or(&then(&word, &behind_plain), &then(&then(&word, &quoted), &behind_quoted))
        } else {
            words(most, 0, 0)
        };
        let lines: Counts = line.iter().zip(&star_first).map(|(all, star)| all - star).collect();
        if alphabet.has(b'\n') { around(&lines, 1) } else { words(most, 0, 0) }
    }

    /// How many bytes may stand in quotes that are neither this quote nor a backslash.
    fn others(&self, quote: u8) -> u64 {
        self.alphabet.that(|byte| !matches!(byte, b'\n' | 0 | b'\\') && byte != quote)
    }

    /// A backslash takes whatever follows with it. (`\x41` is one byte, but `\x`, `4` and `1` may
    /// stand there, too.)
    fn double_quoted(&self) -> Counts {
        if !self.alphabet.has(b'"') {
            return words(self.most, 0, 0);
        }
        let others = self.others(b'"');
        let pairs = if self.alphabet.has(b'\\') { others + 2 } else { 0 };
        let letter = or(&words(self.most, 1, others), &words(self.most, 2, pairs));
        around(&sequence(&letter), 2)
    }

    /// A backslash takes a quote with it, and is a letter before anything else: backslashes, and
    /// another letter; or one at least, and a quote.
    fn single_quoted(&self) -> Counts {
        if !self.alphabet.has(b'\'') {
            return words(self.most, 0, 0);
        }
        let most = self.most;
        let backslashes = u64::from(self.alphabet.has(b'\\'));
        let other = then(&star(most, backslashes), &words(most, 1, self.others(b'\'')));
        let escaped = around(&plus(most, backslashes), 1);
        around(&sequence(&or(&other, &escaped)), 2)
    }
}
