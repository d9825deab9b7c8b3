//! The prompt, in a pseudo-terminal.

use super::{PATIENCE, PROGRAM, RedisServer, has};
use nix::pty::openpty;
use resp_machine::server::Background;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The program in a terminal.
struct Terminal {
    child: Child,
    keys: File,
    shown: mpsc::Receiver<Vec<u8>>,
    /// What was shown and has not been waited for.
    pending: String,
}

impl Terminal {
    fn start(address: SocketAddr, args: &[&str]) -> Terminal {
        let pty = openpty(None, None).unwrap();
        let side = || Stdio::from(pty.slave.try_clone().unwrap());
        let child = Command::new(PROGRAM)
            .args(["cli", "-p", &address.port().to_string()])
            .args(args)
            .env("TERM", "xterm")
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        let keys = File::from(pty.master);
        let mut screen = keys.try_clone().unwrap();
        let (show, shown) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal's last user closing it is an error here, on Linux.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if show.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal { child, keys, shown, pending: String::new() }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until this has been shown, and forgets everything up to it.
    #[track_caller]
    fn shows(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            if let Some(at) = self.pending.find(text) {
                self.pending.drain(..at + text.len());
                return;
            }
            let left = PATIENCE.saturating_sub(start.elapsed());
            match self.shown.recv_timeout(left) {
                Ok(bytes) => self.pending.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("{text:?} is not shown, but {:?}", self.pending),
            }
        }
    }

    /// Leaves by a control key. Between two prompts such a key would be the terminal's, not the
    /// program's, so it waits for the next.
    #[track_caller]
    fn leaves_by(&mut self, key: &str) {
        self.shows("> ");
        self.types(key);
        self.ends_well();
    }

    #[track_caller]
    fn ends_well(&mut self) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end: {:?}", self.pending);
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(status.code(), Some(0));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn edits_lines_and_keeps_a_history() {
    let server = Background::start().unwrap();
    let port = server.local_addr().port();
    let directory = std::env::temp_dir().join(format!("resp-machine-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let history = directory.join("history");
    let options = ["--history", history.to_str().unwrap()];

    let mut terminal = Terminal::start(server.local_addr(), &options);
    terminal.shows(&format!("127.0.0.1:{port}> "));
    terminal.types("SET k \"two words\"\r");
    terminal.shows("\nOK\r\n");
    terminal.shows(&format!("127.0.0.1:{port}> "));
    // The word is mended with the arrow keys, two letters to the left.
    terminal.types("GT k\x1b[D\x1b[D\x1b[DE\r");
    terminal.shows("\n\"two words\"\r\n");
    terminal.types("ECHO \"\r");
    terminal.shows("Invalid argument(s)");
    terminal.types("SELECT 3\r");
    terminal.shows(&format!("127.0.0.1:{port}[3]> "));
    terminal.types("AUTH secret\r");
    terminal.shows("(error) ");
    terminal.types("help\r");
    terminal.shows("clear, exit");
    terminal.types("INCR n\r");
    terminal.shows("(integer) 1\r\n");
    terminal.types("\x1b[A\r");
    terminal.shows("(integer) 2\r\n");
    terminal.types("exit\r");
    terminal.ends_well();

    // Another time the history is there, without the line that held a password.
    let kept = std::fs::read_to_string(&history).unwrap();
    assert!(kept.contains("INCR n") && !kept.contains("secret"), "{kept}");
    let mut terminal = Terminal::start(server.local_addr(), &options);
    terminal.shows("> ");
    terminal.types("\x1b[A\x1b[A\r"); // `exit`, and before it
    terminal.shows("(integer) 1\r\n"); // in database 0
    terminal.leaves_by("\x04");
    std::fs::remove_dir_all(directory).unwrap();
}

/// A server of which the test plays the part.
struct Played(TcpStream);

impl Played {
    fn accept(listener: &TcpListener) -> Played {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Played(stream)
    }

    fn expects(&mut self, request: &[u8]) {
        let mut received = vec![0; request.len()];
        self.0.read_exact(&mut received).unwrap();
        assert_eq!(received.escape_ascii().to_string(), request.escape_ascii().to_string());
    }

    fn says(&mut self, reply: &[u8]) {
        self.0.write_all(reply).unwrap();
    }
}

const HELLO: &[u8] = b"*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";

/// Red if a push waits for the next command, or is taken for its reply.
#[test]
fn pushes_are_shown_as_they_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut terminal = Terminal::start(listener.local_addr().unwrap(), &["-3"]);
    let mut server = Played::accept(&listener);
    server.expects(HELLO);
    server.says(b"%0\r\n");
    terminal.shows("> ");
    // While nobody types, and while a line is half typed, which then is finished.
    server.says(b">3\r\n+message\r\n+news\r\n$5\r\nfirst\r\n");
    terminal.shows("3) \"first\"");
    terminal.types("PI");
    terminal.shows("PI");
    server.says(b">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nkey\r\n");
    terminal.shows("-> invalidate: 'key'");
    terminal.types("NG\r");
    server.expects(PING);
    // With the reply: in the order in which they come.
    server.says(b">1\r\n+before\r\n$5\r\nreply\r\n>1\r\n+after\r\n");
    terminal.shows("1) before");
    terminal.shows("\"reply\"");
    terminal.shows("1) after");
    // A subscription is answered by pushes, and leaves the prompt usable.
    terminal.types("SUBSCRIBE a b\r");
    server.expects(b"*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n$1\r\nb\r\n");
    server.says(
        b">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n",
    );
    terminal.shows("(integer) 2\r\n");
    terminal.types("PING\r");
    server.expects(PING);
    server.says(b"$4\r\npong\r\n");
    terminal.shows("\"pong\"\r\n");
    terminal.leaves_by("\x03");
}

/// Red if a lost connection ends the prompt, or a command is sent twice.
#[test]
fn connects_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut terminal = Terminal::start(address, &["-n", "5"]);
    let select = b"*2\r\n$6\r\nSELECT\r\n$1\r\n5\r\n";
    let mut server = Played::accept(&listener);
    server.expects(select);
    server.says(b"+OK\r\n");
    terminal.shows("[5]> ");
    terminal.types("PING\r");
    server.expects(PING);
    drop(server);
    terminal.shows("error: the server closed the connection");
    terminal.shows("not connected> ");
    terminal.types("PING\r");
    let mut server = Played::accept(&listener);
    server.expects(select);
    server.says(b"+OK\r\n");
    server.expects(PING);
    server.says(b"$5\r\nagain\r\n");
    terminal.shows("\"again\"");
    // In a transaction, until it ends.
    terminal.types("MULTI\r");
    server.expects(b"*1\r\n$5\r\nMULTI\r\n");
    server.says(b"+OK\r\n");
    terminal.shows("[5](TX)> ");
    terminal.types("EXEC\r");
    server.expects(b"*1\r\n$4\r\nEXEC\r\n");
    server.says(b"*0\r\n");
    terminal.shows("(empty array)");
    terminal.shows("[5]> ");
    terminal.types("SHUTDOWN\r");
    server.expects(b"*1\r\n$8\r\nSHUTDOWN\r\n");
    drop(server);
    drop(listener);
    terminal.shows("not connected> ");
    terminal.types("PING\r");
    terminal.shows("error: 127.0.0.1:");
    terminal.leaves_by("\x04");
}

/// Nobody there at the beginning is no reason to end.
#[test]
fn begins_without_a_server() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut terminal = Terminal::start(address, &[]);
    terminal.shows("error: 127.0.0.1:");
    terminal.shows("not connected");
    terminal.leaves_by("\x04");
}

