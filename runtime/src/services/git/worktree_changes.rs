//! Worktrees: making and removing them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use git2::{Reference, ReferenceType, Repository, WorktreeAddOptions, WorktreePruneOptions};

use super::branch::{self, branch_reference};
use super::error::Doing as _;
use super::location::resolve;
use super::status::{StatusQuery, status};
use super::worktrees::{Worktree, linked, names};
use super::{GitError, GitService, GitSettings, Judged, Location, location};
use crate::services::threads::Wanted;

/// How many worktrees of the same folder name one repository may have.
const SAME_NAME_MAX: usize = 1_000;

/// Which worktree to make.
#[derive(Debug, Clone, Default)]
pub struct NewWorktree {
    /// The folder, as [`GitService::resolve`] said when it was judged.
    pub path: PathBuf,
    /// Short name of the branch to check out.
    pub branch: String,
    /// Whether to create it first.
    pub create: bool,
    /// Where a created branch starts.
    pub start: Option<String>,
}

/// A worktree that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedWorktree {
    /// Its folder.
    pub path: PathBuf,
    /// The branch that was checked out there.
    pub branch: Option<String>,
}

impl GitService {
    /// Checks a branch out in a new worktree. No hook or filter is run.
    ///
    /// # Errors
    ///
    /// `Conflict` when the folder is there and not empty, when the branch is checked out elsewhere, or exists and was to
    /// be created; `NotFound` when the branch, the start or the folder around does not exist.
    pub async fn add_worktree(
        &self,
        judged: Judged,
        query: NewWorktree,
        deadline: Instant,
    ) -> Result<Worktree, GitError> {
        self.on(judged, deadline, move |repository, location, _, wanted| {
            add(repository, location, &query, wanted)
        })
        .await
    }

    /// Removes a worktree with its folder; its branch stays. `path` is what [`GitService::resolve`] said when it was judged.
    ///
    /// # Errors
    ///
    /// `Conflict` for the main worktree, the one the repository was named by, a locked one, and, unless `force`, one with
    /// changes or untracked files; `NotFound` where the repository has no such worktree.
    pub async fn remove_worktree(
        &self,
        judged: Judged,
        path: PathBuf,
        force: bool,
        deadline: Instant,
    ) -> Result<RemovedWorktree, GitError> {
        self.on(
            judged,
            deadline,
            move |repository, location, settings, wanted| {
                remove(repository, location, settings, &path, force, wanted)
            },
        )
        .await
    }
}

// === adding ===

fn add(
    repository: &Repository,
    location: &Location,
    query: &NewWorktree,
    wanted: &Wanted,
) -> Result<Worktree, GitError> {
    still_there(&query.path)?;
    if query.start.is_some() && !query.create {
        return Err(GitError::Invalid(
            "`start` is for a branch that is created".to_owned(),
        ));
    }
    let (Some(parent), Some(folder)) = (query.path.parent(), query.path.file_name()) else {
        return Err(GitError::Invalid(
            "`worktree_path` names no folder that could be made".to_owned(),
        ));
    };
    if in_git_dir(&query.path) {
        return Err(GitError::Invalid(
            "`worktree_path` lies inside a git directory".to_owned(),
        ));
    }
    if !parent.is_dir() {
        return Err(GitError::NotFound(
            "the folder around `worktree_path` does not exist".to_owned(),
        ));
    }
    let name = free_name(location, &folder.to_string_lossy())?;
    let reference_name = branch_reference(&query.branch)?;
    wanted.check()?;
    if query.create {
        branch::create(repository, &query.branch, query.start.as_deref(), wanted)?;
    }
    let made = repository
        .find_reference(&reference_name)
        .map_err(|_| GitError::NotFound(format!("no branch `{}`", query.branch)))
        .and_then(|reference| check_out(repository, &reference, &name, &query.path))
        .and_then(|()| linked(repository, location.common_dir(), &name));
    if made.is_err() && query.create {
        // What was made for a worktree that could not be made goes with it.
        let _ = repository
            .find_reference(&reference_name)
            .and_then(|mut reference| reference.delete());
    }
    made
}

