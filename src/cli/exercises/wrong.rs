//! What is said to a wrong answer, and which hint belongs to it.

use super::page;

/// What is wrong with an answer.
pub(super) struct Wrong {
    said: String,
    hint: Hint,
}

/// What to think of.
enum Hint {
    /// What the exercise says.
    OfTheExercise,
    /// What belongs to this fault.
    Own(&'static str),
    /// Nothing: what was said is enough.
    None,
}

impl From<String> for Wrong {
    fn from(said: String) -> Wrong {
        Wrong { said, hint: Hint::OfTheExercise }
    }
}

impl Wrong {
    /// With a hint of its own.
    pub(super) fn with(said: String, hint: &'static str) -> Wrong {
        Wrong { said, hint: Hint::Own(hint) }
    }

    /// What was given is no answer that could be tried: what to think of in the exercise does not
    /// help yet.
    pub(super) fn not_tried(said: String) -> Wrong {
        Wrong { said, hint: Hint::None }
    }

    /// The same wrong, of which more is to be said before.
    pub(super) fn behind(self, before: &str) -> Wrong {
        Wrong { said: format!("{before}\n{}", self.said), ..self }
    }

    /// What is said, for a terminal; `hint` is that of the exercise.
    pub(super) fn told(&self, hint: &str) -> String {
        let hint = match self.hint {
            Hint::OfTheExercise => hint,
            Hint::Own(hint) => hint,
            Hint::None => return self.said.clone(),
        };
        format!("{}\n{}", self.said, page::hint(hint))
    }
}
