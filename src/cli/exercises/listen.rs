//! Being the server of a learner's client: requests that must come, bytes that answer them, and what
//! the client has to print of them.
//!
//! The client is a program. Its standard input are commands, one a line; its standard output is held
//! against what `cli` would print for people. A cut is no matter of time: the first part of a reply
//! goes out in one write with the whole reply before it, and the rest only when the next request has
//! come, so a client that waits for its replies has certainly seen the part by itself.

use super::talk::{request, shown};
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

/// Tries every scene, until one goes wrong.
pub(super) fn play(scenes: &[Scene], command: &str, patience: Duration) -> Result<String, String> {
    for scene in scenes {
        let turns = (scene.turns)();
        run(command, turns, patience).map_err(|wrong| format!("{}\n{wrong}", scene.about))?;
    }
    let abouts: Vec<&str> = scenes.iter().map(|scene| scene.about).collect();
    Ok(format!("Right: {}.\n", abouts.join("; ")))
}

/// What has ended.
enum Ended {
    /// The conversation.
    Talk(Result<(), String>),
    /// What the program prints.
    Output(Vec<u8>),
}

/// Runs the program, and has the conversation with it.
fn run(command: &str, turns: Vec<Turn>, patience: Duration) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let lines: String = turns.iter().map(|turn| format!("{}\n", turn.line)).collect();
    let wanted = printed(&turns);
    let mut child = program(command, address)?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command} does not start: {error}"))?;
    let (end, ended) = mpsc::channel();
    let streams = child.stdin.take().zip(child.stdout.take());
    let (mut input, mut output) = streams.ok_or("the program has no input or output")?;
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
    if !wanted.starts_with(&output) {
        return Err(difference(&wanted, &output));
    }
    match talk {
        Some(Err(wrong)) => Err(wrong),
        _ if wanted != output => Err(difference(&wanted, &output)),
        _ if late => Err(format!("  the program has not ended within {patience:?}")),
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
) -> Result<(), String> {
    let accepted = accept(listener, gone).and_then(|stream| {
        stream.set_read_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    });
    let mut stream = accepted.map_err(|error| report(&[], "a client", &error.to_string()))?;
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
                    return Err(wrong(shown(&came)));
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
        Ok(came) => Err(report(&sent, "the end", &shown(&came))),
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

/// The first line that is printed otherwise than it should be.
fn difference(wanted: &[u8], output: &[u8]) -> String {
    let lines = |text: &[u8]| text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (wanted, output): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (lines(wanted), lines(output));
    let same = wanted.iter().zip(&output).take_while(|(a, b)| a == b).count();
    let line = |lines: &[Vec<u8>]| match lines.get(same) {
        Some(line) if same + 1 < lines.len() || !line.is_empty() => {
            String::from_utf8_lossy(line).chars().take(80).collect()
        }
        _ => "(nothing more)".to_owned(),
    };
    format!(
        "  line {} of what it prints\n  expected: {}\n  printed:  {}",
        same + 1,
        line(&wanted),
        line(&output)
    )
}
