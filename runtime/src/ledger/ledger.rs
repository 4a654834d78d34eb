//! The ledger as the engine uses it.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::anchor::Anchor;
use super::backlog::Backlog;
use super::journal::Journal;
use super::signer::Signer;
use super::{LedgerError, LedgerKey, LedgerSettings, PublicKey, Retention};
use crate::store::{Commit, Entry, Payload, Position, Receipt, Store, StoreError};
use crate::world::{Clock, Random};

/// Keeps the record of everything that happened, whatever happens to the disk.
///
/// One thread of its own signs checkpoints; it ends with [`Ledger::close`], or when the ledger is dropped.
#[derive(Debug)]
pub struct Ledger {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    random: Arc<dyn Random>,
    public: PublicKey,
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

#[derive(Debug)]
struct Shared {
    store: Arc<dyn Store>,
    backlog: Backlog,
    signer: Mutex<Signer>,
    settings: LedgerSettings,
    /// Records committed since the last checkpoint.
    uncovered: AtomicU64,
    closing: Mutex<bool>,
    bell: Condvar,
}

// === impl Ledger ===

impl Ledger {
    /// Opens the ledger over `store`: makes the key and the journal where there are none, chains what the journal holds if
    /// the store takes it, and starts signing.
    ///
    /// # Errors
    /// [`LedgerError::KeyMissing`] when there are records and no key; otherwise which file, or that the store, failed.
    pub fn open(
        store: Arc<dyn Store>,
        settings: LedgerSettings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, LedgerError> {
        let dir = &settings.dir;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(LedgerError::file("making", dir))?;
        let size = store.head()?.size;
        let key = LedgerKey::load_or_make(dir, &*random, size == 0)?;
        let public = key.public().clone();
        let journal = Journal::open(dir, settings.journal_bytes, &*random)?;
        let signer = Signer::open(
            Arc::clone(&store),
            key,
            Anchor::open(dir)?,
            Arc::clone(&clock),
        )?;
        let shared = Arc::new(Shared {
            backlog: Backlog::new(Arc::clone(&store), journal, clock),
            store,
            signer: Mutex::new(signer),
            settings,
            // One too many costs a look at the head; one too few would leave old records uncovered until the next.
            uncovered: AtomicU64::new(size.min(1)),
            closing: Mutex::new(false),
            bell: Condvar::new(),
        });
        shared.drain();
        let thread = thread::Builder::new()
            .name("ledger-signer".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || shared.sign_until_closed()
            });
        let thread = thread.map_err(LedgerError::file(
            "starting a thread for",
            &shared.settings.dir,
        ))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
            random,
            public,
        })
    }

    /// Returns the store, for reading.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// Returns the key that verifies this ledger's checkpoints.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Does all of `commit` or nothing. When the store takes no commits, the entries go to the journal as they are, and the
    /// error is returned all the same: the turn did not happen. Where the records should say so, use [`Ledger::commit_or`].
    ///
    /// # Errors
    /// Any of [`StoreError`].
    pub fn commit(&self, commit: Commit) -> Result<Receipt, StoreError> {
        let entries = commit.entries.clone();
        self.commit_or(commit, |_| entries)
    }

    /// As [`Ledger::commit`], but what goes to the journal is what `otherwise` returns, which therefore can say that the
    /// turn failed. It is called at most once, for [`StoreError::Full`], [`StoreError::Unavailable`] and
    /// [`StoreError::Corrupt`] only.
    ///
    /// # Errors
    /// Any of [`StoreError`].
    pub fn commit_or(
        &self,
        commit: Commit,
        otherwise: impl FnOnce(&StoreError) -> Vec<Entry>,
    ) -> Result<Receipt, StoreError> {
        let receipt = self
            .shared
            .backlog
            .commit(commit, otherwise)
            .map_err(|(error, _)| error)?;
        self.shared.count(receipt.positions.len() as u64);
        Ok(receipt)
    }

    /// Records one event that is nobody's turn. Never fails: what the store cannot take goes to the journal. After an unknown
    /// commit it goes there as well, so such a record may appear twice, but is never missing.
    pub fn note(&self, chain: &str, body: Vec<u8>) -> Noted {
        let entry = Entry {
            chain: chain.to_owned(),
            body,
        };
        let commit = Commit::of_entries(vec![entry.clone()]);
        let kept = match self.shared.backlog.commit(commit, |_| vec![entry.clone()]) {
            Ok(receipt) => {
                self.shared.count(1);
                if let Some(position) = receipt.positions.first() {
                    return Noted::Chained(*position);
                }
                false
            }
            Err((StoreError::Unknown(_), _)) => self.shared.backlog.keep(&[entry]),
            Err((error, kept)) => {
                if !kept {
                    tracing::error!(%error, chain, "a record is lost");
                }
                kept
            }
        };
        if kept { Noted::Journalled } else { Noted::Lost }
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
        self.shared.backlog.drain()?;
        self.shared.sign()
    }

    /// Drops records that are old by `retention`, a bounded step at a time, and puts a signed stub in their place. Returns how
    /// many went with this step; zero means that no more are old enough.
    ///
    /// # Errors
    /// [`LedgerError::Altered`] when the records are not those that were checkpointed; otherwise which part failed.
    pub fn shorten(&self, retention: &Retention) -> Result<u64, LedgerError> {
        self.shared.signer().shorten(retention)
    }

    /// Signs the last checkpoint and stops the ledger's thread. Later commits still work, but nothing covers them.
    pub fn close(&self) {
        *self
            .shared
            .closing
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.bell.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // A thread that panicked has signed its last already.
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the ledger's thread ended early");
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.close();
    }
}

// === impl Shared ===

impl Shared {
    fn count(&self, records: u64) {
        let limit = self.settings.checkpoint_records;
        let before = self.uncovered.fetch_add(records, Ordering::AcqRel);
        if before < limit && before + records >= limit {
            self.bell.notify_all();
        }
    }

    fn sign(&self) -> Result<(), LedgerError> {
        let before = self.uncovered.swap(0, Ordering::AcqRel);
        let signed = self.signer().sign();
        if signed.is_err() {
            self.uncovered.fetch_add(before, Ordering::AcqRel);
        }
        signed.map(drop)
    }

    fn drain(&self) {
        match self.backlog.drain() {
            Ok(chained) => self.count(chained),
            Err(error) => tracing::debug!(%error, "the journal cannot be chained yet"),
        }
    }

    fn sign_until_closed(&self) {
        let mut failing = false;
        loop {
            let closing = self.wait(failing);
            self.drain();
            if self.uncovered.load(Ordering::Acquire) > 0 {
                match self.sign() {
                    Ok(()) => failing = false,
                    // Once for as long as it lasts: this comes back every second.
                    Err(error) if !std::mem::replace(&mut failing, true) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "no checkpoint could be signed"
                        );
                    }
                    Err(_) => {}
                }
            }
            if closing {
                return;
            }
        }
    }

    /// Waits until a checkpoint is due. Says whether the ledger is closing.
    fn wait(&self, failing: bool) -> bool {
        let closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        // While signing fails, a full count is no reason to try again at once.
        let due = || {
            !failing && self.uncovered.load(Ordering::Acquire) >= self.settings.checkpoint_records
        };
        let idle = |closing: &mut bool| !*closing && !due();
        let waited = self
            .bell
            .wait_timeout_while(closing, self.settings.checkpoint_every, idle);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn signer(&self) -> MutexGuard<'_, Signer> {
        self.signer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
