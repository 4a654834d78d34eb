//! Panics, deadlines, overload: no slot is lost.

use std::time::{Duration, Instant};

use serde_json::json;
use sinew_contract_tests::exchange::post;
use sinew_contract_tests::scripted_gate::{ScriptedGate, decided, guarded};
use sinew_contract_tests::test_server::TestServer;
use sinew_runtime::engine::{Column, Kind, Refusal};
use sinew_runtime::transport::TransportSettings;

use crate::{accepted, body, denied, denying, eventually, quick, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_answered_wherever_it_happens() {
    let in_script = ScriptedGate::scripted(guarded(Column::Deny), |_| panic!("in the call"));
    let in_future = ScriptedGate::scripted(guarded(Column::Deny), |_| {
        Box::pin(async { panic!("in the future") })
    });
    let in_guard = ScriptedGate::new(
        |_| panic!("in the configuration"),
        |_| Box::pin(async { decided(Kind::Allow, "") }),
    );
    for (index, gate) in [in_script, in_future, in_guard].into_iter().enumerate() {
        let server = TestServer::start(&gate, quick()).unwrap();
        for _ in 0..3 {
            let reply = server
                .post("/hooks/PreToolUse", &body("PreToolUse"))
                .await
                .unwrap();
            let json = accepted("PreToolUse", &reply);
            if index < 2 {
                assert_eq!(json, denied(reason(&json)));
            } else {
                // A guard that cannot say who is configured is taken for the strictest; the engine still decides.
                assert_eq!(json["hookSpecificOutput"]["permissionDecision"], "allow");
            }
        }
        if index < 2 {
            assert!(
                gate.seen()
                    .notes
                    .iter()
                    .all(|note| note.refusal == Refusal::Panic)
            );
            assert_eq!(gate.seen().notes.len(), 3);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_says_nothing_is_answered_for_at_the_deadline() {
    let gate = ScriptedGate::scripted(guarded(Column::Deny), |_| Box::pin(std::future::pending()));
    let server = TestServer::start(&gate, quick()).unwrap();
    let started = Instant::now();
    let reply = server
        .post("/hooks/PreToolUse?timeout_ms=300", &body("PreToolUse"))
        .await
        .unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "{:?}",
        started.elapsed()
    );
    let json = accepted("PreToolUse", &reply);
    assert_eq!(json, denied(reason(&json)));
    assert_eq!(gate.seen().notes[0].refusal, Refusal::Deadline);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_at_once_is_refused_at_once_and_the_slot_comes_back() {
    let (release, held) = tokio::sync::watch::channel(false);
    let gate = ScriptedGate::scripted(guarded(Column::Deny), move |_| {
        let mut held = held.clone();
        Box::pin(async move {
            held.wait_for(|released| *released).await.unwrap();
            decided(Kind::Allow, "")
        })
    });
    let settings = TransportSettings {
        hooks_in_flight_max: 1,
        timeout_ms_default: 20_000,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    let request = post("/hooks/PreToolUse", &server.headers(), &body("PreToolUse"));
    let mut first = server.connect().await.unwrap();
    first.send(&request).await.unwrap();
    eventually("the first is with the engine", || {
        gate.seen().requests.len() == 1
    })
    .await;

    let started = Instant::now();
    for path in ["/hooks/PreToolUse", "/hooks"] {
        let reply = server.post(path, &body("PreToolUse")).await.unwrap();
        let json = accepted("PreToolUse", &reply);
        assert_eq!(json, denied(reason(&json)));
    }
    assert!(started.elapsed() < Duration::from_secs(8));
    assert!(
        gate.seen()
            .notes
            .iter()
            .all(|note| note.refusal == Refusal::Overload)
    );

    release.send_replace(true);
    let json = accepted("PreToolUse", &first.reply().await.unwrap());
    assert_eq!(json["hookSpecificOutput"]["permissionDecision"], "allow");
    let reply = server
        .post("/hooks/PreToolUse", &body("PreToolUse"))
        .await
        .unwrap();
    assert_eq!(
        accepted("PreToolUse", &reply)["hookSpecificOutput"]["permissionDecision"],
        "allow"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_gives_its_slot_back() {
    let gate = ScriptedGate::scripted(guarded(Column::Deny), |request| {
        Box::pin(async move {
            if request.input["tool_use_id"] == "wait" {
                std::future::pending::<()>().await;
            }
            decided(Kind::Allow, "")
        })
    });
    let settings = TransportSettings {
        hooks_in_flight_max: 1,
        timeout_ms_default: 1_000,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    let waiting = json!({"hook_event_name": "PreToolUse", "tool_use_id": "wait"}).to_string();
    for round in 1..=3 {
        let mut connection = server.connect().await.unwrap();
        let request = post("/hooks/PreToolUse", &server.headers(), waiting.as_bytes());
        connection.send(&request).await.unwrap();
        eventually("it is with the engine", || {
            gate.seen().requests.len() >= round
        })
        .await;
        drop(connection);
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let reply = server
                .post("/hooks/PreToolUse", &body("PreToolUse"))
                .await
                .unwrap();
            if accepted("PreToolUse", &reply)["hookSpecificOutput"]["permissionDecision"] == "allow"
            {
                break;
            }
            assert!(Instant::now() < end, "the slot comes back");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_drips_ends_the_connection_and_frees_its_place() {
    let gate = denying(Column::Deny);
    let settings = TransportSettings {
        connections_max: 1,
        idle_ms_max: 200,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    let mut dripping = server.connect().await.unwrap();
    dripping
        .send(b"POST /hooks/PreToolUse HTTP/1.1\r\nhost: ")
        .await
        .unwrap();
    // This one waits in the kernel until there is a place.
    let reply = server
        .post("/hooks/PreToolUse", &body("PreToolUse"))
        .await
        .unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));
    // The socket has places of its own.
    let mut unix = server.connect_unix().await.unwrap();
    let request = post("/hooks/PreToolUse", &server.headers(), &body("PreToolUse"));
    unix.send(&request).await.unwrap();
    let reply = unix.reply().await.unwrap();
    assert_eq!(accepted("PreToolUse", &reply), denied("no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_takes_nothing_holds_no_refusal_up() {
    let gate = ScriptedGate::silent(guarded(Column::Deny));
    let settings = TransportSettings {
        note_ms_max: 100,
        notes_in_flight_max: 2,
        ..quick()
    };
    let server = TestServer::start(&gate, settings).unwrap();
    for _ in 0..6 {
        let started = Instant::now();
        let reply = server.post("/hooks/PreToolUse", b"not json").await.unwrap();
        let json = accepted("PreToolUse", &reply);
        assert_eq!(json, denied(reason(&json)));
        assert_eq!(reply.header("sinew-ledger"), None);
        assert!(started.elapsed() < Duration::from_secs(8));
    }
    assert_eq!(gate.seen().notes.len(), 2, "the others did not wait");
}
