//! Guarded events that a client does not send, or lets pass without an answer: what a new build would guard in vain.

use std::path::Path;

use super::catalog::{Catalog, PluginState};
use super::load::LoadError;
use crate::plugin::{Manifest, OnFailure};
use crate::services::wired::Wired;

/// Refuses a manifest that guards an event which was not guarded before, and which a wired client does not ask about
/// or lets pass when the daemon cannot be asked.
///
/// Where no client was wired by `init` there is nothing to compare with: it is the operator who knows what is asked.
pub(super) fn check(
    before: &Catalog,
    manifest: &Manifest,
    wired: Option<&Path>,
) -> Result<(), LoadError> {
    let Some(file) = wired else {
        return Ok(());
    };
    let wired = Wired::read(file).map_err(|error| LoadError::File {
        file: "wired.json".to_owned(),
        error,
    })?;
    let mut before = before.clone();
    let known = before
        .plugins
        .get(&manifest.name)
        .and_then(PluginState::manifest);
    if known.is_none() {
        // What could not be read counted as guarding everything; that is no guard that anybody wired.
        before.plugins.remove(&manifest.name);
    }
    let guarded_before = |event: &str| before.guard(Some(event)).column != OnFailure::None;
    let added = manifest.hooks.iter().filter(|(event, subscription)| {
        // A name that is not known yet cannot be wired by it.
        !event.is_empty() && subscription.on_failure != OnFailure::None && !guarded_before(event)
    });
    let mut events = Vec::new();
    let mut settings = None;
    for (event, _) in added {
        if let Some(path) = wired.unguarded(event).first() {
            events.push(event.as_str());
            settings.get_or_insert_with(|| path.to_path_buf());
        }
    }
    match settings {
        None => Ok(()),
        Some(settings) => Err(LoadError::Unwired {
            events: events.join(", "),
            settings,
        }),
    }
}
