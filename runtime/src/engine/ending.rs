//! The end of a turn: one commit of its Vars, its records and its answer, or a record of why there is none.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Map;
use sinew_schema::{Payload as PayloadName, VarChange};

use super::bridge::Bridge;
use super::doubts::{self, Settlement};
use super::gathered::Gathered;
use super::open_effect::{EffectName, OpenEffect, OpenState, effect_var, turn_key, value};
use super::record::{self, TurnEnd};
use super::turn::{TurnRequest, store_abort};
use crate::plugin::{Abort, AbortReason, GuestEnd};
use crate::store::{
    Commit, Durability, Entry, InputKey, Payload, ScopeKey, ScopeWrite, StoreError,
};

/// A turn whose guest has returned, and which is not committed yet.
pub(super) struct Ending<'a> {
    request: &'a TurnRequest,
    bridge: &'a Bridge,
    state: Gathered,
    payloads: Vec<Payload>,
    input: PayloadName,
    output: Option<PayloadName>,
    fuel: u64,
    wall: Duration,
}

impl<'a> Ending<'a> {
    /// Takes what the turn gathered.
    pub(super) fn new(
        request: &'a TurnRequest,
        bridge: &'a Bridge,
        end: &GuestEnd,
        started: Instant,
    ) -> Self {
        let tools = &bridge.tools;
        let mut state = std::mem::take(&mut *bridge.lock());
        let mut payloads = std::mem::take(&mut state.payloads);
        let mut keep = |bytes: &[u8]| {
            let payload = tools.ledger.payload(bytes.to_vec());
            let name = record::name(&payload);
            payloads.push(payload);
            name
        };
        let input = keep(request.input.bytes());
        let output = end.output.as_ref().ok().map(|output| keep(output));
        let wall = tools.clock.instant().saturating_duration_since(started);
        Self {
            request,
            bridge,
            state,
            payloads,
            input,
            output,
            fuel: end.fuel,
            wall,
        }
    }

    /// Records that the turn came to nothing, with the effects that were performed all the same. Returns where, when it
    /// could be recorded in the store; the ledger's journal holds it otherwise.
    pub(super) fn abort(mut self, abort: &Abort) -> Option<u64> {
        let payloads = std::mem::take(&mut self.payloads);
        let (scopes, ended) = self.closed();
        let mut commit = Commit {
            scopes,
            ended,
            entries: self.aborted(abort),
            payloads,
            durability: self.durability(),
            ..Commit::default()
        };
        let ledger = &self.bridge.tools.ledger;
        let committed = match self.asks(abort) {
            None => ledger.commit(commit),
            Some(asks) => {
                commit.outcome = Some(asks);
                let committed = ledger.commit(commit.clone());
                if let Err(StoreError::Answered(_)) = committed {
                    // The same answers came twice, and the other run was quicker. What this one did is on record.
                    commit.outcome = None;
                    ledger.commit(commit)
                } else {
                    committed
                }
            }
        };
        self.settle(committed.is_ok());
        let receipt = committed.ok()?;
        receipt.positions.last().map(|position| position.position)
    }

    /// Makes the turn true, all of it together.
    ///
    /// # Errors
    /// Nothing of it happened. Where another turn had changed the scope or answered the request, that is recorded.
    pub(super) fn commit(
        mut self,
        decision: Option<&'static str>,
        scope_key: Option<ScopeKey>,
        outcome: Option<(InputKey, Vec<u8>)>,
    ) -> Result<Option<u64>, StoreError> {
        let vars_delta = self.vars_delta();
        let entries = self.entries(TurnEnd {
            decision,
            vars_delta,
            ..self.end()
        });
        let (mut scopes, ended) = self.closed();
        if let Some(key) = scope_key.filter(|_| !self.state.delta.is_empty()) {
            scopes.push(ScopeWrite {
                key,
                base_revision: self.state.base.revision,
                delta: std::mem::take(&mut self.state.delta),
            });
        }
        let commit = Commit {
            scopes,
            ended,
            entries,
            payloads: std::mem::take(&mut self.payloads),
            outcome,
            durability: self.durability(),
        };
        let ledger = &self.bridge.tools.ledger;
        // Where the store takes nothing, the ledger's journal takes the truth: that the turn came to nothing.
        match ledger.commit_or(commit, |error| self.aborted(&store_abort(error))) {
            Ok(receipt) => {
                self.settle(true);
                Ok(receipt.positions.last().map(|position| position.position))
            }
            Err(error) => {
                // It ran, whoever was quicker; what it did outside is on record in any case.
                if let StoreError::Conflict { .. } | StoreError::Answered(_) = error {
                    // The payloads went with the commit that failed; their digests stand in the records.
                    self.abort(&Abort::new(AbortReason::Conflict, error.to_string()));
                } else {
                    self.settle(false);
                }
                Err(error)
            }
        }
    }

    /// What is kept as the answer to a client's answers that led to more questions.
    fn asks(&self, abort: &Abort) -> Option<(InputKey, Vec<u8>)> {
        let asking = self.request.asking.as_ref()?;
        let asks = abort.reason == AbortReason::Suspended;
        self.request
            .input_key
            .filter(|_| asks)
            .map(|key| (key, asking.left()))
    }

