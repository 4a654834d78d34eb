//! The engine itself: its parts, how a turn gets in, and how a plugin is exchanged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use serde_json::Map;
use sinew_schema::{GateDecisionTable, GatePlace, GateRecord, LedgerRecord, ReloadRecord};
use tokio::runtime::Handle;
use tokio::sync::{broadcast, oneshot};
use tokio_util::sync::CancellationToken;

use super::admission::{Admission, Lane};
use super::allow::{AllowSettings, Allowances, Terminal};
use super::bridge::{HOST_ENDS, Tools, TurnLimits};
use super::catalog::{Catalog, Configured, Loaded, PluginState};
use super::load::{LoadError, Loader};
use super::mcp::{McpChange, clash};
use super::notes;
use super::project::Projects;
use super::record;
use super::regrant::Reread;
use super::scopes::Scopes;
use super::source::EffectSource;
use super::turn::{self, Meaning, TurnOutcome, TurnRequest};
use super::unwired;
use super::upkeep::{self, UpkeepSettings};
use crate::ledger::Ledger;
use crate::plugin::{Abort, AbortReason, Build, Engine as Fingerprint, Manifest};
use crate::services::secrets::Secrets;
use crate::world::{Clock, Random};

/// Changes of what plugins offer that a slow listener may lag behind.
const MCP_CHANGES_MAX: usize = 256;

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
    /// Limits of allow-once codes.
    pub allow: AllowSettings,
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
    /// Reads again what the operator says about one of them; none where that is nowhere to be read.
    pub reread: Option<Reread>,
    /// How they are loaded.
    pub loader: Loader,
    /// Canonical roots of the registered projects.
    pub projects: Vec<PathBuf>,
    /// The home folder, which is never a project.
    pub home: Option<PathBuf>,
    /// The places that are the gate's own.
    pub own: Vec<GatePlace>,
    /// The file that says which events clients ask about; none where no client was wired.
    pub wired: Option<PathBuf>,
    /// Where effects are answered.
    pub effects: Arc<dyn EffectSource>,
    /// What is read again whenever a plugin is.
    pub secrets: Secrets,
    /// Where turns are recorded.
    pub ledger: Arc<Ledger>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// Runs turns.
pub struct Engine {
    pub(super) settings: EngineSettings,
    pub(super) configured: ArcSwap<Vec<Configured>>,
    pub(super) reread: Option<Reread>,
    loader: Loader,
    secrets: Secrets,
    projects: Projects,
    wired: Option<PathBuf>,
    pub(super) tools: Tools,
    pub(super) catalog: Arc<ArcSwap<Catalog>>,
    pub(super) allowances: Allowances,
    table: &'static GateDecisionTable,
    scopes: Arc<Scopes>,
    admission: Arc<Admission>,
    /// One reload at a time, so that none overwrites another's catalog.
    pub(super) reloading: tokio::sync::Mutex<()>,
    /// What the last look at the store found.
    pub(super) store_seen: Mutex<Option<(Instant, Result<(), String>)>>,
}

// === impl Engine ===

