//! What is known of effects that change something outside: which are under way, and of which nobody knows whether they
//! were done. Nothing that is in doubt is done again before somebody has looked.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Map;
use sinew_schema::{EffectClass, EffectError, GateRecord, LedgerRecord};

use super::bridge::Tools;
use super::open_effect::{
    self, EffectName, OpenEffect, OpenState, OpenTurn, effect_var, settled_key, turn_key, value,
};
use super::record;
use crate::ledger::GATE_CHAIN;
use crate::store::{Commit, Durability, Entry, ScopeWrite, StoreError};

/// The effects of this host that are open.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    open: Mutex<BTreeMap<EffectName, OpenEffect>>,
}

/// What an effect that was in doubt turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settlement {
    /// It was done, and is not done again.
    Done,
    /// It was not done, and may be.
    Undone,
    /// It was done again, which its service takes for the same.
    Repeated,
}

/// Why an effect was not settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SettleError {
    /// It is not in doubt.
    #[error("no effect `{0}` is in doubt; list them with: sinew ledger in-doubt")]
    Unknown(EffectName),
    /// The store did not take it.
    #[error("nothing was settled: {0}")]
    Store(#[from] StoreError),
}

// === impl Doubts ===

impl Doubts {
    /// Takes over what the last process left, records what is in doubt for it, and says what was reserved: that counts as
    /// spent. Called once, before any turn.
    pub(super) fn recover(&self, tools: &Tools) -> Result<(), StoreError> {
        let store = &**tools.ledger.store();
        for settled in open_effect::settled_turns(store)? {
            self.keep(&settled.turn, settled.effects);
        }
        for mut turn in open_effect::open_turns(store)? {
            let commit = found(tools, &mut turn);
            self.keep(&turn.turn, turn.effects);
            if let Some(commit) = commit
                && let Err(error) = tools.ledger.commit(commit)
            {
                tracing::warn!(turn = turn.turn, %error, "what a crash has left could not be recorded");
            }
        }
        Ok(())
    }

    /// Notes that an effect is about to be done.
    ///
    /// # Errors
    /// It may have been done already, or was, and doing it twice is not the same as once.
    pub(super) fn begin(
        &self,
        name: EffectName,
        effect: OpenEffect,
        class: EffectClass,
    ) -> Result<(), EffectError> {
        let mut open = self.open();
        if class == EffectClass::WriteRemote
            && let Some((first, known)) = open.iter().find(|(other, known)| {
                // A turn knows what it does itself.
                let own = other.turn == name.turn && known.state == OpenState::Running;
                !own && known.is_like(&effect)
            })
        {
            return Err(told(first, known));
        }
        open.insert(name, effect);
        Ok(())
    }

    /// Forgets an effect whose result is known, or that was not begun after all.
    pub(super) fn end(&self, name: &EffectName) -> Option<OpenEffect> {
        self.open().remove(name)
    }

    /// Notes that nobody knows, or will know, whether effects of a turn were done.
    pub(super) fn keep(&self, turn: &str, effects: impl IntoIterator<Item = (u32, OpenEffect)>) {
        let mut open = self.open();
        for (ordinal, mut effect) in effects {
            if effect.state == OpenState::Running {
                effect.state = OpenState::InDoubt;
            }
            let name = EffectName {
                turn: turn.to_owned(),
                ordinal,
            };
            open.insert(name, effect);
        }
    }

