//! Why a set of permit rules could not be read.

/// A rule that cannot be read, with the key it stands under.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {problem}")]
pub struct PermitError {
    /// The key as people wrote it, for example `permits.git.read[0]`.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl PermitError {
    pub(super) fn new(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            problem: problem.into(),
        }
    }
}
