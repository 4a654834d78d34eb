//! Connections that are kept: HTTP, or the raw messages that `sinew mcp` passes on.

use std::net::SocketAddr;
use std::path::PathBuf;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpStream, UnixStream};

/// How a server is reached.
#[derive(Clone)]
pub(crate) enum Way {
    Http(SocketAddr),
    /// One message a line, over its socket.
    Raw(PathBuf),
}

/// A connection that is kept.
pub(crate) enum Connection {
    Http(SocketAddr, SendRequest<Full<Bytes>>),
    Raw(BufReader<UnixStream>),
}

/// Returns the status of a GET; none while nobody listens.
pub(crate) async fn status(address: SocketAddr, path: &str) -> Option<u16> {
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    let request = Request::get(path)
        .header("host", address.to_string())
        .body(Full::<Bytes>::default())
        .ok()?;
    Some(sender.send_request(request).await.ok()?.status().as_u16())
}

// === impl Way ===

impl Way {
    /// Opens a connection.
    pub(crate) async fn connect(&self) -> Connection {
        match self {
            Self::Http(address) => {
                let stream = TcpStream::connect(address).await;
                let stream = stream.expect("the server listens");
                stream.set_nodelay(true).expect("a socket takes the option");
                let (sender, connection) = handshake(TokioIo::new(stream))
                    .await
                    .expect("the connection is made");
                tokio::spawn(connection);
                Connection::Http(*address, sender)
            }
            Self::Raw(socket) => {
                let stream = UnixStream::connect(socket).await;
                let mut stream = BufReader::new(stream.expect("the server listens"));
                let token = std::fs::read_to_string(socket.with_file_name("tokens").join("mcp"));
                let upgrade = format!(
                    "GET /mcp/raw HTTP/1.1\r\nhost: sinew\r\nauthorization: Bearer {}\r\n\
                     connection: upgrade\r\nupgrade: sinew-mcp\r\n\r\n",
                    token.expect("the state folder has tokens")
                );
                let sent = stream.write_all(upgrade.as_bytes()).await;
                sent.expect("the connection is kept");
                while !line(&mut stream).await.trim().is_empty() {}
                Connection::Raw(stream)
            }
        }
    }
}

// === impl Connection ===

impl Connection {
    /// Sends a request and returns the answer, which has status 200. Of raw messages there is only the body.
    pub(crate) async fn ask(&mut self, request: Request<String>) -> Bytes {
        match self {
            Self::Http(address, sender) => {
                let mut request = request.map(|body| Full::new(Bytes::from(body)));
                let host = address.to_string().parse();
                let host = host.expect("an address is a host");
                request.headers_mut().insert("host", host);
                sender.ready().await.expect("the connection is kept");
                let response = sender.send_request(request).await;
                let response = response.expect("an answer comes");
                assert_eq!(response.status(), 200, "the server answers");
                let answer = response.into_body().collect().await;
                answer.expect("the answer is whole").to_bytes()
            }
            Self::Raw(stream) => {
                let message = request.into_body() + "\n";
                let sent = stream.write_all(message.as_bytes()).await;
                sent.expect("the connection is kept");
                line(stream).await.into()
            }
        }
    }
}

async fn line(stream: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await;
    assert!(read.expect("an answer comes") > 0, "the server went");
    line
}
