//! Grants that an operator changed: read again, swapped in, and recorded.

use std::sync::Arc;

use sinew_schema::GateRecord;

use super::admin::AdminError;
use super::catalog::{Catalog, Configured, Loaded, PluginState};
use super::engine::Engine;
use super::notes::blocking;

/// Reads again what the operator says about a plugin.
pub type Reread = Arc<dyn Fn(&str) -> Result<Configured, String> + Send + Sync>;

impl Engine {
    /// Takes over the grants of a plugin as the operator's files have them now, for turns that begin from now on, and
    /// records who asked for that.
    pub(super) async fn regrant(
        &self,
        name: &str,
        grant: &str,
        by: &str,
    ) -> Result<Option<u64>, AdminError> {
        let _one_at_a_time = self.reloading.lock().await;
        let failed = |reason: String| AdminError::Failed {
            name: name.to_owned(),
            reason,
        };
        blocking(|| self.ledger().store().probe_writable())
            .map_err(|error| failed(format!("it cannot be recorded: {error}")))?;
        let mut configured = Vec::clone(&self.configured.load());
        let known = configured.iter_mut().find(|known| known.name == name);
        let Some(known) = known else {
            return Err(AdminError::Unknown {
                name: name.to_owned(),
            });
        };
        let reread = self
            .reread
            .as_ref()
            .ok_or_else(|| failed("this host has no configuration to read again".to_owned()))?;
        let read = reread(name).map_err(failed)?;
        known.granted = read.granted;
        known.granted_digest = read.granted_digest;
        let before = self.catalog();
        let mut catalog = Catalog::clone(&before);
        if let Some(PluginState::Loaded(loaded)) = before.plugins.get(name) {
            let granted = Loaded::new(known, loaded.manifest.clone(), Arc::clone(&loaded.build));
            let state = PluginState::Loaded(Arc::new(granted));
            catalog.plugins.insert(name.to_owned(), state);
        }
        let detail = format!("the operator, over {by}, granted `{grant}`");
        // The record stands before the first turn that may more.
        let noted = self.note_gate(GateRecord::WHAT_PERMIT, Some(name), None, &detail);
        self.configured.store(Arc::new(configured));
        self.catalog.store(Arc::new(catalog));
        Ok(noted)
    }
}
