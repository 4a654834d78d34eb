//! The gate does not fall open: every event of the client, and one that nobody knows, times every way to fail, against
//! real processes over HTTP. Each case has its exact answer, its record in the ledger, and leaves no slot behind.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "hook_table/decisions.rs"]
mod decisions;
#[path = "hook_table/full.rs"]
mod full;
#[path = "hook_table/guests.rs"]
mod guests;
#[path = "hook_table/healthy.rs"]
mod healthy;
#[path = "hook_table/nobody.rs"]
mod nobody;
#[path = "hook_table/panics.rs"]
mod panics;
#[path = "hook_table/pressure.rs"]
mod pressure;
#[path = "hook_table/refusals.rs"]
mod refusals;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::client_output::{EVENTS, objections};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::Reply;
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::ledger_rows::{Row, rows};
use sinew_contract_tests::probe_plugin::{ProbePlugin, asks};

/// An event of some later client.
const UNKNOWN: &str = "SomethingNew";

/// Fewer than the cases of any table below: a slot that leaks shows as a case that fails.
const INSTANCES: &str = "[limits]\ninstances = 8\n";

fn events() -> impl Iterator<Item = &'static str> {
    EVENTS.into_iter().chain([UNKNOWN])
}

/// A plugin that denies on failure, with little memory so that taking all of it is quick.
fn denying() -> ProbePlugin {
    ProbePlugin {
        budgets: "memory = \"8MiB\"",
        ..ProbePlugin::default()
    }
}

/// A plugin whose failures ask wherever the client can ask, and mean nothing elsewhere.
fn asking() -> ProbePlugin {
    ProbePlugin {
        on_failure: |event| if asks(event) { "ask" } else { "none" },
        ..denying()
    }
}

/// A plugin whose failures mean nothing.
fn optional() -> ProbePlugin {
    ProbePlugin {
        on_failure: |_| "none",
        ..denying()
    }
}

/// The body of an event, told to do `probe`; each with an id of its own, so that none is taken for a repetition.
fn body(event: &str, session: &str, probe: &Value) -> Vec<u8> {
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let id = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let body = json!({
        "session_id": session, "cwd": "/srv/api", "hook_event_name": event, "tool_name": "Bash",
        "tool_input": {"command": "ls"}, "tool_response": {"stdout": "a"}, "tool_use_id": format!("use-{id}"),
        "probe": probe,
    });
    body.to_string().into_bytes()
}

/// Posts an event to its own path.
async fn ask(daemon: &Daemon, event: &str, session: &str, probe: &Value) -> Reply {
    let path = format!("/hooks/{event}");
    let body = body(event, session, probe);
    daemon.post(&path, &daemon.headers(), &body).await.unwrap()
}

/// The ledger's positions behind an answer.
fn positions(reply: &Reply) -> Vec<u64> {
    reply.header("sinew-ledger").map_or_else(Vec::new, |text| {
        text.split(',').map(|one| one.parse().unwrap()).collect()
    })
}

/// What went wrong, gathered so that one run shows the whole table.
#[derive(Default)]
struct Findings {
    found: Vec<String>,
    cases: usize,
}

impl Findings {
    #[allow(clippy::needless_pass_by_value, reason = "the calls read as a table")]
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, case: &str, expected: T, got: T) {
        if expected != got {
            self.found.push(format!(
                "{case}\n  expected {expected:?}\n  got      {got:?}"
            ));
        }
    }

    /// Checks what holds for every answer of the gate, and that it is this one.
    fn answer(&mut self, case: &str, event: &str, expected: &Value, reply: &Reply) {
        self.cases += 1;
        self.same(case, 200, reply.status);
        self.same(case, Some("application/json"), reply.header("content-type"));
        let got = reply.json().unwrap_or_default();
        self.same(case, &Vec::new(), &objections(event, &got));
        if *expected != got {
            self.found
                .push(format!("{case}\n  expected {expected}\n  got      {got}"));
        }
    }

    fn none(self) {
        assert!(self.cases > 0, "nothing was tried");
        assert!(
            self.found.is_empty(),
            "{} of {} cases are wrong:\n{}",
            self.found.len(),
            self.cases,
            self.found.join("\n")
        );
    }
}

/// A state folder's ledger by position.
fn ledger(state: &Path) -> BTreeMap<u64, Row> {
    let rows = rows(state, 0).unwrap();
    rows.into_iter().map(|row| (row.position, row)).collect()
}

/// Looks at the ledger until it holds what is waited for.
async fn recorded(state: &Path, what: &str, holds: impl Fn(&Row) -> bool) -> Row {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(row) = ledger(state).into_values().find(|row| holds(row)) {
            return row;
        }
        assert!(Instant::now() < end, "no record of {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Finds what the gate noted: where the answer says, or, since no answer waits long for a slow disk, anywhere.
async fn gate_record(
    state: &Path,
    case: &str,
    positions: &[u64],
    fits: impl Fn(&Row) -> bool,
) -> Row {
    assert!(positions.len() <= 1, "{case}: {positions:?}");
    if let Some(position) = positions.first() {
        let row = rows(state, *position).unwrap().swap_remove(0);
        assert!(row.position == *position && fits(&row), "{case}: {row:?}");
        return row;
    }
    recorded(state, case, fits).await
}

/// Proves that every slot is free: turns one after another and at once, more than there are slots.
async fn no_slot_is_lost(findings: &mut Findings, daemon: &Daemon) {
    let step = json!({"do": "deny", "reason": "healthy"});
    let expected = gate_cells::decision("PreToolUse", "deny", "healthy");
    for round in 0..12 {
        let reply = ask(daemon, "PreToolUse", &format!("after {round}"), &step).await;
        findings.answer("afterwards", "PreToolUse", &expected, &reply);
    }
    let sessions: Vec<_> = (0..6).map(|turn| format!("together {turn}")).collect();
    let asked = sessions
        .iter()
        .map(|session| ask(daemon, "PreToolUse", session, &step));
    for reply in together(asked).await {
        findings.answer("afterwards, together", "PreToolUse", &expected, &reply);
    }
}

/// Waits for all of them, which run at once.
async fn together<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, done) in &mut running {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) {
            let all = running.iter_mut().filter_map(|(_, done)| done.take());
            return std::task::Poll::Ready(all.collect());
        }
        std::task::Poll::Pending
    })
    .await
}

/// The whole ledger of a state folder verifies.
async fn ledger_verifies(installation: &Installation) {
    let state = installation.state();
    let arguments = ["ledger", "verify", "--state", state.to_str().unwrap()];
    let finished =
        sinew_contract_tests::sinew_binary::run(&installation.binary, &state, &arguments, b"")
            .await
            .unwrap();
    assert_eq!(finished.code, Some(0), "{finished:?}");
}
