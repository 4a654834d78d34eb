//! A reload that would guard what nobody asks about: refused until `init` ran, or somebody says why.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::ledger_rows::rows;
use sinew_contract_tests::probe_plugin::ProbePlugin;

/// Says which events the settings of one client ask about.
fn wire(house: &Installation, events: &[&str]) {
    wire_guarded(house, events, &json!(events));
}

/// Says of these events, too, which of them the client refuses when the daemon cannot be asked; none for a record that does
/// not say.
fn wire_guarded(house: &Installation, events: &[&str], guarded: &Value) {
    let settings = json!({
        "folder": "/srv/api", "events": events, "guarded": guarded, "before": null, "after": "", "excluded": null,
    });
    let wired = json!({"settings": {"/srv/api/.claude/settings.local.json": settings}});
    std::fs::write(house.state().join("wired.json"), wired.to_string()).unwrap();
}

async fn reload(daemon: &Daemon, body: &str) -> Reply {
    let headers = daemon.headers_with(&daemon.admin_token);
    daemon
        .post("/v1/plugins/probe/reload", &headers, body.as_bytes())
        .await
        .unwrap()
}

fn guarding(on_failure: fn(&str) -> &'static str) -> ProbePlugin {
    ProbePlugin {
        on_failure,
        ..ProbePlugin::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_guard_waits_for_its_wire() {
    let first = guarding(|event| {
        if event == "PreToolUse" {
            "deny"
        } else {
            "none"
        }
    });
    let Some(house) = Installation::new("", std::slice::from_ref(&first)).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    // Nobody was wired by `init`: it is the operator who knows what is asked.
    assert_eq!(reload(&daemon, "").await.status, 200);
    wire(&house, &["PreToolUse"]);
    assert_eq!(reload(&daemon, "").await.status, 200);

    let second = guarding(|event| {
        if matches!(event, "PreToolUse" | "Stop") {
            "deny"
        } else {
            "none"
        }
    });
    second.write(&house.plugins()).unwrap();
    let refused = reload(&daemon, "").await;
    let detail = refused.json().unwrap()["detail"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(refused.status, 409);
    assert_eq!(
        detail,
        "the new build of `probe` was refused: it would guard Stop, which \
         `/srv/api/.claude/settings.local.json` does not ask about, or lets pass when the gate cannot be asked; run \
         `sinew init` for that folder first, or say why it may be so with `--override REASON`"
    );
    // Nor may it guard what is asked about and would pass without an answer, or what nobody knows to be refused then.
    for guarded in [json!(["PreToolUse"]), Value::Null] {
        wire_guarded(&house, &["PreToolUse", "Stop"], &guarded);
        assert_eq!(reload(&daemon, "").await.status, 409, "{guarded}");
    }
    for nonsense in ["{", "{\"force\": true}", "{\"override\": 1}"] {
        assert_eq!(reload(&daemon, nonsense).await.status, 400, "{nonsense}");
    }
    assert_eq!(reload(&daemon, "{\"override\": \" \"}").await.status, 409);

    let told = json!({"override": "that client asks over its own script"}).to_string();
    assert_eq!(reload(&daemon, &told).await.status, 200);
    wire(&house, &["PreToolUse", "Stop"]);
    assert_eq!(reload(&daemon, "").await.status, 200);
    daemon.terminate().await.unwrap();
    let reasons: Vec<Value> = rows(&house.state(), 1)
        .unwrap()
        .into_iter()
        .filter(|row| row.kind == "reload")
        .map(|row| row.value["reason"].clone())
        .collect();
    let told = json!("that client asks over its own script");
    assert_eq!(reasons, [Value::Null, Value::Null, told, Value::Null]);
}
