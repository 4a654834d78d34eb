//! `github_get_file`: reads a file as it is in a revision at GitHub.

use sinew_schema::{EffectError, GithubGetFileRequest, GithubGetFileResponse};

use super::{needs, on_github};
use crate::effects::bytes::text_or_base64;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::github::{RemoteFileQuery, RepositoryName};

on_github!(GithubGetFile);

impl Effect for GithubGetFile {
    type Request = GithubGetFileRequest;
    type Response = GithubGetFileResponse;

    needs!("contents.read");

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        _need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let repository = RepositoryName::parse(&request.repository)?;
        let query = RemoteFileQuery {
            file: request.file,
            revision: request.revision,
            bytes_max: request.max_bytes,
        };
        let file = self.github.file(&repository, &query, call.deadline).await?;
        let truncated = (file.content.len() as u64) < file.total_bytes;
        let (text, base64) = text_or_base64(file.content, truncated);
        let kind = if file.symlink {
            GithubGetFileResponse::KIND_SYMLINK
        } else {
            GithubGetFileResponse::KIND_FILE
        };
        Ok(GithubGetFileResponse {
            blob: file.blob,
            kind: kind.to_owned(),
            text,
            base64,
            total_bytes: file.total_bytes,
            truncated,
            extra: Fields::new(),
        })
    }
}
