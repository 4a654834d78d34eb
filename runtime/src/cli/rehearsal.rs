//! A rehearsal: a hook event or what an MCP client asks, run in this process with the real engine and real effects, and with a store
//! in memory. Nothing of it is left but what its effects did, and no server is needed.

mod cast;
mod example;
mod turn;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::progress;
use crate::app::Host;
use crate::config::Config;
use crate::engine::{
    Catalog, Gate as _, HookOutcome, HookRequest, Loader, McpAsked, McpEnd, McpFailure, McpRequest,
    Nobody, PluginState,
};
use crate::plugin::Trial;
use crate::world::{Clock as _, SystemClock};

pub(super) use crate::app::Reach;
pub(super) use cast::{alone, stage};
pub(super) use example::{example, is_mcp};
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

    /// Has a plugin answer what an MCP client would ask, at the entry point of that name.
    pub(super) async fn mcp(
        &self,
        plugin: &str,
        export: &str,
        input: Map<String, Value>,
        folder: &Path,
    ) -> anyhow::Result<Played<Result<Value, McpFailure>>> {
        let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
        let named = |name: &str| {
            text(name).with_context(|| format!("the input of `{export}` names a `{name}`"))
        };
        let arguments = || match input.get("arguments") {
            None => Ok(Map::new()),
            Some(Value::Object(arguments)) => Ok(arguments.clone()),
            Some(_) => anyhow::bail!("`arguments` is an object"),
        };
        let asked = match export {
            "handle_mcp_read" => McpAsked::Read { uri: named("uri")? },
            "handle_mcp_prompt" => McpAsked::Prompt {
                name: named("prompt")?,
                arguments: arguments()?,
            },
            "handle_mcp_complete" => McpAsked::Complete(input.clone()),
            _ => McpAsked::Tool {
                name: named("tool")?,
                arguments: arguments()?,
            },
        };
        let request = McpRequest {
            plugin: plugin.to_owned(),
            asked,
            tool_use_id: text("tool_use_id"),
            session: text("session_id"),
            folder: Some(folder.to_owned()),
            client: input
                .get("client")
                .map(|client| serde_json::from_value(client.clone()))
                .transpose()
                .context("`client`")?,
            trace_id: None,
            deadline: self.deadline(),
            caller: Arc::new(Nobody),
            given_up: Arc::default(),
            cut: CancellationToken::new(),
            answers: BTreeMap::new(),
            resume: None,
        };
        let before = self.host.ledger.store().head()?.size;
        let engine = &self.host.engine;
        let outcome = match &request.asked {
            McpAsked::Tool { .. } => done(engine.call_tool(request).await),
            McpAsked::Read { .. } => done(engine.read_resource(request).await),
            McpAsked::Prompt { .. } => done(engine.get_prompt(request).await),
            McpAsked::Complete(_) => done(engine.complete(request).await.map(McpEnd::Done)),
        };
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

/// What an answer is as JSON. Nobody is there who could be asked, so none asks.
fn done<T: Serialize>(ended: Result<McpEnd<T>, McpFailure>) -> Result<Value, McpFailure> {
    match ended? {
        McpEnd::Done(answer) => Ok(json!(answer)),
        McpEnd::Asks { .. } => Err(McpFailure::Unknown(
            "it asked its client, and there is none".to_owned(),
        )),
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
