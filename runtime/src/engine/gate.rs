//! What whoever receives hook events may ask of the engine.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;

use super::{Column, HookOutcome, HookRequest};

/// A boxed future: these traits are used as objects.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The engine, as the hook gate sees it.
pub trait Gate: Send + Sync + 'static {
    /// Runs one hook event through every subscriber.
    ///
    /// The turns run detached from the caller: dropping the future never cuts one in half. Answers by
    /// `request.deadline`; a caller that waits longer may give up.
    fn hook(self: Arc<Self>, request: HookRequest) -> Answering<'static, HookOutcome>;

    /// Refuses a canary, whoever subscribes, once that is recorded. Its number is repeated in the reason.
    fn canary(self: Arc<Self>, event: String, number: String) -> Answering<'static, HookOutcome>;

    /// Tells who is configured for an event, loaded or not; for all events together when `event` is `None`.
    ///
    /// Called for every request, before any plugin is asked: it must not wait.
    fn guard(&self, event: Option<&str>) -> Guard;

    /// Records an event of the gate itself in the ledger and returns its position.
    ///
    /// `None` when it could not be recorded. The caller waits for it only a bounded time.
    fn note(self: Arc<Self>, note: GateNote) -> Answering<'static, Option<u64>>;

    /// Records that what left differs from what was decided. Must not wait.
    fn answered(&self, difference: Difference);

    /// Tells whether events can be decided now. Must not wait for a plugin.
    fn readiness(&self) -> Readiness;
}

/// Who is configured for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Somebody is configured.
    pub subscribed: bool,
    /// The strictest `on_failure` of those; `Column::None` when there is nobody.
    pub column: Column,
}

impl Guard {
    /// Nobody is configured.
    pub const NOBODY: Self = Self {
        subscribed: false,
        column: Column::None,
    };

    /// Joins two: the stricter column of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            subscribed: self.subscribed || other.subscribed,
            column: self.column.max(other.column),
        }
    }
}

/// Something the gate did without asking a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateNote {
    /// What happened.
    pub refusal: Refusal,
    /// The event by the client's name, when it is known.
    pub event: Option<String>,
    /// The column that answered; `None` where no table did.
    pub column: Option<Column>,
    /// The reason that was given to the client.
    pub reason: String,
}

/// Why the gate answered without a plugin's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The bearer token is missing, wrong or of another role.
    Token,
    /// The `Host` header or the request's authority names somebody else.
    Host,
    /// The request comes from a web page.
    Origin,
    /// The path is not an event's name.
    Path,
    /// The path's event and the body's event differ.
    EventMismatch,
    /// The body is larger than the limit.
    TooLarge,
    /// The body did not arrive in time.
    SlowBody,
    /// The body ended early.
    BrokenBody,
    /// The body is not a JSON object.
    Unreadable,
    /// Too many events are in flight, or too many bytes of bodies.
    Overload,
    /// The engine did not answer by the deadline.
    Deadline,
    /// Handling the request panicked.
    Panic,
    /// What was decided cannot be said to the client.
    Unanswerable,
}

impl Refusal {
    /// Returns the word the ledger and logs use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Host => "host",
            Self::Origin => "origin",
            Self::Path => "path",
            Self::EventMismatch => "event_mismatch",
            Self::TooLarge => "too_large",
            Self::SlowBody => "slow_body",
            Self::BrokenBody => "broken_body",
            Self::Unreadable => "unreadable",
            Self::Overload => "overload",
            Self::Deadline => "deadline",
            Self::Panic => "panic",
            Self::Unanswerable => "unanswerable",
        }
    }
}

/// Where an answer differs from the decision behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The event by the client's name.
    pub event: String,
    /// The client's input.
    pub input: Arc<Value>,
    /// Ledger positions of the turns behind the decision.
    pub positions: Vec<u64>,
    /// What differs, for people: a cut reason, a field the event's answer cannot carry.
    pub differences: Vec<String>,
}

/// Whether events can be decided now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// One entry for each thing that has to hold.
    pub checks: Vec<Check>,
}

impl Readiness {
    /// Tells whether every check holds.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

/// One thing that has to hold before events can be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is checked: `plugins`, `store`, `shadowing`.
    pub name: String,
    /// It holds.
    pub ok: bool,
    /// What was found, for people: no host path, no secret.
    pub detail: String,
}
