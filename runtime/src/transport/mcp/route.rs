//! `/mcp` and `/mcp/VIEW`: who may call, and which view they see.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::body;
use super::handler::{Handler, RawClient};
use super::raw::{self, RAW_PATH};
use super::seal::Seal;
use super::sessions::{Held, Sessions};
use super::settings::McpSettings;
use crate::engine::{Engine, McpView, Refusal};
use crate::services::tokens::Tokens;
use crate::transport::Problem;
use crate::transport::connection::Attended;
use crate::transport::server::Shared;
use crate::world::{Clock, Random};

/// Names the session that a message belongs to, in the eras that have them.
const SESSION_HEADER: HeaderName = HeaderName::from_static("mcp-session-id");

/// How often a server that ends looks whether its last calls are answered.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How long calls that are cut short may take to say so.
const CUT_WAIT: Duration = Duration::from_secs(1);

/// What every MCP request may need.
pub(super) struct Mcp {
    pub(super) engine: Arc<Engine>,
    pub(super) settings: McpSettings,
    pub(super) seal: Seal,
    pub(super) sessions: Arc<Sessions>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    /// Places for requests that plugins answer.
    pub(super) calls: Arc<Semaphore>,
    /// Places for those who wait for changes.
    pub(super) listeners: Arc<Semaphore>,
    /// Places for raw connections.
    pub(super) raw: Arc<Semaphore>,
    /// Cancelled when the server stops: who only listens is sent away at once.
    pub(super) stopping: CancellationToken,
    /// Cancelled when calls that still run are waited for no longer.
    pub(super) cut: CancellationToken,
}

/// One view and the service in front of it.
struct Door {
    view: Arc<McpView>,
    sessions: Arc<LocalSessionManager>,
    service: StreamableHttpService<Handler, LocalSessionManager>,
}

/// The way in to MCP.
pub(in crate::transport) struct Front {
    mcp: Arc<Mcp>,
    /// By the name of the view; the empty name stands for the one that shows everything.
    doors: BTreeMap<String, Door>,
    /// Requests that may start a session and have not done so yet.
    starting: AtomicUsize,
    /// Cancelled when the last call has its answer: it ends what is still open.
    ending: CancellationToken,
}

/// One request that may start a session.
struct Starting<'a>(&'a AtomicUsize);

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

// === impl Front ===

impl Front {
    pub(in crate::transport) fn new(
        engine: Arc<Engine>,
        settings: McpSettings,
        tokens: &Tokens,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        if settings.open {
            tracing::warn!(
                "MCP is open: whoever can reach this machine's loopback addresses may call every tool, because the \
                 configuration says `[auth] mcp = \"none\"`"
            );
        }
        let places = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let mcp = Arc::new(Mcp {
            engine,
            seal: Seal::new(tokens, settings.answer_time_max),
            sessions: Arc::new(Sessions::new(settings.session_idle, Arc::clone(&clock))),
            clock,
            random,
            calls: places(settings.calls_max),
            listeners: places(settings.listeners_max),
            raw: places(settings.sessions_max),
            stopping: CancellationToken::new(),
            cut: CancellationToken::new(),
            settings,
        });
        let ending = CancellationToken::new();
        let everything = (String::new(), McpView::default());
        let views = mcp.settings.views.clone();
        let doors = std::iter::once(everything)
            .chain(views)
            .map(|(name, view)| (name, Door::new(&mcp, Arc::new(view), &ending)))
            .collect();
        Self {
            mcp,
            doors,
            starting: AtomicUsize::new(0),
            ending,
        }
    }

    /// Sends away who only listens, waits for the calls that run, at most until `cutoff`, and closes every session.
    pub(in crate::transport) async fn end(&self, cutoff: Instant) {
        self.mcp.stopping.cancel();
        self.calls_end(cutoff).await;
        self.mcp.cut.cancel();
        // What is cut has an answer, too, and that is sent at once.
        self.calls_end(self.mcp.clock.instant() + CUT_WAIT).await;
        self.ending.cancel();
    }

