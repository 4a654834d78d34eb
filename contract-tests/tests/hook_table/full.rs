//! The store is full: nothing counts as decided, and what happened is in the ledger once there is room again.

use std::time::{Duration, Instant};

use serde_json::json;
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::post;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::{ProbePlugin, asks};

use crate::{
    Findings, INSTANCES, UNKNOWN, ask, asking, body, denying, events, ledger, ledger_verifies,
    no_slot_is_lost, optional, positions,
};

/// A store with room for little more than its tables.
const SMALL: &str = "[store]\ndatabase = \"300KiB\"\n";

async fn fills_up(plugin: ProbePlugin) {
    let plugins = std::slice::from_ref(&plugin);
    let head = format!("{INSTANCES}{SMALL}");
    let Some(installation) = Installation::new(&head, plugins).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    fill(&daemon).await;
    // Guarded events are denied, whatever `on_failure` says; only where nobody guards the event goes by.
    let column = |event: &str| match (plugin.on_failure)(if event == UNKNOWN { "" } else { event })
    {
        "none" => "none",
        _ => "deny",
    };
    let says = "plugin `probe` could not decide: the store is full: database or disk is full";
    for event in events() {
        for (name, told) in [
            (
                "a turn",
                json!([{"do": "count", "key": "n"}, {"do": "allow"}]),
            ),
            ("a turn that fails itself", json!({"do": "exit", "code": 1})),
        ] {
            let case = format!("{event} × the store is full, {name}");
            let reply = ask(&daemon, event, &case, &told).await;
            let mut expected = gate_cells::failure(event, column(event), says);
            if told.is_object() {
                // It had failed before the store was asked.
                let says = "plugin `probe` could not decide: the entry point returned 1";
                let own = (plugin.on_failure)(if event == UNKNOWN { "" } else { event });
                expected = gate_cells::failure(event, own, says);
            }
            findings.answer(&case, event, &expected, &reply);
            findings.same(&case, Vec::new(), positions(&reply));
        }
        let case = format!("{event} × the store is full, a refusal");
        let request = post(
            &format!("/hooks/{event}"),
            &daemon.headers_with("wrong"),
            b"{}",
        );
        let mut connection = sinew_contract_tests::exchange::Connection::tcp(daemon.address)
            .await
            .unwrap();
        connection.send(&request).await.unwrap();
        let reply = connection.reply().await.unwrap();
        let says = "sinew: this hook's bearer token is missing or wrong; check the `Authorization` header in the client's settings";
        let own = (plugin.on_failure)(if event == UNKNOWN { "" } else { event });
        findings.answer(&case, event, &gate_cells::failure(event, own, says), &reply);
        findings.same(&case, Vec::new(), positions(&reply));
    }
    daemon.terminate().await.unwrap();
    // There is room again.
    installation.configure(INSTANCES, plugins).unwrap();
    let daemon = installation.serve(0).await.unwrap();
    no_slot_is_lost(&mut findings, &daemon).await;
    let ledger = ledger(&installation.state());
    for event in events() {
        for (name, word) in [("a turn", "store"), ("a turn that fails itself", "exit")] {
            let case = format!("{event} × the store is full, {name}");
            let rows = ledger.values().filter(|row| row.text("/session") == case);
            let said: Vec<_> = rows
                .map(|row| {
                    [
                        row.kind.as_str(),
                        row.text("/event"),
                        row.text("/outcome"),
                        row.text("/abort/reason"),
                    ]
                })
                .collect();
            findings.same(&case, vec![["turn", event, "aborted", word]], said);
        }
        let case = format!("{event} × the store is full, a refusal");
        let refused = ledger
            .values()
            .filter(|row| row.text("/what") == "refused" && row.text("/event") == event);
        findings.same(&case, 1, refused.count());
    }
    // Nothing of the turns that were refused is left in their Vars.
    let told = json!([{"do": "count", "key": "n"}]);
    let reply = ask(
        &daemon,
        "PreToolUse",
        "PreToolUse × the store is full, a turn",
        &told,
    )
    .await;
    let expected =
        json!({"hookSpecificOutput": {"hookEventName": "PreToolUse", "additionalContext": "[1]"}});
    findings.answer("Vars", "PreToolUse", &expected, &reply);
    daemon.terminate().await.unwrap();
    findings.none();
    ledger_verifies(&installation).await;
}

/// Asks until the store takes nothing more.
async fn fill(daemon: &sinew_contract_tests::daemon::Daemon) {
    let end = Instant::now() + Duration::from_secs(60);
    let blob = "x".repeat(64 << 10);
    let mut size = blob.len();
    let mut round = 0;
    // Large pieces first, then ever smaller ones, until not even a page is left.
    while size > 16 {
        assert!(Instant::now() < end, "the store does not fill up");
        round += 1;
        let told = json!([{"do": "var_set", "key": "k", "value": &blob[..size]}, {"do": "none"}]);
        let body = body("Stop", &format!("fill {round}"), &told);
        let reply = daemon
            .post("/hooks/Stop", &daemon.headers(), &body)
            .await
            .unwrap();
        if positions(&reply).is_empty() {
            size /= 2;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_denies_what_somebody_guards() {
    fills_up(denying()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_denies_even_where_the_guard_would_ask() {
    assert!(asks("PreToolUse"));
    fills_up(asking()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_lets_by_what_nobody_guards() {
    fills_up(optional()).await;
}