impl Engine {
    /// Loads every configured plugin and is then ready to serve; a plugin that does not load is recorded and fails its events.
    ///
    /// # Errors
    /// A decision table that cannot be read: a defect of the build.
    pub async fn start(parts: EngineParts) -> Result<Arc<Self>, String> {
        let catalog = Arc::new(ArcSwap::default());
        let engine = Arc::new(Self {
            projects: Projects::new(parts.projects, parts.home, parts.settings.sessions_max),
            admission: Arc::new(Admission::new(
                parts.settings.turns_max,
                parts.settings.waiting_max,
            )),
            allowances: Allowances::new(parts.settings.allow.clone()),
            settings: parts.settings,
            configured: ArcSwap::from_pointee(parts.configured),
            reread: parts.reread,
            wired: parts.wired,
            loader: parts.loader,
            secrets: parts.secrets,
            tools: Tools {
                effects: parts.effects,
                ledger: parts.ledger,
                clock: parts.clock,
                random: parts.random,
                catalog: Arc::clone(&catalog),
                own: parts.own.into(),
                purses: Arc::default(),
                doubts: Arc::default(),
                ending: CancellationToken::new(),
                mcp: broadcast::channel(MCP_CHANGES_MAX).0,
            },
            catalog,
            table: GateDecisionTable::bundled()?,
            scopes: Arc::default(),
            reloading: tokio::sync::Mutex::new(()),
            store_seen: Mutex::new(None),
        });
        let (doubts, tools) = (Arc::clone(&engine.tools.doubts), engine.tools.clone());
        notes::blocking(|| doubts.recover(&tools))
            .map_err(|error| format!("what an earlier run has left cannot be read: {error}"))?;
        let mut catalog = Catalog::default();
        let configured = engine.configured.load_full();
        let loading: Vec<_> = configured
            .iter()
            .map(|configured| {
                let (loader, configured) = (engine.loader.clone(), configured.clone());
                tokio::spawn(async move { loader.state(&configured).await })
            })
            .collect();
        for (configured, loading) in configured.iter().zip(loading) {
            let state = loading.await.unwrap_or_else(|_| PluginState::Broken {
                manifest: None,
                reason: "the host panicked while it loaded it".to_owned(),
            });
            let state = alone(&catalog, state);
            if let PluginState::Broken { reason, .. } = &state {
                engine.note_broken(&configured.name, "", reason);
            }
            catalog.plugins.insert(configured.name.clone(), state);
        }
        engine.loader.forget_prepared();
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

    /// Shows allow-once codes on this terminal from now on; without one, nothing that a plugin stops can be let through.
    pub fn attend(&self, terminal: Arc<dyn Terminal>) {
        self.allowances.attend(terminal);
    }

    /// Starts what nobody waits for; it ends when the task is aborted.
    pub fn keep_up(&self) -> tokio::task::JoinHandle<()> {
        let (ledger, clock) = (
            Arc::clone(&self.tools.ledger),
            Arc::clone(&self.tools.clock),
        );
        tokio::spawn(upkeep::run(self.settings.upkeep.clone(), ledger, clock))
    }

    /// Cancelled, it ends every turn: an effect that is waited for at once, anything else at the guest's next host call.
    pub(crate) fn turns(&self) -> CancellationToken {
        self.tools.ending.clone()
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
    /// plugin that does not load leaves the one that serves in its place. So does one that would guard an event which a
    /// wired client does not ask about, unless there is a `reason` for it. Secrets are read again in either case.
    ///
    /// # Errors
    /// The plugin is not configured, does not load, or would guard what nobody asks about.
    pub async fn swap(
        &self,
        name: &str,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Arc<Loaded>, LoadError> {
        let _one_at_a_time = self.reloading.lock().await;
        let configured = self.configured.load_full();
        let Some(configured) = configured.iter().find(|configured| configured.name == name) else {
            return Err(LoadError::Unknown(name.to_owned()));
        };
        let secrets = self.secrets.clone();
        // It cannot fail: a secret that cannot be read is missing from then on.
        let _ = tokio::task::spawn_blocking(move || secrets.reload()).await;
        let before = self.catalog();
        let loaded = self.loader.load(configured).await.and_then(|loaded| {
            if let Some(clash) = clash(&before, &loaded) {
                return Err(LoadError::Offer(clash));
            }
            if reason.is_none() {
                wider(&before, &loaded.manifest)?;
                unwired::check(&before, &loaded.manifest, self.wired.as_deref())?;
            }
            Ok(Arc::new(loaded))
        });
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                self.note_gate("reload_failed", Some(name), None, &error.to_string());
                return Err(error);
            }
        };
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
                reason: reason.map(str::to_owned),
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
        // Nobody may listen.
        let _ = self.tools.mcp.send(McpChange {
            plugin: name.to_owned(),
            what: None,
        });
        Ok(loaded)
    }

    /// Runs a turn as a task of its own. It is on its way when this returns: dropping the future leaves it running.
    pub(super) fn spawn<T, R>(
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
            // Nobody may wait any more; the turn is recorded all the same.
            let _ = answer.send(engine.run(&request, read).await);
            // Whoever waits may be next on this thread, and does not wait for this.
            tokio::task::block_in_place(|| settle([&request.loaded.build]));
        });
        async { answered.await.unwrap_or_else(|_| panicked()) }
    }

    /// Runs a turn on this thread when its scope and a place are free. Whoever awaits this must not be dropped half-way,
    /// and settles the build's instances once the answer has left.
    pub(super) async fn run<T>(
        &self,
        request: &TurnRequest,
        read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
    ) -> TurnOutcome<T> {
        let deadline = request.deadline.into();
        let lane = match request.asking {
            Some(_) => Lane::Call,
            None => Lane::Hook,
        };
        let waiting = tokio::time::timeout_at(deadline, async {
            let held = match turn::scope_key(request) {
                Some(key) => Some(Arc::clone(&self.scopes).hold(key).await),
                None => None,
            };
            (held, self.admission.enter(lane).await)
        });
        let waited = tokio::select! {
            biased;
            waited = waiting => waited,
            () = self.tools.ending.cancelled() => return self.turned_away(request, HOST_ENDS),
        };
        let (held, place) = match waited {
            Ok((held, Some(place))) => (held, place),
            Ok((_, None)) => return self.turned_away(request, "too many turns wait"),
            Err(_) => return self.turned_away(request, "its time was over before it could start"),
        };
        let limits = self.settings.turn.clone();
        let outcome = tokio::task::block_in_place(|| {
            let turn = || turn::run(request, &self.tools, limits, Handle::current(), read);
            catch_unwind(AssertUnwindSafe(turn)).unwrap_or_else(|_| panicked())
        });
        drop((held, place));
        if let (Err(abort), None) = (&outcome.result, outcome.position) {
            // The turn itself could not be recorded where it belongs; that there was one is.
            let (plugin, event) = (
                request.loaded.manifest.name.as_str(),
                request.facts.event.as_deref(),
            );
            self.note_gate("unrecorded", Some(plugin), event, &abort.message);
        }
        outcome
    }

    fn turned_away<T>(&self, request: &TurnRequest, why: &str) -> TurnOutcome<T> {
        let noted = self.note_gate(
            "overload",
            Some(&request.loaded.manifest.name),
            request.facts.event.as_deref(),
            why,
        );
        TurnOutcome {
            result: Err(Abort::new(AbortReason::Wall, why)),
            position: noted,
        }
    }

    pub(super) fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    pub(super) fn projects(&self) -> &Projects {
        &self.projects
    }

    pub(super) fn table(&self) -> &'static GateDecisionTable {
        self.table
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
}

