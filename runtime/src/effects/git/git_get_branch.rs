//! `git_get_branch`: names the branch that is checked out in a worktree.

use sinew_schema::{EffectError, GitGetBranchRequest, GitGetBranchResponse};

use super::{judged, needs_read, on_git};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

on_git!(GitGetBranch);

impl Effect for GitGetBranch {
    type Request = GitGetBranchRequest;
    type Response = GitGetBranchResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let head = self
            .git
            .head(judged(&request.path, need), call.deadline)
            .await?;
        Ok(GitGetBranchResponse {
            branch: head.branch().map(str::to_owned),
            detached: head.reference().is_none(),
            head: head.commit,
            extra: Fields::new(),
        })
    }
}
