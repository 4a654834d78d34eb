//! What a turn gathers while its guest runs: an overlay over its Vars, and the records of its effects.

use std::collections::{BTreeMap, BTreeSet};

use super::meter::Meter;
use super::open_effect::{EffectName, OpenEffect};
use crate::store::{Entry, Payload, ScopeState};

/// What a turn has gathered so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) base: ScopeState,
    pub(super) delta: BTreeMap<String, Option<Vec<u8>>>,
    /// Names of the Vars that were read.
    pub(super) read: BTreeSet<String>,
    pub(super) meter: Meter,
    /// How often each request of an effect that changes something elsewhere was made so far, by its likeness.
    pub(super) alike: BTreeMap<String, u32>,
    /// Records of effects, in order; kept whatever becomes of the turn.
    pub(super) entries: Vec<Entry>,
    pub(super) payloads: Vec<Payload>,
    /// What the turn has made durable before its commit.
    pub(super) open: Open,
    /// What sessions and days had left when the turn first reserved something, by budget.
    pub(super) budget_before: BTreeMap<String, u64>,
    /// What they have left now.
    pub(super) budget_left: BTreeMap<String, u64>,
    /// Whether something outside was written, so that the commit has to reach the disk.
    pub(super) wrote: bool,
    /// What the scope would hold now, once that was counted.
    pub(super) scope_bytes: Option<u64>,
}

/// What a turn has in the scope of the host's own that its commit ends.
#[derive(Default)]
pub(super) struct Open {
    /// Whether there is such a scope, or may be.
    pub(super) touched: bool,
    /// Its revision, where that is known.
    pub(super) revision: Option<u64>,
    /// Effects that change something outside, and whose results are known.
    pub(super) known: BTreeMap<u32, OpenEffect>,
    /// Those of which nobody knows whether they were done.
    pub(super) unknown: BTreeMap<u32, OpenEffect>,
    /// Effects of other turns that were in doubt until this turn did the same.
    pub(super) repeated: BTreeSet<EffectName>,
}

// === impl Gathered ===

impl Gathered {
    /// Writes a Var, or removes it, and returns how many bytes the scope would hold then, keys and values.
    pub(super) fn write(&mut self, key: String, value: Option<&[u8]>) -> u64 {
        let bytes = |value: Option<usize>| value.map_or(0, |value| (key.len() + value) as u64);
        let before = bytes(match self.delta.get(&key) {
            Some(written) => written.as_ref().map(Vec::len),
            None => self.base.vars.get(&key).map(|value| value.len()),
        });
        let all = self.scope_bytes.unwrap_or_else(|| {
            let vars = self.base.vars.iter();
            vars.map(|(key, value)| (key.len() + value.len()) as u64)
                .sum()
        });
        let after = all.saturating_sub(before) + bytes(value.map(<[u8]>::len));
        self.scope_bytes = Some(after);
        self.delta.insert(key, value.map(<[u8]>::to_vec));
        after
    }
}
