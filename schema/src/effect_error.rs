//! [`EffectError`] as a Rust error.

use std::error::Error;
use std::fmt;

use crate::EffectError;

// === impl EffectError ===

impl EffectError {
    /// Makes an error of a code (one of the `CODE_` constants) and a sentence for people.
    ///
    /// The message starts in lower case, names the thing in backticks, and carries no secret.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            rule: None,
            grant: None,
            retry_after_ms: None,
            budget: None,
            extra: serde_json::Map::new(),
        }
    }
}

/// The message alone: where something can be granted, it says so itself.
impl fmt::Display for EffectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for EffectError {}
