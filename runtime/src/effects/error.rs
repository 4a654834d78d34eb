//! The border between what fails inside the host and what a guest is told about it. Refusals cross it in `permits`.

use sinew_schema::EffectError;

use crate::services::fs::FsError;
use crate::services::git::GitError;
use crate::services::github::GithubError;
use crate::services::llm::LlmError;
use crate::services::net::NetError;
use crate::services::process::ProcessError;

/// What the git service says.
impl From<GitError> for EffectError {
    fn from(error: GitError) -> Self {
        let code = match &error {
            GitError::NotFound(_) => Self::CODE_NOT_FOUND,
            GitError::Conflict(_) => Self::CODE_CONFLICT,
            GitError::Invalid(_) => Self::CODE_INVALID_REQUEST,
            GitError::TooLarge(_) => Self::CODE_TOO_LARGE,
            GitError::Unavailable(_) | GitError::Busy => Self::CODE_UNAVAILABLE,
            GitError::InDoubt(_) => Self::CODE_IN_DOUBT,
            GitError::Deadline => Self::CODE_DEADLINE,
            GitError::Panicked => Self::CODE_INTERNAL,
        };
        Self::new(code, error.to_string())
    }
}

/// What the file service says.
impl From<FsError> for EffectError {
    fn from(error: FsError) -> Self {
        let code = match &error {
            FsError::NotFound(_) => Self::CODE_NOT_FOUND,
            FsError::Conflict(_) => Self::CODE_CONFLICT,
            FsError::Invalid(_) => Self::CODE_INVALID_REQUEST,
            FsError::TooLarge(_) => Self::CODE_TOO_LARGE,
            FsError::Withheld => Self::CODE_DENIED,
            FsError::Unavailable(_) | FsError::Busy => Self::CODE_UNAVAILABLE,
            FsError::Deadline => Self::CODE_DEADLINE,
            FsError::Panicked => Self::CODE_INTERNAL,
        };
        Self::new(code, error.to_string())
    }
}

/// What the process service says.
impl From<ProcessError> for EffectError {
    fn from(error: ProcessError) -> Self {
        let code = match &error {
            ProcessError::NotFound(_) => Self::CODE_NOT_FOUND,
            ProcessError::Conflict(_) => Self::CODE_CONFLICT,
            ProcessError::Unavailable(_) | ProcessError::Busy => Self::CODE_UNAVAILABLE,
            ProcessError::Deadline => Self::CODE_DEADLINE,
        };
        Self::new(code, error.to_string())
    }
}

/// What the GitHub service says.
impl From<GithubError> for EffectError {
    fn from(error: GithubError) -> Self {
        let code = match &error {
            GithubError::NotFound(_) => Self::CODE_NOT_FOUND,
            GithubError::Conflict(_) => Self::CODE_CONFLICT,
            GithubError::Invalid(_) => Self::CODE_INVALID_REQUEST,
            GithubError::Denied(_) => Self::CODE_DENIED,
            GithubError::TooLarge(_) => Self::CODE_TOO_LARGE,
            GithubError::RateLimited(_) => Self::CODE_RATE_LIMITED,
            GithubError::Unavailable(_) => Self::CODE_UNAVAILABLE,
            GithubError::InDoubt(_) => Self::CODE_IN_DOUBT,
            GithubError::Deadline => Self::CODE_DEADLINE,
        };
        let mut told = Self::new(code, error.to_string());
        if let GithubError::RateLimited(wait) = error {
            told.retry_after_ms = Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        }
        told
    }
}

/// What the network service says.
impl From<NetError> for EffectError {
    fn from(error: NetError) -> Self {
        let code = match &error {
            NetError::Invalid(_) => Self::CODE_INVALID_REQUEST,
            NetError::TooLarge(_) => Self::CODE_TOO_LARGE,
            NetError::NoSecret(_) => Self::CODE_DENIED,
            NetError::Unavailable(_) => Self::CODE_UNAVAILABLE,
            NetError::InDoubt(_) => Self::CODE_IN_DOUBT,
            NetError::Deadline => Self::CODE_DEADLINE,
        };
        Self::new(code, error.to_string())
    }
}

/// What the LLM service says.
impl From<LlmError> for EffectError {
    fn from(error: LlmError) -> Self {
        let (code, retry_after) = match &error {
            LlmError::NotFound(_) => (Self::CODE_NOT_FOUND, None),
            LlmError::Invalid(_) => (Self::CODE_INVALID_REQUEST, None),
            LlmError::TooLarge(_) => (Self::CODE_TOO_LARGE, None),
            LlmError::RateLimited { retry_after, .. } => (Self::CODE_RATE_LIMITED, *retry_after),
            LlmError::Unavailable(_) => (Self::CODE_UNAVAILABLE, None),
            LlmError::Deadline => (Self::CODE_DEADLINE, None),
            LlmError::InDoubt(_) => (Self::CODE_IN_DOUBT, None),
        };
        let mut told = Self::new(code, error.to_string());
        told.retry_after_ms =
            retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        told
    }
}

/// A request that contradicts itself.
pub(super) fn invalid(message: impl Into<String>) -> EffectError {
    EffectError::new(EffectError::CODE_INVALID_REQUEST, message)
}

/// A request for more than the host allows.
pub(super) fn too_large(message: impl Into<String>) -> EffectError {
    EffectError::new(EffectError::CODE_TOO_LARGE, message)
}

/// Somebody who cannot be reached, or does not make sense.
pub(super) fn unavailable(message: impl Into<String>) -> EffectError {
    EffectError::new(EffectError::CODE_UNAVAILABLE, message)
}

/// Something that does not exist.
pub(super) fn not_found(message: impl Into<String>) -> EffectError {
    EffectError::new(EffectError::CODE_NOT_FOUND, message)
}
