//! One turn: its scope, its instance, its guest's call, and the one commit that makes it true.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sha2::{Digest, Sha256};
use sinew_schema::VarChange;
use tokio::runtime::Handle;

use super::bridge::{Bridge, State, Tools, TurnLimits};
use super::catalog::Loaded;
use super::input::Input;
use super::record::{self, TurnEnd, TurnFacts};
use crate::permits::PermitScope;
use crate::plugin::{Abort, AbortReason, Border, BuildError, GuestEnd, Instance, Scope};
use crate::store::{Commit, Durability, InputKey, ScopeKey, ScopeWrite, StoreError};

/// What a turn is to do.
pub(super) struct TurnRequest {
    pub(super) loaded: Arc<Loaded>,
    pub(super) facts: TurnFacts,
    /// What the guest gets.
    pub(super) envelope: Vec<u8>,
    /// The client's input of this turn, whole.
    pub(super) input: Arc<Input>,
    pub(super) permit_scope: PermitScope,
    /// When the turn has to be over; what comes later is aborted.
    pub(super) deadline: Instant,
    /// Set where a repeated request is to get the first one's answer.
    pub(super) input_key: Option<InputKey>,
    /// Turned on by whoever gave up waiting: nothing may be committed as decided after that.
    pub(super) given_up: Arc<AtomicBool>,
}

/// What a turn's output means.
pub(super) struct Meaning<T> {
    pub(super) value: T,
    /// The word for it in the record.
    pub(super) word: &'static str,
}

/// What a turn came to.
pub(super) struct TurnOutcome<T> {
    pub(super) result: Result<T, Abort>,
    /// Where the ledger holds the turn; none for a repeated request, and where nothing could be recorded.
    pub(super) position: Option<u64>,
}

/// Runs a turn on this thread, from its Vars to its commit. The caller holds the scope and a place.
///
/// `read` makes sense of the output; its error aborts the turn like a trap does.
pub(super) fn run<T>(
    request: TurnRequest,
    tools: Tools,
    limits: TurnLimits,
    runtime: Handle,
    read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
) -> TurnOutcome<T> {
    let repeated = |outcome: Vec<u8>| TurnOutcome {
        result: read(&outcome).map(|meaning| meaning.value),
        position: None,
    };
    if let Some(key) = &request.input_key {
        match tools.ledger.store().outcome(key) {
            Ok(Some(outcome)) => return repeated(outcome),
            Ok(None) => {}
            Err(error) => return not_run(store_abort(&error)),
        }
    }
    let scope_key = scope_key(&request);
    let base = match scope_key
        .as_ref()
        .map(|key| tools.ledger.store().load(key))
        .transpose()
    {
        Ok(base) => base.unwrap_or_default(),
        Err(error) => return not_run(store_abort(&error)),
    };
    let started = tools.clock.instant();
    let bridge = Arc::new(Bridge {
        turn: request.facts.turn.clone(),
        chain: record::chain(&request.loaded.manifest.name, &request.facts.scope),
        loaded: Arc::clone(&request.loaded),
        permit_scope: request.permit_scope.clone(),
        deadline: request.deadline,
        input: Arc::clone(&request.input),
        has_vars: scope_key.is_some(),
        limits,
        tools: tools.clone(),
        runtime,
        state: Mutex::new(State {
            base,
            ..State::default()
        }),
    });
    let end = call(&request, &bridge);
    let late =
        request.given_up.load(Ordering::Acquire) || tools.clock.instant() >= request.deadline;
    let meaning = match &end.output {
        Err(abort) => Err(abort.clone()),
        Ok(_) if late => Err(Abort::new(
            AbortReason::Wall,
            "the turn ended after its time was over",
        )),
        Ok(output) => read(output),
    };
    commit(
        &request, &bridge, scope_key, end, meaning, started, repeated,
    )
}

