//! The stack of a trace: the open aggregates, followed from the rows that open and close them.
//!
//! A [`Step`] says how many aggregates are open once its row has been taken and what the innermost
//! of them still lacks. That, and the marker that was read last, is enough to know all of them.
//! Only an attribute goes without a row of its own, with the value that it describes; the next row
//! (or [`settle`](Stack::settle)) says that it is gone.

use crate::event::Aggregate;
use crate::state::{On, Rule, Step};
use crate::wire::Type;
use alloc::vec::Vec;
use serde::{Serialize, Serializer};

/// One open aggregate (or streamed string).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Open {
    /// What is open.
    #[serde(rename = "type", serialize_with = "name")]
    pub kind: Aggregate,
    /// How many values are still due; `None` if it is streamed.
    pub remaining: Option<u64>,
    /// How many values were announced, two for each pair of a map or attribute; `None` if it is
    /// streamed.
    pub count: Option<u64>,
    /// An attribute that has all its pairs: the one value that is due is what it describes.
    #[serde(skip_serializing_if = "is_false")]
    pub awaits_value: bool,
    /// A push that interrupts the aggregate around it, and is no element of it.
    #[serde(skip_serializing_if = "is_false")]
    pub interrupts: bool,
    /// A streamed map of which a key has come, and not its value.
    #[serde(skip)]
    pub(super) owes_value: bool,
}

/// A type by its name.
pub(super) fn name<S: Serializer>(kind: &Aggregate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(kind)
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Follows the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    open: Vec<Open>,
    /// The marker that was read last.
    reading: Option<Type>,
    /// It was that of a push that interrupts.
    interrupts: bool,
    /// A streamed form has been opened.
    streamed: bool,
}

impl Stack {
    /// The open aggregates, outermost first.
    pub(super) fn open(&self) -> &[Open] {
        &self.open
    }

    /// Whether a streamed form has ever been open.
    pub(super) fn has_streamed(&self) -> bool {
        self.streamed
    }

    /// A row was taken.
    pub(super) fn take(&mut self, step: &Step) {
        if let On::Marker(kind) = step.rule.transition().on {
            self.reading = Some(kind);
            self.interrupts = step.rule == Rule::StartInterruption;
        }
        self.streamed |= matches!(step.rule, Rule::CountStreamed | Rule::LengthStreamed);
        self.open.truncate(step.depth);
        if self.open.len() < step.depth {
            self.open.push(Open {
                kind: self.opens(step.rule),
                remaining: step.remaining,
                count: step.remaining,
                awaits_value: false,
                interrupts: core::mem::take(&mut self.interrupts),
                owes_value: false,
            });
        }
        if let Some(innermost) = self.open.last_mut() {
            innermost.remaining = step.remaining;
            innermost.awaits_value |= step.rule == Rule::ElementsAnnotated;
            innermost.owes_value ^= step.rule == Rule::EndElement
                && step.remaining.is_none()
                && innermost.kind.values_per_element() == 2;
        }
    }

    /// What `rule` opens, behind the marker that was read last.
    fn opens(&self, rule: Rule) -> Aggregate {
        match self.reading {
            _ if rule == Rule::LengthStreamed => Aggregate::String,
            Some(Type::Map) => Aggregate::Map,
            Some(Type::Set) => Aggregate::Set,
            Some(Type::Push) => Aggregate::Push,
            Some(Type::Attribute) => Aggregate::Attribute,
            _ => Aggregate::Array,
        }
    }

    /// The machine says that so many are open: attributes have gone with what they described.
    pub(super) fn settle(&mut self, depth: usize, remaining: Option<u64>) {
        self.open.truncate(depth);
        if let Some(innermost) = self.open.last_mut() {
            innermost.remaining = remaining;
        }
    }
}
