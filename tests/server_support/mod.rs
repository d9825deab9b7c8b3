//! What the tests of the server share: sockets with deadlines, and programs that may be missing.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// No test waits longer than this for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A request as clients send it.
pub fn request(args: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    resp_machine::encode::command(&mut out, args);
    out
}

/// A request of words without spaces.
pub fn words(line: &str) -> Vec<u8> {
    let words: Vec<&[u8]> = line.split_whitespace().map(str::as_bytes).collect();
    request(&words)
}

/// A client that fails instead of waiting for ever.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("connect");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Sends, and reads as many bytes as are expected, which must be the expected ones.
#[track_caller]
pub fn expect(stream: &mut TcpStream, send: &[u8], expected: &[u8]) {
    stream.write_all(send).expect("send");
    let mut received = vec![0; expected.len()];
    let mut length = 0;
    while length < expected.len() {
        match stream.read(&mut received[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) => panic!(
                "{error} after {}, expected {}",
                received[..length].escape_ascii(),
                expected.escape_ascii()
            ),
        }
    }
    let (received, expected) = (received[..length].escape_ascii(), expected.escape_ascii());
    assert_eq!(received.to_string(), expected.to_string());
}

/// What arrives until the other end closes; a reset counts as that.
pub fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    match stream.read_to_end(&mut received) {
        Ok(_) => received,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => received,
        Err(error) => panic!("{error} after {}", received.escape_ascii()),
    }
}

/// Whether a program can be used. Where tests must not be passed over (`CI` is set) it must be.
pub fn has(program: &str, probe: &[&str]) -> bool {
    let found = Command::new(program)
        .args(probe)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let required = std::env::var_os("CI").is_some();
    assert!(found || !required, "{program} {probe:?} does not work, and CI is set: install it");
    if !found {
        println!("PASSED OVER: {program} {probe:?} does not work here; with CI set this fails");
    }
    found
}

/// Runs a program to its end, or kills it when it takes too long.
pub fn run_to_end(command: Command, patience: Duration) -> Output {
    run_with_input(command, b"", patience)
}

/// Runs a program on this standard input to its end, or kills it when it takes too long.
pub fn run_with_input(mut command: Command, input: &[u8], patience: Duration) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        // The program may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    // Drained meanwhile: a full pipe would stop the program.
    let drain = |mut pipe: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut all = Vec::new();
            let _ = pipe.read_to_end(&mut all);
            all
        })
    };
    let stdout = drain(Box::new(child.stdout.take().unwrap()));
    let stderr = drain(Box::new(child.stderr.take().unwrap()));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > patience {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{command:?} did not end within {patience:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    feeder.join().unwrap();
    Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

/// A real redis-server in a directory of its own, killed when dropped.
pub struct RedisServer {
    child: Child,
    pub directory: PathBuf,
    pub address: SocketAddr,
}

impl RedisServer {
    pub fn start() -> RedisServer {
        RedisServer::start_with(&[])
    }

    /// With further options on its command line.
    pub fn start_with(options: &[&str]) -> RedisServer {
        // redis-server cannot be told to choose a port, so one that was free a moment ago is
        // tried; should somebody take it meanwhile, the next one is.
        for attempt in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let name = format!("resp-machine-{}-{port}-{attempt}", std::process::id());
            let directory = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&directory).unwrap();
            let child = Command::new("redis-server")
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
                .args(["--daemonize", "no", "--appendonly", "no", "--dir"])
                .arg(&directory)
                .args(options)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("redis-server");
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let mut server = RedisServer { child, directory, address };
            if server.is_up() {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    fn is_up(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            if TcpStream::connect(self.address).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
