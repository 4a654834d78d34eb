//! What operators may ask of the engine.

use std::sync::Arc;

use super::Answering;

/// The engine, as operators see it.
pub trait Admin: Send + Sync + 'static {
    /// Lists every configured plugin, loaded or not, by name.
    fn plugins(&self) -> Vec<PluginStatus>;

    /// Loads a plugin's newest build and swaps it in; the old build stays when anything is wrong with the new one.
    fn reload(
        self: Arc<Self>,
        name: String,
    ) -> Answering<'static, Result<PluginStatus, AdminError>>;
}

/// One configured plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// It has a build that takes turns.
    pub loaded: bool,
    /// The manifest's version, when the manifest could be read.
    pub version: Option<String>,
    /// The build's digest.
    pub build: Option<String>,
    /// The events it is configured for, by the client's names.
    pub hooks: Vec<String>,
    /// What keeps it, or its newest build, from being loaded.
    pub problem: Option<String>,
}

/// Why an operator's request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdminError {
    /// There is no such plugin.
    #[error("no plugin `{name}` is configured")]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The new build is not fit; the old one goes on.
    #[error("the new build of `{name}` was refused: {reason}")]
    Refused {
        /// The plugin.
        name: String,
        /// Why.
        reason: String,
    },
    /// The host could not do it.
    #[error("reloading `{name}` failed: {reason}")]
    Failed {
        /// The plugin.
        name: String,
        /// Why.
        reason: String,
    },
}
