//! A client for MCP over HTTP, message by message and in either era of the protocol, for tests that look closer than a
//! well-behaved client would.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Request, Response, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::daemon::Daemon;
use crate::exchange::PATIENCE;

/// The revision without sessions.
pub const NEWEST: &str = "2026-07-28";

/// The last revision with sessions.
pub const WITH_SESSIONS: &str = "2025-11-25";

/// What the client says that it can do.
#[must_use]
pub fn capabilities() -> Value {
    json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}})
}

/// A client. It opens a connection for each message.
#[derive(Debug)]
pub struct McpClient {
    address: SocketAddr,
    path: String,
    /// Headers besides those that the protocol wants: none of them twice.
    headers: Vec<(String, String)>,
    session: Option<String>,
    next: AtomicU64,
}

/// What a message is answered with, as far as it has come. Dropping it hangs up.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The session that was begun.
    pub session: Option<String>,
    body: Incoming,
    streams: bool,
    read: Vec<u8>,
    connection: JoinHandle<()>,
}

// === impl McpClient ===

impl McpClient {
    /// A client of the era without sessions, with the token for everything.
    ///
    /// # Errors
    /// When there is no token.
    pub fn newest(daemon: &Daemon) -> Result<Self> {
        let client = Self {
            address: daemon.address,
            path: "/mcp".to_owned(),
            headers: Vec::new(),
            session: None,
            next: AtomicU64::new(1),
        };
        Ok(client
            .with("host", &daemon.address.to_string())
            .with("authorization", &format!("Bearer {}", daemon.mcp_token)))
    }

    /// A client in a session, with the token for everything.
    ///
    /// # Errors
    /// When no session is begun.
    pub async fn in_session(daemon: &Daemon) -> Result<Self> {
        Self::newest(daemon)?.begin().await
    }

    /// The same client with this header, in the place of one of its name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same client without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// The same client at another path.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The same client in a session that it begins.
    ///
    /// # Errors
    /// When no session is begun.
    pub async fn begin(mut self) -> Result<Self> {
        let params = json!({
            "protocolVersion": WITH_SESSIONS, "capabilities": capabilities(),
            "clientInfo": {"name": "contract-tests", "version": "1"},
        });
        let begun = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
        let answer = self.post(&begun).await?;
        self.session = answer.session.clone();
        let (status, said) = (answer.status, answer.last().await?);
        let no_session = || format!("{status}: {said}");
        self.session.as_ref().with_context(no_session)?;
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        self.post(&initialized).await?;
        Ok(self)
    }

    /// A request in the client's era.
    #[must_use]
    pub fn request(&self, method: &str, params: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let params = match self.session {
            Some(_) => params,
            None => newest_params(params),
        };
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, message: &Value) -> Result<Answer> {
        self.send("POST", message, message.to_string()).await
    }

    /// Sends these bytes with the headers that belong to `message`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, verb: &str, message: &Value, body: String) -> Result<Answer> {
        let mut request = Request::builder().method(verb).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request = request
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        let begins = message["method"] == "initialize";
        match &self.session {
            Some(session) => {
                request = request
                    .header("mcp-session-id", session)
                    .header("mcp-protocol-version", WITH_SESSIONS);
            }
            None if begins => {}
            None => {
                request = request.header("mcp-protocol-version", NEWEST);
                if let Some(method) = message["method"].as_str() {
                    request = request.header("mcp-method", method);
                }
                let named = &message["params"];
                let name = named["name"].as_str().or(named["uri"].as_str());
                if let Some(name) = name {
                    request = request.header("mcp-name", name);
                }
            }
        }
        let request = request.body(Full::new(Bytes::from(body)))?;
        let stream = TcpStream::connect(self.address)
            .await
            .context("connecting")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(async move {
            // What breaks shows in the answer.
            let _ = connection.await;
        });
        let mut going = Going(Some(connection));
        let answer = tokio::time::timeout(PATIENCE, sender.send_request(request))
            .await
            .context("no answer in time")??;
        Answer::new(answer, going.0.take().context("a connection")?)
    }

    /// Makes a request and returns the message that answers it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ask(&self, method: &str, params: Value) -> Result<Value> {
        let request = self.request(method, params);
        self.post(&request).await?.last().await
    }

    /// Calls a tool and returns the message that answers the call.
    ///
    /// # Errors
    /// When there is none.
    pub async fn call(&self, tool: &str, arguments: Value) -> Result<Value> {
        let params = json!({"name": tool, "arguments": arguments});
        self.ask("tools/call", params).await
    }

    /// Has the probe do this, and returns the message that answers.
    ///
    /// # Errors
    /// When there is none.
    pub async fn probe(&self, steps: Value) -> Result<Value> {
        self.call("probe_any", json!({"probe": steps})).await
    }
}

