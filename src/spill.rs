//! A stack whose first levels need no allocator.
//!
//! Walking a value or a frame takes a stack, and nearly all of them are a few levels deep. With
//! the first [`LEVELS`] in place, walking those allocates nothing; deeper ones spill into a `Vec`.

use alloc::vec::Vec;

/// Levels that are kept in place.
const LEVELS: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Spill<T> {
    first: [Option<T>; LEVELS],
    used: usize,
    rest: Vec<T>,
}

impl<T> Spill<T> {
    pub(crate) const fn new() -> Spill<T> {
        Spill { first: [const { None }; LEVELS], used: 0, rest: Vec::new() }
    }

    #[inline]
    pub(crate) fn push(&mut self, level: T) {
        match self.first.get_mut(self.used) {
            Some(slot) => {
                *slot = Some(level);
                self.used += 1;
            }
            None => self.rest.push(level),
        }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        if let Some(level) = self.rest.pop() {
            return Some(level);
        }
        self.used = self.used.checked_sub(1)?;
        self.first.get_mut(self.used)?.take()
    }

    #[inline]
    pub(crate) fn last(&self) -> Option<&T> {
        match self.rest.last() {
            Some(level) => Some(level),
            None => self.first.get(self.used.checked_sub(1)?)?.as_ref(),
        }
    }

    #[inline]
    pub(crate) fn last_mut(&mut self) -> Option<&mut T> {
        match self.rest.last_mut() {
            Some(level) => Some(level),
            None => self.first.get_mut(self.used.checked_sub(1)?)?.as_mut(),
        }
    }
}
