//! HTTP by hand: bytes out, one reply in. For tests that need to be rude, late or silent in exact places.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// No test waits longer than this for a server.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A stream of either kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection to a server.
pub struct Connection {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

/// One reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Writes a POST request with its length.
#[must_use]
pub fn post(path: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut request = head(path, headers, Some(body.len()));
    request.extend_from_slice(body);
    request
}

/// Writes a POST request's head, with or without an announced length.
#[must_use]
pub fn head(path: &str, headers: &[(&str, String)], length: Option<usize>) -> Vec<u8> {
    let mut text = format!("POST {path} HTTP/1.1\r\n");
    for (name, value) in headers {
        // A string takes every write.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if let Some(length) = length {
        let _ = write!(text, "content-length: {length}\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

// === impl Connection ===

impl Connection {
    /// Connects over TCP.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn tcp(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .context("connecting over TCP")?;
        Ok(Self::over(stream))
    }

    /// Connects to a Unix socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn unix(path: &Path) -> Result<Self> {
        let stream = UnixStream::connect(path)
            .await
            .context("connecting to the socket")?;
        Ok(Self::over(stream))
    }

    fn over(stream: impl Stream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            read: Vec::new(),
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// When the server has closed.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        tokio::time::timeout(PATIENCE, sending)
            .await
            .context("sending took too long")??;
        Ok(())
    }

    /// Says that nothing more will be sent, and goes on reading.
    ///
    /// # Errors
    /// When the server has closed.
    pub async fn half_close(&mut self) -> Result<()> {
        Ok(self.stream.shutdown().await?)
    }

    /// Reads one reply.
    ///
    /// # Errors
    /// When the server closes before it is whole, or takes too long.
    pub async fn reply(&mut self) -> Result<Reply> {
        tokio::time::timeout(PATIENCE, self.read_reply())
            .await
            .context("no reply in time")?
    }

    /// Waits until the server closes the connection.
    ///
    /// # Errors
    /// When it sends something instead, or takes too long.
    pub async fn closed(&mut self) -> Result<()> {
        let mut byte = [0];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut byte)).await;
        ensure!(
            read.context("not closed in time")?? == 0,
            "the server sent more"
        );
        Ok(())
    }

    async fn read_reply(&mut self) -> Result<Reply> {
        let end = loop {
            if let Some(end) = self
                .read
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                break end + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8(self.read.drain(..end).collect())?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status = status.context("no status")?.parse()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked {
            self.chunks().await?
        } else {
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length = length.map_or(Ok(0), |(_, value)| value.parse())?;
            self.bytes(length).await?
        };
        Ok(Reply {
            status,
            headers,
            body,
        })
    }

    /// Reads a body whose parts each come with their length.
    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = self.read.windows(2).position(|window| window == b"\r\n") {
                    break end;
                }
                self.fill().await?;
            };
            let line = self.bytes(end + 2).await?;
            let length = usize::from_str_radix(std::str::from_utf8(&line)?.trim_end(), 16)?;
            let chunk = self.bytes(length + 2).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }

    async fn bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.read.len() < length {
            self.fill().await?;
        }
        Ok(self.read.drain(..length).collect())
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the server closed before its reply was whole");
        }
        Ok(())
    }
}

// === impl Reply ===

impl Reply {
    /// Decodes the body.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("not JSON: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// Returns a header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}
