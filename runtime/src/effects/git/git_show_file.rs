//! `git_show_file`: reads a file as it is in a revision.

use sinew_schema::{EffectError, GitShowFileRequest, GitShowFileResponse};

use super::{judged, needs_read, on_git};
use crate::effects::bytes::text_or_base64;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::{FileKind, FileQuery};

on_git!(GitShowFile);

impl Effect for GitShowFile {
    type Request = GitShowFileRequest;
    type Response = GitShowFileResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let query = FileQuery {
            revision: request.revision,
            file: request.file,
            bytes_max: request.max_bytes,
        };
        let shown = self.git.show_file(judged, query, call.deadline).await?;
        let truncated = (shown.content.len() as u64) < shown.total_bytes;
        let (text, base64) = text_or_base64(shown.content, truncated);
        let kind = match shown.kind {
            FileKind::File => GitShowFileResponse::KIND_FILE,
            FileKind::Executable => GitShowFileResponse::KIND_EXECUTABLE,
            FileKind::Symlink => GitShowFileResponse::KIND_SYMLINK,
        };
        Ok(GitShowFileResponse {
            blob: shown.blob,
            kind: kind.to_owned(),
            text,
            base64,
            total_bytes: shown.total_bytes,
            truncated,
            extra: Fields::new(),
        })
    }
}
