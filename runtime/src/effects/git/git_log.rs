//! `git_log`: lists the commits that a revision reaches.

use sinew_schema::{EffectError, GitLogRequest, GitLogResponse};

use super::{judged, needs_read, on_git, types, wait};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::LogQuery;

on_git!(GitLog);

impl Effect for GitLog {
    type Request = GitLogRequest;
    type Response = GitLogResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let query = LogQuery {
            revision: request.revision,
            paths: request.paths,
            limit: request.limit,
            wait: wait(request.wait_ms),
        };
        let (commits, truncated) = self.git.log(judged, query, call.deadline).await?;
        Ok(GitLogResponse {
            commits: commits.into_iter().map(types::commit).collect(),
            truncated,
            extra: Fields::new(),
        })
    }
}
