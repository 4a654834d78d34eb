//! Commits when the store takes them, keeps records in the journal when it does not, and chains them later.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::journal::Journal;
use super::{GATE_CHAIN, LedgerError, canonical_json, timestamp};
use crate::store::{Commit, Durability, Entry, InputKey, Receipt, Store, StoreError};
use crate::world::Clock;

/// The store with the journal behind it.
#[derive(Debug)]
pub(super) struct Backlog {
    store: Arc<dyn Store>,
    journal: Mutex<Journal>,
    /// Whether the journal holds anything: what every commit asks, so that it need not take the lock.
    pending: AtomicBool,
    clock: Arc<dyn Clock>,
}

// === impl Backlog ===

impl Backlog {
    pub(super) fn new(store: Arc<dyn Store>, journal: Journal, clock: Arc<dyn Clock>) -> Self {
        let pending = AtomicBool::new(journal.pending());
        Self {
            store,
            journal: Mutex::new(journal),
            pending,
            clock,
        }
    }

    /// Does all of `commit` or nothing. What the journal holds is chained before it, so that chains keep their order; while
    /// that fails, so does the commit. `otherwise` returns what the journal should keep instead, and whether it did is in
    /// the second place.
    pub(super) fn commit(
        &self,
        commit: Commit,
        otherwise: impl FnOnce(&StoreError) -> Vec<Entry>,
    ) -> Result<Receipt, (StoreError, bool)> {
        let done = if self.pending.load(Ordering::Acquire) {
            let mut journal = self.journal();
            self.drain_into(&mut journal)
                .and_then(|_| self.store.commit(commit))
        } else {
            self.store.commit(commit)
        };
        done.map_err(|error| {
            let journalled = refuses_everything(&error) && self.keep(&otherwise(&error));
            (error, journalled)
        })
    }

    /// Keeps entries in the journal. Says whether there was room.
    pub(super) fn keep(&self, entries: &[Entry]) -> bool {
        if entries.is_empty() {
            return true;
        }
        let mut journal = self.journal();
        let kept = journal.append(entries);
        self.pending.store(true, Ordering::Release);
        kept
    }

    /// Chains what the journal holds, if anything, and returns how many records that made. Cheap when there is nothing.
    pub(super) fn drain(&self) -> Result<u64, StoreError> {
        if !self.pending.load(Ordering::Acquire) {
            return Ok(0);
        }
        self.drain_into(&mut self.journal())
    }

    /// Chains frame after frame. Each commit carries a name of its frame as its input, so that a frame whose commit went
    /// through before a crash, or before an answer that got lost, is not chained twice.
    fn drain_into(&self, journal: &mut Journal) -> Result<u64, StoreError> {
        if !journal.pending() {
            return Ok(0);
        }
        let (id, generation) = journal.state();
        let (mut chained, mut last) = (0, None);
        while let Some(frame) = journal.frame_after(last.as_ref()).map_err(unreadable)? {
            let outcome = Some((name(b"frame", id, frame.sequence), Vec::new()));
            let entries = frame.entries.clone();
            if let Err(error) = once(self.store.commit(Commit {
                outcome,
                ..Commit::of_entries(entries)
            })) {
                if let Some(last) = &last {
                    journal.chained(last).map_err(unreadable)?;
                }
                return Err(error);
            }
            chained += frame.entries.len();
            last = Some(frame);
        }
        // This one is pressed onto the disk, and with it the ones before, because the journal is emptied next.
        let outcome = Some((name(b"drained", id, generation), Vec::new()));
        let entries = vec![self.report(chained, journal.lost())];
        once(self.store.commit(Commit {
            outcome,
            durability: Durability::Full,
            ..Commit::of_entries(entries)
        }))?;
        journal.reset().map_err(unreadable)?;
        self.pending.store(false, Ordering::Release);
        tracing::info!(chained, "the journal was chained");
        Ok(chained as u64 + 1)
    }

    fn report(&self, chained: usize, lost: u64) -> Entry {
        let detail = match lost {
            0 => format!("{chained} records that were kept in the journal were chained"),
            lost => format!(
                "{chained} records that were kept in the journal were chained; {lost} more did not fit and are lost"
            ),
        };
        let value = json!({"what": "journal", "detail": detail, "chained": chained, "lost": lost});
        let record =
            json!({"at": timestamp(self.clock.unix_micros()), "kind": "gate", "value": value});
        // A value made of strings and numbers always has a JSON form.
        Entry {
            chain: GATE_CHAIN.to_owned(),
            body: canonical_json(&record).unwrap_or_default(),
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says whether a commit failed because of the store, so that its records would be lost; not because of the commit itself.
fn refuses_everything(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Full(_) | StoreError::Unavailable(_) | StoreError::Corrupt(_)
    )
}

/// A commit that happened before has happened.
fn once(done: Result<Receipt, StoreError>) -> Result<(), StoreError> {
    match done {
        Ok(_) | Err(StoreError::Answered(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn unreadable(error: LedgerError) -> StoreError {
    match error {
        LedgerError::Store(error) => error,
        LedgerError::File {
            operation,
            path,
            source,
        } => StoreError::Unavailable(format!("{operation} `{}`: {source}", path.display())),
        other => StoreError::Corrupt(other.to_string()),
    }
}

fn name(what: &[u8], journal: [u8; 16], number: u64) -> InputKey {
    let hasher = Sha256::new()
        .chain_update(b"sinew journal v1\n")
        .chain_update(what)
        .chain_update(b"\n");
    InputKey(
        hasher
            .chain_update(journal)
            .chain_update(number.to_be_bytes())
            .finalize()
            .into(),
    )
}
