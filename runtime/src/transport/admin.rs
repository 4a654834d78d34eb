//! What operators ask over HTTP: what runs here, list the plugins, reload one, let a call pass once, settle an effect.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Peer;
use super::caught::caught;
use super::server::Shared;
use super::{Problem, Role};
use crate::engine::EffectName;
use crate::engine::admin::{AdminError, PluginStatus};

/// A reload's reason is a sentence.
const OVERRIDE_BYTES_MAX: usize = 16 << 10;

/// What a reload may be told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Why a build may guard events that a wired client does not ask about.
    #[serde(rename = "override")]
    reason: Option<String>,
}

/// What an operator has granted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    grant: String,
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may list plugins").into_response();
    }
    let listed = caught(async { shared.admin.plugins() }).await;
    match listed {
        Ok(plugins) => {
            let plugins: Vec<Value> = plugins.iter().map(describe).collect();
            respond(&json!({ "plugins": plugins }))
        }
        Err(()) => Problem::internal().into_response(),
    }
}

/// Says which process this is and where it listens, so that nobody takes another one for it.
pub(super) async fn status(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may ask this").into_response();
    }
    let listening = shared.listening.get().into_iter().flatten();
    respond(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "listen": listening.map(ToString::to_string).collect::<Vec<_>>(),
    }))
}

pub(super) async fn reload(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may reload plugins").into_response();
    }
    let Ok(bytes) = axum::body::to_bytes(body, OVERRIDE_BYTES_MAX).await else {
        return Problem::bad_request(
            "the body of a reload is `{\"override\": \"REASON\"}`, or nothing",
        )
        .into_response();
    };
    let wish = match serde_json::from_slice::<Wish>(&bytes) {
        Ok(wish) => wish,
        Err(_) if bytes.is_empty() => Wish::default(),
        Err(error) => return Problem::bad_request(&error.to_string()).into_response(),
    };
    let reason = wish.reason.filter(|reason| !reason.trim().is_empty());
    // Detached: a client that hangs up does not cut a reload in half.
    let reload = tokio::spawn(Arc::clone(&shared.admin).reload(name.clone(), reason));
    match reload.await {
        Ok(Ok(status)) => respond(&describe(&status)),
        Ok(Err(error)) => Problem::from(error).into_response(),
        Err(_panicked) => {
            let reason = "the reload panicked".to_owned();
            Problem::from(AdminError::Failed { name, reason }).into_response()
        }
    }
}

/// Takes over a plugin's grants from the operator's files.
pub(super) async fn regrant(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may grant").into_response();
    }
    let wrong =
        || Problem::bad_request("the body is `{\"grant\": \"FAMILY:RULE\"}`").into_response();
    let Ok(bytes) = axum::body::to_bytes(body, OVERRIDE_BYTES_MAX).await else {
        return wrong();
    };
    let Ok(Granted { grant }) = serde_json::from_slice(&bytes) else {
        return wrong();
    };
    let by = by(&parts);
    // Detached: a client that hangs up does not cut it in half.
    let granting = tokio::spawn(Arc::clone(&shared.admin).regrant(name, grant, by));
    match granting.await {
        Ok(Ok(recorded)) => respond(&json!({ "recorded": recorded })),
        Ok(Err(error)) => Problem::from(error).into_response(),
        Err(_panicked) => Problem::internal().into_response(),
    }
}

pub(super) async fn allow(
    State(shared): State<Arc<Shared>>,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    let (parts, _body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may allow a call").into_response();
    }
    match caught(async { shared.admin.allow(&code, by(&parts)) }).await {
        Ok(Ok(allowed)) => respond(&json!({
            "plugin": allowed.plugin,
            "event": allowed.event,
            "session": allowed.session,
            "stopped": allowed.stopped,
            "seconds": allowed.seconds,
        })),
        Ok(Err(error)) => Problem::from(error).into_response(),
        Err(()) => Problem::internal().into_response(),
    }
}

/// Takes down what became of an effect that was in doubt: `done` or `undone`.
pub(super) async fn settle(
    State(shared): State<Arc<Shared>>,
    Path((turn, ordinal, found)): Path<(String, u32, String)>,
    request: Request,
) -> Response {
    let (parts, _body) = request.into_parts();
    if let Err(refusal) = shared.callers.admit(&parts, Role::Admin) {
        return Problem::refused(refusal, "only an admin token may settle this").into_response();
    }
    let done = match found.as_str() {
        "done" => true,
        "undone" => false,
        _ => return Problem::bad_request("an effect was `done`, or `undone`").into_response(),
    };
    let effect = EffectName { turn, ordinal };
    match caught(async { shared.admin.settle(&effect, done, by(&parts)) }).await {
        Ok(Ok(settled)) => respond(&json!({
            "turn": effect.turn,
            "ordinal": effect.ordinal,
            "plugin": settled.plugin,
            "effect": settled.effect,
            "done": done,
        })),
        Ok(Err(error)) => Problem::from(error).into_response(),
        Err(()) => Problem::internal().into_response(),
    }
}

/// How an operator came in, for the record.
fn by(parts: &Parts) -> &'static str {
    match parts.extensions.get::<Peer>() {
        Some(Peer::Unix) => "the socket",
        Some(Peer::Tcp(_)) | None => "TCP",
    }
}

fn describe(plugin: &PluginStatus) -> Value {
    let mut described = json!({
        "name": plugin.name,
        "loaded": plugin.loaded,
        "hooks": plugin.hooks,
    });
    let optional = [
        ("version", &plugin.version),
        ("build", &plugin.build),
        ("problem", &plugin.problem),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            described[name] = Value::String(value.clone());
        }
    }
    described
}

fn respond(body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, kind)],
        body.to_string(),
    )
        .into_response()
}
