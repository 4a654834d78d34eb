//! Raw messages over the Unix socket: one JSON-RPC message per line, as MCP's stdio has them. A connection begins as HTTP
//! and is upgraded, so that one socket, one handover and one place for limits serve everybody.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rmcp::ServiceExt as _;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::sync::OwnedSemaphorePermit;

use super::handler::{FOLDER_HEADER, Handler, RawClient};
use super::route::Front;
use super::unread::Unread;
use crate::engine::Refusal;
use crate::services::paths;
use crate::transport::connection::Stream;
use crate::transport::{Peer, Problem};

/// Where a connection is upgraded.
pub(super) const RAW_PATH: &str = "/mcp/raw";

/// The protocol that it is upgraded to.
const UPGRADE: &str = "sinew-mcp";

/// Where a client of raw messages says which view it wants.
const VIEW_HEADER: HeaderName = HeaderName::from_static("sinew-view");

/// Where it names its session, so that another host can go on with it.
const SESSION_HEADER: HeaderName = HeaderName::from_static("sinew-session");

type Going = Pin<Box<dyn Future<Output = ()> + Send>>;
type GoOn = Box<dyn FnOnce(Stream) -> Going + Send>;

/// How a connection goes on once its upgrade is answered; the connection puts an empty one into every request.
#[derive(Clone, Default)]
pub(in crate::transport) struct Raw(Arc<Mutex<Option<GoOn>>>);

impl Raw {
    fn set(&self, going: impl FnOnce(Stream) -> Going + Send + 'static) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Box::new(going));
    }

    /// Goes on with an upgraded connection; returns it when it was not upgraded.
    pub(in crate::transport) async fn go_on(&self, stream: Stream) -> Option<Stream> {
        let going = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        match going {
            None => Some(stream),
            Some(going) => {
                going(stream).await;
                None
            }
        }
    }
}

/// Upgrades a connection over the Unix socket.
pub(super) fn upgrade(front: &Front, parts: &Parts) -> Response {
    let header = |name: HeaderName| parts.headers.get(name)?.to_str().ok();
    let wants = header(header::UPGRADE).is_some_and(|to| to.eq_ignore_ascii_case(UPGRADE));
    let Some(raw) = parts.extensions.get::<Raw>().filter(|_| wants) else {
        return Problem::bad_request("this path takes an upgrade to raw messages").into_response();
    };
    if parts.extensions.get::<Peer>() != Some(&Peer::Unix) {
        let reason = "raw messages go over the Unix socket only";
        return Problem::refused(Refusal::Token, reason).into_response();
    }
    let Ok(place) = Arc::clone(&front.mcp().raw).try_acquire_owned() else {
        let reason = "too many MCP connections are open";
        return Problem::refused(Refusal::Overload, reason).into_response();
    };
    let mut id = [0; 16];
    // Whoever has the token may take up every session: there is nobody to be kept apart.
    let named =
        header(SESSION_HEADER).is_some_and(|name| hex::decode_to_slice(name, &mut id).is_ok());
    if !named {
        front.mcp().random.fill(&mut id);
    }
    let client = RawClient {
        session: format!("mcp-{}", hex::encode(id)),
        folder: header(FOLDER_HEADER).map(paths::from_header),
    };
    let view = header(VIEW_HEADER).unwrap_or_default();
    let Some(handler) = front.raw_handler(view, client) else {
        return Problem::bad_request("there is no such view").into_response();
    };
    // A token of its own: it is cancelled when the connection ends.
    let ending = front.ending().child_token();
    // The transport counts the line's end, too.
    let line_bytes_max = front.mcp().settings.message_bytes_max.saturating_add(1);
    raw.set(move |stream| Box::pin(run(stream, handler, line_bytes_max, ending, place)));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static(UPGRADE));
    response
}

/// Answers messages until the client goes or the server ends.
async fn run(
    stream: Stream,
    handler: Handler,
    line_bytes_max: usize,
    ending: tokio_util::sync::CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let (read, write) = tokio::io::split(stream);
    let transport = AsyncRwTransport::new(read, write).with_max_line_length(line_bytes_max);
    match handler.serve_with_ct(Unread::new(transport), ending).await {
        Ok(running) => {
            // It ends when either side does.
            let _ = running.waiting().await;
        }
        Err(error) => tracing::debug!(%error, "a client of raw messages went before it had begun"),
    }
}
