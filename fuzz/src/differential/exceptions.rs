//! Every known disagreement, by name. The tests have rows for each, which show it, and inputs
//! beside it on which it is not made.

/// Makes the list of the variants from the variants, so that none can be missing in it.
macro_rules! exceptions {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// Why a peer and this library may differ on some bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Exception {
            $($(#[$doc])+ $name,)+
        }

        impl Exception {
            /// All of them.
            pub const ALL: &[Exception] = &[$(Exception::$name,)+];
        }
    };
}

exceptions! {
    /// A limit of this library is what refuses, and peers have others, or none: they wait for what a
    /// length or count announces, or for what follows the marker that is one too deep.
    Limit,
    /// A type of RESP3 in RESP2, to a peer that has one reader for both: compared up to it.
    OneReader,
    /// The fault is in a line that has no CRLF yet, or a blob whose end is not there. Peers judge a
    /// line when they have found its CRLF; this library as soon as there is a CR and one byte, or
    /// an LF. With the end, the peer refuses, too.
    ToldAtLineEnd,
    /// The same the other way round, for a null: the peer refuses one that is not empty before its
    /// end is there.
    ToldBeforeLineEnd,
    /// A push inside an aggregate: here it is a frame of its own, there an element.
    PushIsElement,
    /// An attribute: there a value of its own, or dropped, or not allowed where it stands.
    Attribute,
    /// A streamed string or aggregate: there refused, or left to the caller chunk by chunk.
    Streamed,
    /// A bulk error: the peer does not know `!`.
    BulkError,
    /// `$-1` or `*-1`: the peer takes it for the `?` of a streamed form.
    OldNull,
    /// A big number with a plus sign, which the peer refuses.
    BigNumberPlus,
    /// An integer that is not spelled canonically, which the peer refuses: `+5`, `007`, `-0`.
    IntegerSpelling,
    /// A double that the peer refuses, or reads as another: `+1.5`, `nan(…)`, `1e400`, one of more
    /// digits than it has room for.
    DoubleSpelling,
    /// A verbatim string in a format that the peer does not know, or cannot tell from its text.
    VerbatimFormat,
    /// Text of a line that is not UTF-8, which the peer refuses.
    NotUtf8,
    /// A map or set in which an element or a key is an aggregate, or the same as another: the peer
    /// keeps them in a hash table.
    Hashed,
    /// A map or set whose elements are kept in another order than they were sent in, or in none.
    Unordered,
    /// `$-1` or `*-1`: the peer keeps one null for them and `_`.
    OneNull,
    /// A bulk error: the peer keeps it as it does a simple one.
    OneError,
    /// A bulk error or verbatim string that is not UTF-8: the peer keeps a replacement character for
    /// what is none, and the rest to the byte.
    LossyText,
    /// A push whose kind is a simple string: the peer keeps its text, as that of a bulk string.
    OnePushKind,
    /// A push whose first element is not a string that names its kind.
    PushKind,
    /// The peer takes CRLF alone for the end of a line, so CR or LF in a simple string or error is
    /// text, or the line goes on.
    LineEnd,
    /// The peer does not look at the two bytes behind a blob.
    Terminator,
    /// The length `-1` (to one peer any negative one) of a type that has no such null: there a
    /// null, an empty push, or an enormous length.
    Negative,
    /// A length or count that is not spelled canonically: `+5`, `05`, and with space around it.
    LengthSpelling,
    /// A boolean that is spelled in capitals, or is a NUL.
    BooleanSpelling,
    /// Doubles that are none: `.5`, `5.`, `INF`, `Nan`.
    LooseDouble,
    /// Big numbers that are none.
    LooseBigNumber,
    /// An integer with space around it.
    LooseInteger,
    /// A null with something behind the marker.
    LooseNull,
    /// A verbatim string that is too short, or without its colon: refused when it is whole, or has
    /// four bytes.
    VerbatimLate,
    /// The same, and accepted: with any byte for the colon, or with a colon elsewhere.
    LooseVerbatim,
    /// A chunk or an end marker where nothing is streamed, or an end marker that is not alone in its
    /// line: there a frame of its own.
    LooseChunk,
    /// A byte that is no marker, behind which a read ends: the peer asks for more, and then reads
    /// on as if the byte had not been there. (Whole, it refuses the byte.)
    MarkerDropped,
    /// A line `HELLO 3`, which one peer reads as a frame.
    Hello,
}
