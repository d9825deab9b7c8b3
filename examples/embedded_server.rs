//! A server inside a program: listens on the address given, or on a port the system chooses,
//! until a client sends `SHUTDOWN`.

use resp_machine::server::Server;

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind(address).await?;
        println!("listening on {}", server.local_addr()?);
        server.run().await
    })
}