fn check_out(
    repository: &Repository,
    reference: &Reference<'_>,
    name: &str,
    path: &Path,
) -> Result<(), GitError> {
    if reference.kind() == Some(ReferenceType::Symbolic) {
        return Err(GitError::Conflict(
            "the branch is a symbolic reference to another one".to_owned(),
        ));
    }
    // An empty folder may be there; libgit2 wants none. Anything but an empty folder stays, and is a conflict.
    let was_there = fs::symlink_metadata(path).is_ok();
    if was_there && fs::remove_dir(path).is_err() {
        return Err(GitError::Conflict(
            "`worktree_path` exists and is no empty folder".to_owned(),
        ));
    }
    let mut options = WorktreeAddOptions::new();
    options.reference(Some(reference));
    let added = repository
        .worktree(name, path, Some(&options))
        .doing("check the branch out");
    if let Err(error) = added {
        if let Ok(worktree) = repository.find_worktree(name) {
            let _ = worktree.prune(Some(
                WorktreePruneOptions::new().valid(true).working_tree(true),
            ));
        }
        if was_there {
            let _ = fs::create_dir(path);
        }
        return Err(error);
    }
    Ok(())
}

/// A name for what the repository keeps of the worktree: the folder's, with a number where that is taken.
fn free_name(location: &Location, folder: &str) -> Result<String, GitError> {
    let plain: String = folder
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() || "-_".contains(character) {
                character
            } else {
                '-'
            }
        })
        .take(64)
        .collect();
    let taken = location.common_dir().join("worktrees");
    (0..SAME_NAME_MAX)
        .map(|number| {
            if number == 0 {
                plain.clone()
            } else {
                format!("{plain}-{number}")
            }
        })
        .find(|name| fs::symlink_metadata(taken.join(name)).is_err())
        .ok_or_else(|| GitError::Conflict("too many worktrees have this folder's name".to_owned()))
}

/// Whether a path lies inside a git directory, where a checked-out file could be a hook or a line of configuration.
fn in_git_dir(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
        || path.ancestors().skip(1).any(|folder| {
            folder.join("HEAD").is_file()
                && folder.join("objects").is_dir()
                && folder.join("refs").is_dir()
        })
}

/// A judged folder that leads to another place by now is not the judged one.
fn still_there(path: &Path) -> Result<(), GitError> {
    if resolve(path) == path {
        Ok(())
    } else {
        Err(GitError::Conflict(
            "`worktree_path` leads elsewhere than when its permit was checked".to_owned(),
        ))
    }
}

// === removing ===

fn remove(
    repository: &Repository,
    location: &Location,
    settings: &GitSettings,
    path: &Path,
    force: bool,
    wanted: &Wanted,
) -> Result<RemovedWorktree, GitError> {
    still_there(path)?;
    if location.worktree() == Some(path) {
        return Err(GitError::Conflict(
            "a worktree is not removed from inside: name the repository by another".to_owned(),
        ));
    }
    let (_, main) = location::open(location.common_dir())?;
    if main.worktree() == Some(path) {
        return Err(GitError::Conflict(
            "the main worktree cannot be removed".to_owned(),
        ));
    }
    for name in names(repository)? {
        let worktree = linked(repository, location.common_dir(), &name)?;
        if resolve(&worktree.path) != path {
            continue;
        }
        if worktree.locked.is_some() {
            return Err(GitError::Conflict("the worktree is locked".to_owned()));
        }
        if !worktree.prunable {
            check_removable(&worktree, settings, force)?;
        }
        wanted.check()?;
        let mut options = WorktreePruneOptions::new();
        options.valid(true).working_tree(!worktree.prunable);
        // The handle says which folder goes, and it is looked at once more.
        let handle = repository
            .find_worktree(&name)
            .doing("remove the worktree")?;
        if resolve(handle.path()) != path {
            return Err(GitError::Conflict(
                "the worktree is in another place by now".to_owned(),
            ));
        }
        handle
            .prune(Some(&mut options))
            .doing("remove the worktree")?;
        let branch = worktree.head.branch().map(str::to_owned);
        return Ok(RemovedWorktree {
            path: path.to_path_buf(),
            branch,
        });
    }
    Err(GitError::NotFound(
        "the repository has no such worktree".to_owned(),
    ))
}

/// The folder has to be the worktree that the repository takes it for: a forged note in the repository must not delete
/// any other folder.
fn check_removable(
    worktree: &Worktree,
    settings: &GitSettings,
    force: bool,
) -> Result<(), GitError> {
    let (repository, location) = location::open(&worktree.path)?;
    let same = location.worktree() == Some(&*worktree.path)
        && location.git_dir() == worktree.git_dir
        && location.common_dir() == worktree.common_dir;
    if !same {
        return Err(GitError::Conflict(
            "the folder is not the worktree that the repository takes it for".to_owned(),
        ));
    }
    if force {
        return Ok(());
    }
    let query = StatusQuery {
        untracked: true,
        limit: Some(1),
        ..StatusQuery::default()
    };
    if status(&repository, &location, settings, &query)?
        .entries
        .is_empty()
    {
        Ok(())
    } else {
        Err(GitError::Conflict(
            "the worktree has changes or untracked files; `force` loses them".to_owned(),
        ))
    }
}
