//! A rehearsal: a hook event or a tool call, run in this process with the real engine and real effects, and with a store
//! in memory. Nothing of it is left but what its effects did, and no server is needed.

mod cast;
mod example;
mod turn;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::{Map, Value};
use sinew_schema::McpResult;
use tempfile::TempDir;

use super::progress;
use crate::app::Host;
use crate::config::Config;
use crate::engine::{Catalog, Gate as _, HookOutcome, HookRequest, Loader, PluginState};
use crate::plugin::{Abort, Trial};
use crate::world::{Clock as _, SystemClock};

pub(super) use crate::app::Reach;
pub(super) use cast::{alone, stage};
pub(super) use example::{example, is_tool_call};
pub(super) use turn::Turn;

/// The session of an event that names none.
const SESSION: &str = "rehearsal";
/// Most records that one rehearsal is read from.
const RECORDS_MAX: usize = 100_000;

/// A host in memory.
pub(super) struct Rehearsal {
    host: Host,
    timeout_ms: u64,
    /// The ledger's files; they go with the rehearsal.
    _scratch: TempDir,
}

/// What became of an event.
pub(super) struct Played<T> {
    /// What was answered.
    pub(super) outcome: T,
    /// The turns behind it, in the order in which they ended.
    pub(super) turns: Vec<Turn>,
}

// === impl Rehearsal ===

impl Rehearsal {
    /// Loads every plugin of the configuration. One that does not load is no error.
    pub(super) async fn start(
        mut config: Config,
        wasm_cache: &Path,
        reach: Reach,
    ) -> anyhow::Result<Self> {
        config.load.build.cache_config = Some(wasm_cache.to_owned());
        let program = std::env::current_exe().context("finding this program")?;
        let loader = Loader::new(config.load.clone(), Trial::new(program));
        let scratch = tempfile::tempdir().context("making a scratch folder")?;
        let starting = Host::in_memory(scratch.path(), &config, loader, reach);
        let host = progress::during("compiling; the next time it comes from the cache", starting);
        Ok(Self {
            host: host.await?,
            timeout_ms: config.transport.timeout_ms_default,
            _scratch: scratch,
        })
    }

    /// The plugins.
    pub(super) fn catalog(&self) -> Arc<Catalog> {
        self.host.engine.catalog()
    }

    /// Fails where a plugin did not load.
    pub(super) fn all_loaded(&self) -> anyhow::Result<()> {
        for (name, state) in &self.catalog().plugins {
            if let PluginState::Broken { reason, .. } = state {
                anyhow::bail!("`{name}` does not load: {reason}");
            }
        }
        Ok(())
    }

    /// Runs a hook event. What a client always sends is filled in where the input does not have it.
    pub(super) async fn event(
        &self,
        event: &str,
        mut input: Map<String, Value>,
        folder: &Path,
    ) -> anyhow::Result<Played<HookOutcome>> {
        for (name, value) in [
            ("hook_event_name", event),
            ("session_id", SESSION),
            ("cwd", &folder.to_string_lossy()),
        ] {
            input.entry(name).or_insert_with(|| value.into());
        }
        let input = Value::Object(input);
        let request = HookRequest {
            event: event.to_owned(),
            body: input.to_string().into_bytes().into(),
            input: Arc::new(input),
            deadline: self.deadline(),
            trace_id: None,
        };
        let before = self.host.ledger.store().head()?.size;
        let outcome = Arc::clone(&self.host.engine).hook(request).await;
        let turns = self.turns(before)?;
        Ok(Played { outcome, turns })
    }

    /// Calls a plugin's tool.
    pub(super) async fn tool_call(
        &self,
        plugin: &str,
        call: Map<String, Value>,
        folder: &Path,
    ) -> anyhow::Result<Played<Result<McpResult, Abort>>> {
        anyhow::ensure!(
            call.get("tool").is_some_and(Value::is_string),
            "the input of a tool call names its `tool` and gives it `arguments`"
        );
        let mut call = call;
        call.entry("arguments").or_insert_with(|| Map::new().into());
        let before = self.host.ledger.store().head()?.size;
        let engine = &self.host.engine;
        let outcome = engine
            .call_tool(plugin, Value::Object(call), folder, self.deadline())
            .await;
        let turns = self.turns(before)?;
        Ok(Played { outcome, turns })
    }

    fn deadline(&self) -> std::time::Instant {
        SystemClock.instant() + std::time::Duration::from_millis(self.timeout_ms)
    }

    /// The turns whose records stand behind position `before`.
    fn turns(&self, before: u64) -> anyhow::Result<Vec<Turn>> {
        let store = self.host.ledger.store();
        let records = store.records(before + 1, RECORDS_MAX)?;
        turn::turns(store.as_ref(), &records)
    }
}

/// Starts the threads that turns run on.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the runtime")
}
