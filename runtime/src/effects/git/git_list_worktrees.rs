//! `git_list_worktrees`: lists the worktrees of a repository.

use sinew_schema::{EffectError, GitListWorktreesRequest, GitListWorktreesResponse};

use super::{judged, needs_read, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

on_git!(GitListWorktrees);

impl Effect for GitListWorktrees {
    type Request = GitListWorktreesRequest;
    type Response = GitListWorktreesResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let (worktrees, truncated) = self
            .git
            .worktrees(judged, request.limit, call.deadline)
            .await?;
        Ok(GitListWorktreesResponse {
            worktrees: worktrees.into_iter().map(types::worktree).collect(),
            truncated,
            extra: Fields::new(),
        })
    }
}
