//! What the ledger holds of a suspended turn: its effects, each with what was asked and what was answered.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;
use sinew_schema::{EffectRecord, LedgerRecord, TurnRecord};

use super::McpFailure;
use crate::effects::Cost;
use crate::store::Store;

/// One effect of an earlier run.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub(super) ordinal: u32,
    pub(super) effect: String,
    pub(super) request: Vec<u8>,
    pub(super) response: Vec<u8>,
    pub(super) cost: Cost,
}

/// A suspended turn, as the ledger holds it.
pub(super) struct Suspended {
    pub(super) turn: String,
    pub(super) effects: Vec<Recorded>,
    /// How many effects it asked for before the one that it waits for, those of earlier runs included.
    pub(super) asked: u32,
    /// Revision of its Vars when it began.
    pub(super) revision: u64,
}

/// Reads a suspended turn, whose own record stands at `position`.
///
/// # Errors
/// There is none, or something of it is no longer kept.
pub(super) fn read(store: &dyn Store, position: u64) -> Result<Suspended, McpFailure> {
    let gone = || {
        McpFailure::Resume(
            "what the call did before it asked is no longer in the ledger; make the call again"
                .to_owned(),
        )
    };
    let record = store
        .records(position, 1)
        .map_err(|error| McpFailure::Resume(error.to_string()))?
        .pop()
        .filter(|record| record.position == position)
        .ok_or_else(gone)?;
    let turn: TurnRecord = match serde_json::from_slice(&record.body) {
        Ok(LedgerRecord::Turn { value, .. }) => value,
        Ok(_) | Err(_) => return Err(gone()),
    };
    let suspended = turn
        .abort
        .as_ref()
        .is_some_and(|abort| abort.reason == "suspended");
    if !suspended {
        return Err(gone());
    }
    // The effects of a turn stand right before it in its chain: they come in one commit.
    let count = u64::from(turn.effects);
    let from = record.seq.saturating_sub(count);
    let before = usize::try_from(record.seq - from).unwrap_or(usize::MAX);
    let records = store
        .chain_records(&record.chain, from, before)
        .map_err(|error| McpFailure::Resume(error.to_string()))?;
    let mut effects = Vec::with_capacity(records.len());
    for record in records {
        let Some(effect) = effect(&record.body, &turn.turn) else {
            continue;
        };
        let bytes = |digest: &str| {
            let mut name = [0; 32];
            hex::decode_to_slice(digest, &mut name).ok()?;
            let (_salt, bytes) = store.payload(&name).ok()??.content?;
            Some(bytes)
        };
        effects.push(Recorded {
            request: bytes(&effect.request.digest).ok_or_else(gone)?,
            response: bytes(&effect.response.digest).ok_or_else(gone)?,
            ordinal: effect.ordinal,
            cost: cost(&effect.cost),
            effect: effect.effect,
        });
    }
    Ok(Suspended {
        turn: turn.turn,
        effects,
        asked: turn.effects.saturating_sub(1),
        revision: turn.base_revision,
    })
}

/// A cost, as records write it.
fn cost(words: &BTreeMap<String, u64>) -> Cost {
    let amount = |name: &str| words.get(name).copied().unwrap_or(0);
    Cost {
        llm_tokens: amount("llm_tokens"),
        usd_micros: amount("usd_micros"),
    }
}

/// The record of an effect, if it is one of this turn's.
fn effect(body: &[u8], turn: &str) -> Option<EffectRecord> {
    let body: Value = serde_json::from_slice(body).ok()?;
    match LedgerRecord::deserialize(body).ok()? {
        LedgerRecord::Effect { value, .. } if value.turn == turn => Some(value),
        _ => None,
    }
}
