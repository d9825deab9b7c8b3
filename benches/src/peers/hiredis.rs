//! hiredis, in C, fed 16 KiB at a time as from a socket (it moves what remains in its buffer, so
//! more at once would be unfair to it): with its reply objects read, and building none.

use crate::sum;
use std::ffi::{c_char, c_double, c_int, c_longlong, c_void};
use std::ptr;

#[repr(C)]
struct Reply {
    kind: c_int,
    integer: c_longlong,
    dval: c_double,
    len: usize,
    text: *mut c_char,
    vtype: [c_char; 4],
    elements: usize,
    element: *mut *mut Reply,
}

unsafe extern "C" {
    fn redisReaderCreate() -> *mut c_void;
    fn redisReaderCreateWithFunctions(functions: *mut c_void) -> *mut c_void;
    fn redisReaderFree(reader: *mut c_void);
    fn redisReaderFeed(reader: *mut c_void, buf: *const c_char, len: usize) -> c_int;
    fn redisReaderGetReply(reader: *mut c_void, reply: *mut *mut c_void) -> c_int;
    fn freeReplyObject(reply: *mut c_void);
}

const CHUNK: usize = 16 * 1024;

struct Reader(*mut c_void);

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: made by one of the create functions and freed once.
        unsafe { redisReaderFree(self.0) }
    }
}

impl Reader {
    fn each(&mut self, wire: &[u8], chunk: usize, mut take: impl FnMut(*mut c_void)) {
        for chunk in wire.chunks(chunk) {
            // SAFETY: the reader is live, and copies the chunk.
            unsafe {
                assert_eq!(redisReaderFeed(self.0, chunk.as_ptr().cast(), chunk.len()), 0);
                loop {
                    let mut reply = ptr::null_mut();
                    assert_eq!(redisReaderGetReply(self.0, &mut reply), 0);
                    if reply.is_null() {
                        break;
                    }
                    take(reply);
                }
            }
        }
    }
}

pub fn read_replies() -> impl FnMut(&[u8]) -> u64 {
    // SAFETY: no preconditions.
    let mut reader = Reader(unsafe { redisReaderCreate() });
    move |wire| {
        let mut total = 0u64;
        reader.each(wire, CHUNK, |reply| {
            // SAFETY: a reply of the default functions, alive until it is freed here.
            unsafe {
                total = total.wrapping_add(read(&*reply.cast::<Reply>()));
                freeReplyObject(reply);
            }
        });
        total
    }
}

pub fn no_replies() -> impl FnMut(&[u8]) -> u64 {
    // SAFETY: no functions, so that a reply is only its type.
    let mut reader = Reader(unsafe { redisReaderCreateWithFunctions(ptr::null_mut()) });
    move |wire| {
        let mut frames = 0;
        reader.each(wire, CHUNK, |_| frames += 1);
        frames
    }
}

/// The number of elements of one array that comes in chunks.
pub fn in_chunks() -> impl FnMut(&[u8], usize) -> u64 {
    // SAFETY: no preconditions.
    let mut reader = Reader(unsafe { redisReaderCreate() });
    move |wire, chunk| {
        let mut elements = 0;
        reader.each(wire, chunk, |reply| {
            // SAFETY: a reply of the default functions, alive until it is freed here.
            unsafe {
                elements = (*reply.cast::<Reply>()).elements as u64;
                freeReplyObject(reply);
            }
        });
        elements
    }
}

/// # Safety
/// `reply` and what it points to are live.
unsafe fn read(reply: &Reply) -> u64 {
    let text = || {
        // SAFETY: as the caller's.
        sum::string(unsafe { std::slice::from_raw_parts(reply.text.cast(), reply.len) })
    };
    match reply.kind {
        1 | 5 | 6 | 13 | 14 => text(),
        3 => sum::integer(reply.integer),
        4 => sum::NULL,
        7 => sum::double(reply.dval),
        8 => sum::boolean(reply.integer != 0),
        // Array, map, set and push; a map's elements are its keys and values.
        2 | 9 | 10 | 12 => {
            let count = if reply.kind == 9 { reply.elements / 2 } else { reply.elements };
            let mut total = sum::elements(count);
            for index in 0..reply.elements {
                // SAFETY: as the caller's.
                total = total.wrapping_add(unsafe { read(&**reply.element.add(index)) });
            }
            total
        }
        other => panic!("not in the workloads: type {other}"),
    }
}
