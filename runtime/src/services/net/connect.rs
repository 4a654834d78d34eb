//! Connections to addresses that somebody judged.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

/// Connects to the first address that answers. No name is looked up here, and no proxy asked.
pub(super) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    patience: Duration,
) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    for address in addresses {
        match timeout(patience, TcpStream::connect((*address, port))).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => failed = error,
            Err(_) => failed = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(failed)
}
