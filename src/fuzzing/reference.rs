//! The reference decoder: obviously correct, and nothing else.
//!
//! It is written from RESP2.md, RESP3.md and the project's decisions, shares no code with the
//! library (only the types that the results are compared in), and does what the library must
//! not: it takes the whole input at once, starts from byte 0 every time, recurses on nesting, and
//! copies everything. Where it and the machine differ, one of the two is wrong; since this one can
//! be read beside the specification in one sitting, it is usually the machine.
//!
//! The suites and the fuzz targets hold the machine against this one copy; the suites take it by
//! its path, so that it is there without any feature.
//!
//! A line is judged in two moves. First the line is found: it is whole when CR and one more byte,
//! or LF, are there. Then its content is read by a function that says either what it holds, or at
//! which index it stops being the beginning of anything valid.

use super::spelling::{Content, Fault, Number, Size, decimal, double, sign, signed_digits, words};
use resp_machine::event::Null;
use resp_machine::state::State;
use resp_machine::value::{List, Value};
use resp_machine::wire::Type;
use resp_machine::{Dialect, ErrorKind as Kind, Limits};

/// How an input ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Clean,
    NeedMore,
    Error(Kind, u64),
}

/// What was being read where an input ended or went wrong: what was due, the type whose marker had
/// been read, how many aggregates, streamed strings and described values are open around it, and
/// whether a length is at fault because so much does not fit the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) state: State,
    pub(crate) of: Option<Type>,
    pub(crate) depth: usize,
    pub(crate) misfit: bool,
}

/// What is refused for its size.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) depth: usize,
    pub(crate) line: usize,
    pub(crate) blob: u128,
    pub(crate) elements: u128,
    pub(crate) frame: u128,
}

#[allow(dead_code, reason = "the tests use one, the targets the other")]
impl Bounds {
    /// The defaults, as the design states them.
    pub(crate) fn new(dialect: Dialect) -> Bounds {
        let request = dialect == Dialect::Request;
        let elements = if request { (1 << 31) - 1 } else { (1 << 32) - 1 };
        let frame = if request { 1 << 30 } else { (1 << 32) - 1 };
        Bounds { depth: 1024, line: 65_536, blob: 512 << 20, elements, frame }
    }

    /// Those of a target.
    pub(crate) fn of(limits: &Limits) -> Bounds {
        Bounds {
            depth: limits.depth,
            line: limits.line,
            blob: limits.blob.into(),
            elements: limits.elements.into(),
            frame: limits.frame.into(),
        }
    }
}

/// Everything that `input` holds.
#[allow(dead_code, reason = "the tests use it, the targets what it is made of")]
pub(crate) fn decode(input: &[u8], dialect: Dialect, bounds: Bounds) -> (Vec<Value>, End) {
    let (frames, end, _) = decode_to(input, dialect, bounds);
    (frames, end)
}

/// Everything that `input` holds, and where in it the reading ended.
pub(crate) fn decode_to(
    input: &[u8],
    dialect: Dialect,
    bounds: Bounds,
) -> (Vec<Value>, End, Place) {
    let place = Place { state: State::Start, of: None, depth: 0, misfit: false };
    let frames = Vec::new();
    let mut reader =
        Reader { input, at: 0, frame: 0, dialect, bounds, frames, pushing: false, place };
    let end = loop {
        if reader.at == input.len() {
            break End::Clean;
        }
        reader.frame = reader.at;
        let frame = match dialect {
            Dialect::Request => reader.request(),
            _ => reader.value(0, true, false),
        };
        match frame {
            Ok(frame) => reader.frames.push(frame),
            Err(Stop::More) => break End::NeedMore,
            Err(Stop::Bad(kind, at)) => break End::Error(kind, at as u64),
        }
    };
    (reader.frames, end, reader.place)
}

/// The type bytes of RESP3.
const MARKERS: &[u8] = b"+-:$*_#,(!=%~|>;.";

enum Stop {
    More,
    Bad(Kind, usize),
}

