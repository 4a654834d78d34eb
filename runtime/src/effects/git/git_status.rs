//! `git_status`: compares a worktree with its index, and the index with `HEAD`.

use sinew_schema::{EffectError, GitStatusRequest, GitStatusResponse};

use super::{judged, needs_read, on_git, types, wait};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::StatusQuery;

on_git!(GitStatus);

impl Effect for GitStatus {
    type Request = GitStatusRequest;
    type Response = GitStatusResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let query = StatusQuery {
            paths: request.paths,
            untracked: request.untracked.unwrap_or(true),
            limit: request.limit,
            wait: wait(request.wait_ms),
        };
        let status = self.git.status(judged, query, call.deadline).await?;
        let (ahead, behind) = status
            .upstream
            .as_ref()
            .map(|upstream| (upstream.ahead, upstream.behind))
            .unzip();
        Ok(GitStatusResponse {
            branch: status.head.branch().map(str::to_owned),
            head: status.head.commit,
            upstream: status.upstream.map(|upstream| upstream.name),
            ahead: ahead.map(|count| count as u64),
            behind: behind.map(|count| count as u64),
            entries: status.entries.iter().map(types::status_entry).collect(),
            truncated: status.truncated,
            extra: Fields::new(),
        })
    }
}
