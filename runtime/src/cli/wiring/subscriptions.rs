//! Which events the configured plugins subscribe to: from their manifests, so that no daemon has to run.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::config::Config;
use crate::engine::Loader;
use crate::plugin::{OnFailure, Trial};

/// One event that somebody subscribes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Subscribed {
    /// A failure of one of its subscribers refuses or asks.
    pub(in crate::cli) guarded: bool,
    /// Who subscribes, by name.
    pub(in crate::cli) plugins: Vec<String>,
}

/// Reads every configured plugin's manifest. Subscriptions to events without a name of their own cannot be wired, and
/// are left out.
///
/// # Errors
/// A manifest cannot be read: nobody knows what it guards.
pub(in crate::cli) fn subscribed(config: &Config) -> anyhow::Result<BTreeMap<String, Subscribed>> {
    let program = std::env::current_exe().context("finding this program")?;
    let loader = Loader::new(config.load.clone(), Trial::new(program));
    let mut events = BTreeMap::<String, Subscribed>::new();
    for configured in &config.plugins {
        let manifest = loader.manifest(configured).with_context(|| {
            format!(
                "the plugin `{}` in `{}` cannot be read, so nobody knows what it guards; mend it or take it out of the \
                 configuration",
                configured.name,
                configured.folder.display()
            )
        })?;
        for (event, subscription) in manifest.hooks.iter().filter(|(event, _)| !event.is_empty()) {
            let entry = events.entry(event.clone()).or_default();
            entry.guarded |= subscription.on_failure != OnFailure::None;
            entry.plugins.push(configured.name.clone());
        }
    }
    Ok(events)
}
