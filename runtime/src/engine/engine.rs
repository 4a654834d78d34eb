//! The engine itself: its parts, how a turn gets in, and the gate it offers to the transport.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use serde_json::{Map, Value};
use sinew_schema::{AnswerRecord, GATE_DECISION, GateRecord, LedgerRecord, ReloadRecord};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::admin::{Admin, AdminError, PluginStatus};
use super::admission::Admission;
use super::bridge::{Tools, TurnLimits};
use super::catalog::{Catalog, Configured, Loaded, PluginState};
use super::gate::{Answering, Check, Difference, Gate, GateNote, Guard, Readiness};
use super::hook::{HookOutcome, HookRequest, Kind, Verdict};
use super::load::{LoadError, Loader};
use super::project::Projects;
use super::rules::Rules;
use super::scopes::Scopes;
use super::source::EffectSource;
use super::turn::{self, Meaning, TurnOutcome, TurnRequest};
use super::upkeep::{self, UpkeepSettings};
use super::{event, record};
use crate::ledger::{Ledger, Noted};
use crate::plugin::{Abort, AbortReason, Engine as Fingerprint};
use crate::world::{Clock, Random};

/// Limits of the engine.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Turns that run at once.
    pub turns_max: usize,
    /// Turns that wait to run.
    pub waiting_max: usize,
    /// Larger fields of an input are elided, in bytes.
    pub field_bytes_max: usize,
    /// Sessions whose project is remembered in memory.
    pub sessions_max: usize,
    /// Time that is kept back for putting the answer together when a turn uses all of its own.
    pub answer_margin: Duration,
    /// Limits of every turn.
    pub turn: TurnLimits,
    /// How long what is over is kept.
    pub upkeep: UpkeepSettings,
}

/// What an engine is made of.
pub struct EngineParts {
    /// Its limits.
    pub settings: EngineSettings,
    /// The plugins the operator configured.
    pub configured: Vec<Configured>,
    /// How they are loaded.
    pub loader: Loader,
    /// Canonical roots of the registered projects.
    pub projects: Vec<PathBuf>,
    /// The home folder, which is never a project.
    pub home: Option<PathBuf>,
    /// Where effects are answered.
    pub effects: Arc<dyn EffectSource>,
    /// Where turns are recorded.
    pub ledger: Arc<Ledger>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// Runs turns.
pub struct Engine {
    settings: EngineSettings,
    configured: Vec<Configured>,
    loader: Loader,
    projects: Projects,
    tools: Tools,
    catalog: ArcSwap<Catalog>,
    rules: Rules,
    scopes: Arc<Scopes>,
    admission: Arc<Admission>,
    /// One reload at a time, so that none overwrites another's catalog.
    reloading: tokio::sync::Mutex<()>,
    /// What the last look at the store found.
    store_seen: Mutex<Option<(Instant, Result<(), String>)>>,
}

// === impl Engine ===

impl Engine {
    /// Loads every configured plugin and is then ready to serve; a plugin that does not load is recorded and fails its events.
    ///
    /// # Errors
    /// A decision table that cannot be read: a defect of the build.
    pub async fn start(parts: EngineParts) -> Result<Arc<Self>, String> {
        let engine = Arc::new(Self {
            projects: Projects::new(parts.projects, parts.home, parts.settings.sessions_max),
            admission: Arc::new(Admission::new(
                parts.settings.turns_max,
                parts.settings.waiting_max,
            )),
            settings: parts.settings,
            configured: parts.configured,
            loader: parts.loader,
            tools: Tools {
                effects: parts.effects,
                ledger: parts.ledger,
                clock: parts.clock,
                random: parts.random,
            },
            catalog: ArcSwap::default(),
            rules: Rules::read(GATE_DECISION)?,
            scopes: Arc::default(),
            reloading: tokio::sync::Mutex::new(()),
            store_seen: Mutex::new(None),
        });
        let mut catalog = Catalog::default();
        for configured in &engine.configured {
            let state = engine.loader.state(configured).await;
            if let PluginState::Broken { reason, .. } = &state {
                engine.note_broken(&configured.name, "", reason);
            }
            catalog.plugins.insert(configured.name.clone(), state);
        }
        let loaded = catalog.plugins.len();
        engine.catalog.store(Arc::new(catalog));
        let detail = format!(
            "sinew {} ({}), {loaded} plugins configured",
            env!("CARGO_PKG_VERSION"),
            Fingerprint::fingerprint()
        );
        engine.note_gate(GateRecord::WHAT_START, None, None, &detail);
        Ok(engine)
    }

