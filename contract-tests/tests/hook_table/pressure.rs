//! Too much at once, and too late.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::{Connection, post};
use sinew_contract_tests::gate_cells;
use sinew_contract_tests::probe_plugin::ProbePlugin;

use crate::{
    Findings, UNKNOWN, ask, asking, body, events, gate_record, ledger, no_slot_is_lost, optional,
    positions, recorded, together,
};

/// Few slots, and nothing but time that could end a guest which goes on calling the host.
const LIMITS: &str = "[limits]\ninstances = 8\nhost_calls = 4000000000\n";

/// Calls the host until its time is over, and leaves nothing in the ledger on the way.
fn endless() -> Value {
    json!({"do": "var_fill", "key": "k", "bytes": 0, "times": u64::MAX})
}

/// The same with next to no instructions of its own, so that its time is over long before its fuel is.
fn looking(repository: &Path) -> Value {
    json!({"do": "effect", "effect": "git_status", "request": {"path": repository}, "endless": true})
}

/// A repository that takes a moment to look through.
fn repository(folder: &Path) {
    let repository = git2::Repository::init(folder).unwrap();
    let mut index = repository.index().unwrap();
    for file in 0..2_000 {
        let name = format!("file-{file}");
        std::fs::write(folder.join(&name), "text").unwrap();
        index.add_path(Path::new(&name)).unwrap();
    }
    index.write().unwrap();
    let (tree, author) = (
        repository.find_tree(index.write_tree().unwrap()).unwrap(),
        git2::Signature::now("Dev", "dev@example.org").unwrap(),
    );
    repository
        .commit(Some("HEAD"), &author, &author, "All of it", &tree, &[])
        .unwrap();
}

/// A plugin that only its time can stop.
fn patient(on_failure: fn(&str) -> &'static str) -> ProbePlugin {
    ProbePlugin {
        on_failure,
        budgets: "vars_bytes = \"1GiB\"\nfuel = 2000000000000\nwall = \"24h\"",
        ..ProbePlugin::default()
    }
}

fn column(plugin: &ProbePlugin, event: &str) -> &'static str {
    (plugin.on_failure)(if event == UNKNOWN { "" } else { event })
}

const OWN_TIME: &str = "plugin `probe` could not decide: the turn's time was over";

/// How long the impatient client waits. The answer leaves a fifth of it, at most a quarter of a second, earlier.
const PATIENCE_MS: u64 = 1_500;

/// Posts an event whose client waits no longer than this.
async fn ask_in(
    daemon: &Daemon,
    event: &str,
    session: &str,
    told: &Value,
    ms: u64,
) -> sinew_contract_tests::exchange::Reply {
    let mut headers = daemon.headers();
    headers.push(("sinew-timeout-ms", ms.to_string()));
    let body = body(event, session, told);
    daemon
        .post(&format!("/hooks/{event}"), &headers, &body)
        .await
        .unwrap()
}

