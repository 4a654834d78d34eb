//! `git_get_remote`: says where a remote of a repository is.

use sinew_schema::{EffectError, GitGetRemoteRequest, GitGetRemoteResponse};

use super::{judged, needs_read, on_git};
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;

on_git!(GitGetRemote);

impl Effect for GitGetRemote {
    type Request = GitGetRemoteRequest;
    type Response = GitGetRemoteResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let judged = judged(&request.path, need);
        let remote = self
            .git
            .remote(judged, request.remote, call.deadline)
            .await?;
        let server = remote.url.remote();
        Ok(GitGetRemoteResponse {
            remote: remote.name,
            host: server.map(|server| server.host().to_owned()),
            repository: server.map(|server| {
                let path = server.path().trim_matches('/');
                path.strip_suffix(".git").unwrap_or(path).to_owned()
            }),
            url: remote.url.without_user(),
            extra: Fields::new(),
        })
    }
}
