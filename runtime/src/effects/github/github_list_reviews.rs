//! `github_list_reviews`: lists the reviews of a pull request.

use sinew_schema::{EffectError, GithubListReviewsRequest, GithubListReviewsResponse};

use super::{needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::RepositoryName;

on_github!(GithubListReviews);

impl Effect for GithubListReviews {
    type Request = GithubListReviewsRequest;
    type Response = GithubListReviewsResponse;

    needs!("pulls.read");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let listed = self
            .github
            .reviews(&repository, request.number, request.limit, call.deadline)
            .await?;
        Ok(GithubListReviewsResponse {
            reviews: listed.items.into_iter().map(types::review).collect(),
            truncated: listed.truncated,
            extra: Fields::new(),
        })
    }
}
