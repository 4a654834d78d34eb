//! Requests of an operator's command to the daemon: over its socket, or over TCP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::Global;
use crate::config::Places;
use crate::services::tokens::{Role, Tokens};

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// A reload compiles; nothing else takes nearly as long.
const PATIENCE: Duration = Duration::from_secs(300);

/// Which daemon a command asks.
#[derive(Debug, clap::Args)]
pub(super) struct Daemon {
    /// The daemon's socket [default: the configuration's, else `sinew.sock` in the state folder].
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
}

/// A daemon's socket, and where its tokens are.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// The socket.
    pub(super) socket: PathBuf,
    tokens: PathBuf,
}

/// Where the daemon is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    /// Its socket, as an operator.
    Socket(&'a Door),
    /// Its TCP address.
    Tcp(SocketAddr),
}

/// What it is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Question<'a> {
    /// The method; GET where there is none.
    pub(super) method: &'a str,
    /// The path.
    pub(super) path: &'a str,
    /// Headers besides `host`.
    pub(super) headers: Vec<(&'a str, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// What it answers.
#[derive(Debug)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// It names records of the ledger.
    pub(super) recorded: bool,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// Sends a request over the socket and returns the answer's JSON.
///
/// # Errors
/// The daemon does not run, or it refused; its own words are the error.
pub(super) fn ask(door: &Door, method: &str, path: &str) -> anyhow::Result<Value> {
    ask_with(door, method, path, Vec::new())
}

/// The same with a body.
///
/// # Errors
/// As for [`ask`].
pub(super) fn ask_with(
    door: &Door,
    method: &str,
    path: &str,
    body: Vec<u8>,
) -> anyhow::Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let question = Question {
        method,
        path,
        body,
        ..Question::default()
    };
    let reply = runtime.block_on(exchange(Target::Socket(door), question, PATIENCE))?;
    reply.json()
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// Nobody answers there, or not in time.
pub(super) async fn exchange(
    target: Target<'_>,
    mut question: Question<'_>,
    patience: Duration,
) -> anyhow::Result<Reply> {
    let exchanging = async {
        match target {
            Target::Socket(door) => {
                let stream = UnixStream::connect(&door.socket).await.with_context(|| {
                    format!(
                        "no daemon answers at `{}`; start one with `sinew serve`",
                        door.socket.display()
                    )
                })?;
                let token = Tokens::read(&door.tokens, Role::Admin)?;
                question
                    .headers
                    .push(("authorization", format!("Bearer {token}")));
                over(stream, "sinew".to_owned(), question).await
            }
            Target::Tcp(address) => {
                let stream = TcpStream::connect(address)
                    .await
                    .with_context(|| format!("nobody listens on {address}"))?;
                over(stream, address.to_string(), question).await
            }
        }
    };
    match tokio::time::timeout(patience, exchanging).await {
        Ok(reply) => reply,
        Err(_) => bail!("there was no answer in {} s", patience.as_secs()),
    }
}

async fn over(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    host: String,
    question: Question<'_>,
) -> anyhow::Result<Reply> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let method = match question.method {
        "" => "GET",
        method => method,
    };
    let mut request = Request::builder()
        .method(method)
        .uri(question.path)
        .header("host", host);
    for (name, value) in question.headers {
        request = request.header(name, value);
    }
    let answer = sender
        .send_request(request.body(Full::new(Bytes::from(question.body)))?)
        .await
        .context("asking the daemon")?;
    let status = answer.status().as_u16();
    let recorded = answer.headers().contains_key("sinew-ledger");
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX)
        .collect()
        .await
        .map_err(|error| anyhow::anyhow!("reading the daemon's answer: {error}"))?
        .to_bytes()
        .to_vec();
    connection.abort();
    Ok(Reply {
        status,
        recorded,
        body,
    })
}

// === impl Daemon ===

impl Daemon {
    /// Finds it, from what was said on the command line.
    ///
    /// # Errors
    /// There is no home folder, and no state folder was named.
    pub(super) fn door(&self, global: &Global) -> anyhow::Result<Door> {
        let places = Places::new(global.state_folder()?);
        // A configuration that cannot be read is no reason to let the operator stand outside.
        let configured = || global.configuration().ok()?.socket;
        let socket = self.socket.clone().or_else(configured);
        Ok(Door::new(
            socket.unwrap_or_else(|| places.socket()),
            &places,
        ))
    }
}

// === impl Door ===

impl Door {
    /// The daemon of a state folder, at its socket.
    pub(super) fn new(socket: PathBuf, places: &Places) -> Self {
        Self {
            socket,
            tokens: places.tokens(),
        }
    }
}

// === impl Reply ===

impl Reply {
    /// The answer's JSON.
    ///
    /// # Errors
    /// It is none, or the daemon refused; its own words are the error.
    pub(super) fn json(&self) -> anyhow::Result<Value> {
        let value: Value =
            serde_json::from_slice(&self.body).context("the daemon's answer is not JSON")?;
        if !(200..300).contains(&self.status) {
            bail!(
                "{}",
                value
                    .get("detail")
                    .and_then(Value::as_str)
                    .unwrap_or("the daemon refused")
            );
        }
        Ok(value)
    }
}

/// The command that names who listens on a port.
pub(super) fn who_listens(address: SocketAddr) -> String {
    format!("lsof -nP -iTCP:{} -sTCP:LISTEN", address.port())
}
