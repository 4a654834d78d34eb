//! Errors for callers that are not hooks: problem details as in RFC 9457.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::engine::Refusal;
use crate::engine::admin::AdminError;

/// An error and its status. The only place where one becomes the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
}

// === impl Problem ===

impl Problem {
    /// Nothing lies at this path.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "nothing lies at this path",
        )
    }

    /// The path takes other methods.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let detail = "this path takes another method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    }

    /// The body is not what this path takes.
    #[must_use]
    pub fn bad_request(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// Handling the request failed in a way that is our fault.
    #[must_use]
    pub fn internal() -> Self {
        let detail = "handling the request failed";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The gate refused a request that names no event.
    #[must_use]
    pub fn refused(refusal: Refusal, reason: &str) -> Self {
        let status = match refusal {
            Refusal::Token => StatusCode::UNAUTHORIZED,
            Refusal::Host => StatusCode::MISDIRECTED_REQUEST,
            Refusal::Origin => StatusCode::FORBIDDEN,
            Refusal::Path => StatusCode::NOT_FOUND,
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Refusal::EventMismatch | Refusal::BrokenBody | Refusal::Unreadable => {
                StatusCode::BAD_REQUEST
            }
            Refusal::Overload => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Deadline | Refusal::Panic | Refusal::Unanswerable => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        Self::new(status, refusal.as_str(), reason)
    }

    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
        }
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        let detail = error.to_string();
        let (status, code) = match error {
            AdminError::Unknown { .. } => (StatusCode::NOT_FOUND, "unknown_plugin"),
            AdminError::Refused { .. } => (StatusCode::CONFLICT, "refused"),
            AdminError::Ungranted { .. } => (StatusCode::CONFLICT, "ungranted"),
            AdminError::Code => (StatusCode::NOT_FOUND, "unknown_code"),
            AdminError::Codes => (StatusCode::TOO_MANY_REQUESTS, "wrong_codes"),
            AdminError::NotInDoubt(_) => (StatusCode::NOT_FOUND, "not_in_doubt"),
            AdminError::Unsettled(_) => (StatusCode::INSUFFICIENT_STORAGE, "unsettled"),
            AdminError::Unrecorded => (StatusCode::INSUFFICIENT_STORAGE, "unrecorded"),
            AdminError::Failed { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        let kind = HeaderValue::from_static("application/problem+json");
        (
            self.status,
            [(header::CONTENT_TYPE, kind)],
            body.to_string(),
        )
            .into_response()
    }
}
