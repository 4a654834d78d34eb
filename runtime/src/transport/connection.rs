//! One connection: requests one after the other, until it ends, falls silent, or another process takes it over.

use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::mcp::Raw;
use super::{Peer, TransportSettings};

/// Tells a client how long a silent connection lives, so that it does not reuse one that is about to end.
const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// How much earlier than the server the client is told to give a silent connection up.
const KEEP_ALIVE_MARGIN_S: u64 = 5;

/// A stream of either kind, with bytes that were read from it before.
#[derive(Debug)]
pub struct Stream {
    inner: Inner,
    peer: Peer,
    read: Vec<u8>,
    attended: Attended,
}

/// Whether a request wants its client to stay until it has the whole answer. Otherwise a client may close its end once it
/// has sent the request, and reads the answer all the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Attended(Arc<AtomicBool>);

#[derive(Debug)]
enum Inner {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// A connection between two requests: everything there is to know about it.
#[derive(Debug)]
pub struct IdleConnection {
    /// Over TCP; over the Unix socket otherwise.
    pub tcp: bool,
    /// The socket.
    pub socket: OwnedFd,
    /// What was read of the next request already.
    pub read: Vec<u8>,
}

/// Serves a connection. Returns it when `stop` was raised and it lies idle, so that another process can go on with it.
pub(super) async fn serve(
    stream: Stream,
    router: Router,
    settings: Arc<TransportSettings>,
    mut stop: watch::Receiver<bool>,
) -> Option<Stream> {
    let peer = stream.peer;
    // Raised by an answer that told the client that it is the last one here.
    let last = Arc::new(AtomicBool::new(false));
    // Filled by a request that goes on with the connection in another protocol.
    let raw = Raw::default();
    let attended = stream.attended.clone();
    let service = {
        let (last, stop, raw) = (Arc::clone(&last), stop.clone(), raw.clone());
        let keep_alive = keep_alive(&settings);
        service_fn(move |mut request: Request<Incoming>| {
            let (last, stop) = (Arc::clone(&last), stop.clone());
            let (router, keep_alive) = (router.clone(), keep_alive.clone());
            request.extensions_mut().insert(peer);
            request.extensions_mut().insert(raw.clone());
            attended.0.store(false, Ordering::Relaxed);
            request.extensions_mut().insert(attended.clone());
            // Boxed, so that the connection can be taken apart again.
            Box::pin(async move {
                let mut response = router.oneshot(request.map(Body::new)).await?;
                if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                    return Ok(response);
                }
                let ends = response.headers().contains_key(header::CONNECTION);
                if ends || *stop.borrow() {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                    last.store(true, Ordering::Relaxed);
                } else if let Some(value) = keep_alive {
                    response.headers_mut().insert(KEEP_ALIVE, value);
                }
                Ok::<_, std::convert::Infallible>(response)
            })
        })
    };
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(settings.idle_ms_max))
        .max_buf_size(settings.head_bytes_max.max(8 << 10))
        .half_close(true);
    let mut connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut stopping = false;
    let ended = loop {
        let finishing = poll_fn(|context| connection.poll_without_shutdown(context));
        tokio::select! {
            ended = finishing => break ended,
            () = raised(&mut stop), if !stopping => {
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    stream.read = parts.read_buf.to_vec();
    let mut stream = raw.go_on(stream).await?;
    if stopping && ended.is_ok() && !last.load(Ordering::Relaxed) {
        return Some(stream);
    }
    // The peer may be gone already; there is nobody to tell.
    let _ = stream.shutdown().await;
    None
}

/// Waits until the server stops, or is gone.
pub(super) async fn raised(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn keep_alive(settings: &TransportSettings) -> Option<HeaderValue> {
    let seconds = (settings.idle_ms_max / 1_000).saturating_sub(KEEP_ALIVE_MARGIN_S);
    HeaderValue::try_from(format!("timeout={}", seconds.max(1))).ok()
}

// === impl Stream ===

impl Stream {
    pub(super) fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            peer: Peer::Tcp(stream.local_addr()?),
            inner: Inner::Tcp(stream),
            read: Vec::new(),
            attended: Attended::default(),
        })
    }

    pub(super) fn unix(stream: UnixStream) -> Self {
        Self {
            inner: Inner::Unix(stream),
            peer: Peer::Unix,
            read: Vec::new(),
            attended: Attended::default(),
        }
    }

    /// Lets go of the connection, for another process.
    ///
    /// # Errors
    /// When the stream cannot be taken from the runtime.
    pub fn into_idle(self) -> io::Result<IdleConnection> {
        let (tcp, socket) = match self.inner {
            Inner::Tcp(stream) => (true, OwnedFd::from(stream.into_std()?)),
            Inner::Unix(stream) => (false, OwnedFd::from(stream.into_std()?)),
        };
        Ok(IdleConnection {
            tcp,
            socket,
            read: self.read,
        })
    }

    /// Goes on with a connection of the process before. Needs a runtime.
    ///
    /// # Errors
    /// When the socket is none of the said kind.
    pub fn from_idle(idle: IdleConnection) -> io::Result<Self> {
        let mut stream = if idle.tcp {
            let stream = std::net::TcpStream::from(idle.socket);
            stream.set_nonblocking(true)?;
            Self::tcp(TcpStream::from_std(stream)?)?
        } else {
            let stream = std::os::unix::net::UnixStream::from(idle.socket);
            stream.set_nonblocking(true)?;
            Self::unix(UnixStream::from_std(stream)?)
        };
        stream.read = idle.read;
        Ok(stream)
    }

    pub(super) const fn is_tcp(&self) -> bool {
        matches!(self.inner, Inner::Tcp(_))
    }

    /// Whether the client has closed its end, with nothing left to read before that. The task is woken when it does.
    fn poll_closed(&self, context: &mut Context<'_>) -> bool {
        loop {
            let readable = match &self.inner {
                Inner::Tcp(stream) => stream.poll_read_ready(context),
                Inner::Unix(stream) => stream.poll_read_ready(context),
            };
            match readable {
                Poll::Pending => return false,
                Poll::Ready(Err(_)) => return true,
                Poll::Ready(Ok(())) => {}
            }
            let peeked = match &self.inner {
                Inner::Tcp(stream) => stream.try_io(Interest::READABLE, || peek(stream)),
                Inner::Unix(stream) => stream.try_io(Interest::READABLE, || peek(stream)),
            };
            match peeked {
                Ok(length) => return length == 0,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return true,
            }
        }
    }
}

