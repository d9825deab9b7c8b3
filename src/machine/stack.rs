//! The stack of open aggregates: what other parsers keep on the call stack.
//!
//! A [`Level`] is one n of the drawing's En. The machine keeps the innermost level in a field of
//! its own; the stack holds the levels around it. Where there is an allocator the stack is a
//! `Vec`, which grows only when aggregates really nest; where there is none it is a
//! [`FixedStack`].

use crate::event::Aggregate;

/// One open aggregate (or streamed string).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// What is open.
    pub(crate) kind: Aggregate,
    /// A counted array, map or set: nothing about its end is special.
    pub(crate) plain: bool,
    /// Its size was not announced.
    pub(crate) streamed: bool,
    /// A push that is no element of the aggregate around it.
    pub(crate) interrupts: bool,
    /// An attribute whose pairs are complete: the value that it describes is due.
    pub(crate) annotated: bool,
    /// An attribute that no aggregate encloses.
    pub(crate) at_top: bool,
    /// Values that are still due; for a streamed one, that are still allowed.
    pub(crate) remaining: u64,
    /// `remaining` as it was at first.
    pub(crate) size: u64,
}

impl Level {
    pub(crate) const EMPTY: Level = Level {
        kind: Aggregate::Array,
        plain: false,
        streamed: false,
        interrupts: false,
        annotated: false,
        at_top: false,
        remaining: 0,
        size: 0,
    };

    /// What is open.
    pub const fn kind(&self) -> Aggregate {
        self.kind
    }

    /// How many values are still due; `None` if it is streamed.
    pub const fn remaining(&self) -> Option<u64> {
        if self.streamed { None } else { Some(self.remaining) }
    }

    /// How many elements (pairs, for a map or attribute) have been read.
    #[inline(always)]
    pub(crate) const fn count(&self) -> u64 {
        (self.size - self.remaining) / self.kind.values_per_element()
    }

    /// Whether a key has been read, and its value not yet.
    pub(crate) const fn is_odd(&self) -> bool {
        // At first it was so many pairs.
        !self.remaining.is_multiple_of(self.kind.values_per_element())
    }
}

mod sealed {
    pub trait Sealed {}
    #[cfg(feature = "alloc")]
    impl Sealed for alloc::vec::Vec<super::Level> {}
    impl<const N: usize> Sealed for super::FixedStack<N> {}
}

/// Room for the levels around the innermost one. Sealed: `Vec<Level>` and [`FixedStack`].
pub trait Stack: sealed::Sealed + Default {
    /// How many levels fit.
    const CAPACITY: usize;
    /// Adds a level; the machine checks the depth first.
    fn push(&mut self, level: Level);
    /// Takes the last level away.
    fn pop(&mut self) -> Option<Level>;
    /// Takes all levels away.
    fn clear(&mut self);
}

#[cfg(feature = "alloc")]
impl Stack for alloc::vec::Vec<Level> {
    const CAPACITY: usize = usize::MAX;

    #[inline]
    fn push(&mut self, level: Level) {
        alloc::vec::Vec::push(self, level);
    }

    #[inline]
    fn pop(&mut self) -> Option<Level> {
        alloc::vec::Vec::pop(self)
    }

    fn clear(&mut self) {
        alloc::vec::Vec::clear(self);
    }
}

/// A stack of a fixed size, for machines without an allocator: `N` levels, so values nested `N`
/// deep.
#[derive(Clone, Debug)]
pub struct FixedStack<const N: usize> {
    levels: [Level; N],
    used: usize,
}

impl<const N: usize> Default for FixedStack<N> {
    fn default() -> Self {
        FixedStack { levels: [Level::EMPTY; N], used: 0 }
    }
}

impl<const N: usize> Stack for FixedStack<N> {
    const CAPACITY: usize = N;

    fn push(&mut self, level: Level) {
        if let Some(slot) = self.levels.get_mut(self.used) {
            *slot = level;
            self.used += 1;
        }
    }

    fn pop(&mut self) -> Option<Level> {
        self.used = self.used.checked_sub(1)?;
        self.levels.get(self.used).copied()
    }

    fn clear(&mut self) {
        self.used = 0;
    }
}
