//! `fs_list`: lists a folder, or a tree of folders.

use std::os::unix::ffi::OsStrExt as _;

use sinew_schema::{EffectError, FsEntry, FsListRequest, FsListResponse};

use super::{judged, kind, needs_read, on_fs, readable, rfc3339, tell_withheld};
use crate::effects::bytes::{lossy_path, path};
use crate::effects::path::wait;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{FsService, ListQuery};

on_fs!(FsList);

impl Effect for FsList {
    type Request = FsListRequest;
    type Response = FsListResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let root = lossy_path(&place);
        let query = ListQuery {
            depth: request.depth.unwrap_or(1) as usize,
            globs: request.globs,
            skip_ignored: request.skip_ignored.unwrap_or(false),
            entries_max: request.limit.map(|limit| limit as usize),
        };
        let deadline = FsService::within(call.deadline, wait(request.wait_ms));
        let mut refusal = None;
        let permitted = readable(call, need, &mut refusal);
        let listed = self.fs.list(place, query, permitted, deadline).await?;
        tell_withheld(call, listed.withheld, refusal.as_deref());
        let entries = listed.entries.into_iter().map(|entry| {
            let (path, path_base64) = path(entry.path.as_os_str().as_bytes());
            FsEntry {
                path,
                path_base64,
                kind: kind(entry.kind),
                bytes: entry.bytes,
                modified: entry.modified.map(rfc3339),
                extra: Fields::new(),
            }
        });
        Ok(FsListResponse {
            path: root,
            entries: entries.collect(),
            truncated: listed.truncated,
            withheld: listed.withheld,
            extra: Fields::new(),
        })
    }
}
