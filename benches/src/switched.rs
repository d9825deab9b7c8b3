//! An allocator that counts from the moment it is told to, and costs nothing much before.
//!
//! One program measures times and counts allocations, but never in one process: what is timed
//! must not pay for the counting, least of all the libraries that allocate the most. Switched off,
//! it is a branch that is always predicted.

use crate::counting::Counting;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

static ON: AtomicBool = AtomicBool::new(false);

/// Counts from now on, to the end of the process.
pub fn on() {
    ON.store(true, Ordering::Relaxed);
}

pub struct Switched;

// SAFETY: every call is passed on as it is, to the system's allocator in the end.
unsafe impl GlobalAlloc for Switched {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match ON.load(Ordering::Relaxed) {
            false => unsafe { System.alloc(layout) },
            true => unsafe { Counting.alloc(layout) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        match ON.load(Ordering::Relaxed) {
            false => unsafe { System.dealloc(pointer, layout) },
            true => unsafe { Counting.dealloc(pointer, layout) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match ON.load(Ordering::Relaxed) {
            false => unsafe { System.realloc(pointer, layout, size) },
            true => unsafe { Counting.realloc(pointer, layout, size) },
        }
    }
}
