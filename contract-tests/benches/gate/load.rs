//! Requests over kept-alive connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::timing::{Span, Timing};

/// A connection that is kept.
pub(crate) type Connection = SendRequest<Full<Bytes>>;

/// An event of a client.
pub(crate) struct Asked {
    pub(crate) event: &'static str,
    pub(crate) path: &'static str,
    body: &'static str,
    /// What the gate has to answer: a refusal that nobody meant measures nothing. None where any answer will do.
    answer: Option<&'static str>,
}

/// Nobody has an opinion.
const NO_OPINION: Option<&str> = Some("{}");

const TOOL_CALL_BODY: &str = r#"{"session_id":"bench","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"cargo test --workspace","description":"Run the tests"},"tool_use_id":"toolu_${n}"}"#;

/// What an agent's client sends before most tool calls: nothing that anybody objects to.
pub(crate) static TOOL_CALL: Asked = Asked {
    event: "PreToolUse",
    path: "/hooks/PreToolUse",
    body: TOOL_CALL_BODY,
    answer: NO_OPINION,
};

/// The same, for plugins that have an opinion.
pub(crate) static JUDGED: Asked = Asked {
    event: "PreToolUse",
    path: "/hooks/PreToolUse",
    body: TOOL_CALL_BODY,
    answer: None,
};

/// What it sends with a prompt: one turn of `hello`.
pub(crate) static PROMPT: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    body: r#"{"session_id":"bench","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"UserPromptSubmit","prompt":"what does this do? (${n})"}"#,
    answer: NO_OPINION,
};

/// The same, each from another session.
pub(crate) static SESSIONS: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    body: r#"{"session_id":"bench-${n}","cwd":"/tmp","hook_event_name":"UserPromptSubmit","prompt":"what does this do?"}"#,
    answer: NO_OPINION,
};

/// What is asked, and where.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) path: &'static str,
    pub(crate) asked: &'static Asked,
    pub(crate) token: Option<String>,
}

impl Asked {
    /// The next body: each is another one, so that none is taken for a repetition.
    pub(crate) fn body(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        self.body.replace("${n}", &next)
    }

    /// The same as a guest of this phase gets it.
    pub(crate) fn envelope(&self) -> String {
        let (event, input) = (self.event, self.body());
        format!(r#"{{"event":"{event}","phase":"decide","input":{input}}}"#)
    }
}

impl Target {
    /// Sends one request.
    pub(crate) async fn first(&self) {
        self.send(&mut connect(self.address).await).await;
    }

    /// Measures requests, one after the other on one connection.
    pub(crate) async fn one_at_a_time(&self, span: Span) -> Timing {
        let mut connection = connect(self.address).await;
        let (warm_up, mut done) = (span.warm_up().begin(), 0);
        while warm_up.goes_on(done) {
            self.send(&mut connection).await;
            done += 1;
        }
        let mut timing = Timing::default();
        let bound = span.begin();
        while bound.goes_on(timing.len()) {
            let start = Instant::now();
            self.send(&mut connection).await;
            timing.push(start.elapsed());
        }
        timing
    }

    /// Returns how many requests a second `connections` connections get through together.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) async fn together(&self, span: Span, connections: usize) -> f64 {
        let start = Instant::now();
        let done = self.through(span, connections).await;
        done as f64 / start.elapsed().as_secs_f64()
    }

    /// Sends requests over so many connections together, and returns how many.
    pub(crate) async fn through(&self, span: Span, connections: usize) -> usize {
        let done = Arc::new(AtomicUsize::new(0));
        let bound = span.begin();
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..connections {
            let (done, target) = (done.clone(), self.clone());
            workers.spawn(async move {
                let mut connection = connect(target.address).await;
                while bound.goes_on(done.load(Ordering::Relaxed)) {
                    target.send(&mut connection).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        workers.join_all().await;
        done.load(Ordering::Relaxed)
    }

    async fn send(&self, connection: &mut Connection) {
        let answer = self.ask(connection, self.asked.body()).await;
        // A refusal is an answer with status 200, too; the parts answer as they like.
        if let (Some(_), Some(expected)) = (&self.token, self.asked.answer) {
            assert_eq!(answer, expected, "a refused request measures nothing");
        }
    }

    /// Sends a body and returns the answer, which has status 200.
    pub(crate) async fn ask(&self, connection: &mut Connection, body: String) -> Bytes {
        let mut request = Request::post(self.path)
            .header("host", self.address.to_string())
            .header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .expect("the request is well formed");
        connection.ready().await.expect("the connection is kept");
        let response = connection
            .send_request(request)
            .await
            .expect("an answer comes");
        assert_eq!(response.status(), 200, "the server answers");
        let answer = response.into_body().collect().await;
        answer.expect("the answer is whole").to_bytes()
    }
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

/// Opens a connection that is kept.
pub(crate) async fn connect(address: SocketAddr) -> Connection {
    let stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    stream.set_nodelay(true).expect("a socket takes the option");
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .expect("the connection is made");
    tokio::spawn(connection);
    sender
}
