//! An allocator that counts, for tests that count.
//!
//! A global allocator cannot be written without `unsafe`, and the crate beside this package
//! forbids it; so the tests that need one live here, in a package that is never published.
//!
//! Counters are per thread: tests run side by side and do not disturb each other. A reallocation
//! counts as an allocation, and its old and new memory as held at the same time, which is the
//! worst that an allocator does.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What a thread has allocated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// How many times.
    pub allocations: usize,
    /// Bytes held now, relative to the beginning.
    pub held: isize,
    /// The most bytes held at once.
    pub peak: isize,
}

thread_local! {
    static COUNTS: Cell<Counts> =
        const { Cell::new(Counts { allocations: 0, held: 0, peak: 0 }) };
}

fn count(allocations: usize, before: isize, after: isize) {
    COUNTS.with(|cell| {
        let mut counts = cell.get();
        counts.allocations += allocations;
        counts.held += before;
        counts.peak = counts.peak.max(counts.held);
        counts.held += after;
        cell.set(counts);
    });
}

/// The system's allocator, counted.
pub struct Counting;

// SAFETY: every call is passed on to the system's allocator as it is; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as isize, 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, 0, -(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as isize, -(layout.size() as isize));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Runs `work` and says what it allocated on this thread.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Counts) {
    let before = COUNTS.replace(Counts::default());
    let result = work();
    let counts = COUNTS.replace(before);
    (result, counts)
}
