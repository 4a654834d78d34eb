//! What the in-memory store holds, and what one commit does to it.

use std::collections::{BTreeMap, VecDeque};

use super::Fault;
use crate::store::{
    CHAIN_START, Commit, InputKey, Outcome, Position, Receipt, Record, ScopeKey, ScopeState,
    StoreError, StoredPayload, Stub, Tree, chain_hash,
};

#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) scopes: BTreeMap<ScopeKey, Scope>,
    pub(super) revision_floor: u64,
    pub(super) records: Vec<Record>,
    pub(super) chains: BTreeMap<String, (u64, [u8; 32])>,
    pub(super) tree: Tree,
    /// By number.
    pub(super) payloads: BTreeMap<u64, StoredPayload>,
    /// Payloads that were ever kept.
    pub(super) payloads_kept: u64,
    pub(super) outcomes: BTreeMap<InputKey, (Outcome, i64)>,
    /// By size, with the payloads kept until then.
    pub(super) checkpoints: BTreeMap<u64, (String, u64)>,
    /// With the payloads that go with the records it stands for.
    pub(super) stub: Option<(Stub, u64)>,
    pub(super) faults: VecDeque<Option<Fault>>,
    pub(super) standing: Option<Fault>,
}

#[derive(Debug)]
pub(super) struct Scope {
    pub(super) state: ScopeState,
    pub(super) written_at: i64,
}

// === impl Inner ===

impl Inner {
    pub(super) fn apply(&mut self, commit: Commit, now: i64) -> Result<Receipt, StoreError> {
        if let Some((input, _)) = &commit.outcome
            && self.outcomes.contains_key(input)
        {
            return Err(StoreError::Answered(*input));
        }
        if let Some(conflict) = commit.written_twice() {
            return Err(conflict);
        }
        for write in &commit.scopes {
            let current = self
                .scopes
                .get(&write.key)
                .map_or(0, |scope| scope.state.revision);
            if current != write.base_revision {
                return Err(StoreError::Conflict {
                    key: write.key.clone(),
                    base: write.base_revision,
                    current,
                });
            }
        }
        let mut receipt = Receipt::default();
        for write in commit.scopes {
            // A scope that comes back after a deletion must not show a revision that somebody may still hold.
            let revision = match write.base_revision {
                0 => self.revision_floor + 1,
                base => base + 1,
            };
            let scope = self.scopes.entry(write.key).or_insert_with(|| Scope {
                state: ScopeState::default(),
                written_at: now,
            });
            scope.state.revision = revision;
            scope.written_at = now;
            for (name, value) in write.delta {
                match value {
                    Some(value) => scope.state.vars.insert(name, value.into()),
                    None => scope.state.vars.remove(&name),
                };
            }
            receipt.revisions.push(revision);
        }
        for key in &commit.ended {
            self.delete(key);
        }
        for entry in commit.entries {
            let (seq, hash) = self
                .chains
                .entry(entry.chain.clone())
                .or_insert((0, CHAIN_START));
            *seq += 1;
            *hash = chain_hash(hash, &entry.chain, *seq, &entry.body);
            self.tree.push(&entry.chain, *seq, hash);
            let position = Position {
                position: self.tree.size(),
                chain_seq: *seq,
                hash: *hash,
            };
            let (seq, hash) = (*seq, *hash);
            self.records.push(Record {
                position: position.position,
                chain: entry.chain,
                seq,
                hash,
                body: entry.body,
            });
            receipt.positions.push(position);
        }
        for payload in commit.payloads {
            self.payloads_kept += 1;
            let stored = StoredPayload {
                number: self.payloads_kept,
                digest: payload.digest,
                content: Some((payload.salt, payload.bytes)),
            };
            self.payloads.insert(stored.number, stored);
        }
        if let Some((input, answer)) = commit.outcome {
            let position = receipt.positions.last().map(|place| place.position);
            self.outcomes
                .insert(input, (Outcome { answer, position }, now));
        }
        Ok(receipt)
    }

    /// How many records a stub stands for.
    pub(super) fn dropped(&self) -> u64 {
        self.stub.as_ref().map_or(0, |(stub, _)| stub.size())
    }

    pub(super) fn delete(&mut self, key: &ScopeKey) -> bool {
        let removed = self.scopes.remove(key);
        if let Some(scope) = &removed {
            self.revision_floor = self.revision_floor.max(scope.state.revision);
        }
        removed.is_some()
    }
}
