//! One event that a plugin listens to: which calls of it, in which order, and what is answered when it cannot decide.

use regex::Regex;
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
    /// Whether it gets a rewriting turn first.
    pub rewrites: bool,
    /// The answer when it cannot decide.
    pub on_failure: OnFailure,
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
        let rewrites = written.rewrites.unwrap_or(false);
        if rewrites && row.is_none_or(|row| row.rewrite.is_none()) {
            return Err(ManifestError::Contradiction(format!(
                "`hooks.{key}.rewrites`: nothing about {event} can be rewritten"
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
    pub fn matches(&self, input: &serde_json::Value) -> bool {
        let (Some(matcher), Some(field)) = (&self.matcher, self.field) else {
            return true;
        };
        // What cannot be matched is given to the plugin: skipping it would be deciding for it.
        input
            .pointer(field)
            .and_then(serde_json::Value::as_str)
            .is_none_or(|text| matcher.is_match(text))
    }
}
