//! A grant that an operator added: read again, swapped in, and recorded.

use std::sync::Arc;

use sinew_schema::{GateRecord, LedgerRecord};

use super::admin::AdminError;
use super::catalog::{Catalog, Configured, Loaded, PluginState};
use super::engine::Engine;
use super::notes::{blocking, gate_record, note};
use super::record;
use crate::ledger::Ledger;
use crate::permits::{Grant, PermitSet};
use crate::world::Clock;

/// Reads again what the operator says about a plugin.
pub type Reread = Arc<dyn Fn(&str) -> Result<Configured, String> + Send + Sync>;

impl Engine {
    /// Takes over a grant from the operator's files, for turns that begin from now on, and records who asked for that.
    pub(super) async fn regrant(
        &self,
        name: &str,
        grant: &str,
        by: &str,
    ) -> Result<Option<u64>, AdminError> {
        let _one_at_a_time = self.reloading.lock().await;
        let ungranted = |reason: String| AdminError::Ungranted {
            name: name.to_owned(),
            reason,
        };
        let grant = Grant::parse(grant).map_err(|error| ungranted(error.to_string()))?;
        blocking(|| self.ledger().store().probe_writable())
            .map_err(|error| ungranted(format!("it cannot be recorded: {error}")))?;
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
            .ok_or_else(|| ungranted("this host has no configuration to read again".to_owned()))?;
        let read = reread(name).map_err(ungranted)?;
        only(&grant, &known.granted, &read.granted).map_err(ungranted)?;
        known.granted = read.granted;
        known.granted_digest = read.granted_digest;
        let before = self.catalog();
        let mut catalog = Catalog::clone(&before);
        if let Some(PluginState::Loaded(loaded)) = before.plugins.get(name) {
            let granted = Loaded::new(
                known,
                loaded.manifest.clone(),
                Arc::clone(&loaded.build),
                Arc::clone(&loaded.offer),
            );
            let state = PluginState::Loaded(Arc::new(granted));
            catalog.plugins.insert(name.to_owned(), state);
        }
        // The record stands before the first turn that may more.
        let by = format!("the operator, over {by},");
        let noted = note_grant(self.ledger(), self.clock(), name, &grant, &by);
        self.configured.store(Arc::new(configured));
        self.catalog.store(Arc::new(catalog));
        Ok(noted)
    }
}

/// Records a grant; the record's position, when it has one already.
pub fn note_grant(
    ledger: &Ledger,
    clock: &dyn Clock,
    plugin: &str,
    grant: &Grant,
    by: &str,
) -> Option<u64> {
    let mut value = gate_record(GateRecord::WHAT_PERMIT, &format!("{by} granted `{grant}`"));
    value.plugin = Some(plugin.to_owned());
    let at = record::at(clock);
    note(ledger, &LedgerRecord::Gate { at, value })
}

/// Fails where the grant is not on file, or other grants have changed there, too: nobody asked for those.
fn only(grant: &Grant, serving: &PermitSet, on_file: &PermitSet) -> Result<(), String> {
    if !grant.stands_in(on_file) {
        return Err(format!(
            "`{grant}` does not stand in the configuration that this server reads"
        ));
    }
    let besides = grant.besides(serving, on_file);
    let changes = besides.widenings.iter().chain(&besides.narrowings);
    let changes: Vec<String> = changes.map(|change| format!("`{change}`")).collect();
    if changes.is_empty() {
        return Ok(());
    }
    Err(format!(
        "its grants have changed by more than `{grant}`: {}; a new start takes all of that over: run `sinew serve` again",
        changes.join(", ")
    ))
}