/// Runs the guest on an instance of its own, or on the one its scope kept.
fn call(request: &TurnRequest, bridge: &Arc<Bridge>) -> GuestEnd {
    let build = &request.loaded.build;
    let reuse_key = request
        .loaded
        .manifest
        .reuse
        .then(|| request.facts.scope.clone());
    let instance = reuse_key
        .as_deref()
        .and_then(|key| build.kept(key))
        .map_or_else(|| build.fresh(), Ok);
    let mut instance: Instance = match instance {
        Ok(instance) => instance,
        Err(error) => {
            return GuestEnd {
                output: Err(build_abort(&error)),
                fuel: 0,
            };
        }
    };
    let border = Arc::clone(bridge) as Arc<dyn Border>;
    let end = instance.call(request.facts.entry_point, &request.envelope, border);
    match reuse_key {
        // An aborted turn may have left anything behind.
        Some(key) if end.output.is_ok() => build.keep(key, instance),
        _ => drop(instance),
    }
    end
}

fn commit<T>(
    request: &TurnRequest,
    bridge: &Bridge,
    scope_key: Option<ScopeKey>,
    end: GuestEnd,
    meaning: Result<Meaning<T>, Abort>,
    started: Instant,
    repeated: impl Fn(Vec<u8>) -> TurnOutcome<T>,
) -> TurnOutcome<T> {
    let tools = &bridge.tools;
    let state = std::mem::take(&mut *bridge.lock());
    let mut payloads = state.payloads;
    let input = tools.ledger.payload(request.input.bytes().to_vec());
    let mut turn = TurnEnd {
        input: record::name(&input),
        output: None,
        decision: None,
        abort: None,
        base_revision: state.base.revision,
        vars_read: state.read,
        vars_delta: Vec::new(),
        effects: state.meter.effects,
        fuel: end.fuel,
        wall: tools.clock.instant().saturating_duration_since(started),
        spent: BTreeMap::from([
            ("effects".to_owned(), u64::from(state.meter.effects)),
            ("fuel".to_owned(), end.fuel),
            ("log_bytes".to_owned(), state.meter.log_bytes),
            ("record_bytes".to_owned(), state.meter.record_bytes),
            ("vars_bytes".to_owned(), state.meter.vars_bytes),
        ]),
    };
    payloads.push(input);
    if let Ok(output) = &end.output {
        let output = tools.ledger.payload(output.clone());
        turn.output = Some(record::name(&output));
        payloads.push(output);
    }
    let chain = bridge.chain.clone();
    let make_entry = |turn| {
        let record = record::turn(
            record::at(tools.clock.as_ref()),
            &request.loaded,
            &request.facts,
            turn,
        );
        record::entry(chain.clone(), &record)
    };
    let durability = if state.wrote {
        Durability::Full
    } else {
        Durability::Normal
    };
    let aborted = |mut turn: TurnEnd, abort: Abort, mut entries: Vec<_>, payloads| {
        turn.abort = Some(abort.clone());
        entries.push(make_entry(turn));
        // The turn has failed already; where even that cannot be recorded, the ledger's journal holds it.
        let receipt = tools.ledger.commit(Commit {
            entries,
            payloads,
            durability,
            ..Commit::default()
        });
        let position = receipt
            .ok()
            .and_then(|receipt| receipt.positions.last().map(|position| position.position));
        TurnOutcome {
            result: Err(abort),
            position,
        }
    };
    let meaning = match meaning {
        Ok(meaning) => meaning,
        Err(abort) => return aborted(turn, abort, state.entries, payloads),
    };
    turn.decision = Some(meaning.word);
    for (key, value) in &state.delta {
        let named = value.as_ref().map(|bytes| {
            let payload = tools.ledger.payload(bytes.clone());
            let name = record::name(&payload);
            payloads.push(payload);
            name
        });
        turn.vars_delta.push(VarChange {
            key: key.clone(),
            deleted: named.is_none().then_some(true),
            value: named,
            extra: serde_json::Map::new(),
        });
    }
    let scope = scope_key
        .filter(|_| !state.delta.is_empty())
        .map(|key| ScopeWrite {
            key,
            base_revision: state.base.revision,
            delta: state.delta,
        });
    let outcome = request.input_key.zip(end.output.ok());
    let failed = shallow(&turn);
    let mut entries = state.entries.clone();
    entries.push(make_entry(turn));
    let commit = Commit {
        scope,
        entries,
        payloads,
        outcome,
        durability,
    };
    // Where the store takes nothing, the ledger's journal takes the truth: that the turn came to nothing.
    let instead = |error: &StoreError| {
        let mut entries = state.entries.clone();
        entries.push(make_entry(TurnEnd {
            abort: Some(store_abort(error)),
            ..shallow(&failed)
        }));
        entries
    };
    match tools.ledger.commit_or(commit, instead) {
        Ok(receipt) => TurnOutcome {
            result: Ok(meaning.value),
            position: receipt.positions.last().map(|position| position.position),
        },
        // Another request with the same tool-use id was quicker: its answer is the answer.
        Err(StoreError::Answered(key)) => match tools.ledger.store().outcome(&key) {
            Ok(Some(outcome)) => repeated(outcome),
            Ok(None) | Err(_) => not_run(Abort::new(
                AbortReason::Store,
                "the first answer to this request cannot be read",
            )),
        },
        Err(error @ StoreError::Conflict { .. }) => {
            let abort = Abort::new(AbortReason::Conflict, error.to_string());
            // The payloads went with the commit that failed; their digests stand in the records.
            aborted(failed, abort, state.entries.clone(), Vec::new())
        }
        // Nothing may count as decided.
        Err(error) => not_run(store_abort(&error)),
    }
}