type Read<T> = Result<T, Stop>;

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    /// Where the frame begins; a push that interrupts it is a part of it.
    frame: usize,
    dialect: Dialect,
    bounds: Bounds,
    frames: Vec<Value>,
    pushing: bool,
    /// What is being read; it stays as it is when the reading ends.
    place: Place,
}

impl<'a> Reader<'a> {
    /// The marker that is next.
    fn peek(&mut self) -> Read<u8> {
        (self.place.state, self.place.of) = (State::Start, None);
        let marker = self.input.get(self.at).copied().ok_or(Stop::More)?;
        if self.at >= self.frame_end() {
            Err(Stop::Bad(Kind::FrameTooLong, self.at))
        } else {
            Ok(marker)
        }
    }

    /// The first byte that is too many for the frame.
    fn frame_end(&self) -> usize {
        usize::try_from(self.bounds.frame).unwrap_or(usize::MAX).saturating_add(self.frame)
    }

    /// Takes the marker, behind which `state` begins.
    fn take(&mut self, marker: u8) {
        self.at += 1;
        let (state, of) = match marker {
            b'+' => (State::Line, Type::SimpleString),
            b'-' => (State::Line, Type::SimpleError),
            b':' => (State::Line, Type::Integer),
            b'_' => (State::Line, Type::Null),
            b'#' => (State::Line, Type::Boolean),
            b',' => (State::Line, Type::Double),
            b'(' => (State::Line, Type::BigNumber),
            b'.' => (State::Line, Type::StreamEnd),
            b'$' => (State::Length, Type::BulkString),
            b'!' => (State::Length, Type::BulkError),
            b'=' => (State::Length, Type::VerbatimString),
            b';' => (State::Length, Type::Chunk),
            b'*' => (State::Count, Type::Array),
            b'%' => (State::Count, Type::Map),
            b'~' => (State::Count, Type::Set),
            b'|' => (State::Count, Type::Attribute),
            _ => (State::Count, Type::Push),
        };
        (self.place.state, self.place.of) = (state, Some(of));
    }

    /// A value, its attributes included. `top`: nothing but attributes encloses it; `described`:
    /// an attribute stands before it.
    fn value(&mut self, depth: usize, top: bool, described: bool) -> Read<Value> {
        if !top {
            self.interruptions(depth)?;
        }
        let at = self.at;
        let marker = self.peek()?;
        let bad = |kind| Err(Stop::Bad(kind, at));
        if !MARKERS.contains(&marker) {
            return bad(Kind::UnknownType);
        }
        if self.dialect == Dialect::Resp2 && !b"+-:$*".contains(&marker) {
            return bad(Kind::Resp3Type);
        }
        if marker == b'.' && described {
            return bad(Kind::AttributeWithoutValue);
        }
        if marker == b';' || marker == b'.' {
            return bad(Kind::OutOfPlace);
        }
        if b"*%~|>".contains(&marker) && depth >= self.bounds.depth {
            return bad(Kind::TooDeep);
        }
        self.take(marker);
        self.typed(marker, depth, top)
    }

    /// Pushes between two elements of something: frames of their own, and not counted.
    fn interruptions(&mut self, depth: usize) -> Read<()> {
        while self.dialect == Dialect::Resp3 && self.peek()? == b'>' {
            if self.pushing {
                return Err(Stop::Bad(Kind::PushInsidePush, self.at));
            }
            if depth >= self.bounds.depth {
                return Err(Stop::Bad(Kind::TooDeep, self.at));
            }
            self.take(b'>');
            let push = self.push(depth)?;
            self.frames.push(push);
        }
        Ok(())
    }

