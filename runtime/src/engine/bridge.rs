//! The bridge: every host call of a guest goes through here, and nowhere else does a guest's wish meet the world.
//!
//! decode → permit → budget → deadline → (a write: its intent made durable first) → effect → record → encode.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;
use serde_json::{Map, Value, json};
use sinew_schema::{
    EFFECTS, EffectClass, EffectError, EffectMeta, EffectRecord, EffectRecordOutcome, GatePlugin,
    IntentRecord, LedgerRecord,
};
use tokio::runtime::Handle;

use super::catalog::{Catalog, Loaded};
use super::gathered::Gathered;
use super::input::Input;
use super::meter::Granted;
use super::record;
use super::source::EffectSource;
use crate::effects::{Call, EffectId, Effects, Host, InputDocument, LogLevel};
use crate::ledger::Ledger;
use crate::permits::{Need, PermitScope};
use crate::plugin::{Abort, AbortReason, Border, HostLimits};
use crate::store::{Commit, Durability, Payload};
use crate::world::{Clock, Random};

/// Longest name of a Var, in bytes.
const VAR_KEY_BYTES_MAX: usize = 1024;

/// What every turn needs of the engine.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) effects: Arc<dyn EffectSource>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) catalog: Arc<ArcSwap<Catalog>>,
}

/// Limits that hold for every turn, whatever its plugin.
#[derive(Debug, Clone)]
pub struct TurnLimits {
    /// Host calls of one turn, refused ones included.
    pub host_calls_max: u32,
    /// Longest argument of one host call, in bytes.
    pub argument_bytes_max: u64,
    /// Vars of one scope, keys and values, in bytes.
    pub scope_bytes_max: u64,
}

/// One turn's side of the border.
pub(super) struct Bridge {
    pub(super) turn: String,
    pub(super) chain: String,
    pub(super) loaded: Arc<Loaded>,
    pub(super) permit_scope: PermitScope,
    pub(super) deadline: Instant,
    pub(super) input: Arc<Input>,
    /// Whether the turn has Vars at all.
    pub(super) has_vars: bool,
    pub(super) limits: TurnLimits,
    pub(super) tools: Tools,
    pub(super) runtime: Handle,
    pub(super) state: Mutex<Gathered>,
}

/// An effect that is being answered.
struct Asked {
    ordinal: u32,
    meta: &'static EffectMeta,
    request: Payload,
    rule: Option<String>,
    /// Whether the request fits what the turn may record; otherwise only its digest is recorded.
    kept: bool,
    since: Instant,
}

// === impl Border ===

impl Border for Bridge {
    fn limits(&self) -> HostLimits {
        HostLimits {
            argument_bytes_max: self.limits.argument_bytes_max,
            output_bytes_max: self.loaded.manifest.budgets.output_bytes,
        }
    }

    fn tick(&self) -> Result<(), Abort> {
        self.lock().meter.host_call(self.limits.host_calls_max)?;
        if self.tools.clock.instant() >= self.deadline {
            return Err(Abort::new(AbortReason::Wall, "the turn's time was over"));
        }
        Ok(())
    }

    fn effect(&self, name: &'static str, request: &[u8]) -> Result<Vec<u8>, Abort> {
        let Some(meta) = EFFECTS.iter().find(|effect| effect.name == name) else {
            return Err(Abort::new(
                AbortReason::Host,
                format!("`{name}` is in no list of effects"),
            ));
        };
        let (granted, ordinal) = {
            let mut state = self.lock();
            let granted = state.meter.effect(&self.loaded.manifest.budgets)?;
            (granted, state.meter.effects - 1)
        };
        let mut asked = Asked {
            ordinal,
            meta,
            request: self.tools.ledger.payload(request.to_vec()),
            rule: None,
            kept: false,
            since: self.tools.clock.instant(),
        };
        let answer = match granted {
            Granted::No => Err(budget(format!(
                "this turn's {} effects are spent",
                self.loaded.manifest.budgets.effects
            ))),
            Granted::Yes => self.perform(&mut asked, request),
        };
        let encoded = encode(&answer)?;
        self.record(asked, &answer, &encoded)?;
        Ok(encoded)
    }

