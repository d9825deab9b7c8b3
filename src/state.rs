//! The states, and the one table of transitions between them.
//!
//! A RESP stream is read by a machine of seven states. Each has a letter, the one that drawings
//! of the machine use:
//!
//! * **S**, [`State::Start`]: reads one byte, the marker of a type.
//! * **A**, [`State::Line`]: reads the rest of one line; it is the value.
//! * **B**, [`State::Length`]: reads a decimal line, the length of a blob.
//! * **C**, [`State::Body`]: reads so many bytes, and the CRLF behind them.
//! * **D**, [`State::Count`]: reads a decimal line, the number of elements of an aggregate.
//! * **En**, [`State::Elements`]: reads nothing. It decides what is due: another element (back to
//!   S), or, with n at 0, the end of the aggregate.
//! * **END**, [`State::End`]: reads nothing. One value is complete.
//!
//! Nesting is not another state: an aggregate inside an aggregate is the same seven states with
//! one more number on a stack, which is why nothing in this crate recurses.
//!
//! # The table
//!
//! [`TABLE`] is plain data and the sole owner of the transitions. The machine takes a transition
//! by naming its [`Rule`]; where it leads is looked up here and nowhere else. The diagrams in the
//! documentation, the `states` command and the coverage tests are made from it.
//!
//! Invariants, each held by a test:
//! * for one dialect, a marker has at most one row out of `Start` for each place ([`Within`]);
//! * every row's `example` is accepted so far by the machine, in the row's first dialect, takes
//!   the row, and no proper prefix of it does;
//! * every row is taken by some input, and no input takes a transition that is not a row.
//!
//! # Adding a row
//!
//! Add a line to the `transitions!` list, then take it in [`crate::machine`] by its name. A row
//! out of `Start` needs nothing more to be dispatched: the look-up by first byte is built from
//! the table at compile time.

use crate::wire::Type;
use core::fmt;

/// Where the machine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum State {
    /// S: one type byte is due.
    Start,
    /// A: the rest of a line is due, and is the value.
    Line,
    /// B: the decimal length of a blob is due.
    Length,
    /// C: the bytes of a blob, and CRLF, are due.
    Body,
    /// D: the decimal count of an aggregate is due.
    Count,
    /// En: nothing is due; an element is started, or the aggregate ends.
    Elements,
    /// END: nothing is due; a value is complete.
    End,
}

impl State {
    /// All seven, in the order of the drawing.
    pub const ALL: [State; 7] = [
        State::Start,
        State::Line,
        State::Length,
        State::Body,
        State::Count,
        State::Elements,
        State::End,
    ];

    /// The letter used in drawings: `S`, `A`, `B`, `C`, `D`, `En`, `END`.
    pub const fn letter(self) -> &'static str {
        match self {
            State::Start => "S",
            State::Line => "A",
            State::Length => "B",
            State::Body => "C",
            State::Count => "D",
            State::Elements => "En",
            State::End => "END",
        }
    }

    /// What the state reads, in a few words.
    pub const fn reads(self) -> &'static str {
        match self {
            State::Start => "one type byte",
            State::Line => "the rest of one line: the value itself",
            State::Length => "a decimal line: the length of a blob",
            State::Body => "so many bytes, then CRLF",
            State::Count => "a decimal line: the number of elements",
            State::Elements => "nothing: another element, or the end",
            State::End => "nothing: one value is complete",
        }
    }
}

/// Which of the protocol's languages is read.
///
/// One machine reads all three; a dialect only chooses which rows of the [`TABLE`] are allowed
/// (and, for requests, a few of the limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Dialect {
    /// Replies of a server on a RESP2 connection: five types, two nulls.
    Resp2,
    /// Replies of a server on a RESP3 connection: a superset of RESP2.
    #[default]
    Resp3,
    /// What a client sends: arrays of bulk strings, and inline commands.
    Request,
}

impl Dialect {
    /// All three.
    pub const ALL: [Dialect; 3] = [Dialect::Resp2, Dialect::Resp3, Dialect::Request];

    /// The name that the program's `--dialect` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Resp2 => "resp2",
            Dialect::Resp3 => "resp3",
            Dialect::Request => "request",
        }
    }
}

