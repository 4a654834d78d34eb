//! A web server that answers what a test tells it, byte for byte, and remembers what it was sent.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Longest head of a request that is read, in bytes.
const HEAD_BYTES_MAX: u64 = 1 << 20;

/// A server on a free port. It ends when it is dropped; whatever still hangs on it hangs until its client goes.
pub struct WebServer {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    ended: Arc<AtomicBool>,
}

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The request line.
    pub line: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as long as `Content-Length` says.
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// These bytes; then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes; then nothing, until the client goes.
    Hanging(Vec<u8>),
    /// The first, and then the second over and over, until the client goes.
    Endless(Vec<u8>, Vec<u8>),
}

type Answering = dyn Fn(&Seen) -> Reply + Send + Sync;

// === impl Reply ===

impl Reply {
    /// An answer with a status, header lines and a body, as it should be.
    #[must_use]
    pub fn new(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let length = body.len();
        // A client that was not told would send its next request down a connection that is about to close.
        let mut bytes =
            format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n");
        for header in headers {
            bytes.push_str(header);
            bytes.push_str("\r\n");
        }
        bytes.push_str("\r\n");
        Self::Bytes([bytes.as_bytes(), body].concat())
    }

    /// 200 with a text.
    #[must_use]
    pub fn ok(body: &str) -> Self {
        Self::new(200, &["content-type: text/plain"], body)
    }

    /// A redirect.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, &[&format!("location: {location}")], "moved")
    }
}

// === impl Seen ===

impl Seen {
    /// The value of a header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The target of the request line.
    #[must_use]
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream.by_ref().take(HEAD_BYTES_MAX));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                break;
            }
            lines.push(line.to_owned());
        }
        let mut lines = lines.into_iter();
        let mut seen = Self {
            line: lines.next().unwrap_or_default(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or((line.as_str(), ""));
            seen.headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = seen.header("content-length");
        let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        seen.body = vec![0; length];
        reader.read_exact(&mut seen.body)?;
        Ok(Some(seen))
    }
}

// === impl WebServer ===

impl WebServer {
    /// Starts one on this address, on a free port where `port` is 0.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start(
        address: impl Into<IpAddr>,
        port: u16,
        answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::with(address.into(), port, None, Arc::new(answer))
    }

    /// Starts one that speaks TLS.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start_tls(
        address: impl Into<IpAddr>,
        tls: Arc<ServerConfig>,
        answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::with(address.into(), 0, Some(tls), Arc::new(answer))
    }

    fn with(
        address: IpAddr,
        port: u16,
        tls: Option<Arc<ServerConfig>>,
        answer: Arc<Answering>,
    ) -> Result<Self> {
        let listener = TcpListener::bind((address, port)).context("listening")?;
        let server = Self {
            address: listener.local_addr()?,
            seen: Arc::default(),
            ended: Arc::default(),
        };
        let (seen, ended) = (Arc::clone(&server.seen), Arc::clone(&server.ended));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (seen, answer, tls) = (Arc::clone(&seen), Arc::clone(&answer), tls.clone());
                // A client that goes away in the middle is what many tests are about.
                thread::spawn(move || {
                    let _ = match tls {
                        None => serve(stream, &seen, answer.as_ref()),
                        Some(tls) => encrypted(stream, tls)
                            .and_then(|stream| serve(stream, &seen, answer.as_ref())),
                    };
                });
            }
        });
        Ok(server)
    }

    /// A URL on this server, by its address.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was sent so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What it was sent so far, which it forgets.
    #[must_use]
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect(self.address);
    }
}

fn encrypted(
    stream: TcpStream,
    tls: Arc<ServerConfig>,
) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    Ok(StreamOwned::new(connection, stream))
}

/// Answers one request.
fn serve(
    mut stream: impl Read + Write,
    seen: &Mutex<Vec<Seen>>,
    answer: &Answering,
) -> io::Result<()> {
    let Some(request) = Seen::read(&mut stream)? else {
        return Ok(());
    };
    let reply = answer(&request);
    seen.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request);
    match reply {
        Reply::Bytes(bytes) => {
            stream.write_all(&bytes)?;
            stream.flush()
        }
        Reply::Hanging(bytes) => {
            stream.write_all(&bytes)?;
            stream.flush()?;
            // Until the client goes.
            stream.read(&mut [0]).map(drop)
        }
        Reply::Endless(start, piece) => {
            stream.write_all(&start)?;
            loop {
                stream.write_all(&piece)?;
            }
        }
    }
}
