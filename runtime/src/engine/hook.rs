//! What a hook event asks of the engine and what it answers; no HTTP and no client JSON here.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value};

pub use crate::plugin::OnFailure as Column;

/// One hook event, parsed and authenticated by the transport.
#[derive(Debug, Clone)]
pub struct HookRequest {
    /// The event by the client's name, for example `PreToolUse`.
    pub event: String,
    /// The body exactly as the client sent it.
    pub body: Arc<[u8]>,
    /// The same body, decoded; always an object.
    pub input: Arc<Value>,
    /// When the answer has to leave.
    pub deadline: Instant,
    /// The caller's trace: 32 lower-case hexadecimal digits. None where it named none.
    pub trace_id: Option<String>,
}

/// What plugins decided together, before it is written in the client's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nobody has an opinion.
    None,
    /// Somebody approves.
    Allow,
    /// The person has to be asked.
    Ask,
    /// The decision is left to another process.
    Defer,
    /// Somebody refuses.
    Deny,
}

impl Kind {
    /// The word for it, as the ledger and people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Defer => "defer",
            Self::Deny => "deny",
        }
    }
}

/// The result of one hook event.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Every plugin that had to decide did.
    Decided {
        /// The most restrictive decision.
        kind: Kind,
        /// Why, for the model and the person; empty for `None`.
        reason: String,
        /// Contexts in priority order, already joined; empty when there is none.
        context: String,
        /// The replacement a rewriter chose, when the input was rewritten.
        replacement: Option<Value>,
        /// Further fields of the answer, by the client's names.
        fields: Map<String, Value>,
    },
    /// A plugin could not decide; the failure table answers.
    Failed {
        /// The strictest `on_failure` of those that failed, never weaker than what others decided.
        column: Column,
        /// What failed, for people: no host path, no secret.
        reason: String,
    },
}

/// A verdict and where the ledger holds the turns behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct HookOutcome {
    /// What was decided.
    pub verdict: Verdict,
    /// Ledger positions of the turns, in the order they were committed.
    pub positions: Vec<u64>,
}