    async fn calls_end(&self, until: Instant) {
        let all = self.mcp.settings.calls_max.min(Semaphore::MAX_PERMITS);
        while self.mcp.calls.available_permits() < all && self.mcp.clock.instant() < until {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Counts a request that may start a session, until it has, and refuses it where there are enough.
    async fn starting(&self, parts: &Parts, sent: &[u8]) -> Result<Option<Starting<'_>>, Response> {
        let starts = parts.method == Method::POST
            && !parts.headers.contains_key(&SESSION_HEADER)
            && body::may_be(sent, "initialize");
        if !starts {
            return Ok(None);
        }
        let before = self.starting.fetch_add(1, Ordering::Relaxed);
        let starting = Starting(&self.starting);
        let mut open = before;
        for door in self.doors.values() {
            open += door.sessions.sessions.read().await.len();
        }
        if open < self.mcp.settings.sessions_max {
            return Ok(Some(starting));
        }
        let reason = "too many MCP sessions are open";
        Err(Problem::refused(Refusal::Overload, reason).into_response())
    }

    /// The handler of a client that speaks raw messages.
    pub(super) fn raw_handler(&self, view: &str, client: RawClient) -> Option<Handler> {
        let view = Arc::clone(&self.doors.get(view)?.view);
        Some(Handler::new(Arc::clone(&self.mcp), view, Some(client)))
    }

    pub(super) fn mcp(&self) -> &Arc<Mcp> {
        &self.mcp
    }

    pub(super) fn ending(&self) -> &CancellationToken {
        &self.ending
    }
}

// === impl Door ===

impl Door {
    fn new(mcp: &Arc<Mcp>, view: Arc<McpView>, ending: &CancellationToken) -> Self {
        let mut config = SessionConfig::default();
        // `Sessions` ends them.
        config.keep_alive = None;
        let mut sessions = LocalSessionManager::default();
        sessions.session_config = config;
        let sessions = Arc::new(sessions);
        // Who may call is checked before it gets here, by the same rules as for hooks.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .disable_allowed_origins()
            // A stream is for calls that tell their client something before they end.
            .with_json_response(true)
            .with_cancellation_token(ending.clone())
            .with_max_request_body_bytes(mcp.settings.message_bytes_max);
        let (served, shown) = (Arc::clone(mcp), Arc::clone(&view));
        let make = move || Ok(Handler::new(Arc::clone(&served), Arc::clone(&shown), None));
        Self {
            view,
            service: StreamableHttpService::new(make, Arc::clone(&sessions), config),
            sessions,
        }
    }

    /// Has the library answer a message, and keeps its session open for as long as the client reads the answer.
    async fn answer(&self, sessions: &Arc<Sessions>, parts: Parts, sent: Bytes) -> Response {
        let is_json = body::is_json(&parts.headers);
        let ends = parts.method == Method::DELETE;
        let session = session_of(&parts.headers).map(str::to_owned);
        let held = session.as_deref().and_then(|id| sessions.hold(id));
        let request = Request::from_parts(parts, Body::from(sent.clone()));
        let answer = self.service.handle(request).await;
        // That is what the library calls a body of the right type that it cannot read.
        if answer.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE && is_json {
            return body::no_message(&sent);
        }
        match (session, session_of(answer.headers())) {
            (None, Some(begun)) => sessions.began(begun, &self.sessions),
            (Some(id), _) if ends && answer.status().is_success() => sessions.ended(&id),
            _ => {}
        }
        answer.map(|answer| keeping(held, answer))
    }
}

/// The id of the session that a message belongs to.
pub(super) fn session_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(&SESSION_HEADER)?.to_str().ok()
}

/// A body that holds a session until it is read or given up.
fn keeping<B>(held: Option<Held>, body: B) -> Body
where
    B: HttpBody<Data = Bytes, Error = Infallible> + Send + 'static,
{
    Body::new(body.map_frame(move |frame| {
        let _held = &held;
        frame
    }))
}

/// Answers a request to `/mcp` or a path below it.
pub(in crate::transport) async fn serve(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Response {
    let Some(front) = &shared.mcp else {
        return Problem::not_found().into_response();
    };
    let (parts, body) = request.into_parts();
    let open = front.mcp.settings.open;
    let own = match shared.callers.admit_mcp(&parts, open) {
        Ok(own) => own,
        Err(refusal) => return refused(refusal),
    };
    let path = parts.uri.path();
    if path == RAW_PATH {
        return raw::upgrade(front, &parts);
    }
    // A client of the newest era takes its call back by hanging up.
    if let Some(attended) = parts.extensions.get::<Attended>() {
        attended.attend();
    }
    let named = path.strip_prefix("/mcp").unwrap_or_default();
    let named = named.trim_matches('/');
    let name = match own {
        Some(own) if named.is_empty() || named == own => own,
        Some(_) => {
            let reason = "this token is for another view";
            return Problem::refused(Refusal::Token, reason).into_response();
        }
        None => named,
    };
    let Some(door) = front.doors.get(name) else {
        return Problem::not_found().into_response();
    };
    let sent = match body::read(body, front.mcp.settings.message_bytes_max).await {
        Ok(sent) => sent,
        Err(refusal) => return refusal,
    };
    let _starting = match front.starting(&parts, &sent).await {
        Ok(starting) => starting,
        Err(refusal) => return refusal,
    };
    door.answer(&front.mcp.sessions, parts, sent).await
}

fn refused(refusal: Refusal) -> Response {
    let reason = match refusal {
        Refusal::Token => {
            "an MCP token is needed; it lies in the state folder, in the file `tokens/mcp`"
        }
        Refusal::Host => "the request names another host",
        Refusal::Origin => "web pages may not call",
        _ => "the request is refused",
    };
    let mut response = match refusal {
        // What the protocol's clients look for.
        Refusal::Host | Refusal::Origin => {
            let mut response = Problem::refused(Refusal::Origin, reason).into_response();
            *response.status_mut() = StatusCode::FORBIDDEN;
            response
        }
        other => Problem::refused(other, reason).into_response(),
    };
    if refusal == Refusal::Token {
        let scheme = header::HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}
