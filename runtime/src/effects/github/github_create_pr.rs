//! `github_create_pr`: makes a pull request, once.

use sinew_schema::{EffectError, GithubCreatePrRequest, GithubCreatePrResponse};

use super::{marker, needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{NewPull, RepositoryName};

on_github!(GithubCreatePr);

impl Effect for GithubCreatePr {
    type Request = GithubCreatePrRequest;
    type Response = GithubCreatePrResponse;

    needs!("pulls.write");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let marker = marker(
            call,
            "github_create_pr",
            &repository,
            None,
            request.idempotency_key.as_deref(),
        );
        let new = NewPull {
            title: request.title,
            body: request.body.unwrap_or_default(),
            head: request.head,
            base: request.base,
            draft: request.draft.unwrap_or_default(),
        };
        let made = self
            .github
            .create_pull(&repository, &new, &marker, call.deadline)
            .await?;
        Ok(GithubCreatePrResponse {
            pull_request: types::pull(made.item),
            created: made.created,
            extra: Fields::new(),
        })
    }
}
