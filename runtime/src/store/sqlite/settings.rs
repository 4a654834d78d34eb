//! What an operator may set about the embedded store.

use std::sync::Arc;
use std::time::Duration;

use crate::store::Durability;
use crate::world::{Clock, SystemClock};

/// Settings of a [`super::SqliteStore`].
#[derive(Debug, Clone)]
pub struct SqliteSettings {
    /// The least durability of every commit.
    pub durability: Durability,
    /// How large the database may grow, the write-ahead log not counted. Past it commits fail with `Full`.
    pub database_bytes_max: u64,
    /// How much one commit may carry.
    pub commit_bytes_max: u64,
    /// How many callers' commits one transaction may combine.
    pub batch_commits_max: usize,
    /// How many connections for reading are kept when nobody reads.
    pub readers_max: usize,
    /// How long to wait for another process that holds the database.
    pub busy_wait: Duration,
    /// How often to look whether the write-ahead log can be emptied because nobody writes.
    pub maintenance_every: Duration,
    /// A write-ahead log that is larger, as far as can be told, is emptied even while somebody writes. Its file is kept at up
    /// to twice this size.
    pub wal_bytes_max: u64,
    /// Dates scopes and outcomes for their expiry.
    pub clock: Arc<dyn Clock>,
}

impl Default for SqliteSettings {
    fn default() -> Self {
        Self {
            durability: Durability::Normal,
            database_bytes_max: 64 << 30,
            commit_bytes_max: 256 << 20,
            batch_commits_max: 256,
            readers_max: 16,
            busy_wait: Duration::from_secs(5),
            maintenance_every: Duration::from_millis(500),
            wal_bytes_max: 32 << 20,
            clock: Arc::new(SystemClock),
        }
    }
}