    /// The records of a turn that came to nothing.
    fn aborted(&self, abort: &Abort) -> Vec<Entry> {
        self.entries(TurnEnd {
            abort: Some(abort.clone()),
            ..self.end()
        })
    }

    /// The records of the turn: its effects, itself, and what it leaves in doubt.
    fn entries(&self, end: TurnEnd) -> Vec<Entry> {
        let mut entries = self.state.entries.clone();
        let doubts = &self.state.open.unknown;
        entries.extend(doubts.iter().map(|(ordinal, effect)| {
            doubts::in_doubt(&self.bridge.tools, &self.name_of(*ordinal), effect)
        }));
        // The turn's own record is the last, since its place is the answer's.
        entries.push(self.entry(end));
        entries
    }

    /// What the commit does to the scope in which the turn noted what it was about to do: it is over, but for effects of
    /// which nobody knows whether they were done.
    fn closed(&self) -> (Vec<ScopeWrite>, Vec<ScopeKey>) {
        let open = &self.state.open;
        let key = turn_key(&self.request.facts.turn);
        if !open.touched {
            return (Vec::new(), Vec::new());
        }
        if open.unknown.is_empty() {
            return (Vec::new(), vec![key]);
        }
        let Ok(left) = self.bridge.tools.ledger.store().load(&key) else {
            // It is found as it is when the host starts again.
            return (Vec::new(), Vec::new());
        };
        let mut delta: BTreeMap<String, Option<Vec<u8>>> =
            left.vars.keys().map(|name| (name.clone(), None)).collect();
        for (ordinal, effect) in &open.unknown {
            let effect = OpenEffect {
                state: OpenState::InDoubt,
                ..effect.clone()
            };
            delta.insert(effect_var(*ordinal), Some(value(&effect)));
        }
        let write = ScopeWrite {
            key,
            base_revision: left.revision,
            delta,
        };
        (vec![write], Vec::new())
    }

    /// Tells whoever asks for the same again what has become of the turn's effects, once it is `recorded` or cannot be.
    fn settle(&mut self, recorded: bool) {
        let (tools, turn) = (&self.bridge.tools, &self.request.facts.turn);
        let open = std::mem::take(&mut self.state.open);
        tools.doubts.keep(turn, open.unknown);
        if !recorded {
            // What was done is not on record, so the turn may be asked for again.
            tools.doubts.keep(turn, open.known);
            return;
        }
        for ordinal in open.known.keys() {
            tools.doubts.end(&self.name_of(*ordinal));
        }
        for name in open.repeated {
            let by = format!("turn `{turn}`");
            let settled = tools.doubts.settle(tools, &name, Settlement::Repeated, &by);
            if let Err(error) = settled {
                tracing::warn!(effect = %name, %error, "an effect that was repeated stays in doubt");
            }
        }
    }

    fn name_of(&self, ordinal: u32) -> EffectName {
        EffectName {
            turn: self.request.facts.turn.clone(),
            ordinal,
        }
    }

    /// Names the changed Vars, and keeps their new values.
    fn vars_delta(&mut self) -> Vec<VarChange> {
        let mut changes = Vec::with_capacity(self.state.delta.len());
        for (key, value) in &self.state.delta {
            let value = value.as_ref().map(|bytes| {
                let payload = self.bridge.tools.ledger.payload(bytes.clone());
                let name = record::name(&payload);
                self.payloads.push(payload);
                name
            });
            let deleted = value.is_none().then_some(true);
            changes.push(VarChange {
                key: key.clone(),
                deleted,
                value,
                extra: Map::new(),
            });
        }
        changes
    }

    fn end(&self) -> TurnEnd {
        let meter = &self.state.meter;
        TurnEnd {
            input: self.input.clone(),
            output: self.output.clone(),
            decision: None,
            abort: None,
            base_revision: self.state.base.revision,
            vars_read: self.state.read.iter().cloned().collect(),
            vars_delta: Vec::new(),
            effects: meter.effects,
            fuel: self.fuel,
            wall: self.wall,
            spent: BTreeMap::from([
                ("effects".to_owned(), u64::from(meter.effects)),
                ("fuel".to_owned(), self.fuel),
                ("log_bytes".to_owned(), meter.log_bytes),
                ("record_bytes".to_owned(), meter.record_bytes),
                ("vars_bytes".to_owned(), meter.vars_bytes),
                ("llm_tokens".to_owned(), meter.cost.llm_tokens),
                ("usd_micros".to_owned(), meter.cost.usd_micros),
            ]),
            before: self.state.budget_before.clone(),
            left: self.state.budget_left.clone(),
        }
    }

    fn entry(&self, end: TurnEnd) -> Entry {
        let at = record::at(self.bridge.tools.clock.as_ref());
        let record = record::turn(at, &self.request.loaded, &self.request.facts, end);
        record::entry(self.bridge.chain.clone(), &record)
    }

    fn durability(&self) -> Durability {
        if self.state.wrote {
            Durability::Full
        } else {
            Durability::Normal
        }
    }
}
