//! One call of one of a plugin's tools: a turn without an event and without Vars.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde_json::{Value, json};
use sinew_schema::{ENTRY_POINTS, McpResult};

use super::catalog::{Loaded, PluginState};
use super::elide::shorten;
use super::engine::Engine;
use super::input::Input;
use super::project;
use super::record::{NO_SCOPE, TurnFacts};
use super::turn::{Meaning, TurnRequest};
use crate::plugin::{Abort, AbortReason};

/// The entry point that answers every tool of a plugin.
const ENTRY_POINT: &str = "handle_mcp_call";

impl Engine {
    /// Calls a plugin's tool. `call` is an object with `tool` and `arguments`; `folder` is where the caller works.
    ///
    /// # Errors
    /// The plugin is not loaded or has no tools, or its turn was aborted.
    pub async fn call_tool(
        self: &Arc<Self>,
        plugin: &str,
        mut call: Value,
        folder: &Path,
        deadline: Instant,
    ) -> Result<McpResult, Abort> {
        let (loaded, entry_point) = self.offering(plugin)?;
        let permit_scope = project::at(self, folder);
        let project = permit_scope.project().and_then(Path::to_str);
        let project = project.map(str::to_owned);
        let Some(fields) = call.as_object_mut() else {
            return Err(host("a tool call is an object"));
        };
        // What the host says, a caller cannot.
        fields.remove("elided");
        match &project {
            Some(root) => fields.insert("project".to_owned(), root.as_str().into()),
            None => fields.remove("project"),
        };
        let text = |name: &str| call.get(name).and_then(Value::as_str).map(str::to_owned);
        let (tool, session, tool_use_id) = (text("tool"), text("session_id"), text("tool_use_id"));
        let limit = if loaded.manifest.whole_inputs {
            usize::MAX
        } else {
            self.settings().field_bytes_max
        };
        let whole = call.to_string();
        let mut short = shorten(&whole, limit)
            .map_err(|error| host(&format!("the call cannot be passed on: {error}")))?;
        if !short.elided.is_empty() {
            short.json.pop();
            // A string takes every write.
            let _ = write!(short.json, ",\"elided\":{}}}", json!(short.elided));
        }
        let request = TurnRequest {
            facts: Arc::new(TurnFacts {
                turn: self.new_turn_id(),
                scope: NO_SCOPE.to_owned(),
                entry_point,
                event: None,
                phase: None,
                tool,
                session,
                project,
                tool_use_id,
                trace_id: None,
            }),
            envelope: short.json.into_bytes(),
            input: Arc::new(Input::new(whole, Arc::new(call))),
            permit_scope,
            deadline: deadline.min(self.now() + loaded.manifest.budgets.wall),
            // A call that is made twice is two calls.
            input_key: None,
            given_up: Arc::new(AtomicBool::new(false)),
            loaded,
        };
        self.spawn(request, read).await.result
    }

    /// The plugin, when it is loaded and offers tools.
    fn offering(&self, plugin: &str) -> Result<(Arc<Loaded>, &'static str), Abort> {
        let loaded = match self.catalog().plugins.get(plugin) {
            Some(PluginState::Loaded(loaded)) => Arc::clone(loaded),
            Some(PluginState::Broken { reason, .. }) => {
                return Err(host(&format!("`{plugin}` is not loaded: {reason}")));
            }
            None => return Err(host(&format!("no plugin `{plugin}` is configured"))),
        };
        let entry_point = ENTRY_POINTS
            .iter()
            .map(|entry| entry.export)
            .find(|export| *export == ENTRY_POINT)
            .filter(|export| loaded.build.inspection().entry_points.contains(export));
        match entry_point {
            Some(entry_point) => Ok((loaded, entry_point)),
            None => Err(host(&format!(
                "`{plugin}` offers no tools: it does not export `{ENTRY_POINT}`"
            ))),
        }
    }
}

fn read(output: &[u8]) -> Result<Meaning<McpResult>, Abort> {
    let value = serde_json::from_slice(output).map_err(|error| {
        Abort::new(
            AbortReason::Output,
            format!("the output is no tool's result: {error}"),
        )
    })?;
    Ok(Meaning { value, word: None })
}

fn host(message: &str) -> Abort {
    Abort::new(AbortReason::Host, message)
}
