//! The bridge: every host call of a guest goes through here, and nowhere else does a guest's wish meet the world. What an
//! effect goes through stands in its sibling, `asked`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;
use serde_json::{Map, Value, json};
use sinew_schema::{
    EffectError, GatePlace, GatePlugin, McpChangedRequest, McpLogRequest, McpProgressRequest,
};
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::asked::budget;
use super::catalog::{Catalog, Loaded};
use super::doubts::Doubts;
use super::gathered::Gathered;
use super::input::Input;
use super::mcp::{Asking, McpChange, unavailable};
use super::meter::Granted;
use super::purse::Purses;
use super::record::TurnFacts;
use super::source::EffectSource;
use crate::effects::{EffectId, Host, InputDocument, LogLevel, Question};
use crate::ledger::Ledger;
use crate::permits::{Need, PermitScope};
use crate::plugin::{Abort, AbortReason, Border, HostLimits};
use crate::store::InputKey;
use crate::world::{Clock, Random};

/// Why a turn is cut short by a host that ends.
pub(super) const HOST_ENDS: &str = "the host ends";

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
    pub(super) own: Arc<[GatePlace]>,
    pub(super) purses: Arc<Purses>,
    pub(super) doubts: Arc<Doubts>,
    /// Cancelled when the host ends and waits for no turn any more.
    pub(super) ending: CancellationToken,
    /// Tells MCP clients what has changed.
    pub(super) mcp: broadcast::Sender<McpChange>,
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
    pub(super) facts: Arc<TurnFacts>,
    pub(super) chain: String,
    pub(super) loaded: Arc<Loaded>,
    pub(super) permit_scope: PermitScope,
    pub(super) deadline: Instant,
    /// Names the request, where it can be repeated.
    pub(super) input_key: Option<InputKey>,
    pub(super) input: Arc<Input>,
    /// Turned on by whoever gave up waiting.
    pub(super) given_up: Arc<AtomicBool>,
    pub(super) cut: Option<CancellationToken>,
    /// The client that waits over MCP.
    pub(super) asking: Option<Arc<Asking>>,
    /// Whether the turn has Vars at all.
    pub(super) has_vars: bool,
    pub(super) limits: TurnLimits,
    pub(super) tools: Tools,
    pub(super) runtime: Handle,
    pub(super) state: Mutex<Gathered>,
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
        let cut = self.cut.as_ref();
        if self.tools.ending.is_cancelled() || cut.is_some_and(CancellationToken::is_cancelled) {
            return Err(Abort::new(AbortReason::Wall, HOST_ENDS));
        }
        if self.asking.is_some() && self.given_up.load(Ordering::Acquire) {
            return Err(Abort::new(
                AbortReason::Cancelled,
                "the client took the call back",
            ));
        }
        Ok(())
    }

    fn effect(&self, effect: EffectId, request: &[u8]) -> Result<Vec<u8>, Abort> {
        self.answer(effect, request)
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
        let effect = match level {
            LogLevel::Debug => EffectId::LogDebug,
            LogLevel::Info => EffectId::LogInfo,
            LogLevel::Warn => EffectId::LogWarn,
            LogLevel::Error => EffectId::LogError,
        };
        let request = json!({ "message": String::from_utf8_lossy(message) }).to_string();
        self.answer(effect, request.as_bytes()).map(drop)
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

    fn places(&self) -> Vec<GatePlace> {
        self.tools.own.to_vec()
    }

    fn permit(&self, need: &Need) -> Result<(), EffectError> {
        self.judge(need).map(drop).map_err(EffectError::from)
    }

    fn refusal(&self, need: &Need) -> Option<String> {
        self.judged(need).err().map(|denial| denial.to_string())
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
            self.facts.turn.as_str(),
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
        tracing::info!(target: "sinew::event", plugin = self.loaded.manifest.name, turn = self.facts.turn, %attributes, "{name}");
        Ok(())
    }

    fn progress(&self, progress: &McpProgressRequest) -> Result<(), EffectError> {
        self.spend_log(progress.message.as_ref().map_or(0, String::len))?;
        if let Some(asking) = &self.asking {
            asking.caller.progress(progress);
        }
        Ok(())
    }

    fn log_to_client(&self, line: &McpLogRequest) -> Result<(), EffectError> {
        self.spend_log(line.data.to_string().len())?;
        if let Some(asking) = &self.asking {
            asking.caller.log(line);
        }
        Ok(())
    }

    fn changed(&self, what: &McpChangedRequest) {
        // Nobody may listen.
        let _ = self.tools.mcp.send(McpChange {
            plugin: self.loaded.manifest.name.clone(),
            what: Some(what.clone()),
        });
    }

    fn ask(&self, questions: &[Question]) -> Result<Map<String, Value>, EffectError> {
        match &self.asking {
            Some(asking) => asking.ask(questions),
            None => Err(unavailable("nobody waits for this turn over MCP")),
        }
    }
}

// === impl Bridge ===

impl Bridge {
    pub(super) fn record_full(&self) -> Abort {
        Abort::new(
            AbortReason::Bytes,
            format!(
                "the turn would record more than {} bytes",
                self.loaded.manifest.budgets.record_bytes
            ),
        )
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
