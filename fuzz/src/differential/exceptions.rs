//! Every known disagreement, by name. Each has a row in the tests that shows it.

/// Why a peer and this library may differ on some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Exception {
    /// A limit of this library is what refuses, and peers have others, or none.
    Limit,
    /// The frame is unfinished or wrong, and holds something before that this peer reads in
    /// another way: it cannot be adapted, and is not compared.
    BehindForeign,
    /// The fault is in a line that has no CRLF yet. Peers judge a line when they have found its
    /// CRLF; this library as soon as there is a CR and one byte, or an LF.
    ToldAtLineEnd,
    /// The same the other way round: the peer refuses a line that is wrong before its end is there.
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
    /// A double that the peer refuses, or reads as another: `+1.5`, `nan(…)`, `1e400`.
    DoubleSpelling,
    /// A verbatim string in a format that the peer does not know, or cannot tell from its text.
    VerbatimFormat,
    /// Text of a line that is not UTF-8, which the peer refuses.
    NotUtf8,
    /// A map or set of more than one element, or whose element or key is an aggregate: the peer
    /// keeps them in a hash table.
    Hashed,
    /// A push whose first element is not a string that names its kind.
    PushKind,
    /// The peer takes CRLF alone for the end of a line, so CR or LF in it is text, or the line goes
    /// on.
    LineEnd,
    /// The peer does not look at the two bytes behind a blob.
    Terminator,
    /// The length `-1` (to some peers any negative one, to some of any type): there a null.
    Negative,
    /// A length or count that is not spelled canonically: `+5`, `05`, ` 5`.
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
    /// A verbatim string that is too short, or without its colon: told when it is whole, or not.
    VerbatimLate,
    /// A chunk or an end marker where nothing is streamed: there a frame of its own.
    LooseChunk,
    /// A line `HELLO 3`, which one peer reads as a frame.
    Hello,
}
