//! One event that a plugin listens to: which calls of it, in which order, and what is answered when it cannot decide.

use regex::Regex;
use serde_json::Value;
use sinew_schema::{ENTRY_POINTS, EntryMeta, GateDecisionRow, GateDecisionTable};

use super::manifest::ManifestError;

/// The entry point for events that have none of their own.
pub(super) const OTHER_EVENTS: &str = "handle_hook_event";

/// One `[hooks.EVENT]`.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The export that is called.
    pub entry_point: &'static str,
    /// Matched against the whole field that the event names; none matches everything.
    pub matcher: Option<Regex>,
    /// JSON pointer of that field.
    pub field: Option<&'static str>,
    /// Highest first.
    pub priority: i32,
    /// Which inputs it gets a rewriting turn for, before anybody decides; none where it rewrites nothing.
    pub rewrites: Option<Rewrites>,
    /// The answer when it cannot decide.
    pub on_failure: OnFailure,
}

/// Which inputs are worth a rewriting turn.
#[derive(Debug, Clone)]
pub struct Rewrites {
    /// JSON pointer of what can be rewritten about the event.
    of: &'static str,
    /// Looked for in the texts there; none finds every input.
    matcher: Option<Regex>,
}

/// The answer when a plugin cannot decide. Ordered, strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnFailure {
    /// As if it had no opinion.
    None,
    /// Ask the person.
    Ask,
    /// Refuse.
    Deny,
}

impl OnFailure {
    /// The word for it, as a manifest writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// The entry point behind a key below `[hooks]`.
pub(super) fn entry_point(key: &str) -> Result<&'static EntryMeta, ManifestError> {
    let export = format!("handle_{key}");
    ENTRY_POINTS
        .iter()
        .find(|entry| entry.export == export && (entry.event.is_some() || export == OTHER_EVENTS))
        .ok_or_else(|| ManifestError::Contradiction(format!("`[hooks.{key}]` names no hook event")))
}

// === impl Subscription ===

impl Subscription {
    pub(super) fn new(
        key: &str,
        entry: &'static EntryMeta,
        written: &sinew_schema::HookSubscription,
    ) -> Result<Self, ManifestError> {
        let matcher = match (&written.matcher, entry.matcher) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(ManifestError::Contradiction(format!(
                    "`hooks.{key}.matcher`: the event has no field to match"
                )));
            }
            // The whole field has to match: `Bash` is not `BashOutput`.
            (Some(pattern), Some(_)) => {
                Some(Regex::new(&format!("^(?:{pattern})$")).map_err(|error| {
                    ManifestError::Contradiction(format!(
                        "`hooks.{key}.matcher` is no regular expression: {error}"
                    ))
                })?)
            }
        };
        let on_failure = match written.on_failure {
            sinew_schema::OnFailure::None => OnFailure::None,
            sinew_schema::OnFailure::Ask => OnFailure::Ask,
            sinew_schema::OnFailure::Deny => OnFailure::Deny,
        };
        let event = entry.event.unwrap_or("other events");
        let row = GateDecisionTable::bundled()
            .map_err(|error| ManifestError::Contradiction(error.to_owned()))?
            .row(event);
        if on_failure == OnFailure::Ask && !row.is_some_and(GateDecisionRow::asks) {
            return Err(ManifestError::Contradiction(format!(
                "`hooks.{key}.on_failure = \"ask\"`: on {event} nobody can be asked; use \"deny\" or \"none\""
            )));
        }
        let of = row
            .and_then(|row| row.rewrite.as_ref())
            .map(|rewrite| rewrite.of.as_str());
        let rewrites = match (written.rewrites.unwrap_or(false), of) {
            (false, _) => None,
            (true, Some(of)) => Some(Rewrites {
                of,
                matcher: rewrite_matcher(key, written)?,
            }),
            (true, None) => {
                return Err(ManifestError::Contradiction(format!(
                    "`hooks.{key}.rewrites`: nothing about {event} can be rewritten"
                )));
            }
        };
        if rewrites.is_none() && written.rewrite_matcher.is_some() {
            return Err(ManifestError::Contradiction(format!(
                "`hooks.{key}.rewrite_matcher` needs `rewrites = true`"
            )));
        }
        Ok(Self {
            entry_point: entry.export,
            matcher,
            field: entry.matcher,
            priority: written.priority.unwrap_or(0),
            rewrites,
            on_failure,
        })
    }

    /// Whether this input is one it wants. Where the field is missing or no text, the plugin is asked.
    #[must_use]
    pub fn matches(&self, input: &Value) -> bool {
        let (Some(matcher), Some(field)) = (&self.matcher, self.field) else {
            return true;
        };
        // What cannot be matched is given to the plugin: skipping it would be deciding for it.
        input
            .pointer(field)
            .and_then(Value::as_str)
            .is_none_or(|text| matcher.is_match(text))
    }
}

fn rewrite_matcher(
    key: &str,
    written: &sinew_schema::HookSubscription,
) -> Result<Option<Regex>, ManifestError> {
    let matcher = written.rewrite_matcher.as_deref().map(Regex::new);
    matcher.transpose().map_err(|error| {
        ManifestError::Contradiction(format!(
            "`hooks.{key}.rewrite_matcher` is no regular expression: {error}"
        ))
    })
}

// === impl Rewrites ===

impl Rewrites {
    /// Whether this input gets a rewriting turn. It is judged as it was decoded: however the client writes a text down, it is
    /// the same text. Where there is nothing to look at, the plugin is asked.
    #[must_use]
    pub fn wants(&self, input: &Value) -> bool {
        let (Some(matcher), Some(value)) = (&self.matcher, input.pointer(self.of)) else {
            return true;
        };
        holds(value, matcher)
    }
}

/// Whether a text in this value, a key or a string, has what the matcher looks for.
fn holds(value: &Value, matcher: &Regex) -> bool {
    match value {
        Value::String(text) => matcher.is_match(text),
        Value::Array(items) => items.iter().any(|item| holds(item, matcher)),
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| matcher.is_match(key) || holds(value, matcher)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
