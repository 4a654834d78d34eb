//! Requests over kept-alive connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hyper::Request;
use hyper::body::Bytes;

use crate::IN_FLIGHT;
use crate::connection::{Connection, Way};
use crate::timing::{Span, Timing};

/// An event of a client, or a call.
pub(crate) struct Asked {
    pub(crate) event: &'static str,
    pub(crate) path: &'static str,
    /// Whose token is sent along.
    pub(crate) role: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    answer: Answer,
}

/// What has to be answered: a refusal that nobody meant measures nothing.
enum Answer {
    Any,
    Is(&'static str),
    Holds(&'static str),
}

/// Nobody has an opinion.
const NO_OPINION: Answer = Answer::Is("{}");

const TOOL_CALL_BODY: &str = r#"{"session_id":"bench-${session}","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"cargo test --workspace","description":"Run the tests"},"tool_use_id":"toolu_${n}"}"#;

/// What an agent's client sends before most tool calls: nothing that anybody objects to.
pub(crate) static TOOL_CALL: Asked = Asked {
    event: "PreToolUse",
    path: "/hooks/PreToolUse",
    role: "hook",
    headers: &[],
    body: TOOL_CALL_BODY,
    answer: NO_OPINION,
};

/// The same, for plugins that have an opinion.
pub(crate) static JUDGED: Asked = Asked {
    event: "PreToolUse",
    path: "/hooks/PreToolUse",
    role: "hook",
    headers: &[],
    body: TOOL_CALL_BODY,
    answer: Answer::Any,
};

/// What it sends with a prompt: one turn of `hello`.
pub(crate) static PROMPT: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    role: "hook",
    headers: &[],
    body: r#"{"session_id":"bench-${session}","transcript_path":"/tmp/t.jsonl","cwd":"/tmp","permission_mode":"default","hook_event_name":"UserPromptSubmit","prompt":"what does this do? (${n})"}"#,
    answer: NO_OPINION,
};

/// The same, each from another session.
pub(crate) static SESSIONS: Asked = Asked {
    event: "UserPromptSubmit",
    path: "/hooks/UserPromptSubmit",
    role: "hook",
    headers: &[],
    body: r#"{"session_id":"bench-${n}","cwd":"/tmp","hook_event_name":"UserPromptSubmit","prompt":"what does this do?"}"#,
    answer: NO_OPINION,
};

/// The tool that is called, and what it answers.
pub(crate) const TOOL: &str = "test_simple_text";
pub(crate) const TEXT: &str = "This is a simple text response for testing.";

/// A call of the tool as an agent's client makes it, in the revision that has no sessions.
pub(crate) static MCP_CALL: Asked = Asked {
    event: "",
    path: "/mcp",
    role: "mcp",
    headers: &[
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", TOOL),
    ],
    body: r#"{"jsonrpc":"2.0","id":${n},"method":"tools/call","params":{"name":"test_simple_text","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{"roots":{"listChanged":true},"elicitation":{"form":{},"url":{}}},"progressToken":${n},"claudecode/toolUseId":"toolu_${n}"}}}"#,
    answer: Answer::Holds(TEXT),
};

/// What is asked, and where.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) way: Way,
    pub(crate) path: &'static str,
    pub(crate) asked: &'static Asked,
    pub(crate) token: Option<String>,
}

impl Asked {
    /// The next body: each is another one, so that none is taken for a repetition, and those in flight come from as many
    /// sessions, since turns of one session that keep state wait for each other.
    pub(crate) fn body(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let body = self.body.replace("${n}", &next.to_string());
        body.replace("${session}", &(next % IN_FLIGHT).to_string())
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
        self.send(&mut self.way.connect().await).await;
    }

    /// Measures requests, one after the other on one connection.
    pub(crate) async fn one_at_a_time(&self, span: Span) -> Timing {
        let mut connection = self.way.connect().await;
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
                let mut connection = target.way.connect().await;
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
        if self.token.is_some() {
            let answer = String::from_utf8_lossy(&answer);
            let meant = self.asked.answer.is(&answer);
            assert!(meant, "a refused request measures nothing: {answer}");
        }
    }

    /// Sends a body and returns the answer, which has status 200.
    pub(crate) async fn ask(&self, connection: &mut Connection, body: String) -> Bytes {
        let mut request = Request::post(self.path).header("content-type", "application/json");
        for (name, value) in self.asked.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(body).expect("the request is well formed");
        connection.ask(request).await
    }
}

// === impl Answer ===

impl Answer {
    fn is(&self, answer: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(meant) => answer == *meant,
            Self::Holds(meant) => answer.contains(meant),
        }
    }
}
