//! `fs_stat`: says what is at a path.

use sinew_schema::{EffectError, FsStatRequest, FsStatResponse};

use super::{judged, kind, needs_read, on_fs, rfc3339};
use crate::effects::bytes::lossy_path;
use crate::effects::path::wait;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::FsService;

on_fs!(FsStat);

impl Effect for FsStat {
    type Request = FsStatRequest;
    type Response = FsStatResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let path = lossy_path(&place);
        let deadline = FsService::within(call.deadline, wait(request.wait_ms));
        let digest = request.digest.unwrap_or(false);
        let status = self.fs.stat(place, digest, deadline).await?;
        Ok(FsStatResponse {
            path,
            kind: kind(status.kind),
            bytes: status.bytes,
            mode: format!("{:03o}", status.mode),
            modified: rfc3339(status.modified),
            links: status.links,
            digest: status.digest,
            extra: Fields::new(),
        })
    }
}
