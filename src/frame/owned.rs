//! A frame to keep: its bytes are a `Bytes` that shares the buffer they arrived in, or, if it is a
//! single short value, a copy in place.

use super::Frame;
use super::parser::Parsed;
use super::tape::Entry;
use alloc::boxed::Box;
use bytes::{Buf, Bytes, BytesMut};
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
/// [`detach`](OwnedFrame::detach) it. Only a single value of at most
/// [`IN_PLACE`](OwnedFrame::IN_PLACE) bytes, such as a status or an integer, is copied into the
/// handle instead, if the buffer has that many bytes left from where it begins: to count one more
/// owner of the buffer would take twice as long.
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
    kept: Kept,
}

/// What is kept. With a tag of eight bytes in front, a frame is moved to its owner in pieces that
/// fit those in which it has been written; a processor waits for a store that it finds only a part
/// of, and did so three times for each frame.
#[derive(Clone)]
#[repr(u64)]
enum Kept {
    /// A single value, of which so many bytes are in place.
    Short {
        wire: [u8; OwnedFrame::IN_PLACE],
        entry: [Entry; 1],
        length: u8,
    },
    /// A single value.
    One {
        wire: Bytes,
        entry: [Entry; 1],
    },
    Many {
        wire: Bytes,
        tape: Box<[Entry]>,
    },
}

/// A buffer whose front can be split off without a copy. Sealed: `BytesMut` and `Bytes`.
pub trait SharedBuffer: AsRef<[u8]> + Buf + sealed::Sealed {
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

impl OwnedFrame {
    /// The most bytes of a single value that are kept in place: two vector registers of them, and
    /// more than any integer has with its marker and CRLF.
    pub const IN_PLACE: usize = 32;

    /// Takes the first `length` bytes off `buffer`, as the frame that `tape` describes.
    #[inline]
    pub(super) fn take<B: SharedBuffer>(buffer: &mut B, length: usize, tape: &[Entry]) -> Self {
        let kept = match (tape, buffer.as_ref().first_chunk()) {
            // What is copied behind the frame's end is not looked at; a copy of a length that is
            // known costs a fifth of one of any length.
            ([entry], Some(wire)) if length <= OwnedFrame::IN_PLACE => {
                let (wire, entry) = (*wire, [entry.copied()]);
                buffer.advance(length);
                Kept::Short { wire, entry, length: length as u8 }
            }
            _ => Kept::shared(buffer.split_off_front(length), tape),
        };
        OwnedFrame { kept }
    }

    /// A copy of a push that interrupts: its bytes cannot be split off the buffer, since they lie
    /// within those of a frame that is not complete.
    #[cold]
    pub(super) fn interruption(push: &Parsed<'_>) -> OwnedFrame {
        let rebased = push.frame.entries.iter().map(|entry| entry.rebased(push.skipped));
        let tape: Box<[Entry]> = rebased.collect();
        OwnedFrame { kept: Kept::shared(Bytes::copy_from_slice(push.wire), &tape) }
    }

    /// The frame, to look at.
    #[inline]
    pub fn frame(&self) -> Frame<'_> {
        let tape: &[Entry] = match &self.kept {
            Kept::Short { entry, .. } | Kept::One { entry, .. } => entry,
            Kept::Many { tape, .. } => tape,
        };
        Frame::new(self.wire(), tape)
    }

    /// The bytes that were received for it. If pushes interrupted the frame, theirs are among
    /// them.
    #[inline]
    pub fn wire(&self) -> &[u8] {
        match &self.kept {
            Kept::Short { length, wire, .. } => &wire[..usize::from(*length)],
            Kept::One { wire, .. } | Kept::Many { wire, .. } => wire,
        }
    }

    /// A part of the frame's bytes to keep by itself, such as what
    /// [`as_bytes`](Frame::as_bytes) gave: shared if the frame's
    /// bytes are and it lies in them, copied if not.
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
        let (Kept::One { wire, .. } | Kept::Many { wire, .. }) = &self.kept else {
            return Bytes::copy_from_slice(part);
        };
        let start = (part.as_ptr() as usize).wrapping_sub(wire.as_ptr() as usize);
        match start.checked_add(part.len()) {
            Some(end) if end <= wire.len() => wire.slice(start..end),
            _ => Bytes::copy_from_slice(part),
        }
    }

    /// A copy with a buffer of its own, no larger than the frame: for frames that are kept.
    #[must_use]
    pub fn detach(&self) -> OwnedFrame {
        let mut copy = self.clone();
        if let Kept::One { wire, .. } | Kept::Many { wire, .. } = &mut copy.kept {
            *wire = Bytes::copy_from_slice(wire);
        }
        copy
    }
}

impl Kept {
    #[inline]
    fn shared(wire: Bytes, tape: &[Entry]) -> Kept {
        match tape {
            [entry] => Kept::One { wire, entry: [entry.copied()] },
            entries => Kept::Many { wire, tape: entries.into() },
        }
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
