//! Guests that break, each in its own way.

use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::ProbePlugin;

use crate::{
    Findings, INSTANCES, ask, asking, denying, events, ledger, ledger_verifies, no_slot_is_lost,
    optional, positions,
};

/// One way to break: what the probe is told, the abort's word in the ledger, and its sentence.
struct Breakage {
    name: &'static str,
    step: &'static str,
    word: &'static str,
    says: &'static str,
}

/// `…` stands for what the place in a source file may change.
const BREAKAGES: [Breakage; 15] = [
    Breakage {
        name: "trap",
        step: r#"{"do": "trap"}"#,
        word: "trap",
        says: "the guest trapped (wasm trap: wasm `unreachable` instruction executed)",
    },
    Breakage {
        name: "stack overflow",
        step: r#"{"do": "recurse"}"#,
        word: "trap",
        says: "the guest trapped (wasm trap: out of bounds memory access)",
    },
    Breakage {
        name: "fuel",
        step: r#"{"do": "loop"}"#,
        word: "fuel",
        says: "the guest used up its fuel",
    },
    Breakage {
        name: "memory",
        step: r#"{"do": "memory"}"#,
        word: "memory",
        says: "the guest asked for more memory than it may have",
    },
    Breakage {
        name: "non-zero return",
        step: r#"{"do": "exit", "code": 3}"#,
        word: "exit",
        says: "the entry point returned 3",
    },
    Breakage {
        name: "non-zero return with an output",
        step: r#"{"do": "exit_with_output", "code": 1}"#,
        word: "exit",
        says: "the entry point returned 1",
    },
    Breakage {
        name: "error",
        step: r#"{"do": "error", "message": "on purpose"}"#,
        word: "exit",
        says: "the entry point returned 1: on purpose",
    },
    Breakage {
        name: "empty output",
        step: r#"{"do": "empty"}"#,
        word: "output",
        says: "the guest returned without an output (at most 1048576 bytes)",
    },
    Breakage {
        name: "output that is not JSON",
        step: r#"{"do": "output", "text": "nope"}"#,
        word: "output",
        says: "the output is no decision: expected ident at line 1 column 2",
    },
    Breakage {
        name: "output that is no decision",
        step: r#"{"do": "output", "text": "{}"}"#,
        word: "output",
        says: "the output is no decision: missing field `kind` at line 1 column 2",
    },
    Breakage {
        name: "output that is not UTF-8",
        step: r#"{"do": "bytes", "bytes": [255, 254]}"#,
        word: "output",
        says: "the output is no decision: expected value at line 1 column 1",
    },
    Breakage {
        name: "output that is too large",
        step: r#"{"do": "big", "bytes": 1048577}"#,
        word: "output",
        says: "the output has 1048577 bytes where 1048576 are allowed",
    },
    Breakage {
        name: "undeclared rewrite",
        step: r#"{"do": "rewrite", "replacement": {}}"#,
        word: "output",
        says: "a deciding turn may not rewrite",
    },
    Breakage {
        name: "panic",
        step: r#"{"do": "panic", "message": "on purpose"}"#,
        word: "trap",
        says: "the guest trapped (wasm trap: wasm `unreachable` instruction executed): panicked at …:\non purpose",
    },
    Breakage {
        name: "endless effects",
        step: r#"{"do": "effect", "effect": "clock_now", "request": {}, "endless": true}"#,
        word: "effects",
        says: "the guest went on asking for effects after its 64 were spent",
    },
];

/// Finds the reason in an answer, wherever the event's answer has it.
fn reason_in(answer: &Value) -> Option<&str> {
    [
        "/hookSpecificOutput/permissionDecisionReason",
        "/hookSpecificOutput/decision/message",
        "/reason",
        "/systemMessage",
    ]
    .into_iter()
    .find_map(|pointer| answer.pointer(pointer)?.as_str())
}

/// Whether a text is what the pattern says.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('…') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