    fn var_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        let key = var_key(key)?;
        let mut state = self.lock();
        // The names of the Vars that were read stand in the turn's record.
        if !state.read.contains(&key) {
            if state.meter.record(key.len(), &self.loaded.manifest.budgets) == Granted::No {
                return Err(self.record_full());
            }
            state.read.insert(key.clone());
        }
        Ok(match state.delta.get(&key) {
            Some(written) => written.clone(),
            None => state.base.vars.get(&key).map(|value| value.to_vec()),
        })
    }

    fn var_set(&self, key: &[u8], value: Option<&[u8]>) -> Result<(), Abort> {
        let key = var_key(key)?;
        if !self.has_vars {
            return Err(Abort::new(
                AbortReason::Bytes,
                "the plugin has scope `none`, which has no Vars",
            ));
        }
        let mut state = self.lock();
        state.meter.vars(
            key.len() + value.map_or(0, <[u8]>::len),
            &self.loaded.manifest.budgets,
        )?;
        let size = state.write(key, value);
        if size > self.limits.scope_bytes_max {
            return Err(Abort::new(
                AbortReason::Bytes,
                format!(
                    "the scope would hold {size} bytes of Vars where {} are allowed",
                    self.limits.scope_bytes_max
                ),
            ));
        }
        Ok(())
    }

    fn config_get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Abort> {
        let key = var_key(key)?;
        Ok(self.loaded.config.get(&key).cloned())
    }

    fn log(&self, level: LogLevel, message: &[u8]) -> Result<(), Abort> {
        // Extism's own log functions are the effect of the same name: one budget, one record, one way out.
        let name = match level {
            LogLevel::Debug => "log_debug",
            LogLevel::Info => "log_info",
            LogLevel::Warn => "log_warn",
            LogLevel::Error => "log_error",
        };
        let request = json!({ "message": String::from_utf8_lossy(message) }).to_string();
        self.effect(name, request.as_bytes()).map(drop)
    }

    fn refused(&self, function: &'static str) -> Abort {
        Abort::new(
            AbortReason::Trap,
            format!("`{function}` is not offered to plugins; use an effect"),
        )
    }
}

// === impl Host ===

impl Host for Bridge {
    fn input(&self) -> &InputDocument {
        self.input.document()
    }

    fn unix_micros(&self) -> i64 {
        self.tools.clock.unix_micros()
    }

    fn random(&self, bytes: &mut [u8]) {
        self.tools.random.fill(bytes);
    }

    fn plugins(&self) -> Vec<GatePlugin> {
        self.tools.catalog.load().described()
    }

    fn log(
        &self,
        level: LogLevel,
        message: &str,
        fields: &Map<String, Value>,
    ) -> Result<(), EffectError> {
        let bytes = message.len()
            + if fields.is_empty() {
                0
            } else {
                json!(fields).to_string().len()
            };
        self.spend_log(bytes)?;
        let (plugin, turn, fields) = (
            self.loaded.manifest.name.as_str(),
            self.turn.as_str(),
            json!(fields),
        );
        match level {
            LogLevel::Debug => {
                tracing::debug!(target: "sinew::guest", plugin, turn, %fields, "{message}");
            }
            LogLevel::Info => {
                tracing::info!(target: "sinew::guest", plugin, turn, %fields, "{message}");
            }
            LogLevel::Warn => {
                tracing::warn!(target: "sinew::guest", plugin, turn, %fields, "{message}");
            }
            LogLevel::Error => {
                tracing::error!(target: "sinew::guest", plugin, turn, %fields, "{message}");
            }
        }
        Ok(())
    }

    fn emit(&self, name: &str, attributes: &Map<String, Value>) -> Result<(), EffectError> {
        let attributes = json!(attributes);
        self.spend_log(name.len() + attributes.to_string().len())?;
        tracing::info!(target: "sinew::event", plugin = self.loaded.manifest.name, turn = self.turn, %attributes, "{name}");
        Ok(())
    }
}

// === impl Bridge ===

impl Bridge {
    fn perform(&self, asked: &mut Asked, request: &[u8]) -> Result<Vec<u8>, EffectError> {
        if self
            .lock()
            .meter
            .record(request.len(), &self.loaded.manifest.budgets)
            == Granted::No
        {
            return Err(budget(format!(
                "this turn may record {} bytes",
                self.loaded.manifest.budgets.record_bytes
            )));
        }
        asked.kept = true;
        let id = EffectId::from_name(asked.meta.name)
            .ok_or_else(|| internal("the effect is in no list"))?;
        let mut decoded = Effects::decode(id, request)?;
        let call = Call {
            plugin: &self.loaded.manifest.name,
            turn: &self.turn,
            deadline: self.deadline,
            host: self,
        };
        let need = self.wait(self.tools.effects.need(&call, &mut decoded))?;
        match self.loaded.permits.check(&self.permit_scope, &need) {
            Ok(allowed) => asked.rule = (need != Need::None).then_some(allowed.rule),
            Err(denial) => {
                // The operator reads everything; the guest only what it could know.
                tracing::warn!(target: "sinew::permit", plugin = self.loaded.manifest.name, turn = self.turn, "{denial}");
                asked.rule.clone_from(&denial.rule);
                return Err(denial.for_guest().into());
            }
        }
        if need != Need::None && asked.meta.class != EffectClass::Read {
            self.intend(asked)?;
        }
        self.wait(self.tools.effects.perform(&call, decoded, &need))
    }

