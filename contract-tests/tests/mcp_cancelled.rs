//! Calls that their client takes back: over HTTP in both eras, by hanging up, and over standard input and output.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::ledger_rows::Row;
use sinew_contract_tests::mcp_house::{fetch, reaching, records};
use sinew_contract_tests::mcp_http::{McpClient, results};
use sinew_contract_tests::mcp_process::McpProcess;
use sinew_contract_tests::web_server::{Reply, WebServer};
use tokio::sync::mpsc;

/// How often the guest looks at the server before it answers.
const LOOKS: usize = 40;

/// A probe that looks at a slow server again and again.
struct Stage {
    house: Installation,
    daemon: Daemon,
    server: WebServer,
    looked: mpsc::UnboundedReceiver<()>,
}

impl Stage {
    async fn new() -> Option<Self> {
        Self::looking_for(Duration::from_millis(50)).await
    }

    /// The same, with a server that takes so long.
    async fn looking_for(pause: Duration) -> Option<Self> {
        let (look, looked) = mpsc::unbounded_channel();
        let server = WebServer::start(Ipv4Addr::LOCALHOST, 0, move |seen| {
            if seen.target() == "/look" {
                let _ = look.send(());
                std::thread::sleep(pause);
            }
            Reply::ok("")
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let house = reaching("", &server, folder.path()).unwrap()?;
        let daemon = house.serve(0).await.unwrap();
        Some(Self {
            house,
            daemon,
            server,
            looked,
        })
    }

    /// What the call does.
    fn call(&self) -> Value {
        let mut looking = fetch(&self.server, "GET", "/look");
        looking["times"] = LOOKS.into();
        let steps = json!([fetch(&self.server, "POST", "/once"), looking]);
        json!({"name": "probe_any", "arguments": {"probe": steps}})
    }

    /// Waits until the guest looks at the server.
    async fn in_the_middle(&mut self) {
        let looked = tokio::time::timeout(PATIENCE, self.looked.recv());
        looked.await.unwrap().unwrap();
    }

    /// Waits for the turn's record.
    async fn ended(&self) -> Row {
        let turn = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(turn) = records(&self.house, "turn").unwrap().pop() {
                    return turn;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        turn.await.unwrap()
    }

    /// Waits for the turn's record: it was cancelled, and what it had done stands before it.
    async fn assert_cancelled(&self) {
        let turn = self.ended().await;
        assert_eq!(turn.text("/abort/reason"), "cancelled", "{:?}", turn.value);
        let effects = records(&self.house, "effect").unwrap();
        let of_turn = |row: &&Row| row.text("/turn") == turn.text("/turn");
        let effects: Vec<_> = effects.iter().filter(of_turn).collect();
        assert!((2..=LOOKS).contains(&effects.len()), "{}", effects.len());
        assert_eq!(effects.len(), self.server.seen().len());
        assert_eq!(effects[0].text("/class"), "write_remote");
    }
}

fn taken_back(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id, "reason": "enough"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_takes_the_call_back() {
    let Some(mut stage) = Stage::new().await else {
        return;
    };
    let client = McpClient::newest(&stage.daemon).unwrap();
    let request = client.request("tools/call", stage.call());
    let calling =
        tokio::spawn(async move { client.post(&request).await.map(|answer| answer.status) });
    stage.in_the_middle().await;
    calling.abort();
    stage.assert_cancelled().await;
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_after_the_answer_has_begun_takes_the_call_back() {
    let Some(mut stage) = Stage::new().await else {
        return;
    };
    let client = McpClient::newest(&stage.daemon).unwrap();
    let mut call = stage.call();
    call["_meta"] = json!({"progressToken": 7});
    let steps = call["arguments"]["probe"].as_array_mut().unwrap();
    let step = json!({"do": "effect", "effect": "mcp_progress", "request": {"progress": 1}});
    steps.insert(0, step);
    let mut answer = client
        .post(&client.request("tools/call", call))
        .await
        .unwrap();
    let progress = answer.next().await.unwrap().unwrap();
    assert_eq!(progress["params"]["progressToken"], 7, "{progress}");
    stage.in_the_middle().await;
    drop(answer);
    let turn = stage.ended().await;
    assert_eq!(turn.text("/abort/reason"), "cancelled");
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_session_says_so() {
    let Some(mut stage) = Stage::new().await else {
        return;
    };
    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let request = client.request("tools/call", stage.call());
    let answer = client.post(&request).await.unwrap();
    stage.in_the_middle().await;
    client.post(&taken_back(&request["id"])).await.unwrap();
    stage.assert_cancelled().await;
    assert_eq!(
        answer.last().await.unwrap(),
        Value::Null,
        "nothing is answered"
    );
    let next = client.probe(json!({"do": "text", "text": "next"})).await;
    assert_eq!(results(&next.unwrap()), "next");
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_is_taken_back_like_a_call() {
    let Some(mut stage) = Stage::new().await else {
        return;
    };
    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let steps = stage.call()["arguments"]["probe"].to_string();
    let params = json!({
        "ref": {"type": "ref/prompt", "name": "probe_any"}, "argument": {"name": "probe", "value": steps},
    });
    let request = client.request("completion/complete", params);
    let answer = client.post(&request).await.unwrap();
    stage.in_the_middle().await;
    client.post(&taken_back(&request["id"])).await.unwrap();
    stage.assert_cancelled().await;
    assert_eq!(answer.last().await.unwrap(), Value::Null);
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_session_may_hang_up_and_its_call_goes_on() {
    let Some(mut stage) = Stage::new().await else {
        return;
    };
    let client = McpClient::in_session(&stage.daemon).await.unwrap();
    let request = client.request("tools/call", stage.call());
    let answer = client.post(&request).await.unwrap();
    stage.in_the_middle().await;
    drop(answer);
    let turn = stage.ended().await;
    assert_eq!(turn.text("/outcome"), "committed");
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_cuts_a_long_call_short_and_answers_hooks_meanwhile() {
    let Some(mut stage) = Stage::looking_for(3 * PATIENCE).await else {
        return;
    };
    let client = McpClient::newest(&stage.daemon).unwrap();
    let call = stage.call();
    let calling = tokio::spawn(async move { client.ask("tools/call", call).await });
    stage.in_the_middle().await;
    let asked = async || {
        let body = br#"{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/"}"#;
        let headers = stage.daemon.headers();
        let reply = stage.daemon.post("/hooks/PreToolUse", &headers, body);
        let reply = tokio::time::timeout(Duration::from_secs(5), reply).await;
        assert_eq!(reply.unwrap().unwrap().status, 200);
    };
    let restarting = stage.house.serve(0);
    tokio::pin!(restarting);
    let next = loop {
        tokio::select! {
            next = &mut restarting => break next.unwrap(),
            () = async { asked().await; tokio::time::sleep(Duration::from_millis(50)).await } => {}
        }
    };
    let answer = calling.await.unwrap().unwrap();
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.contains("went away"), "{answer}");
    let turns = records(&stage.house, "turn").unwrap();
    let cut = turns
        .iter()
        .find(|turn| turn.text("/entry") == "handle_mcp_call");
    assert_eq!(cut.unwrap().text("/abort/message"), "the host ends");
    let effects = records(&stage.house, "effect").unwrap();
    let effects: Vec<_> = effects
        .iter()
        .map(|row| (row.text("/class"), row.text("/outcome"), row.text("/code")))
        .collect();
    assert_eq!(
        effects,
        [("write_remote", "ok", ""), ("read", "error", "deadline")]
    );
    stage.daemon.ended().await.unwrap();
    next.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_takes_its_calls_back() {
    // Longer than what a client that sends nothing more may still be answered for.
    let Some(mut stage) = Stage::looking_for(Duration::from_millis(300)).await else {
        return;
    };
    let mut client = McpProcess::start(&stage.house, &[]).unwrap();
    client.begin().await.unwrap();
    client.request("tools/call", stage.call()).await.unwrap();
    stage.in_the_middle().await;
    client.signal(Signal::KILL).unwrap();
    stage.assert_cancelled().await;
    stage.daemon.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn over_standard_input_and_output_it_is_said_in_both_eras() {
    for in_session in [false, true] {
        let Some(mut stage) = Stage::new().await else {
            return;
        };
        let mut client = McpProcess::start(&stage.house, &[]).unwrap();
        if in_session {
            client.begin().await.unwrap();
        }
        let id = client.request("tools/call", stage.call()).await.unwrap();
        stage.in_the_middle().await;
        client.send(&taken_back(&json!(id))).await.unwrap();
        stage.assert_cancelled().await;
        let next = client.probe(json!({"do": "text", "text": "next"})).await;
        assert_eq!(results(&next.unwrap()), "next");
        let left = std::time::Instant::now();
        assert!(client.leave().await.unwrap().success());
        let waited = left.elapsed();
        assert!(
            waited < Duration::from_secs(4),
            "it waited for nothing: {waited:?}"
        );
        stage.daemon.terminate().await.unwrap();
    }
}
