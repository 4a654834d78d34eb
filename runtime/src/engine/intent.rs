//! The intent of an effect that changes something: recorded before it, and told from another one after a crash.

use serde_json::Map;
use sha2::{Digest, Sha256};
use sinew_schema::{EffectClass, EffectError, IntentRecord, LedgerRecord};

use super::asked::Asked;
use super::bridge::Bridge;
use super::open_effect::{EffectName, OpenEffect, OpenState};
use super::record;
use crate::effects::{EffectId, Performed};
use crate::store::{Commit, Durability};

impl Bridge {
    /// Adds the intent of a write to what is made durable before it.
    pub(super) fn intend(&self, asked: &Asked, commit: &mut Commit) {
        let record = LedgerRecord::Intent {
            at: record::at(self.tools.clock.as_ref()),
            value: IntentRecord {
                turn: self.facts.turn.clone(),
                ordinal: asked.ordinal,
                effect: asked.effect.name().to_owned(),
                request: record::name(&asked.request),
                extra: Map::new(),
            },
        };
        commit
            .entries
            .push(record::entry(self.chain.clone(), &record));
        commit.payloads.push(asked.request.clone());
        commit.durability = match asked.class {
            EffectClass::WriteLocal | EffectClass::Read => Durability::Normal,
            EffectClass::WriteRemote | EffectClass::WriteRemoteIdempotent => Durability::Full,
        };
    }

    pub(super) fn open_effect(&self, asked: &Asked) -> OpenEffect {
        OpenEffect {
            plugin: self.loaded.manifest.name.clone(),
            effect: asked.effect.name().to_owned(),
            request: record::name(&asked.request).digest,
            at: record::at(self.tools.clock.as_ref()),
            session: self.facts.session.clone(),
            tool_use_id: self.facts.tool_use_id.clone(),
            repeat_key: asked.repeat_key.clone(),
            likeness: self.likeness(asked.effect, &asked.request.bytes),
            state: OpenState::Running,
        }
    }

    /// Names an effect so that whoever does it again, in another turn, names it alike: by the tool use, and what was asked
    /// how many times before, whatever the plugin's build and grants are by then. Where no tool use is known: by the input
    /// or, of a call, by its first turn.
    pub(super) fn repeat_key(&self, effect: EffectId, ordinal: u32, request: &[u8]) -> String {
        if matches!(effect.class(), EffectClass::Read | EffectClass::WriteLocal) {
            return String::new();
        }
        let mut hash = Sha256::new();
        if self.facts.tool_use_id.is_some() {
            let likeness = self.likeness(effect, request);
            let mut state = self.lock();
            let count = state.alike.entry(likeness.clone()).or_default();
            hash.update(likeness);
            hash.update(count.to_be_bytes());
            *count += 1;
        } else {
            match &self.input_key {
                Some(key) => hash.update(key.0),
                None => hash.update(self.facts.first_turn()),
            }
            hash.update(ordinal.to_be_bytes());
            hash.update(effect.name());
        }
        hex::encode(hash.finalize())
    }

    /// Names a request of an input, whichever build and whichever of its effects it is; of a call where the input cannot
    /// be told from another.
    fn likeness(&self, effect: EffectId, request: &[u8]) -> String {
        let facts = &self.facts;
        let input = match &facts.tool_use_id {
            Some(tool_use_id) => tool_use_id.as_str(),
            None => facts.first_turn(),
        };
        let phase = facts.phase.map(|phase| phase.to_string());
        let mut hash = Sha256::new();
        for part in [
            self.loaded.manifest.name.as_bytes(),
            facts.session.as_deref().unwrap_or_default().as_bytes(),
            facts.event.as_deref().unwrap_or_default().as_bytes(),
            phase.as_deref().unwrap_or_default().as_bytes(),
            input.as_bytes(),
            effect.name().as_bytes(),
            request,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    /// Notes what came of an effect that changes something outside.
    pub(super) fn close(
        &self,
        asked: &Asked,
        open: OpenEffect,
        performed: &Result<Performed, EffectError>,
    ) {
        // Where doing it again is the same, nobody has to find out.
        let unknown =
            asked.class == EffectClass::WriteRemote && performed.as_ref().is_err_and(is_unknown);
        let mut state = self.lock();
        if unknown {
            state.open.unknown.insert(asked.ordinal, open);
            return;
        }
        if performed.is_err() {
            self.tools.doubts.end(&self.name_of(asked));
        } else {
            // Until the turn is on record, whoever asks for the same has to be told that it was done.
            let repeated = self.tools.doubts.repeated_by(&open);
            state.open.repeated.extend(repeated);
        }
        state.open.known.insert(asked.ordinal, open);
    }

    pub(super) fn name_of(&self, asked: &Asked) -> EffectName {
        EffectName {
            turn: self.facts.turn.clone(),
            ordinal: asked.ordinal,
        }
    }
}

/// Whether an error leaves open if something was done. A service that cannot be reached has not been.
fn is_unknown(error: &EffectError) -> bool {
    [
        EffectError::CODE_DEADLINE,
        EffectError::CODE_IN_DOUBT,
        EffectError::CODE_INTERNAL,
    ]
    .contains(&error.code.as_str())
}
