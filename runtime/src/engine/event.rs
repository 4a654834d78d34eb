//! One hook event: rewriters first, each on the former's output, then every decider on the result, in parallel.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde_json::{Map, Value, json};
use sinew_schema::Phase;

use super::catalog::{Catalog, PluginState, Subscriber};
use super::decision::{Rewritten, Rules, refused};
use super::elide::{replace_member, shorten};
use super::gate::Guard;
use super::hook::{HookOutcome, HookRequest, Kind};
use super::input::Input;
use super::passing::Stop;
use super::record::TurnFacts;
use super::turn::{self, Meaning, TurnOutcome, TurnRequest};
use super::verdict::{Part, decided, failed};
use super::{Engine, project, scopes};
use crate::permits::PermitScope;
use crate::plugin::{Abort, AbortReason, Build, OnFailure, Scope};

/// The event after which a session has no more turns, unless somebody resumes it.
const SESSION_END: &str = "SessionEnd";

/// What all turns of one event share.
struct Event<'a> {
    engine: &'a Arc<Engine>,
    name: &'a str,
    rules: Rules,
    guard: Guard,
    session: Option<String>,
    tool_use_id: Option<String>,
    trace_id: Option<String>,
    project: Option<String>,
    permit_scope: PermitScope,
    deadline: Instant,
    given_up: Arc<AtomicBool>,
}

