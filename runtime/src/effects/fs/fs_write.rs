//! `fs_write`: writes a whole file, all of it or nothing.

use sinew_schema::{EffectError, FsWriteRequest, FsWriteResponse};

use super::{changeable, check_digest, condition, judged, need_write, on_fs, told};
use crate::effects::bytes::{content, lossy_path};
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
        check_digest(request.if_digest.as_ref())?;
        mode(request.mode.as_ref())?;
        if request.text.is_none() && request.base64.is_none() {
            return Err(invalid("a file needs either `text` or `base64`"));
        }
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
            content: content(request.text, request.base64, ["text", "base64"])?.unwrap_or_default(),
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
