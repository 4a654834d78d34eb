//! One turn: its scope, its instance, its guest's call, and the one commit that makes it true.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::bridge::{Bridge, Tools, TurnLimits};
use super::catalog::Loaded;
use super::ending::Ending;
use super::gathered::Gathered;
use super::input::Input;
use super::record::{self, TurnFacts};
use crate::permits::PermitScope;
use crate::plugin::{Abort, AbortReason, Border, BuildError, GuestEnd, Instance};
use crate::store::{InputKey, ScopeKey, StoreError};

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
    /// The word for it in the record; none where it is no decision.
    pub(super) word: Option<&'static str>,
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
    request: &TurnRequest,
    tools: &Tools,
    limits: TurnLimits,
    runtime: Handle,
    read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
) -> TurnOutcome<T> {
    let repeated = |outcome: &[u8]| TurnOutcome {
        result: read(outcome).map(|meaning| meaning.value),
        position: None,
    };
    if let Some(key) = &request.input_key {
        match tools.ledger.store().outcome(key) {
            Ok(Some(outcome)) => return repeated(&outcome),
            Ok(None) => {}
            Err(error) => return not_run(store_abort(&error)),
        }
    }
    let scope_key = scope_key(request);
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
        state: Mutex::new(Gathered {
            base,
            ..Gathered::default()
        }),
    });
    let end = call(request, &bridge);
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
    let ending = Ending::new(request, &bridge, &end, started);
    let meaning = match meaning {
        Ok(meaning) => meaning,
        Err(abort) => {
            return TurnOutcome {
                position: ending.abort(&abort),
                result: Err(abort),
            };
        }
    };
    let outcome = request.input_key.zip(end.output.ok());
    match ending.commit(meaning.word, scope_key, outcome) {
        Ok(position) => TurnOutcome {
            result: Ok(meaning.value),
            position,
        },
        // Another request with the same tool-use id was quicker: its answer is the answer.
        Err(StoreError::Answered(key)) => match tools.ledger.store().outcome(&key) {
            Ok(Some(outcome)) => repeated(&outcome),
            Ok(None) | Err(_) => not_run(Abort::new(
                AbortReason::Store,
                "the first answer to this request cannot be read",
            )),
        },
        // Nothing may count as decided that is not durable.
        Err(error) => not_run(store_abort(&error)),
    }
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

/// The scope a turn's Vars live in; none for turns without state.
pub(super) fn scope_key(request: &TurnRequest) -> Option<ScopeKey> {
    (request.facts.scope != record::NO_SCOPE).then(|| ScopeKey {
        plugin: request.loaded.manifest.name.clone(),
        scope: request.facts.scope.clone(),
    })
}

/// Names a request for deduplication: who asked what, and exactly which code and settings answer.
pub(super) fn input_key(loaded: &Loaded, facts: &TurnFacts, input: &[u8]) -> Option<InputKey> {
    let tool_use_id = facts.tool_use_id.as_deref()?;
    let phase = facts.phase.map(|phase| phase.to_string());
    let mut hash = Sha256::new();
    for part in [
        facts.session.as_deref().unwrap_or_default().as_bytes(),
        facts.event.as_deref().unwrap_or_default().as_bytes(),
        tool_use_id.as_bytes(),
        phase.as_deref().unwrap_or_default().as_bytes(),
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

pub(super) fn store_abort(error: &StoreError) -> Abort {
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
    format!("{milliseconds:012x}{}", hex::encode(random))
}
