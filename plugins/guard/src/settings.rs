//! The operator's settings.

use std::collections::BTreeMap;

use serde::Deserialize;
use sinew_pdk::{StateError, config};

use crate::rules::{RULES, Rule};

/// The branches that are protected, unless the setting `protected` says otherwise.
const PROTECTED: [&str; 6] = [
    "main",
    "master",
    "trunk",
    "production",
    "release",
    "release/*",
];

/// How much of what changes a protected branch is asked about; each is more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protection {
    /// Deleting, moving and rewriting it.
    Rewrites,
    /// Pushing to it, too: from then on others have it.
    #[default]
    Pushes,
    /// Every commit to it, too.
    Commits,
}

/// What the operator wrote.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) protection: Protection,
    pub(crate) protected: Vec<String>,
    /// Packs that are switched off, or on, by name.
    packs: BTreeMap<String, bool>,
}

// === impl Settings ===

impl Settings {
    pub(crate) fn read() -> Result<Self, StateError> {
        let protected: Option<Vec<String>> = config::get("protected")?;
        Ok(Self {
            protected: protected.unwrap_or_else(|| PROTECTED.map(str::to_owned).to_vec()),
            protection: config::get("protection")?.unwrap_or_default(),
            packs: config::get("packs")?.unwrap_or_default(),
        })
    }

    /// Whether a pack is on; every one is, unless it was switched off.
    pub(crate) fn is_on(&self, pack: &str) -> bool {
        self.packs.get(pack).copied().unwrap_or(true)
    }

    /// The rules that are on.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        RULES.iter().filter(|rule| self.is_on(rule.id))
    }
}
