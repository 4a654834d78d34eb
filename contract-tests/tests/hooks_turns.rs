//! What one turn leaves to the next, over HTTP: the answer to a request that comes again, and a used instance.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::ledger_rows::{Row, rows};
use sinew_contract_tests::probe_plugin::ProbePlugin;

const PRELUDE: &str = include_str!("../guests/prelude.wat");

/// Denies with how often this instance was called, as one digit; on other events it counts as well, and then fails.
const COUNTER: &str = r#"
  (global $calls (mut i32) (i32.const 0))
  (func $count (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
  (data (i32.const 2048) "{\22kind\22:\22deny\22,\22value\22:{\22reason\22:\22_\22}}")
  (func (export "handle_pre_tool_use") (result i32)
    (call $count)
    ;; One digit: 0 in the 1,001st call, which is no fresh one's 1.
    (i32.store8 (i32.const 2082) (i32.add (i32.const 48) (i32.rem_u (global.get $calls) (i32.const 7))))
    (call $output (i32.const 2048) (i32.const 38))
    (i32.const 0))
  (func (export "handle_user_prompt_submit") (result i32)
    (call $count)
    ;; JSON, and no decision: the guest is done, and its turn is aborted after it.
    (call $output (i32.const 64) (i32.const 2))
    (i32.const 0))
  (func (export "handle_stop") (result i32)
    (call $count)
    unreachable)"#;

async fn ask(daemon: &Daemon, event: &str, body: &Value) -> Reply {
    let path = format!("/hooks/{event}");
    let body = body.to_string();
    daemon
        .post(&path, &daemon.headers(), body.as_bytes())
        .await
        .unwrap()
}

fn positions(reply: &Reply) -> Vec<u64> {
    let header = reply.header("sinew-ledger").unwrap_or_default();
    header.split(',').map(|one| one.parse().unwrap()).collect()
}

fn of_kind(installation: &Installation, kind: &str, what: &str) -> Vec<Row> {
    let mut rows = rows(&installation.state(), 0).unwrap();
    rows.retain(|row| row.kind == kind && row.text("/what") == what);
    rows
}

fn call(id: &str, command: &str, probe: &Value) -> Value {
    json!({
        "session_id": "s", "cwd": "/srv/api", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": {"command": command}, "tool_use_id": id, "probe": probe,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_gets_the_first_answer_and_is_recorded() {
    let twice = ProbePlugin {
        rewrites: |event| event == "PreToolUse",
        ..ProbePlugin::default()
    };
    let Some(installation) = Installation::new("", &[twice]).unwrap() else {
        return;
    };
    let mut daemon = installation.serve(0).await.unwrap();
    let told = json!({"do": "none", "context": "the first time"});
    let first = ask(&daemon, "PreToolUse", &call("a", "ls", &told)).await;
    let turns = positions(&first);
    assert_eq!(turns.len(), 2, "a rewriting turn and a deciding one");
    assert_ne!(first.json().unwrap(), json!({}));
    let mut seen = Vec::new();
    for round in 1..=3 {
        if round == 3 {
            // A process that has only just started knows it as well.
            daemon.terminate().await.unwrap();
            daemon = installation.serve(0).await.unwrap();
        }
        let again = ask(&daemon, "PreToolUse", &call("a", "ls", &told)).await;
        assert_eq!(again.json().unwrap(), first.json().unwrap());
        assert_eq!(positions(&again), turns, "round {round}");
        let records = of_kind(&installation, "gate", "repeated");
        let repeats: Vec<_> = records[seen.len()..]
            .iter()
            .map(|row| row.value["repeats"].as_u64().unwrap())
            .collect();
        assert_eq!(repeats, turns, "each answered request has its records");
        let newest = records.last().unwrap();
        assert_eq!(
            [
                newest.text("/plugin"),
                newest.text("/event"),
                newest.text("/session"),
                newest.text("/detail")
            ],
            [
                "probe",
                "PreToolUse",
                "s",
                &format!(
                    "the request came again; it got the answer of the turn at position {}",
                    turns[1]
                )
            ]
        );
        seen = records;
    }
    assert_eq!(of_kind(&installation, "turn", "").len(), 2);
    // What differs in anything is another request.
    let other = ask(&daemon, "PreToolUse", &call("a", "ls -l", &told)).await;
    assert!(
        positions(&other)
            .iter()
            .all(|position| !turns.contains(position))
    );
    assert_eq!(of_kind(&installation, "turn", "").len(), 4);
    assert_eq!(of_kind(&installation, "gate", "repeated").len(), seen.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_matcher_finds_gets_a_rewriting_turn() {
    let rewriting = ProbePlugin {
        rewrites: |event| event == "PreToolUse",
        ..ProbePlugin::default()
    };
    let Some(installation) = Installation::new("", &[rewriting]).unwrap() else {
        return;
    };
    let manifest = installation.plugins().join("probe/plugin.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let only = "rewrites = true, rewrite_matcher = \"push\"";
    fs::write(&manifest, text.replace("rewrites = true", only)).unwrap();
    let daemon = installation.serve(0).await.unwrap();
    let rewrite = json!({"do": "rewrite", "replacement": {"command": "true"}});
    let told = json!({"rewrite": rewrite, "decide": {"do": "none"}});
    for (id, command, phases) in [
        ("a", "git push", vec!["rewrite", "decide"]),
        ("b", "git pull", vec!["decide"]),
        // However the client writes it.
        ("c", "git p\\u0075sh", vec!["rewrite", "decide"]),
    ] {
        let body = call(id, "COMMAND", &told).to_string();
        let body = body.replace("COMMAND", command);
        let headers = daemon.headers();
        let reply = daemon.post("/hooks/PreToolUse", &headers, body.as_bytes());
        let reply = reply.await.unwrap();
        let turns = of_kind(&installation, "turn", "");
        let turns = turns.iter().filter(|row| row.text("/tool_use_id") == id);
        let found: Vec<_> = turns.map(|row| row.text("/phase").to_owned()).collect();
        assert_eq!(found, phases, "{command}");
        let rewritten = reply
            .json()
            .unwrap()
            .pointer("/hookSpecificOutput/updatedInput")
            .is_some();
        assert_eq!(rewritten, phases.len() == 2, "{command}");
    }
}

/// A daemon with the counter under two manifests, one for each kind of scope.
fn counters() -> Option<Installation> {
    let head =
        "[plugins.session]\npath = \"plugins/session\"\n[plugins.none]\npath = \"plugins/none\"\n";
    let installation = Installation::new(head, &[]).unwrap()?;
    let wasm = wat::parse_str(format!("(module\n{PRELUDE}\n{COUNTER})")).unwrap();
    for scope in ["session", "none"] {
        let folder = installation.plugins().join(scope);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{scope}.wasm")), &wasm).unwrap();
        let manifest = format!(
            "[plugin]\nname = \"{scope}\"\nversion = \"1.0.0\"\nscope = \"{scope}\"\ninstance = \"reuse\"\n\
             [hooks]\npre_tool_use = {{ on_failure = \"deny\", matcher = \"{scope}\" }}\n\
             post_tool_use = {{ on_failure = \"none\", matcher = \"{scope}\" }}\n\
             user_prompt_submit = {{ on_failure = \"none\" }}\nstop = {{ on_failure = \"none\" }}\n"
        );
        fs::write(folder.join("plugin.toml"), manifest).unwrap();
    }
    Some(installation)
}

/// How often the instance was called that answers now, less the sevens in it.
async fn count(daemon: &Daemon, scope: &str, session: &str) -> String {
    let body = json!({"session_id": session, "hook_event_name": "PreToolUse", "tool_name": scope, "tool_input": {}});
    let reply = ask(daemon, "PreToolUse", &body).await.json().unwrap();
    let reason = reply.pointer("/hookSpecificOutput/permissionDecisionReason");
    reason.and_then(Value::as_str).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_serves_a_thousand_turns_and_no_more() {
    let Some(installation) = counters() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    for turn in 1..=1_000 {
        let expected = (turn % 7).to_string();
        assert_eq!(count(&daemon, "none", "a").await, expected, "turn {turn}");
    }
    assert_eq!(count(&daemon, "none", "a").await, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_serves_its_scope_again_until_a_turn_is_aborted() {
    let Some(installation) = counters() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    for expected in ["1", "2", "3"] {
        assert_eq!(count(&daemon, "session", "a").await, expected);
    }
    assert_eq!(
        count(&daemon, "session", "b").await,
        "1",
        "another session has its own"
    );
    assert_eq!(count(&daemon, "session", "a").await, "4");
    // A plugin without state says that it keeps nothing: sessions share.
    assert_eq!(count(&daemon, "none", "a").await, "1");
    assert_eq!(count(&daemon, "none", "b").await, "2");
    for event in ["UserPromptSubmit", "Stop"] {
        let body = json!({"session_id": "a", "hook_event_name": event, "prompt": "hello"});
        ask(&daemon, event, &body).await;
        assert_eq!(
            count(&daemon, "session", "a").await,
            "1",
            "after a failed {event}"
        );
        assert_eq!(
            count(&daemon, "none", "a").await,
            "1",
            "after a failed {event}"
        );
        assert_eq!(count(&daemon, "session", "a").await, "2");
        assert_eq!(count(&daemon, "none", "b").await, "2");
    }
    assert_eq!(
        count(&daemon, "session", "b").await,
        "2",
        "others are untouched"
    );
}
