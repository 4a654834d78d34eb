//! Why a call failed.

use std::time::Duration;

/// A failure, in words that a caller with a permit for the model may read.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// Nobody listed the model, or the provider does not know it.
    #[error("{0}")]
    NotFound(String),
    /// The request contradicts itself, or the provider refuses it.
    #[error("{0}")]
    Invalid(String),
    /// More than the model, the provider or this host takes.
    #[error("{0}")]
    TooLarge(String),
    /// The provider has had enough requests for now.
    #[error("{message}")]
    RateLimited {
        /// Who says so.
        message: String,
        /// When it wants to be asked again, where it says that.
        retry_after: Option<Duration>,
    },
    /// The provider cannot be reached, is overloaded, fails, or does not accept the key.
    #[error("{0}")]
    Unavailable(String),
    /// The time was up first. What was sent by then counts.
    #[error("the time was up before the model had answered")]
    Deadline,
    /// The request was sent, and its answer was lost or cannot be read: it counts in full.
    #[error("{0}")]
    InDoubt(String),
}
