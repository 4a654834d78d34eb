//! One attempt that failed, and whether another one may follow.

use std::time::Duration;

use super::LlmError;

/// What became of an attempt that brought no answer.
#[derive(Debug)]
pub(super) struct Failure {
    /// What the caller is told if it stays at that.
    pub(super) error: LlmError,
    /// Whether it is certain that nothing was done and nothing has to be paid, and may be otherwise next time.
    pub(super) again: bool,
    /// When the server wants to be asked again, where it says that.
    pub(super) retry_after: Option<Duration>,
}

// === impl Failure ===

impl Failure {
    /// A failure that asking again would not change, or must not.
    pub(super) fn lasting(error: LlmError) -> Self {
        Self {
            error,
            again: false,
            retry_after: None,
        }
    }

    /// A failure that may be gone next time.
    pub(super) fn passing(error: LlmError, retry_after: Option<Duration>) -> Self {
        Self {
            error,
            again: true,
            retry_after,
        }
    }
}
