//! What an operator may set about the ledger.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of a [`super::Ledger`].
#[derive(Debug, Clone)]
pub struct LedgerSettings {
    /// The folder of the key, the checkpoints and the journal; made with mode 700 when there is none.
    pub dir: PathBuf,
    /// A checkpoint is due this long after the last one, if there are new records.
    pub checkpoint_every: Duration,
    /// A checkpoint is due when this many records have none.
    pub checkpoint_records: u64,
    /// The size of the journal, which is allocated before it is needed.
    pub journal_bytes: u64,
}

impl LedgerSettings {
    /// Returns the default settings for a ledger in `dir`.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            checkpoint_every: Duration::from_secs(1),
            checkpoint_records: 1_000,
            journal_bytes: 4 << 20,
        }
    }
}
