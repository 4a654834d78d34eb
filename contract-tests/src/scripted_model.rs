//! A provider of language models that answers what it is told and remembers what it was asked, on a port of its own.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, Uri};
use hyper::body::Frame;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The server. It ends when this is dropped.
#[derive(Debug)]
pub struct ScriptedModel {
    /// Where it listens.
    pub address: SocketAddr,
    script: Arc<Mutex<Script>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What was sent to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// Path and query.
    pub path: String,
    /// Headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; null where it is no JSON.
    pub body: Value,
}

/// What it answers.
#[derive(Debug, Clone)]
pub struct ModelReply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    /// The connection breaks when the body has been sent.
    Broken,
    /// Nothing is ever sent.
    Silent,
}

#[derive(Debug, Default)]
struct Script {
    replies: VecDeque<ModelReply>,
    always: Option<ModelReply>,
    asked: Vec<ModelRequest>,
}

// === impl ScriptedModel ===

impl ScriptedModel {
    /// Starts to listen. What it is asked before it is told an answer it answers with status 418.
    ///
    /// # Errors
    /// When there is no port or no thread.
    pub fn start() -> Result<Self> {
        let script = Arc::new(Mutex::new(Script::default()));
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("listening")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&script));
        let thread = std::thread::Builder::new()
            .name("model".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let Ok(listener) = TcpListener::from_std(listener) else {
                        return;
                    };
                    let serving =
                        std::future::IntoFuture::into_future(axum::serve(listener, router));
                    tokio::select! {
                        _ = serving => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            address,
            script,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Answers the next request that has no answer yet.
    pub fn answers(&self, reply: ModelReply) {
        lock(&self.script).replies.push_back(reply);
    }

    /// Answers every request that is given no answer of its own.
    pub fn always_answers(&self, reply: ModelReply) {
        lock(&self.script).always = Some(reply);
    }

    /// What it was asked so far; it forgets it.
    #[must_use]
    pub fn asked(&self) -> Vec<ModelRequest> {
        std::mem::take(&mut lock(&self.script).asked)
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

// === impl ModelReply ===

impl ModelReply {
    /// A JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, body.to_string()).header("content-type", "application/json")
    }

    /// Any body.
    #[must_use]
    pub fn bytes(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            ending: Ending::Whole,
        }
    }

    /// No answer at all, for as long as anybody waits.
    #[must_use]
    pub fn silence() -> Self {
        Self {
            ending: Ending::Silent,
            ..Self::bytes(200, "")
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Breaks the connection off where the body ends, before it is complete.
    #[must_use]
    pub fn broken_off(mut self) -> Self {
        self.ending = Ending::Broken;
        self
    }

    fn response(self) -> Result<Response<Body>> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        let body = if self.ending == Ending::Broken {
            response = response.header("content-length", self.body.len() + 1);
            Body::new(Broken(Some(self.body.into())))
        } else {
            Body::from(self.body)
        };
        Ok(response.body(body)?)
    }
}

/// A body that fails behind its first bytes.
struct Broken(Option<Bytes>);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(bytes) => Ok(Frame::data(bytes)),
            None => Err(std::io::ErrorKind::ConnectionReset.into()),
        }))
    }
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let reply = {
        let mut script = lock(&script);
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        script.asked.push(ModelRequest {
            path: uri.to_string(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        script.replies.pop_front().or_else(|| script.always.clone())
    };
    let reply = reply.unwrap_or_else(|| ModelReply::bytes(418, "nobody said what to answer"));
    if reply.ending == Ending::Silent {
        std::future::pending::<()>().await;
    }
    reply.response().unwrap_or_default()
}

fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}
