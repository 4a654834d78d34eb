//! `github_create_issue`: makes an issue, once.

use sinew_schema::{EffectError, GithubCreateIssueRequest, GithubCreateIssueResponse};

use super::{marker, needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{NewIssue, RepositoryName};

on_github!(GithubCreateIssue);

impl Effect for GithubCreateIssue {
    type Request = GithubCreateIssueRequest;
    type Response = GithubCreateIssueResponse;

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
            "github_create_issue",
            &repository,
            None,
            request.idempotency_key.as_deref(),
        );
        let new = NewIssue {
            title: request.title,
            body: request.body.unwrap_or_default(),
            labels: request.labels,
            assignees: request.assignees,
        };
        let made = self
            .github
            .create_issue(&repository, new, &marker, call.deadline)
            .await?;
        Ok(GithubCreateIssueResponse {
            issue: types::issue(made.item),
            created: made.created,
            extra: Fields::new(),
        })
    }
}
