//! What must not be noticed: a reload under way, a restart, another client that hangs up. The healthy decision stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::{Connection, Reply, post};
use sinew_contract_tests::gate_cells;

use crate::{
    Findings, INSTANCES, ask, body, denying, events, ledger, ledger_verifies, no_slot_is_lost,
    positions, recorded,
};

fn healthy() -> serde_json::Value {
    json!({"do": "deny", "reason": "healthy"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_under_way_changes_no_decision() {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let daemon = Arc::new(installation.serve(0).await.unwrap());
    let wasm = installation.plugins().join("probe/probe.wasm");
    let (good, stop) = (
        std::fs::read(&wasm).unwrap(),
        Arc::new(AtomicBool::new(false)),
    );
    let (reloaded, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let reloading = tokio::spawn({
        let (daemon, stop) = (Arc::clone(&daemon), Arc::clone(&stop));
        let (reloaded, refused) = (Arc::clone(&reloaded), Arc::clone(&refused));
        async move {
            // Every other build is broken; it never displaces the one that serves.
            for round in 0_usize.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let build = if round % 2 == 0 {
                    &good[..]
                } else {
                    &good[..good.len() / 2]
                };
                // Moved into place, so that nobody reads half of it.
                let next = wasm.with_extension("next");
                std::fs::write(&next, build).unwrap();
                std::fs::rename(&next, &wasm).unwrap();
                let headers = daemon.headers_with(&daemon.admin_token);
                let reply = daemon
                    .post("/v1/plugins/probe/reload", &headers, b"")
                    .await
                    .unwrap();
                if reply.status == 200 {
                    &reloaded
                } else {
                    &refused
                }
                .fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let mut findings = Findings::default();
    let mut rounds = 0;
    // At least twice through all events, and until enough builds came and went.
    while rounds < 2 || reloaded.load(Ordering::Relaxed) < 4 || refused.load(Ordering::Relaxed) < 3
    {
        rounds += 1;
        assert!(rounds < 200, "reloads do not end");
        for event in events() {
            let case = format!("{event} × reload under way, round {rounds}");
            let reply = ask(&daemon, event, &case, &healthy()).await;
            let expected = gate_cells::decision(event, "deny", "healthy");
            findings.answer(&case, event, &expected, &reply);
            findings.same(&case, 1, positions(&reply).len());
        }
    }
    stop.store(true, Ordering::Relaxed);
    reloading.await.unwrap();
    no_slot_is_lost(&mut findings, &daemon).await;
    let ledger = ledger(&installation.state());
    let reloads = ledger.values().filter(|row| row.kind == "reload").count();
    findings.same("reload records", reloaded.load(Ordering::Relaxed), reloads);
    let failures = ledger
        .values()
        .filter(|row| row.text("/what") == "reload_failed")
        .count();
    findings.same("refused reloads", refused.load(Ordering::Relaxed), failures);
    findings.none();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_changes_nothing_for_the_others() {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let daemon = installation.serve(0).await.unwrap();
    let mut findings = Findings::default();
    for event in events() {
        let path = format!("/hooks/{event}");
        // One hangs up with its whole request sent, one in the middle of it.
        let gone = body(event, &format!("{event} gone"), &healthy());
        let whole = post(&path, &daemon.headers(), &gone);
        let mut first = Connection::tcp(daemon.address).await.unwrap();
        first.send(&whole).await.unwrap();
        let mut second = Connection::tcp(daemon.address).await.unwrap();
        second.send(&whole[..whole.len() - 1]).await.unwrap();
        // The first one's turn is on its way before its client goes; else there would be nothing to hang up on.
        recorded(
            &installation.state(),
            "the turn of a client that is gone",
            |row| row.text("/session") == format!("{event} gone"),
        )
        .await;
        drop((first, second));
        let case = format!("{event} × another client hung up");
        let reply = ask(&daemon, event, &case, &healthy()).await;
        let expected = gate_cells::decision(event, "deny", "healthy");
        findings.answer(&case, event, &expected, &reply);
        findings.same(&case, 1, positions(&reply).len());
    }
    let ledger = ledger(&installation.state());
    for event in events() {
        let session = format!("{event} gone");
        let turns = ledger
            .values()
            .filter(|row| row.kind == "turn" && row.text("/session") == session);
        let said: Vec<_> = turns.map(|row| row.text("/outcome")).collect();
        findings.same(&session, vec!["committed"], said);
    }
    no_slot_is_lost(&mut findings, &daemon).await;
    findings.none();
}

/// Asks again when the connection breaks before an answer, as a client does; the request is the same, so that it is
/// decided once.
async fn insists(address: std::net::SocketAddr, request: &[u8]) -> Reply {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let asked = async {
            let mut connection = Connection::tcp(address).await?;
            connection.send(request).await?;
            connection.reply().await
        };
        match asked.await {
            Ok(reply) => return reply,
            Err(error) => assert!(std::time::Instant::now() < end, "no answer: {error:#}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// How one process follows another.
#[derive(Clone, Copy, PartialEq)]
enum Succession {
    /// The old one is ended, then the new one is started: clients ask again.
    Restart,
    /// The new one takes the sockets over from the old one, which ends by itself: no client has to.
    Takeover,
}

async fn changes_no_decision(succession: Succession) {
    let Some(installation) = Installation::new(INSTANCES, &[denying()]).unwrap() else {
        return;
    };
    let mut daemon = installation.serve(0).await.unwrap();
    let (address, headers) = (daemon.address, daemon.headers());
    let stop = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn({
        let stop = Arc::clone(&stop);
        async move {
            let mut findings = Findings::default();
            let mut sessions = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                for event in events() {
                    let case = format!("{event} × restart, {}", sessions.len());
                    let body = body(event, &case, &healthy());
                    let request = post(&format!("/hooks/{event}"), &headers, &body);
                    let reply = match succession {
                        Succession::Restart => insists(address, &request).await,
                        Succession::Takeover => {
                            let mut connection = Connection::tcp(address).await.unwrap();
                            connection.send(&request).await.unwrap();
                            connection.reply().await.unwrap()
                        }
                    };
                    let expected = gate_cells::decision(event, "deny", "healthy");
                    findings.answer(&case, event, &expected, &reply);
                    sessions.push(case);
                }
            }
            (findings, sessions)
        }
    });
    for _ in 0..4 {
        daemon = match succession {
            Succession::Restart => {
                daemon.terminate().await.unwrap();
                installation.serve(address.port()).await.unwrap()
            }
            Succession::Takeover => {
                let next = installation.serve(address.port()).await.unwrap();
                daemon.ended().await.unwrap();
                next
            }
        };
    }
    stop.store(true, Ordering::Relaxed);
    let (mut findings, sessions) = asking.await.unwrap();
    assert!(sessions.len() >= 34, "{}", sessions.len());
    no_slot_is_lost(&mut findings, &daemon).await;
    daemon.terminate().await.unwrap();
    let ledger = ledger(&installation.state());
    let mut turns = std::collections::BTreeMap::<&str, usize>::new();
    for row in ledger.values().filter(|row| row.kind == "turn") {
        *turns.entry(row.text("/session")).or_default() += 1;
    }
    for session in &sessions {
        findings.same(session, Some(&1), turns.get(session.as_str()));
    }
    findings.none();
    ledger_verifies(&installation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_changes_no_decision() {
    changes_no_decision(Succession::Restart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takeover_changes_no_decision_and_refuses_nobody() {
    changes_no_decision(Succession::Takeover).await;
}
