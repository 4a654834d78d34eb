//! What plugins decide, in the words of the event.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::client_output::EVENTS;
use sinew_contract_tests::exchange::post;
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::{Column, Guard, HookOutcome, Kind, Refusal, Verdict};

use crate::{accepted, body, denied, denying, quick, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_answered_with_its_ledger_positions() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let sent = body("PreToolUse");
    let before = Instant::now();
    let reply = server.post("/hooks/PreToolUse", &sent).await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));
    assert_eq!(reply.header("sinew-ledger"), Some("12,13"));
    let seen = gate.seen();
    assert_eq!(seen.requests.len(), 1);
    assert_eq!(
        *seen.requests[0].body, *sent,
        "the body arrives as it was sent"
    );
    assert_eq!(seen.requests[0].event, "PreToolUse");
    assert_eq!(seen.requests[0].input["tool_name"], "Bash");
    let patience = seen.requests[0].deadline - before;
    let announced = Duration::from_millis(9_750);
    assert!(
        patience >= announced && patience < 2 * announced,
        "{patience:?}"
    );
    assert!(seen.notes.is_empty() && seen.differences.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_may_stand_in_the_body_alone() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let reply = server.post("/hooks", &body("PreToolUse")).await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_event_is_an_event() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let reply = server
        .post("/hooks/BrandNew", &body("BrandNew"))
        .await
        .unwrap();
    assert_eq!(
        accepted("BrandNew", &reply),
        json!({"decision": "block", "reason": "no"})
    );
    assert_eq!(gate.seen().requests[0].event, "BrandNew");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_configured_nothing_is_said_and_nobody_is_asked() {
    let gate = ScriptedGate::deciding(Guard::NOBODY, decided(Kind::Deny, "no"));
    let server = TestServer::start(&gate, quick()).unwrap();
    for event in EVENTS {
        let reply = server
            .post(&format!("/hooks/{event}"), &body(event))
            .await
            .unwrap();
        assert_eq!(accepted(event, &reply), json!({}));
    }
    let reply = server.post("/hooks/PreToolUse", b"not json").await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), json!({}));
    assert!(gate.seen().requests.is_empty());
    assert_eq!(
        gate.seen().notes.len(),
        1,
        "what could not be read is noted all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_s_failure_is_answered_from_the_failure_table() {
    let outcome = HookOutcome {
        verdict: Verdict::Failed {
            column: Column::Ask,
            reason: "guard trapped".to_owned(),
        },
        positions: vec![7],
    };
    let gate = ScriptedGate::deciding(guarded(Column::Ask), outcome);
    let server = TestServer::start(&gate, quick()).unwrap();
    let reply = server
        .post("/hooks/PreToolUse", &body("PreToolUse"))
        .await
        .unwrap();
    let json = accepted("PreToolUse", &reply);
    assert_eq!(json["hookSpecificOutput"]["permissionDecision"], "ask");
    assert_eq!(reply.header("sinew-ledger"), Some("7"));
    let reply = server
        .post("/hooks/UserPromptSubmit", &body("UserPromptSubmit"))
        .await
        .unwrap();
    let json = accepted("UserPromptSubmit", &reply);
    assert_eq!(
        json,
        json!({"decision": "block", "reason": "guard trapped"})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewrite_that_cannot_be_said_is_a_failure() {
    let outcome = HookOutcome {
        verdict: Verdict::Decided {
            kind: Kind::Allow,
            reason: String::new(),
            context: String::new(),
            replacement: Some(json!("not an object")),
            fields: serde_json::Map::new(),
        },
        positions: vec![5],
    };
    let gate = ScriptedGate::deciding(guarded(Column::Deny), outcome);
    let server = TestServer::start(&gate, quick()).unwrap();
    let reply = server
        .post("/hooks/PreToolUse", &body("PreToolUse"))
        .await
        .unwrap();
    let json = accepted("PreToolUse", &reply);
    assert_eq!(json, denied(reason(&json)));
    let seen = gate.seen();
    assert_eq!(seen.notes[0].refusal, Refusal::Unanswerable);
    assert_eq!(seen.differences[0].positions, [5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_for_its_owner_who_has_the_token() {
    use std::os::unix::fs::PermissionsExt as _;

    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let mode = std::fs::metadata(&server.socket)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut headers = vec![("host", "sinew".to_owned())];
    let asked = async |headers: &[(&str, String)]| {
        let mut connection = server.connect_unix().await.unwrap();
        let request = post("/hooks/PreToolUse", headers, &body("PreToolUse"));
        connection.send(&request).await.unwrap();
        connection.reply().await.unwrap()
    };
    let refused = accepted("PreToolUse", &asked(&headers).await);
    assert!(refused.to_string().contains("token"), "{refused}");
    assert!(gate.seen().requests.is_empty());
    headers.push(("authorization", format!("Bearer {}", server.hook_token)));
    assert_eq!(accepted("PreToolUse", &asked(&headers).await), denied("no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_captured_request_gets_no_opinion_from_nobody_and_from_the_undecided() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/captures");
    let undecided = guarded(Column::Deny);
    for guard in [Guard::NOBODY, undecided] {
        let gate = ScriptedGate::deciding(guard, decided(Kind::None, ""));
        let server = TestServer::start(&gate, quick()).unwrap();
        let mut captured = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let sent = std::fs::read(entry.unwrap().path()).unwrap();
            let input: Value = serde_json::from_slice(&sent).unwrap();
            let event = input["hook_event_name"].as_str().unwrap();
            for path in ["/hooks".to_owned(), format!("/hooks/{event}")] {
                let reply = server.post(&path, &sent).await.unwrap();
                assert_eq!(accepted(event, &reply), json!({}), "{path}");
            }
            captured += 1;
        }
        assert!(captured > 10);
        let asked = if guard == undecided { 2 * captured } else { 0 };
        assert_eq!(gate.seen().requests.len(), asked);
    }
}
