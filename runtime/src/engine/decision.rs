//! What a hook turn's output says, and whether a turn of its phase and event may say it. Judged before the turn commits:
//! a decision that may not be is a failed turn, whose Vars are dropped and whose record says so.

use serde_json::{Map, Value};
use sinew_schema::{HookDecision, Phase};

use super::rules::EventRules;
use super::turn::Meaning;
use crate::plugin::{Abort, AbortReason};

/// Makes what reads the outputs of one event's turns in one phase.
pub(super) fn reader(
    event: &str,
    rules: &EventRules,
    phase: Phase,
) -> impl Fn(&[u8]) -> Result<Meaning<HookDecision>, Abort> + Send + 'static + use<> {
    let (event, rules) = (event.to_owned(), rules.clone());
    move |bytes| {
        let decision: HookDecision = serde_json::from_slice(bytes)
            .map_err(|error| refused(format!("the output is no decision: {error}")))?;
        check(&decision, phase, &event, &rules)?;
        Ok(Meaning {
            word: Some(word(&decision)),
            value: decision,
        })
    }
}

/// A turn that said what it may not say.
pub(super) fn refused(message: String) -> Abort {
    Abort::new(AbortReason::Output, message)
}

fn check(
    decision: &HookDecision,
    phase: Phase,
    event: &str,
    rules: &EventRules,
) -> Result<(), Abort> {
    match (phase, decision) {
        (Phase::Rewrite, HookDecision::None(_)) => Ok(()),
        (Phase::Rewrite, HookDecision::Rewrite(rewrite)) => {
            if rules.rewrite_of.is_none() {
                return Err(refused(format!("nothing about {event} can be rewritten")));
            }
            check_fields(&rewrite.fields, event, rules)
        }
        (Phase::Rewrite, _) => Err(refused(
            "a rewriting turn may rewrite or have no opinion; it decided".into(),
        )),
        (_, HookDecision::Rewrite(_)) => Err(refused("a deciding turn may not rewrite".into())),
        (_, HookDecision::None(none)) => check_fields(&none.fields, event, rules),
        (_, HookDecision::Allow(allow)) => check_fields(&allow.fields, event, rules),
        (_, HookDecision::Deny(_) | HookDecision::Ask(_) | HookDecision::Defer(_)) => Ok(()),
    }
}

fn check_fields(fields: &Map<String, Value>, event: &str, rules: &EventRules) -> Result<(), Abort> {
    match fields
        .keys()
        .find(|name| !rules.fields.contains(name.as_str()))
    {
        None => Ok(()),
        Some(name) => Err(refused(format!(
            "an answer to {event} has no field `{name}`"
        ))),
    }
}

/// The word for it in the record.
fn word(decision: &HookDecision) -> &'static str {
    match decision {
        HookDecision::None(_) => "none",
        HookDecision::Allow(_) => "allow",
        HookDecision::Deny(_) => "deny",
        HookDecision::Ask(_) => "ask",
        HookDecision::Defer(_) => "defer",
        HookDecision::Rewrite(_) => "rewrite",
    }
}
