//! A store that is a plain model of one: maps under a lock, with faults that tests inject.

mod inner;

use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::inner::{Inner, Scope};
use super::{
    ChainHead, Commit, Dropped, Expired, Expiry, Head, InputKey, Log, Outcome, Receipt, Record,
    ScopeKey, ScopeState, Scopes, Store, StoreError, StoredCheckpoint, StoredPayload, Stub,
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

// === impl Log for MemoryStore ===

impl Log for MemoryStore {
    fn head(&self) -> Result<Head, StoreError> {
        let inner = self.inner();
        Ok(Head {
            size: inner.tree.size(),
            root: inner.tree.root(),
        })
    }

    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        let inner = self.inner();
        Ok(inner
            .records
            .iter()
            .filter(|record| record.position >= from && record.position > inner.dropped())
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
        let wanted = |record: &&Record| {
            record.chain == chain && record.seq >= from_seq && record.position > inner.dropped()
        };
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
        let inner = self.inner();
        let newest = inner
            .payloads
            .values()
            .rfind(|payload| payload.digest == *digest);
        Ok(newest.cloned())
    }

    fn payloads(&self, after: u64, limit: usize) -> Result<Vec<StoredPayload>, StoreError> {
        let inner = self.inner();
        let range = inner
            .payloads
            .range((Bound::Excluded(after), Bound::Unbounded));
        Ok(range
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
            .map(|(size, (note, _))| StoredCheckpoint {
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
            .map(|(size, (note, _))| StoredCheckpoint {
                size: *size,
                note: note.clone(),
            }))
    }

    fn stub(&self) -> Result<Option<Stub>, StoreError> {
        Ok(self.inner().stub.as_ref().map(|(stub, _)| stub.clone()))
    }
}

// === impl Scopes for MemoryStore ===

impl Scopes for MemoryStore {
    fn load(&self, key: &ScopeKey) -> Result<ScopeState, StoreError> {
        Ok(self
            .inner()
            .scopes
            .get(key)
            .map(|scope| scope.state.clone())
            .unwrap_or_default())
    }

    fn scopes(&self, plugin: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let inner = self.inner();
        let wanted =
            |key: &&ScopeKey| key.plugin == plugin && key.scope.as_bytes() > after.as_bytes();
        let names = inner.scopes.keys().filter(wanted).take(limit);
        Ok(names.map(|key| key.scope.clone()).collect())
    }
}

// === impl Store for MemoryStore ===

impl Store for MemoryStore {
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
            let kept = (checkpoint.note.clone(), inner.payloads_kept);
            inner.checkpoints.insert(checkpoint.size, kept);
            Ok(())
        })
    }

    fn erase_payload(&self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        self.write(|inner, _| {
            let mut erased = false;
            for payload in inner.payloads.values_mut() {
                if payload.digest == *digest {
                    erased |= payload.content.take().is_some();
                }
            }
            Ok(erased)
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

    fn shorten(&self, stub: &Stub, closed: &[ChainHead]) -> Result<bool, StoreError> {
        self.write(|inner, _| {
            let goes_on =
                |head: &ChainHead| inner.chains.get(&head.chain) != Some(&(head.seq, head.hash));
            if stub.size() <= inner.dropped() || closed.iter().any(goes_on) {
                return Ok(false);
            }
            let payloads = inner
                .checkpoints
                .range(..stub.size())
                .next_back()
                .map_or(0, |(_, (_, payloads))| *payloads);
            inner.checkpoints = inner.checkpoints.split_off(&stub.size());
            for head in closed {
                inner.chains.remove(&head.chain);
            }
            inner.stub = Some((stub.clone(), payloads));
            Ok(true)
        })
    }

    fn drop_stubbed(&self, limit: usize) -> Result<Dropped, StoreError> {
        self.write(|inner, _| {
            let (dropped, before) = (
                inner.dropped(),
                inner.stub.as_ref().map_or(0, |stub| stub.1),
            );
            let old = |record: &&Record| record.position <= dropped;
            let records = inner.records.iter().take_while(old).take(limit).count();
            inner.records.drain(..records);
            let old = |number: &&u64| **number <= before && **number < inner.payloads_kept;
            let old = inner.payloads.keys().take_while(old).take(limit);
            let payloads: Vec<_> = old.copied().collect();
            for number in &payloads {
                inner.payloads.remove(number);
            }
            Ok(Dropped {
                records,
                payloads: payloads.len(),
            })
        })
    }

    fn bytes_used(&self) -> Result<u64, StoreError> {
        let inner = self.inner();
        let records: usize = inner.records.iter().map(|record| record.body.len()).sum();
        let content =
            |payload: &StoredPayload| payload.content.as_ref().map_or(0, |(_, bytes)| bytes.len());
        let payloads: usize = inner.payloads.values().map(content).sum();
        Ok((records + payloads) as u64)
    }

    fn probe_writable(&self) -> Result<(), StoreError> {
        self.write(|_, _| Ok(()))
    }
}
