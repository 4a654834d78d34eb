//! The engine as it is served, with plugins in a temporary folder, a real store and a real ledger.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sinew_contract_tests::sinew_binary;
use sinew_runtime::app::{Host, StateFolder};
use sinew_runtime::config::{Config, prepare_wasm_cache};
use sinew_runtime::engine::{
    Engine, Gate as _, HookOutcome, HookRequest, Kind, Loaded, Loader, PluginState, Verdict,
};
use sinew_runtime::ledger::{CHECKPOINTS_FILE, GATE_CHAIN, Notes, PublicKey, Verification, verify};
use sinew_runtime::plugin::Trial;
use sinew_schema::{GateRecord, LedgerRecord, TurnRecord};
use tempfile::TempDir;

use super::guest;

/// Instances that a build may have: few, so that a lost one is missed.
pub(crate) const INSTANCES: usize = 4;
/// Instances that wait for a turn.
const READY: usize = 2;
/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The plugin whose turns run beside those of all others.
pub(crate) const HEALTHY: &str = "healthy";

/// A running engine.
pub(crate) struct Gate {
    host: Host,
    state: StateFolder,
    sessions: AtomicU64,
    _folder: TempDir,
}

/// A plugin in its folder.
pub(crate) struct Plugin {
    pub(crate) name: String,
    pub(crate) manifest: String,
    pub(crate) wasm: Vec<u8>,
}

// === impl Gate ===

impl Gate {
    /// Starts an engine with these plugins and the healthy one.
    pub(crate) async fn open(mut plugins: Vec<Plugin>, limits: &str) -> Self {
        let program = sinew_binary::sinew()
            .expect("the `sinew` binary tries new builds: run `cargo build -p sinew` first");
        plugins.push(Plugin {
            name: HEALTHY.into(),
            manifest: "[plugin]\nname = \"healthy\"\nversion = \"1.0.0\"\nscope = \"session\"\n\
                       [hooks.pre_tool_use]\nmatcher = \"healthy\"\non_failure = \"deny\"\n\
                       [hooks.post_tool_use]\nmatcher = \"healthy\"\non_failure = \"deny\"\n"
                .into(),
            wasm: guest::healthy(),
        });
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = format!("[limits]\ninstances = {INSTANCES}\n{limits}\n");
        for plugin in &plugins {
            let place = folder.path().join(&plugin.name);
            fs::create_dir(&place).expect("a plugin's folder");
            fs::write(place.join("plugin.toml"), &plugin.manifest).expect("a manifest");
            fs::write(place.join(format!("{}.wasm", plugin.name)), &plugin.wasm).expect("wasm");
            writeln!(config, "[plugins.{0}]\npath = \"{0}\"", plugin.name).expect("text");
        }
        let file = folder.path().join("sinew.toml");
        fs::write(&file, config).expect("a configuration");
        let config = Config::read(&file).expect("the configuration is right");
        let state = StateFolder::open(&folder.path().join("state")).expect("a state folder");
        let mut load = config.load.clone();
        load.build.cache_config = Some(prepare_wasm_cache(&state.places.cache()).expect("a cache"));
        let loader = Loader::new(load, Trial::new(program));
        let host = Host::start(&state, &config, loader)
            .await
            .expect("the host starts");
        Self {
            host,
            state,
            sessions: AtomicU64::new(0),
            _folder: folder,
        }
    }