    /// Starts what nobody waits for; it ends when the task is aborted.
    pub fn keep_up(&self) -> tokio::task::JoinHandle<()> {
        let (store, clock) = (
            Arc::clone(self.ledger().store()),
            Arc::clone(&self.tools.clock),
        );
        tokio::spawn(upkeep::run(self.settings.upkeep.clone(), store, clock))
    }

    /// Records that the host ends in order; what comes without it was a crash.
    pub fn stopped(&self) {
        self.note_gate(GateRecord::WHAT_STOP, None, None, "in order");
    }

    /// The plugins as they are now.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// Loads a plugin again and swaps it in with one pointer move. Turns that run finish on the build they started on; a
    /// plugin that does not load leaves the one that serves in its place.
    ///
    /// # Errors
    /// The plugin is not configured, or it does not load.
    pub async fn swap(&self, name: &str, by: &str) -> Result<Arc<Loaded>, LoadError> {
        let _one_at_a_time = self.reloading.lock().await;
        let Some(configured) = self
            .configured
            .iter()
            .find(|configured| configured.name == name)
        else {
            return Err(LoadError::Unknown(name.to_owned()));
        };
        let loaded = match self.loader.load(configured).await {
            Ok(loaded) => Arc::new(loaded),
            Err(error) => {
                self.note_gate("reload_failed", Some(name), None, &error.to_string());
                return Err(error);
            }
        };
        let before = self.catalog();
        let from = match before.plugins.get(name) {
            Some(PluginState::Loaded(old)) => Some(old.build.digest().to_owned()),
            _ => None,
        };
        let record = LedgerRecord::Reload {
            at: record::at(self.clock()),
            value: ReloadRecord {
                plugin: name.to_owned(),
                from,
                to: loaded.build.digest().to_owned(),
                by: by.to_owned(),
                reason: None,
                extra: Map::new(),
            },
        };
        // The record stands before the first turn of the new build can.
        self.write(&record);
        let mut catalog = Catalog::clone(&before);
        catalog
            .plugins
            .insert(name.to_owned(), PluginState::Loaded(Arc::clone(&loaded)));
        self.catalog.store(Arc::new(catalog));
        Ok(loaded)
    }

    /// Runs a turn when its scope and a place are free, on a thread that may block. It is on its way when this returns:
    /// dropping the future leaves the turn running.
    pub(super) fn run<T, R>(
        self: &Arc<Self>,
        request: TurnRequest,
        read: R,
    ) -> impl Future<Output = TurnOutcome<T>> + Send + use<T, R>
    where
        T: Send + 'static,
        R: Fn(&[u8]) -> Result<Meaning<T>, Abort> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let engine = Arc::clone(self);
        tokio::spawn(async move {
            let build = Arc::clone(&request.loaded.build);
            // Nobody may wait any more; the turn is recorded all the same.
            let _ = answer.send(engine.admit(request, read).await);
            // Whoever used an instance up makes the next one, once its answer is on its way.
            tokio::task::block_in_place(|| build.prepare());
        });
        async {
            answered.await.unwrap_or_else(|_| TurnOutcome {
                result: Err(Abort::new(
                    AbortReason::Host,
                    "the host panicked while it ran the turn",
                )),
                position: None,
            })
        }
    }

    async fn admit<T>(
        self: Arc<Self>,
        request: TurnRequest,
        read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
    ) -> TurnOutcome<T> {
        let deadline = request.deadline.into();
        let waited = tokio::time::timeout_at(deadline, async {
            let held = match turn::scope_key(&request) {
                Some(key) => Some(Arc::clone(&self.scopes).hold(key).await),
                None => None,
            };
            (held, self.admission.enter().await)
        });
        let (held, place) = match waited.await {
            Ok((held, Some(place))) => (held, place),
            Ok((_, None)) => return self.turned_away(&request, "too many turns wait"),
            Err(_) => return self.turned_away(&request, "its time was over before it could start"),
        };
        let (tools, limits) = (self.tools.clone(), self.settings.turn.clone());
        let outcome = tokio::task::block_in_place(|| {
            turn::run(&request, &tools, limits, Handle::current(), read)
        });
        drop((held, place));
        if let (Err(abort), None) = (&outcome.result, outcome.position) {
            // The turn itself could not be recorded where it belongs; that there was one is.
            let (plugin, event) = (
                request.loaded.manifest.name.as_str(),
                request.facts.event.as_str(),
            );
            self.note_gate("unrecorded", Some(plugin), Some(event), &abort.message);
        }
        outcome
    }

