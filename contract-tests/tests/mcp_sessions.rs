//! Sessions of the older eras over HTTP: how many there may be, what keeps one open, and what it is told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::mcp_house::{accepted, effect, question};
use sinew_contract_tests::mcp_http::{Answer, McpClient, results};
use sinew_contract_tests::probe_plugin::ProbePlugin;

const NEXT: &str = "next";

/// How long a session may be silent where a test waits for its end, and longer than that.
const IDLE: &str = "session_idle = \"500ms\"";
const LONGER: Duration = Duration::from_millis(1_500);

async fn serve(head: &str) -> Option<(Installation, Daemon)> {
    let house = Installation::new(head, &[ProbePlugin::default()]).unwrap()?;
    house.grant("probe", "mcp = [\"elicit\"]").unwrap();
    let daemon = house.serve(0).await.unwrap();
    Some((house, daemon))
}

fn next() -> Value {
    json!({"do": "text", "text": NEXT})
}

/// Opens the stream of what belongs to no request.
async fn listen(client: &McpClient) -> Answer {
    let stream = client.send("GET", &Value::Null, String::new()).await;
    let stream = stream.unwrap();
    assert_eq!(stream.status, 200);
    stream
}

/// Calls a tool that asks, and waits for its question.
async fn asked(client: &McpClient) -> (Answer, Value) {
    let params = json!({"name": "probe_any", "arguments": {"probe": [question("who")]}});
    let request = client.request("tools/call", params);
    let mut call = client.post(&request).await.unwrap();
    loop {
        let message = call.next().await.unwrap().unwrap();
        if message["method"] == "elicitation/create" {
            return (call, message["id"].clone());
        }
    }
}

/// Waits until the only place for a session is free, asking nothing of the session that has it.
async fn ended(daemon: &Daemon) {
    let ended = tokio::time::timeout(PATIENCE, async {
        while McpClient::in_session(daemon).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    ended.await.unwrap();
}

/// The status of a request in a session.
async fn status(session: &McpClient) -> u16 {
    let request = session.request("tools/list", json!({}));
    session.post(&request).await.unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn more_sessions_than_allowed_are_refused_and_the_others_go_on() {
    let head = "[mcp]\nsessions = 2\n[mcp.views.a]\nplugins = [\"probe\"]";
    let Some((_house, daemon)) = serve(head).await else {
        return;
    };
    let client = || McpClient::newest(&daemon).unwrap();
    let one = client().begin().await.unwrap();
    let other = client().at("/mcp/a").begin().await.unwrap();
    let ways = [
        client(),
        client().at("/mcp/a"),
        client().with("mcp-method", "initialize"),
        // What it is, the body says.
        client().with("mcp-method", "tools/list"),
    ];
    for way in ways {
        let refused = way.begin().await.unwrap_err().to_string();
        assert!(refused.starts_with("503: "), "{refused}");
    }
    for session in [&one, &other, &client()] {
        let answer = session.probe(next()).await.unwrap();
        assert_eq!(results(&answer), NEXT, "{answer}");
    }
    let ended = one.send("DELETE", &Value::Null, String::new()).await;
    assert!(ended.unwrap().status < 300);
    let begun = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Ok(session) = client().begin().await {
                return session;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert_eq!(
        results(&begun.await.unwrap().probe(next()).await.unwrap()),
        NEXT
    );
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_begin_together_are_counted() {
    let Some((_house, daemon)) = serve("[mcp]\nsessions = 3").await else {
        return;
    };
    let begins = (0..20).map(|_| {
        let client = McpClient::newest(&daemon).unwrap();
        tokio::spawn(async move { client.begin().await.is_ok() })
    });
    let begins: Vec<_> = begins.collect();
    let mut begun = 0;
    for begin in begins {
        begun += usize::from(begin.await.unwrap());
    }
    assert!((1..=3).contains(&begun), "{begun}");
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_says_nothing_ends() {
    let Some((_house, daemon)) = serve(&format!("[mcp]\n{IDLE}\nsessions = 1")).await else {
        return;
    };
    let session = McpClient::in_session(&daemon).await.unwrap();
    assert_eq!(results(&session.probe(next()).await.unwrap()), NEXT);
    ended(&daemon).await;
    assert_eq!(status(&session).await, 404);
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlasts_a_question_that_a_person_thinks_about() {
    let Some((_house, daemon)) = serve(&format!("[mcp]\n{IDLE}\nsessions = 1")).await else {
        return;
    };
    let session = McpClient::in_session(&daemon).await.unwrap();
    let (call, id) = asked(&session).await;
    tokio::time::sleep(LONGER).await;
    let answer = json!({"jsonrpc": "2.0", "id": id, "result": accepted("Ada")});
    assert_eq!(session.post(&answer).await.unwrap().status, 202);
    let answer = call.last().await.unwrap();
    assert_eq!(results(&answer)[0]["value"], accepted("Ada"), "{answer}");

    // A call that runs is enough, though nobody is connected.
    let (call, id) = asked(&session).await;
    drop(call);
    tokio::time::sleep(LONGER).await;
    assert_eq!(status(&session).await, 200);
    let answer = json!({"jsonrpc": "2.0", "id": id, "result": accepted("Ada")});
    assert_eq!(session.post(&answer).await.unwrap().status, 202);
    ended(&daemon).await;
    assert_eq!(status(&session).await, 404);
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_somebody_listens_to_stays() {
    let Some((_house, daemon)) = serve(&format!("[mcp]\n{IDLE}\nsessions = 1")).await else {
        return;
    };
    let session = McpClient::in_session(&daemon).await.unwrap();
    let stream = listen(&session).await;
    tokio::time::sleep(LONGER).await;
    assert_eq!(results(&session.probe(next()).await.unwrap()), NEXT);
    drop(stream);
    ended(&daemon).await;
    assert_eq!(status(&session).await, 404);
    daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_more_than_once_that_it_has_begun_is_told_of_changes_once() {
    let Some((_house, daemon)) = serve("").await else {
        return;
    };
    let session = McpClient::in_session(&daemon).await.unwrap();
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    for _ in 0..20 {
        assert_eq!(session.post(&initialized).await.unwrap().status, 202);
    }
    let mut stream = listen(&session).await;
    for what in ["tools", "prompts"] {
        let changed = effect("mcp_changed", &json!({"what": what}));
        let answer = session.probe(changed).await.unwrap();
        assert_eq!(results(&answer)[0]["status"], "ok", "{answer}");
    }
    for list in ["tools", "prompts"] {
        let told = stream.next().await.unwrap().unwrap();
        let expected = format!("notifications/{list}/list_changed");
        assert_eq!(told["method"], expected, "{told}");
    }
    daemon.terminate().await.unwrap();
}
