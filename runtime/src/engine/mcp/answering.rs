//! One request of an MCP client: from what it names to the plugin that has it, and through one turn to its answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use sinew_schema::{ENTRY_POINTS, McpCompletionResult, McpPromptResult, McpReadResult, McpResult};
use tokio::sync::broadcast;

use super::asking::Asking;
use super::recorded;
use super::{McpAsked, McpChange, McpEnd, McpFailure, McpRequest, McpResume, McpView};
use crate::engine::catalog::{Loaded, PluginState};
use crate::engine::elide::shorten;
use crate::engine::engine::Engine;
use crate::engine::input::Input;
use crate::engine::project;
use crate::engine::record::TurnFacts;
use crate::engine::scopes;
use crate::engine::turn::{Meaning, TurnRequest};
use crate::permits::PermitScope;
use crate::plugin::{Abort, AbortReason, Scope};
use crate::store::InputKey;

/// Times that one request may ask its client.
const ROUNDS_MAX: usize = 16;

impl Engine {
    /// Listens to what changes in what plugins offer. Whoever is slow misses changes, and is told that it did.
    #[must_use]
    pub fn mcp_changes(&self) -> broadcast::Receiver<McpChange> {
        self.tools.mcp.subscribe()
    }

    /// The plugin that offers a tool to this view, and the plugin's own name for it.
    #[must_use]
    pub fn mcp_tool(&self, view: &McpView, name: &str) -> Option<(Arc<Loaded>, String)> {
        self.catalog().tool(view, name)
    }

    /// The plugin that offers a prompt to this view, and the plugin's own name for it.
    #[must_use]
    pub fn mcp_prompt(&self, view: &McpView, name: &str) -> Option<(Arc<Loaded>, String)> {
        self.catalog().prompt(view, name)
    }

    /// The name of the plugin that answers reads of an address.
    #[must_use]
    pub fn mcp_reader(&self, view: &McpView, uri: &str) -> Option<String> {
        let loaded = self.catalog().reader(view, uri)?;
        Some(loaded.manifest.name.clone())
    }

    /// The name of the plugin that describes a resource template.
    #[must_use]
    pub fn mcp_template(&self, view: &McpView, template: &str) -> Option<String> {
        let loaded = self.catalog().template(view, template)?;
        Some(loaded.manifest.name.clone())
    }

    /// Calls a plugin's tool.
    ///
    /// # Errors
    /// See [`McpFailure`].
    pub async fn call_tool(
        self: &Arc<Self>,
        request: McpRequest,
    ) -> Result<McpEnd<McpResult>, McpFailure> {
        let loaded = self.offering(&request.plugin)?;
        let McpAsked::Tool { name, arguments } = &request.asked else {
            return Err(McpFailure::Unknown(
                "a tool is called by its name".to_owned(),
            ));
        };
        // A plugin that describes no tools may still answer calls of them: its author tries it so.
        let described = loaded.offer.tool(name);
        if described.is_none() && !loaded.offer.description.tools.is_empty() {
            return Err(McpFailure::Unknown(format!(
                "`{}` has no tool `{name}`",
                request.plugin
            )));
        }
        let needs = described
            .map(|tool| tool.needs.as_slice())
            .unwrap_or_default();
        if let Some(lacking) = needs.iter().find(|need| !request.caller.can(**need)) {
            return Err(McpFailure::Capability(*lacking));
        }
        let arguments = Value::Object(arguments.clone());
        if let Some(wrong) = loaded.offer.wrong_arguments(name, &arguments) {
            return Err(McpFailure::Arguments(wrong));
        }
        let offer = Arc::clone(&loaded.offer);
        let tool = name.clone();
        self.ask(request, loaded, move |result: &McpResult| {
            let promised = result.is_error != Some(true);
            let structured = Value::Object(result.structured.clone());
            match offer.wrong_output(&tool, &structured).filter(|_| promised) {
                Some(wrong) => Err(wrong),
                None => Ok(()),
            }
        })
        .await
    }