/// The parts of an end that a second record of the same turn repeats.
fn shallow(turn: &TurnEnd) -> TurnEnd {
    TurnEnd {
        input: turn.input.clone(),
        output: turn.output.clone(),
        decision: None,
        abort: None,
        base_revision: turn.base_revision,
        vars_read: turn.vars_read.clone(),
        vars_delta: Vec::new(),
        effects: turn.effects,
        fuel: turn.fuel,
        wall: turn.wall,
        spent: turn.spent.clone(),
    }
}

/// The scope a turn's Vars live in; none for plugins without state.
pub(super) fn scope_key(request: &TurnRequest) -> Option<ScopeKey> {
    (request.loaded.manifest.scope != Scope::None).then(|| ScopeKey {
        plugin: request.loaded.manifest.name.clone(),
        scope: request.facts.scope.clone(),
    })
}

/// Names a request for deduplication: who asked what, and exactly which code and settings answer.
pub(super) fn input_key(loaded: &Loaded, facts: &TurnFacts, input: &[u8]) -> Option<InputKey> {
    let tool_use_id = facts.tool_use_id.as_deref()?;
    let phase = facts.phase.to_string();
    let mut hash = Sha256::new();
    for part in [
        facts.session.as_deref().unwrap_or_default().as_bytes(),
        facts.event.as_bytes(),
        tool_use_id.as_bytes(),
        phase.as_bytes(),
        loaded.manifest.name.as_bytes(),
        loaded.manifest.digest.as_bytes(),
        loaded.build.digest().as_bytes(),
        loaded.config_digest.as_bytes(),
        loaded.permits_digest.as_bytes(),
        input,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Some(InputKey(hash.finalize().into()))
}

fn not_run<T>(abort: Abort) -> TurnOutcome<T> {
    TurnOutcome {
        result: Err(abort),
        position: None,
    }
}

fn store_abort(error: &StoreError) -> Abort {
    Abort::new(AbortReason::Store, error.to_string())
}

fn build_abort(error: &BuildError) -> Abort {
    Abort::new(AbortReason::Host, error.to_string())
}

/// Makes ids of turns that sort by time: 48 bits of milliseconds, 80 random bits, in hexadecimal.
pub(super) fn new_id(tools: &Tools) -> String {
    let milliseconds = u64::try_from(tools.clock.unix_micros() / 1000).unwrap_or(0);
    let mut random = [0; 10];
    tools.random.fill(&mut random);
    format!("{milliseconds:012x}{}", super::catalog::hex(&random))
}
