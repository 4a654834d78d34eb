//! A store that is a plain model of one: maps under a lock, with faults that tests inject.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    CHAIN_START, ChainHead, Commit, Expired, Expiry, Head, InputKey, Log, Outcome, Position,
    Receipt, Record, ScopeKey, ScopeState, Store, StoreError, StoredCheckpoint, StoredPayload,
    Tree, chain_hash,
};
use crate::world::{Clock, SystemClock};

/// A failure that a test injects into the next write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The write fails with [`StoreError::Full`].
    Full,
    /// The write fails with [`StoreError::Unavailable`].
    Unavailable,
    /// The write happens, and its caller gets [`StoreError::Unknown`].
    UnknownAfter,
    /// The write does not happen, and its caller gets [`StoreError::Unknown`].
    UnknownBefore,
}

/// The in-memory twin of [`super::SqliteStore`].
#[derive(Debug)]
pub struct MemoryStore {
    inner: Mutex<Inner>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Default)]
struct Inner {
    scopes: BTreeMap<ScopeKey, Scope>,
    revision_floor: u64,
    records: Vec<Record>,
    chains: BTreeMap<String, (u64, [u8; 32])>,
    tree: Tree,
    payloads: BTreeMap<[u8; 32], StoredPayload>,
    outcomes: BTreeMap<InputKey, (Outcome, i64)>,
    checkpoints: BTreeMap<u64, String>,
    faults: VecDeque<Option<Fault>>,
    standing: Option<Fault>,
}

#[derive(Debug)]
struct Scope {
    state: ScopeState,
    written_at: i64,
}

// === impl MemoryStore ===

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock))
    }
}

impl MemoryStore {
    /// Makes an empty store; `clock` dates scopes and outcomes for their expiry.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Mutex::default(),
            clock,
        }
    }

    /// Makes the next write that has no fault before it fail with `fault`.
    pub fn inject(&self, fault: Fault) {
        self.inner().faults.push_back(Some(fault));
    }

    /// Lets the next write that has nothing injected before it through, so that a fault can hit a later one.
    pub fn inject_none(&self) {
        self.inner().faults.push_back(None);
    }

    /// Makes every write fail with `fault` until this is called with `None`.
    pub fn stand(&self, fault: Option<Fault>) {
        self.inner().standing = fault;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&mut Inner, i64) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inner = self.inner();
        let fault = inner.faults.pop_front().unwrap_or(inner.standing);
        let injected = || "injected".to_owned();
        match fault {
            None => write(&mut inner, self.clock.unix_micros()),
            Some(Fault::Full) => Err(StoreError::Full(injected())),
            Some(Fault::Unavailable) => Err(StoreError::Unavailable(injected())),
            Some(Fault::UnknownBefore) => Err(StoreError::Unknown(injected())),
            Some(Fault::UnknownAfter) => {
                write(&mut inner, self.clock.unix_micros())?;
                Err(StoreError::Unknown(injected()))
            }
        }
    }
}

// === impl Inner ===

impl Inner {
    fn apply(&mut self, commit: Commit, now: i64) -> Result<Receipt, StoreError> {
        if let Some((input, _)) = &commit.outcome
            && self.outcomes.contains_key(input)
        {
            return Err(StoreError::Answered(*input));
        }
        if let Some(write) = &commit.scope {
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
        if let Some(write) = commit.scope {
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
            receipt.revision = Some(revision);
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
            let content = Some((payload.salt, payload.bytes));
            self.payloads
                .entry(payload.digest)
                .or_insert(StoredPayload {
                    digest: payload.digest,
                    content,
                });
        }
        if let Some((input, answer)) = commit.outcome {
            let position = receipt.positions.last().map(|place| place.position);
            self.outcomes
                .insert(input, (Outcome { answer, position }, now));
        }
        Ok(receipt)
    }

    fn delete(&mut self, key: &ScopeKey) -> bool {
        let removed = self.scopes.remove(key);
        if let Some(scope) = &removed {
            self.revision_floor = self.revision_floor.max(scope.state.revision);
        }
        removed.is_some()
    }
}

// === impl Log for MemoryStore ===

impl Log for MemoryStore {
    fn head(&self) -> Result<Head, StoreError> {
        let inner = self.inner();
        Ok(Head {
            size: inner.tree.size(),
            root: inner.tree.root(),
            chains: inner.chains.len() as u64,
        })
    }

    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        let inner = self.inner();
        Ok(inner
            .records
            .iter()
            .skip_while(|record| record.position < from)
            .take(limit)
            .cloned()
            .collect())
    }