    /// The engine itself.
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.host.engine
    }

    /// The state of a plugin: loaded, or why not.
    pub(crate) fn plugin(&self, name: &str) -> Result<Arc<Loaded>, String> {
        match self.host.engine.catalog().plugins.get(name) {
            Some(PluginState::Loaded(loaded)) => Ok(Arc::clone(loaded)),
            Some(PluginState::Broken { reason, .. }) => Err(reason.clone()),
            None => panic!("`{name}` is not configured"),
        }
    }

    /// A session that nobody used before.
    pub(crate) fn session(&self) -> String {
        format!("session-{}", self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends an event about a tool.
    pub(crate) async fn event(
        &self,
        event: &str,
        tool: &str,
        session: &str,
        padding: usize,
        patience: Duration,
    ) -> HookOutcome {
        let input = input(event, tool, session, padding);
        let request = HookRequest {
            event: event.to_owned(),
            body: input.to_string().into_bytes().into(),
            input: Arc::new(input),
            deadline: Instant::now() + patience,
            trace_id: None,
        };
        Arc::clone(&self.host.engine).hook(request).await
    }

    /// Runs one turn of the healthy plugin, and complains when anything about it is not as it should be.
    pub(crate) async fn healthy_turn(&self) -> Result<(), String> {
        let session = self.session();
        let outcome = self
            .event("PreToolUse", HEALTHY, &session, 300, PATIENCE)
            .await;
        let Verdict::Decided {
            kind: Kind::Deny,
            reason,
            ..
        } = outcome.verdict
        else {
            return Err(format!("the healthy plugin answered {:?}", outcome.verdict));
        };
        let echoed: Value =
            serde_json::from_str(&reason).map_err(|error| format!("{error}: {reason}"))?;
        let expected = input("PreToolUse", HEALTHY, &session, 300);
        if echoed["input"] != expected {
            return Err(format!("the healthy plugin saw {reason}"));
        }
        match self.turns(HEALTHY, &session).as_slice() {
            [turn] if turn.abort.is_none() && turn.vars_delta.len() == 1 => Ok(()),
            turns => Err(format!("the healthy plugin's records are {turns:?}")),
        }
    }

    /// The turns of a plugin in a session, as the ledger has them.
    pub(crate) fn turns(&self, plugin: &str, session: &str) -> Vec<TurnRecord> {
        self.records(&format!("plugin/{plugin}/session:{session}"))
            .into_iter()
            .chain(self.records(&format!("plugin/{plugin}/none")))
            .filter_map(|record| match record {
                LedgerRecord::Turn { value, .. } => Some(value),
                _ => None,
            })
            .collect()
    }

    /// What the gate recorded about a plugin.
    pub(crate) fn notes(&self, plugin: &str) -> Vec<GateRecord> {
        self.records(GATE_CHAIN)
            .into_iter()
            .filter_map(|record| match record {
                LedgerRecord::Gate { value, .. } if value.plugin.as_deref() == Some(plugin) => {
                    Some(value)
                }
                _ => None,
            })
            .collect()
    }

    /// All records of a chain.
    pub(crate) fn records(&self, chain: &str) -> Vec<LedgerRecord> {
        self.host
            .ledger
            .store()
            .chain_records(chain, 0, 10_000)
            .expect("the ledger can be read")
            .iter()
            .map(|record| serde_json::from_slice(&record.body).expect("a record of the schema"))
            .collect()
    }

    /// Waits until only instances that wait for a turn are left of a plugin, and none is lost.
    pub(crate) async fn settled(&self, loaded: &Loaded, kept: usize) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let live = loaded.build.instances().live();
            if live <= READY + kept {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("{live} of {INSTANCES} instances are still taken"));
            }
            tokio::task::yield_now().await;
        }
    }

    /// Verifies the ledger from its first record to its last.
    pub(crate) fn verify(&self) {
        let ledger = &self.host.ledger;
        ledger.checkpoint_now().expect("a checkpoint");
        let dir = &self.state.places.state;
        let notes = Notes {
            label: "checkpoints".into(),
            text: fs::read_to_string(dir.join(CHECKPOINTS_FILE)).expect("the checkpoints"),
            own: true,
        };
        let verification = Verification {
            key: PublicKey::load(dir).expect("the key"),
            files: vec![notes],
            findings_max: 10,
            page: 1000,
        };
        let report = verify(ledger.store().as_ref(), &verification).expect("verification runs");
        assert!(report.passed(), "the ledger does not verify: {report:?}");
        assert_eq!(report.uncovered, 0, "{report:?}");
    }
}

/// An event's input.
fn input(event: &str, tool: &str, session: &str, padding: usize) -> Value {
    json!({
        "session_id": session,
        "hook_event_name": event,
        "tool_name": tool,
        "tool_input": { "padding": "x".repeat(padding), "session": session },
    })
}
