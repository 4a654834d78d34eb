//! Scopes: where a plugin's Vars live.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Names one plugin's state in one scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeKey {
    /// The plugin's name.
    pub plugin: String,
    /// The scope as the engine writes it, for example `session:8f3a`.
    pub scope: String,
}

/// A scope's Vars as one committed turn left them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeState {
    /// Zero for a scope that does not exist; grows with every write and is never used twice, even after a deletion.
    pub revision: u64,
    /// The Vars by name.
    pub vars: BTreeMap<String, Arc<[u8]>>,
}

/// A turn's changes to one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeWrite {
    /// The scope.
    pub key: ScopeKey,
    /// The revision the turn read; another one in the store is a conflict.
    pub base_revision: u64,
    /// New values by name; `None` deletes.
    pub delta: BTreeMap<String, Option<Vec<u8>>>,
}

/// What [`super::Store::expire`] drops, at most `limit` of each kind a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Scopes last written before this time (unix microseconds) go, with their Vars.
    pub scopes_before: i64,
    /// Only scopes whose name starts like this go: what is not a session's is nobody's to forget.
    pub scope_prefix: &'static str,
    /// Outcomes committed before this time (unix microseconds) go.
    pub outcomes_before: i64,
    /// How many rows of each kind one call may drop, so that it cannot hold the writer for long.
    pub limit: usize,
}

/// How much [`super::Store::expire`] dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Scopes that are gone.
    pub scopes: usize,
    /// Outcomes that are gone.
    pub outcomes: usize,
}
