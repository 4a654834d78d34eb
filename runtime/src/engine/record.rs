//! What goes into the ledger about a turn, in the schema's words.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Map;
use sinew_schema::{
    Abort as AbortRecord, BudgetChange, LedgerRecord, Payload as PayloadName, Phase, TurnRecord,
    TurnRecordOutcome, VarChange,
};

use super::catalog::Loaded;
use crate::plugin::{Abort, Engine};
use crate::store::{Entry, Payload};
use crate::world::Clock;

/// The scope of turns without Vars.
pub(super) const NO_SCOPE: &str = "none";

/// The chain of a plugin's turns in one scope.
pub(super) fn chain(plugin: &str, scope: &str) -> String {
    format!("plugin/{plugin}/{scope}")
}

/// The time as records write it.
pub(super) fn at(clock: &dyn Clock) -> String {
    format!(
        "{:.6}",
        Timestamp::from_microsecond(clock.unix_micros()).unwrap_or(Timestamp::UNIX_EPOCH)
    )
}

/// A record as it stands in a chain.
pub(super) fn entry(chain: String, record: &LedgerRecord) -> Entry {
    // The generated types hold nothing that JSON cannot say; an empty body would be caught by every verifier.
    Entry {
        chain,
        body: serde_json::to_vec(record).unwrap_or_default(),
    }
}

/// How a record names a payload.
pub(super) fn name(payload: &Payload) -> PayloadName {
    PayloadName {
        digest: hex::encode(payload.digest),
        bytes: payload.bytes.len() as u64,
        extra: Map::new(),
    }
}

/// What is known of a turn before it runs.
#[derive(Debug, Clone)]
pub(super) struct TurnFacts {
    pub(super) turn: String,
    pub(super) scope: String,
    pub(super) entry_point: &'static str,
    /// The client's event, for a hook's turn.
    pub(super) event: Option<String>,
    /// What a hook's turn is for.
    pub(super) phase: Option<Phase>,
    /// The tool, for a turn that calls one.
    pub(super) tool: Option<String>,
    pub(super) session: Option<String>,
    pub(super) project: Option<String>,
    pub(super) tool_use_id: Option<String>,
    pub(super) trace_id: Option<String>,
    /// Turns that this one runs again, the first one first.
    pub(super) resumes: Vec<String>,
}

// === impl TurnFacts ===

impl TurnFacts {
    /// The turn that this one runs again, or itself.
    pub(super) fn first_turn(&self) -> &str {
        self.resumes.first().unwrap_or(&self.turn)
    }
}

/// What is known of a turn after it ran.
#[derive(Debug)]
pub(super) struct TurnEnd {
    pub(super) input: PayloadName,
    pub(super) output: Option<PayloadName>,
    pub(super) decision: Option<&'static str>,
    pub(super) abort: Option<Abort>,
    pub(super) base_revision: u64,
    pub(super) vars_read: Vec<String>,
    pub(super) vars_delta: Vec<VarChange>,
    pub(super) effects: u32,
    pub(super) fuel: u64,
    pub(super) wall: Duration,
    pub(super) spent: BTreeMap<String, u64>,
    /// What sessions and days had left before the turn, by budget.
    pub(super) before: BTreeMap<String, u64>,
    /// What they have left after it.
    pub(super) left: BTreeMap<String, u64>,
}

/// The record of a turn.
pub(super) fn turn(at: String, loaded: &Loaded, facts: &TurnFacts, end: TurnEnd) -> LedgerRecord {
    let budgets = &loaded.manifest.budgets;
    let mut before = BTreeMap::from([
        ("effects".to_owned(), u64::from(budgets.effects)),
        ("fuel".to_owned(), budgets.fuel),
        ("log_bytes".to_owned(), budgets.log_bytes),
        ("record_bytes".to_owned(), budgets.record_bytes),
        ("vars_bytes".to_owned(), budgets.vars_bytes),
        ("llm_tokens".to_owned(), budgets.llm_tokens),
        ("usd_micros".to_owned(), budgets.usd_micros),
    ]);
    let mut after: BTreeMap<_, _> = before
        .iter()
        .map(|(name, limit)| {
            (
                name.clone(),
                limit.saturating_sub(end.spent.get(name).copied().unwrap_or(0)),
            )
        })
        .collect();
    before.extend(end.before);
    after.extend(end.left);
    let value = TurnRecord {
        turn: facts.turn.clone(),
        plugin: loaded.manifest.name.clone(),
        build: loaded.build.digest().to_owned(),
        config: loaded.config_digest.clone(),
        manifest: loaded.manifest.digest.clone(),
        permits: loaded.permits_digest.clone(),
        scope: facts.scope.clone(),
        entry: facts.entry_point.to_owned(),
        event: facts.event.clone(),
        phase: facts.phase,
        tool: facts.tool.clone(),
        session: facts.session.clone(),
        project: facts.project.clone(),
        tool_use_id: facts.tool_use_id.clone(),
        trace_id: facts.trace_id.clone(),
        parent: None,
        resumes: facts.resumes.clone(),
        input: end.input,
        base_revision: end.base_revision,
        vars_read: end.vars_read,
        vars_delta: end.vars_delta,
        effects: end.effects,
        output: end.output,
        decision: end.decision.map(str::to_owned),
        outcome: if end.abort.is_some() {
            TurnRecordOutcome::Aborted
        } else {
            TurnRecordOutcome::Committed
        },
        abort: end.abort.map(|abort| AbortRecord {
            reason: abort.reason.word().to_owned(),
            message: abort.message,
            extra: Map::new(),
        }),
        fuel: end.fuel,
        wall_us: u64::try_from(end.wall.as_micros()).unwrap_or(u64::MAX),
        budget: Some(BudgetChange {
            before,
            after,
            extra: Map::new(),
        }),
        engine: Some(Engine::fingerprint().to_owned()),
        plugin_version: Some(loaded.manifest.version.clone()),
        extra: Map::new(),
    };
    LedgerRecord::Turn { at, value }
}