    fn typed(&mut self, marker: u8, depth: usize, top: bool) -> Read<Value> {
        let resp3 = self.dialect == Dialect::Resp3;
        let number = self.at;
        Ok(match marker {
            b'+' => Value::SimpleString(self.text()?.to_vec()),
            b'-' => Value::SimpleError(self.text()?.to_vec()),
            b':' => Value::Integer(self.integer()?),
            b'_' => self.line(Kind::InvalidNull, |text| {
                if text.is_empty() { Ok(Value::Null(Null::Resp3)) } else { Err(0) }
            })?,
            b'#' => self.line(Kind::InvalidBoolean, |text| match text {
                b"t" => Ok(Value::Boolean(true)),
                b"f" => Ok(Value::Boolean(false)),
                [b't' | b'f', ..] => Err(1),
                _ => Err(0),
            })?,
            b',' => self.line(Kind::InvalidDouble, double)?,
            b'(' => self.line(Kind::InvalidBigNumber, |text| {
                signed_digits(text).map(|()| Value::BigNumber(text.to_vec()))
            })?,
            b'$' => match self.length(true, resp3, 0)? {
                Size::Null => Value::Null(Null::Bulk),
                Size::Streamed => Value::StreamedString(self.chunks(depth)?),
                size => Value::BulkString(self.body(number, size)?.to_vec()),
            },
            b'!' => {
                let size = self.length(false, false, 0)?;
                Value::BulkError(self.body(number, size)?.to_vec())
            }
            b'=' => {
                let size = self.length(false, false, 4)?;
                self.fits(number, size)?;
                self.place.state = State::Body;
                let start = self.at;
                if self.input.get(start + 3).is_some_and(|byte| *byte != b':') {
                    return Err(Stop::Bad(Kind::VerbatimFormat, start + 3));
                }
                let body = self.body(number, size)?;
                Value::Verbatim { format: [body[0], body[1], body[2]], text: body[4..].to_vec() }
            }
            b'|' => {
                let size = self.count(false, false, false)?;
                let mut list = self.items(size, 2, depth + 1)?;
                // It is open until what it describes is complete.
                self.place.depth = depth + 1;
                list.push(self.value(depth + 1, top, true)?);
                self.place.depth = depth;
                Value::Attributed(list)
            }
            b'%' => {
                let size = self.count(false, resp3, false)?;
                Value::Map(self.items(size, 2, depth + 1)?)
            }
            b'~' => {
                let size = self.count(false, resp3, false)?;
                Value::Set(self.items(size, 1, depth + 1)?)
            }
            b'>' => self.push(depth)?,
            _ => match self.count(true, resp3, false)? {
                Size::Null => Value::Null(Null::Array),
                size => Value::Array(self.items(size, 1, depth + 1)?),
            },
        })
    }

    fn push(&mut self, depth: usize) -> Read<Value> {
        let size = self.count(false, false, false)?;
        self.pushing = true;
        let items = self.items(size, 1, depth + 1)?;
        self.pushing = false;
        Ok(Value::Push(items))
    }

    /// The values of an aggregate; `per` of them make one counted element.
    fn items(&mut self, size: Size, per: u128, depth: usize) -> Read<List> {
        let mut items = Vec::new();
        self.place.depth = depth;
        if let Size::Exactly(count) = size {
            for _ in 0..count * per {
                items.push(self.value(depth, false, false)?);
            }
            self.place.depth = depth - 1;
            return Ok(List::new(items));
        }
        loop {
            self.interruptions(depth)?;
            let at = self.at;
            let marker = self.peek()?;
            let whole = (items.len() as u128).is_multiple_of(per);
            if marker == b'.' {
                if !whole {
                    return Err(Stop::Bad(Kind::OddMap, at));
                }
                self.take(b'.');
                self.line(
                    Kind::InvalidStreamEnd,
                    |text| {
                        if text.is_empty() { Ok(()) } else { Err(0) }
                    },
                )?;
                self.place.depth = depth - 1;
                return Ok(List::streamed(items));
            }
            let full = items.len() as u128 == self.bounds.elements * per;
            if full && MARKERS.contains(&marker) && marker != b';' {
                return Err(Stop::Bad(Kind::TooManyElements, at));
            }
            items.push(self.value(depth, false, false)?);
        }
    }

    fn chunks(&mut self, depth: usize) -> Read<Vec<Vec<u8>>> {
        let mut chunks = Vec::new();
        self.place.depth = depth + 1;
        loop {
            let at = self.at;
            match self.peek()? {
                b';' => self.take(b';'),
                byte if MARKERS.contains(&byte) => {
                    return Err(Stop::Bad(Kind::OutOfPlace, at));
                }
                _ => return Err(Stop::Bad(Kind::UnknownType, at)),
            }
            let number = self.at;
            let size = self.length(false, false, 0)?;
            if size == Size::Exactly(0) {
                self.place.depth = depth;
                return Ok(chunks);
            }
            if chunks.len() as u128 == self.bounds.elements {
                return Err(Stop::Bad(Kind::TooManyElements, number));
            }
            chunks.push(self.body(number, size)?.to_vec());
        }
    }

