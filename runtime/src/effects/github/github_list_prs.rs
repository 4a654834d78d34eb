//! `github_list_prs`: lists the pull requests of a repository.

use sinew_schema::{EffectError, GithubListPrsRequest, GithubListPrsResponse};

use super::{need, on_github, state, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{PullQuery, RepositoryName};

on_github!(GithubListPrs);

impl Effect for GithubListPrs {
    type Request = GithubListPrsRequest;
    type Response = GithubListPrsResponse;

    async fn need(
        &self,
        _call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        state(request.state.as_deref())?;
        need(&mut request.repository, "pulls.read")
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let query = PullQuery {
            state: state(request.state.as_deref())?,
            head: request.head,
            base: request.base,
            limit: request.limit,
        };
        let listed = self
            .github
            .list_pulls(&repository, query, call.deadline)
            .await?;
        Ok(GithubListPrsResponse {
            pull_requests: listed.items.into_iter().map(types::pull).collect(),
            truncated: listed.truncated,
            extra: Fields::new(),
        })
    }
}
