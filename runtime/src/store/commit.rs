//! Commits: everything a turn makes durable together.

use super::{Entry, Payload, Position, ScopeKey, ScopeWrite, StoreError};

/// Names one input for deduplication: a digest that the engine computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputKey(pub [u8; 32]);

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The bytes that its commit left for it.
    pub answer: Vec<u8>,
    /// Where the last record of that commit stands in the log; `None` where the commit had no record.
    pub position: Option<u64>,
}

/// How hard a commit is pressed onto the disk before it is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Survives the end of the process, `kill -9` included. A power cut may take the last ones, never corrupt what is left.
    #[default]
    Normal,
    /// Survives a power cut as well: synced to the disk before the answer.
    Full,
}

/// Everything that happens together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Vars deltas, each checked against the revision that was read. A scope stands here once; the second is a conflict.
    pub scopes: Vec<ScopeWrite>,
    /// Scopes that are gone afterwards, with their Vars and whatever their revision; none of them needs to exist.
    pub ended: Vec<ScopeKey>,
    /// Records, in the order they take in the log.
    pub entries: Vec<Entry>,
    /// Bytes that the records name.
    pub payloads: Vec<Payload>,
    /// What became of an input, for whoever asks [`super::Store::outcome`] later. A key that has an outcome already is
    /// [`super::StoreError::Answered`].
    pub outcome: Option<(InputKey, Vec<u8>)>,
    /// The least durability this commit needs.
    pub durability: Durability,
}

/// What a commit came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Where the entries went, in their order.
    pub positions: Vec<Position>,
    /// The new revisions of the scopes that were written, in their order.
    pub revisions: Vec<u64>,
}

impl Commit {
    /// Returns a commit that only appends `entries`.
    #[must_use]
    pub fn of_entries(entries: Vec<Entry>) -> Self {
        Self {
            entries,
            ..Self::default()
        }
    }

    /// Returns the conflict of a scope that the commit writes twice: the second write cannot have read the first.
    pub(super) fn written_twice(&self) -> Option<StoreError> {
        self.scopes.iter().enumerate().find_map(|(index, write)| {
            let before = &self.scopes[..index];
            before
                .iter()
                .any(|other| other.key == write.key)
                .then(|| StoreError::Conflict {
                    key: write.key.clone(),
                    base: write.base_revision,
                    current: write.base_revision + 1,
                })
        })
    }

    /// Returns how many bytes the commit carries, names included: what limits are measured against.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let scope = self
            .scopes
            .iter()
            .flat_map(|write| &write.delta)
            .map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len));
        let entries = self
            .entries
            .iter()
            .map(|entry| entry.chain.len() + entry.body.len());
        let payloads = self.payloads.iter().map(|payload| payload.bytes.len());
        let outcome = self.outcome.iter().map(|(_, answer)| answer.len());
        scope
            .chain(entries)
            .chain(payloads)
            .chain(outcome)
            .map(|bytes| bytes as u64)
            .sum()
    }
}
