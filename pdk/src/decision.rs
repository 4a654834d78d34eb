//! [`Decision`]: what a hook entry point answers.

use std::fmt;

use serde_json::{Map, Value};
use sinew_schema::{
    DecisionAllow, DecisionAsk, DecisionDefer, DecisionDeny, DecisionNone, DecisionRewrite,
    HookDecision,
};

/// What a plugin decides about an event.
///
/// [`Decision::none`] is an explicit "no opinion". It is not [`Decision::allow`]: an `allow` skips the client's own permission
/// prompt, a `none` leaves it in place.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a decision counts only when the entry point returns it"]
pub struct Decision {
    kind: DecisionKind,
    reason: Option<String>,
    replacement: Option<Value>,
    context: Option<String>,
    fields: Map<String, Value>,
}

/// The six kinds of [`Decision`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// No opinion.
    None,
    /// Approve without asking.
    Allow,
    /// Refuse.
    Deny,
    /// Ask the person.
    Ask,
    /// Let the client come back to it later.
    Defer,
    /// Replace what the event is about; only in the rewriting phase.
    Rewrite,
}

// === impl Decision ===

impl Decision {
    fn of(kind: DecisionKind) -> Self {
        Self {
            kind,
            reason: None,
            replacement: None,
            context: None,
            fields: Map::new(),
        }
    }

    /// Has no opinion: other plugins and the client's own rules decide.
    pub fn none() -> Self {
        Self::of(DecisionKind::None)
    }

    /// Approves, so that the client does not ask.
    pub fn allow() -> Self {
        Self::of(DecisionKind::Allow)
    }

    /// Refuses. The model reads the reason: say what is wrong and what to do instead.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::of(DecisionKind::Deny).with_reason(reason)
    }

    /// Asks the person, who reads the reason. Events without a native question are denied instead.
    pub fn ask(reason: impl Into<String>) -> Self {
        Self::of(DecisionKind::Ask).with_reason(reason)
    }

    /// Puts the call off: the client stops and can come back to it.
    pub fn defer() -> Self {
        Self::of(DecisionKind::Defer)
    }

    /// Replaces what the event is about, whole: for a tool call its complete `tool_input`.
    ///
    /// Only a plugin with `rewrites = true` in its subscription may rewrite, and only in [`Phase::Rewrite`](crate::Phase).
    pub fn rewrite(replacement: impl Into<Value>) -> Self {
        Self {
            replacement: Some(replacement.into()),
            ..Self::of(DecisionKind::Rewrite)
        }
    }

    /// Gives a reason. A decision without an opinion has no place for one, and fails to encode.
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds text to the model's context. Several calls make several lines.
    pub fn with_context(mut self, context: impl AsRef<str>) -> Self {
        let text = self.context.get_or_insert_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(context.as_ref());
        self
    }

    /// Sets a further field of the client's answer by the client's own name, such as `worktreePath` or `sessionTitle`.
    ///
    /// Which event takes which field is in the contract's decision table; the host fails the turn on any other. A `deny`, an
    /// `ask` and a `defer` carry none, and fail to encode.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// Tells which kind of decision this is.
    #[must_use]
    pub fn kind(&self) -> DecisionKind {
        self.kind
    }

    /// The reason, where one was given.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The added context, where there is any.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    /// The replacement of a rewrite.
    #[must_use]
    pub fn replacement(&self) -> Option<&Value> {
        self.replacement.as_ref()
    }

    /// Further fields of the answer, by the client's names.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

/// A [`Decision`] that the contract has no form for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDecision {
    kind: DecisionKind,
    what: &'static str,
}

impl fmt::Display for InvalidDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the decision `{}` {}", self.kind, self.what)
    }
}

impl std::error::Error for InvalidDecision {}

impl fmt::Display for DecisionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Defer => "defer",
            Self::Rewrite => "rewrite",
        })
    }
}

impl TryFrom<Decision> for HookDecision {
    type Error = InvalidDecision;

    fn try_from(decision: Decision) -> Result<Self, InvalidDecision> {
        let Decision {
            kind,
            reason,
            replacement,
            context,
            fields,
        } = decision;
        let invalid = |what| InvalidDecision { kind, what };
        let takes_fields = matches!(
            kind,
            DecisionKind::None | DecisionKind::Allow | DecisionKind::Rewrite
        );
        if !takes_fields && !fields.is_empty() {
            return Err(invalid("carries no fields"));
        }
        let required = |reason: Option<String>| {
            reason
                .filter(|reason| !reason.trim().is_empty())
                .ok_or(invalid("needs a reason"))
        };
        Ok(match kind {
            DecisionKind::None if reason.is_some() => return Err(invalid("carries no reason")),
            DecisionKind::None => Self::None(DecisionNone { context, fields }),
            DecisionKind::Allow => Self::Allow(DecisionAllow {
                reason,
                context,
                fields,
            }),
            DecisionKind::Deny => Self::Deny(DecisionDeny {
                reason: required(reason)?,
                context,
            }),
            DecisionKind::Ask => Self::Ask(DecisionAsk {
                reason: required(reason)?,
                context,
            }),
            DecisionKind::Defer => Self::Defer(DecisionDefer { reason, context }),
            DecisionKind::Rewrite => Self::Rewrite(DecisionRewrite {
                replacement: replacement.unwrap_or_default(),
                reason,
                context,
                fields,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn encoded(decision: Decision) -> Result<Value, String> {
        let decision = HookDecision::try_from(decision).map_err(|error| error.to_string())?;
        serde_json::to_value(decision).map_err(|error| error.to_string())
    }

    #[test]
    fn every_decision_has_the_form_of_the_contract() {
        let cases = [
            (Decision::none(), json!({"kind": "none", "value": {}})),
            (
                Decision::none().with_context("a").with_context("b"),
                json!({"kind": "none", "value": {"context": "a\nb"}}),
            ),
            (
                Decision::none().with_field("worktreePath", "/w"),
                json!({"kind": "none", "value": {"fields": {"worktreePath": "/w"}}}),
            ),
            (Decision::allow(), json!({"kind": "allow", "value": {}})),
            (
                Decision::allow().with_reason("safe"),
                json!({"kind": "allow", "value": {"reason": "safe"}}),
            ),
            (
                Decision::deny("no"),
                json!({"kind": "deny", "value": {"reason": "no"}}),
            ),
            (
                Decision::ask("sure?").with_context("c"),
                json!({"kind": "ask", "value": {"reason": "sure?", "context": "c"}}),
            ),
            (Decision::defer(), json!({"kind": "defer", "value": {}})),
            (
                Decision::rewrite(json!({"command": "ls"})),
                json!({"kind": "rewrite", "value": {"replacement": {"command": "ls"}}}),
            ),
        ];
        for (decision, expected) in cases {
            assert_eq!(encoded(decision), Ok(expected));
        }
    }

    #[test]
    fn what_the_contract_has_no_place_for_is_an_error_and_not_lost() {
        let cases = [
            (
                Decision::none().with_reason("x"),
                "the decision `none` carries no reason",
            ),
            (Decision::deny(" "), "the decision `deny` needs a reason"),
            (Decision::ask(""), "the decision `ask` needs a reason"),
            (
                Decision::deny("no").with_field("sessionTitle", "x"),
                "the decision `deny` carries no fields",
            ),
            (
                Decision::defer().with_field("sessionTitle", "x"),
                "the decision `defer` carries no fields",
            ),
        ];
        for (decision, expected) in cases {
            assert_eq!(encoded(decision), Err(expected.to_owned()));
        }
    }
}
