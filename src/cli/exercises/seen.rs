//! What is seen of the machine when it reads some bytes.

use crate::cli::trace::words;
use crate::machine::{Level, Machine};
use crate::show::Count;
use crate::state::{Dialect, Observer, Rule, State, Step};
use crate::trace::{Open, Tracer};
use crate::{Decoder, ProtocolError};
use std::fmt;

/// What is seen of the machine when it reads some bytes in one piece.
pub(super) struct Seen {
    /// The bytes.
    pub(super) input: Vec<u8>,
    /// The states: S, in which it begins, and one for each transition.
    pub(super) path: Vec<State>,
    /// The rows taken.
    pub(super) rules: Vec<Rule>,
    /// The frames that are whole, as the library prints them.
    pub(super) frames: Vec<String>,
    /// Where the machine stands.
    pub(super) state: State,
    /// How many bytes were consumed.
    pub(super) consumed: usize,
    /// How many aggregates are open.
    pub(super) depth: usize,
    /// How many elements the innermost of them lacks, if it was announced.
    pub(super) remaining: Option<u64>,
    /// What is open, outermost first.
    pub(super) stack: Vec<Open>,
    /// The greatest depth there was.
    pub(super) deepest: usize,
    /// What stopped the machine.
    pub(super) error: Option<ProtocolError>,
}

/// Writes down the transitions.
#[derive(Default)]
struct Log {
    rules: Vec<Rule>,
    deepest: usize,
}

impl Observer for &mut Log {
    fn transition(&mut self, step: &Step) {
        self.rules.push(step.rule);
        self.deepest = self.deepest.max(step.depth);
    }
}

impl Seen {
    /// What is seen when `input` comes in one piece.
    pub(super) fn of(dialect: Dialect, input: &[u8]) -> Seen {
        let mut log = Log::default();
        let mut machine = Machine::new(dialect);
        let mut feed = machine.feed_observed(input, &mut log);
        let error = loop {
            match feed.next_token() {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let consumed = feed.consumed();
        let mut decoder = Decoder::new(dialect);
        decoder.feed(input);
        let mut frames = Vec::new();
        while let Ok(Some(frame)) = decoder.next_frame() {
            frames.push(format!("{frame:?}"));
        }
        let mut tracer = Tracer::new(dialect);
        tracer.feed(input, |_| {});
        Seen {
            input: input.to_vec(),
            path: std::iter::once(State::Start)
                .chain(log.rules.iter().map(|rule| rule.transition().to))
                .collect(),
            rules: log.rules,
            frames,
            state: machine.state(),
            consumed,
            depth: machine.depth(),
            remaining: machine.innermost().and_then(Level::remaining),
            stack: tracer.stack().to_vec(),
            deepest: log.deepest,
            error,
        }
    }

    /// That exactly these frames were read, and nothing is left over.
    pub(super) fn reads(&self, wanted: &[&str]) -> Result<(), String> {
        if self.frames == wanted && self.is_whole() {
            return Ok(());
        }
        Err(format!("{} was wanted", wanted.join(" and ")))
    }

    /// Whether the bytes end where a frame does.
    pub(super) fn is_whole(&self) -> bool {
        let between = self.state == State::End && self.depth == 0;
        between && self.error.is_none() && self.kept() == 0
    }

    /// The offset of the byte that stopped the machine.
    pub(super) fn fault(&self) -> u64 {
        self.error.as_ref().map_or(u64::MAX, |error| error.offset)
    }

    /// How many bytes the caller keeps, to present again.
    pub(super) fn kept(&self) -> usize {
        self.input.len() - self.consumed
    }
}

/// What a learner is told of it.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frames.as_slice() {
            [] => write!(f, "no frame is whole")?,
            frames => write!(f, "the machine reads {}", frames.join(" and "))?,
        }
        if let Some(error) = &self.error {
            return write!(f, ", then stops at byte {}: {error}", error.offset);
        }
        write!(f, ", stands in {} {:?}", self.state.letter(), self.state)?;
        if !self.stack.is_empty() {
            write!(f, " with {}", words::stack(&self.stack))?;
        }
        match self.kept() {
            0 => Ok(()),
            kept => {
                let consumed = Count(self.consumed as u64, "byte");
                write!(f, ", consumed {consumed} and keeps {kept}")
            }
        }
    }
}
