//! What the engine writes into the gate's own chain: what happened outside any turn.

use serde_json::{Map, Value};
use sinew_schema::{AnswerRecord, GateRecord, LedgerRecord};
use tokio::runtime::Handle;

use super::bridge::Tools;
use super::engine::Engine;
use super::record;
use super::turn::TurnRequest;
use crate::ledger::{GATE_CHAIN, Ledger, Noted};
use crate::world::Clock;

impl Engine {
    /// Records that a plugin is not loaded, and so could not decide.
    pub(super) fn note_broken(&self, plugin: &str, event: &str, reason: &str) -> Option<u64> {
        tracing::error!(plugin, event, "the plugin is not loaded: {reason}");
        self.note_gate(
            "failed_load",
            Some(plugin),
            (!event.is_empty()).then_some(event),
            reason,
        )
    }

    pub(super) fn note_gate(
        &self,
        what: &str,
        plugin: Option<&str>,
        event: Option<&str>,
        detail: &str,
    ) -> Option<u64> {
        let mut value = gate_record(what, detail);
        value.event = event.map(str::to_owned);
        value.plugin = plugin.map(str::to_owned);
        self.write(&LedgerRecord::Gate {
            at: record::at(self.clock()),
            value,
        })
    }

    /// Records what became of a code: which call it was for, by the position of the turn that stopped it.
    pub(super) fn note_allowed(
        &self,
        what: &str,
        plugin: &str,
        event: &str,
        session: Option<&str>,
        detail: &str,
        stopped: Option<u64>,
    ) -> Option<u64> {
        self.write(&LedgerRecord::Gate {
            at: record::at(self.clock()),
            value: GateRecord {
                what: what.to_owned(),
                detail: detail.to_owned(),
                event: Some(event.to_owned()),
                plugin: Some(plugin.to_owned()),
                status: None,
                session: session.map(str::to_owned),
                extra: stopped
                    .map(|position| ("stopped".to_owned(), position.into()))
                    .into_iter()
                    .collect(),
            },
        })
    }

    pub(super) fn write(&self, record: &LedgerRecord) -> Option<u64> {
        note(self.ledger(), record)
    }
}

/// Records that a request came again and was answered like the first time, from the turn at this position.
pub(super) fn repeated(tools: &Tools, request: &TurnRequest, position: Option<u64>) {
    let detail = match position {
        Some(position) => {
            format!("the request came again; it got the answer of the turn at position {position}")
        }
        None => "the request came again; it got the answer that an earlier version kept".to_owned(),
    };
    let record = LedgerRecord::Gate {
        at: record::at(tools.clock.as_ref()),
        value: GateRecord {
            event: request.facts.event.clone(),
            plugin: Some(request.loaded.manifest.name.clone()),
            session: request.facts.session.clone(),
            extra: position
                .map(|position| ("repeats".to_owned(), position.into()))
                .into_iter()
                .collect(),
            ..gate_record(GateRecord::WHAT_REPEATED, &detail)
        },
    };
    note(&tools.ledger, &record);
}

/// Records what happened outside any turn and any plugin.
pub(super) fn gate(ledger: &Ledger, clock: &dyn Clock, what: &str, detail: &str) -> Option<u64> {
    let (at, value) = (record::at(clock), gate_record(what, detail));
    note(ledger, &LedgerRecord::Gate { at, value })
}

pub(super) fn gate_record(what: &str, detail: &str) -> GateRecord {
    GateRecord {
        what: what.to_owned(),
        detail: detail.to_owned(),
        event: None,
        plugin: None,
        status: None,
        session: None,
        extra: Map::new(),
    }
}

/// Puts a record into the gate's chain; its position, when it has one already.
pub(super) fn note(ledger: &Ledger, record: &LedgerRecord) -> Option<u64> {
    let entry = record::entry(GATE_CHAIN.to_owned(), record);
    match blocking(|| ledger.note(&entry.chain, entry.body)) {
        Noted::Chained(position) => Some(position.position),
        Noted::Journalled => None,
        Noted::Lost => {
            tracing::error!(
                "a record of the gate found no room, neither in the store nor in the journal"
            );
            None
        }
    }
}

/// An answer that is not what was decided.
pub(super) struct Answered<'a> {
    /// The word for what was decided, where that is known.
    pub(super) decided: Option<&'a str>,
    /// The word for what was said instead.
    pub(super) said: &'a str,
    pub(super) reason: &'a str,
    /// Where the ledger holds the turns that decided.
    pub(super) positions: Vec<u64>,
}

/// The record of an answer that is not what was decided.
pub(super) fn answer_record(
    clock: &dyn Clock,
    event: &str,
    input: &Value,
    answered: Answered<'_>,
) -> LedgerRecord {
    let text = |key: &str| input.get(key).and_then(Value::as_str).map(str::to_owned);
    LedgerRecord::Answer {
        at: record::at(clock),
        value: AnswerRecord {
            event: event.to_owned(),
            decided: answered.decided.map(str::to_owned),
            answered: answered.said.to_owned(),
            reason: answered.reason.to_owned(),
            session: text("session_id"),
            tool_use_id: text("tool_use_id"),
            turn: None,
            positions: answered.positions,
            extra: Map::new(),
        },
    }
}

/// Runs something that waits for the disk, without holding up what else this thread would do.
pub(super) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    if Handle::try_current().is_ok() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}
