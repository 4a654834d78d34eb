//! What the plugins said about one event, joined: the most restrictive wins.

use serde_json::{Map, Value};

use super::hook::{Kind, Verdict};
use crate::plugin::OnFailure;

/// One plugin's part in the verdict.
pub(super) struct Part {
    pub(super) kind: Kind,
    /// Set where the plugin did not decide: `kind` is then what its failure counts as.
    pub(super) failed: bool,
    pub(super) reason: String,
    pub(super) context: Option<String>,
    pub(super) fields: Map<String, Value>,
}

impl Part {
    /// The part of a plugin that has no opinion.
    pub(super) fn no_opinion() -> Self {
        Self {
            kind: Kind::None,
            failed: false,
            reason: String::new(),
            context: None,
            fields: Map::new(),
        }
    }
}

/// Joins what the plugins said, in priority order. The most restrictive wins; nothing is ever "allow" by accident.
pub(super) fn decided(parts: &[Part], replacement: Option<Value>) -> Verdict {
    let kind = parts
        .iter()
        .map(|part| part.kind)
        .max()
        .unwrap_or(Kind::None);
    let strictest = || parts.iter().filter(|part| part.kind == kind);
    // A plugin that decided this much has the better reason; only where none did does the failure answer.
    if kind != Kind::None && !strictest().any(|part| !part.failed) {
        let column = if kind == Kind::Deny {
            OnFailure::Deny
        } else {
            OnFailure::Ask
        };
        return failed(
            column,
            join(strictest().map(|part| part.reason.as_str()), "; "),
        );
    }
    let mut fields = Map::new();
    for part in parts {
        for (name, value) in &part.fields {
            fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    Verdict::Decided {
        kind,
        reason: join(
            strictest()
                .filter(|part| !part.failed)
                .map(|part| part.reason.as_str()),
            "\n",
        ),
        context: join(
            parts.iter().filter_map(|part| part.context.as_deref()),
            "\n",
        ),
        replacement,
        fields,
    }
}

pub(super) fn failed(column: OnFailure, reason: String) -> Verdict {
    Verdict::Failed { column, reason }
}

fn join<'a>(texts: impl Iterator<Item = &'a str>, between: &str) -> String {
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(between)
}
