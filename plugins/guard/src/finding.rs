//! A [`Finding`]: what a rule objects to.

/// How a finding is answered, the milder first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The person decides.
    Ask,
    /// Nobody may.
    Deny,
}

/// What a rule objects to, in words that a model can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name. It never changes, so that people can search and count by it.
    pub rule: &'static str,
    /// How it is answered.
    pub severity: Severity,
    /// What is wrong, and what to do instead.
    pub message: String,
}

impl Finding {
    pub(crate) fn ask(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Ask,
            message: message.into(),
        }
    }

    pub(crate) fn deny(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Deny,
            message: message.into(),
        }
    }
}
