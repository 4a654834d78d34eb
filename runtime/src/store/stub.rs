//! What stands for records that were dropped because they are old.

use super::{ChainHead, Tree};

/// Stands for the first `tree.size()` records: enough to go on from them, and signed, so that nobody else can shorten the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The Merkle tree over the records that are gone.
    pub tree: Tree,
    /// The last link of each chain that goes on after them, by name. A chain that is not here begins again.
    pub heads: Vec<ChainHead>,
    /// The signed note that names both.
    pub note: String,
}

/// How much [`super::Store::drop_stubbed`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Records that are gone.
    pub records: usize,
    /// Payloads that are gone.
    pub payloads: usize,
}

// === impl Stub ===

impl Stub {
    /// Returns how many records it stands for.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size()
    }
}
