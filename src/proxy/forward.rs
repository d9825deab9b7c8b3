//! One connection: two pumps, one for each direction, that know nothing of each other but the end.
//!
//! A pump reads, offers a copy, and writes what it has read before it reads again, so a side that
//! does not read is a side that the other cannot send to, as without a proxy.

use super::tap::{Side, Watch};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::timeout;

/// Bytes asked of a socket at once.
const READ: usize = 32 * 1024;
/// How long one side may take to end when the other has failed.
const GRACE: Duration = Duration::from_secs(1);

/// Connects to the server, and passes on what comes until both directions have ended.
pub(super) async fn connect(client: TcpStream, upstream: Arc<str>, mut watch: Watch) {
    match TcpStream::connect(&*upstream).await {
        Ok(server) => {
            // Errors from here on are the affair of who is connected, and are passed on.
            let _ = forward(client, server, &watch).await;
        }
        Err(error) => {
            watch.fail(format!("{upstream}: {error}"));
            // As if the client had connected to that address itself, as far as that can be had.
            let _ = client.set_zero_linger();
        }
    }
}

async fn forward(mut client: TcpStream, mut server: TcpStream, watch: &Watch) -> io::Result<()> {
    // What comes in one piece goes on in one piece; who sends small pieces has his reasons.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    if both(&mut client, &mut server, watch).await {
        client.set_zero_linger()?;
        server.set_zero_linger()?;
    }
    Ok(())
}

/// Pumps in both directions until both have ended; whether either failed.
async fn both(client: &mut TcpStream, server: &mut TcpStream, watch: &Watch) -> bool {
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let there = pump(from_client, to_server, Side::Client, watch);
    let back = pump(from_server, to_client, Side::Server, watch);
    tokio::pin!(there, back);
    tokio::select! {
        there = &mut there => rest(there, back).await,
        back = &mut back => rest(back, there).await,
    }
}

/// Waits for the other direction; not for long if the first has failed. Whether either has.
async fn rest(first: io::Result<()>, other: impl Future<Output = io::Result<()>>) -> bool {
    match first {
        Ok(()) => other.await.is_err(),
        Err(_) => {
            // What the side that is left has to say goes nowhere.
            let _ = timeout(GRACE, other).await;
            true
        }
    }
}

/// Moves bytes of one side to the other until they end, and passes the end on.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    side: Side,
    watch: &Watch,
) -> io::Result<()> {
    let mut buffer = vec![0; READ];
    let mut offset = 0;
    let ended = loop {
        match from.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(read) => {
                watch.bytes(side, offset, &buffer[..read]);
                offset += read as u64;
                if let Err(error) = to.write_all(&buffer[..read]).await {
                    break Err(error);
                }
            }
            Err(error) => break Err(error),
        }
    };
    watch.ended(side, offset, ended.as_ref().err());
    // After a failure, too: what came before it is delivered. If there is nobody left to deliver it
    // to, that is known already.
    let _ = to.shutdown().await;
    ended
}
