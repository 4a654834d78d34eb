//! `github_get_checks`: says what checks say of a commit.

use sinew_schema::{EffectError, GithubGetChecksRequest, GithubGetChecksResponse};

use super::{needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::RepositoryName;

on_github!(GithubGetChecks);

impl Effect for GithubGetChecks {
    type Request = GithubGetChecksRequest;
    type Response = GithubGetChecksResponse;

    needs!("checks.read");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let checks = self
            .github
            .checks(&repository, &request.revision, request.limit, call.deadline)
            .await?;
        let state = if checks.any_failed() {
            GithubGetChecksResponse::STATE_FAILURE
        } else if checks.any_pending() {
            GithubGetChecksResponse::STATE_PENDING
        } else if checks.checks.is_empty() {
            GithubGetChecksResponse::STATE_NONE
        } else {
            GithubGetChecksResponse::STATE_SUCCESS
        };
        Ok(GithubGetChecksResponse {
            commit: checks.commit,
            state: state.to_owned(),
            checks: checks.checks.into_iter().map(types::check).collect(),
            truncated: checks.truncated,
            extra: Fields::new(),
        })
    }
}
