//! `fs_append`: adds to the end of a file.

use sinew_schema::{EffectError, FsAppendRequest, FsAppendResponse};

use super::{check_content, condition, judged, need_write, on_fs, written};
use crate::effects::bytes::lossy_path;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{AppendQuery, Last};

on_fs!(FsAppend);

impl Effect for FsAppend {
    type Request = FsAppendRequest;
    type Response = FsAppendResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        check_content(
            request.text.as_ref(),
            request.base64.as_ref(),
            request.if_digest.as_ref(),
            "adding to a file",
        )?;
        need_write(&self.fs, call, &mut request.path, Last::Followed).await
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let path = lossy_path(&place);
        let query = AppendQuery {
            content: written(request.text, request.base64)?,
            condition: condition(request.when),
            if_digest: request.if_digest,
        };
        let (bytes, created) = self.fs.append(place, query, call.deadline).await?;
        Ok(FsAppendResponse {
            path,
            bytes,
            created,
            extra: Fields::new(),
        })
    }
}
