//! `fs_search`: searches the content of files.

use std::os::unix::ffi::OsStrExt as _;

use sinew_schema::{EffectError, FsMatch, FsSearchRequest, FsSearchResponse};

use super::{judged, needs_read, on_fs, readable, tell_withheld};
use crate::effects::bytes::{lossy_path, path};
use crate::effects::path::wait;
use crate::effects::{Call, Effect, Fields};
use crate::permits::Need;
use crate::services::fs::{FsService, SearchLimit, SearchQuery};

on_fs!(FsSearch);

impl Effect for FsSearch {
    type Request = FsSearchRequest;
    type Response = FsSearchResponse;

    needs_read!();

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let place = judged(need)?;
        let root = lossy_path(&place);
        let patience = wait(request.wait_ms);
        let query = SearchQuery {
            pattern: request.pattern,
            literal: request.literal.unwrap_or(false),
            ignore_case: request.ignore_case.unwrap_or(false),
            word: request.word.unwrap_or(false),
            globs: request.globs,
            include_ignored: request.include_ignored.unwrap_or(false),
            context: request.context.unwrap_or(0) as usize,
            matches_max: request.limit.map(|limit| limit as usize),
            matches_per_file_max: request.limit_per_file.map(|limit| limit as usize),
            until: patience.map(|_| FsService::within(call.deadline, patience)),
        };
        let mut refusal = None;
        let permitted = readable(call, need, &mut refusal);
        let found = self
            .fs
            .search(place, query, permitted, call.deadline)
            .await?;
        tell_withheld(call, found.withheld, refusal.as_deref());
        let matches = found.matches.into_iter().map(|found| {
            let (path, path_base64) = path(found.path.as_os_str().as_bytes());
            FsMatch {
                path,
                path_base64,
                line: found.line,
                offset: found.offset,
                text: found.text,
                text_truncated: found.text_truncated.then_some(true),
                before: found.before,
                after: found.after,
                extra: Fields::new(),
            }
        });
        Ok(FsSearchResponse {
            path: root,
            matches: matches.collect(),
            files_searched: found.files,
            bytes_searched: found.bytes,
            truncated: found.limit.is_some(),
            limit: found.limit.map(|limit| limit_word(limit).to_owned()),
            skipped: Some(found.skipped).filter(|skipped| *skipped > 0),
            withheld: found.withheld,
            extra: Fields::new(),
        })
    }
}

fn limit_word(limit: SearchLimit) -> &'static str {
    match limit {
        SearchLimit::Matches => FsSearchResponse::LIMIT_MATCHES,
        SearchLimit::Files => FsSearchResponse::LIMIT_FILES,
        SearchLimit::Bytes => FsSearchResponse::LIMIT_BYTES,
        SearchLimit::Output => FsSearchResponse::LIMIT_OUTPUT,
        SearchLimit::Entries => FsSearchResponse::LIMIT_ENTRIES,
        SearchLimit::Time => FsSearchResponse::LIMIT_TIME,
    }
}