/// How much of one byte there is to read.
fn peek(socket: impl AsFd) -> io::Result<usize> {
    let (_, length) = recv(socket, &mut [0_u8], RecvFlags::PEEK)?;
    Ok(length)
}

// === impl Attended ===

impl Attended {
    /// Ends the connection, and with it the request, when its client closes its end before it has the whole answer.
    pub(super) fn attend(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.read.is_empty() {
            let length = this.read.len().min(buffer.remaining());
            buffer.put_slice(&this.read[..length]);
            this.read.drain(..length);
            return Poll::Ready(Ok(()));
        }
        match &mut this.inner {
            Inner::Tcp(stream) => pin!(stream).poll_read(context, buffer),
            Inner::Unix(stream) => pin!(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().inner {
            Inner::Tcp(stream) => pin!(stream).poll_write(context, bytes),
            Inner::Unix(stream) => pin!(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().inner {
            Inner::Tcp(stream) => pin!(stream).poll_write_vectored(context, slices),
            Inner::Unix(stream) => pin!(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Is called each time the connection is looked at, also while it waits for an answer and reads nothing: that is when
    /// a client that has gone is found.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.attended.0.load(Ordering::Relaxed) && self.poll_closed(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        match &mut self.get_mut().inner {
            Inner::Tcp(stream) => pin!(stream).poll_flush(context),
            Inner::Unix(stream) => pin!(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().inner {
            Inner::Tcp(stream) => pin!(stream).poll_shutdown(context),
            Inner::Unix(stream) => pin!(stream).poll_shutdown(context),
        }
    }
}
