//! One client with its socket: moves bytes between the two, and nothing else.
//!
//! The loop is read, answer, write. Nothing is read while output is unsent, so a client that does
//! not read is a client whose requests stay in its own socket.

use super::connection::{Connection, Progress};
use super::engine::Engine;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Bytes asked of the socket at once, as Redis does.
const READ: usize = 16 * 1024;
/// An output buffer that grew beyond this is given back when it has been sent.
const RETAIN: usize = 256 * 1024;
/// How long, and how many bytes, a client that is being closed may go on sending.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// Reads of a socket that is ready, as `io::Read`, so that bytes go straight into the decoder.
struct Ready<'a>(&'a TcpStream);

impl io::Read for Ready<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

/// Serves one client until it leaves, is closed, or the server stops.
///
/// # Errors
/// Those of the socket. They are the client's affair: there is nobody to tell.
pub(super) async fn serve(mut stream: TcpStream, engine: Arc<Engine>) -> io::Result<()> {
    // Replies are written whole, so waiting for more to send only adds delay.
    stream.set_nodelay(true)?;
    let mut connection = Connection::new(Arc::clone(&engine));
    let stopped = engine.stopped();
    tokio::pin!(stopped);
    let mut out = Vec::new();
    loop {
        let progress = connection.process(&mut out);
        if progress == Progress::Abort {
            return Ok(());
        }
        if !out.is_empty() {
            stream.write_all(&out).await?;
            out.clear();
            out.shrink_to(RETAIN);
        }
        match progress {
            Progress::Flush => continue,
            Progress::Close | Progress::Abort => return linger(stream).await,
            Progress::NeedInput => {}
        }
        tokio::select! {
            biased;
            // Nothing is owed to this client: all it asked is answered and sent.
            () = &mut stopped => return Ok(()),
            ready = stream.readable() => ready?,
        }
        match connection.read_from(&mut Ready(&stream), READ) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Closes so that the client gets what was sent last. Closing while bytes of the client are
/// unread makes the system reset the connection, and a reset throws away, at the client, the very
/// error reply that says why. So: end our side, then read away what still comes, for a while.
async fn linger(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let drain = async {
        let mut scratch = [0; 4096];
        let mut drained = 0;
        while drained < LINGER_BYTES {
            match stream.read(&mut scratch).await {
                Ok(0) | Err(_) => break,
                Ok(read) => drained += read,
            }
        }
    };
    // A client that neither sends nor leaves is left.
    let _ = timeout(LINGER, drain).await;
    Ok(())
}