    fn chain_records(
        &self,
        chain: &str,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let inner = self.inner();
        let wanted = |record: &&Record| record.chain == chain && record.seq >= from_seq;
        Ok(inner
            .records
            .iter()
            .filter(wanted)
            .take(limit)
            .cloned()
            .collect())
    }

    fn chains(&self, after: Option<&str>, limit: usize) -> Result<Vec<ChainHead>, StoreError> {
        let inner = self.inner();
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let range = inner.chains.range::<str, _>((start, Bound::Unbounded));
        Ok(range
            .take(limit)
            .map(|(chain, (seq, hash))| ChainHead {
                chain: chain.clone(),
                seq: *seq,
                hash: *hash,
            })
            .collect())
    }

    fn payload(&self, digest: &[u8; 32]) -> Result<Option<StoredPayload>, StoreError> {
        Ok(self.inner().payloads.get(digest).cloned())
    }

    fn payloads(
        &self,
        after: Option<&[u8; 32]>,
        limit: usize,
    ) -> Result<Vec<StoredPayload>, StoreError> {
        let inner = self.inner();
        let start = after.map_or(Bound::Unbounded, |digest| Bound::Excluded(*digest));
        Ok(inner
            .payloads
            .range((start, Bound::Unbounded))
            .take(limit)
            .map(|(_, payload)| payload.clone())
            .collect())
    }

    fn checkpoints(&self, above: u64, limit: usize) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let inner = self.inner();
        let range = inner
            .checkpoints
            .range((Bound::Excluded(above), Bound::Unbounded));
        Ok(range
            .take(limit)
            .map(|(size, note)| StoredCheckpoint {
                size: *size,
                note: note.clone(),
            })
            .collect())
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let inner = self.inner();
        Ok(inner
            .checkpoints
            .last_key_value()
            .map(|(size, note)| StoredCheckpoint {
                size: *size,
                note: note.clone(),
            }))
    }
}

// === impl Store for MemoryStore ===

impl Store for MemoryStore {
    fn load(&self, key: &ScopeKey) -> Result<ScopeState, StoreError> {
        Ok(self
            .inner()
            .scopes
            .get(key)
            .map(|scope| scope.state.clone())
            .unwrap_or_default())
    }

    fn commit(&self, commit: Commit) -> Result<Receipt, StoreError> {
        self.write(|inner, now| inner.apply(commit, now))
    }

    fn outcome(&self, input: &InputKey) -> Result<Option<Outcome>, StoreError> {
        Ok(self
            .inner()
            .outcomes
            .get(input)
            .map(|(outcome, _)| outcome.clone()))
    }

    fn add_checkpoint(&self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        self.write(|inner, _| {
            inner
                .checkpoints
                .insert(checkpoint.size, checkpoint.note.clone());
            Ok(())
        })
    }

    fn erase_payload(&self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        self.write(|inner, _| {
            Ok(inner
                .payloads
                .get_mut(digest)
                .is_some_and(|payload| payload.content.take().is_some()))
        })
    }

    fn delete_scope(&self, key: &ScopeKey) -> Result<bool, StoreError> {
        self.write(|inner, _| Ok(inner.delete(key)))
    }

    fn expire(&self, expiry: Expiry) -> Result<Expired, StoreError> {
        self.write(|inner, _| {
            let old = |(key, scope): (&ScopeKey, &Scope)| {
                (scope.written_at < expiry.scopes_before
                    && key.scope.starts_with(expiry.scope_prefix))
                .then(|| key.clone())
            };
            let scopes: Vec<_> = inner
                .scopes
                .iter()
                .filter_map(old)
                .take(expiry.limit)
                .collect();
            for key in &scopes {
                inner.delete(key);
            }
            let old = |(input, (_, at)): (&InputKey, &(Outcome, i64))| {
                (*at < expiry.outcomes_before).then_some(*input)
            };
            let outcomes: Vec<_> = inner
                .outcomes
                .iter()
                .filter_map(old)
                .take(expiry.limit)
                .collect();
            for input in &outcomes {
                inner.outcomes.remove(input);
            }
            Ok(Expired {
                scopes: scopes.len(),
                outcomes: outcomes.len(),
            })
        })
    }

    fn probe_writable(&self) -> Result<(), StoreError> {
        self.write(|_, _| Ok(()))
    }
}