    /// Makes the intent of a write durable. What cannot be recorded is not done.
    fn intend(&self, asked: &Asked) -> Result<(), EffectError> {
        let record = LedgerRecord::Intent {
            at: record::at(self.tools.clock.as_ref()),
            value: IntentRecord {
                turn: self.turn.clone(),
                ordinal: asked.ordinal,
                effect: asked.meta.name.to_owned(),
                request: record::name(&asked.request),
                extra: Map::new(),
            },
        };
        let durability = match asked.meta.class {
            EffectClass::WriteLocal | EffectClass::Read => Durability::Normal,
            EffectClass::WriteRemote | EffectClass::WriteRemoteIdempotent => Durability::Full,
        };
        let commit = Commit {
            entries: vec![record::entry(self.chain.clone(), &record)],
            payloads: vec![asked.request.clone()],
            durability,
            ..Commit::default()
        };
        self.tools.ledger.commit(commit).map_err(|error| {
            EffectError::new(
                "unavailable",
                format!("it was not done, because it cannot be recorded: {error}"),
            )
        })?;
        self.lock().wrote = true;
        Ok(())
    }

    /// Records what was asked and what was answered; the records wait in the turn until it ends.
    fn record(
        &self,
        asked: Asked,
        answer: &Result<Vec<u8>, EffectError>,
        encoded: &[u8],
    ) -> Result<(), Abort> {
        let response = self.tools.ledger.payload(encoded.to_vec());
        let wall = self
            .tools
            .clock
            .instant()
            .saturating_duration_since(asked.since);
        let value = EffectRecord {
            turn: self.turn.clone(),
            ordinal: asked.ordinal,
            effect: asked.meta.name.to_owned(),
            class: asked.meta.class,
            outcome: match answer {
                Ok(_) => EffectRecordOutcome::Ok,
                Err(error) if error.code == "denied" || error.code == "budget_exceeded" => {
                    EffectRecordOutcome::Denied
                }
                Err(_) => EffectRecordOutcome::Error,
            },
            code: answer.as_ref().err().map(|error| error.code.clone()),
            permit: asked.meta.permit.map(str::to_owned),
            rule: asked
                .rule
                .or_else(|| answer.as_ref().err().and_then(|error| error.rule.clone())),
            request: record::name(&asked.request),
            response: record::name(&response),
            cost: BTreeMap::new(),
            wall_us: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX),
            extra: Map::new(),
        };
        let record = LedgerRecord::Effect {
            at: record::at(self.tools.clock.as_ref()),
            value,
        };
        let entry = record::entry(self.chain.clone(), &record);
        let mut state = self.lock();
        // What is recorded is paid for; an answer that no longer fits ends the turn, since it cannot go unrecorded.
        if answer.is_ok()
            && state
                .meter
                .record(encoded.len(), &self.loaded.manifest.budgets)
                == Granted::No
        {
            state.entries.push(entry);
            return Err(self.record_full());
        }
        state.entries.push(entry);
        state.payloads.extend(
            asked
                .kept
                .then_some(asked.request)
                .into_iter()
                .chain([response]),
        );
        Ok(())
    }

    fn record_full(&self) -> Abort {
        Abort::new(
            AbortReason::Bytes,
            format!(
                "the turn would record more than {} bytes",
                self.loaded.manifest.budgets.record_bytes
            ),
        )
    }

    /// Waits for an effect on the turn's own thread, until the deadline.
    fn wait<T>(
        &self,
        effect: impl Future<Output = Result<T, EffectError>>,
    ) -> Result<T, EffectError> {
        let left = self
            .deadline
            .saturating_duration_since(self.tools.clock.instant());
        self.runtime
            .block_on(async { tokio::time::timeout(left, effect).await })
            .unwrap_or_else(|_| Err(EffectError::new("deadline", "the turn's time was over")))
    }

    fn spend_log(&self, bytes: usize) -> Result<(), EffectError> {
        match self.lock().meter.log(bytes, &self.loaded.manifest.budgets) {
            Granted::Yes => Ok(()),
            Granted::No => Err(budget(format!(
                "this turn may log {} bytes",
                self.loaded.manifest.budgets.log_bytes
            ))),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn var_key(key: &[u8]) -> Result<String, Abort> {
    if key.len() > VAR_KEY_BYTES_MAX {
        return Err(Abort::new(
            AbortReason::Bytes,
            format!(
                "a key has {} bytes where {VAR_KEY_BYTES_MAX} are allowed",
                key.len()
            ),
        ));
    }
    String::from_utf8(key.to_vec()).map_err(|_| Abort::new(AbortReason::Trap, "a key is not UTF-8"))
}

/// Writes an effect's answer as the guest reads it.
fn encode(answer: &Result<Vec<u8>, EffectError>) -> Result<Vec<u8>, Abort> {
    match answer {
        Ok(value) => {
            let mut encoded = Vec::with_capacity(value.len() + 32);
            encoded.extend_from_slice(br#"{"status":"ok","value":"#);
            encoded.extend_from_slice(value);
            encoded.push(b'}');
            Ok(encoded)
        }
        Err(error) => {
            serde_json::to_vec(&json!({ "status": "error", "value": error })).map_err(|error| {
                Abort::new(
                    AbortReason::Host,
                    format!("an error cannot be written: {error}"),
                )
            })
        }
    }
}

fn budget(message: String) -> EffectError {
    EffectError::new("budget_exceeded", message)
}

fn internal(message: &str) -> EffectError {
    EffectError::new("internal", message)
}
