//! Canaries at the real gate: refused whoever sends them, recorded, and of no use to anybody else.

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_runtime::services::canary;
use sinew_runtime::world::SeededRandom;
use sinew_schema::ENTRY_POINTS;

#[tokio::test(flavor = "multi_thread")]
async fn every_event_refuses_a_canary_in_its_own_words() {
    let plugin = ProbePlugin {
        on_failure: |_| "none",
        ..ProbePlugin::default()
    };
    let Some(house) = Installation::new("", &[plugin]).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let table: Value = serde_json::from_str(sinew_schema::GATE_DECISION).unwrap();
    for event in ENTRY_POINTS.iter().filter_map(|entry| entry.event) {
        let (body, nonce) = canary::body(event, &daemon.admin_token, &SeededRandom::new(7));
        let path = format!("/hooks/{event}");
        let reply = daemon
            .post(&path, &daemon.headers(), body.to_string().as_bytes())
            .await
            .unwrap();
        let said = table["events"][event]["deny"]
            .to_string()
            .replace("${reason}", &canary::reason(&nonce));
        assert_eq!(
            reply.json().unwrap(),
            serde_json::from_str::<Value>(&said).unwrap(),
            "{event}"
        );
        assert!(reply.header("sinew-ledger").is_some(), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_operator_s_token_sends_an_event_like_any_other() {
    let Some(house) = Installation::new("", &[ProbePlugin::default()]).unwrap() else {
        return;
    };
    let daemon = house.serve(0).await.unwrap();
    let (forged, nonce) = canary::body("PreToolUse", &daemon.hook_token, &SeededRandom::new(7));
    let (mut moved, _) = canary::body("Stop", &daemon.admin_token, &SeededRandom::new(7));
    moved["hook_event_name"] = json!("PreToolUse");
    for body in [forged, moved] {
        let reply = daemon
            .post(
                "/hooks/PreToolUse",
                &daemon.headers(),
                body.to_string().as_bytes(),
            )
            .await
            .unwrap();
        assert!(!String::from_utf8_lossy(&reply.body).contains(&nonce));
    }
    // Nor does a canary open a door that is closed.
    let (body, _) = canary::body("PreToolUse", &daemon.admin_token, &SeededRandom::new(7));
    let reply = daemon
        .post(
            "/hooks/PreToolUse",
            &daemon.headers_with("wrong"),
            body.to_string().as_bytes(),
        )
        .await
        .unwrap();
    let said = reply.json().unwrap()["hookSpecificOutput"]["permissionDecisionReason"].to_string();
    assert!(said.contains("bearer token"), "{said}");
}
