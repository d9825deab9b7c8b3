//! What hiredis allocates, counted through the functions that it lets a program replace.
//!
//! Each block has its size in front of it, so that freeing it can be counted too; that header is
//! not counted. It is what C asked for that is compared, as in Rust.

use counting::Counts;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

#[repr(C)]
struct Functions {
    malloc: unsafe extern "C" fn(usize) -> *mut c_void,
    calloc: unsafe extern "C" fn(usize, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    strdup: unsafe extern "C" fn(*const c_char) -> *mut c_char,
    free: unsafe extern "C" fn(*mut c_void),
}

unsafe extern "C" {
    fn hiredisSetAllocators(functions: *mut Functions) -> Functions;
}

thread_local! {
    static COUNTS: Cell<Counts> =
        const { Cell::new(Counts { allocations: 0, held: 0, peak: 0 }) };
}

/// Counts from now on. To be called before anything else of hiredis, since what one allocator
/// gave the other cannot take back.
pub fn count() {
    let mut functions = Functions { malloc, calloc, realloc, strdup, free };
    // SAFETY: the functions are those of an allocator; hiredis copies the table.
    unsafe { hiredisSetAllocators(&mut functions) };
}

/// Runs `work` and says what hiredis allocated on this thread.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Counts) {
    let before = COUNTS.replace(Counts::default());
    let result = work();
    (result, COUNTS.replace(before))
}

fn tally(allocations: usize, before: usize, after: usize) {
    let mut counts = COUNTS.get();
    counts.allocations += allocations;
    counts.held += before as isize;
    counts.peak = counts.peak.max(counts.held);
    counts.held -= after as isize;
    COUNTS.set(counts);
}

const HEADER: usize = 16;

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size + HEADER, HEADER).expect("a size in memory")
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    tally(1, size, 0);
    // SAFETY: the layout is not empty, and its first bytes are the header.
    unsafe {
        let block = System.alloc(layout(size));
        assert!(!block.is_null(), "out of memory");
        block.cast::<usize>().write(size);
        block.add(HEADER).cast()
    }
}

unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: as many bytes as were just allocated. (hiredis has checked the product.)
    unsafe {
        let block = malloc(count * size);
        block.write_bytes(0, count * size);
        block
    }
}

unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    if block.is_null() {
        // SAFETY: nothing is required.
        return unsafe { malloc(size) };
    }
    // SAFETY: the block is one of `malloc`, with its header in front.
    unsafe {
        let start = block.cast::<u8>().sub(HEADER);
        let old = start.cast::<usize>().read();
        tally(1, size, old);
        let start = System.realloc(start, layout(old), size + HEADER);
        assert!(!start.is_null(), "out of memory");
        start.cast::<usize>().write(size);
        start.add(HEADER).cast()
    }
}

unsafe extern "C" fn strdup(text: *const c_char) -> *mut c_char {
    // SAFETY: the text ends with a zero, and the copy has room for both.
    unsafe {
        let bytes = CStr::from_ptr(text).to_bytes_with_nul();
        let copy = malloc(bytes.len());
        ptr::copy_nonoverlapping(bytes.as_ptr(), copy.cast(), bytes.len());
        copy.cast()
    }
}

unsafe extern "C" fn free(block: *mut c_void) {
    if block.is_null() {
        return;
    }
    // SAFETY: as in `realloc`.
    unsafe {
        let start = block.cast::<u8>().sub(HEADER);
        let size = start.cast::<usize>().read();
        tally(0, 0, size);
        System.dealloc(start, layout(size));
    }
}
