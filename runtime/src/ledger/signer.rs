//! Signs checkpoints and puts them in both of their places.

use std::sync::Arc;

use super::anchor::Anchor;
use super::{Checkpoint, LedgerError, LedgerKey, NO_PREVIOUS};
use crate::store::{Store, StoredCheckpoint};
use crate::world::Clock;

/// How many checkpoints are read at a time when the file has to catch up.
const PAGE: usize = 256;

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
