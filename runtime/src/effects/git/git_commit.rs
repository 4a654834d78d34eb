//! `git_commit`: commits to the branch that is checked out.

use sinew_schema::{EffectError, GitCommitRequest, GitCommitResponse};

use super::{judged, named, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::{CommitQuery, GitIdentity};

on_git!(GitCommit);

impl Effect for GitCommit {
    type Request = GitCommitRequest;
    type Response = GitCommitResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        let named = named(&self.git, call, &mut request.path).await?;
        let references = if named.found {
            // What is checked out is not the guest's to learn here: `perform` says what is wrong with it.
            let head = self.git.head(named.judged.clone(), call.deadline).await;
            head.map(|head| head.references).unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(Need::git_write(
            &named.asked,
            named.judged.paths,
            references,
        ))
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let query = CommitQuery {
            message: request.message,
            paths: request.paths,
            all: request.all.unwrap_or(false),
            author: request.author.map(|author| GitIdentity {
                name: author.name,
                email: author.email,
            }),
            allow_empty: request.allow_empty.unwrap_or(false),
            seconds: call.host.unix_micros().div_euclid(1_000_000),
            references: need.refs().to_vec(),
        };
        let (commit, branch) = self.git.commit(judged, query, call.deadline).await?;
        Ok(GitCommitResponse {
            commit: types::commit(commit),
            branch,
            extra: Fields::new(),
        })
    }
}
