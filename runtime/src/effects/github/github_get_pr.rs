//! `github_get_pr`: describes a pull request.

use sinew_schema::{EffectError, GithubGetPrRequest, GithubGetPrResponse};

use super::{needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::RepositoryName;

on_github!(GithubGetPr);

impl Effect for GithubGetPr {
    type Request = GithubGetPrRequest;
    type Response = GithubGetPrResponse;

    needs!("pulls.read");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let pull = self
            .github
            .pull(&repository, request.number, call.deadline)
            .await?;
        Ok(GithubGetPrResponse {
            pull_request: types::pull(pull),
            extra: Fields::new(),
        })
    }
}
