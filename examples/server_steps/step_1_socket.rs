//! A server in six steps. Step 1, a socket: every read is shown, and has an answer.
//!
//! `docs/book/server.md` goes through the steps; `cargo resp exercise server-1 ADDRESS` tries it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7379".to_owned());
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    serve(&listener)
}

/// Takes one client after the other, for ever.
pub fn serve(listener: &TcpListener) -> io::Result<()> {
    for stream in listener.incoming() {
        if let Err(error) = talk(&mut stream?) {
            eprintln!("a client is gone: {error}");
        }
    }
    Ok(())
}

fn talk(stream: &mut TcpStream) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        println!("{}", piece[..length].escape_ascii());
        stream.write_all(b"-ERR nothing is known yet\r\n")?;
    }
}
