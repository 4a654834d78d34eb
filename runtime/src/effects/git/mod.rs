//! The git family: what all of it shares about paths, permits and types.

mod git_add_worktree;
mod git_commit;
mod git_create_branch;
mod git_diff;
mod git_get_branch;
mod git_get_remote;
mod git_get_worktree;
mod git_list_worktrees;
mod git_log;
mod git_push;
mod git_remove_worktree;
mod git_show_file;
mod git_status;
mod types;

pub(super) use git_add_worktree::GitAddWorktree;
pub(super) use git_commit::GitCommit;
pub(super) use git_create_branch::GitCreateBranch;
pub(super) use git_diff::GitDiff;
pub(super) use git_get_branch::GitGetBranch;
pub(super) use git_get_remote::GitGetRemote;
pub(super) use git_get_worktree::GitGetWorktree;
pub(super) use git_list_worktrees::GitListWorktrees;
pub(super) use git_log::GitLog;
pub(super) use git_push::GitPush;
pub(super) use git_remove_worktree::GitRemoveWorktree;
pub(super) use git_show_file::GitShowFile;
pub(super) use git_status::GitStatus;

use std::path::PathBuf;

use sinew_schema::EffectError;

use super::Call;
use super::error::invalid;
use super::path::{absolute, canonical, wait};
use crate::permits::Need;
use crate::services::git::{GitService, Judged};

/// Declares an effect that has the git service and nothing else.
macro_rules! on_git {
    ($effect:ident) => {
        #[derive(Debug)]
        pub(in crate::effects) struct $effect {
            git: $crate::services::git::GitService,
        }

        impl $effect {
            pub(in crate::effects) fn new(git: &$crate::services::git::GitService) -> Self {
                Self { git: git.clone() }
            }
        }
    };
}
use on_git;

/// Declares the need of an effect that only reads the repository at its request's `path`.
macro_rules! needs_read {
    () => {
        async fn need(
            &self,
            call: &$crate::effects::Call<'_>,
            request: &mut Self::Request,
        ) -> Result<$crate::permits::Need, ::sinew_schema::EffectError> {
            $crate::effects::git::need_read(&self.git, call, &mut request.path).await
        }
    };
}
use needs_read;

/// A repository that a guest named: where it is, or what is left to judge where it is not.
#[derive(Debug)]
struct Named {
    asked: String,
    found: bool,
    judged: Judged,
}

/// Finds the repository that `path` lies in, and makes the path canonical.
///
/// A failure to find it is not told here: a guest without a permit must not learn which paths exist. Then the path is
/// judged as far as it leads, and `perform` says what is wrong with it.
async fn named(git: &GitService, call: &Call<'_>, path: &mut String) -> Result<Named, EffectError> {
    let asked = path.clone();
    let found = git.find(absolute(path)?, call.deadline).await?;
    canonical(path, &found.place);
    let paths = match &found.location {
        Some(location) => location.paths(),
        None => vec![found.place.clone()],
    };
    Ok(Named {
        asked,
        found: found.location.is_some(),
        judged: Judged {
            path: found.place,
            paths,
        },
    })
}

/// The need of an effect that only reads.
async fn need_read(
    git: &GitService,
    call: &Call<'_>,
    path: &mut String,
) -> Result<Need, EffectError> {
    let named = named(git, call, path).await?;
    Ok(Need::git_read(&named.asked, named.judged.paths))
}

/// The repository that was judged.
fn judged(path: &str, need: &Need) -> Judged {
    Judged {
        path: PathBuf::from(path),
        paths: need.paths().to_vec(),
    }
}

/// A folder that a guest named beside a repository; the path becomes canonical as far as it exists.
async fn named_folder(
    git: &GitService,
    call: &Call<'_>,
    path: &mut String,
) -> Result<PathBuf, EffectError> {
    let folder = git.resolve(absolute(path)?, call.deadline).await?;
    canonical(path, &folder);
    Ok(folder)
}

/// The repository that was judged, and the folder that was judged after it.
fn judged_and_folder(path: &str, need: &Need) -> Result<(Judged, PathBuf), EffectError> {
    let (folder, paths) = need
        .paths()
        .split_last()
        .ok_or_else(|| invalid("no folder was judged"))?;
    Ok((
        Judged {
            path: PathBuf::from(path),
            paths: paths.to_vec(),
        },
        folder.clone(),
    ))
}
