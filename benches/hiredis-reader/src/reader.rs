//! The reader, its replies, and their layout in C.

use std::ffi::{c_char, c_double, c_int, c_longlong, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

/// `redisReply`.
#[repr(C)]
struct RawReply {
    kind: c_int,
    integer: c_longlong,
    dval: c_double,
    len: usize,
    text: *mut c_char,
    vtype: [c_char; 4],
    elements: usize,
    element: *mut *mut RawReply,
}

/// The beginning of `redisReader`.
#[repr(C)]
struct RawReader {
    err: c_int,
    errstr: [c_char; 128],
    buf: *mut c_char,
    pos: usize,
    len: usize,
}

unsafe extern "C" {
    fn redisReaderCreate() -> *mut RawReader;
    fn redisReaderCreateWithFunctions(functions: *mut c_void) -> *mut RawReader;
    fn redisReaderFree(reader: *mut RawReader);
    fn redisReaderFeed(reader: *mut RawReader, buf: *const c_char, len: usize) -> c_int;
    fn redisReaderGetReply(reader: *mut RawReader, reply: *mut *mut c_void) -> c_int;
    fn freeReplyObject(reply: *mut c_void);
}

/// The input was refused, now or before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// hiredis' reader.
#[derive(Debug)]
pub struct Reader {
    raw: NonNull<RawReader>,
    /// Whether what it gives are replies, and not only their types.
    builds: bool,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: made by one of the create functions and freed once.
        unsafe { redisReaderFree(self.raw.as_ptr()) }
    }
}

impl Reader {
    /// One that builds replies.
    #[allow(clippy::new_without_default, reason = "a reader is made by what it does")]
    pub fn new() -> Reader {
        // SAFETY: no preconditions.
        let raw = NonNull::new(unsafe { redisReaderCreate() });
        Reader { raw: raw.expect("enough memory"), builds: true }
    }

    /// One that reads, and builds nothing.
    pub fn without_replies() -> Reader {
        // SAFETY: no functions, so that a reply is only its type.
        let raw = NonNull::new(unsafe { redisReaderCreateWithFunctions(ptr::null_mut()) });
        Reader { raw: raw.expect("enough memory"), builds: false }
    }

    /// Gives it the next bytes, which it copies.
    #[inline]
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        // SAFETY: the reader is live, and the bytes are as many as is said.
        match unsafe { redisReaderFeed(self.raw.as_ptr(), bytes.as_ptr().cast(), bytes.len()) } {
            0 => Ok(()),
            _ => Err(Broken),
        }
    }

    #[inline]
    fn next(&mut self) -> Result<*mut c_void, Broken> {
        let mut reply = ptr::null_mut();
        // SAFETY: the reader is live.
        match unsafe { redisReaderGetReply(self.raw.as_ptr(), &mut reply) } {
            0 => Ok(reply),
            _ => Err(Broken),
        }
    }

    /// The next reply, if it is whole.
    ///
    /// # Panics
    /// If the reader is one that builds none.
    #[inline]
    pub fn reply(&mut self) -> Result<Option<Reply>, Broken> {
        assert!(self.builds, "this reader builds no replies");
        Ok(NonNull::new(self.next()?.cast()).map(Reply))
    }

    /// Reads over the next reply, if it is whole.
    ///
    /// # Panics
    /// If the reader is one that builds replies, which nobody would free.
    #[inline]
    pub fn skip(&mut self) -> Result<bool, Broken> {
        assert!(!self.builds, "this reader builds replies");
        Ok(!self.next()?.is_null())
    }

    /// How far it has read in its buffer. It drops what it has read when that is 1024 bytes or
    /// more; until then, this is how far it has read in what it was fed.
    pub fn position(&self) -> usize {
        // SAFETY: the reader is live, and begins with these fields.
        unsafe { self.raw.as_ref() }.pos
    }
}

/// A reply, owned.
#[derive(Debug)]
pub struct Reply(NonNull<RawReply>);

impl Drop for Reply {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a reply of the default functions, freed once.
        unsafe { freeReplyObject(self.0.as_ptr().cast()) }
    }
}

impl Reply {
    /// What it is.
    #[inline(always)]
    pub fn view(&self) -> View<'_> {
        // SAFETY: it is alive as long as what is borrowed of it.
        unsafe { View::of(self.0.as_ref()) }
    }
}

/// What a reply is.
#[derive(Clone, Debug)]
pub enum View<'a> {
    /// `$`, and every blob that is none of the others.
    Bulk(&'a [u8]),
    /// `+`
    Status(&'a [u8]),
    /// `-`
    Error(&'a [u8]),
    /// `:`
    Integer(i64),
    /// `_`, and a length or count of -1.
    Null,
    /// `,`
    Double(f64),
    /// `#`
    Boolean(bool),
    /// `(`
    BigNumber(&'a [u8]),
    /// `=`
    Verbatim([u8; 3], &'a [u8]),
    /// `*`
    Array(Items<'a>),
    /// `%`: keys and values in turn.
    Map(Items<'a>),
    /// `~`
    Set(Items<'a>),
    /// `>`
    Push(Items<'a>),
    /// `|`: a reply of its own, keys and values in turn.
    Attribute(Items<'a>),
}

impl<'a> View<'a> {
    /// # Safety
    /// The reply and what it points to are live for `'a`.
    #[inline(always)]
    unsafe fn of(reply: &'a RawReply) -> View<'a> {
        // SAFETY: `text` has `len` bytes for the types that ask for it.
        let text = || unsafe { std::slice::from_raw_parts(reply.text.cast::<u8>(), reply.len) };
        let items = || Items { next: reply.element, left: reply.elements, of: PhantomData };
        match reply.kind {
            1 => View::Bulk(text()),
            2 => View::Array(items()),
            3 => View::Integer(reply.integer),
            4 => View::Null,
            5 => View::Status(text()),
            6 => View::Error(text()),
            7 => View::Double(reply.dval),
            8 => View::Boolean(reply.integer != 0),
            9 => View::Map(items()),
            10 => View::Set(items()),
            11 => View::Attribute(items()),
            12 => View::Push(items()),
            13 => View::BigNumber(text()),
            14 => {
                let [a, b, c, _] = reply.vtype;
                View::Verbatim([a as u8, b as u8, c as u8], text())
            }
            other => panic!("a reply of type {other}"),
        }
    }
}

/// The elements of a reply.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    next: *mut *mut RawReply,
    left: usize,
    of: PhantomData<&'a RawReply>,
}

impl<'a> Iterator for Items<'a> {
    type Item = View<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<View<'a>> {
        self.left = self.left.checked_sub(1)?;
        // SAFETY: so many pointers to replies, each alive as long as the one that holds it.
        unsafe {
            let item = View::of(&**self.next);
            self.next = self.next.add(1);
            Some(item)
        }
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Items<'_> {}