    /// A line that holds what `read` makes of its content.
    fn line<T>(&mut self, kind: Kind, read: impl Fn(&'a [u8]) -> Content<T>) -> Read<T> {
        self.judged_line(|text| read(text).map_err(|at| (kind, at)))
    }

    fn judged_line<T>(&mut self, read: impl Fn(&'a [u8]) -> Result<T, (Kind, usize)>) -> Read<T> {
        let rest = &self.input[self.at..];
        let found = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let limit = self.bounds.line;
        let Some(end) = found.filter(|end| *end <= limit) else {
            return Err(match rest.len() > limit {
                true => Stop::Bad(Kind::LineTooLong, self.at + limit),
                false => Stop::More,
            });
        };
        if rest[end] == b'\r' && end + 1 == rest.len() {
            return Err(Stop::More);
        }
        let value = match read(&rest[..end]) {
            Ok(value) => value,
            // Cut short by the LF: the line's end is what is wrong.
            Err((_, at)) if rest[at] == b'\n' => {
                return Err(Stop::Bad(Kind::BareLf, self.at + at));
            }
            Err((kind, at)) => return Err(Stop::Bad(kind, self.at + at)),
        };
        if rest[end] == b'\n' {
            return Err(Stop::Bad(Kind::BareLf, self.at + end));
        }
        if rest[end + 1] != b'\n' {
            return Err(Stop::Bad(Kind::BareCr, self.at + end + 1));
        }
        self.ends(self.at + end + 2)?;
        self.at += end + 2;
        Ok(value)
    }

    /// A line ends at `end`, which has to be within what the frame may have.
    fn ends(&self, end: usize) -> Read<()> {
        let over = self.frame_end();
        if end > over { Err(Stop::Bad(Kind::FrameTooLong, over)) } else { Ok(()) }
    }

    fn text(&mut self) -> Read<&'a [u8]> {
        self.judged_line(Ok)
    }

    fn integer(&mut self) -> Read<i64> {
        self.judged_line(|text| {
            // A number that is out of range is wrong from its first byte, whatever follows it.
            let digits = &text[sign(text)..];
            let digits = &digits[..digits.iter().take_while(|byte| byte.is_ascii_digit()).count()];
            let size = digits
                .iter()
                .skip_while(|digit| **digit == b'0')
                .fold(0u128, |n, digit| (n * 10 + u128::from(digit - b'0')).min(1 << 64));
            let negative = text.first() == Some(&b'-');
            if size > (1 << 63) - u128::from(!negative) {
                return Err((Kind::IntegerOutOfRange, 0));
            }
            signed_digits(text).map_err(|at| (Kind::InvalidInteger, at))?;
            let value = size as i128;
            Ok((if negative { -value } else { value }) as i64)
        })
    }

    fn length(&mut self, null: bool, streamed: bool, least: u128) -> Read<Size> {
        let most = self.bounds.blob;
        self.judged_line(|text| {
            let size =
                decimal(text, null, false, streamed, least > 0).map_err(|fault| match fault {
                    Fault::At(at) => (Kind::InvalidLength, at),
                    Fault::Short => (Kind::VerbatimTooShort, 0),
                    Fault::Huge => (Kind::BlobTooLong, 0),
                })?;
            match size {
                Number::Cut(value, _) if value > most => Err((Kind::BlobTooLong, 0)),
                Number::Cut(_, at) => Err((Kind::InvalidLength, at)),
                Number::Whole(Size::Exactly(value)) if value > most => Err((Kind::BlobTooLong, 0)),
                Number::Whole(Size::Exactly(value)) if value < least => {
                    Err((Kind::VerbatimTooShort, 0))
                }
                Number::Whole(size) => Ok(size),
            }
        })
        .map_err(|stop| self.short_verbatim_ended_by_lf(stop, least))
    }

    /// `=3` and LF: the LF comes before the number can be known to be too short.
    fn short_verbatim_ended_by_lf(&self, stop: Stop, least: u128) -> Stop {
        match stop {
            Stop::Bad(Kind::VerbatimTooShort, at) if least > 0 => {
                let rest = &self.input[at..];
                match rest {
                    [b'1'..=b'3', b'\n', ..] => Stop::Bad(Kind::BareLf, at + 1),
                    _ => Stop::Bad(Kind::VerbatimTooShort, at),
                }
            }
            stop => stop,
        }
    }

    fn count(&mut self, null: bool, streamed: bool, negative: bool) -> Read<Size> {
        let most = self.bounds.elements;
        self.judged_line(|text| {
            let number =
                decimal(text, null, negative, streamed, false).map_err(|fault| match fault {
                    Fault::At(at) => (Kind::InvalidCount, at),
                    Fault::Short | Fault::Huge => (Kind::TooManyElements, 0),
                })?;
            match number {
                Number::Cut(value, _) if value > most => Err((Kind::TooManyElements, 0)),
                Number::Cut(_, at) => Err((Kind::InvalidCount, at)),
                Number::Whole(Size::Exactly(value)) if value > most => {
                    Err((Kind::TooManyElements, 0))
                }
                Number::Whole(size) => Ok(size),
            }
        })
    }

    /// Whether a blob, whose length begins at `number`, is within what the frame may have.
    fn fits(&mut self, number: usize, size: Size) -> Read<u128> {
        let Size::Exactly(length) = size else { return Err(Stop::More) };
        self.place.misfit = self.at as u128 + length + 2 > self.frame_end() as u128;
        match self.place.misfit {
            true => Err(Stop::Bad(Kind::FrameTooLong, number)),
            false => Ok(length),
        }
    }

    fn body(&mut self, number: usize, size: Size) -> Read<&'a [u8]> {
        let length = self.fits(number, size)?;
        self.place.state = State::Body;
        let rest = &self.input[self.at..];
        let Some(body) = usize::try_from(length).ok().and_then(|length| rest.get(..length)) else {
            return Err(Stop::More);
        };
        for (index, due) in b"\r\n".iter().enumerate() {
            match rest.get(body.len() + index) {
                None => return Err(Stop::More),
                Some(byte) if byte == due => {}
                Some(_) => {
                    return Err(Stop::Bad(Kind::BlobNotTerminated, self.at + body.len() + index));
                }
            }
        }
        self.at += body.len() + 2;
        Ok(body)
    }

