//! The playground's machine: what the page asks, over linear memory.
//!
//! WebAssembly passes numbers and nothing else, so a question goes like this. The page calls
//! [`room`] for so many bytes, writes the input there and the cuts behind it (each four bytes,
//! little-endian), and calls [`trace`] or [`visits`]. The answer is JSON in memory of the module:
//! its address in the upper half of the number that comes back, its length in the lower. The page
//! copies it and hands it back with [`release`]; what [`room`] gave belongs to the question, and is
//! released by it.
//!
//! What the answers say is in `answer.rs`. This file holds the only unsafe code of the project:
//! addresses become slices here. The invariant is that each address is one that this module gave
//! out, with the length it gave it for, and is given back once.
//!
//! To add a question: its answer in `answer.rs`, an export here, and its call in `js/machine.js`.

#![no_std]
// Built for another target than WebAssembly it is empty: nothing there has these exports.
#![cfg(target_arch = "wasm32")]

extern crate alloc;

mod answer;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use resp_machine::Dialect;

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // A trap: the page shows that the machine has failed, and the browser's console where.
    core::arch::wasm32::unreachable()
}

/// Room for a question of `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()).cast()
}

/// Gives an answer back.
///
/// # Safety
/// `address` and `length` are those of an answer, and it has not been given back before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(address: *mut u8, length: usize) {
    // SAFETY: the caller's promise; both came from a boxed slice of this length.
    drop(unsafe { take(address, length) });
}

/// The trace of `length` bytes at `address`, cut at the `cuts` offsets that stand behind them.
///
/// # Safety
/// `address` came from [`room`], for `length + 4 * cuts` bytes, and has not been used before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn trace(
    address: *mut u8,
    length: usize,
    cuts: usize,
    dialect: usize,
) -> u64 {
    // SAFETY: the caller's promise.
    let question = unsafe { take(address, length + 4 * cuts) };
    let (input, cuts) = split(&question, length);
    give(answer::trace(language(dialect), input, &cuts))
}

/// How many bytes the machine has looked at, by the end of each read; asked as [`trace`] is.
///
/// # Safety
/// As for [`trace`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn visits(
    address: *mut u8,
    length: usize,
    cuts: usize,
    dialect: usize,
) -> u64 {
    // SAFETY: the caller's promise.
    let question = unsafe { take(address, length + 4 * cuts) };
    let (input, cuts) = split(&question, length);
    give(answer::visits(language(dialect), input, &cuts))
}

/// The states, the dialects and the table of transitions.
#[unsafe(no_mangle)]
pub extern "C" fn table() -> u64 {
    give(answer::table())
}

/// The memory of `length` bytes at `address`, owned again.
///
/// # Safety
/// They are those of a boxed slice that was turned into an address, and nothing else owns it.
unsafe fn take(address: *mut u8, length: usize) -> Box<[u8]> {
    // SAFETY: the caller's promise.
    unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(address, length)) }
}

fn give(answer: String) -> u64 {
    let answer = answer.into_bytes().into_boxed_slice();
    let length = answer.len() as u64;
    let address = Box::into_raw(answer).cast::<u8>() as u64;
    address << 32 | length
}

/// A question's input, and its cuts.
fn split(question: &[u8], length: usize) -> (&[u8], Vec<usize>) {
    let (input, cuts) = question.split_at(length);
    let offset = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes) as usize;
    (input, cuts.as_chunks().0.iter().map(offset).collect())
}

/// Dialects by their place in [`Dialect::ALL`], as [`table`] lists them.
fn language(number: usize) -> Dialect {
    Dialect::ALL.get(number).copied().unwrap_or_default()
}