/// The condition on which a row is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum On {
    /// The marker of this type.
    Marker(Type),
    /// Any byte that is not a marker of this dialect; it is not consumed, it begins the line.
    OtherByte,
    /// A whole valid line of this type.
    Line(Type),
    /// The line `-1`.
    MinusOne,
    /// A line with any other negative number.
    Negative,
    /// The line `0`.
    Zero,
    /// A line with a number that is not negative (for a chunk: greater than 0).
    Number,
    /// The line `?`.
    Question,
    /// The announced bytes of a blob of this type, and CRLF.
    Bytes(Type),
    /// The innermost aggregate still lacks elements, or is streamed.
    Due,
    /// The innermost aggregate has all its elements.
    Exhausted,
    /// The innermost aggregate is an attribute and has all its pairs.
    Annotated,
    /// The value that ended is an element of an aggregate.
    Element,
    /// The value that ended is a push that interrupted an aggregate.
    Interruption,
    /// The value that ended stands alone, and there is one more byte.
    NextByte,
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            On::Marker(kind) => write!(f, "{}", kind.marker() as char),
            On::OtherByte => f.write_str("any other byte"),
            On::Line(kind) => write!(f, "valid line ({kind})"),
            On::MinusOne => f.write_str("-1"),
            On::Negative => f.write_str("-2, -3, …"),
            On::Zero => f.write_str("0"),
            On::Number => f.write_str("n"),
            On::Question => f.write_str("?"),
            On::Bytes(kind) => write!(f, "n bytes, CRLF ({kind})"),
            On::Due => f.write_str("n > 0, or no count"),
            On::Exhausted => f.write_str("n = 0"),
            On::Annotated => f.write_str("n = 0, of an attribute"),
            On::Element => f.write_str("inside an aggregate: n becomes n-1"),
            On::Interruption => f.write_str("a push that interrupted: n stays"),
            On::NextByte => f.write_str("at the top: the next byte"),
        }
    }
}

/// What a row hands to whoever consumes the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Emits {
    /// Nothing yet.
    Nothing,
    /// A complete value of this type.
    Value(Type),
    /// The beginning of an aggregate, or of a streamed string.
    Begin,
    /// The end of an aggregate, or of a streamed string.
    End,
}

impl fmt::Display for Emits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Emits::Nothing => Ok(()),
            Emits::Value(kind) => write!(f, "{kind}"),
            Emits::Begin => f.write_str("begin"),
            Emits::End => f.write_str("end"),
        }
    }
}

/// Where, among the open aggregates, a row may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Within {
    /// Everywhere but directly inside a streamed string.
    Any,
    /// Where nothing encloses the value (an attribute that describes it does not count).
    Top,
    /// Inside an aggregate of any kind.
    Aggregate,
    /// Directly inside a streamed array, set or map.
    StreamedAggregate,
    /// Directly inside a streamed string.
    StreamedString,
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Within::Any => "",
            Within::Top => "at the top",
            Within::Aggregate => "in an aggregate",
            Within::StreamedAggregate => "in a streamed aggregate",
            Within::StreamedString => "in a streamed string",
        })
    }
}

/// One row of the [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The row's name.
    pub rule: Rule,
    /// The state it leaves.
    pub from: State,
    /// The condition.
    pub on: On,
    /// The state it enters.
    pub to: State,
    /// What it hands over.
    pub emits: Emits,
    /// Where it may be taken.
    pub within: Within,
    /// The dialects it belongs to.
    pub dialects: &'static [Dialect],
    /// The shortest input, from the beginning of a stream, whose last byte takes the row.
    pub example: &'static [u8],
}

