//! Being the server of a learner's client: requests that must come, bytes that answer them, and what
//! the client has to print of them.
//!
//! The client is a program. Its standard input are commands, one a line; its standard output is held
//! against what `cli` would print for people. A cut is no matter of time: the first part of a reply
//! goes out in one write with the whole reply before it, and the rest only when the next request has
//! come, so a client that waits for its replies has certainly seen the part by itself.

use super::talk::{request, shown};
use super::wrong::Wrong;
use crate::cli::client::{Format, words};
use crate::client::is_push;
use crate::frame::View;
use crate::{Decoder, Dialect};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether a client has come.
const LOOK: Duration = Duration::from_millis(5);

/// Something that a client has to do, in a few words, and the conversation that shows it.
pub(super) struct Scene {
    /// What is tried.
    pub(super) about: &'static str,
    /// What to think of if it goes wrong.
    pub(super) hint: &'static str,
    /// The conversation.
    pub(super) turns: fn() -> Vec<Turn>,
}

/// A command, and what the server says to it.
pub(super) struct Turn {
    line: &'static str,
    /// Pushes, if there are any, and the reply.
    answer: Vec<u8>,
    /// So many bytes of it are sent with the answer before it.
    ahead: usize,
}

impl Turn {
    pub(super) fn new(line: &'static str, answer: &[u8]) -> Turn {
        Turn { line, answer: answer.to_vec(), ahead: 0 }
    }

    /// The command answered with the same bytes, cut at every one of them, one cut after the other.
    pub(super) fn in_parts(line: &'static str, answer: &[u8]) -> impl Iterator<Item = Turn> {
        (1..answer.len()).flat_map(move |ahead| {
            let before = Turn::new("PING", b"+PONG\r\n");
            [before, Turn { line, answer: answer.to_vec(), ahead }]
        })
    }

    fn words(&self) -> Vec<&'static [u8]> {
        self.line.split(' ').map(str::as_bytes).collect()
    }
}

/// What to think of if no client comes.
const COMMAND: &str = "the command is run without a shell: its first word is the program, the others \
                       are what it is given; and it is to connect to 127.0.0.1, at the port that \
                       stands in the place of PORT";

/// Tries every scene, until one goes wrong.
pub(super) fn play(scenes: &[Scene], command: &str, patience: Duration) -> Result<String, Wrong> {
    for scene in scenes {
        let turns = (scene.turns)();
        let failed = |fault| match fault {
            Fault::Command(said) => Wrong::not_tried(said),
            Fault::Absent(said) => Wrong::with(said, COMMAND),
            Fault::Scene(said) => Wrong::with(said, scene.hint),
        };
        run(command, turns, patience).map_err(|fault| failed(fault).behind(scene.about))?;
    }
    let abouts: Vec<&str> = scenes.iter().map(|scene| scene.about).collect();
    Ok(format!("Right: {}.\n", abouts.join("; ")))
}

/// What went wrong, and so where to look.
enum Fault {
    /// The command itself is none that can be run.
    Command(String),
    /// The program has not connected.
    Absent(String),
    /// It has, and did something else than it should.
    Scene(String),
}

/// What is not the client's doing, in the middle of a conversation.
impl From<String> for Fault {
    fn from(said: String) -> Fault {
        Fault::Scene(said)
    }
}

/// What has ended.
enum Ended {
    /// The conversation.
    Talk(Result<(), Fault>),
    /// What the program prints.
    Output(Vec<u8>),
}

