//! `github_comment`: comments on an issue or a pull request, once.

use sinew_schema::{EffectError, GithubCommentRequest, GithubCommentResponse};

use super::{marker, needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{NewComment, RepositoryName};

on_github!(GithubComment);

impl Effect for GithubComment {
    type Request = GithubCommentRequest;
    type Response = GithubCommentResponse;

    needs!("issues.write");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let marker = marker(
            call,
            "github_comment",
            &repository,
            Some(request.number),
            request.idempotency_key.as_deref(),
        );
        let new = NewComment {
            number: request.number,
            body: request.body,
        };
        let made = self
            .github
            .create_comment(&repository, &new, &marker, call.deadline)
            .await?;
        Ok(GithubCommentResponse {
            comment: types::comment(made.item),
            created: made.created,
            extra: Fields::new(),
        })
    }
}
