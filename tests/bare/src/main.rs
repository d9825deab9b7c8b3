//! The machine where there is nothing: no standard library, and no allocator, so that anything in
//! the library that would allocate fails to link. It reads a stream one byte at a time, counts
//! what it was told, and says by its exit code whether that was right.

#![no_std]
#![no_main]

use resp_machine::event::Event;
use resp_machine::machine::{FixedStack, Machine};
use resp_machine::{Dialect, ErrorKind, Limits};

// Libc's start-up code calls `main`.
#[link(name = "c")]
unsafe extern "C" {}

/// The prebuilt `core` refers to it even where nothing unwinds.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

const STREAM: &[u8] = b"*3\r\n%1\r\n+k\r\n:42\r\n$5\r\nhello\r\n*?\r\n,1.5\r\n(7\r\n.\r\n|1\r\n+a\r\n#t\r\n=7\r\ntxt:abc\r\n";

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let limits = Limits::new(Dialect::Resp3);
    let mut machine: Machine<FixedStack<4>> = Machine::fixed(Dialect::Resp3, limits);
    let mut leaves = 0;
    let mut brackets = 0;
    let mut start = 0;
    for end in 1..=STREAM.len() {
        let mut feed = machine.feed(&STREAM[start..end]);
        loop {
            match feed.next_token() {
                Ok(Some(token)) => match token.event {
                    Event::Begin { .. } | Event::End { .. } => brackets += 1,
                    Event::Integer(value) if value != 42 => return 1,
                    _ => leaves += 1,
                },
                Ok(None) => break,
                Err(_) => return 2,
            }
        }
        start += feed.consumed();
    }
    if machine.finish().is_err() || leaves != 8 || brackets != 8 {
        return 3;
    }
    // The stack is full at its fifth level, and that is an error, not an overflow.
    let mut machine: Machine<FixedStack<4>> = Machine::fixed(Dialect::Resp3, limits);
    let mut feed = machine.feed(b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n");
    loop {
        match feed.next_token() {
            Ok(Some(_)) => {}
            Ok(None) => return 4,
            Err(error) if error.kind == ErrorKind::TooDeep && error.offset == 16 => return 0,
            Err(_) => return 5,
        }
    }
}