    fn turned_away<T>(&self, request: &TurnRequest, why: &str) -> TurnOutcome<T> {
        let noted = self.note_gate(
            "overload",
            Some(&request.loaded.manifest.name),
            Some(&request.facts.event),
            why,
        );
        TurnOutcome {
            result: Err(Abort::new(AbortReason::Wall, why)),
            position: noted,
        }
    }

    /// Records that a plugin is not loaded, and so could not decide.
    pub(super) fn note_broken(&self, plugin: &str, event: &str, reason: &str) -> Option<u64> {
        tracing::error!(plugin, event, "the plugin is not loaded: {reason}");
        self.note_gate(
            "failed_load",
            Some(plugin),
            (!event.is_empty()).then_some(event),
            reason,
        )
    }

    fn note_gate(
        &self,
        what: &str,
        plugin: Option<&str>,
        event: Option<&str>,
        detail: &str,
    ) -> Option<u64> {
        self.write(&LedgerRecord::Gate {
            at: record::at(self.clock()),
            value: GateRecord {
                what: what.to_owned(),
                detail: detail.to_owned(),
                event: event.map(str::to_owned),
                plugin: plugin.map(str::to_owned),
                status: None,
                session: None,
                extra: Map::new(),
            },
        })
    }

    fn write(&self, record: &LedgerRecord) -> Option<u64> {
        note(self.ledger(), record)
    }

    pub(super) fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    pub(super) fn projects(&self) -> &Projects {
        &self.projects
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.tools.ledger
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.tools.clock.as_ref()
    }

    pub(super) fn now(&self) -> Instant {
        self.tools.clock.instant()
    }

    pub(super) fn new_turn_id(&self) -> String {
        turn::new_id(&self.tools)
    }

    /// Whether the store takes commits, looked at no more than once a second.
    fn store_writable(&self) -> Result<(), String> {
        const LOOK_AGAIN: Duration = Duration::from_secs(1);
        let mut seen = self
            .store_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((at, found)) = seen.as_ref()
            && self.now().saturating_duration_since(*at) < LOOK_AGAIN
        {
            return found.clone();
        }
        let found =
            blocking(|| self.ledger().store().probe_writable()).map_err(|error| error.to_string());
        *seen = Some((self.now(), found.clone()));
        found
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

// === impl Gate ===

impl Gate for Engine {
    fn hook(self: Arc<Self>, request: HookRequest) -> Answering<'static, HookOutcome> {
        Box::pin(async move {
            let (deadline, event) = (request.deadline, request.event.clone());
            let input = Arc::clone(&request.input);
            let given_up = Arc::new(AtomicBool::new(false));
            let (answer, answered) = oneshot::channel();
            let task = (
                Arc::clone(&self),
                Arc::clone(&given_up),
                event.clone(),
                input,
            );
            let until = deadline
                .checked_sub(self.settings.answer_margin)
                .unwrap_or(deadline);
            tokio::spawn(async move {
                let (engine, given_up, event, input) = task;
                let outcome = event::run(&engine, request, Arc::clone(&given_up)).await;
                if let Err(late) = answer.send(outcome) {
                    let decided = late.verdict.word();
                    let reason = "the answer came after its time";
                    engine.write(&answer_record(
                        engine.clock(),
                        &event,
                        Some(decided),
                        "failure",
                        reason,
                        Some(&input),
                    ));
                }
            });
            match tokio::time::timeout_at(until.into(), answered).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => self.unanswered(&event, "the host panicked while it ran the event"),
                Err(_) => {
                    given_up.store(true, Ordering::Release);
                    self.unanswered(&event, "the plugins did not decide in time")
                }
            }
        })
    }

    fn guard(&self, event: Option<&str>) -> Guard {
        self.catalog.load().guard(event)
    }

