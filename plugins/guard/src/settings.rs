//! The operator's settings.

use std::collections::BTreeMap;

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

/// What the operator wrote.
#[derive(Debug)]
pub(crate) struct Settings {
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
