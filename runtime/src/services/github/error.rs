//! Why something at GitHub failed.

use std::time::Duration;

/// A failure, in words that a caller with a permit for the repository may read. None of them holds credentials.
#[derive(Debug, thiserror::Error)]
pub enum GithubError {
    /// GitHub shows no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The state of things at GitHub does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// GitHub does not take the request for a valid one, or it contradicts itself.
    #[error("{0}")]
    Invalid(String),
    /// GitHub does not let these credentials do it.
    #[error("{0}")]
    Denied(String),
    /// More than a limit allows.
    #[error("{0}")]
    TooLarge(String),
    /// GitHub wants to be left alone, for longer than there is time.
    #[error("GitHub takes no more requests for {} s", .0.as_millis().div_ceil(1_000))]
    RateLimited(Duration),
    /// GitHub cannot be reached, does not work, or there are no credentials that it accepts.
    #[error("{0}")]
    Unavailable(String),
    /// A write was sent, and nobody knows what came of it.
    #[error("{0}")]
    InDoubt(String),
    /// Time was up before anything was changed.
    #[error("the time was up before GitHub had answered")]
    Deadline,
}
