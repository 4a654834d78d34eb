//! Signs checkpoints and stubs, and puts them in their places.

use std::sync::Arc;

use super::anchor::Anchor;
use super::shortening::Shortening;
use super::{Checkpoint, LedgerError, LedgerKey, NO_PREVIOUS, Retention};
use crate::store::{Dropped, Store, StoredCheckpoint};
use crate::world::Clock;

/// How many checkpoints are read at a time when the file has to catch up.
const PAGE: usize = 256;

/// How many rows one transaction drops, so that no commit waits long for it.
const DROP_ROWS: usize = 500;

/// Signs one checkpoint after another; each names the one before.
#[derive(Debug)]
pub(super) struct Signer {
    store: Arc<dyn Store>,
    key: LedgerKey,
    anchor: Anchor,
    clock: Arc<dyn Clock>,
    last_size: u64,
    last_digest: [u8; 32],
}

// === impl Signer ===

impl Signer {
    /// Goes on where the checkpoints file and the store left off, and gives the file what a crash kept from it.
    pub(super) fn open(
        store: Arc<dyn Store>,
        key: LedgerKey,
        anchor: Anchor,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, LedgerError> {
        let mut signer = Self {
            store,
            key,
            anchor,
            clock,
            last_size: 0,
            last_digest: NO_PREVIOUS,
        };
        let size = signer.store.head()?.size;
        if signer.anchor.size() > size {
            // Not a reason to stop the gate: the file keeps the evidence, and `verify` reports it from now on.
            tracing::error!(
                checkpointed = signer.anchor.size(),
                records = size,
                "the ledger has fewer records than its last checkpoint covers: run `sinew ledger verify`"
            );
        }
        signer.catch_up()?;
        let stored = signer
            .store
            .last_checkpoint()?
            .map(|checkpoint| checkpoint.note);
        if let Some(note) = signer.anchor.last().map(str::to_owned).or(stored) {
            signer.last_size = Checkpoint::parse(&note).map_or(0, |checkpoint| checkpoint.size);
            signer.last_digest = Checkpoint::digest(&note).unwrap_or(NO_PREVIOUS);
        }
        Ok(signer)
    }

    /// Signs a checkpoint over everything the store has, unless the last one covers just that. Returns its size.
    pub(super) fn sign(&mut self) -> Result<u64, LedgerError> {
        let head = self.store.head()?;
        if head.size == self.last_size {
            self.catch_up()?;
            return Ok(head.size);
        }
        let checkpoint = Checkpoint {
            origin: self.key.public().name().to_owned(),
            size: head.size,
            root: head.root,
            previous: self.last_digest,
            unix_micros: self.clock.unix_micros(),
        };
        let note = checkpoint.sign(&self.key);
        // The store first: it presses onto the disk what the checkpoint covers, so that no power cut leaves a checkpoint
        // over records that are gone. The file may then lack one, never more.
        self.store.add_checkpoint(&StoredCheckpoint {
            size: head.size,
            note: note.clone(),
        })?;
        self.last_size = head.size;
        self.last_digest = Checkpoint::digest(&note).unwrap_or(NO_PREVIOUS);
        self.catch_up()?;
        tracing::info!(size = head.size, %note, "ledger checkpoint");
        Ok(head.size)
    }

    /// Drops what is old, one step of it. Returns how many records are gone with this step, which is zero when nothing is old
    /// enough.
    pub(super) fn shorten(&mut self, retention: &Retention) -> Result<u64, LedgerError> {
        // What a crash left of the step before.
        self.finish_shortening()?;
        let before = self.store.stub()?.map_or(0, |stub| stub.size());
        let now = self.clock.unix_micros();
        let next = Shortening::next(&*self.store, retention, &self.key, now)?;
        let Some(Shortening { stub, closed }) = next else {
            return Ok(0);
        };
        if !self.store.shorten(&stub, &closed)? {
            // A chain went on while it was being closed. It is looked at again in the next round.
            return Ok(0);
        }
        tracing::info!(records = stub.size() - before, note = %stub.note, "ledger stub");
        self.finish_shortening()?;
        Ok(stub.size() - before)
    }

    /// Deletes what the stub stands for, in the database and in the checkpoints file.
    fn finish_shortening(&mut self) -> Result<(), LedgerError> {
        let Some(stub) = self.store.stub()? else {
            return Ok(());
        };
        self.anchor.drop_below(stub.size())?;
        while self.store.drop_stubbed(DROP_ROWS)? != Dropped::default() {}
        Ok(())
    }

    /// Appends to the file what the store has beyond it.
    fn catch_up(&mut self) -> Result<(), LedgerError> {
        loop {
            let missing = self.store.checkpoints(self.anchor.size(), PAGE)?;
            for checkpoint in &missing {
                self.anchor.append(&checkpoint.note)?;
            }
            if missing.len() < PAGE {
                return Ok(());
            }
        }
    }
}
