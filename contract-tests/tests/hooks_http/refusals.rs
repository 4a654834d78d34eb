//! Who is refused, and in which words.

use serde_json::json;
use sinew_contract_tests::exchange::post;
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::{Column, Guard, Kind, Refusal};

use crate::{accepted, body, denied, denying, quick, reason};

/// One way to be refused: headers changed or left out, path and body.
struct Rude {
    refusal: Refusal,
    headers: Vec<(&'static str, Option<&'static str>)>,
    path: &'static str,
    body: Vec<u8>,
}

fn rude_requests() -> Vec<Rude> {
    let rude = |refusal, headers: &[(&'static str, Option<&'static str>)]| Rude {
        refusal,
        headers: headers.to_vec(),
        path: "/hooks/PreToolUse",
        body: body("PreToolUse"),
    };
    let sends = |refusal, body: &[u8]| Rude {
        body: body.to_vec(),
        ..rude(refusal, &[])
    };
    vec![
        rude(Refusal::Token, &[("authorization", None)]),
        rude(Refusal::Token, &[("authorization", Some("Bearer wrong"))]),
        rude(Refusal::Token, &[("authorization", Some("Bearer "))]),
        rude(Refusal::Host, &[("host", Some("evil.example"))]),
        rude(Refusal::Origin, &[("origin", Some("https://evil.example"))]),
        rude(Refusal::Origin, &[("origin", Some("null"))]),
        sends(Refusal::Unreadable, b""),
        sends(Refusal::Unreadable, b"{"),
        sends(Refusal::Unreadable, b"[]"),
        sends(Refusal::Unreadable, b"null"),
        sends(
            Refusal::Unreadable,
            b"{\"hook_event_name\":\"PreToolUse\",\"a\":\"\xff\"}",
        ),
        sends(Refusal::Unreadable, "[".repeat(100_000).as_bytes()),
        sends(Refusal::Unreadable, &vec![b' '; 1 << 20]),
        sends(Refusal::EventMismatch, b"{}"),
        sends(Refusal::EventMismatch, b"{\"hook_event_name\":7}"),
        sends(
            Refusal::EventMismatch,
            b"{\"hook_event_name\":\"../PreToolUse\"}",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_gets_the_failure_table_s_answer_and_a_note_in_the_ledger() {
    for rude in rude_requests() {
        for guard in [guarded(Column::Deny), guarded(Column::Ask), Guard::NOBODY] {
            let gate = ScriptedGate::deciding(guard, decided(Kind::Allow, "never asked"));
            let server = TestServer::start(&gate, quick()).unwrap();
            let mut headers = server.headers();
            for (name, value) in &rude.headers {
                headers.retain(|(known, _)| known != name);
                headers.extend(value.map(|value| (*name, value.to_owned())));
            }
            let mut connection = server.connect().await.unwrap();
            connection
                .send(&post(rude.path, &headers, &rude.body))
                .await
                .unwrap();
            let reply = connection.reply().await.unwrap();
            let json = accepted("PreToolUse", &reply);
            match guard.column {
                Column::None => assert_eq!(json, json!({})),
                Column::Ask => assert_eq!(json["hookSpecificOutput"]["permissionDecision"], "ask"),
                Column::Deny => assert_eq!(json, denied(reason(&json))),
            }
            let seen = gate.seen();
            assert!(seen.requests.is_empty(), "no plugin is asked");
            assert_eq!(seen.notes.len(), 1);
            assert_eq!(seen.notes[0].refusal, rude.refusal);
            assert_eq!(seen.notes[0].column, Some(guard.column));
            assert_eq!(seen.notes[0].event.as_deref(), Some("PreToolUse"));
            assert_eq!(reply.header("sinew-ledger"), Some("100"));
            let token = &server.hook_token;
            assert!(!String::from_utf8_lossy(&reply.body).contains(token.as_str()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_url_is_answered_in_the_words_of_the_event_the_client_is_at() {
    // Only the body's event is guarded; the client would drop an answer in the path's words.
    let guard = |event: Option<&str>| match event {
        Some("PreToolUse") => guarded(Column::Deny),
        _ => Guard::NOBODY,
    };
    let gate = ScriptedGate::new(guard, |_| Box::pin(async { decided(Kind::Allow, "") }));
    let server = TestServer::start(&gate, quick()).unwrap();
    for path in ["/hooks/PostToolUse", "/hooks/Notification", "/hooks/Other"] {
        let reply = server.post(path, &body("PreToolUse")).await.unwrap();
        let json = accepted("PreToolUse", &reply);
        assert_eq!(json, denied(reason(&json)), "{path}");
    }
    // Only the path's event is guarded: its strictness counts all the same.
    let reply = server
        .post("/hooks/PreToolUse", &body("UserPromptSubmit"))
        .await
        .unwrap();
    assert_eq!(accepted("UserPromptSubmit", &reply)["decision"], "block");
    assert!(gate.seen().requests.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_event_in_the_path_a_refusal_is_a_problem() {
    let gate = denying(Column::Deny);
    let server = TestServer::start(&gate, quick()).unwrap();
    let mut headers = server.headers();
    headers.retain(|(name, _)| *name != "authorization");
    let mut connection = server.connect().await.unwrap();
    connection
        .send(&post("/hooks", &headers, &body("PreToolUse")))
        .await
        .unwrap();
    let reply = connection.reply().await.unwrap();
    assert_eq!(reply.status, 401);
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json")
    );
    let problem = reply.json().unwrap();
    assert_eq!(problem["status"], 401);
    assert_eq!(problem["code"], "token");

    for sent in ["", "[]", "{}", "{\"hook_event_name\":\"\"}"] {
        let reply = server.post("/hooks", sent.as_bytes()).await.unwrap();
        assert_eq!(reply.status, 400, "{sent}");
        assert_eq!(reply.json().unwrap()["code"], "unreadable");
    }
    assert_eq!(gate.seen().notes.len(), 5);
}