/// Parameters with what every request of the newest era says of its client.
#[must_use]
pub fn newest_params(mut params: Value) -> Value {
    let said = json!({
        "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientInfo": {"name": "contract-tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": capabilities(),
    });
    let mut meta = said.as_object().cloned().unwrap_or_default();
    if let Some(own) = params["_meta"].as_object() {
        meta.extend(own.clone());
    }
    params["_meta"] = Value::Object(meta);
    params
}

/// The results of the probe's steps, or what it says instead.
#[must_use]
pub fn results(answer: &Value) -> Value {
    let text = answer["result"]["content"][0]["text"].as_str();
    let text = text.unwrap_or_default();
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// A connection that ends with its request, unless there is an answer.
struct Going(Option<JoinHandle<()>>);

impl Drop for Going {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.abort();
        }
    }
}

// === impl Answer ===

impl Answer {
    fn new(answer: Response<Incoming>, connection: JoinHandle<()>) -> Result<Self> {
        let (head, body) = answer.into_parts();
        let text = |name| head.headers.get(name).map(|value| value.to_str());
        Ok(Self {
            status: head.status.as_u16(),
            session: text("mcp-session-id").transpose()?.map(str::to_owned),
            streams: text("content-type").transpose()? == Some("text/event-stream"),
            body,
            read: Vec::new(),
            connection,
        })
    }

    /// The next message; none when there is no further one. What is no JSON comes as a text.
    ///
    /// # Errors
    /// When it does not come in time, or whole.
    pub async fn next(&mut self) -> Result<Option<Value>> {
        tokio::time::timeout(PATIENCE, self.read())
            .await
            .context("no message in time")?
    }

    /// The message that answers; null where there is none.
    ///
    /// # Errors
    /// As for [`Answer::next`].
    pub async fn last(mut self) -> Result<Value> {
        while let Some(message) = self.next().await? {
            if message.get("method").is_none() {
                return Ok(message);
            }
        }
        Ok(Value::Null)
    }

    async fn read(&mut self) -> Result<Option<Value>> {
        loop {
            if self.streams
                && let Some(end) = self.read.windows(2).position(|two| two == b"\n\n")
            {
                let event: Vec<u8> = self.read.drain(..end + 2).collect();
                if let Some(message) = data(&String::from_utf8(event)?)? {
                    return Ok(Some(message));
                }
                continue;
            }
            match self.body.frame().await.transpose()? {
                Some(frame) => self.read.extend(frame.into_data().unwrap_or_default()),
                None if self.streams || self.read.is_empty() => return Ok(None),
                None => {
                    let whole = std::mem::take(&mut self.read);
                    let whole = String::from_utf8(whole)?;
                    return Ok(Some(
                        serde_json::from_str(&whole).unwrap_or(Value::String(whole)),
                    ));
                }
            }
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// The message of an event; none where it has none.
fn data(event: &str) -> Result<Option<Value>> {
    let lines = event.lines().filter_map(|line| line.strip_prefix("data:"));
    let text = lines.map(str::trim_start).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(&text)
        .map(Some)
        .with_context(|| format!("no JSON: {text}"))
}
