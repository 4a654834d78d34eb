//! What can go wrong in a store, told apart by what the caller may conclude.

use super::{InputKey, ScopeKey};

/// Why a store did not do what it was asked.
///
/// Every variant but [`StoreError::Unknown`] means that nothing of the commit happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The scope has another revision than the turn read. Load again and run the turn again.
    #[error("scope `{}` of plugin `{}` is at revision {current}, not {base}", key.scope, key.plugin)]
    Conflict {
        /// The scope.
        key: ScopeKey,
        /// The revision the commit was based on.
        base: u64,
        /// The revision the store has.
        current: u64,
    },
    /// The commit's input has an outcome already. Read it with [`super::Store::outcome`]; do not run the turn again.
    #[error("the input was answered before")]
    Answered(InputKey),
    /// The commit is larger than the store's settings allow.
    #[error("the commit carries {bytes} bytes, at most {max} are allowed")]
    TooLarge {
        /// What the commit carries.
        bytes: u64,
        /// What the settings allow.
        max: u64,
    },
    /// The disk, or the size the operator allowed, is full. Nothing happened; it may work again after space is made.
    #[error("the store is full: {0}")]
    Full(String),
    /// The store cannot be reached or is busy. Nothing happened; trying again is safe.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The commit may have happened or not, and only [`super::Store::outcome`] can tell. Never assume either.
    #[error("whether the commit happened is unknown: {0}")]
    Unknown(String),
    /// What the store holds cannot be right. Nothing was written; a person has to look.
    #[error("the store is corrupt: {0}")]
    Corrupt(String),
    /// Somebody else owns the store now. Nothing happened, and this process must not write again.
    #[error("the store belongs to another process: {0}")]
    Fenced(String),
}
