//! A frame to keep: its bytes are a `Bytes` that shares the buffer they arrived in.

use super::Frame;
use super::parser::Parsed;
use super::tape::Entry;
use alloc::boxed::Box;
use bytes::{Bytes, BytesMut};
use core::fmt;

/// A frame with its bytes. `Send`, `Sync` and cheap to make: one allocation for the tape, none if
/// the frame is a single value. (A buffer that is split for the first time allocates its count of
/// owners, once; and a push that interrupts a frame is copied, since its bytes lie within those of
/// the frame that is still being read.)
///
/// # Memory
///
/// The bytes are not copied: they share the buffer that was read into, and keep *all* of it
/// alive. To keep a small frame for long (in a cache, say) that arrived in a large read,
/// [`detach`](OwnedFrame::detach) it.
///
/// ```
/// use resp_machine::{Decoder, Dialect};
/// let mut decoder = Decoder::new(Dialect::Resp3);
/// decoder.feed(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
/// let owned = decoder.next_owned()?.unwrap();
/// let reader = std::thread::spawn(move || owned.frame().elements().unwrap().len());
/// assert_eq!(reader.join().unwrap(), 2);
/// # Ok::<(), resp_machine::ProtocolError>(())
/// ```
#[derive(Clone)]
pub struct OwnedFrame {
    bytes: Bytes,
    tape: Entries,
}

#[derive(Clone)]
enum Entries {
    One([Entry; 1]),
    Many(Box<[Entry]>),
}

/// A buffer whose front can be split off without a copy. Sealed: `BytesMut` and `Bytes`.
pub trait SharedBuffer: AsRef<[u8]> + sealed::Sealed {
    /// Splits the first `length` bytes off.
    fn split_off_front(&mut self, length: usize) -> Bytes;
}

impl SharedBuffer for BytesMut {
    #[inline]
    fn split_off_front(&mut self, length: usize) -> Bytes {
        self.split_to(length).freeze()
    }
}

impl SharedBuffer for Bytes {
    #[inline]
    fn split_off_front(&mut self, length: usize) -> Bytes {
        self.split_to(length)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for bytes::BytesMut {}
    impl Sealed for bytes::Bytes {}
}

/// The tape of a frame, copied off the parser.
pub(super) struct Cut {
    tape: Entries,
}

impl Cut {
    #[inline]
    pub(super) fn over(self, bytes: Bytes) -> OwnedFrame {
        OwnedFrame { bytes, tape: self.tape }
    }
}

impl Parsed<'_> {
    /// The tape, for the bytes that are split off the buffer, and how many those are.
    #[inline]
    pub(super) fn cut(&self) -> (Cut, usize) {
        let tape = match self.frame.tape {
            [entry] => Entries::One([*entry]),
            entries => Entries::Many(entries.into()),
        };
        (Cut { tape }, self.consumed)
    }

    /// An owned copy of a push that interrupts: its bytes cannot be split off the buffer, since
    /// they lie within those of a frame that is not complete.
    #[cold]
    pub(super) fn interruption(&self) -> OwnedFrame {
        let rebased = self.frame.tape.iter().map(|entry| entry.rebased(self.skipped));
        let tape = match self.frame.tape {
            [entry] => Entries::One([entry.rebased(self.skipped)]),
            _ => Entries::Many(rebased.collect()),
        };
        Cut { tape }.over(Bytes::copy_from_slice(self.wire))
    }
}

impl Entries {
    #[inline]
    fn as_slice(&self) -> &[Entry] {
        match self {
            Entries::One(entry) => entry,
            Entries::Many(entries) => entries,
        }
    }
}

impl OwnedFrame {
    /// The frame, to look at.
    #[inline]
    pub fn frame(&self) -> Frame<'_> {
        Frame::new(&self.bytes, self.tape.as_slice(), 0)
    }

    /// The bytes that were received for it. If pushes interrupted the frame, theirs are among
    /// them.
    pub const fn wire(&self) -> &Bytes {
        &self.bytes
    }

    /// A part of the frame's bytes to keep by itself, such as what
    /// [`as_bytes`](Frame::as_bytes) gave: shared if it lies in the frame, copied if not.
    ///
    /// ```
    /// use resp_machine::{Decoder, Dialect};
    /// let mut decoder = Decoder::new(Dialect::Resp3);
    /// decoder.feed(b"$5\r\nhello\r\n");
    /// let owned = decoder.next_owned()?.unwrap();
    /// let hello: bytes::Bytes = owned.share(owned.frame().as_bytes()?);
    /// drop(owned);
    /// assert_eq!(hello, "hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn share(&self, part: &[u8]) -> Bytes {
        let start = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        match start.checked_add(part.len()) {
            Some(end) if end <= self.bytes.len() => self.bytes.slice(start..end),
            _ => Bytes::copy_from_slice(part),
        }
    }

    /// A copy with a buffer of its own, no larger than the frame: for frames that are kept.
    #[must_use]
    pub fn detach(&self) -> OwnedFrame {
        OwnedFrame { bytes: Bytes::copy_from_slice(&self.bytes), tape: self.tape.clone() }
    }
}

impl fmt::Debug for OwnedFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frame().fmt(f)
    }
}

/// As [`Frame`]s are compared.
impl PartialEq for OwnedFrame {
    fn eq(&self, other: &Self) -> bool {
        self.frame() == other.frame()
    }
}
