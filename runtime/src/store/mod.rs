//! The only room that knows SQL: scopes, records and payloads, committed together.
//!
//! A [`Store`] keeps four things. *Scopes* hold plugins' Vars, each with a revision. The *log* is one global order of
//! records, in which every record is also the next link of its chain; a Merkle tree over the global order gives checkpoints
//! something to sign; old records can be dropped, and a signed *stub* then stands for them. *Payloads* are bytes that records name by a salted digest, so that they can be erased while the log
//! still verifies. *Outcomes* say what became of an input, for a caller that did not learn whether its commit happened.
//!
//! What a record says, when a checkpoint is due and who signs it is not known here: that is the ledger's business.
//! [`SqliteStore`] is the embedded store; [`MemoryStore`] is its model, and passes the same suite.

mod chain;
mod commit;
mod error;
mod memory;
mod payload;
mod record;
mod scope;
mod sqlite;
mod stub;
mod tree;

pub use chain::{CHAIN_START, chain_hash};
pub use commit::{Commit, Durability, InputKey, Outcome, Receipt};
pub use error::StoreError;
pub use memory::{Fault, MemoryStore};
pub use payload::{Payload, StoredPayload};
pub use record::{ChainHead, Entry, Head, Position, Record, StoredCheckpoint};
pub use scope::{Expired, Expiry, ScopeKey, ScopeState, ScopeWrite};
pub use sqlite::{SqliteReader, SqliteSettings, SqliteStore};
pub use stub::{Dropped, Stub};
pub use tree::Tree;

/// The log as it can be read, beside a writer or without one.
///
/// Every method may block on the disk, so an async caller goes through a blocking thread. Each call sees one moment of the
/// store; two calls may see different ones. All fail with [`StoreError::Unavailable`] or [`StoreError::Corrupt`] only.
pub trait Log: std::fmt::Debug + Send + Sync {
    /// Returns the end of the log.
    ///
    /// # Errors
    /// As for the whole trait.
    fn head(&self) -> Result<Head, StoreError>;

    /// Returns at most `limit` records from position `from` on, in order, and none that a stub stands for. From zero on is
    /// from the first there is, whatever its position: what a verifier asks for.
    ///
    /// # Errors
    /// As for the whole trait.
    fn records(&self, from: u64, limit: usize) -> Result<Vec<Record>, StoreError>;

    /// Returns at most `limit` records of one chain from `from_seq` on, in order; none when there is no such chain.
    ///
    /// # Errors
    /// As for the whole trait.
    fn chain_records(
        &self,
        chain: &str,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError>;

    /// Returns at most `limit` chains whose names sort after `after` byte by byte (all, when that is `None`), in that order.
    ///
    /// # Errors
    /// As for the whole trait.
    fn chains(&self, after: Option<&str>, limit: usize) -> Result<Vec<ChainHead>, StoreError>;

    /// Returns the payload that `digest` names, erased or not; `None` when there is none.
    ///
    /// # Errors
    /// As for the whole trait.
    fn payload(&self, digest: &[u8; 32]) -> Result<Option<StoredPayload>, StoreError>;

    /// Returns at most `limit` payloads with numbers above `after`, in the order they were kept.
    ///
    /// # Errors
    /// As for the whole trait.
    fn payloads(&self, after: u64, limit: usize) -> Result<Vec<StoredPayload>, StoreError>;

    /// Returns at most `limit` checkpoints that cover more than `above` records, smallest first.
    ///
    /// # Errors
    /// As for the whole trait.
    fn checkpoints(&self, above: u64, limit: usize) -> Result<Vec<StoredCheckpoint>, StoreError>;

    /// Returns the checkpoint that covers most.
    ///
    /// # Errors
    /// As for the whole trait.
    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// Returns what stands for the records that were dropped; `None` while the log is whole.
    ///
    /// # Errors
    /// As for the whole trait.
    fn stub(&self) -> Result<Option<Stub>, StoreError>;
}

/// The scopes as they can be read, under the same promises as [`Log`].
pub trait Scopes: std::fmt::Debug + Send + Sync {
    /// Reads a scope; one that was never written is empty, at revision zero.
    ///
    /// # Errors
    /// As for reads.
    fn load(&self, key: &ScopeKey) -> Result<ScopeState, StoreError>;

    /// Returns at most `limit` names of scopes of `plugin` that sort after `after` byte by byte, in that order.
    ///
    /// # Errors
    /// As for reads.
    fn scopes(&self, plugin: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError>;
}

/// Keeps what turns commit.
///
/// Methods block and may be called from any thread, many at once. [`StoreError`] says what each failure means; reads fail
/// with [`StoreError::Unavailable`] or [`StoreError::Corrupt`] only.
pub trait Store: Log + Scopes {
    /// Does all of `commit` or nothing. When it returns a receipt, every later read, on any thread, sees the commit.
    ///
    /// # Errors
    /// Any of [`StoreError`].
    fn commit(&self, commit: Commit) -> Result<Receipt, StoreError>;

    /// Returns what became of an input, or `None` when no commit answered it.
    ///
    /// # Errors
    /// As for reads.
    fn outcome(&self, input: &InputKey) -> Result<Option<Outcome>, StoreError>;

    /// Keeps a signed checkpoint, pressed onto the disk, and with it everything committed before.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`.
    fn add_checkpoint(&self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError>;

    /// Erases a payload's salt and bytes, however often it was kept, and keeps its digest. Returns whether there was something to erase.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`. [`StoreError::Unavailable`] also while a reader holds what was
    /// erased: it is gone from the files when this is called again after that.
    fn erase_payload(&self, digest: &[u8; 32]) -> Result<bool, StoreError>;

    /// Deletes a scope with its Vars. Returns whether there was one. Its records stay.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`.
    fn delete_scope(&self, key: &ScopeKey) -> Result<bool, StoreError>;

    /// Drops what is old. Call again while a call drops as many as it was allowed.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`.
    fn expire(&self, expiry: Expiry) -> Result<Expired, StoreError>;

    /// Lets `stub` stand for the records it is over, which no reader sees from now on, together with the checkpoints below
    /// its size. The chains in `closed` end with them, and begin again with their next record. Returns whether it was done:
    /// not when the log has a stub as large already, or a chain of `closed` has gone on meanwhile.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`.
    fn shorten(&self, stub: &Stub, closed: &[ChainHead]) -> Result<bool, StoreError>;

    /// Deletes at most `limit` records that a stub stands for, and as many of the payloads that were committed with them.
    /// Call again while a call deletes something.
    ///
    /// # Errors
    /// Any of [`StoreError`] but `Conflict` and `Answered`.
    fn drop_stubbed(&self, limit: usize) -> Result<Dropped, StoreError>;

    /// Returns how many bytes the log and the state take now, as far as the store's own limit counts them.
    ///
    /// # Errors
    /// As for reads.
    fn bytes_used(&self) -> Result<u64, StoreError>;

    /// Proves that a commit would go through now, by writing something that nobody sees.
    ///
    /// # Errors
    /// What a commit would fail with.
    fn probe_writable(&self) -> Result<(), StoreError>;
}