/// Runs the program, and has the conversation with it.
fn run(command: &str, turns: Vec<Turn>, patience: Duration) -> Result<(), Fault> {
    let failed = |error: io::Error| error.to_string();
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let lines: String = turns.iter().map(|turn| format!("{}\n", turn.line)).collect();
    let wanted = printed(&turns);
    let mut child = program(command, address)
        .map_err(Fault::Command)?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Fault::Absent(format!("{command} does not start: {error}")))?;
    let (end, ended) = mpsc::channel();
    let streams = child.stdin.take().zip(child.stdout.take());
    let (mut input, mut output) =
        streams.ok_or_else(|| "the program has no input or output".to_owned())?;
    // A program that ends early closes what is written to, and nobody waits for the other end any
    // more if it is this one that gives up.
    thread::spawn(move || input.write_all(lines.as_bytes()));
    let talked = end.clone();
    let gone = Arc::new(AtomicBool::new(false));
    let nobody = Arc::clone(&gone);
    thread::spawn(move || talked.send(Ended::Talk(talk(&listener, &nobody, &turns, patience))));
    thread::spawn(move || {
        let mut all = Vec::new();
        let _ = output.read_to_end(&mut all);
        end.send(Ended::Output(all))
    });
    let (mut talk, mut output, mut late) = (None, None, false);
    let mut deadline = Instant::now() + patience;
    while talk.is_none() || output.is_none() {
        match ended.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Ended::Output(all)) => {
                output = Some(all);
                gone.store(true, Ordering::SeqCst);
            }
            Ok(Ended::Talk(Ok(()))) => talk = Some(Ok(())),
            Ok(Ended::Talk(wrong)) => {
                talk = Some(wrong);
                let _ = child.kill();
            }
            Err(_) if late => break,
            Err(_) => {
                late = true;
                gone.store(true, Ordering::SeqCst);
                let _ = child.kill();
                deadline = Instant::now() + patience;
            }
        }
    }
    let _ = child.kill();
    child.wait().map_err(failed)?;
    let output = output.unwrap_or_default();
    match talk {
        Some(Err(Fault::Absent(wrong))) => Err(Fault::Absent(wrong)),
        _ if !wanted.starts_with(&output) => Err(Fault::Scene(difference(&wanted, &output))),
        Some(Err(wrong)) => Err(wrong),
        _ if wanted != output => Err(Fault::Scene(difference(&wanted, &output))),
        _ if late => Err(Fault::Scene(format!("  the program has not ended within {patience:?}"))),
        _ => Ok(()),
    }
}

/// The program that a learner names, with the port of the server in its place.
fn program(command: &str, address: SocketAddr) -> Result<Command, String> {
    if !command.contains("PORT") {
        return Err("PORT is to stand in the command where the port of the server belongs".into());
    }
    let command = command.replace("PORT", &address.port().to_string());
    let words = words(command.as_bytes()).ok_or("the quotes in the command do not match")?;
    let mut words = words.iter().map(|word| String::from_utf8_lossy(word).into_owned());
    let mut program = Command::new(words.next().unwrap_or_default());
    program.args(words);
    Ok(program)
}

/// The first that connects, unless the program is gone.
fn accept(listener: &TcpListener, gone: &AtomicBool) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    loop {
        // In this order: who has come is waiting, even if it is gone since.
        let over = gone.load(Ordering::SeqCst);
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if over {
            return Err(io::Error::other("nobody; no connection was made"));
        }
        thread::sleep(LOOK);
    }
}

/// Has the conversation with the first that comes.
fn talk(
    listener: &TcpListener,
    gone: &AtomicBool,
    turns: &[Turn],
    patience: Duration,
) -> Result<(), Fault> {
    let accepted = accept(listener, gone).and_then(|stream| {
        stream.set_read_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    });
    let mut stream =
        accepted.map_err(|error| Fault::Absent(report(&[], "a client", &error.to_string())))?;
    let mut decoder = Decoder::new(Dialect::Request);
    let mut sent: Vec<String> = Vec::new();
    for (at, turn) in turns.iter().enumerate() {
        let expected = request(&turn.words());
        let wrong = |came: String| report(&sent, &shown(&expected), &came);
        loop {
            let came = next(&mut stream, &mut decoder).map_err(wrong)?;
            // redis-cli wants to know what it can complete.
            if !came.starts_with(b"*1\r\n$7\r\nCOMMAND")
                && !came.starts_with(b"*2\r\n$7\r\nCOMMAND")
            {
                if came != expected {
                    return Err(Fault::Scene(wrong(shown(&came))));
                }
                break;
            }
            let _ = stream.write_all(b"-ERR unknown command\r\n");
        }
        let mut out = turn.answer[turn.ahead..].to_vec();
        if let Some(next) = turns.get(at + 1) {
            out.extend_from_slice(&next.answer[..next.ahead]);
        }
        sent.push(shown(&out));
        let written = stream.write_all(&out);
        written.map_err(|error| report(&sent, "that it is read", &error.to_string()))?;
    }
    match next(&mut stream, &mut decoder) {
        Ok(came) => Err(Fault::Scene(report(&sent, "the end", &shown(&came)))),
        Err(_) => Ok(()),
    }
}

