//! What operators do on the command line, against a process that serves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Stdio;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::PATIENCE;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::{Finished, run};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

async fn sinew(house: &Installation, arguments: &[&str]) -> Finished {
    let state = house.state().to_string_lossy().into_owned();
    let all = [arguments, &["--state", &state]].concat();
    run(&house.binary, house.state().parent().unwrap(), &all, b"")
        .await
        .unwrap()
}

/// Has the probe count in a session; the count that it answers.
async fn counted(daemon: &Daemon, session: &str) -> String {
    let body = json!({
        "session_id": session, "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": {"command": "ls"}, "probe": [{"do": "count", "key": "n"}],
    });
    let sent = body.to_string();
    let reply = daemon
        .post("/hooks/PreToolUse", &daemon.headers(), sent.as_bytes())
        .await
        .unwrap();
    let said = reply.json().unwrap();
    let context = &said["hookSpecificOutput"]["additionalContext"];
    context.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_plugin_is_listed_and_reloaded_and_keeps_its_state() {
    let plugins = [ProbePlugin::default()];
    let Some(house) = Installation::new("", &plugins).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let listed = sinew(&house, &["plugin", "list"]).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    let words: Vec<_> = listed.stdout.split_whitespace().collect();
    assert_eq!(words[..3], ["loaded", "probe", "0.1.0"]);
    assert_eq!(counted(&daemon, "s").await, "[1]");

    ProbePlugin {
        budgets: "effects = 63",
        ..ProbePlugin::default()
    }
    .write(&house.plugins())
    .unwrap();
    let reloaded = sinew(&house, &["plugin", "reload", "probe", "--json"]).await;
    assert_eq!(reloaded.code, Some(0), "{reloaded:?}");
    let told: Value = serde_json::from_str(&reloaded.stdout).unwrap();
    assert_eq!(told["name"], "probe");
    assert_eq!(counted(&daemon, "s").await, "[2]", "its Vars survive");

    let wasm = house.plugins().join("probe/probe.wasm");
    std::fs::write(wasm, b"no wasm").unwrap();
    let refused = sinew(&house, &["plugin", "reload", "probe"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("refused"), "{refused:?}");
    assert_eq!(counted(&daemon, "s").await, "[3]", "the old build goes on");
    let unknown = sinew(&house, &["plugin", "reload", "nobody"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    daemon.terminate().await.unwrap();
    let alone = sinew(&house, &["plugin", "list"]).await;
    assert_eq!(alone.code, Some(1), "{alone:?}");
    assert!(alone.stderr.contains("sinew serve"), "{alone:?}");
}

#[tokio::test]
async fn tail_follows_what_is_recorded() {
    let Some(house) = Installation::new("", &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let mut following = Command::new(&house.binary)
        .args(["ledger", "tail", "--follow", "--json", "-n", "1", "--state"])
        .arg(house.state())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    // What was there already: it follows from here on.
    let first = tokio::time::timeout(PATIENCE, lines.next_line()).await;
    assert!(first.unwrap().unwrap().is_some());
    for round in 1..=3 {
        let session = format!("round {round}");
        counted(&daemon, &session).await;
        let found = async {
            loop {
                let line = lines.next_line().await.unwrap().unwrap();
                let record: Value = serde_json::from_str(&line).unwrap();
                if record["record"]["value"]["session"] == session {
                    return record;
                }
            }
        };
        let record = tokio::time::timeout(PATIENCE, found).await.unwrap();
        assert_eq!(record["record"]["kind"], "turn");
    }
    following.kill().await.unwrap();
    daemon.terminate().await.unwrap();
}

#[tokio::test]
async fn grants_stand_in_one_place() {
    let plugin = ProbePlugin {
        budgets: "[permits.git]\nread = [\"/**\"]",
        ..ProbePlugin::default()
    };
    let Some(house) = Installation::new("", std::slice::from_ref(&plugin)).unwrap() else {
        return;
    };
    let own = house.config().with_file_name("permits.d");
    std::fs::create_dir(&own).unwrap();
    let own = own.join("probe.toml");
    std::fs::write(&own, "git = { read = [\"/**\"] }\n").unwrap();
    let daemon = house.serve(0).await.unwrap();
    let body = json!({
        "session_id": "s", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"},
        "probe": {"do": "effect", "effect": "git_get_branch", "request": {"path": "/nonexistent"}},
    });
    let sent = body.to_string();
    let headers = daemon.headers();
    let reply = daemon.post("/hooks/PreToolUse", &headers, sent.as_bytes());
    let said = reply.await.unwrap().json().unwrap().to_string();
    assert!(
        said.contains("not_found"),
        "the file's grant counts: {said}"
    );
    daemon.terminate().await.unwrap();

    let text = std::fs::read_to_string(house.config()).unwrap();
    let both = format!("{text}permits = {{ git = {{ read = [\"/**\"] }} }}\n");
    std::fs::write(house.config(), both).unwrap();
    let error = house.serve(0).await.err().unwrap().to_string();
    assert!(error.contains("keep one of the two"), "{error}");

    std::fs::write(house.config(), text).unwrap();
    std::fs::write(&own, "git = { raed = [\"/**\"] }\n").unwrap();
    let error = house.serve(0).await.err().unwrap().to_string();
    assert!(error.contains("git.raed"), "{error}");
}
