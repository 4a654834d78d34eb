//! `git_diff`: compares two states of a repository.

use sinew_schema::{EffectError, GitDiffRequest, GitDiffResponse};

use super::{judged, needs_read, on_git, types};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::DiffQuery;

on_git!(GitDiff);

impl Effect for GitDiff {
    type Request = GitDiffRequest;
    type Response = GitDiffResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let query = DiffQuery {
            from: request.from,
            to: request.to,
            staged: request.staged.unwrap_or(false),
            paths: request.paths,
            context_lines: request.context_lines,
            bytes_max: request.max_bytes,
            limit: request.limit,
        };
        let patch = self.git.diff(judged, query, call.deadline).await?;
        let text = types::lossy(&patch.text);
        Ok(GitDiffResponse {
            text_lossy: text.as_bytes() != patch.text,
            text,
            text_truncated: patch.text_truncated,
            truncated: patch.files_changed > patch.files.len() as u64,
            files: patch.files.iter().map(types::file_change).collect(),
            files_changed: patch.files_changed,
            insertions: patch.insertions,
            deletions: patch.deletions,
            extra: Fields::new(),
        })
    }
}
