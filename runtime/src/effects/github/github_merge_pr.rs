//! `github_merge_pr`: merges a pull request that ends in the expected commit.

use sinew_schema::{EffectError, GithubMergePrRequest, GithubMergePrResponse};

use super::{need, on_github};
use crate::effects::error::invalid;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{Merge, MergeMethod, RepositoryName};

on_github!(GithubMergePr);

impl Effect for GithubMergePr {
    type Request = GithubMergePrRequest;
    type Response = GithubMergePrResponse;

    async fn need(
        &self,
        _call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        method(request.method.as_deref())?;
        if !request.sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid("`sha` is no whole object id"));
        }
        need(&mut request.repository, "pulls.merge")
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let merge = Merge {
            number: request.number,
            method: method(request.method.as_deref())?,
            sha: request.sha,
            title: request.title,
            message: request.message,
        };
        let merged = self.github.merge(&repository, merge, call.deadline).await?;
        Ok(GithubMergePrResponse {
            sha: merged.sha,
            merged_before: merged.before,
            extra: Fields::new(),
        })
    }
}

fn method(word: Option<&str>) -> Result<MergeMethod, EffectError> {
    match word {
        None | Some(GithubMergePrRequest::METHOD_MERGE) => Ok(MergeMethod::Merge),
        Some(GithubMergePrRequest::METHOD_SQUASH) => Ok(MergeMethod::Squash),
        Some(GithubMergePrRequest::METHOD_REBASE) => Ok(MergeMethod::Rebase),
        Some(_) => Err(invalid("`method` is `merge`, `squash` or `rebase`")),
    }
}
