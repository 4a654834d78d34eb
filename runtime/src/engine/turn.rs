//! One turn: its scope, its instance, its guest's call, and the one commit that makes it true.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::bridge::{Bridge, Tools, TurnLimits};
use super::catalog::Loaded;
use super::ending::Ending;
use super::gathered::Gathered;
use super::input::Input;
use super::mcp::Asking;
use super::notes;
use super::record::{self, TurnFacts};
use crate::permits::PermitScope;
use crate::plugin::{Abort, AbortReason, Border, GuestEnd, Instance};
use crate::store::{InputKey, Outcome, ScopeKey, StoreError};

/// What a turn is to do.
pub(super) struct TurnRequest {
    pub(super) loaded: Arc<Loaded>,
    pub(super) facts: Arc<TurnFacts>,
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
    /// Cancelled when a call is to end at once; hooks end with the host.
    pub(super) cut: Option<CancellationToken>,
    /// The revision that the scope must still have; none where any will do.
    pub(super) base_revision: Option<u64>,
    /// The client that waits over MCP.
    pub(super) asking: Option<Arc<Asking>>,
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
    /// Where the ledger holds the turn; for a repeated request, the one that it repeats. None where nothing could be
    /// recorded.
    pub(super) position: Option<u64>,
}

/// Runs a turn on this thread, from its Vars to its commit. The caller holds the scope and a place, and settles the
/// build's instances once the answer has left.
///
/// `read` makes sense of the output; its error aborts the turn like a trap does.
pub(super) fn run<T>(
    request: &TurnRequest,
    tools: &Tools,
    limits: TurnLimits,
    runtime: Handle,
    read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
) -> TurnOutcome<T> {
    let repeated = |outcome: &Outcome| repeated(request, tools, outcome, &read);
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
    if request
        .base_revision
        .is_some_and(|revision| revision != base.revision)
    {
        return not_run(Abort::new(
            AbortReason::Conflict,
            "the tool's state was changed while its client was asked; make the call again",
        ));
    }
    let started = tools.clock.instant();
    let bridge = Arc::new(Bridge {
        facts: Arc::clone(&request.facts),
        chain: record::chain(&request.loaded.manifest.name, &request.facts.scope),
        loaded: Arc::clone(&request.loaded),
        permit_scope: request.permit_scope.clone(),
        deadline: request.deadline,
        input_key: request.input_key,
        input: Arc::clone(&request.input),
        given_up: Arc::clone(&request.given_up),
        cut: request.cut.clone(),
        asking: request.asking.clone(),
        has_vars: scope_key.is_some(),
        limits,
        tools: tools.clone(),
        runtime,
        state: Mutex::new(Gathered {
            base,
            ..Gathered::default()
        }),
    });
    let mut used = Used::new(request);
    let end = used.call(&request.envelope, Arc::clone(&bridge) as Arc<dyn Border>);
    let given_up = request.given_up.load(Ordering::Acquire);
    let late = given_up || tools.clock.instant() >= request.deadline;
    let meaning = match &end.output {
        Err(abort) => Err(abort.clone()),
        Ok(_) if given_up && request.asking.is_some() => Err(Abort::new(
            AbortReason::Cancelled,
            "the client took the call back",
        )),
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
        Ok(position) => {
            used.keep();
            TurnOutcome {
                result: Ok(meaning.value),
                position,
            }
        }
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

/// What the request's first turn came to.
fn repeated<T>(
    request: &TurnRequest,
    tools: &Tools,
    outcome: &Outcome,
    read: impl Fn(&[u8]) -> Result<Meaning<T>, Abort>,
) -> TurnOutcome<T> {
    notes::repeated(tools, request, outcome.position);
    let asking = request.asking.as_ref();
    let asks = asking.is_some_and(|asking| asking.takes_up(&outcome.answer));
    TurnOutcome {
        result: if asks {
            Err(Abort::new(
                AbortReason::Suspended,
                "it waits for the client's next answer",
            ))
        } else {
            read(&outcome.answer).map(|meaning| meaning.value)
        },
        position: outcome.position,
    }
}

/// The instance of one turn: its own, or the one that its scope kept.
struct Used<'a> {
    request: &'a TurnRequest,
    instance: Option<Instance>,
}

impl<'a> Used<'a> {
    fn new(request: &'a TurnRequest) -> Self {
        Self {
            request,
            instance: None,
        }
    }

    /// Calls the entry point.
    fn call(&mut self, envelope: &[u8], border: Arc<dyn Border>) -> GuestEnd {
        let (facts, loaded) = (&self.request.facts, &self.request.loaded);
        let instances = loaded.build.instances();
        let kept = loaded
            .manifest
            .reuse
            .then(|| instances.kept(&reuse_key(facts.event.is_some(), &facts.scope)));
        match kept.flatten().map_or_else(|| instances.fresh(), Ok) {
            Ok(instance) => {
                let instance = self.instance.insert(instance);
                instance.call(facts.entry_point, envelope, border)
            }
            Err(error) => GuestEnd {
                output: Err(Abort::new(AbortReason::Host, error.to_string())),
                fuel: 0,
            },
        }
    }

    /// Leaves the instance to later turns of the same scope, where the plugin wants that. An instance whose turn did not
    /// commit is never left: its guest may remember what never happened.
    fn keep(&mut self) {
        if self.request.loaded.manifest.reuse
            && let Some(instance) = self.instance.take()
        {
            let facts = &self.request.facts;
            let key = reuse_key(facts.event.is_some(), &facts.scope);
            self.request.loaded.build.instances().keep(key, instance);
        }
    }
}

/// Who shares used instances: a scope's turns; without Vars, the plugin's turns of one role.
pub(super) fn reuse_key(is_hook: bool, scope: &str) -> String {
    let role = if is_hook { "hook" } else { "mcp" };
    format!("{role}/{scope}")
}

impl Drop for Used<'_> {
    fn drop(&mut self) {
        if let Some(instance) = self.instance.take() {
            self.request.loaded.build.instances().retire(instance);
        }
    }
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

/// Makes ids of turns that sort by time: 48 bits of milliseconds, 80 random bits, in hexadecimal.
pub(super) fn new_id(tools: &Tools) -> String {
    let milliseconds = u64::try_from(tools.clock.unix_micros() / 1000).unwrap_or(0);
    let mut random = [0; 10];
    tools.random.fill(&mut random);
    format!("{milliseconds:012x}{}", hex::encode(random))
}