    /// Reads a plugin's resource.
    ///
    /// # Errors
    /// See [`McpFailure`].
    pub async fn read_resource(
        self: &Arc<Self>,
        request: McpRequest,
    ) -> Result<McpEnd<McpReadResult>, McpFailure> {
        let loaded = self.offering(&request.plugin)?;
        self.ask(request, loaded, |_| Ok(())).await
    }

    /// Fills in a plugin's prompt.
    ///
    /// # Errors
    /// See [`McpFailure`].
    pub async fn get_prompt(
        self: &Arc<Self>,
        request: McpRequest,
    ) -> Result<McpEnd<McpPromptResult>, McpFailure> {
        let loaded = self.offering(&request.plugin)?;
        if let McpAsked::Prompt { name, arguments } = &request.asked {
            let prompts = &loaded.offer.description.prompts;
            let described = prompts.iter().find(|prompt| prompt.name == *name);
            let missing = described.and_then(|prompt| {
                let mut all = prompt.arguments.iter();
                all.find(|argument| {
                    argument.required == Some(true) && !arguments.contains_key(&argument.name)
                })
            });
            if let Some(missing) = missing {
                return Err(McpFailure::Arguments(format!(
                    "the prompt `{name}` needs the argument `{}`",
                    missing.name
                )));
            }
        }
        self.ask(request, loaded, |_| Ok(())).await
    }

    /// Completes an argument of a plugin's prompt or resource template; a plugin that does not complete knows nothing.
    ///
    /// # Errors
    /// See [`McpFailure`].
    pub async fn complete(
        self: &Arc<Self>,
        request: McpRequest,
    ) -> Result<McpCompletionResult, McpFailure> {
        let loaded = self.offering(&request.plugin)?;
        let entry = request.asked.entry();
        if !loaded.build.inspection().entry_points.contains(entry) {
            return Ok(McpCompletionResult::default());
        }
        match self.ask(request, loaded, |_| Ok(())).await? {
            McpEnd::Done(result) => Ok(result),
            McpEnd::Asks { .. } => Err(McpFailure::Aborted(Abort::new(
                AbortReason::Suspended,
                "what completes an argument cannot ask back",
            ))),
        }
    }

