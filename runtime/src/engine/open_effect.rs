//! Effects on the outside world that are under way, or in doubt, and what is reserved for effects: what a crash leaves
//! behind, where the next start looks first.
//!
//! A turn that does such a thing has a scope of the host's own, `turn:ID`, from its first intent to its commit, which ends
//! it. So a scope that is there when the host starts, or that a turn has left there, holds what nobody knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::amounts::Amounts;
use super::project::HOST;
use crate::store::{ScopeKey, ScopeState, Scopes, StoreError};

/// What the scope of a turn starts with.
const TURN: &str = "turn:";
/// What the scope of effects that an operator found to be done starts with.
pub(super) const SETTLED: &str = "settled:";
const EFFECT: &str = "effect/";
const HOLD: &str = "hold/";
/// Scopes that are listed at a time.
const PAGE: usize = 256;

/// Names one effect of one turn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectName {
    /// The turn's id.
    pub turn: String,
    /// The effect's number within its turn.
    pub ordinal: u32,
}

/// An effect that changes something outside, and whose result is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEffect {
    /// The plugin.
    pub plugin: String,
    /// The effect's name.
    pub effect: String,
    /// The digest of its request, as the record of its intent has it.
    pub request: String,
    /// When it was about to be done, as records write it.
    pub at: String,
    /// The client's session, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The client's tool call, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_use_id: Option<String>,
    /// Names this effect of this input of this build.
    pub repeat_key: String,
    /// Names this request of this input, whatever the build.
    pub likeness: String,
    /// What is known of it.
    pub state: OpenState,
}

/// What is known of an open effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenState {
    /// Its turn runs; or it ran when the host was killed, and nobody has looked since.
    Running,
    /// Nobody knows whether it was done.
    InDoubt,
    /// An operator found that it was done: it is not to be done again.
    Done,
}

/// What is reserved for an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeldNote {
    pub(super) plugin: String,
    /// The scopes of the accounts.
    pub(super) accounts: Vec<String>,
    pub(super) amounts: Amounts,
}

/// What one turn has left open.
#[derive(Debug, Default)]
pub(super) struct OpenTurn {
    pub(super) turn: String,
    pub(super) revision: u64,
    pub(super) effects: BTreeMap<u32, OpenEffect>,
    pub(super) held: BTreeMap<u32, HeldNote>,
}

/// The scope of a turn that has something open.
pub(super) fn turn_key(turn: &str) -> ScopeKey {
    key(TURN, turn)
}

/// The scope of what was found to be done in a turn.
pub(super) fn settled_key(turn: &str) -> ScopeKey {
    key(SETTLED, turn)
}

pub(super) fn effect_var(ordinal: u32) -> String {
    format!("{EFFECT}{ordinal}")
}

pub(super) fn hold_var(ordinal: u32) -> String {
    format!("{HOLD}{ordinal}")
}

/// A value of one of these Vars.
pub(super) fn value(of: &impl Serialize) -> Vec<u8> {
    // Texts and numbers by name: nothing that JSON cannot say.
    serde_json::to_vec(of).unwrap_or_default()
}

/// Everything that is open: under way, in doubt, or left by a crash.
pub(super) fn open_turns(store: &dyn Scopes) -> Result<Vec<OpenTurn>, StoreError> {
    turns(store, TURN)
}

/// Everything that an operator found to be done.
pub(super) fn settled_turns(store: &dyn Scopes) -> Result<Vec<OpenTurn>, StoreError> {
    turns(store, SETTLED)
}

fn turns(store: &dyn Scopes, prefix: &str) -> Result<Vec<OpenTurn>, StoreError> {
    let mut turns = Vec::new();
    let mut after = prefix.to_owned();
    loop {
        let page = store.scopes(HOST, &after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(turns);
        };
        after.clone_from(last);
        for scope in page {
            let Some(turn) = scope.strip_prefix(prefix) else {
                return Ok(turns);
            };
            turns.push(read(turn, &store.load(&key(prefix, turn))?)?);
        }
    }
}

/// Reads what a turn's scope holds.
pub(super) fn read(turn: &str, state: &ScopeState) -> Result<OpenTurn, StoreError> {
    let mut open = OpenTurn {
        turn: turn.to_owned(),
        revision: state.revision,
        ..OpenTurn::default()
    };
    let corrupt =
        |reason: String| StoreError::Corrupt(format!("what turn `{turn}` left: {reason}"));
    for (name, value) in &state.vars {
        let read = if let Some(ordinal) = name.strip_prefix(EFFECT) {
            ordinal
                .parse()
                .ok()
                .zip(serde_json::from_slice(value).ok())
                .map(|(ordinal, effect)| drop(open.effects.insert(ordinal, effect)))
        } else if let Some(ordinal) = name.strip_prefix(HOLD) {
            ordinal
                .parse()
                .ok()
                .zip(serde_json::from_slice(value).ok())
                .map(|(ordinal, held)| drop(open.held.insert(ordinal, held)))
        } else {
            None
        };
        read.ok_or_else(|| corrupt(format!("`{name}` cannot be read")))?;
    }
    Ok(open)
}

fn key(prefix: &str, turn: &str) -> ScopeKey {
    ScopeKey {
        plugin: HOST.to_owned(),
        scope: format!("{prefix}{turn}"),
    }
}

// === impl EffectName ===

impl std::fmt::Display for EffectName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.turn, self.ordinal)
    }
}

impl std::str::FromStr for EffectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(turn, ordinal)| {
            Some(Self {
                turn: Some(turn).filter(|turn| !turn.is_empty())?.to_owned(),
                ordinal: ordinal.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| {
            format!("`{text}` names no effect: it is a turn's id, a slash and a number")
        })
    }
}
