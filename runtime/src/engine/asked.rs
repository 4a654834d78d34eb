//! One effect that a guest asked for, from its request to its record.
//!
//! decode → permit → budget → deadline → (a write: its intent made durable first) → effect → settle → record → encode.
//! What is made durable before an effect and settled after it stands in its sibling, `undertaking`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use serde_json::{Map, json};
use sinew_schema::{EffectClass, EffectError, EffectRecord, EffectRecordOutcome, LedgerRecord};

use super::bridge::{Bridge, HOST_ENDS};
use super::meter::Granted;
use super::{own, record};
use crate::effects::{Call, Cost, EffectId, Effects};
use crate::permits::{Allowed, Denial, Need};
use crate::plugin::{Abort, AbortReason};
use crate::store::Payload;

/// An effect that is being answered.
pub(super) struct Asked {
    pub(super) ordinal: u32,
    pub(super) effect: EffectId,
    /// What it may change: the effect's class, until the request is known.
    pub(super) class: EffectClass,
    pub(super) request: Payload,
    /// The same for every repetition of the effect; empty for one that changes nothing elsewhere.
    pub(super) repeat_key: String,
    rule: Option<String>,
    /// Whether the request fits what the turn may record; otherwise only its digest is recorded.
    kept: bool,
    pub(super) cost: Cost,
    /// Whether the response is longer than what a budget had left.
    pub(super) overdrawn: bool,
    pub(super) since: Instant,
}

impl Asked {
    pub(super) fn request_bytes(&self) -> u64 {
        self.request.bytes.len() as u64
    }
}

