//! [`Failure`]: why a tool did not do what it was asked for, for the model to read and act on.

use sinew_schema::McpResult;

use crate::EffectError;

/// Why a tool did not do what it was asked for, in words that a model can act on.
///
/// It is an answer, not the end of the turn: what the tool did before stands. That is why it is no `Display`, and no error that
/// ends the turn. `?` makes one of an [`EffectError`], and adds what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    text: String,
}

/// Says why a tool did not do what it was asked for.
pub fn failure(text: impl Into<String>) -> Failure {
    Failure { text: text.into() }
}

// === impl Failure ===

impl Failure {
    /// Adds a sentence.
    #[must_use]
    pub fn and(mut self, sentence: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(sentence);
        self
    }

    /// What the model reads.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl From<Failure> for McpResult {
    fn from(failure: Failure) -> Self {
        Self {
            is_error: Some(true),
            ..super::text(failure.text)
        }
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        failure(text)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        failure(text)
    }
}

impl From<EffectError> for Failure {
    fn from(error: EffectError) -> Self {
        let message = error.message.trim_end_matches('.');
        let advice = match error.code.as_str() {
            EffectError::CODE_DENIED if error.grant.is_some() => {
                "Only the operator can allow it: ask the person.".to_owned()
            }
            EffectError::CODE_DENIED => {
                "Ask the person; do not look for a way around it.".to_owned()
            }
            EffectError::CODE_RATE_LIMITED => {
                let seconds = error.retry_after_ms.unwrap_or(60_000).div_ceil(1_000);
                format!("Nothing was done. Try again in {seconds} seconds, not before.")
            }
            EffectError::CODE_IN_DOUBT => {
                "It may have been done: look whether it was before you ask for it again.".to_owned()
            }
            EffectError::CODE_NOT_FOUND => "Check what you named.".to_owned(),
            EffectError::CODE_CONFLICT => "Look at its present state first.".to_owned(),
            EffectError::CODE_INVALID_REQUEST => "Change the request.".to_owned(),
            EffectError::CODE_DEADLINE => "It took too long; ask for less, or again.".to_owned(),
            EffectError::CODE_TOO_LARGE => "Ask for less.".to_owned(),
            _ => "Nothing that you can change: tell the person.".to_owned(),
        };
        let grant = error
            .grant
            .filter(|grant| !message.contains(grant.as_str()))
            .map(|grant| format!(" What would allow it: `{grant}`."));
        failure(format!(
            "{}. {advice}{}",
            capitalised(message),
            grant.unwrap_or_default()
        ))
    }
}

/// Messages of effects begin in lower case.
fn capitalised(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "It failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effects_refusal_says_what_to_do_about_it() {
        let refused = |code: &str, message: &str| EffectError::new(code, message);
        let mut denied = refused("denied", "no permit for `acme/api`");
        denied.grant = Some("github = [\"acme/api:issues.read\"]".to_owned());
        let mut limited = refused("rate_limited", "no more requests for 42 s");
        limited.retry_after_ms = Some(41_500);
        let cases = [
            (
                denied,
                "No permit for `acme/api`. Only the operator can allow it: ask the person. What would allow it: `github = [\"acme/api:issues.read\"]`.",
            ),
            (
                refused("denied", "never"),
                "Never. Ask the person; do not look for a way around it.",
            ),
            (
                limited,
                "No more requests for 42 s. Nothing was done. Try again in 42 seconds, not before.",
            ),
            (
                refused("in_doubt", "it was sent."),
                "It was sent. It may have been done: look whether it was before you ask for it again.",
            ),
            (
                refused("internal", ""),
                "It failed. Nothing that you can change: tell the person.",
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(Failure::from(error).text(), expected);
        }
    }
}
