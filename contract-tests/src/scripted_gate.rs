//! A stand-in for the engine, for tests of the transport alone. It decides what it is told and remembers what it saw.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Map;
use sinew_runtime::engine::admin::{Admin, AdminError, Allowed, PluginStatus};
use sinew_runtime::engine::{
    Answering, Check, Column, Difference, EffectName, Gate, GateNote, Guard, HookOutcome,
    HookRequest, Kind, OpenEffect, Readiness, Verdict,
};
use sinew_runtime::services::canary;

/// Decides one event.
pub type Script = Box<dyn Fn(HookRequest) -> Answering<'static, HookOutcome> + Send + Sync>;

/// Tells who is configured for an event.
pub type Configured = Box<dyn Fn(Option<&str>) -> Guard + Send + Sync>;

/// The scripted engine.
pub struct ScriptedGate {
    script: Script,
    guard: Configured,
    position: AtomicU64,
    seen: Mutex<Seen>,
    ready: bool,
    silent: bool,
}

/// What a scripted engine was asked.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Events that reached it.
    pub requests: Vec<HookRequest>,
    /// Refusals it was told of.
    pub notes: Vec<GateNote>,
    /// Answers that differed from its decisions.
    pub differences: Vec<Difference>,
}

/// A decision without anything but its kind and reason, with ledger positions 12 and 13.
#[must_use]
pub fn decided(kind: Kind, reason: &str) -> HookOutcome {
    HookOutcome {
        verdict: Verdict::Decided {
            kind,
            reason: reason.to_owned(),
            context: String::new(),
            replacement: None,
            fields: Map::new(),
        },
        positions: vec![12, 13],
    }
}

/// Somebody is configured for every event, with this `on_failure`.
#[must_use]
pub const fn guarded(column: Column) -> Guard {
    Guard {
        subscribed: true,
        column,
    }
}

// === impl ScriptedGate ===

impl ScriptedGate {
    /// Makes an engine that is configured as `guard` says for every event and decides at once.
    #[must_use]
    pub fn deciding(guard: Guard, outcome: HookOutcome) -> Arc<Self> {
        Self::scripted(guard, move |_request| {
            let outcome = outcome.clone();
            Box::pin(async move { outcome })
        })
    }

    /// Makes an engine that decides what `script` says.
    pub fn scripted(
        guard: Guard,
        script: impl Fn(HookRequest) -> Answering<'static, HookOutcome> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::new(move |_event| guard, script)
    }

    /// Makes an engine whose configuration differs by event.
    pub fn new(
        guard: impl Fn(Option<&str>) -> Guard + Send + Sync + 'static,
        script: impl Fn(HookRequest) -> Answering<'static, HookOutcome> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self::made(Box::new(guard), Box::new(script)))
    }

    fn made(guard: Configured, script: Script) -> Self {
        Self {
            script,
            guard,
            position: AtomicU64::new(100),
            seen: Mutex::default(),
            ready: true,
            silent: false,
        }
    }

    /// Makes an engine whose ledger never answers.
    #[must_use]
    pub fn silent(guard: Guard) -> Arc<Self> {
        Arc::new(Self {
            silent: true,
            ..Self::made(
                Box::new(move |_event| guard),
                Box::new(|_| Box::pin(async { decided(Kind::None, "") })),
            )
        })
    }

    /// Makes an engine that is not ready.
    #[must_use]
    pub fn unready() -> Arc<Self> {
        Arc::new(Self {
            ready: false,
            ..Self::made(
                Box::new(|_event| Guard::NOBODY),
                Box::new(|_| Box::pin(async { decided(Kind::None, "") })),
            )
        })
    }

    /// Returns what it was asked so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate for ScriptedGate {
    fn hook(self: Arc<Self>, request: HookRequest) -> Answering<'static, HookOutcome> {
        self.lock().requests.push(request.clone());
        (self.script)(request)
    }

    fn canary(self: Arc<Self>, _event: String, number: String) -> Answering<'static, HookOutcome> {
        Box::pin(async move { decided(Kind::Deny, &canary::reason(&number)) })
    }

    fn guard(&self, event: Option<&str>) -> Guard {
        (self.guard)(event)
    }

    fn note(self: Arc<Self>, note: GateNote) -> Answering<'static, Option<u64>> {
        self.lock().notes.push(note);
        if self.silent {
            return Box::pin(std::future::pending());
        }
        let position = self.position.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Some(position) })
    }

    fn answered(&self, difference: Difference) {
        self.lock().differences.push(difference);
    }

    fn readiness(&self) -> Readiness {
        let check = |name: &str, ok, detail: &str| Check {
            name: name.to_owned(),
            ok,
            detail: detail.to_owned(),
        };
        Readiness {
            checks: vec![
                check("plugins", self.ready, "1 of 1 loaded"),
                check("store", true, "writable"),
            ],
        }
    }
}

impl Admin for ScriptedGate {
    fn plugins(&self) -> Vec<PluginStatus> {
        vec![plugin("guard")]
    }

    fn allow(&self, _code: &str, _by: &str) -> Result<Allowed, AdminError> {
        Err(AdminError::Code)
    }

    fn regrant(
        self: Arc<Self>,
        name: String,
        _grant: String,
        _by: &'static str,
    ) -> Answering<'static, Result<Option<u64>, AdminError>> {
        Box::pin(async move { Err(AdminError::Unknown { name }) })
    }

    fn settle(
        &self,
        effect: &EffectName,
        _done: bool,
        _by: &str,
    ) -> Result<OpenEffect, AdminError> {
        Err(AdminError::NotInDoubt(effect.clone()))
    }

    fn reload(
        self: Arc<Self>,
        name: String,
        _reason: Option<String>,
    ) -> Answering<'static, Result<PluginStatus, AdminError>> {
        Box::pin(async move {
            match name.as_str() {
                "guard" => Ok(plugin("guard")),
                "broken" => Err(AdminError::Refused {
                    name,
                    reason: "it has no entry point".to_owned(),
                }),
                _ => Err(AdminError::Unknown { name }),
            }
        })
    }
}

fn plugin(name: &str) -> PluginStatus {
    PluginStatus {
        name: name.to_owned(),
        loaded: true,
        version: Some("1.0.0".to_owned()),
        build: Some("3f9c".to_owned()),
        hooks: vec!["PreToolUse".to_owned()],
        problem: None,
    }
}
