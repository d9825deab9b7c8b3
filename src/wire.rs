//! The wire's markers: one table of type bytes, and what each introduces.
//!
//! Every other module that needs a marker takes it from [`Type`]: the discriminant *is* the byte
//! on the wire. A type belongs to one of three families, and the family decides which state reads
//! what follows the marker:
//!
//! | family | what follows | read in |
//! | --- | --- | --- |
//! | line | the value itself, to the end of the line | `Line` |
//! | blob | a length, then so many bytes, then CRLF | `Length`, `Body` |
//! | aggregate | a count, then so many values | `Count`, `Elements` |
//!
//! To add a type: give it a variant here, rows in [`crate::state`], a leaf in
//! [`crate::grammar`], an [`Event`](crate::event::Event), and let the compiler list the `match`es
//! that are now incomplete.

use core::fmt;

/// The two bytes that end every line and every blob.
pub const CRLF: &[u8; 2] = b"\r\n";

/// A type of the protocol, whose discriminant is its marker: the first byte of a value.
///
/// Sources: the RESP2 and RESP3 specifications; `Inline` is Redis' own and has no marker on the
/// wire, so its discriminant is the NUL that never starts a request.
///
/// ```
/// use resp_machine::wire::Type;
/// assert_eq!(Type::Map.marker(), b'%');
/// assert_eq!(Type::from_marker(b'~'), Some(Type::Set));
/// assert_eq!(Type::from_marker(b'?'), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Type {
    /// `+OK`: a string that fits a line.
    SimpleString = b'+',
    /// `-ERR message`: an error that fits a line.
    SimpleError = b'-',
    /// `:1`: a signed 64-bit integer.
    Integer = b':',
    /// `$5 hello`: a string of any bytes; `$-1` is the RESP2 null, `$?` a streamed string.
    BulkString = b'$',
    /// `*2 …`: a sequence; `*-1` is the RESP2 null array.
    Array = b'*',
    /// `_`: the RESP3 null.
    Null = b'_',
    /// `#t`, `#f`.
    Boolean = b'#',
    /// `,1.5`: an IEEE 754 binary64 in decimal.
    Double = b',',
    /// `(123…`: an integer of any size.
    BigNumber = b'(',
    /// `!5 ERR a`: an error of any bytes.
    BulkError = b'!',
    /// `=8 txt:text`: a string with a three-byte format.
    VerbatimString = b'=',
    /// `%1 key value`: a dictionary, in wire order.
    Map = b'%',
    /// `~2 …`: a sequence whose order and repetition say nothing.
    Set = b'~',
    /// `|1 key value`: annotates the value that follows it.
    Attribute = b'|',
    /// `>2 …`: out-of-band data, an answer to no request.
    Push = b'>',
    /// `;4 Hell`: a chunk of a streamed string; `;0` is its end.
    Chunk = b';',
    /// `.`: the end of a streamed aggregate.
    StreamEnd = b'.',
    /// A request typed as one line of words: no marker.
    Inline = 0,
}

impl Type {
    /// Every type that has a marker, in the order of the documentation.
    pub const MARKED: [Type; 17] = [
        Type::SimpleString,
        Type::SimpleError,
        Type::Integer,
        Type::BulkString,
        Type::Array,
        Type::Null,
        Type::Boolean,
        Type::Double,
        Type::BigNumber,
        Type::BulkError,
        Type::VerbatimString,
        Type::Map,
        Type::Set,
        Type::Attribute,
        Type::Push,
        Type::Chunk,
        Type::StreamEnd,
    ];

    /// The byte that introduces this type on the wire.
    pub const fn marker(self) -> u8 {
        self as u8
    }

    /// The type that `byte` introduces, if any.
    pub const fn from_marker(byte: u8) -> Option<Type> {
        let mut i = 0;
        while i < Type::MARKED.len() {
            if Type::MARKED[i] as u8 == byte {
                return Some(Type::MARKED[i]);
            }
            i += 1;
        }
        None
    }

    /// The field's name for it, in the singular and lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Type::SimpleString => "simple string",
            Type::SimpleError => "simple error",
            Type::Integer => "integer",
            Type::BulkString => "bulk string",
            Type::Array => "array",
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Double => "double",
            Type::BigNumber => "big number",
            Type::BulkError => "bulk error",
            Type::VerbatimString => "verbatim string",
            Type::Map => "map",
            Type::Set => "set",
            Type::Attribute => "attribute",
            Type::Push => "push",
            Type::Chunk => "chunk of a streamed string",
            Type::StreamEnd => "end of a streamed aggregate",
            Type::Inline => "inline command",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