macro_rules! transitions {
    ($($(#[$doc:meta])+ $name:ident: $from:ident, $on:expr => $to:ident, $emits:expr, $within:ident, $dialects:expr, $example:literal;)+) => {
        /// The names of the rows of the [`TABLE`], in its order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Rule { $($(#[$doc])+ $name,)+ }

        /// How many rows there are.
        pub const ROWS: usize = [$(Rule::$name),+].len();

        /// Every transition there is.
        ///
        /// ```
        /// use resp_machine::state::{Rule, State, TABLE};
        /// let row = Rule::StartArray.transition();
        /// assert_eq!((row.from, row.to), (State::Start, State::Count));
        /// assert_eq!(TABLE[Rule::StartArray as usize], *row);
        /// ```
        pub static TABLE: [Transition; ROWS] = ROWS_CONST;

        const ROWS_CONST: [Transition; ROWS] = [$(Transition {
            rule: Rule::$name,
            from: State::$from,
            on: $on,
            to: State::$to,
            emits: $emits,
            within: Within::$within,
            dialects: $dialects,
            example: $example,
        },)+];
    };
}

use Dialect::{Request, Resp2, Resp3};
use Emits::{Begin, End, Nothing, Value};
use On::{Bytes, Line, Marker};

const REPLIES: &[Dialect] = &[Resp3, Resp2];
const RESP3: &[Dialect] = &[Resp3];
const REQUESTS: &[Dialect] = &[Request];
const ALL: &[Dialect] = &[Resp3, Resp2, Request];

transitions! {
    /// `+`: a simple string.
    StartSimpleString: Start, Marker(Type::SimpleString) => Line, Nothing, Any, REPLIES, b"+";
    /// `-`: a simple error.
    StartSimpleError: Start, Marker(Type::SimpleError) => Line, Nothing, Any, REPLIES, b"-";
    /// `:`: an integer.
    StartInteger: Start, Marker(Type::Integer) => Line, Nothing, Any, REPLIES, b":";
    /// `_`: the null of RESP3.
    StartNull: Start, Marker(Type::Null) => Line, Nothing, Any, RESP3, b"_";
    /// `#`: a boolean.
    StartBoolean: Start, Marker(Type::Boolean) => Line, Nothing, Any, RESP3, b"#";
    /// `,`: a double.
    StartDouble: Start, Marker(Type::Double) => Line, Nothing, Any, RESP3, b",";
    /// `(`: a big number.
    StartBigNumber: Start, Marker(Type::BigNumber) => Line, Nothing, Any, RESP3, b"(";
    /// `$`: a bulk string; in a request, an argument.
    StartBulkString: Start, Marker(Type::BulkString) => Length, Nothing, Any, ALL, b"$";
    /// `!`: a bulk error.
    StartBulkError: Start, Marker(Type::BulkError) => Length, Nothing, Any, RESP3, b"!";
    /// `=`: a verbatim string.
    StartVerbatimString: Start, Marker(Type::VerbatimString) => Length, Nothing, Any, RESP3, b"=";
    /// `*`: an array; a request.
    StartArray: Start, Marker(Type::Array) => Count, Nothing, Any, ALL, b"*";
    /// `%`: a map.
    StartMap: Start, Marker(Type::Map) => Count, Nothing, Any, RESP3, b"%";
    /// `~`: a set.
    StartSet: Start, Marker(Type::Set) => Count, Nothing, Any, RESP3, b"~";
    /// `|`: an attribute of the value to come.
    StartAttribute: Start, Marker(Type::Attribute) => Count, Nothing, Any, RESP3, b"|";
    /// `>` between replies: a push.
    StartPush: Start, Marker(Type::Push) => Count, Nothing, Top, RESP3, b">";
    /// `>` inside an aggregate: a push that interrupts it.
    StartInterruption: Start, Marker(Type::Push) => Count, Nothing, Aggregate, RESP3, b"*1\r\n>";
    /// `;`: a chunk of a streamed string.
    StartChunk: Start, Marker(Type::Chunk) => Length, Nothing, StreamedString, RESP3, b"$?\r\n;";
    /// `.`: the end of a streamed aggregate.
    StartStreamEnd: Start, Marker(Type::StreamEnd) => Line, Nothing, StreamedAggregate, RESP3, b"*?\r\n.";
    /// Any other byte, in a request: an inline command.
    StartInline: Start, On::OtherByte => Line, Nothing, Top, REQUESTS, b"\n";

    /// A simple string is whole.
    LineSimpleString: Line, Line(Type::SimpleString) => End, Value(Type::SimpleString), Any, REPLIES, b"+\r\n";
    /// A simple error is whole.
    LineSimpleError: Line, Line(Type::SimpleError) => End, Value(Type::SimpleError), Any, REPLIES, b"-\r\n";
    /// An integer is whole.
    LineInteger: Line, Line(Type::Integer) => End, Value(Type::Integer), Any, REPLIES, b":0\r\n";
    /// A RESP3 null is whole.
    LineNull: Line, Line(Type::Null) => End, Value(Type::Null), Any, RESP3, b"_\r\n";
    /// A boolean is whole.
    LineBoolean: Line, Line(Type::Boolean) => End, Value(Type::Boolean), Any, RESP3, b"#t\r\n";
    /// A double is whole.
    LineDouble: Line, Line(Type::Double) => End, Value(Type::Double), Any, RESP3, b",0\r\n";
    /// A big number is whole.
    LineBigNumber: Line, Line(Type::BigNumber) => End, Value(Type::BigNumber), Any, RESP3, b"(0\r\n";
    /// A streamed aggregate is closed.
    LineStreamEnd: Line, Line(Type::StreamEnd) => End, End, StreamedAggregate, RESP3, b"*?\r\n.\r\n";
    /// An inline command is whole.
    LineInline: Line, Line(Type::Inline) => End, Value(Type::Inline), Top, REQUESTS, b"\n";

    /// `$-1`: the RESP2 null.
    LengthNull: Length, On::MinusOne => End, Value(Type::Null), Any, REPLIES, b"$-1\r\n";
    /// A blob's length is known.
    LengthBlob: Length, On::Number => Body, Nothing, Any, ALL, b"$0\r\n";
    /// `$?`: chunks follow.
    LengthStreamed: Length, On::Question => Elements, Begin, Any, RESP3, b"$?\r\n";
    /// A chunk's length is known.
    LengthChunk: Length, On::Number => Body, Nothing, StreamedString, RESP3, b"$?\r\n;1\r\n";
    /// `;0`: the streamed string is complete.
    LengthChunkEnd: Length, On::Zero => End, End, StreamedString, RESP3, b"$?\r\n;0\r\n";

    /// A bulk string is whole.
    BodyBulkString: Body, Bytes(Type::BulkString) => End, Value(Type::BulkString), Any, ALL, b"$0\r\n\r\n";
    /// A bulk error is whole.
    BodyBulkError: Body, Bytes(Type::BulkError) => End, Value(Type::BulkError), Any, RESP3, b"!0\r\n\r\n";
    /// A verbatim string is whole.
    BodyVerbatimString: Body, Bytes(Type::VerbatimString) => End, Value(Type::VerbatimString), Any, RESP3, b"=4\r\ntxt:\r\n";
    /// A chunk is whole.
    BodyChunk: Body, Bytes(Type::Chunk) => End, Value(Type::Chunk), StreamedString, RESP3, b"$?\r\n;1\r\na\r\n";

    /// `*-1`: the RESP2 null array; in a request, an empty one.
    CountNull: Count, On::MinusOne => End, Value(Type::Null), Any, ALL, b"*-1\r\n";
    /// Any other negative count in a request: an empty one, as Redis reads it.
    CountNegative: Count, On::Negative => Elements, Begin, Top, REQUESTS, b"*-2\r\n";
    /// The number of elements is known (a map or attribute counts two for each pair).
    CountSized: Count, On::Number => Elements, Begin, Any, ALL, b"*0\r\n";
    /// `*?`, `%?`, `~?`: elements follow until the aggregate is closed.
    CountStreamed: Count, On::Question => Elements, Begin, Any, RESP3, b"*?\r\n";

    /// One more element is due.
    ElementsNext: Elements, On::Due => Start, Nothing, Any, ALL, b"*1\r\n";
    /// The last element has been read.
    ElementsDone: Elements, On::Exhausted => End, End, Any, ALL, b"*0\r\n";
    /// The last pair of an attribute has been read; what it describes is due.
    ElementsAnnotated: Elements, On::Annotated => Start, End, Any, RESP3, b"|0\r\n";

    /// The value was an element.
    EndElement: End, On::Element => Elements, Nothing, Aggregate, ALL, b"*1\r\n_\r\n";
    /// The value was a push that interrupted an aggregate.
    EndInterruption: End, On::Interruption => Elements, Nothing, Aggregate, RESP3, b"*1\r\n>0\r\n";
    /// The value was a whole frame, and another begins.
    EndFrame: End, On::NextByte => Start, Nothing, Top, ALL, b"_\r\n_";
}

impl Rule {
    /// The row itself.
    pub const fn transition(self) -> &'static Transition {
        &TABLE[self as usize]
    }

    /// The state this row enters.
    pub(crate) const fn to(self) -> State {
        ROWS_CONST[self as usize].to
    }
}

impl Transition {
    /// Whether the row belongs to `dialect`.
    pub const fn allowed_in(&self, dialect: Dialect) -> bool {
        let mut i = 0;
        while i < self.dialects.len() {
            if self.dialects[i] as u8 == dialect as u8 {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// For each dialect and first byte, the first row out of `Start` that names the byte.
static START: [[Option<Rule>; 256]; 3] =
    [start_rows(Dialect::Resp2), start_rows(Dialect::Resp3), start_rows(Dialect::Request)];

const fn start_rows(dialect: Dialect) -> [Option<Rule>; 256] {
    let mut rows = [None; 256];
    let mut i = ROWS;
    // Backwards, so that the first of two rows for one byte is the one that stays.
    while i > 0 {
        i -= 1;
        let row = &ROWS_CONST[i];
        if !row.allowed_in(dialect) {
            continue;
        }
        if let On::Marker(kind) = row.on {
            rows[kind as usize] = Some(row.rule);
        }
    }
    rows
}

/// The row by which `byte` leaves `Start` in `dialect`; where it stands is not yet judged.
#[inline]
pub(crate) fn start_row(dialect: Dialect, byte: u8) -> Option<Rule> {
    START[dialect as usize][byte as usize]
}

/// For each type, by its marker, the row that completes a value of it.
static VALUE: [Option<Rule>; 256] = value_rows();

const fn value_rows() -> [Option<Rule>; 256] {
    let mut rows = [None; 256];
    let mut i = 0;
    while i < ROWS {
        if let On::Line(kind) | On::Bytes(kind) = ROWS_CONST[i].on {
            rows[kind as usize] = Some(ROWS_CONST[i].rule);
        }
        i += 1;
    }
    rows
}

/// The row that completes a value of `kind` that is a line or a blob.
#[inline]
pub(crate) fn value_row(kind: Type) -> Option<Rule> {
    VALUE[kind as usize]
}

/// One transition as it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The row.
    pub rule: Rule,
    /// The stream offset of the first byte that caused it.
    pub start: u64,
    /// The stream offset behind the last byte that caused it; equal to `start` where the row
    /// reads nothing.
    pub end: u64,
    /// How many aggregates (and streamed strings) are open once the row has been taken.
    pub depth: usize,
    /// How many elements the innermost of them still lacks; `None` where there is none, or it is
    /// streamed.
    pub remaining: Option<u64>,
}

/// Watches the machine: a generic parameter that costs nothing when it is `()`.
///
/// ```
/// use resp_machine::machine::Machine;
/// use resp_machine::state::{Dialect, Observer, Rule, Step};
///
/// struct Log(Vec<Rule>);
/// impl Observer for Log {
///     fn transition(&mut self, step: &Step) {
///         self.0.push(step.rule);
///     }
/// }
///
/// let mut log = Log(Vec::new());
/// let mut machine = Machine::new(Dialect::Resp3);
/// let mut feed = machine.feed_observed(b":1\r\n", &mut log);
/// while feed.next_token()?.is_some() {}
/// assert_eq!(log.0, [Rule::StartInteger, Rule::LineInteger]);
/// # Ok::<(), resp_machine::ProtocolError>(())
/// ```
pub trait Observer {
    /// `false` lets the compiler remove everything that only serves observation.
    const WATCHING: bool = true;

    /// A row was taken.
    fn transition(&mut self, step: &Step);

    /// So many bytes of the input were examined: the measure of rescanning. Bytes that are only
    /// counted (the inside of a blob) are not examined.
    fn visited(&mut self, bytes: usize) {
        let _ = bytes;
    }
}

impl Observer for () {
    const WATCHING: bool = false;

    #[inline(always)]
    fn transition(&mut self, _: &Step) {}
}

impl<O: Observer> Observer for &mut O {
    const WATCHING: bool = O::WATCHING;

    #[inline(always)]
    fn transition(&mut self, step: &Step) {
        (**self).transition(step);
    }

    #[inline(always)]
    fn visited(&mut self, bytes: usize) {
        (**self).visited(bytes);
    }
}
