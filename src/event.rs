//! What the machine says: one vocabulary for everything that is read or written.
//!
//! A stream is a sequence of [`Event`]s: a value that stands alone is one event, an aggregate is
//! a [`Begin`](Event::Begin), the events of its elements, and an [`End`](Event::End). The machine
//! emits them, the tree and the owned value replay them, the encoder takes them. Because nesting
//! is expressed by two events and not by a call, nobody who handles events needs to recurse.
//!
//! Three things are not elements, and their brackets say so:
//! * an attribute (`Begin` and `End` of [`Aggregate::Attribute`]) stands before the value that it
//!   describes and is no element of what surrounds it;
//! * a push that interrupts an aggregate has `interrupts` set on both brackets;
//! * a streamed string is bracketed as [`Aggregate::String`] and holds only [`Event::Chunk`]s.

use crate::grammar::Inline;
use crate::wire::Type;
use core::fmt;

/// What a bracket encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Aggregate {
    /// `*`
    Array,
    /// `%`: keys and values in turn.
    Map,
    /// `~`
    Set,
    /// `>`
    Push,
    /// `|`: keys and values in turn, describing the value behind the end.
    Attribute,
    /// `$?`: the chunks of a streamed string.
    String,
}

impl Aggregate {
    /// All of them, in the order of this documentation.
    pub const ALL: [Aggregate; 6] = [
        Aggregate::Array,
        Aggregate::Map,
        Aggregate::Set,
        Aggregate::Push,
        Aggregate::Attribute,
        Aggregate::String,
    ];

    /// The type on the wire.
    pub const fn wire_type(self) -> Type {
        match self {
            Aggregate::Array => Type::Array,
            Aggregate::Map => Type::Map,
            Aggregate::Set => Type::Set,
            Aggregate::Push => Type::Push,
            Aggregate::Attribute => Type::Attribute,
            Aggregate::String => Type::BulkString,
        }
    }

    /// How many values one counted element consists of: 2 for maps and attributes.
    #[inline(always)]
    pub const fn values_per_element(self) -> u64 {
        match self {
            Aggregate::Map | Aggregate::Attribute => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aggregate::String => "streamed string",
            other => other.wire_type().name(),
        })
    }
}

/// The three spellings of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Null {
    /// `$-1`: a missing bulk string of RESP2.
    Bulk,
    /// `*-1`: a missing array of RESP2.
    Array,
    /// `_`: the null of RESP3.
    Resp3,
}

impl Null {
    /// The bytes on the wire.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Null::Bulk => b"$-1\r\n",
            Null::Array => b"*-1\r\n",
            Null::Resp3 => b"_\r\n",
        }
    }
}

/// A double as it stood on the wire: valid text, converted when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Double<'a> {
    text: &'a [u8],
}

impl<'a> Double<'a> {
    #[inline(always)]
    pub(crate) const fn accepted(text: &'a [u8]) -> Self {
        Double { text }
    }

    /// The double that `text` spells, if it is one of the spellings of RESP3.
    pub fn new(text: &'a [u8]) -> Option<Self> {
        crate::grammar::number::is_double(text).then_some(Double { text })
    }

    /// The text as it was sent.
    pub const fn text(self) -> &'a [u8] {
        self.text
    }

    /// The nearest binary64. Text beyond its range is infinite, or zero; every NaN is the same.
    ///
    /// ```
    /// use resp_machine::event::Double;
    /// let half = Double::new(b"0.5").ok_or("a double")?;
    /// assert_eq!(half.value(), 0.5);
    /// assert_eq!(Double::new(b".5"), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn value(self) -> f64 {
        match self.text {
            [b'n' | b'N', ..] | [b'-', b'n' | b'N', ..] => f64::NAN,
            text => crate::grammar::number::double_value(text),
        }
    }
}

/// A big number as it stood on the wire: a sign if any, and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BigNumber<'a> {
    text: &'a [u8],
}

impl<'a> BigNumber<'a> {
    #[inline(always)]
    pub(crate) const fn accepted(text: &'a [u8]) -> Self {
        BigNumber { text }
    }

    /// The number that `text` spells: a sign if any, and digits.
    pub fn new(text: &'a [u8]) -> Option<Self> {
        crate::grammar::number::is_big_number(text).then_some(BigNumber { text })
    }

    /// The text as it was sent.
    pub const fn text(self) -> &'a [u8] {
        self.text
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        self.text.first() == Some(&b'-') && self.digits() != b"0"
    }

    /// The digits, without sign and leading zeros; `0` for zero.
    ///
    /// ```
    /// use resp_machine::event::BigNumber;
    /// let number = BigNumber::new(b"-007").ok_or("a big number")?;
    /// assert_eq!((number.is_negative(), number.digits()), (true, &b"7"[..]));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn digits(self) -> &'a [u8] {
        let unsigned = match self.text {
            [b'-' | b'+', digits @ ..] => digits,
            digits => digits,
        };
        let zeros = unsigned.iter().take_while(|digit| **digit == b'0').count();
        &unsigned[zeros.min(unsigned.len().saturating_sub(1))..]
    }
}

/// One thing that happens in a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A simple string: no CR or LF in it.
    SimpleString(&'a [u8]),
    /// A simple error: no CR or LF in it.
    SimpleError(&'a [u8]),
    /// An integer.
    Integer(i64),
    /// A bulk string, whole.
    BulkString(&'a [u8]),
    /// A bulk error, whole.
    BulkError(&'a [u8]),
    /// A verbatim string, whole.
    Verbatim {
        /// Any three bytes; `txt` and `mkd` have a meaning.
        format: [u8; 3],
        /// What stands behind the colon.
        text: &'a [u8],
    },
    /// A null, in one of its spellings.
    Null(Null),
    /// A boolean.
    Boolean(bool),
    /// A double.
    Double(Double<'a>),
    /// A big number.
    BigNumber(BigNumber<'a>),
    /// An inline command.
    Inline(Inline<'a>),
    /// A chunk of a streamed string; never empty.
    Chunk(&'a [u8]),
    /// An aggregate, or a streamed string, begins.
    Begin {
        /// What begins.
        kind: Aggregate,
        /// How many elements (pairs, for a map or attribute) were announced; `None` if it is
        /// streamed.
        count: Option<u64>,
        /// A push that interrupts the aggregate around it, and is no element of it.
        interrupts: bool,
    },
    /// What began last ends.
    End {
        /// What ends.
        kind: Aggregate,
        /// How many elements (pairs, for a map or attribute) it had.
        count: u64,
        /// As on its `Begin`.
        interrupts: bool,
    },
    /// A blob begins that will be handed over in parts
    /// ([`Machine::blobs_in_parts_over`](crate::machine::Machine::blobs_in_parts_over)).
    BlobBegin {
        /// Bulk string, bulk error, verbatim string or chunk.
        kind: Type,
        /// The format of a verbatim string.
        format: Option<[u8; 3]>,
        /// How many bytes all the parts have together.
        length: u64,
    },
    /// The next bytes of the blob; never empty.
    BlobPart(&'a [u8]),
    /// The blob is complete.
    BlobEnd,
}

/// An event and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token<'a> {
    /// What happened.
    pub event: Event<'a>,
    /// The stream offset of its first byte: of the marker, for whatever has one.
    pub start: u64,
    /// The stream offset behind its last byte. A `Begin` ends with its count's line; the `End` of
    /// a counted aggregate is empty, at the end of its last element.
    pub end: u64,
}
