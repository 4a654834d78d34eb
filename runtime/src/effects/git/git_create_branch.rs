//! `git_create_branch`: creates a branch without checking it out.

use sinew_schema::{EffectError, GitCreateBranchRequest, GitCreateBranchResponse};

use super::{judged, named, on_git};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::branch_reference;

on_git!(GitCreateBranch);

impl Effect for GitCreateBranch {
    type Request = GitCreateBranchRequest;
    type Response = GitCreateBranchResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        let reference = branch_reference(&request.branch)?;
        let named = named(&self.git, call, &mut request.path).await?;
        Ok(Need::git_write(&named.asked, named.judged.paths, [&reference]).also_asked(&reference))
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let made = self
            .git
            .create_branch(judged, request.branch.clone(), request.start, call.deadline)
            .await?;
        Ok(GitCreateBranchResponse {
            branch: request.branch,
            reference: made.reference,
            commit: made.commit,
            extra: Fields::new(),
        })
    }
}
