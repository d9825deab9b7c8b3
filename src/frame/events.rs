//! A frame as a sequence of events: the one way in which the tree is walked.

use super::tape::Entry;
use crate::event::{Aggregate, Event};
use smallvec::SmallVec;

/// The events of a frame: those the machine emitted when it read it.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    bytes: &'a [u8],
    tape: &'a [Entry],
    next: usize,
    /// The event that came last was a leaf.
    last_leaf: bool,
    /// The aggregates around `next`, innermost last: their indexes. With the first sixteen in
    /// place, a walk seldom allocates.
    open: SmallVec<[u32; 16]>,
}

impl<'a> Events<'a> {
    pub(super) const fn new(bytes: &'a [u8], tape: &'a [Entry]) -> Events<'a> {
        Events { bytes, tape, next: 0, last_leaf: false, open: SmallVec::new_const() }
    }

    /// For an [`Event::Integer`] that came last: its text on the wire, which may be another than
    /// the canonical one (`+5`, `007`, `-0`).
    pub fn spelling(&self) -> Option<&'a [u8]> {
        let last = self.last_leaf.then(|| self.next - 1)?;
        self.tape.get(last)?.spelling(self.bytes)
    }

    /// For the aggregate whose `Begin` came last: how many elements (pairs, for a map) it has,
    /// and for a streamed string how many bytes, whether or not that was announced.
    pub(crate) fn measure(&self) -> (u64, u64) {
        let Some(&index) = self.open.last() else {
            return (0, 0);
        };
        let entry = &self.tape[index as usize];
        let bytes = match entry.aggregate() {
            Some((Aggregate::String, _)) => self.tape[self.next..index as usize + entry.span()]
                .iter()
                .map(|chunk| chunk.payload(self.bytes).len() as u64)
                .sum(),
            _ => 0,
        };
        (entry.count() as u64, bytes)
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let interrupts = false;
        self.last_leaf = false;
        if let Some(&index) = self.open.last() {
            let entry = &self.tape[index as usize];
            if index as usize + entry.span() == self.next {
                self.open.pop();
                let (kind, _) = entry.aggregate()?;
                return Some(Event::End { kind, count: entry.count() as u64, interrupts });
            }
        }
        let entry = self.tape.get(self.next)?;
        let index = self.next as u32;
        self.next += 1;
        let Some((kind, streamed)) = entry.aggregate() else {
            self.last_leaf = true;
            return Some(entry.leaf(self.bytes));
        };
        self.open.push(index);
        let count = if streamed { None } else { Some(entry.count() as u64) };
        Some(Event::Begin { kind, count, interrupts })
    }
}
