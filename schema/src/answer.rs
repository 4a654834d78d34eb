//! What an effect answers, with its response as a type.

use serde::{Deserialize, Serialize};

use crate::{EffectError, EffectResult};

/// What an effect answers, with its response as a type: on the wire the same as [`EffectResult`].
///
/// The host writes it and the pdk reads it, both knowing which effect they speak of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", content = "value", rename_all = "snake_case")]
pub enum Answer<T> {
    /// The effect was performed.
    Ok(T),
    /// The effect was refused, or failed.
    Error(EffectError),
}

// === impl Answer ===

impl<T> From<Result<T, EffectError>> for Answer<T> {
    fn from(result: Result<T, EffectError>) -> Self {
        match result {
            Ok(response) => Self::Ok(response),
            Err(error) => Self::Error(error),
        }
    }
}

impl<T> From<Answer<T>> for Result<T, EffectError> {
    fn from(answer: Answer<T>) -> Self {
        match answer {
            Answer::Ok(response) => Ok(response),
            Answer::Error(error) => Err(error),
        }
    }
}

// === impl EffectResult ===

impl From<EffectResult> for Answer<serde_json::Value> {
    fn from(result: EffectResult) -> Self {
        match result {
            EffectResult::Ok(response) => Self::Ok(response),
            EffectResult::Error(error) => Self::Error(error),
        }
    }
}
