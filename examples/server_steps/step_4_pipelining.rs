//! A server in six steps. Step 4, pipelining: all that a read brought is answered, errors too.
//!
//! `docs/book/server.md` goes through the steps; `cargo resp exercise server-4 ADDRESS` tries it.

use resp_machine::encode::{Encoder, Target};
use resp_machine::frame::Frame;
use resp_machine::value::Value;
use resp_machine::{Decoder, Dialect};
use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

type Store = HashMap<Vec<u8>, Vec<u8>>;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7379".to_owned());
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    serve(&listener)
}

/// Takes one client after the other, for ever.
pub fn serve(listener: &TcpListener) -> io::Result<()> {
    let mut store = Store::new();
    for stream in listener.incoming() {
        if let Err(error) = talk(&mut stream?, &mut store) {
            eprintln!("a client is gone: {error}");
        }
    }
    Ok(())
}

fn talk(stream: &mut TcpStream, store: &mut Store) -> Result<(), Box<dyn Error>> {
    let mut decoder = Decoder::new(Dialect::Request);
    let mut piece = [0; 4096];
    loop {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Ok(());
        }
        decoder.feed(&piece[..length]);
        let mut out = Vec::new();
        let broken = loop {
            match decoder.next_frame() {
                Ok(Some(request)) => {
                    if let Some(reply) = answer(&request, store) {
                        Encoder::to(Target::Resp2).value(&mut out, &reply)?;
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        if let Some(error) = broken {
            error.write_redis_error(&mut out);
        }
        stream.write_all(&out)?;
        if let Some(error) = broken {
            return Err(error.into());
        }
    }
}

/// What a request is answered with; an empty one is not answered.
fn answer(request: &Frame<'_>, store: &mut Store) -> Option<Value> {
    let words: Vec<_> = request.args().ok()?.collect();
    let name = words.first()?.to_ascii_uppercase();
    Some(match (name.as_slice(), &words[1..]) {
        (b"PING", []) => Value::simple("PONG"),
        (b"PING", [text]) => Value::bulk(text),
        (b"SET", [key, value]) => {
            store.insert(key.to_vec(), value.to_vec());
            Value::simple("OK")
        }
        (b"GET", [key]) => store.get(&**key).map_or(Value::null(), Value::bulk),
        (b"PING" | b"SET" | b"GET", _) => wrong_number(&name),
        _ => unknown(&name),
    })
}

fn wrong_number(name: &[u8]) -> Value {
    Value::error(format!("ERR wrong number of arguments for {}", name.escape_ascii()))
}

fn unknown(name: &[u8]) -> Value {
    let name = &name[..name.len().min(100)];
    Value::error(format!("ERR unknown command {}", name.escape_ascii()))
}
