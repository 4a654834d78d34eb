//! Copies of the probe plugin with another manifest: the same guest, other subscriptions and budgets.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sinew_schema::ENTRY_POINTS;

use crate::gate_cells;
use crate::sinew_binary::skipped;

/// What a copy's manifest says. The default subscribes to everything and denies on failure.
#[derive(Debug, Clone)]
pub struct ProbePlugin {
    /// Its name, which has to be the one in the configuration.
    pub name: &'static str,
    /// `scope`.
    pub scope: &'static str,
    /// `on_failure`, by the client's event name; the empty name stands for events without an entry point.
    pub on_failure: fn(&str) -> &'static str,
    /// Whether it rewrites, by the client's event name.
    pub rewrites: fn(&str) -> bool,
    /// Lines below `[budgets.turn]`.
    pub budgets: &'static str,
    /// Lines below `[permits]`.
    pub permits: &'static str,
}

/// Whether the client can ask a person on this event.
#[must_use]
pub fn asks(event: &str) -> bool {
    gate_cells::decision_row(event)["ask_native"] == true
}

/// Whether anything about this event can be rewritten.
#[must_use]
pub fn rewritable(event: &str) -> bool {
    gate_cells::decision_row(event)["rewrite"].is_object()
}

/// Finds the probe's wasm.
///
/// Without it the test cannot run: this says so and returns `None`, or fails where nothing may be skipped.
///
/// # Panics
/// When it is missing and `SINEW_REQUIRE_ALL` is set.
#[must_use]
pub fn probe_wasm() -> Option<PathBuf> {
    let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/probe/probe.wasm");
    if wasm.is_file() {
        return Some(wasm);
    }
    skipped("the probe is not built: run `just plugins` first")
}

// === impl ProbePlugin ===

impl Default for ProbePlugin {
    fn default() -> Self {
        Self {
            name: "probe",
            scope: "session",
            on_failure: |_| "deny",
            rewrites: |_| false,
            budgets: "",
            permits: "",
        }
    }
}

impl ProbePlugin {
    /// Writes the plugin's folder below `folder`, named like the plugin.
    ///
    /// # Errors
    /// When a file cannot be written, or the wasm is not built.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let folder = folder.join(self.name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("plugin.toml"), self.manifest())?;
        let wasm = probe_wasm().context("the probe is not built")?;
        fs::copy(wasm, folder.join(format!("{}.wasm", self.name)))?;
        Ok(())
    }

    fn manifest(&self) -> String {
        let (name, scope) = (self.name, self.scope);
        let mut text = format!(
            "[plugin]\nname = \"{name}\"\nversion = \"0.1.0\"\nscope = \"{scope}\"\n[hooks]\n"
        );
        let hooks = ENTRY_POINTS
            .iter()
            .filter(|entry| entry.event.is_some() || entry.export == "handle_hook_event");
        for entry in hooks {
            let (event, key) = (
                entry.event.unwrap_or_default(),
                entry.export.trim_start_matches("handle_"),
            );
            let (on_failure, rewrites) = ((self.on_failure)(event), (self.rewrites)(event));
            // A string takes every write.
            let _ = writeln!(
                text,
                "{key} = {{ on_failure = \"{on_failure}\", rewrites = {rewrites} }}"
            );
        }
        let _ = writeln!(text, "[permits]\n{}", self.permits);
        let _ = writeln!(text, "[budgets.turn]\n{}", self.budgets);
        text
    }
}
