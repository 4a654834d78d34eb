//! Branches: their names, and making one.

use std::time::Instant;

use git2::{Reference, Repository};

use super::error::Doing as _;
use super::location::commit as commit_of;
use super::{GitError, GitService, Judged, head};
use crate::services::threads::Wanted;

/// A branch that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBranch {
    /// Full name.
    pub reference: String,
    /// The commit it points to.
    pub commit: String,
}

/// The full name of a branch, checked as git checks it.
///
/// # Errors
///
/// `Invalid` for what git takes for no branch's name.
pub fn branch_reference(branch: &str) -> Result<String, GitError> {
    let name = format!("refs/heads/{branch}");
    let valid =
        git2::Branch::name_is_valid(branch).unwrap_or(false) && Reference::is_valid_name(&name);
    if valid {
        Ok(name)
    } else {
        Err(GitError::Invalid(format!(
            "`{}` is no name for a branch",
            branch.escape_debug()
        )))
    }
}

impl GitService {
    /// Creates a branch without checking it out. `start` is `HEAD` where it is absent.
    ///
    /// # Errors
    ///
    /// `Conflict` when it exists, `NotFound` when the start does not.
    pub async fn create_branch(
        &self,
        judged: Judged,
        branch: String,
        start: Option<String>,
        deadline: Instant,
    ) -> Result<NewBranch, GitError> {
        self.on(judged, deadline, move |repository, _, _, wanted| {
            create(repository, &branch, start.as_deref(), wanted)
        })
        .await
    }
}

/// Creates a branch; never moves one that exists.
pub(super) fn create(
    repository: &Repository,
    branch: &str,
    start: Option<&str>,
    wanted: &Wanted,
) -> Result<NewBranch, GitError> {
    let reference = branch_reference(branch)?;
    if repository.find_reference(&reference).is_ok() {
        return Err(GitError::Conflict(format!("the branch `{branch}` exists")));
    }
    if collides(repository, &reference)? {
        return Err(GitError::Conflict(format!(
            "a branch exists whose name is the beginning of `{branch}`, or begins with it"
        )));
    }
    let commit = match start {
        Some(start) => commit_of(repository, start)?,
        None if head::read(repository)?.commit.is_none() => {
            return Err(GitError::NotFound(
                "`HEAD` has no commit yet that a branch could start at".to_owned(),
            ));
        }
        None => commit_of(repository, "HEAD")?,
    };
    wanted.check()?;
    repository
        .branch(branch, &commit, false)
        .doing("create the branch")?;
    Ok(NewBranch {
        reference,
        commit: commit.id().to_string(),
    })
}

/// A name cannot be a branch and the folder of one.
fn collides(repository: &Repository, reference: &str) -> Result<bool, GitError> {
    let above = reference
        .match_indices('/')
        .skip(2)
        .any(|(at, _)| repository.find_reference(&reference[..at]).is_ok());
    let below = repository
        .references_glob(&format!("{reference}/*"))
        .doing("list the branches")?
        .next()
        .is_some();
    Ok(above || below)
}
