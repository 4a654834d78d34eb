//! `git_show_file`: reads a file as it is in a revision.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sinew_schema::{EffectError, GitShowFileRequest, GitShowFileResponse};

use super::{judged, need_read, on_git};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::git::{FileKind, FileQuery};

on_git!(GitShowFile);

impl Effect for GitShowFile {
    type Request = GitShowFileRequest;
    type Response = GitShowFileResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        need_read(&self.git, call, &mut request.path).await
    }

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

/// Content as text where it is UTF-8, and as base64 where it is not. Where content was cut, a character that the cut went
/// through is left out.
fn text_or_base64(content: Vec<u8>, truncated: bool) -> (Option<String>, Option<String>) {
    match String::from_utf8(content) {
        Ok(text) => (Some(text), None),
        Err(error) => {
            let (valid, cut) = (
                error.utf8_error().valid_up_to(),
                error.utf8_error().error_len().is_none(),
            );
            let mut content = error.into_bytes();
            if !(truncated && cut) {
                return (None, Some(STANDARD.encode(content)));
            }
            content.truncate(valid);
            (String::from_utf8(content).ok(), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_character_makes_no_text_binary() {
        let text = |bytes: &[u8], truncated| text_or_base64(bytes.to_vec(), truncated);
        assert_eq!(text("aä".as_bytes(), false), (Some("aä".to_owned()), None));
        assert_eq!(text(b"a\xc3", true), (Some("a".to_owned()), None));
        assert_eq!(text(b"a\xc3", false), (None, Some("YcM=".to_owned())));
        assert_eq!(text(b"a\xffb", true), (None, Some("Yf9i".to_owned())));
    }
}
