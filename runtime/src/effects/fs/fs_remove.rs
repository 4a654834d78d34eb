//! `fs_remove`: removes a file, an empty folder, or a folder with everything in it.

use sinew_schema::{EffectError, FsRemoveRequest, FsRemoveResponse};

use super::{changeable, check_digest, judged, need_write, on_fs, told};
use crate::effects::bytes::lossy_path;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{Last, RemoveQuery};

on_fs!(FsRemove);

impl Effect for FsRemove {
    type Request = FsRemoveRequest;
    type Response = FsRemoveResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        check_digest(request.if_digest.as_ref())?;
        need_write(&self.fs, call, &mut request.path, Last::Kept).await
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let path = lossy_path(&place);
        let query = RemoveQuery {
            recursive: request.recursive.unwrap_or(false),
            if_digest: request.if_digest,
        };
        let mut refusal = None;
        let removed = {
            let permitted = changeable(call, need, &mut refusal);
            self.fs.remove(place, query, permitted, call.deadline).await
        };
        Ok(FsRemoveResponse {
            path,
            entries: removed.map_err(|error| told(error, refusal))?,
            extra: Fields::new(),
        })
    }
}
