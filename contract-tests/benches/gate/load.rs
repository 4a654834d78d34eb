//! Requests over kept-alive connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::timing::Timing;

type Connection = SendRequest<Full<Bytes>>;

/// An event of a client.
pub(crate) struct Asked {
    pub(crate) event: &'static str,
    pub(crate) path: &'static str,
    body: &'static str,
}

/// What an agent's client sends before most tool calls: nothing that anybody objects to.
pub(crate) static TOOL_CALL: Asked = Asked {
    event: "PreToolUse",
    path: "/hooks/PreToolUse",
    body: r#"{"session_id":"bench","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"cargo test --workspace","description":"Run the tests"},"tool_use_id":"toolu_${n}"}"#,
};

/// What it sends with a prompt: one turn of `hello`.
pub(crate) static PROMPT: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    body: r#"{"session_id":"bench","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"UserPromptSubmit","prompt":"what does this do? (${n})"}"#,
};

/// The same, each from another session.
pub(crate) static SESSIONS: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    body: r#"{"session_id":"bench-${n}","cwd":"/tmp","hook_event_name":"UserPromptSubmit","prompt":"what does this do?"}"#,
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
    /// Measures `count` requests, one after the other on one connection.
    pub(crate) async fn one_at_a_time(&self, count: usize) -> Timing {
        let mut connection = connect(self.address).await;
        for _ in 0..count / 10 {
            self.send(&mut connection).await;
        }
        let mut timing = Timing::default();
        for _ in 0..count {
            let start = Instant::now();
            self.send(&mut connection).await;
            timing.push(start.elapsed());
        }
        timing
    }

    /// Returns how many requests a second `connections` connections get through together.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) async fn together(&self, count: usize, connections: usize) -> f64 {
        let left = Arc::new(AtomicI64::new(
            i64::try_from(count).expect("a count is small"),
        ));
        let start = Instant::now();
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..connections {
            let (left, target) = (left.clone(), self.clone());
            workers.spawn(async move {
                let mut connection = connect(target.address).await;
                while left.fetch_sub(1, Ordering::Relaxed) > 0 {
                    target.send(&mut connection).await;
                }
            });
        }
        workers.join_all().await;
        count as f64 / start.elapsed().as_secs_f64()
    }

    async fn send(&self, connection: &mut Connection) {
        let mut request = Request::post(self.path)
            .header("host", self.address.to_string())
            .header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .body(Full::new(Bytes::from(self.asked.body())))
            .expect("the request is well formed");
        connection.ready().await.expect("the connection is kept");
        let response = connection
            .send_request(request)
            .await
            .expect("an answer comes");
        assert_eq!(response.status(), 200, "the server answers");
        let answer = response.into_body().collect().await;
        let answer = answer.expect("the answer is whole").to_bytes();
        // A refusal is an answer with status 200, too.
        if self.token.is_some() {
            assert_eq!(answer, "{}", "a refused request measures nothing");
        }
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

async fn connect(address: SocketAddr) -> Connection {
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
