//! The hook gate over HTTP: always 200, always JSON that the client takes, always in time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::panic, reason = "a panic is what some of these are about")]

mod answers;
mod bodies;
mod limits;
mod operators;
mod refusals;
mod surprises;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::client_output::objections;
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_runtime::engine::{Column, Kind};
use sinew_runtime::transport::TransportSettings;

fn body(event: &str) -> Vec<u8> {
    let body = json!({
        "session_id": "s", "cwd": "/srv/api", "hook_event_name": event,
        "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t",
    });
    body.to_string().into_bytes()
}

/// Shorter than what a test waits for an answer.
fn quick() -> TransportSettings {
    TransportSettings {
        timeout_ms_default: 10_000,
        ..TransportSettings::default()
    }
}

fn denied(reason: &str) -> Value {
    json!({"hookSpecificOutput": {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": reason,
    }})
}

fn reason(answer: &Value) -> &str {
    answer["hookSpecificOutput"]["permissionDecisionReason"]
        .as_str()
        .unwrap()
}

/// Checks what holds for every answer of the gate.
fn accepted(event: &str, reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let json = reply.json().unwrap();
    assert_eq!(objections(event, &json), Vec::<String>::new(), "{json}");
    json
}

/// Polls until a condition holds.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A gate that denies for everybody who gets through, guarded by `column`.
fn denying(column: Column) -> Arc<ScriptedGate> {
    ScriptedGate::deciding(guarded(column), decided(Kind::Deny, "no"))
}
