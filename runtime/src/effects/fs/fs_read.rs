//! `fs_read`: reads a file, or a range of its bytes.

use sinew_schema::{EffectError, FsReadRequest, FsReadResponse};

use super::{judged, needs_read, on_fs};
use crate::effects::bytes::{lossy_path, text_or_base64};
use crate::effects::path::wait;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{FsService, ReadQuery};

on_fs!(FsRead);

impl Effect for FsRead {
    type Request = FsReadRequest;
    type Response = FsReadResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let path = lossy_path(&place);
        let offset = request.offset.unwrap_or(0);
        let query = ReadQuery {
            offset,
            bytes_max: request.length,
            digest: request.digest.unwrap_or(false),
        };
        let deadline = FsService::within(call.deadline, wait(request.wait_ms));
        let read = self.fs.read(place, query, deadline).await?;
        let cut = offset.saturating_add(read.content.len() as u64) < read.total_bytes;
        let whole = read.content.len() as u64;
        let (text, base64) = text_or_base64(read.content, cut);
        let returned = text.as_ref().map_or(whole, |text| text.len() as u64);
        let end = offset.saturating_add(returned);
        Ok(FsReadResponse {
            path,
            text,
            base64,
            offset,
            next_offset: cut.then_some(end),
            total_bytes: read.total_bytes,
            truncated: cut,
            digest: read.digest,
            extra: Fields::new(),
        })
    }
}
