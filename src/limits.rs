//! Bounds on what a peer may announce or send.
//!
//! A parser that believes a declared length, or nests without end, is a parser that a dozen bytes
//! can bring down. Nothing here is ever allocated ahead of the bytes that fill it, so the limits
//! are not what keeps memory bounded by the input; they say *how much* input one value may take
//! before it is refused, and refuse it as soon as it is announced.

use crate::state::Dialect;

/// The bounds that the machine enforces. All are inclusive: a value exactly at the limit is
/// accepted. Limits beyond what can be counted are lowered to what can: half the address space for
/// lines and blobs, 2^62 elements, 2^63 bytes of a frame (2^32-1 in the tree).
///
/// ```
/// use resp_machine::{Dialect, Limits};
/// let limits = Limits::new(Dialect::Request).blob(1 << 20).depth(32);
/// assert_eq!(limits.blob, 1 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many aggregates may be open inside one another; an attribute counts until the value it
    /// describes is complete, so a chain of attributes is depth too.
    ///
    /// Answers: values nested to exhaust a stack, here or in whoever walks the result.
    /// Default 1024, as hiredis.
    pub depth: usize,
    /// Bytes of a line between its marker and its CRLF.
    ///
    /// Answers: a line that never ends. Default 65,536, as Redis' limit on inline commands and on
    /// the lines of a request; hiredis has none. At least 2: less is taken as 2.
    pub line: usize,
    /// Bytes of a blob, or of one chunk of a streamed string.
    ///
    /// Answers: an announced length that nobody means to send. Default 536,870,912 (512 MiB), as
    /// Redis' `proto-max-bulk-len`.
    pub blob: u64,
    /// Elements (for a map or an attribute: pairs; for a streamed string: chunks) of one
    /// aggregate, announced or, in a streamed one, received.
    ///
    /// Answers: an announced count that a consumer might reserve memory for. Default 2^31-1 for
    /// requests, as Redis; 2^32-1 for replies, as hiredis.
    pub elements: u64,
    /// Bytes of one frame, from its first marker to its last LF.
    ///
    /// Answers: a frame that is legal in each part and endless as a whole, such as a streamed
    /// array. Default 1 GiB for requests, as Redis' `client-query-buffer-limit`; 4 GiB less one
    /// byte for replies, which is also the most that the tree can index.
    pub frame: u64,
}

impl Limits {
    /// The defaults for a dialect.
    pub const fn new(dialect: Dialect) -> Limits {
        let request = matches!(dialect, Dialect::Request);
        Limits {
            depth: 1024,
            line: 64 * 1024,
            blob: 512 * 1024 * 1024,
            elements: if request { i32::MAX as u64 } else { u32::MAX as u64 },
            frame: if request { 1 << 30 } else { u32::MAX as u64 },
        }
    }

    /// Sets the number of aggregates that may be open inside one another.
    pub const fn depth(mut self, depth: usize) -> Limits {
        self.depth = depth;
        self
    }

    /// Sets the length of a line, in bytes without its marker and CRLF.
    pub const fn line(mut self, bytes: usize) -> Limits {
        self.line = bytes;
        self
    }

    /// Sets the length of a blob, in bytes.
    pub const fn blob(mut self, bytes: u64) -> Limits {
        self.blob = bytes;
        self
    }

    /// Sets the number of elements of one aggregate.
    pub const fn elements(mut self, count: u64) -> Limits {
        self.elements = count;
        self
    }

    /// Sets the size of one frame, in bytes.
    pub const fn frame(mut self, bytes: u64) -> Limits {
        self.frame = bytes;
        self
    }
}

impl Default for Limits {
    /// The defaults for RESP3 replies.
    fn default() -> Limits {
        Limits::new(Dialect::Resp3)
    }
}
