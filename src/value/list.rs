//! The one container of nested values, and why dropping it is safe at any depth.
//!
//! Rust drops a tree by recursion, one call for each level, and a tree that a peer made can be
//! deeper than a thread's stack. All nesting of [`Value`] goes through [`List`], whose `Drop`
//! takes the tree apart with a loop.

use super::Value;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A sequence of values, and whether it is sent streamed.
///
/// It dereferences to a `Vec`.
// Derived comparing, cloning and printing go through those of `Value`, which do not recurse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    items: Vec<Value>,
    streamed: bool,
}

impl List {
    /// A sequence that is sent with its count.
    pub const fn new(items: Vec<Value>) -> List {
        List { items, streamed: false }
    }

    /// A sequence that is sent without its count, and closed by an end marker.
    pub const fn streamed(items: Vec<Value>) -> List {
        List { items, streamed: true }
    }

    /// Whether it is sent without its count.
    pub const fn is_streamed(&self) -> bool {
        self.streamed
    }

    /// The values.
    pub fn into_vec(mut self) -> Vec<Value> {
        core::mem::take(&mut self.items)
    }

    /// The values two by two: the pairs of a map. An odd value at the end is left out.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> {
        self.items.chunks_exact(2).map(|pair| (&pair[0], &pair[1]))
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let nests = |value: &Value| value.list().is_some_and(|list| !list.items.is_empty());
        if !self.items.iter().any(nests) {
            return;
        }
        let mut rest = core::mem::take(&mut self.items);
        while let Some(mut value) = rest.pop() {
            if let Some(list) = value.list_mut() {
                rest.append(&mut list.items);
            }
        }
    }
}

impl Deref for List {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.items
    }
}

impl DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        &mut self.items
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> List {
        List::new(values.into_iter().collect())
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> List {
        List::new(items)
    }
}