    /// Runs the turn that answers a request.
    async fn ask<T>(
        self: &Arc<Self>,
        request: McpRequest,
        loaded: Arc<Loaded>,
        check: impl Fn(&T) -> Result<(), String> + Send + 'static,
    ) -> Result<McpEnd<T>, McpFailure>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let entry_point = entry_point(&loaded, request.asked.entry())?;
        let permit_scope = match &request.folder {
            Some(folder) => project::at(self, folder),
            None => PermitScope::nowhere(),
        };
        let project = permit_scope.project().and_then(Path::to_str);
        let project = project.map(str::to_owned);
        let (input, tool) = request.input(project.as_deref());
        let scope = match (loaded.manifest.mcp_scope(), &tool) {
            (Some(scope), _) => scope.clone(),
            (None, Some(tool)) => loaded.offer.scope(tool),
            (None, None) => Scope::None,
        };
        if scope == Scope::Session && request.session.is_none() {
            return Err(McpFailure::Arguments(
                "the tool keeps its state by session, and this call names none".to_owned(),
            ));
        }
        let scope = scopes::name(&scope, request.session.as_deref(), &input)
            .map_err(McpFailure::Arguments)?;
        let whole = input.to_string();
        let digest = digest(&loaded, entry_point, &whole);
        let (asking, resumes) = self.asking(&request, &digest)?;
        let limit = if loaded.manifest.whole_inputs {
            usize::MAX
        } else {
            self.settings().field_bytes_max
        };
        let mut short = shorten(&whole, limit).map_err(|error| {
            McpFailure::Aborted(Abort::new(
                AbortReason::Host,
                format!("the request cannot be passed on: {error}"),
            ))
        })?;
        if !short.elided.is_empty() {
            short.json.pop();
            // A string takes every write.
            let _ = write!(short.json, ",\"elided\":{}}}", json!(short.elided));
        }
        let asking = Arc::new(asking);
        let turn = TurnRequest {
            facts: Arc::new(TurnFacts {
                turn: self.new_turn_id(),
                scope,
                entry_point,
                event: None,
                phase: None,
                tool,
                session: request.session,
                project,
                tool_use_id: request.tool_use_id,
                trace_id: request.trace_id,
                resumes,
            }),
            envelope: short.json.into_bytes(),
            input: Arc::new(Input::new(whole, Arc::new(input))),
            permit_scope,
            deadline: request
                .deadline
                .min(self.now() + loaded.manifest.budgets.wall),
            // A call that is made twice is two calls; answers that come twice are the same answers.
            input_key: request
                .resume
                .as_ref()
                .map(|resume| resume.input_key(&request.answers)),
            base_revision: request.resume.as_ref().map(|resume| resume.revision),
            given_up: request.given_up,
            cut: Some(request.cut),
            asking: Some(Arc::clone(&asking)),
            loaded,
        };
        let asked = Arc::clone(&asking);
        let reading = move |output: &[u8]| asked.whole().and_then(|()| read(output, &check));
        let outcome = self.spawn(turn, reading).await;
        let abort = match outcome.result {
            Ok(value) => return Ok(McpEnd::Done(value)),
            Err(abort) => abort,
        };
        let questions = asking.questions();
        if abort.reason != AbortReason::Suspended || questions.is_empty() {
            return Err(McpFailure::Aborted(abort));
        }
        let Some(position) = outcome.position else {
            return Err(McpFailure::Aborted(Abort::new(
                AbortReason::Store,
                "what it did before it asked cannot be recorded",
            )));
        };
        self.suspended(questions, position, request.resume, digest)
    }

    /// Puts together what a suspended turn leaves to its client.
    fn suspended<T>(
        &self,
        questions: Vec<crate::effects::Question>,
        position: u64,
        earlier: Option<McpResume>,
        request: String,
    ) -> Result<McpEnd<T>, McpFailure> {
        let store = self.ledger().store();
        let turn = tokio::task::block_in_place(|| recorded::read(store.as_ref(), position))?;
        let resume = match earlier {
            // Nothing was done that a repetition would do twice.
            None if turn.effects.is_empty() => None,
            None => Some(McpResume {
                positions: vec![position],
                request,
                revision: turn.revision,
            }),
            Some(mut earlier) => {
                earlier.positions.push(position);
                if earlier.positions.len() > ROUNDS_MAX {
                    return Err(McpFailure::Resume(format!(
                        "the call has asked more than {ROUNDS_MAX} times"
                    )));
                }
                Some(earlier)
            }
        };
        Ok(McpEnd::Asks { questions, resume })
    }

    /// What the turn knows of its client, and the turns that it goes on with.
    fn asking(
        &self,
        request: &McpRequest,
        digest: &str,
    ) -> Result<(Asking, Vec<String>), McpFailure> {
        let mut effects = Vec::new();
        let mut turns = Vec::new();
        if let Some(resume) = &request.resume {
            if resume.request != digest {
                return Err(McpFailure::Resume(
                    "the answers belong to another request, or the plugin was changed meanwhile; make the call again"
                        .to_owned(),
                ));
            }
            let store = self.ledger().store();
            for position in &resume.positions {
                let turn =
                    tokio::task::block_in_place(|| recorded::read(store.as_ref(), *position))?;
                effects.extend(turn.effects);
                turns.push(turn.turn);
                // Each of them, and in order: what is missing would be done once more.
                let whole = effects.len() == turn.asked as usize
                    && effects
                        .iter()
                        .zip(0..)
                        .all(|(it, place)| it.ordinal == place);
                if !whole {
                    return Err(McpFailure::Resume(
                        "the ledger no longer holds all that the call did before it asked; make the call again"
                            .to_owned(),
                    ));
                }
            }
        }
        let caller = Arc::clone(&request.caller);
        let asking = Asking::new(caller, effects, request.answers.clone());
        Ok((asking, turns))
    }

    /// The plugin, when it is loaded.
    fn offering(&self, plugin: &str) -> Result<Arc<Loaded>, McpFailure> {
        match self.catalog().plugins.get(plugin) {
            Some(PluginState::Loaded(loaded)) => Ok(Arc::clone(loaded)),
            Some(PluginState::Broken { reason, .. }) => Err(McpFailure::Unknown(format!(
                "`{plugin}` is not loaded: {reason}"
            ))),
            None => Err(McpFailure::Unknown(format!(
                "no plugin `{plugin}` is configured"
            ))),
        }
    }
}

