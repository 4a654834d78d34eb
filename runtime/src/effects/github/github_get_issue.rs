//! `github_get_issue`: describes an issue.

use sinew_schema::{EffectError, GithubGetIssueRequest, GithubGetIssueResponse};

use super::{needs, on_github, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{Listed, RepositoryName};

on_github!(GithubGetIssue);

impl Effect for GithubGetIssue {
    type Request = GithubGetIssueRequest;
    type Response = GithubGetIssueResponse;

    needs!("issues.read");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let number = request.number;
        let issue = self
            .github
            .issue(&repository, number, call.deadline)
            .await?;
        let wanted = request.comments.unwrap_or_default();
        let comments = match (wanted, issue.comments) {
            (0, count) => Listed {
                items: Vec::new(),
                truncated: count != Some(0),
            },
            (wanted, _) => {
                self.github
                    .comments(&repository, number, wanted, call.deadline)
                    .await?
            }
        };
        Ok(GithubGetIssueResponse {
            issue: types::issue(issue),
            comments: comments.items.into_iter().map(types::comment).collect(),
            truncated: comments.truncated,
            extra: Fields::new(),
        })
    }
}