/// Breaks a plugin on every event in every way.
async fn breaks(plugin: ProbePlugin) {
    let Some(installation) = Installation::new(INSTANCES, std::slice::from_ref(&plugin)).unwrap()
    else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut expected_rows = Vec::new();
    for event in events() {
        for breakage in &BREAKAGES {
            let case = format!("{event} × {}", breakage.name);
            let step = serde_json::from_str(breakage.step).unwrap();
            let reply = ask(&daemon, event, &case, &step).await;
            let column = (plugin.on_failure)(if event == crate::UNKNOWN { "" } else { event });
            let pattern = format!("plugin `probe` could not decide: {}", breakage.says);
            let got = reply.json().unwrap_or_default();
            // A pattern without a hole has one text; one with a hole is compared before it is filled in.
            let reason = reason_in(&got).filter(|reason| fits(&pattern, reason));
            let expected = gate_cells::failure(event, column, reason.unwrap_or(&pattern));
            findings.answer(&case, event, &expected, &reply);
            expected_rows.push((case, event, breakage, positions(&reply)));
        }
    }
    no_slot_is_lost(&mut findings, &daemon).await;
    let ledger = ledger(&installation.state());
    for (case, event, breakage, positions) in expected_rows {
        findings.same(&case, 1, positions.len());
        let Some(row) = positions.first().and_then(|position| ledger.get(position)) else {
            findings.found.push(format!("{case}: no record"));
            continue;
        };
        findings.same(&case, "turn", row.kind.as_str());
        findings.same(&case, event, row.text("/event"));
        findings.same(&case, case.as_str(), row.text("/session"));
        findings.same(&case, "aborted", row.text("/outcome"));
        findings.same(&case, breakage.word, row.text("/abort/reason"));
        let message = row.text("/abort/message");
        if !fits(breakage.says, message) {
            findings.same(&case, breakage.says, message);
        }
        findings.same(&case, None, row.value.get("decision"));
        findings.same(&case, &json!([]), &row.value["vars_delta"]);
    }
    daemon.terminate().await.unwrap();
    findings.none();
    ledger_verifies(&installation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_breaks_denies() {
    breaks(denying()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_breaks_asks_where_it_says_so_and_the_client_can() {
    breaks(asking()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_guards_nothing_breaks_and_nobody_notices_but_the_ledger() {
    breaks(optional()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_subscribed_nothing_is_said() {
    let Some(installation) = Installation::new(INSTANCES, &[]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    for event in events() {
        let reply = ask(&daemon, event, "nobody", &json!({"do": "trap"})).await;
        findings.answer(event, event, &json!({}), &reply);
        findings.same(event, Vec::new(), positions(&reply));
    }
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_that_cannot_load_denies() {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let wasm = installation.plugins().join("probe/probe.wasm");
    std::fs::write(&wasm, b"\0asm\x01\0\0\0").unwrap();
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut expected_rows = Vec::new();
    for event in events() {
        let case = format!("{event} × not loaded");
        let reply = ask(&daemon, event, &case, &json!({"do": "none"})).await;
        let got = reply.json().unwrap_or_default();
        let starts = "plugin `probe` could not decide: it is not loaded: ";
        let reason = reason_in(&got).filter(|reason| reason.starts_with(starts));
        let expected = gate_cells::failure(event, "deny", reason.unwrap_or(starts));
        findings.answer(&case, event, &expected, &reply);
        expected_rows.push((case, event, positions(&reply)));
    }
    let ledger = ledger(&installation.state());
    for (case, event, positions) in expected_rows {
        findings.same(&case, 1, positions.len());
        let row = positions.first().and_then(|position| ledger.get(position));
        let said = row.map(|row| (row.text("/what"), row.text("/event"), row.text("/plugin")));
        findings.same(&case, Some(("failed_load", event, "probe")), said);
    }
    let ready = tokio_get(daemon.address, "/readyz").await;
    findings.same("/readyz", 503, ready);
    findings.none();
}

async fn tokio_get(address: std::net::SocketAddr, path: &str) -> u16 {
    let mut connection = sinew_contract_tests::exchange::Connection::tcp(address)
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    connection.send(request.as_bytes()).await.unwrap();
    connection.reply().await.unwrap().status
}
