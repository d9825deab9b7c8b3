//! `exercise`: the exercises of the book, whose answers the machine checks.
//!
//! A question is data: a [`Check`] says what kind of answer it takes, and the answer is held against
//! what the machine does with the bytes, never against a word that stands here. So an answer that
//! nobody thought of is right if it is right. The chapters of the book show the questions of theirs
//! by way of `exercise --chapter NAME --format markdown`.
//!
//! | Module | Holds |
//! | --- | --- |
//! | `mod` | the kinds of questions, and how an answer is judged |
//! | `notation` | how answers and verdicts are written |
//! | `page` | the questions, for a terminal or for the book |
//! | `seen` | what is seen of the machine on some bytes |
//! | `wrong` | what is said to a wrong answer |
//! | `talk` | talking to a learner's server |
//! | `listen` | being the server of a learner's client |
//! | the others | a chapter each |
//!
//! To add an exercise: a line in its chapter's module, and right and wrong answers to it in
//! `tests/exercises/answers.rs`. To add a chapter: a module, and a line in [`CHAPTERS`].

mod body;
mod client;
mod count;
mod elements;
mod end;
mod errors;
mod fuzz;
mod length;
mod line;
mod listen;
mod nesting;
mod notation;
mod page;
mod partial;
mod requests;
mod resp3;
mod seen;
mod server;
mod start;
mod talk;
mod types;
mod wire;
mod wrong;

use super::escapes::unescape;
use super::{Failure, Outcome, state};
use crate::show::Count;
use crate::state::State;
use page::Format;
use seen::Seen;
use std::cmp::Ordering;
use std::io::{self, Write as _};
use std::time::Duration;
use wrong::Wrong;

/// The chapters that have exercises, in the order of the book.
const CHAPTERS: &[(&str, &[Exercise])] = &[
    ("wire", wire::EXERCISES),
    ("start", start::EXERCISES),
    ("line", line::EXERCISES),
    ("length", length::EXERCISES),
    ("body", body::EXERCISES),
    ("count", count::EXERCISES),
    ("elements", elements::EXERCISES),
    ("end", end::EXERCISES),
    ("partial", partial::EXERCISES),
    ("nesting", nesting::EXERCISES),
    ("resp3", resp3::EXERCISES),
    ("errors", errors::EXERCISES),
    ("requests", requests::EXERCISES),
    ("server", server::EXERCISES),
    ("client", client::EXERCISES),
    ("fuzz", fuzz::EXERCISES),
    ("types", types::EXERCISES),
];

/// A question, and how an answer to it is judged.
struct Exercise {
    /// What is asked, in Markdown.
    question: &'static str,
    /// What to think of, for an answer that is wrong.
    hint: &'static str,
    /// The right answers.
    check: Check,
}

