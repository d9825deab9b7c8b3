//! How many words of each length a language has, and the arithmetic of that.
//!
//! A language is known here by its counts alone: one followed by another is a convolution, one or
//! the other a sum, any number of words the sum of the powers. None of this sees a word, so what is
//! added up must not be ambiguous: a word that can be made in two ways is counted twice.

/// For each length, how many words there are.
pub(crate) type Counts = Vec<u64>;

/// Words of one language, followed by words of another.
pub(crate) fn then(a: &Counts, b: &Counts) -> Counts {
    let mut both = vec![0; a.len()];
    for (i, many) in a.iter().enumerate() {
        for (j, more) in b.iter().enumerate().take(a.len() - i) {
            both[i + j] += many * more;
        }
    }
    both
}

pub(crate) fn or(a: &Counts, b: &Counts) -> Counts {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// One word of `length` bytes, or several such.
pub(crate) fn words(most: usize, length: usize, many: u64) -> Counts {
    (0..=most).map(|n| if n == length { many } else { 0 }).collect()
}

/// Words of `base` letters, of any length.
pub(crate) fn star(most: usize, base: u64) -> Counts {
    (0..=most).map(|n| base.pow(n as u32)).collect()
}

/// The same, but not the empty word.
pub(crate) fn plus(most: usize, base: u64) -> Counts {
    let mut some = star(most, base);
    some[0] = 0;
    some
}

/// The language shifted by so many bytes that can be written in one way.
pub(crate) fn around(counts: &Counts, bytes: usize) -> Counts {
    then(&words(counts.len() - 1, bytes, 1), counts)
}

/// Any number of words, none of which is empty.
pub(crate) fn sequence(word: &Counts) -> Counts {
    let most = word.len() - 1;
    let mut all = words(most, 0, 1);
    let mut power = all.clone();
    for _ in 0..most {
        power = then(&power, word);
        all = or(&all, &power);
    }
    all
}

/// A language that is made of itself: each part is shorter than the whole, so the counts are found
/// from the shortest on.
pub(crate) fn fixpoint(most: usize, next: impl Fn(&Counts) -> Counts) -> Counts {
    let mut counts = words(most, 0, 0);
    loop {
        let more = next(&counts);
        if more == counts {
            return counts;
        }
        counts = more;
    }
}

/// The letters of the cut-down alphabet.
#[derive(Clone, Copy)]
pub(crate) struct Alphabet {
    pub(crate) bytes: &'static [u8],
}

impl Alphabet {
    pub(crate) fn has(self, byte: u8) -> bool {
        self.bytes.contains(&byte)
    }

    pub(crate) fn all(self, word: &[u8]) -> bool {
        word.iter().all(|byte| self.has(*byte))
    }

    /// How many letters there are, and how many that `are` so.
    pub(crate) fn any(self) -> u64 {
        self.bytes.len() as u64
    }

    pub(crate) fn that(self, are: impl Fn(u8) -> bool) -> u64 {
        self.bytes.iter().filter(|byte| are(**byte)).count() as u64
    }

    pub(crate) fn digits(self) -> u64 {
        self.that(|byte| byte.is_ascii_digit())
    }

    /// The number of a length or count, if it can be written; how many bytes that takes.
    pub(crate) fn number(self, number: u64) -> Option<usize> {
        let text = number.to_string();
        self.all(text.as_bytes()).then_some(text.len())
    }

    /// A blob of `least` to `longest` bytes: number, CRLF, that many bytes, CRLF; `spent` of the
    /// bytes are written in one way.
    pub(crate) fn blob(self, most: usize, least: u64, longest: u64, spent: u32) -> Counts {
        let mut counts = words(most, 0, 0);
        for length in least..=longest {
            let Some(digits) = self.number(length) else { continue };
            let total = digits + 4 + length as usize;
            if total <= most {
                counts[total] += self.any().pow(length as u32 - spent);
            }
        }
        counts
    }

    /// A count, CRLF, and so many times `per` words of a language.
    pub(crate) fn counted(self, of: &Counts, per: usize) -> Counts {
        let most = of.len() - 1;
        let mut all = words(most, 0, 0);
        let mut power = words(most, 0, 1);
        for count in 0..=most as u64 {
            if let Some(digits) = self.number(count) {
                all = or(&all, &around(&power, digits + 2));
            }
            for _ in 0..per {
                power = then(&power, of);
            }
        }
        all
    }
}
