//! `/healthz` (the process serves) and `/readyz` (events can be decided). Neither needs a token.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::server::Shared;

pub(super) async fn alive() -> Response {
    respond(StatusCode::OK, &json!({"status": "ok"}))
}

pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    // The store is tried, which may wait for a disk.
    let asking = tokio::task::spawn_blocking(move || shared.hooks.readiness());
    let Ok(readiness) = asking.await else {
        return respond(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"status": "fail", "checks": []}),
        );
    };
    let checks: Vec<_> = readiness
        .checks
        .iter()
        .map(|check| json!({"name": check.name, "ok": check.ok, "detail": check.detail}))
        .collect();
    let (status, word) = if readiness.ok() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "fail")
    };
    respond(status, &json!({"status": word, "checks": checks}))
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}