impl Bridge {
    /// Answers an effect with the JSON of its result, and records both.
    pub(super) fn answer(&self, effect: EffectId, request: &[u8]) -> Result<Vec<u8>, Abort> {
        let (granted, ordinal) = {
            let mut state = self.lock();
            let granted = state.meter.effect(&self.loaded.manifest.budgets)?;
            (granted, state.meter.effects - 1)
        };
        // Counted before anything is replayed, so that a turn that runs again counts alike.
        let repeat_key = self.repeat_key(effect, ordinal, request);
        if let Some(asking) = &self.asking
            && let Some((response, cost)) = asking.replayed(ordinal, effect, request)?
        {
            self.lock().meter.earlier += cost;
            return Ok(response);
        }
        let mut asked = Asked {
            ordinal,
            effect,
            class: effect.class(),
            request: self.tools.ledger.payload(request.to_vec()),
            repeat_key,
            rule: None,
            kept: false,
            cost: Cost::default(),
            overdrawn: false,
            since: self.tools.clock.instant(),
        };
        let answer = match granted {
            Granted::No => Err(budget(format!(
                "this turn's {} effects are spent",
                self.loaded.manifest.budgets.effects
            ))),
            Granted::Yes => self.perform(&mut asked, request),
        };
        if self.asking.as_ref().is_some_and(|asking| asking.waits()) {
            return Err(Abort::new(
                AbortReason::Suspended,
                "it waits for the client's answer",
            ));
        }
        let answer = answer.map_err(shortened);
        let encoded = encode(&answer)?;
        self.record(asked, &answer, &encoded)?;
        Ok(encoded)
    }

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
        let mut decoded = Effects::decode(asked.effect, request)?;
        asked.class = self.tools.effects.class(&decoded);
        let repeat_key = asked.repeat_key.clone();
        let call = Call {
            plugin: &self.loaded.manifest.name,
            turn: &self.facts.turn,
            repeat_key: &repeat_key,
            deadline: self.deadline,
            host: self,
        };
        let effects = &self.tools.effects;
        let need = self.wait(self.deadline, effects.need(&call, &mut decoded))?;
        match self.judge(&need) {
            Ok(allowed) => asked.rule = (need != Need::None).then_some(allowed.rule),
            Err(denial) => {
                asked.rule.clone_from(&denial.rule);
                return Err(denial.into());
            }
        }
        let undertaking = self.undertake(asked, &need, effects.cost_max(&decoded))?;
        let deadline = undertaking.deadline;
        let call = Call { deadline, ..call };
        let performing = || self.wait(deadline, effects.perform(&call, decoded, &need));
        let performed = match catch_unwind(AssertUnwindSafe(performing)) {
            Ok(performed) => performed,
            Err(panic) => {
                let lost = EffectError::new(EffectError::CODE_INTERNAL, "the host panicked");
                self.settle(asked, undertaking, &Err(lost));
                resume_unwind(panic);
            }
        };
        self.settle(asked, undertaking, &performed);
        performed.map(|performed| performed.response)
    }

    /// Judges a need by the plugin's permits. The operator reads every refusal in full.
    pub(super) fn judge(&self, need: &Need) -> Result<Allowed, Denial> {
        let plugin = &self.loaded.manifest.name;
        self.judged(need).inspect_err(|denial| {
            tracing::warn!(target: "sinew::permit", plugin, turn = self.facts.turn, "{denial}");
        })
    }

    /// The same, and nobody reads it.
    pub(super) fn judged(&self, need: &Need) -> Result<Allowed, Denial> {
        match own::touched(&self.tools.own, need) {
            Some(place) => Err(Denial::of_the_gate(&self.loaded.manifest.name, need, place)),
            None => self.loaded.permits.check(&self.permit_scope, need),
        }
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
            turn: self.facts.turn.clone(),
            ordinal: asked.ordinal,
            effect: asked.effect.name().to_owned(),
            class: asked.class,
            outcome: match answer {
                Ok(_) => EffectRecordOutcome::Ok,
                Err(error) if error.code == "denied" || error.code == "budget_exceeded" => {
                    EffectRecordOutcome::Denied
                }
                Err(_) => EffectRecordOutcome::Error,
            },
            code: answer.as_ref().err().map(|error| error.code.clone()),
            permit: asked.effect.meta().permit.map(str::to_owned),
            rule: asked
                .rule
                .or_else(|| answer.as_ref().err().and_then(|error| error.rule.clone())),
            request: record::name(&asked.request),
            response: record::name(&response),
            cost: cost_words(asked.cost),
            wall_us: u64::try_from(wall.as_micros()).unwrap_or(u64::MAX),
            extra: Map::new(),
        };
        let record = LedgerRecord::Effect {
            at: record::at(self.tools.clock.as_ref()),
            value,
        };
        let entry = record::entry(self.chain.clone(), &record);
        let mut state = self.lock();
        if asked.overdrawn {
            state.entries.push(entry);
            return Err(Abort::new(
                AbortReason::Bytes,
                "a response was longer than the bytes that its budget had left",
            ));
        }
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

    /// Returns when the host waits for the turn no longer.
    async fn is_cut(&self) {
        match &self.cut {
            None => self.tools.ending.cancelled().await,
            Some(cut) => tokio::select! {
                () = self.tools.ending.cancelled() => {}
                () = cut.cancelled() => {}
            },
        }
    }

    /// Waits for an effect on the turn's own thread, until the deadline.
    fn wait<T>(
        &self,
        deadline: Instant,
        effect: impl Future<Output = Result<T, EffectError>>,
    ) -> Result<T, EffectError> {
        let over = || {
            let what = if deadline < self.deadline {
                "the time that its budget had left was over"
            } else {
                "the turn's time was over"
            };
            Err(EffectError::new(EffectError::CODE_DEADLINE, what))
        };
        let left = || deadline.saturating_duration_since(self.tools.clock.instant());
        // What is polled once has begun.
        if left().is_zero() {
            return over();
        }
        let mut effect = pin!(effect);
        let _entered = self.runtime.enter();
        // Most are done at once, and then nobody has to be woken, and no clock set.
        let at_once = effect
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(done) = at_once {
            return done;
        }
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                done = tokio::time::timeout(left(), effect) => done.unwrap_or_else(|_| over()),
                () = self.is_cut() => {
                    Err(EffectError::new(EffectError::CODE_DEADLINE, HOST_ENDS))
                }
            }
        })
    }
}

/// A cost as records write it: what is zero is left out.
fn cost_words(cost: Cost) -> BTreeMap<String, u64> {
    [
        ("llm_tokens", cost.llm_tokens),
        ("usd_micros", cost.usd_micros),
    ]
    .into_iter()
    .filter(|(_, amount)| *amount > 0)
    .map(|(name, amount)| (name.to_owned(), amount))
    .collect()
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

/// An error whose message is no longer than what a person reads: it may repeat what a guest wrote.
fn shortened(mut error: EffectError) -> EffectError {
    const MESSAGE_BYTES_MAX: usize = 8 << 10;
    let end = error.message.floor_char_boundary(MESSAGE_BYTES_MAX);
    if end < error.message.len() {
        error.message.truncate(end);
        error.message.push('…');
    }
    error
}

pub(super) fn budget(message: String) -> EffectError {
    EffectError::new("budget_exceeded", message)
}
