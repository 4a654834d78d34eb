//! `git_add_worktree`: checks a branch out in a new worktree.

use sinew_schema::{EffectError, GitAddWorktreeRequest, GitAddWorktreeResponse};

use super::{judged_and_folder, named, named_folder, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::{NewWorktree, branch_reference};

on_git!(GitAddWorktree);

impl Effect for GitAddWorktree {
    type Request = GitAddWorktreeRequest;
    type Response = GitAddWorktreeResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        let reference = branch_reference(&request.branch)?;
        let folder_asked = request.worktree_path.clone();
        let folder = named_folder(&self.git, call, &mut request.worktree_path).await?;
        let mut named = named(&self.git, call, &mut request.path).await?;
        named.judged.paths.push(folder);
        Ok(
            Need::git_write(&named.asked, named.judged.paths, [&reference])
                .also_asked(&folder_asked)
                .also_asked(&reference),
        )
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let (judged, path) = judged_and_folder(&request.path, need)?;
        let query = NewWorktree {
            path,
            branch: request.branch,
            create: request.create.unwrap_or(false),
            start: request.start,
        };
        let worktree = self.git.add_worktree(judged, query, call.deadline).await?;
        Ok(GitAddWorktreeResponse {
            worktree: types::worktree(worktree),
            extra: Fields::new(),
        })
    }
}
