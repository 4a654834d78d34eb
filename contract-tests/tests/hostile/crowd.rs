//! The harness: one engine, every guest of a table in it, and a healthy plugin beside each of them.

use std::cell::Cell;

use super::case::{Case, Ending};
use super::gate::{Gate, INSTANCES, PATIENCE, Plugin};
use super::survival;
use sinew_runtime::engine::{Column, HookOutcome, Kind, Verdict};

/// Runs a table and says everything that is wrong about it at once.
pub(crate) fn face(cases: &[Case]) {
    runtime().block_on(async {
        let plugins = cases.iter().enumerate().map(|(index, case)| Plugin {
            name: name(index),
            manifest: case.manifest(&name(index)),
            wasm: case.wasm.clone(),
        });
        survival::next("all of them are loaded");
        let gate = Gate::open(plugins.collect(), "").await;
        let mut wrong = Vec::new();
        for (index, case) in cases.iter().enumerate() {
            survival::next(&case.name);
            if let Err(what) = one(&gate, &name(index), case).await {
                wrong.push(format!("- {} ({}): {what}", case.name, name(index)));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} of {} guests:\n{}",
            wrong.len(),
            cases.len(),
            wrong.join("\n")
        );
        survival::next("the ledger is verified");
        gate.verify();
    });
}

/// A runtime like the daemon's.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime")
}

fn name(index: usize) -> String {
    format!("guest-{index}")
}

async fn one(gate: &Gate, plugin: &str, case: &Case) -> Result<(), String> {
    let session = gate.session();
    let outcome = beside_a_healthy_one(gate, plugin, &session, case.padding).await?;
    judge(gate, plugin, &session, &outcome, &[case.ending])?;
    if let Some(again) = &case.again {
        let outcome = beside_a_healthy_one(gate, plugin, &session, again.padding).await?;
        judge(
            gate,
            plugin,
            &session,
            &outcome,
            &[case.ending, again.ending],
        )?;
    }
    if !matches!(case.ending, Ending::Refused(_)) {
        let loaded = gate.plugin(plugin)?;
        let kept = usize::from(loaded.manifest.reuse);
        gate.settled(&loaded, kept).await?;
        if case.recovers() {
            for turn in 0..INSTANCES + 8 {
                let session = gate.session();
                let outcome = gate
                    .event("PostToolUse", plugin, &session, 0, PATIENCE)
                    .await;
                harmless(&outcome).map_err(|what| format!("turn {turn} after it: {what}"))?;
            }
            gate.settled(&loaded, INSTANCES - 2).await?;
        }
    }
    Ok(())
}

/// Runs the guest's turn, and healthy ones as long as it lasts.
async fn beside_a_healthy_one(
    gate: &Gate,
    plugin: &str,
    session: &str,
    padding: usize,
) -> Result<HookOutcome, String> {
    let over = Cell::new(false);
    let hostile = async {
        let outcome = gate
            .event("PreToolUse", plugin, session, padding, PATIENCE)
            .await;
        over.set(true);
        outcome
    };
    let healthy = async {
        loop {
            gate.healthy_turn().await?;
            if over.get() {
                return Ok(());
            }
        }
    };
    let (outcome, healthy): (_, Result<(), String>) = tokio::join!(hostile, healthy);
    healthy.map(|()| outcome)
}

/// Compares the last outcome and all of the session's records with what had to come of the guest.
fn judge(
    gate: &Gate,
    plugin: &str,
    session: &str,
    outcome: &HookOutcome,
    endings: &[Ending],
) -> Result<(), String> {
    match (endings.last(), gate.plugin(plugin)) {
        (Some(Ending::Refused(expected)), Ok(_)) => {
            return Err(format!(
                "it was loaded, where it had to be refused for `{expected}`: {outcome:?}"
            ));
        }
        (Some(Ending::Refused(expected)), Err(reason)) => {
            denied(outcome)?;
            if !reason.contains(expected) {
                return Err(format!(
                    "it was refused for `{reason}`, not for `{expected}`"
                ));
            }
            let notes = gate.notes(plugin);
            let events: Vec<_> = notes
                .iter()
                .map(|note| (note.what.as_str(), note.event.as_deref()))
                .collect();
            if events != [("failed_load", None), ("failed_load", Some("PreToolUse"))] {
                return Err(format!("the gate recorded {notes:?}"));
            }
        }
        (_, Err(reason)) => return Err(format!("it was refused: {reason}")),
        (Some(Ending::Aborted(_)), Ok(_)) => denied(outcome)?,
        (Some(Ending::Harmless) | None, Ok(_)) => harmless(outcome)?,
    }
    let turns = gate.turns(plugin, session);
    let found: Vec<_> = turns
        .iter()
        .map(|turn| turn.abort.as_ref().map(|abort| abort.reason.as_str()))
        .collect();
    let expected: Vec<_> = endings
        .iter()
        .filter_map(|ending| match ending {
            Ending::Aborted(reason) => Some(Some(*reason)),
            Ending::Harmless => Some(None),
            Ending::Refused(_) => None,
        })
        .collect();
    if found != expected {
        let messages: Vec<_> = turns
            .iter()
            .filter_map(|turn| Some(turn.abort.as_ref()?.message.as_str()))
            .collect();
        return Err(format!(
            "its turns ended {found:?}, not {expected:?}: {messages:?}"
        ));
    }
    // What an aborted turn wrote is gone.
    match turns
        .iter()
        .find(|turn| turn.abort.is_some() && !turn.vars_delta.is_empty())
    {
        Some(turn) => Err(format!("an aborted turn changed Vars: {turn:?}")),
        None => Ok(()),
    }
}

pub(crate) fn denied(outcome: &HookOutcome) -> Result<(), String> {
    match &outcome.verdict {
        Verdict::Failed {
            column: Column::Deny,
            ..
        } => Ok(()),
        other => Err(format!("the answer was {other:?}")),
    }
}

pub(crate) fn harmless(outcome: &HookOutcome) -> Result<(), String> {
    match &outcome.verdict {
        Verdict::Decided {
            kind: Kind::None, ..
        } => Ok(()),
        other => Err(format!("the answer was {other:?}")),
    }
}