/// The prompt shows the database that commands run on, and whether they are queued.
///
/// Red if it believes what was refused, queued or discarded, or waits for what was.
#[test]
fn shows_where_commands_run() {
    if !has("redis-server", &["--version"]) {
        return;
    }
    let server = RedisServer::start_with(&["--requirepass", "secret"]);
    let address = server.address;
    let mut terminal = Terminal::start(address, &["-n", "5"]);
    terminal.shows("SELECT 5 failed: NOAUTH");
    let port = address.port();
    let nowhere = format!(":{port}> ");
    for (typed, answer, prompt) in [
        ("MONITOR", "(error) NOAUTH", &*nowhere),
        ("SUBSCRIBE a b", "(error) NOAUTH", &nowhere),
        ("AUTH secret", "OK", "[5]> "),
        ("SELECT 99", "(error) ERR DB index is out of range", "[5]> "),
        ("MULTI", "OK", "[5](TX)> "),
        ("SELECT 6", "QUEUED", "[5](TX)> "),
        ("SUBSCRIBE a b", "QUEUED", "[5](TX)> "),
        ("DISCARD", "OK", "[5]> "),
        ("MULTI", "OK", "[5](TX)> "),
        ("SELECT 6", "QUEUED", "[5](TX)> "),
        ("NOPE", "(error) ERR unknown", "[5](TX)> "),
        ("EXEC", "(error) EXECABORT", "[5]> "),
        ("MULTI", "OK", "[5](TX)> "),
        ("SELECT 7", "QUEUED", "[5](TX)> "),
        ("SELECT 99", "QUEUED", "[5](TX)> "),
        ("EXEC", "2) (error) ERR DB index is out of range", "[7]> "),
        ("MULTI", "OK", "[7](TX)> "),
        ("RESET", "RESET", &nowhere),
    ] {
        terminal.types(&format!("{typed}\r"));
        terminal.shows(answer);
        terminal.shows(prompt);
    }
    terminal.types("\x04");
    terminal.ends_well();
    let mut terminal = Terminal::start(address, &["-n", "99", "-a", "secret"]);
    terminal.shows("SELECT 99 failed: ERR DB index is out of range");
    terminal.shows(&nowhere);
    terminal.types("\x04");
    terminal.ends_well();
}

/// Red if a connection that is made again has another database than the one that was shown.
#[test]
fn connects_again_to_the_database_that_was_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut terminal = Terminal::start(listener.local_addr().unwrap(), &[]);
    let mut server = Played::accept(&listener);
    terminal.shows("> ");
    for (typed, request, reply, prompt) in [
        ("MULTI", &b"*1\r\n$5\r\nMULTI\r\n"[..], &b"+OK\r\n"[..], "(TX)> "),
        ("SELECT 5", b"*2\r\n$6\r\nSELECT\r\n$1\r\n5\r\n", b"+QUEUED\r\n", "(TX)> "),
        ("DISCARD", b"*1\r\n$7\r\nDISCARD\r\n", b"+OK\r\n", "> "),
    ] {
        terminal.types(&format!("{typed}\r"));
        server.expects(request);
        server.says(reply);
        terminal.shows(prompt);
    }
    terminal.types("PING\r");
    server.expects(PING);
    drop(server);
    terminal.shows("not connected> ");
    terminal.types("PING\r");
    let mut server = Played::accept(&listener);
    server.expects(PING);
    server.says(b"$5\r\nagain\r\n");
    terminal.shows("\"again\"");
    terminal.leaves_by("\x04");
}