// === impl McpAsked ===

impl McpAsked {
    /// The entry point that answers it.
    fn entry(&self) -> &'static str {
        match self {
            Self::Tool { .. } => "handle_mcp_call",
            Self::Read { .. } => "handle_mcp_read",
            Self::Prompt { .. } => "handle_mcp_prompt",
            Self::Complete(_) => "handle_mcp_complete",
        }
    }
}

// === impl McpRequest ===

impl McpRequest {
    /// The plugin's input, and the tool that is called.
    fn input(&self, project: Option<&str>) -> (Value, Option<String>) {
        let mut fields = match &self.asked {
            McpAsked::Tool { name, arguments } => Map::from_iter([
                named("tool", name),
                ("arguments".to_owned(), json!(arguments)),
            ]),
            McpAsked::Read { uri } => Map::from_iter([named("uri", uri)]),
            McpAsked::Prompt { name, arguments } => Map::from_iter([
                named("prompt", name),
                ("arguments".to_owned(), json!(arguments)),
            ]),
            McpAsked::Complete(fields) => fields.clone(),
        };
        let tool = match &self.asked {
            McpAsked::Tool { name, .. } => Some(name.clone()),
            _ => None,
        };
        let said = [
            (
                "tool_use_id",
                self.tool_use_id.as_deref().filter(|_| tool.is_some()),
            ),
            ("session_id", self.session.as_deref()),
            ("project", project),
        ];
        fields.extend(
            said.into_iter()
                .filter_map(|(name, value)| Some(named(name, value?))),
        );
        if let Some(client) = &self.client {
            fields.insert("client".to_owned(), json!(client));
        }
        (Value::Object(fields), tool)
    }
}

// === impl McpResume ===

impl McpResume {
    /// Names the going on of a suspended turn with these answers.
    fn input_key(&self, answers: &BTreeMap<String, Value>) -> InputKey {
        let said = json!([self.request, self.positions, answers]).to_string();
        let hash = Sha256::new()
            .chain_update("mcp answers\n")
            .chain_update(said);
        InputKey(hash.finalize().into())
    }
}

fn named(name: &str, value: &str) -> (String, Value) {
    (name.to_owned(), value.into())
}

/// The entry point by its static name, when the module exports it.
fn entry_point(loaded: &Loaded, export: &str) -> Result<&'static str, McpFailure> {
    ENTRY_POINTS
        .iter()
        .map(|entry| entry.export)
        .find(|known| *known == export)
        .filter(|known| loaded.build.inspection().entry_points.contains(known))
        .ok_or_else(|| {
            McpFailure::Unknown(format!(
                "`{}` does not export `{export}`",
                loaded.manifest.name
            ))
        })
}

/// Names a request together with all that its answer hangs on.
fn digest(loaded: &Loaded, entry_point: &str, input: &str) -> String {
    let mut hash = Sha256::new();
    for part in [
        loaded.manifest.name.as_str(),
        &loaded.manifest.digest,
        loaded.build.digest(),
        &loaded.config_digest,
        &loaded.permits_digest,
        entry_point,
        input,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn read<T: DeserializeOwned>(
    output: &[u8],
    check: impl Fn(&T) -> Result<(), String>,
) -> Result<Meaning<T>, Abort> {
    let wrong = |why: String| Abort::new(AbortReason::Output, why);
    let value = serde_json::from_slice(output)
        .map_err(|error| wrong(format!("the output is no answer: {error}")))?;
    check(&value).map_err(wrong)?;
    Ok(Meaning { value, word: None })
}
