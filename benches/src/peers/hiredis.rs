//! hiredis, in C, fed 16 KiB at a time as from a socket (it moves what remains in its buffer, so
//! more at once would be unfair to it): with its reply objects read, and building none.

use crate::fragments::Stream;
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
    fn redisFormatCommandArgv(
        target: *mut *mut c_char,
        argc: c_int,
        argv: *const *const c_char,
        argvlen: *const usize,
    ) -> c_longlong;
    fn redisFreeCommand(command: *mut c_char);
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
    /// One that builds replies.
    fn new() -> Reader {
        // SAFETY: no preconditions.
        Reader(unsafe { redisReaderCreate() })
    }

    /// The sum over the values of each reply; the reader must be one that builds them.
    fn replies(&mut self, wire: &[u8], chunk: usize, mut take: impl FnMut(u64)) {
        self.each(wire, chunk, |reply| {
            // SAFETY: a reply of the default functions, alive until it is freed here.
            unsafe {
                take(read(&*reply.cast::<Reply>()));
                freeReplyObject(reply);
            }
        });
    }

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
    let mut reader = Reader::new();
    move |wire| {
        let mut total = 0u64;
        reader.replies(wire, CHUNK, |sum| total = total.wrapping_add(sum));
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

/// Input in pieces, through its own buffer.
pub fn pieces() -> impl FnMut(&Stream<'_>) -> u64 {
    let mut reader = Reader::new();
    move |stream| {
        let mut total = 0u64;
        reader.replies(stream.wire, stream.chunk, |sum| total = total.wrapping_add(sum));
        total
    }
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