/// What was sent last, one for each write, and what came then.
fn report(sent: &[String], expected: &str, came: &str) -> String {
    let sent = match &sent[sent.len().saturating_sub(2)..] {
        [] => "nothing".to_owned(),
        last => last.join(" then "),
    };
    format!("  sent:     {sent}\n  expected: {expected}\n  came:     {came}")
}

/// The bytes of the next request, or what came in its place.
fn next(stream: &mut TcpStream, decoder: &mut Decoder) -> Result<Vec<u8>, String> {
    let mut piece = [0; 4096];
    loop {
        match decoder.next_frame() {
            Err(error) => return Err(format!("no request: {error}")),
            Ok(Some(frame)) => {
                if let View::Inline(line) = frame.view() {
                    return Err(format!("a line, and no array: {}", line.line().escape_ascii()));
                }
                let words: Vec<_> = frame.args().into_iter().flatten().collect();
                return Ok(request(&words.iter().map(|word| &**word).collect::<Vec<_>>()));
            }
            Ok(None) => match stream.read(&mut piece) {
                Ok(0) => return Err("the end of the connection".to_owned()),
                Ok(length) => decoder.feed(&piece[..length]),
                Err(error) => return Err(format!("nothing: {error}")),
            },
        }
    }
}

/// What a client prints of all the answers.
fn printed(turns: &[Turn]) -> Vec<u8> {
    let mut decoder = Decoder::new(Dialect::Resp3);
    let mut text = Vec::new();
    for turn in turns {
        decoder.feed(&turn.answer);
        while let Ok(Some(frame)) = decoder.next_owned() {
            // A vector takes everything.
            let _ = match is_push(&frame) {
                true => Format::Standard.push(frame.frame(), &mut text),
                false => Format::Standard.reply(frame.frame(), &mut text),
            };
        }
    }
    text
}

/// How many characters of a line are shown, and how many of those that are right before a wrong one.
const LINE: usize = 70;
const BEFORE: usize = 30;

/// The first line that is printed otherwise than it should be, with its end.
fn difference(wanted: &[u8], output: &[u8]) -> String {
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (wanted, output) = (lines(wanted), lines(output));
    let same = wanted.iter().zip(&output).take_while(|(a, b)| a == b).count();
    let [expected, printed] =
        [&wanted, &output].map(|lines| lines.get(same).map(|line| line_of(line)));
    let right = match (&expected, &printed) {
        (Some(a), Some(b)) => a.iter().zip(b).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    let from = if right < LINE - BEFORE { 0 } else { right - BEFORE };
    let shown = |line: Option<Vec<char>>| match line {
        None => "(nothing more)".to_owned(),
        Some(line) => {
            let part: String = line[from..].iter().take(LINE).collect();
            let before = if from > 0 { "…" } else { "" };
            let after = if line.len() > from + LINE { "…" } else { "" };
            format!("{before}{part}{after}")
        }
    };
    format!(
        "  line {} of what it prints\n  expected: {}\n  printed:  {}",
        same + 1,
        shown(expected),
        shown(printed)
    )
}

/// A line with nothing in it that a terminal obeys: its end is seen.
fn line_of(line: &[u8]) -> Vec<char> {
    let mut seen = Vec::new();
    for letter in String::from_utf8_lossy(line).chars() {
        match letter.is_control() {
            true => seen.extend(letter.escape_default()),
            false => seen.push(letter),
        }
    }
    seen
}
