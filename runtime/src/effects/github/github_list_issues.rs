//! `github_list_issues`: lists the issues of a repository.

use sinew_schema::{EffectError, GithubListIssuesRequest, GithubListIssuesResponse};

use super::{need, on_github, state, types};
use crate::effects::error::invalid;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{IssueQuery, RepositoryName};

on_github!(GithubListIssues);

impl Effect for GithubListIssues {
    type Request = GithubListIssuesRequest;
    type Response = GithubListIssuesResponse;

    async fn need(
        &self,
        _call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        state(request.state.as_deref())?;
        if request.labels.iter().any(|label| label.contains(',')) {
            return Err(invalid("a label with a comma in it cannot be asked for"));
        }
        need(&mut request.repository, "issues.read")
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let query = IssueQuery {
            state: state(request.state.as_deref())?,
            labels: request.labels,
            assignee: request.assignee,
            author: request.author,
            since: request.since,
            limit: request.limit,
        };
        let listed = self
            .github
            .list_issues(&repository, query, call.deadline)
            .await?;
        Ok(GithubListIssuesResponse {
            issues: listed.items.into_iter().map(types::issue).collect(),
            truncated: listed.truncated,
            extra: Fields::new(),
        })
    }
}
