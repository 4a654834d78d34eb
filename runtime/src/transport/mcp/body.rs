//! The body of a message: read whole, and answered in the protocol's own words where it is none.

use std::borrow::Cow;
use std::error::Error as _;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::engine::Refusal;
use crate::transport::Problem;

/// How long a client may take to send one message.
const SENDING_TIME_MAX: Duration = Duration::from_mins(1);

/// Codes of JSON-RPC.
const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;

/// Reads a body.
///
/// # Errors
/// The answer to one that is too large, too slow or breaks off.
pub(super) async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Response> {
    let refused = |refusal, why| Err(Problem::refused(refusal, why).into_response());
    match tokio::time::timeout(SENDING_TIME_MAX, to_bytes(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error))
            if error
                .source()
                .is_some_and(<dyn std::error::Error + 'static>::is::<LengthLimitError>) =>
        {
            let why = format!("a message has at most {bytes_max} bytes");
            refused(Refusal::TooLarge, &why)
        }
        Ok(Err(_)) => refused(Refusal::BrokenBody, "the message breaks off"),
        Err(_) => refused(Refusal::SlowBody, "the message took too long to come"),
    }
}

/// Whether a body may be a message of this method: it says so, or does not say clearly what else it is. The header that
/// names a method is not asked, since nobody compares it before a session is begun.
pub(super) fn may_be(bytes: &[u8], method: &str) -> bool {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        method: Cow<'a, str>,
    }
    serde_json::from_slice::<Message<'_>>(bytes).map_or(true, |said| said.method == method)
}

/// Whether a body is to be a message.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The answer to a body that is no message.
pub(super) fn no_message(bytes: &[u8]) -> Response {
    let (code, message) = match serde_json::from_slice::<IgnoredAny>(bytes) {
        Ok(_) => (
            INVALID_REQUEST,
            "this is no message of the protocol".to_owned(),
        ),
        Err(error) => (PARSE_ERROR, format!("the message is no JSON: {error}")),
    };
    let error = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": message}});
    let kind = HeaderValue::from_static("application/json");
    (
        StatusCode::BAD_REQUEST,
        [(header::CONTENT_TYPE, kind)],
        error.to_string(),
    )
        .into_response()
}