    /// The effects in doubt that an effect which was done since is a repetition of.
    pub(super) fn repeated_by(&self, effect: &OpenEffect) -> Vec<EffectName> {
        let open = self.open();
        let like = |(_, other): &(&EffectName, &OpenEffect)| {
            other.state == OpenState::InDoubt && other.is_like(effect)
        };
        open.iter()
            .filter(like)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Settles an effect that is in doubt, and records it.
    pub(super) fn settle(
        &self,
        tools: &Tools,
        name: &EffectName,
        settlement: Settlement,
        by: &str,
    ) -> Result<OpenEffect, SettleError> {
        let mut open = self.open();
        let unknown = || SettleError::Unknown(name.clone());
        let effect = open.get_mut(name).ok_or_else(unknown)?;
        if effect.state != OpenState::InDoubt {
            return Err(unknown());
        }
        let store = tools.ledger.store();
        let left = open_effect::read(&name.turn, &store.load(&turn_key(&name.turn))?)?;
        let mut commit = Commit {
            entries: vec![note(
                tools,
                GateRecord::WHAT_SETTLED,
                effect,
                &format!(
                    "`{}` of `{name}`, which was in doubt, {}, says {by}",
                    effect.effect,
                    settlement.said()
                ),
            )],
            durability: Durability::Full,
            ..Commit::default()
        };
        if left.effects.keys().all(|ordinal| *ordinal == name.ordinal) {
            commit.ended.push(turn_key(&name.turn));
        } else {
            commit.scopes.push(ScopeWrite {
                key: turn_key(&name.turn),
                base_revision: left.revision,
                delta: BTreeMap::from([(effect_var(name.ordinal), None)]),
            });
        }
        let settled = OpenEffect {
            state: OpenState::Done,
            ..effect.clone()
        };
        if settlement == Settlement::Done {
            let key = settled_key(&name.turn);
            commit.scopes.push(ScopeWrite {
                base_revision: store.load(&key)?.revision,
                key,
                delta: BTreeMap::from([(effect_var(name.ordinal), Some(value(&settled)))]),
            });
        }
        tools.ledger.commit(commit)?;
        match settlement {
            Settlement::Done => *effect = settled.clone(),
            Settlement::Undone | Settlement::Repeated => drop(open.remove(name)),
        }
        Ok(settled)
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<EffectName, OpenEffect>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Settlement ===

impl Settlement {
    fn said(self) -> &'static str {
        match self {
            Self::Done => "was done",
            Self::Undone => "was not done",
            Self::Repeated => "was done once more, which is the same",
        }
    }
}

// === impl OpenEffect ===

impl OpenEffect {
    fn is_like(&self, other: &Self) -> bool {
        self.repeat_key == other.repeat_key || self.likeness == other.likeness
    }
}

/// The record of a turn's effect that is in doubt from now on.
pub(super) fn in_doubt(tools: &Tools, name: &EffectName, effect: &OpenEffect) -> Entry {
    let detail = format!(
        "nobody knows whether `{}` of `{name}` was done, which began at {}",
        effect.effect, effect.at
    );
    note(tools, GateRecord::WHAT_IN_DOUBT, effect, &detail)
}

/// Marks what a crash has left in a turn's scope; the commit that records it, unless that was done before.
fn found(tools: &Tools, turn: &mut OpenTurn) -> Option<Commit> {
    let mut commit = Commit::default();
    let mut delta = BTreeMap::new();
    for (ordinal, held) in &turn.held {
        let said: Vec<String> = crate::plugin::Unit::ALL
            .iter()
            .filter(|unit| held.amounts.of(**unit) > 0)
            .map(|unit| unit.said(held.amounts.of(*unit)))
            .collect();
        let detail = format!(
            "what was reserved for effect {ordinal} of turn `{}` when the host ended counts as spent in full: {}",
            turn.turn,
            said.join(", ")
        );
        commit.entries.push(entry(
            tools,
            GateRecord::WHAT_BUDGET,
            &held.plugin,
            None,
            detail,
        ));
        delta.insert(open_effect::hold_var(*ordinal), None);
    }
    for (ordinal, effect) in &mut turn.effects {
        if effect.state == OpenState::Running {
            effect.state = OpenState::InDoubt;
            let name = EffectName {
                turn: turn.turn.clone(),
                ordinal: *ordinal,
            };
            commit.entries.push(in_doubt(tools, &name, effect));
            delta.insert(effect_var(*ordinal), Some(value(effect)));
        }
    }
    if turn.effects.is_empty() {
        commit.ended.push(turn_key(&turn.turn));
    } else if delta.is_empty() {
        return None;
    } else {
        commit.scopes.push(ScopeWrite {
            key: turn_key(&turn.turn),
            base_revision: turn.revision,
            delta,
        });
    }
    Some(commit)
}

fn note(tools: &Tools, what: &str, effect: &OpenEffect, detail: &str) -> Entry {
    entry(
        tools,
        what,
        &effect.plugin,
        effect.session.as_deref(),
        detail.to_owned(),
    )
}

fn entry(tools: &Tools, what: &str, plugin: &str, session: Option<&str>, detail: String) -> Entry {
    let record = LedgerRecord::Gate {
        at: record::at(tools.clock.as_ref()),
        value: GateRecord {
            what: what.to_owned(),
            detail,
            event: None,
            plugin: Some(plugin.to_owned()),
            session: session.map(str::to_owned),
            status: None,
            extra: Map::new(),
        },
    };
    record::entry(GATE_CHAIN.to_owned(), &record)
}

/// What a guest is told that would repeat an effect.
fn told(first: &EffectName, known: &OpenEffect) -> EffectError {
    let effect = &known.effect;
    match known.state {
        OpenState::Done => EffectError::new(
            EffectError::CODE_CONFLICT,
            format!("`{effect}` was done already, as `{first}`: an operator says so"),
        ),
        OpenState::Running => EffectError::new(
            EffectError::CODE_IN_DOUBT,
            format!("the same request is on its way, as `{first}`: it is not done twice"),
        ),
        OpenState::InDoubt => EffectError::new(
            EffectError::CODE_IN_DOUBT,
            format!(
                "nobody knows whether `{effect}` was done, as `{first}`; once somebody has looked: sinew ledger in-doubt \
                 --settle {first} done|undone"
            ),
        ),
    }
}
