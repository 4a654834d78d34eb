//! `kill -9` under load, again and again, against a book of what was acknowledged: no acknowledged turn is lost, none of
//! its state is, the ledger has no gap, and it verifies.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sinew_contract_tests::daemon::Installation;
use sinew_contract_tests::exchange::{Connection, post};
use sinew_contract_tests::ledger_rows::rows;
use sinew_contract_tests::probe_plugin::ProbePlugin;
use sinew_contract_tests::sinew_binary::run;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

/// How often the daemon is killed.
const CYCLES: u64 = 200;

/// Clients at once, each with a session of its own.
const CLIENTS: usize = 4;

/// A turn whose answer somebody has seen.
struct Acknowledged {
    position: u64,
    tool_use_id: String,
}

/// One client, over all lives of the daemon. Its session's Var counts its turns.
#[derive(Default)]
struct Session {
    sent: AtomicU64,
    acknowledged: AtomicU64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_lose_nothing_that_was_acknowledged() -> Result<()> {
    let Some(installation) = Installation::new("", &[ProbePlugin::default()])? else {
        return Ok(());
    };
    let sessions: Vec<Arc<Session>> = (0..CLIENTS).map(|_| Arc::default()).collect();
    let mut book = Vec::new();
    for cycle in 0..CYCLES {
        let daemon = installation
            .serve(0)
            .await
            .with_context(|| format!("start {cycle}"))?;
        let (acknowledge, mut acknowledged) = unbounded_channel();
        let mut clients = JoinSet::new();
        for (number, session) in sessions.iter().enumerate() {
            let client = client(
                number,
                session.clone(),
                daemon.address,
                daemon.headers(),
                acknowledge.clone(),
            );
            clients.spawn(client);
        }
        drop(acknowledge);
        // Another moment each time: from before the first answer to well into the work.
        take(&mut acknowledged, cycle * 7 % 31, &mut book).await;
        daemon.kill().await?;
        for ended in clients.join_all().await {
            ended?;
        }
        // What was answered before the kill counts, whenever it is read.
        take(&mut acknowledged, u64::MAX, &mut book).await;
    }
    installation.serve(0).await?.terminate().await?;

    let rows = rows(&installation.state(), 1)?;
    let gap = rows
        .iter()
        .zip(1..)
        .find(|(row, position)| row.position != *position);
    assert!(gap.is_none(), "a gap: {gap:?}");
    assert!(
        book.len() as u64 > CYCLES,
        "only {} answers: this was no load",
        book.len()
    );
    for Acknowledged {
        position,
        tool_use_id,
    } in &book
    {
        let row = usize::try_from(*position - 1)
            .ok()
            .and_then(|index| rows.get(index));
        let row = row.with_context(|| format!("{tool_use_id} at {position} is lost"))?;
        assert_eq!(row.text("/tool_use_id"), tool_use_id, "{row:?}");
        assert_eq!(row.text("/outcome"), "committed", "{row:?}");
    }
    let state = installation.state();
    let verify = ["ledger", "verify", "--state", state.to_str().unwrap()];
    let verified = run(&installation.binary, &state, &verify, b"").await?;
    assert_eq!(verified.code, Some(0), "{verified:?}");
    println!(
        "{} acknowledged of {} records, {CYCLES} kills",
        book.len(),
        rows.len()
    );
    Ok(())
}

/// Enters up to `count` acknowledgements; fewer when everybody who could send one has gone.
async fn take(
    from: &mut UnboundedReceiver<Acknowledged>,
    count: u64,
    book: &mut Vec<Acknowledged>,
) {
    for _ in 0..count {
        let Some(acknowledged) = from.recv().await else {
            return;
        };
        book.push(acknowledged);
    }
}

/// Asks until the daemon is gone. An error is an answer that should not have been.
async fn client(
    number: usize,
    session: Arc<Session>,
    address: SocketAddr,
    headers: Vec<(&'static str, String)>,
    acknowledge: UnboundedSender<Acknowledged>,
) -> Result<()> {
    let Ok(mut connection) = Connection::tcp(address).await else {
        return Ok(());
    };
    loop {
        let n = session.sent.fetch_add(1, Ordering::SeqCst) + 1;
        let tool_use_id = format!("toolu_{number}_{n}");
        let body = json!({
            "hook_event_name": "PreToolUse", "session_id": format!("crash-{number}"), "cwd": "/", "tool_name": "Bash",
            "tool_use_id": tool_use_id,
            "tool_input": {"probe": [{"do": "var_get", "key": "n"}, {"do": "var_set", "key": "n", "value": n}]},
        });
        if connection
            .send(&post(
                "/hooks/PreToolUse",
                &headers,
                body.to_string().as_bytes(),
            ))
            .await
            .is_err()
        {
            return Ok(());
        }
        let Ok(reply) = connection.reply().await else {
            return Ok(());
        };
        let answer = reply.json()?;
        let context = answer
            .pointer("/hookSpecificOutput/additionalContext")
            .and_then(Value::as_str);
        let results: Value =
            serde_json::from_str(context.with_context(|| format!("{tool_use_id}: {answer}"))?)?;
        let before = results[0].as_u64().unwrap_or(0);
        let last = session.acknowledged.swap(n, Ordering::SeqCst);
        ensure!(
            (last..n).contains(&before),
            "{tool_use_id}: the Var was {before}, after {last} was acknowledged"
        );
        let position = reply
            .header("sinew-ledger")
            .context("no position")?
            .parse()?;
        // The test may have seen enough.
        let _ = acknowledge.send(Acknowledged {
            position,
            tool_use_id,
        });
    }
}
