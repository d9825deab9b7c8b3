//! hiredis, in C, fed 16 KiB at a time as from a socket (it moves what remains in its buffer, so
//! more at once would be unfair to it): with its reply objects read, and building none.

use crate::fragments::Stream;
use crate::sum;
use hiredis_reader::{Items, Reader, View};
use std::ffi::{c_char, c_int, c_longlong};
use std::ptr;

unsafe extern "C" {
    fn redisFormatCommandArgv(
        target: *mut *mut c_char,
        argc: c_int,
        argv: *const *const c_char,
        argvlen: *const usize,
    ) -> c_longlong;
    fn redisFreeCommand(command: *mut c_char);
}

const CHUNK: usize = 16 * 1024;

/// The sum over the values of each reply; the reader must be one that builds them.
fn replies(reader: &mut Reader, wire: &[u8], chunk: usize) -> u64 {
    let mut total = 0u64;
    for chunk in wire.chunks(chunk) {
        reader.feed(chunk).expect("valid");
        while let Some(reply) = reader.reply().expect("valid") {
            total = total.wrapping_add(read(reply.view()));
        }
    }
    total
}

pub fn read_replies() -> impl FnMut(&[u8]) -> u64 {
    let mut reader = Reader::new();
    move |wire| replies(&mut reader, wire, CHUNK)
}

pub fn no_replies() -> impl FnMut(&[u8]) -> u64 {
    let mut reader = Reader::without_replies();
    move |wire| {
        let mut frames = 0;
        for chunk in wire.chunks(CHUNK) {
            reader.feed(chunk).expect("valid");
            while reader.skip().expect("valid") {
                frames += 1;
            }
        }
        frames
    }
}

/// Input in pieces, through its own buffer.
pub fn pieces() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut reader = Reader::new();
    move |stream| replies(&mut reader, stream.wire, stream.chunk)
}

/// Writes a command: it allocates each one, which is then copied to where ours goes at once.
pub fn command(out: &mut Vec<u8>, arguments: [&str; 3]) {
    let pointers: [*const c_char; 3] = std::array::from_fn(|n| arguments[n].as_ptr().cast());
    let lengths: [usize; 3] = std::array::from_fn(|n| arguments[n].len());
    let mut written: *mut c_char = ptr::null_mut();
    // SAFETY: as many pointers and lengths as are announced; what is returned is as long as it
    // says, and freed once.
    unsafe {
        let length = redisFormatCommandArgv(&mut written, 3, pointers.as_ptr(), lengths.as_ptr());
        let length = usize::try_from(length).expect("enough memory");
        out.extend_from_slice(std::slice::from_raw_parts(written.cast(), length));
        redisFreeCommand(written);
    }
}

fn read(view: View<'_>) -> u64 {
    match view {
        View::Bulk(text)
        | View::Status(text)
        | View::Error(text)
        | View::BigNumber(text)
        | View::Verbatim(_, text) => sum::string(text),
        View::Integer(value) => sum::integer(value),
        View::Null => sum::NULL,
        View::Double(value) => sum::double(value),
        View::Boolean(value) => sum::boolean(value),
        View::Array(items) | View::Set(items) | View::Push(items) => all(items.len(), items),
        View::Map(items) => all(items.len() / 2, items),
        View::Attribute(_) => panic!("not in the workloads: an attribute"),
    }
}

/// The sum of `count` elements, which are so many values, or pairs.
fn all(count: usize, items: Items<'_>) -> u64 {
    items.fold(sum::elements(count), |total, item| total.wrapping_add(read(item)))
}