    fn request(&mut self) -> Read<Value> {
        if self.peek()? != b'*' {
            return self.inline();
        }
        if self.bounds.depth == 0 {
            return Err(Stop::Bad(Kind::TooDeep, self.at));
        }
        self.take(b'*');
        let count = match self.count(true, false, true)? {
            Size::Null => return Ok(Value::Null(Null::Array)),
            Size::Exactly(count) => count,
            _ => 0,
        };
        self.place.depth = 1;
        let mut arguments = Vec::new();
        for _ in 0..count {
            if self.peek()? != b'$' {
                return Err(Stop::Bad(Kind::ExpectedBulkString, self.at));
            }
            self.take(b'$');
            let number = self.at;
            let size = self.length(false, false, 0)?;
            arguments.push(Value::BulkString(self.body(number, size)?.to_vec()));
        }
        self.place.depth = 0;
        Ok(Value::array(arguments))
    }

    /// An inline command: a line that LF ends.
    fn inline(&mut self) -> Read<Value> {
        (self.place.state, self.place.of) = (State::Line, Some(Type::Inline));
        let rest = &self.input[self.at..];
        let limit = self.bounds.line;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > limit {
            return Err(Stop::Bad(Kind::LineTooLong, self.at + limit));
        }
        let end = end.ok_or(Stop::More)?;
        let words = words(line, end).map_err(|(kind, index)| Stop::Bad(kind, self.at + index))?;
        self.ends(self.at + end + 1)?;
        self.at += end + 1;
        Ok(Value::Inline(words))
    }
}