    fn note(self: Arc<Self>, note: GateNote) -> Answering<'static, Option<u64>> {
        Box::pin(async move {
            let noted = tokio::task::spawn_blocking(move || {
                let detail = format!("{}: {}", note.refusal.as_str(), note.reason);
                let what = if note.refusal == super::Refusal::Overload {
                    "overload"
                } else {
                    "refused"
                };
                self.note_gate(what, None, note.event.as_deref(), &detail)
            });
            noted.await.ok().flatten()
        })
    }

    fn answered(&self, difference: Difference) {
        let (ledger, clock) = (
            Arc::clone(&self.tools.ledger),
            Arc::clone(&self.tools.clock),
        );
        tokio::task::spawn_blocking(move || {
            let reason = difference.differences.join("; ");
            note(
                &ledger,
                &answer_record(
                    clock.as_ref(),
                    &difference.event,
                    None,
                    "as the client can be told",
                    &reason,
                    None,
                ),
            );
        });
    }

    fn readiness(&self) -> Readiness {
        let catalog = self.catalog();
        let broken: Vec<_> = catalog
            .plugins
            .iter()
            .filter_map(|(name, state)| match state {
                PluginState::Broken { reason, .. } => Some(format!("`{name}`: {reason}")),
                PluginState::Loaded(_) => None,
            })
            .collect();
        let plugins = Check {
            name: "plugins".to_owned(),
            ok: broken.is_empty(),
            detail: if broken.is_empty() {
                format!("{} loaded", catalog.plugins.len())
            } else {
                broken.join("; ")
            },
        };
        let store = self.store_writable();
        let store = Check {
            name: "store".to_owned(),
            ok: store.is_ok(),
            detail: store.err().unwrap_or_else(|| "it takes commits".to_owned()),
        };
        // The proof runs before anything is served; a process without it does not answer at all.
        let shadowing = Check {
            name: "shadowing".to_owned(),
            ok: true,
            detail: "proved at start".to_owned(),
        };
        Readiness {
            checks: vec![plugins, store, shadowing],
        }
    }
}

impl Engine {
    fn unanswered(&self, event: &str, reason: &str) -> HookOutcome {
        let column = self.catalog.load().guard(Some(event)).column;
        self.note_gate("deadline", None, Some(event), reason);
        HookOutcome {
            verdict: Verdict::Failed {
                column,
                reason: reason.to_owned(),
            },
            positions: Vec::new(),
        }
    }
}

/// Puts a record into the gate's chain; its position, when it has one already.
fn note(ledger: &Ledger, record: &LedgerRecord) -> Option<u64> {
    let entry = record::entry(record::GATE_CHAIN.to_owned(), record);
    match blocking(|| ledger.note(&entry.chain, entry.body)) {
        Noted::Chained(position) => Some(position.position),
        Noted::Journalled => None,
        Noted::Lost => {
            tracing::error!(
                "a record of the gate found no room, neither in the store nor in the journal"
            );
            None
        }
    }
}

/// The record of an answer that is not what was decided.
fn answer_record(
    clock: &dyn Clock,
    event: &str,
    decided: Option<&str>,
    answered: &str,
    reason: &str,
    input: Option<&Value>,
) -> LedgerRecord {
    let text = |key: &str| {
        input
            .and_then(|input| input.get(key))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    LedgerRecord::Answer {
        at: record::at(clock),
        value: AnswerRecord {
            event: event.to_owned(),
            decided: decided.map(str::to_owned),
            answered: answered.to_owned(),
            reason: reason.to_owned(),
            session: text("session_id"),
            tool_use_id: text("tool_use_id"),
            turn: None,
            extra: Map::new(),
        },
    }
}

/// Runs something that waits for the disk, without holding up what else this thread would do.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    if Handle::try_current().is_ok() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

// === impl Verdict ===

impl Verdict {
    /// The word for it in the ledger.
    fn word(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "failure",
            Self::Decided { kind, .. } => match kind {
                Kind::None => "none",
                Kind::Allow => "allow",
                Kind::Ask => "ask",
                Kind::Defer => "defer",
                Kind::Deny => "deny",
            },
        }
    }
}

// === impl Admin ===

impl Admin for Engine {
    fn plugins(&self) -> Vec<PluginStatus> {
        self.catalog()
            .plugins
            .iter()
            .map(|(name, state)| status(name, state))
            .collect()
    }

    fn reload(
        self: Arc<Self>,
        name: String,
    ) -> Answering<'static, Result<PluginStatus, AdminError>> {
        Box::pin(async move {
            match self.swap(&name, "admin").await {
                Ok(loaded) => Ok(status(&name, &PluginState::Loaded(loaded))),
                Err(LoadError::Unknown(name)) => Err(AdminError::Unknown { name }),
                Err(error) => Err(AdminError::Refused {
                    name,
                    reason: error.to_string(),
                }),
            }
        })
    }
}

fn status(name: &str, state: &PluginState) -> PluginStatus {
    let manifest = state.manifest();
    let (build, problem) = match state {
        PluginState::Loaded(loaded) => (Some(loaded.build.digest().to_owned()), None),
        PluginState::Broken { reason, .. } => (None, Some(reason.clone())),
    };
    PluginStatus {
        name: name.to_owned(),
        loaded: build.is_some(),
        version: manifest.map(|manifest| manifest.version.clone()),
        build,
        hooks: manifest
            .into_iter()
            .flat_map(|manifest| manifest.hooks.keys().cloned())
            .collect(),
        problem,
    }
}
