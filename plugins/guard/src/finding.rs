//! A [`Finding`]: what a rule says against a call.

/// How much a finding matters, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A person decides.
    Ask,
    /// The call is refused.
    Deny,
}

/// An objection to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that objects.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, as the beginning of a sentence; the rule's advice ends it.
    pub message: String,
}

/// What a rule thinks before its name is put to it.
pub(crate) type Objection = Option<(Severity, String)>;

/// Denies.
pub(crate) fn deny(message: impl Into<String>) -> Objection {
    Some((Severity::Deny, message.into()))
}

/// Asks.
pub(crate) fn ask(message: impl Into<String>) -> Objection {
    Some((Severity::Ask, message.into()))
}

/// The graver of two.
pub(crate) fn graver(one: Objection, other: Objection) -> Objection {
    match (&one, &other) {
        (Some((first, _)), Some((second, _))) if second > first => other,
        (None, _) => other,
        _ => one,
    }
}
