//! What a turn gathers while its guest runs: an overlay over its Vars, and the records of its effects.

use std::collections::BTreeMap;

use super::meter::Meter;
use crate::store::{Entry, Payload, ScopeState};

/// What a turn has gathered so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) base: ScopeState,
    pub(super) delta: BTreeMap<String, Option<Vec<u8>>>,
    pub(super) read: Vec<String>,
    pub(super) meter: Meter,
    /// Records of effects, in order; kept whatever becomes of the turn.
    pub(super) entries: Vec<Entry>,
    pub(super) payloads: Vec<Payload>,
    /// Whether something outside was written, so that the commit has to reach the disk.
    pub(super) wrote: bool,
}

// === impl Gathered ===

impl Gathered {
    /// Bytes of Vars that the scope would hold, keys and values.
    pub(super) fn scope_bytes(&self) -> u64 {
        let kept = self
            .base
            .vars
            .iter()
            .filter(|(key, _)| !self.delta.contains_key(*key))
            .map(|(key, value)| key.len() + value.len());
        let written = self
            .delta
            .iter()
            .filter_map(|(key, value)| Some(key.len() + value.as_ref()?.len()));
        kept.chain(written).map(|bytes| bytes as u64).sum()
    }
}