/// Runs an event to its verdict. Whoever awaits this must not be dropped half-way: some of the turns run on its thread.
///
/// The second part are the builds whose instances were used, once for each turn; they are settled when the answer has left.
pub(super) async fn run(
    engine: &Arc<Engine>,
    request: HookRequest,
    given_up: Arc<AtomicBool>,
) -> (HookOutcome, Vec<Arc<Build>>) {
    let of = |verdict| HookOutcome {
        verdict,
        positions: Vec::new(),
    };
    // One look for the whole event: a reload in the middle of it changes nothing.
    let catalog = engine.catalog();
    let subscribers = catalog.subscribers(&request.event, &request.input);
    if subscribers.is_empty() {
        return (of(decided(&[], None)), Vec::new());
    }
    let text = |pointer: &str| {
        request
            .input
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let session = text("/session_id");
    let permit_scope = project::of(engine, session.as_deref(), text("/cwd").as_deref()).await;
    let event = Event {
        engine,
        name: &request.event,
        rules: Rules {
            row: engine.table().row(&request.event),
        },
        guard: catalog.guard(Some(&request.event)),
        session,
        tool_use_id: text("/tool_use_id"),
        trace_id: request.trace_id,
        project: permit_scope
            .project()
            .and_then(|root| root.to_str())
            .map(str::to_owned),
        permit_scope,
        deadline: request.deadline,
        given_up,
    };
    let Ok(body) = std::str::from_utf8(&request.body) else {
        // The transport decoded the body as JSON, so this cannot be; it fails like any other defect.
        let verdict = failed(OnFailure::Deny, "the input is not UTF-8".into());
        return (of(verdict), Vec::new());
    };
    let mut input = Arc::new(Input::new(body.to_owned(), Arc::clone(&request.input)));
    let mut positions = Vec::new();
    let mut parts = Vec::new();
    let mut used = Vec::new();
    let mut replacement = None;
    for subscriber in &subscribers {
        // Judged on what the former made of the input.
        let rewrites = subscriber.rewrites.as_ref();
        if !rewrites.is_some_and(|rewrites| rewrites.wants(input.value())) {
            continue;
        }
        let read = event.rules.rewriting(event.name);
        let turn = event.here(subscriber, Phase::Rewrite, &input, read, &mut used);
        let outcome = turn.await;
        positions.extend(outcome.position);
        let rewritten = outcome.result.and_then(|rewritten| match rewritten {
            Some(rewritten) => rewrite(rewritten, &mut input).map(Some),
            None => Ok(None),
        });
        match rewritten {
            Ok(None) => {}
            Ok(Some((value, part))) => {
                replacement = Some(value);
                parts.push((subscriber.priority, part));
            }
            Err(abort) => parts.push((subscriber.priority, event.failure(subscriber, &abort))),
        }
    }
    let outcomes = event.deciding(&subscribers, &input, &mut used).await;
    let mut stops = Vec::new();
    for (subscriber, outcome) in subscribers.iter().zip(outcomes) {
        positions.extend(outcome.position);
        let position = outcome.position;
        let part = match outcome.result {
            Ok(part) => part,
            Err(abort) => event.failure(subscriber, &abort),
        };
        if Stop::is(&part) {
            stops.push(Stop {
                part: parts.len(),
                subscriber,
                position,
            });
        }
        parts.push((subscriber.priority, part));
    }
    positions.extend(engine.pass(event.name, &input, &mut parts, &stops));
    if event.name == SESSION_END {
        event.close_session(&catalog, &mut used);
    }
    // Rewriters came first; from here on priority alone orders them (the sort is stable).
    parts.sort_by_key(|(priority, _)| std::cmp::Reverse(*priority));
    let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
    let outcome = HookOutcome {
        verdict: decided(&parts, replacement),
        positions,
    };
    (outcome, used)
}

// === impl Event ===

impl Event<'_> {
    /// Runs every plugin's deciding turn, the last one on this thread. Returns what they came to, in the same order.
    async fn deciding(
        &self,
        subscribers: &[Subscriber],
        input: &Arc<Input>,
        used: &mut Vec<Arc<Build>>,
    ) -> Vec<TurnOutcome<Part>> {
        let Some((last, others)) = subscribers.split_last() else {
            return Vec::new();
        };
        let read = || self.rules.deciding(self.name);
        // All of them run from here on; waiting for one after the other costs nothing.
        let running: Vec<_> = others
            .iter()
            .map(|subscriber| self.elsewhere(subscriber, Phase::Decide, input, read()))
            .collect();
        let own = self.here(last, Phase::Decide, input, read(), used).await;
        let mut outcomes = Vec::with_capacity(subscribers.len());
        for outcome in running {
            outcomes.push(outcome.await);
        }
        outcomes.push(own);
        outcomes
    }

    /// Runs one plugin's turn on this thread, and adds the build whose instance it used.
    async fn here<T>(
        &self,
        subscriber: &Subscriber,
        phase: Phase,
        input: &Arc<Input>,
        read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
        used: &mut Vec<Arc<Build>>,
    ) -> TurnOutcome<T> {
        match self.request(subscriber, phase, input) {
            Ok(request) => {
                let outcome = self.engine.run(&request, read).await;
                used.push(Arc::clone(&request.loaded.build));
                outcome
            }
            Err(failed) => failed,
        }
    }

    /// Starts one plugin's turn beside this one.
    fn elsewhere<T, R>(
        &self,
        subscriber: &Subscriber,
        phase: Phase,
        input: &Arc<Input>,
        read: R,
    ) -> impl Future<Output = TurnOutcome<T>> + use<T, R>
    where
        T: Send + 'static,
        R: Fn(&[u8]) -> Result<Meaning<T>, Abort> + Send + 'static,
    {
        let started = self.request(subscriber, phase, input);
        let started = started.map(|request| self.engine.spawn(request, read));
        async {
            match started {
                Ok(running) => running.await,
                Err(failed) => failed,
            }
        }
    }

    /// Puts a turn together, or says why it cannot run.
    fn request<T>(
        &self,
        subscriber: &Subscriber,
        phase: Phase,
        input: &Arc<Input>,
    ) -> Result<TurnRequest, TurnOutcome<T>> {
        let failed = |reason, message: String| TurnOutcome {
            result: Err(Abort::new(reason, message)),
            position: None,
        };
        let (loaded, entry_point) = match &subscriber.target {
            Ok((loaded, entry_point)) => (Arc::clone(loaded), *entry_point),
            Err(reason) => {
                let position = self.engine.note_broken(&subscriber.name, self.name, reason);
                return Err(TurnOutcome {
                    position,
                    ..failed(AbortReason::Host, format!("it is not loaded: {reason}"))
                });
            }
        };
        let scope = match scopes::name(
            &loaded.manifest.scope,
            self.session.as_deref(),
            input.value(),
        ) {
            Ok(scope) => scope,
            Err(message) => return Err(failed(AbortReason::Host, message)),
        };
        let facts = Arc::new(TurnFacts {
            turn: self.engine.new_turn_id(),
            scope,
            entry_point,
            event: Some(self.name.to_owned()),
            phase: Some(phase),
            tool: None,
            session: self.session.clone(),
            project: self.project.clone(),
            tool_use_id: self.tool_use_id.clone(),
            trace_id: self.trace_id.clone(),
            resumes: Vec::new(),
        });
        let envelope = match self.envelope(loaded.manifest.whole_inputs, phase, input) {
            Ok(envelope) => envelope,
            Err(error) => {
                return Err(failed(
                    AbortReason::Host,
                    format!("the input cannot be passed on: {error}"),
                ));
            }
        };
        let wall = self.engine.now() + loaded.manifest.budgets.wall;
        Ok(TurnRequest {
            input_key: turn::input_key(&loaded, &facts, input.bytes()),
            loaded,
            facts,
            envelope,
            input: Arc::clone(input),
            permit_scope: self.permit_scope.clone(),
            deadline: wall.min(self.deadline),
            given_up: Arc::clone(&self.given_up),
            cut: None,
            base_revision: None,
            asking: None,
        })
    }

    /// What the guest gets: the client's input byte for byte, and beside it what the host says.
    fn envelope(
        &self,
        whole: bool,
        phase: Phase,
        input: &Input,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let limit = if whole {
            usize::MAX
        } else {
            self.engine.settings().field_bytes_max
        };
        let short = shorten(input.text(), limit)?;
        let mut head = Map::new();
        head.insert("event".into(), self.name.into());
        head.insert("phase".into(), json!(phase));
        if let Some(project) = &self.project {
            head.insert("project".into(), project.as_str().into());
        }
        if !short.elided.is_empty() {
            head.insert("elided".into(), json!(short.elided));
        }
        let mut envelope = Value::Object(head).to_string();
        envelope.pop();
        envelope.push_str(",\"input\":");
        envelope.push_str(&short.json);
        envelope.push('}');
        Ok(envelope.into_bytes())
    }

    /// Lets go of the instances that plugins kept for the session. Its Vars stay, for when it is resumed, until they expire.
    fn close_session(&self, catalog: &Catalog, used: &mut Vec<Arc<Build>>) {
        for state in catalog.plugins.values() {
            if let PluginState::Loaded(loaded) = state
                && loaded.manifest.reuse
                && loaded.manifest.scope == Scope::Session
                && let Ok(scope) =
                    scopes::name(&Scope::Session, self.session.as_deref(), &Value::Null)
            {
                let key = turn::reuse_key(true, &scope);
                loaded.build.instances().forget(&key);
                used.push(Arc::clone(&loaded.build));
            }
        }
    }

    /// What a plugin that could not decide counts as.
    fn failure(&self, subscriber: &Subscriber, abort: &Abort) -> Part {
        // Where a decision could not be made durable, a guarded event is denied, whatever this plugin's own column says.
        let lost = abort.reason == AbortReason::Store && self.guard.column > OnFailure::None;
        let column = if lost {
            OnFailure::Deny
        } else {
            subscriber.on_failure
        };
        tracing::warn!(
            plugin = subscriber.name,
            event = self.name,
            reason = abort.reason.word(),
            "{abort}"
        );
        Part {
            kind: match column {
                OnFailure::None => Kind::None,
                OnFailure::Ask => Kind::Ask,
                OnFailure::Deny => Kind::Deny,
            },
            failed: true,
            reason: format!("plugin `{}` could not decide: {abort}", subscriber.name),
            context: None,
            fields: Map::new(),
        }
    }
}

/// Puts a rewrite into the input, for every turn after it. Returns what stands there now, and the plugin's part.
fn rewrite(rewritten: Rewritten, input: &mut Arc<Input>) -> Result<(Value, Part), Abort> {
    let Rewritten {
        of,
        replacement,
        part,
    } = rewritten;
    let text = replace_member(input.text(), of, &replacement.to_string())
        .map_err(|error| refused(format!("the rewrite cannot be applied: {error}")))?;
    let mut value = input.value().clone();
    if let Some(members) = value.as_object_mut() {
        members.insert(of.trim_start_matches('/').to_owned(), replacement.clone());
    }
    *input = Arc::new(Input::new(text, Arc::new(value)));
    Ok((replacement, part))
}