/// The plugin's own time is over before the client's.
async fn runs_out_of_its_own_time(on_failure: fn(&str) -> &'static str) {
    let plugin = ProbePlugin {
        budgets: "effects = 4000000000\nrecord_bytes = \"1GiB\"\nfuel = 8000000\nwall = \"200ms\"\n\
                  [permits.git]\nread = [\"/**\"]",
        ..patient(on_failure)
    };
    let head = format!("{LIMITS}[plugins.probe.permits.git]\nread = [\"/**\"]\n");
    let Some(installation) = Installation::new(&head, std::slice::from_ref(&plugin)).unwrap()
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    repository(&folder);
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut replies = Vec::new();
    for event in events() {
        let case = format!("{event} × its own time is over");
        let reply = ask(&daemon, event, &case, &looking(&folder)).await;
        let says = OWN_TIME;
        let expected = gate_cells::failure(event, column(&plugin, event), says);
        findings.answer(&case, event, &expected, &reply);
        replies.push((case, event, positions(&reply)));
    }
    let ledger = ledger(&installation.state());
    for (case, event, positions) in replies {
        let row = positions.first().and_then(|position| ledger.get(position));
        let said = row.map(|row| {
            [
                row.text("/event"),
                row.text("/outcome"),
                row.text("/abort/reason"),
            ]
        });
        findings.same(&case, Some([event, "aborted", "wall"]), said);
    }
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_whose_time_is_over_denies() {
    runs_out_of_its_own_time(|_| "deny").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_whose_time_is_over_asks_where_it_says_so() {
    runs_out_of_its_own_time(asking().on_failure).await;
}

/// The client's time is over: the answer leaves before it, whatever the guest does.
async fn runs_out_of_the_client_s_time(on_failure: fn(&str) -> &'static str) {
    let plugin = patient(on_failure);
    let Some(installation) = Installation::new(LIMITS, std::slice::from_ref(&plugin)).unwrap()
    else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut replies = Vec::new();
    let all: Vec<_> = events().collect();
    // Some at once, but fewer than there are slots: each of them takes as long as its client waits.
    for some in all.chunks(4) {
        let (findings, daemon) = (&mut findings, &daemon);
        let asked = some.iter().map(|event| async move {
            let case = format!("{event} × the client's time is over");
            let begin = Instant::now();
            let reply = ask_in(daemon, event, &case, &endless(), PATIENCE_MS).await;
            (case, *event, reply, begin.elapsed())
        });
        for (case, event, reply, took) in together(asked).await {
            let column = column(&plugin, event);
            // The turn ends a moment after the engine gave up on it. On a busy machine it may be the first to say so.
            let own = gate_cells::failure(event, column, OWN_TIME);
            let late = gate_cells::failure(event, column, "the plugins did not decide in time");
            let got = reply.json().unwrap_or_default();
            findings.answer(&case, event, if got == own { &own } else { &late }, &reply);
            if took > Duration::from_millis(PATIENCE_MS) {
                findings
                    .found
                    .push(format!("{case}: the answer took {took:?}"));
            }
            replies.push((case, event, positions(&reply)));
        }
    }
    for (case, event, positions) in &replies {
        let of_this = |row: &sinew_contract_tests::ledger_rows::Row| row.text("/session") == case;
        let turn = recorded(&installation.state(), case, |row| {
            row.kind == "turn" && of_this(row)
        })
        .await;
        let said = [
            turn.text("/event"),
            turn.text("/outcome"),
            turn.text("/abort/reason"),
        ];
        findings.same(case, [*event, "aborted", "wall"], said);
        if positions.contains(&turn.position) {
            continue;
        }
        let answer = recorded(&installation.state(), case, |row| {
            row.kind == "answer" && of_this(row)
        })
        .await;
        let said = [
            answer.text("/event"),
            answer.text("/decided"),
            answer.text("/answered"),
        ];
        let decided = match column(&plugin, event) {
            "none" => "none",
            _ => "failure",
        };
        findings.same(case, [*event, decided, "failure"], said);
    }
    let ledger = ledger(&installation.state());
    for (case, event, positions) in &replies {
        // A record that was made in time stands in the answer.
        let Some(row) = positions.first().and_then(|position| ledger.get(position)) else {
            let noted = ledger
                .values()
                .any(|row| row.text("/what") == "deadline" && row.text("/event") == *event);
            findings.same(case, true, noted);
            continue;
        };
        let said = (
            row.text("/event"),
            row.kind == "turn" || row.text("/what") == "deadline",
        );
        findings.same(case, (*event, true), said);
    }
    if column(&plugin, "PreToolUse") == "deny" {
        // A guest that calls nobody cannot be stopped before its fuel is gone; the answer leaves all the same.
        let begin = Instant::now();
        let reply = ask_in(
            &daemon,
            "PreToolUse",
            "busy",
            &json!({"do": "loop"}),
            PATIENCE_MS,
        )
        .await;
        let took = begin.elapsed();
        let expected =
            gate_cells::failure("PreToolUse", "deny", "the plugins did not decide in time");
        findings.answer("a guest that calls nobody", "PreToolUse", &expected, &reply);
        findings.same(
            "a guest that calls nobody",
            true,
            took < Duration::from_millis(PATIENCE_MS),
        );
    }
    no_slot_is_lost(&mut findings, &daemon).await;
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_deadline_a_guarded_event_is_denied() {
    runs_out_of_the_client_s_time(|_| "deny").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_deadline_the_failure_table_asks_where_the_guard_says_so() {
    runs_out_of_the_client_s_time(asking().on_failure).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_deadline_an_optional_plugin_is_left_out() {
    runs_out_of_the_client_s_time(optional().on_failure).await;
}

/// One turn takes every place there is while each event comes in.
async fn overloaded(
    limits: &str,
    on_failure: fn(&str) -> &'static str,
    says: &str,
    plugin_in_record: &str,
) {
    let plugin = patient(on_failure);
    let head = format!("{LIMITS}{limits}");
    let Some(installation) = Installation::new(&head, std::slice::from_ref(&plugin)).unwrap()
    else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut slow = Connection::tcp(daemon.address).await.unwrap();
    let mut headers = daemon.headers();
    headers.push(("sinew-timeout-ms", "8000".to_owned()));
    let told = json!([{"do": "effect", "effect": "log_info", "request": {"message": "under way"}}, endless()]);
    let begin = Instant::now();
    let request = post(
        "/hooks/PreToolUse",
        &headers,
        &body("PreToolUse", "slow", &told),
    );
    slow.send(&request).await.unwrap();
    // The guest's own word for it that it runs.
    while !installation.log().contains("under way") {
        assert!(
            begin.elapsed() < Duration::from_secs(4),
            "the slow turn did not start"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut replies = Vec::new();
    for event in events() {
        let case = format!("{event} × overload");
        let reply = ask(&daemon, event, &case, &json!({"do": "allow"})).await;
        let expected = gate_cells::failure(event, column(&plugin, event), says);
        findings.answer(&case, event, &expected, &reply);
        replies.push((case, event, positions(&reply)));
    }
    assert!(
        begin.elapsed() < Duration::from_secs(7),
        "the slow turn may have ended too early"
    );
    let reply = slow.reply().await.unwrap();
    findings.answer(
        "the slow one",
        "PreToolUse",
        &gate_cells::failure(
            "PreToolUse",
            column(&plugin, "PreToolUse"),
            "the plugins did not decide in time",
        ),
        &reply,
    );
    recorded(&installation.state(), "the slow turn", |row| {
        row.kind == "turn" && row.text("/session") == "slow"
    })
    .await;
    for (case, event, positions) in replies {
        let row = gate_record(&installation.state(), &case, &positions, |row| {
            row.text("/what") == "overload" && row.text("/event") == event
        })
        .await;
        findings.same(&case, plugin_in_record, row.text("/plugin"));
    }
    let step = json!({"do": "deny", "reason": "healthy"});
    for round in 0..12 {
        let reply = ask(&daemon, "PreToolUse", &format!("after {round}"), &step).await;
        let expected = gate_cells::decision("PreToolUse", "deny", "healthy");
        findings.answer("afterwards", "PreToolUse", &expected, &reply);
    }
    findings.none();
}

const TOO_MANY_EVENTS: &str = "sinew: too many events are being decided at once; try again";
const TOO_MANY_TURNS: &str = "plugin `probe` could not decide: too many turns wait";

#[tokio::test(flavor = "multi_thread")]
async fn too_many_events_at_once_are_denied_where_somebody_guards() {
    overloaded("hooks = 1", |_| "deny", TOO_MANY_EVENTS, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_events_at_once_are_asked_about_where_the_guard_says_so() {
    overloaded("hooks = 1", asking().on_failure, TOO_MANY_EVENTS, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_events_at_once_go_by_an_optional_plugin() {
    overloaded("hooks = 1", optional().on_failure, TOO_MANY_EVENTS, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_turns_at_once_go_by_an_optional_plugin() {
    let limits = "turns = 1\nqueue = 0";
    overloaded(limits, optional().on_failure, TOO_MANY_TURNS, "probe").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_turns_at_once_are_denied_where_somebody_guards() {
    overloaded("turns = 1\nqueue = 0", |_| "deny", TOO_MANY_TURNS, "probe").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_turns_at_once_are_asked_about_where_the_guard_says_so() {
    overloaded(
        "turns = 1\nqueue = 0",
        asking().on_failure,
        TOO_MANY_TURNS,
        "probe",
    )
    .await;
}
