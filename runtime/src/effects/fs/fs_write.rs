//! `fs_write`: writes a whole file, all of it or nothing.

use sinew_schema::{EffectError, FsWriteRequest, FsWriteResponse};

use super::{changeable, check_content, condition, judged, need_write, on_fs, told, written};
use crate::effects::bytes::lossy_path;
use crate::effects::error::invalid;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{Last, WriteQuery};

on_fs!(FsWrite);

impl Effect for FsWrite {
    type Request = FsWriteRequest;
    type Response = FsWriteResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        check_content(
            request.text.as_ref(),
            request.base64.as_ref(),
            request.if_digest.as_ref(),
            "a file",
        )?;
        mode(request.mode.as_ref())?;
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
        let query = WriteQuery {
            content: written(request.text, request.base64)?,
            condition: condition(request.when),
            if_digest: request.if_digest,
            mode: mode(request.mode.as_ref())?,
            folders: request.folders.unwrap_or(false),
        };
        let mut refusal = None;
        let written = {
            let permitted = changeable(call, need, &mut refusal);
            self.fs.write(place, query, permitted, call.deadline).await
        };
        let written = written.map_err(|error| told(error, refusal))?;
        Ok(FsWriteResponse {
            path,
            bytes: written.bytes,
            created: written.created,
            digest: written.digest,
            extra: Fields::new(),
        })
    }
}

/// Permission bits from three octal digits.
fn mode(mode: Option<&String>) -> Result<Option<u32>, EffectError> {
    let Some(mode) = mode else { return Ok(None) };
    if mode.len() == 3 && mode.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) {
        return Ok(u32::from_str_radix(mode, 8).ok());
    }
    Err(invalid("`mode` is three octal digits, such as `644`"))
}