/// A plugin that offers nothing under a name that one before it has; broken otherwise.
fn alone(before: &Catalog, state: PluginState) -> PluginState {
    let PluginState::Loaded(loaded) = &state else {
        return state;
    };
    match clash(before, loaded) {
        None => state,
        Some(reason) => PluginState::Broken {
            manifest: Some(Arc::new(loaded.manifest.clone())),
            reason,
        },
    }
}

/// Refuses a build that may spend more than the one that serves: nobody said so.
fn wider(before: &Catalog, manifest: &Manifest) -> Result<(), LoadError> {
    let serving = before.plugins.get(&manifest.name);
    let wider = match serving.and_then(PluginState::manifest) {
        Some(serving) => manifest.spends_more_than(serving),
        None => Vec::new(),
    };
    if wider.is_empty() {
        return Ok(());
    }
    Err(LoadError::Wider(wider.join(", ")))
}

/// Drops the instances that turns used up, and makes the next ones: what nobody waits for. It takes a tenth of a millisecond.
pub(super) fn settle<'a>(builds: impl IntoIterator<Item = &'a Arc<Build>>) {
    for build in builds {
        build.instances().settle();
    }
}

fn panicked<T>() -> TurnOutcome<T> {
    TurnOutcome {
        result: Err(Abort::new(
            AbortReason::Host,
            "the host panicked while it ran the turn",
        )),
        position: None,
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
