//! What is checked out.

use git2::{ErrorCode, Reference, ReferenceType, Repository};

use super::GitError;
use super::error::Doing as _;

/// Longer chains of symbolic references than this are circles; git stops there, too.
const SYMBOLIC_DEPTH_MAX: usize = 5;

/// What `HEAD` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Every reference on the way from `HEAD` to the branch, the branch last; empty when `HEAD` is detached. More than
    /// one where a branch is itself a symbolic reference.
    pub references: Vec<String>,
    /// The commit; none on a branch that has none yet.
    pub commit: Option<String>,
}

impl Head {
    /// The branch's full name; none when `HEAD` is detached.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.references.last().map(String::as_str)
    }

    /// The branch's short name; none when `HEAD` is detached.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        let name = self.references.first()?;
        Some(name.strip_prefix("refs/heads/").unwrap_or(name))
    }
}

/// Reads `HEAD`.
pub(super) fn read(repository: &Repository) -> Result<Head, GitError> {
    let head = repository.find_reference("HEAD").doing("read `HEAD`")?;
    match target_of(&head)? {
        Some(branch) => follow(repository, branch),
        None => Ok(Head {
            references: Vec::new(),
            commit: head.target().map(|id| id.to_string()),
        }),
    }
}

/// Follows a branch that `HEAD` names to its commit.
pub(super) fn follow(repository: &Repository, branch: String) -> Result<Head, GitError> {
    let mut references = vec![branch.clone()];
    let mut at = branch;
    loop {
        let reference = match repository.find_reference(&at) {
            Ok(reference) => reference,
            // A branch without a commit exists by being named.
            Err(error) if error.code() == ErrorCode::NotFound => {
                return Ok(Head {
                    references,
                    commit: None,
                });
            }
            Err(error) => return Err(GitError::of("read `HEAD`", &error)),
        };
        let Some(target) = target_of(&reference)? else {
            return Ok(Head {
                references,
                commit: reference.target().map(|id| id.to_string()),
            });
        };
        if references.len() >= SYMBOLIC_DEPTH_MAX {
            return Err(GitError::Unavailable("`HEAD` goes in circles".to_owned()));
        }
        references.push(target.clone());
        at = target;
    }
}

/// What a symbolic reference names; none for one that names an object.
fn target_of(reference: &Reference<'_>) -> Result<Option<String>, GitError> {
    if reference.kind() != Some(ReferenceType::Symbolic) {
        return Ok(None);
    }
    let name = reference.symbolic_target().ok().flatten();
    name.map(|name| Some(name.to_owned()))
        .ok_or_else(|| GitError::Unavailable("a reference's name is not UTF-8".to_owned()))
}
