//! What the operator wants looked at, and by whom.

use sinew_pdk::{StateError, config};

/// The settings, with their defaults filled in; `config.schema.json` says what they may be.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) model: String,
    pub(crate) focus: String,
    /// Globs; none means every file.
    pub(crate) paths: Vec<String>,
    pub(crate) max_bytes: usize,
    pub(crate) max_tokens: u32,
}

// === impl Settings ===

impl Settings {
    pub(crate) fn read() -> Result<Self, StateError> {
        Ok(Self {
            model: config::get("model")?.unwrap_or_else(|| "reviewer".to_owned()),
            focus: config::get("focus")?.unwrap_or_else(|| "bugs and security problems".to_owned()),
            paths: config::get("paths")?.unwrap_or_default(),
            max_bytes: config::get("max_bytes")?.unwrap_or(20_000),
            max_tokens: config::get("max_tokens")?.unwrap_or(500),
        })
    }
}
