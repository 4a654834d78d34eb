//! Why a git operation failed.

use git2::{ErrorClass, ErrorCode};

use crate::services::threads::Stopped;

/// A failure, in words that a caller with a permit for the repository may read.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The repository, revision, branch or file does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The request contradicts itself or names nothing that can exist.
    #[error("{0}")]
    Invalid(String),
    /// More than a limit allows.
    #[error("{0}")]
    TooLarge(String),
    /// The repository cannot be read, or the other side of a push cannot be reached.
    #[error("{0}")]
    Unavailable(String),
    /// The other side has begun to get it, and nobody knows what it made of it.
    #[error("{0}")]
    InDoubt(String),
    /// The threads have as much to do as they may.
    #[error("git is too busy")]
    Busy,
    /// Time was up first. What was under way may still be finished, but nothing new is begun.
    #[error("the time was up before git was done")]
    Deadline,
    /// A defect: an operation panicked.
    #[error("a git operation failed inside the host")]
    Panicked,
}

impl GitError {
    /// Puts what libgit2 says into our words. `doing` completes "cannot".
    pub(super) fn of(doing: &str, error: &git2::Error) -> Self {
        let said = error.message();
        // libgit2 names files where it fails; a path of this machine is for its log only.
        let said = if said.contains('/') {
            tracing::debug!(doing, code = ?error.code(), class = ?error.class(), "libgit2: {said}");
            String::new()
        } else {
            format!(": {said}")
        };
        let message = format!("cannot {doing}{said}");
        match (error.code(), error.class()) {
            (ErrorCode::NotFound | ErrorCode::UnbornBranch, _) => Self::NotFound(message),
            (ErrorCode::InvalidSpec | ErrorCode::Ambiguous, _) => Self::Invalid(message),
            (
                ErrorCode::Exists
                | ErrorCode::Locked
                | ErrorCode::Conflict
                | ErrorCode::Modified
                | ErrorCode::Unmerged
                | ErrorCode::Uncommitted
                | ErrorCode::BareRepo,
                _,
            ) => Self::Conflict(message),
            (ErrorCode::Owner, _) => {
                Self::Unavailable("the repository belongs to another user".to_owned())
            }
            // A name that collides with a folder of names, or a branch that is checked out elsewhere.
            (ErrorCode::GenericError, ErrorClass::Reference | ErrorClass::Worktree) => {
                Self::Conflict(message)
            }
            _ => Self::Unavailable(message),
        }
    }
}

impl From<Stopped> for GitError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Busy => Self::Busy,
            Stopped::Deadline => Self::Deadline,
            Stopped::Panicked => Self::Panicked,
        }
    }
}

/// Says what was being done when libgit2 failed.
pub(super) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, GitError>;
}

impl<T> Doing<T> for Result<T, git2::Error> {
    fn doing(self, what: &str) -> Result<T, GitError> {
        self.map_err(|error| GitError::of(what, &error))
    }
}
