//! What a hook turn's output says, and whether a turn of its phase and event may say it. Judged before the turn commits:
//! a decision that may not be is a failed turn, whose Vars are dropped and whose record says so.

use serde_json::{Map, Value};
use sinew_schema::{GateDecisionRow, HookDecision};

use super::hook::Kind;
use super::turn::Meaning;
use super::verdict::Part;
use crate::plugin::{Abort, AbortReason};

/// What a decision may be on one event.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// None where the table has no row at all; then nothing may be rewritten, and no field be set.
    pub(super) row: Option<&'static GateDecisionRow>,
}

/// A rewrite: of which part of the input, and what stands there now.
pub(super) struct Rewritten {
    /// JSON pointer into the input.
    pub(super) of: &'static str,
    pub(super) replacement: Value,
    pub(super) part: Part,
}

// === impl Rules ===

impl Rules {
    /// Makes what reads the outputs of rewriting turns: a rewrite, or no opinion.
    pub(super) fn rewriting(
        self,
        event: &str,
    ) -> impl Fn(&[u8]) -> Result<Meaning<Option<Rewritten>>, Abort> + Send + 'static + use<> {
        let event = event.to_owned();
        move |bytes| {
            let decision = read(bytes)?;
            let word = word(&decision);
            let value = match decision {
                HookDecision::None(_) => None,
                HookDecision::Rewrite(rewrite) => {
                    let Some(of) = self.row.and_then(|row| row.rewrite.as_ref()) else {
                        return Err(refused(format!("nothing about {event} can be rewritten")));
                    };
                    self.check_fields(&rewrite.fields, &event)?;
                    let reason = rewrite.reason.unwrap_or_default();
                    Some(Rewritten {
                        of: &of.of,
                        replacement: rewrite.replacement,
                        part: part(Kind::None, reason, rewrite.context, rewrite.fields),
                    })
                }
                _ => {
                    return Err(refused(
                        "a rewriting turn may rewrite or have no opinion; it decided".into(),
                    ));
                }
            };
            Ok(Meaning {
                word: Some(word),
                value,
            })
        }
    }

    /// Makes what reads the outputs of deciding turns.
    pub(super) fn deciding(
        self,
        event: &str,
    ) -> impl Fn(&[u8]) -> Result<Meaning<Part>, Abort> + Send + 'static + use<> {
        let event = event.to_owned();
        move |bytes| {
            let decision = read(bytes)?;
            let word = word(&decision);
            let value = match decision {
                HookDecision::None(none) => {
                    self.check_fields(&none.fields, &event)?;
                    part(Kind::None, String::new(), none.context, none.fields)
                }
                HookDecision::Allow(allow) => {
                    self.check_fields(&allow.fields, &event)?;
                    let reason = allow.reason.unwrap_or_default();
                    part(Kind::Allow, reason, allow.context, allow.fields)
                }
                HookDecision::Ask(ask) => part(Kind::Ask, ask.reason, ask.context, Map::new()),
                HookDecision::Defer(defer) => {
                    let reason = defer.reason.unwrap_or_default();
                    part(Kind::Defer, reason, defer.context, Map::new())
                }
                HookDecision::Deny(deny) => part(Kind::Deny, deny.reason, deny.context, Map::new()),
                HookDecision::Rewrite(_) => {
                    return Err(refused("a deciding turn may not rewrite".into()));
                }
            };
            Ok(Meaning {
                word: Some(word),
                value,
            })
        }
    }

    fn check_fields(self, fields: &Map<String, Value>, event: &str) -> Result<(), Abort> {
        let known = |name: &String| self.row.is_some_and(|row| row.fields.contains(name));
        match fields.keys().find(|name| !known(name)) {
            None => Ok(()),
            Some(name) => Err(refused(format!(
                "an answer to {event} has no field `{name}`"
            ))),
        }
    }
}

/// A turn that said what it may not say.
pub(super) fn refused(message: String) -> Abort {
    Abort::new(AbortReason::Output, message)
}

fn read(bytes: &[u8]) -> Result<HookDecision, Abort> {
    serde_json::from_slice(bytes)
        .map_err(|error| refused(format!("the output is no decision: {error}")))
}

fn part(kind: Kind, reason: String, context: Option<String>, fields: Map<String, Value>) -> Part {
    Part {
        kind,
        failed: false,
        reason,
        context,
        fields,
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
