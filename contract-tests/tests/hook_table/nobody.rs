//! Nobody is subscribed: `{}`, whatever happens to a plugin that subscribes something else. Nothing runs, so nothing is
//! recorded.

use std::time::{Duration, Instant};

use serde_json::json;
use sinew_contract_tests::daemon::{Daemon, Installation};
use sinew_contract_tests::exchange::{Connection, Reply, post};

use crate::panics::panicking;
use crate::{Findings, INSTANCES, ask, body, events, ledger, positions};

/// The one event that somebody subscribes.
const SOMEBODY_S: &str = "Stop";

/// A guest that logs a line, asks for the time, and then goes on until its fuel is gone.
const GUEST: &str = r#"(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "log_warn" (func $log_warn (param i64)))
  (import "extism:host/user" "clock_now" (func $clock_now (param i64) (result i64)))
  (func (export "handle_stop") (result i32)
    (local $at i64)
    (local.set $at (call $alloc (i64.const 8)))
    ;; "underway"
    (call $store_u64 (local.get $at) (i64.const 0x7961777265646e75))
    (call $log_warn (local.get $at))
    ;; {}
    (local.set $at (call $alloc (i64.const 2)))
    (call $store_u8 (local.get $at) (i32.const 123))
    (call $store_u8 (i64.add (local.get $at) (i64.const 1)) (i32.const 125))
    (drop (call $clock_now (local.get $at)))
    (loop $again (br $again))
    (i32.const 0)))"#;

/// A plugin that subscribes one event and denies on failure; `budgets` are lines below `[budgets.turn]`.
fn installation(limits: &str, budgets: &str) -> Option<Installation> {
    let head = format!("{INSTANCES}{limits}\n[plugins.single]\npath = \"plugins/single\"");
    let installation = Installation::new(&head, &[]).unwrap()?;
    let folder = installation.plugins().join("single");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("single.wasm"), wat::parse_str(GUEST).unwrap()).unwrap();
    let manifest = format!(
        "[plugin]\nname = \"single\"\nversion = \"0.1.0\"\nscope = \"session\"\n\
         [hooks.stop]\non_failure = \"deny\"\n[budgets.turn]\n{budgets}\n"
    );
    std::fs::write(folder.join("plugin.toml"), manifest).unwrap();
    Some(installation)
}

/// The events that nobody subscribes.
fn others() -> impl Iterator<Item = &'static str> {
    events().filter(|event| *event != SOMEBODY_S)
}

fn goes_by(findings: &mut Findings, case: &str, event: &str, reply: &Reply) {
    findings.answer(case, event, &json!({}), reply);
    findings.same(case, Vec::new(), positions(reply));
}

async fn all_go_by(findings: &mut Findings, daemon: &Daemon, what: &str) {
    for event in others() {
        let case = format!("{event} × nobody is subscribed, {what}");
        let reply = ask(daemon, event, &case, &json!(null)).await;
        goes_by(findings, &case, event, &reply);
    }
}

/// Nothing that was answered for nobody stands in the ledger.
fn none_is_recorded(findings: &mut Findings, installation: &Installation) {
    let rows = ledger(&installation.state()).into_values();
    let named = rows.filter(|row| others().any(|event| row.text("/event") == event));
    findings.same("records", 0, named.count());
}

/// A guest that fuel ends at once.
const SHORT: &str = "fuel = 1000000\nwall = \"5s\"";
/// A guest that only its time can stop.
const ENDLESS: &str = "fuel = 2000000000000\nwall = \"24h\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_lets_by_what_nobody_subscribes() {
    let Some(installation) = installation("[store]\ndatabase = \"300KiB\"\n", SHORT) else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let mut size = 64 << 10;
    while size > 16 {
        assert!(Instant::now() < end, "the store does not fill up");
        let reply = ask(&daemon, SOMEBODY_S, "fill", &json!("x".repeat(size))).await;
        if positions(&reply).is_empty() {
            size /= 2;
        }
    }
    let mut findings = Findings::default();
    all_go_by(&mut findings, &daemon, "the store is full").await;
    daemon.terminate().await.unwrap();
    none_is_recorded(&mut findings, &installation);
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_host_lets_by_what_nobody_subscribes() {
    let Some(installation) = installation("", SHORT) else {
        return;
    };
    let server = panicking(&installation).await;
    let path = format!("/hooks/{SOMEBODY_S}");
    let mut findings = Findings::default();
    for event in others() {
        let panicked = body(SOMEBODY_S, "panicked", &json!(null));
        let reply = server.post(&path, &panicked).await.unwrap();
        let said = reply.json().unwrap().to_string();
        assert!(said.contains("the host panicked"), "{said}");
        let case = format!("{event} × nobody is subscribed, the host panics");
        let sent = body(event, &case, &json!(null));
        let reply = server
            .post(&format!("/hooks/{event}"), &sent)
            .await
            .unwrap();
        goes_by(&mut findings, &case, event, &reply);
    }
    none_is_recorded(&mut findings, &installation);
    findings.none();
}

/// One turn has all there is, and its time runs out, while everything else comes in.
async fn under_pressure(limits: &str) {
    let Some(installation) = installation(limits, ENDLESS) else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    let mut headers = daemon.headers();
    headers.push(("sinew-timeout-ms", "3000".to_owned()));
    let path = format!("/hooks/{SOMEBODY_S}");
    let sent = body(SOMEBODY_S, "slow", &json!(null));
    let mut slow = Connection::tcp(daemon.address).await.unwrap();
    slow.send(&post(&path, &headers, &sent)).await.unwrap();
    let end = Instant::now() + Duration::from_secs(2);
    while !installation.log().contains("underway") {
        assert!(Instant::now() < end, "the slow turn did not start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    all_go_by(&mut findings, &daemon, "somebody takes all the room").await;
    let late = slow.reply().await.unwrap().json().unwrap().to_string();
    assert!(late.contains("did not decide in time"), "{late}");
    all_go_by(&mut findings, &daemon, "somebody's time is over").await;
    none_is_recorded(&mut findings, &installation);
    findings.none();
    // Its guest goes on until its fuel is gone.
    daemon.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_events_let_by_what_nobody_subscribes() {
    under_pressure("hooks = 1\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_turns_let_by_what_nobody_subscribes() {
    under_pressure("turns = 1\nqueue = 0\n").await;
}