/// What kind of answer a question takes, and which are right.
enum Check {
    /// The letter, or the name, of the state in which these bytes leave the machine.
    State(crate::Dialect, &'static [u8]),
    /// The letters of all states on these bytes, from the S in which the machine begins.
    Path(crate::Dialect, &'static [u8]),
    /// The state in which these bytes leave the machine, and how many values each open aggregate
    /// lacks, outermost first.
    Stack(crate::Dialect, &'static [u8]),
    /// A number that is seen when the machine has read these bytes.
    Number(crate::Dialect, &'static [u8], fn(&Seen) -> u64),
    /// Where to cut these bytes: `Err` says what is wrong with what was seen of the first piece.
    Cut(crate::Dialect, &'static [u8], fn(&Seen) -> Result<(), String>),
    /// Bytes to write, in the notation of `--text`: `Err` says what is wrong with them.
    Bytes(crate::Dialect, fn(&Seen) -> Result<(), String>),
    /// The address of a server, and what it has to do.
    Server(&'static [talk::Scene]),
    /// The command that runs a client, and what it has to do.
    Client(&'static [listen::Scene]),
}

#[derive(Debug, clap::Args)]
#[command(after_help = notation::help())]
pub(super) struct Args {
    /// Which one; all are listed if it is left out
    name: Option<String>,
    /// The answer; the question is shown if it is left out
    #[arg(allow_hyphen_values = true)]
    answer: Option<String>,
    /// List those of one chapter
    #[arg(long, conflicts_with = "name")]
    chapter: Option<String>,
    /// How questions are printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// How many seconds a learner's server may take for a reply, or a learner's client for a scene
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    patience: u64,
}

pub(super) fn run(args: &Args) -> Outcome {
    let text = match (&args.name, &args.answer) {
        (None, _) => list(args.chapter.as_deref(), args.format)?,
        (Some(name), None) => args.format.question(name, find(name)?),
        (Some(name), Some(answer)) => {
            let exercise = find(name)?;
            let judged = exercise.check.judge(answer, Duration::from_secs(args.patience));
            judged.map_err(|wrong| {
                Failure::Invalid(format!("not yet: {}", wrong.told(exercise.hint)))
            })?
        }
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// The exercise called `CHAPTER-NUMBER`.
fn find(name: &str) -> Result<&'static Exercise, Failure> {
    let unknown =
        || Failure::Invalid(format!("no exercise is called {name}; without a name all are listed"));
    let (chapter, number) = name.rsplit_once('-').ok_or_else(unknown)?;
    let (_, exercises) =
        CHAPTERS.iter().find(|(known, _)| *known == chapter).ok_or_else(unknown)?;
    let number: usize = number.parse().map_err(|_| unknown())?;
    number.checked_sub(1).and_then(|at| exercises.get(at)).ok_or_else(unknown)
}

/// The questions of a chapter, or of all.
fn list(wanted: Option<&str>, format: Format) -> Result<String, Failure> {
    let mut text = String::new();
    for (chapter, exercises) in CHAPTERS {
        if wanted.is_none_or(|wanted| wanted == *chapter) {
            for (at, exercise) in exercises.iter().enumerate() {
                text.push_str(&format.question(&format!("{chapter}-{}", at + 1), exercise));
            }
        }
    }
    match wanted {
        Some(chapter) if text.is_empty() => {
            Err(Failure::Invalid(format!("no chapter called {chapter} has exercises")))
        }
        _ => Ok(text + format.end()),
    }
}

impl Exercise {
    /// The command that takes the answer.
    fn usage(&self, name: &str) -> String {
        format!("cargo resp exercise {name} {}", self.check.answer().short)
    }
}

impl Check {
    /// How an answer is written, in short and in words.
    fn answer(&self) -> notation::Answer {
        match self {
            Check::State(..) => notation::STATE,
            Check::Path(..) => notation::PATH,
            Check::Stack(..) => notation::STACK,
            Check::Number(..) | Check::Cut(..) => notation::NUMBER,
            Check::Bytes(..) => notation::BYTES,
            Check::Server(_) => notation::SERVER,
            Check::Client(_) => notation::CLIENT,
        }
    }

    /// The bytes that are asked about.
    #[cfg(test)]
    fn input(&self) -> Option<&'static [u8]> {
        match *self {
            Check::State(_, input)
            | Check::Path(_, input)
            | Check::Stack(_, input)
            | Check::Number(_, input, _)
            | Check::Cut(_, input, _) => Some(input),
            Check::Bytes(..) | Check::Server(_) | Check::Client(_) => None,
        }
    }

    /// What to say to a right answer, or what is wrong with it.
    fn judge(&self, answer: &str, patience: Duration) -> Result<String, Wrong> {
        let form = self.answer();
        if form.is_left_in(answer) {
            return Err(Wrong::not_tried(format!(
                "put {} in the place of {}",
                form.yours, form.gap
            )));
        }
        match *self {
            Check::State(dialect, input) => {
                let answer = state(answer)?;
                let seen = Seen::of(dialect, input);
                if answer != seen.state {
                    return Err(elsewhere(answer));
                }
                Ok(format!("Right: {seen}.\n"))
            }
            Check::Path(dialect, input) => {
                let separators = |c: char| !c.is_alphanumeric();
                let words = answer.split(separators).filter(|word| !word.is_empty());
                let mut path = words.map(state).collect::<Result<Vec<_>, _>>()?;
                // Who leaves out the first S means the same.
                if path.first().is_some_and(|first| *first != State::Start) {
                    path.insert(0, State::Start);
                }
                let seen = Seen::of(dialect, input);
                let same = path.iter().zip(&seen.path).take_while(|(a, b)| a == b).count();
                if same < path.len() {
                    let wrong = path[same].letter();
                    return Err(Wrong::from(format!(
                        "the first {same} are right; then the machine does not go to {wrong}"
                    )));
                }
                if same < seen.path.len() {
                    let more = seen.path.len() - same;
                    return Err(Wrong::from(format!("right so far; {more} more follow")));
                }
                Ok(format!("Right: {seen}.\n"))
            }
            Check::Stack(dialect, input) => {
                let mut words = answer.split_whitespace();
                let answer = state(words.next().unwrap_or_default())?;
                let numbers = words.map(decimal).collect::<Result<Vec<_>, _>>()?;
                let seen = Seen::of(dialect, input);
                if answer != seen.state {
                    return Err(elsewhere(answer));
                }
                match numbers.len().cmp(&seen.stack.len()) {
                    Ordering::Less => return Err(Wrong::from("more is open than that".to_owned())),
                    Ordering::Greater => return Err(Wrong::from("not so much is open".to_owned())),
                    Ordering::Equal => {}
                }
                let levels = numbers.iter().zip(&seen.stack);
                match levels.clone().position(|(n, open)| open.remaining != Some(*n)) {
                    Some(wrong) => Err(Wrong::from(format!("number {} is another", wrong + 1))),
                    None => Ok(format!("Right: {seen}.\n")),
                }
            }
            Check::Number(dialect, input, number) => {
                let answer = decimal(answer)?;
                let seen = Seen::of(dialect, input);
                let right = number(&seen);
                match answer.cmp(&right) {
                    Ordering::Less => Err(Wrong::from("it is more".to_owned())),
                    Ordering::Greater => Err(Wrong::from("it is less".to_owned())),
                    Ordering::Equal => Ok(format!("Right: {seen}.\n")),
                }
            }
            Check::Cut(dialect, input, judge) => {
                let at = usize::try_from(decimal(answer)?).unwrap_or(usize::MAX);
                let all = Count(input.len() as u64, "byte");
                let piece = input.get(..at).ok_or_else(|| format!("there are {all}"))?;
                let seen = Seen::of(dialect, piece);
                judge(&seen)?;
                Ok(format!("Right: of the first {}, {seen}.\n", Count(at as u64, "byte")))
            }
            Check::Bytes(dialect, judge) => {
                let seen = Seen::of(dialect, &unescape(answer)?);
                judge(&seen).map_err(|wrong| format!("{wrong}; of these bytes, {seen}"))?;
                Ok(format!("Right: {seen}.\n"))
            }
            Check::Server(scenes) => talk::play(scenes, answer, patience),
            Check::Client(scenes) => listen::play(scenes, answer, patience),
        }
    }
}

fn elsewhere(answer: State) -> Wrong {
    Wrong::from(format!("{} is not where the machine stands", answer.letter()))
}

fn decimal(word: &str) -> Result<u64, String> {
    word.trim().parse().map_err(|_| format!("{word} is no number"))
}

#[cfg(test)]
mod tests;
