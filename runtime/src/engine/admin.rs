//! What operators may ask of the engine.

use std::sync::Arc;

use super::Answering;
use super::open_effect::{EffectName, OpenEffect};

/// The engine, as operators see it.
pub trait Admin: Send + Sync + 'static {
    /// Lists every configured plugin, loaded or not, by name.
    fn plugins(&self) -> Vec<PluginStatus>;

    /// Lets the call of an allow-once code pass, once, and records who asked for it.
    ///
    /// # Errors
    /// A code that is not good, or a ledger that cannot record it.
    fn allow(&self, code: &str, by: &str) -> Result<Allowed, AdminError>;

    /// Takes over one grant that an operator has added to the grants of a plugin, and records it. Where more has changed
    /// since they were last read, nothing is taken over.
    fn regrant(
        self: Arc<Self>,
        name: String,
        grant: String,
        by: &'static str,
    ) -> Answering<'static, Result<Option<u64>, AdminError>>;

    /// Records what became of an effect that was in doubt, and who says so. One that was done is not done again.
    ///
    /// # Errors
    /// It is not in doubt, or that cannot be recorded.
    fn settle(&self, effect: &EffectName, done: bool, by: &str) -> Result<OpenEffect, AdminError>;

    /// Loads a plugin's newest build and swaps it in; the old build stays when anything is wrong with the new one. With a
    /// reason it may guard events that a wired client does not ask about; the reason is recorded.
    fn reload(
        self: Arc<Self>,
        name: String,
        reason: Option<String>,
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

/// A call that passes once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The plugin whose decision it passes.
    pub plugin: String,
    /// The event by the client's name.
    pub event: String,
    /// The session that may make the call.
    pub session: String,
    /// Ledger position of the turn that stopped it.
    pub stopped: Option<u64>,
    /// How long it may be made from now on, in seconds.
    pub seconds: u64,
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
    /// No call waits for this allow-once code.
    #[error(
        "no call waits for this code: it was used, its time is over, or it was never shown; have the call made again for a new one"
    )]
    Code,
    /// Too many codes were wrong, and none waits any more.
    #[error(
        "too many wrong codes: every code shown so far is void; have the call made again for a new one"
    )]
    Codes,
    /// The effect is not in doubt.
    #[error("no effect `{0}` is in doubt; list them with: sinew ledger in-doubt")]
    NotInDoubt(EffectName),
    /// The store did not take what was found.
    #[error("nothing was settled: {0}")]
    Unsettled(String),
    /// What is not in the ledger does not happen.
    #[error("nothing was allowed: the ledger cannot record it; look at `/readyz`")]
    Unrecorded,
    /// What is on file differs from what serves by something else than the grant.
    #[error("nothing was taken over for `{name}`: {reason}")]
    Ungranted {
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
