//! What went wrong, in words that a model can act on.

use std::fmt;

use sinew_pdk::EffectError;

/// Why a tool did not do what it was asked for, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

// === impl Failure ===

impl Failure {
    pub(crate) fn new(sentence: String) -> Self {
        Self(sentence)
    }

    /// Adds what else is known.
    pub(crate) fn and(self, sentence: &str) -> Self {
        Self(format!("{} {sentence}", self.0))
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
            EffectError::CODE_NOT_FOUND => "Check the number and the repository.".to_owned(),
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
        Self(format!(
            "{}. {advice}{}",
            capitalised(message),
            grant.unwrap_or_default()
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Messages of effects begin in lower case.
fn capitalised(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::from("It failed"),
    }
}
