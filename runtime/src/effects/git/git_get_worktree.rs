//! `git_get_worktree`: describes the worktree that a path lies in.

use sinew_schema::{EffectError, GitGetWorktreeRequest, GitGetWorktreeResponse};

use super::{judged, needs_read, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

on_git!(GitGetWorktree);

impl Effect for GitGetWorktree {
    type Request = GitGetWorktreeRequest;
    type Response = GitGetWorktreeResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let worktree = self
            .git
            .worktree(judged(&request.path, need), call.deadline)
            .await?;
        Ok(GitGetWorktreeResponse {
            worktree: types::worktree(worktree),
            extra: Fields::new(),
        })
    }
}
