//! Branches.

use git2::Reference;

use super::GitError;

/// The full name of a branch, checked as git checks it.
pub(super) fn reference_of(branch: &str) -> Result<String, GitError> {
    let name = format!("refs/heads/{branch}");
    let valid =
        git2::Branch::name_is_valid(branch).unwrap_or(false) && Reference::is_valid_name(&name);
    if valid {
        Ok(name)
    } else {
        Err(GitError::Invalid(format!(
            "`{branch}` is no name for a branch"
        )))
    }
}
