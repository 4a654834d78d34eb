//! `git_remove_worktree`: removes a worktree and its folder.

use sinew_schema::{EffectError, GitRemoveWorktreeRequest, GitRemoveWorktreeResponse};

use super::{judged_and_folder, named, named_folder, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

on_git!(GitRemoveWorktree);

impl Effect for GitRemoveWorktree {
    type Request = GitRemoveWorktreeRequest;
    type Response = GitRemoveWorktreeResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        let folder_asked = request.worktree_path.clone();
        let folder = named_folder(&self.git, call, &mut request.worktree_path).await?;
        let mut named = named(&self.git, call, &mut request.path).await?;
        named.judged.paths.push(folder);
        let nothing_moves: [&str; 0] = [];
        Ok(
            Need::git_write(&named.asked, named.judged.paths, nothing_moves)
                .also_asked(&folder_asked),
        )
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let (judged, path) = judged_and_folder(&request.path, need)?;
        let force = request.force.unwrap_or(false);
        let removed = self
            .git
            .remove_worktree(judged, path, force, call.deadline)
            .await?;
        Ok(GitRemoveWorktreeResponse {
            worktree_path: types::lossy_path(&removed.path),
            branch: removed.branch,
            extra: Fields::new(),
        })
    }
}
