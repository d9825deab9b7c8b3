//! The replies of RESP2 and of RESP3: how many frames of each length there are.

use crate::LONGEST;
use crate::counts::{Alphabet, Counts, around, fixpoint, or, plus, sequence, star, then, words};
use resp_machine::Dialect;

/// The grammar of one dialect, in the letters that there are.
pub(crate) struct Replies {
    pub(crate) dialect: Dialect,
    pub(crate) alphabet: Alphabet,
    pub(crate) most: usize,
}

impl Replies {
    /// How many frames there are of each length up to `most`.
    pub(crate) fn count(&self) -> Counts {
        let leaves = self.leaves();
        // A push is no element, and none stands inside another: what a push holds is made of this.
        let undisturbed = fixpoint(self.most, |values| {
            let attributed = then(&self.attribute(values), values);
            or(&leaves, &or(&self.aggregates(values, &words(self.most, 0, 1)), &attributed))
        });
        let push = self.if_has(b'>', self.alphabet.counted(&undisturbed, 1));
        // Pushes may interrupt an aggregate before each value, the value that an attribute describes,
        // and the end of a stream.
        let pushes = sequence(&push);
        let element = |values: &Counts| then(&pushes, values);
        let values = fixpoint(self.most, |values| {
            let element = element(values);
            let attributed = then(&self.attribute(&element), &element);
            or(&leaves, &or(&self.aggregates(&element, &pushes), &attributed))
        });
        let element = element(&values);
        // At the top a push is a frame of its own. One behind an attribute is what that describes.
        let whole = or(&or(&leaves, &push), &self.aggregates(&element, &pushes));
        let attribute = self.attribute(&element);
        fixpoint(self.most, |frames| or(&whole, &then(&attribute, frames)))
    }

    /// What begins with this marker, if the dialect has it and it can be written.
    fn if_has(&self, marker: u8, counts: Counts) -> Counts {
        let known = self.dialect == Dialect::Resp3 || b"+-:$*".contains(&marker);
        match known && self.alphabet.has(marker) {
            true => around(&counts, 1),
            false => words(self.most, 0, 0),
        }
    }

    /// Values that hold no others.
    fn leaves(&self) -> Counts {
        let (most, alphabet) = (self.most, self.alphabet);
        let line = |counts: Counts| around(&counts, 2);
        let text = line(star(most, alphabet.that(|byte| !matches!(byte, b'\r' | b'\n'))));
        let mut leaves = words(most, 0, 0);
        let mut add = |marker, counts| leaves = or(&leaves, &self.if_has(marker, counts));
        add(b'+', text.clone());
        add(b'-', text);
        add(b':', line(self.signed()));
        add(b'(', line(self.signed()));
        add(b',', line(self.double()));
        add(b'_', words(most, 2, 1));
        add(b'#', words(most, 3, alphabet.that(|byte| matches!(byte, b't' | b'f'))));
        let blob = alphabet.blob(most, 0, LONGEST, 0);
        add(b'$', blob.clone());
        add(b'!', blob);
        if alphabet.has(b':') {
            add(b'=', alphabet.blob(most, 4, LONGEST, 1));
        }
        if alphabet.all(b"-1") {
            add(b'$', words(most, 4, 1));
            add(b'*', words(most, 4, 1));
        }
        if self.streams() && alphabet.all(b";0") {
            // Chunks, any number of them, between the header and `;0`.
            let chunk = around(&alphabet.blob(most, 1, LONGEST, 0), 1);
            add(b'$', around(&sequence(&chunk), 7));
        }
        leaves
    }

    fn streams(&self) -> bool {
        self.dialect == Dialect::Resp3 && self.alphabet.has(b'?')
    }

    /// `[+-]? digit+`
    fn signed(&self) -> Counts {
        let some = plus(self.most, self.alphabet.digits());
        let signs = self.alphabet.that(|byte| matches!(byte, b'+' | b'-'));
        or(&some, &then(&words(self.most, 1, signs), &some))
    }

    /// `[+-]? digit+ (. digit+)? ([eE] [+-]? digit+)?`, `-?inf`, `-?nan`, `-?nan(letters)`
    fn double(&self) -> Counts {
        let (most, alphabet) = (self.most, self.alphabet);
        let some = plus(most, alphabet.digits());
        let nothing = words(most, 0, 1);
        let fraction = match alphabet.has(b'.') {
            true => or(&nothing, &around(&some, 1)),
            false => nothing.clone(),
        };
        let letters = alphabet.that(|byte| matches!(byte, b'e' | b'E'));
        let exponent = or(&nothing, &then(&words(most, 1, letters), &self.signed()));
        let decimal = then(&then(&self.signed(), &fraction), &exponent);
        let inside = alphabet.that(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let payload = match alphabet.all(b"()") {
            true => around(&star(most, inside), 2),
            false => words(most, 0, 0),
        };
        let has = |name: &[u8]| words(most, 3, u64::from(alphabet.all(name)));
        let nans = or(&has(b"nan"), &has(b"NAN"));
        let word = or(&has(b"inf"), &then(&nans, &or(&nothing, &payload)));
        let minus = if alphabet.has(b'-') { around(&word, 1) } else { words(most, 0, 0) };
        or(&decimal, &or(&word, &minus))
    }

    /// Arrays, sets and maps of such elements; `before_end` may come before the end of a stream.
    fn aggregates(&self, element: &Counts, before_end: &Counts) -> Counts {
        let mut all = words(self.most, 0, 0);
        for (marker, per) in [(b'*', 1), (b'~', 1), (b'%', 2)] {
            all = or(&all, &self.if_has(marker, self.alphabet.counted(element, per)));
            if self.streams() && self.alphabet.has(b'.') {
                let entry = if per == 2 { then(element, element) } else { element.clone() };
                let streamed = then(&sequence(&entry), before_end);
                all = or(&all, &self.if_has(marker, around(&streamed, 6)));
            }
        }
        all
    }

    /// An attribute, without what it describes.
    fn attribute(&self, element: &Counts) -> Counts {
        self.if_has(b'|', self.alphabet.counted(element, 2))
    }
}
