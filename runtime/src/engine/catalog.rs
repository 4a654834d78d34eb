//! The plugins the operator configured, loaded or not, and who of them answers an event.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sinew_schema::{GatePlugin, GateSubscription};

use super::gate::Guard;
use super::mcp::Offer;
use crate::permits::{PermitSet, Permits};
use crate::plugin::{BudgetCaps, Build, Manifest, OnFailure, Rewrites};

/// What the operator said about one plugin.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The plugin's name.
    pub name: String,
    /// Its folder.
    pub folder: std::path::PathBuf,
    /// What the operator grants.
    pub granted: PermitSet,
    /// Digest of the grant as it is written.
    pub granted_digest: String,
    /// What it may use at most, whatever its manifest says.
    pub budgets: BudgetCaps,
    /// What stands before the names of what it offers over MCP.
    pub mcp_prefix: String,
    /// The plugin's own settings, each as the text that the guest reads.
    pub config: Arc<BTreeMap<String, Vec<u8>>>,
}

/// A plugin that can serve turns.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its compiled module.
    pub build: Arc<Build>,
    /// What it may do.
    pub permits: Permits,
    /// Digest of what it may do.
    pub permits_digest: String,
    /// The operator's settings for it.
    pub config: Arc<BTreeMap<String, Vec<u8>>>,
    /// Digest of the settings.
    pub config_digest: String,
    /// What it offers over MCP.
    pub offer: Arc<Offer>,
    /// What stands before the names of that.
    pub mcp_prefix: String,
}

/// A configured plugin.
#[derive(Debug, Clone)]
pub enum PluginState {
    /// It serves turns.
    Loaded(Arc<Loaded>),
    /// It does not, and every event it subscribed to fails until it does.
    Broken {
        /// What it subscribed to, when its manifest could be read; otherwise it counts for every event.
        manifest: Option<Arc<Manifest>>,
        /// Why.
        reason: String,
    },
}

/// All configured plugins.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// By name.
    pub plugins: BTreeMap<String, PluginState>,
}

/// One plugin's part in one event.
#[derive(Debug, Clone)]
pub(super) struct Subscriber {
    pub(super) name: String,
    pub(super) priority: i32,
    pub(super) rewrites: Option<Rewrites>,
    pub(super) on_failure: OnFailure,
    /// What to call, or why it cannot be called.
    pub(super) target: Result<(Arc<Loaded>, &'static str), String>,
}

// === impl Configured ===

impl Configured {
    /// What stands before the names of what a plugin offers over MCP, where the operator says nothing else.
    #[must_use]
    pub fn mcp_prefix_of(plugin: &str) -> String {
        format!("{plugin}_")
    }
}

// === impl Loaded ===

impl Loaded {
    /// Puts the parts of a plugin together.
    #[must_use]
    pub fn new(
        configured: &Configured,
        manifest: Manifest,
        build: Arc<Build>,
        offer: Arc<Offer>,
    ) -> Self {
        let permits = Permits::new(
            &configured.name,
            manifest.permits.clone(),
            configured.granted.clone(),
        );
        let mut config_hash = Sha256::new();
        for (key, value) in configured.config.as_ref() {
            // Lengths first, so that no two settings share a digest.
            for part in [key.as_bytes(), value] {
                config_hash.update((part.len() as u64).to_be_bytes());
                config_hash.update(part);
            }
        }
        let permits_digest = Sha256::digest(format!(
            "{}\n{}",
            manifest.digest, configured.granted_digest
        ));
        Self {
            permits,
            permits_digest: hex::encode(permits_digest),
            config: Arc::clone(&configured.config),
            config_digest: hex::encode(config_hash.finalize()),
            offer,
            mcp_prefix: configured.mcp_prefix.clone(),
            manifest,
            build,
        }
    }
}

// === impl Catalog ===

impl Catalog {
    /// Who answers this event, highest priority first; plugins of one priority in the order of their names.
    pub(super) fn subscribers(&self, event: &str, input: &Value) -> Vec<Subscriber> {
        let mut subscribers: Vec<_> = self
            .plugins
            .iter()
            .filter_map(|(name, state)| subscriber(name, state, event, Some(input)))
            .collect();
        subscribers.sort_by_key(|subscriber| std::cmp::Reverse(subscriber.priority));
        subscribers
    }

    /// What other plugins may know: who is there and answers what, and not why somebody cannot be called.
    pub(super) fn described(&self) -> Vec<GatePlugin> {
        self.plugins
            .iter()
            .map(|(name, state)| {
                let manifest = state.manifest();
                GatePlugin {
                    name: name.clone(),
                    version: manifest.map(|manifest| manifest.version.clone()),
                    loaded: matches!(state, PluginState::Loaded(_)),
                    subscriptions: manifest
                        .iter()
                        .flat_map(|manifest| &manifest.hooks)
                        .map(|(event, subscription)| GateSubscription {
                            event: event.clone(),
                            on_failure: subscription.on_failure.word().to_owned(),
                            extra: Map::new(),
                        })
                        .collect(),
                    extra: Map::new(),
                }
            })
            .collect()
    }

    /// Who is configured for an event, whatever its input; for all events when there is none.
    #[must_use]
    pub fn guard(&self, event: Option<&str>) -> Guard {
        let mut guard = Guard::NOBODY;
        for (name, state) in &self.plugins {
            match (event, state) {
                (Some(event), _) => {
                    if let Some(subscriber) = subscriber(name, state, event, None) {
                        guard = guard.or(Guard {
                            subscribed: true,
                            column: subscriber.on_failure,
                        });
                    }
                }
                (None, PluginState::Broken { manifest: None, .. }) => {
                    guard = guard.or(Guard {
                        subscribed: true,
                        column: OnFailure::Deny,
                    });
                }
                (None, PluginState::Loaded(_) | PluginState::Broken { .. }) => {
                    for subscription in state
                        .manifest()
                        .iter()
                        .flat_map(|manifest| manifest.hooks.values())
                    {
                        guard = guard.or(Guard {
                            subscribed: true,
                            column: subscription.on_failure,
                        });
                    }
                }
            }
        }
        guard
    }
}

impl PluginState {
    /// Its manifest, when there is one that could be read.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        match self {
            Self::Loaded(loaded) => Some(&loaded.manifest),
            Self::Broken { manifest, .. } => manifest.as_deref(),
        }
    }
}

fn subscriber(
    name: &str,
    state: &PluginState,
    event: &str,
    input: Option<&Value>,
) -> Option<Subscriber> {
    let Some(manifest) = state.manifest() else {
        // Nobody knows what it wanted to guard, so it counts as guarding everything.
        let PluginState::Broken { reason, .. } = state else {
            return None;
        };
        return Some(Subscriber {
            name: name.to_owned(),
            priority: 0,
            rewrites: None,
            on_failure: OnFailure::Deny,
            target: Err(reason.clone()),
        });
    };
    let subscription = manifest.subscription(event)?;
    if input.is_some_and(|input| !subscription.matches(input)) {
        return None;
    }
    let target = match state {
        PluginState::Loaded(loaded) => Ok((Arc::clone(loaded), subscription.entry_point)),
        PluginState::Broken { reason, .. } => Err(reason.clone()),
    };
    Some(Subscriber {
        name: name.to_owned(),
        priority: subscription.priority,
        rewrites: subscription.rewrites.clone(),
        on_failure: subscription.on_failure,
        target,
    })
}
