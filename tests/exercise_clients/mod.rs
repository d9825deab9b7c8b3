//! Clients to try the exercises of "Write your own redis-cli" on: the program's own, redis-cli, and
//! clients with one flaw each, so that every part of a check is seen to bite.
//!
//! A client is a program. Those with a flaw are threads of the test: the program that is run for one
//! is a shell, which tells the thread the port, passes on what it is given to read, and prints what
//! comes back.

use resp_machine::encode::command;
use resp_machine::frame::{Frame, View};
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

macro_rules! flaws {
    ($($(#[$doc:meta])+ $flaw:ident,)+) => {
        /// What a client can do wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Flaw { $($(#[$doc])+ $flaw,)+ }

        const FLAWS: &[Flaw] = &[$(Flaw::$flaw),+];
    };
}

flaws! {
    /// Commands are sent as they were typed.
    Inline,
    /// Every read is one reply.
    ReadsAlone,
    /// Of one reply there are no more than two reads.
    TwoReads,
    /// What comes behind a reply is forgotten.
    RestForgotten,
    /// A reply is a line, or two if the first begins with `$`.
    CountsLines,
    /// Strings are not quoted.
    Unquoted,
    /// What cannot be printed is printed as it is.
    Unescaped,
    /// A null is an empty string.
    NullIsEmpty,
    /// What is in an array is not indented.
    Flat,
    /// Numbers are as wide as they are.
    Ragged,
    /// Only RESP2 is understood.
    Resp2,
    /// A push is the reply.
    PushIsReply,
    /// A push is not printed.
    PushDropped,
    /// A push is printed behind the reply.
    PushLast,
    /// It ends behind the first reply.
    OneCommand,
    /// It does not end when its input does.
    Stays,
    /// It never connects.
    Absent,
}

/// The command that runs a client: `the program`, `redis-cli`, or a [`Flaw`] by its name.
pub(crate) fn command_of(name: &str) -> String {
    match name {
        "the program" => {
            let program = env!("CARGO_BIN_EXE_resp-machine");
            format!("'{program}' cli --no-raw --show-pushes yes -p PORT")
        }
        // It tells how long a command took, if that was long, as on a busy machine it may be.
        "redis-cli" => "sh -c 'redis-cli --no-raw --show-pushes yes -p PORT | \
                        sed -u \"/^([0-9.]*s)$/d\"'"
            .to_owned(),
        name => {
            let flaw = FLAWS.iter().find(|flaw| format!("{flaw:?}") == name);
            let [input, output] = start(*flaw.unwrap_or_else(|| panic!("{name} is no client")));
            // What is in the background reads nothing unless it is told to; and that a client has hung
            // up is no news.
            format!(
                "bash -c 'exec 2>/dev/null; {{ echo PORT; cat; }} <&0 >/dev/tcp/127.0.0.1/{input} & \
                 cat </dev/tcp/127.0.0.1/{output}'"
            )
        }
    }
}

/// Starts a client, which is there until the test ends, for one run after the other; the ports on
/// which it takes its input and gives its output.
fn start(flaw: Flaw) -> [u16; 2] {
    let listen = || TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (input, output) = (listen(), listen());
    let ports = [&input, &output].map(|listener| listener.local_addr().unwrap().port());
    thread::spawn(move || {
        loop {
            let mut input = BufReader::new(input.accept().unwrap().0);
            let mut port = String::new();
            input.read_line(&mut port).unwrap();
            let out = output.accept().unwrap().0;
            // The other end may hang up: it has seen enough.
            let _ = Client { flaw, input, out }.talk(port.trim().parse().unwrap());
        }
    });
    ports
}

/// The flaws' names, each of which some exercise has to catch.
pub(crate) fn flaws() -> impl Iterator<Item = String> {
    FLAWS.iter().map(|flaw| format!("{flaw:?}"))
}

struct Client {
    flaw: Flaw,
    input: BufReader<TcpStream>,
    out: TcpStream,
}

impl Client {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn talk(&mut self, port: u16) -> io::Result<()> {
        if self.has(Flaw::Absent) {
            return Ok(());
        }
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        let dialect = if self.has(Flaw::Resp2) { Dialect::Resp2 } else { Dialect::Resp3 };
        let mut decoder = Decoder::new(dialect);
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                break;
            }
            let line = line.trim_end_matches('\n');
            let mut request = Vec::new();
            match self.flaw {
                Flaw::Inline => request.extend_from_slice(format!("{line}\r\n").as_bytes()),
                _ => command(&mut request, line.split(' ').collect::<Vec<_>>()),
            }
            stream.write_all(&request)?;
            if self.has(Flaw::CountsLines) {
                self.count_lines(&mut stream)?;
            } else {
                self.reply(&mut stream, &mut decoder)?;
            }
            if self.has(Flaw::OneCommand) {
                return Ok(());
            }
        }
        if self.has(Flaw::Stays) {
            stream.read_exact(&mut [0])?;
        }
        Ok(())
    }

    /// Waits for a reply, and prints what comes.
    fn reply(&mut self, stream: &mut TcpStream, decoder: &mut Decoder) -> io::Result<()> {
        let mut piece = [0; 4096];
        let (mut reads, mut pushes) = (0, Vec::new());
        loop {
            if let Some(frame) = decoder.next_frame().map_err(io::Error::other)? {
                let mut text = Vec::new();
                self.print(frame, 0, &mut text);
                text.push(b'\n');
                let push = frame.wire_type() == Type::Push && !self.has(Flaw::PushIsReply);
                match self.flaw {
                    Flaw::PushDropped if push => {}
                    Flaw::PushLast if push => pushes.append(&mut text),
                    _ => self.out.write_all(&text)?,
                }
                if push {
                    continue;
                }
                if self.has(Flaw::RestForgotten) {
                    decoder.reset();
                }
                return self.out.write_all(&pushes);
            }
            if self.has(Flaw::TwoReads) && reads == 2 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            reads += 1;
            let length = stream.read(&mut piece)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.has(Flaw::ReadsAlone) {
                decoder.reset();
            }
            decoder.feed(&piece[..length]);
        }
    }

    fn count_lines(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let mut line = || {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte)?;
                line.push(byte[0]);
            }
            line.truncate(line.len() - 2);
            io::Result::Ok(String::from_utf8_lossy(&line).into_owned())
        };
        let first = line()?;
        let text = match first.split_at(1) {
            ("$", _) => format!("{:?}", line()?),
            (":", number) => format!("(integer) {number}"),
            ("-", text) => format!("(error) {text}"),
            (_, text) => text.to_owned(),
        };
        writeln!(self.out, "{text}")
    }

    fn print(&self, frame: Frame<'_>, indent: usize, text: &mut Vec<u8>) {
        match frame.view() {
            View::SimpleString(bytes) => text.extend_from_slice(bytes),
            View::SimpleError(bytes) => text.extend_from_slice(&[b"(error) ", bytes].concat()),
            View::Integer(value) => text.extend_from_slice(format!("(integer) {value}").as_bytes()),
            View::BulkString(bytes) => self.quote(bytes, text),
            View::Null(_) if self.has(Flaw::NullIsEmpty) => text.extend_from_slice(b"\"\""),
            View::Null(_) => text.extend_from_slice(b"(nil)"),
            View::Boolean(value) => text.extend_from_slice(format!("({value})").as_bytes()),
            View::Double(value) => text.extend_from_slice(&[b"(double) ", value.text()].concat()),
            View::Array(items) if items.len() == 0 => text.extend_from_slice(b"(empty array)"),
            View::Map(pairs) if pairs.len() == 0 => text.extend_from_slice(b"(empty hash)"),
            View::Array(items) | View::Push(items) => {
                self.number(items, items.len(), b") ", indent, text);
            }
            View::Set(items) => self.number(items, items.len(), b"~ ", indent, text),
            View::Map(pairs) => {
                let width = self.width(pairs.len(), 0);
                for (at, (key, value)) in pairs.enumerate() {
                    self.begin(at, width, b"# ", indent, text);
                    self.print(key, indent + width + 2, text);
                    text.extend_from_slice(b" => ");
                    if matches!(value.view(), View::Array(items) if items.len() > 1) {
                        text.push(b'\n');
                        text.extend(std::iter::repeat_n(b' ', indent + width + 2));
                    }
                    self.print(value, indent + width + 2, text);
                }
            }
            other => panic!("{other:?}"),
        }
    }

    fn number<'a>(
        &self,
        items: impl Iterator<Item = Frame<'a>>,
        count: usize,
        mark: &[u8],
        indent: usize,
        text: &mut Vec<u8>,
    ) {
        for (at, item) in items.enumerate() {
            let width = self.width(count, at);
            self.begin(at, width, mark, indent, text);
            self.print(item, indent + width + 2, text);
        }
    }

    fn width(&self, count: usize, at: usize) -> usize {
        let widest = if self.has(Flaw::Ragged) { at + 1 } else { count };
        widest.to_string().len()
    }

    fn begin(&self, at: usize, width: usize, mark: &[u8], indent: usize, text: &mut Vec<u8>) {
        if at > 0 {
            let indent = if self.has(Flaw::Flat) { 0 } else { indent };
            text.push(b'\n');
            text.extend(std::iter::repeat_n(b' ', indent));
        }
        text.extend_from_slice(format!("{:width$}", at + 1).as_bytes());
        text.extend_from_slice(mark);
    }

    fn quote(&self, bytes: &[u8], text: &mut Vec<u8>) {
        if self.has(Flaw::Unquoted) {
            return text.extend_from_slice(bytes);
        }
        text.push(b'"');
        for byte in bytes {
            match byte {
                _ if self.has(Flaw::Unescaped) => text.push(*byte),
                7 => text.extend_from_slice(b"\\a"),
                8 => text.extend_from_slice(b"\\b"),
                b'\'' => text.push(b'\''),
                byte => text.extend(byte.escape_ascii()),
            }
        }
        text.push(b'"');
    }
}
