//! The family of files: what all of it shares about places, permits and types.

mod fs_append;
mod fs_list;
mod fs_read;
mod fs_remove;
mod fs_search;
mod fs_stat;
mod fs_write;

pub(super) use fs_append::FsAppend;
pub(super) use fs_list::FsList;
pub(super) use fs_read::FsRead;
pub(super) use fs_remove::FsRemove;
pub(super) use fs_search::FsSearch;
pub(super) use fs_stat::FsStat;
pub(super) use fs_write::FsWrite;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sinew_schema::{EffectError, FsCondition};

use super::Call;
use super::bytes::content;
use super::error::invalid;
use super::path::{absolute, canonical};
use crate::permits::Need;
use crate::services::fs::{Condition, FsError, FsService, Kind, Last};

/// Length of a SHA-256 in hexadecimal.
const DIGEST_LENGTH: usize = 64;

/// Declares an effect that has the file service and nothing else.
macro_rules! on_fs {
    ($effect:ident) => {
        #[derive(Debug)]
        pub(in crate::effects) struct $effect {
            fs: $crate::services::fs::FsService,
        }

        impl $effect {
            pub(in crate::effects) fn new(fs: &$crate::services::fs::FsService) -> Self {
                Self { fs: fs.clone() }
            }
        }
    };
}
use on_fs;

/// Declares the need of an effect that only reads the place at its request's `path`.
macro_rules! needs_read {
    () => {
        async fn need(
            &self,
            call: &$crate::effects::Call<'_>,
            request: &mut Self::Request,
        ) -> Result<$crate::permits::Need, ::sinew_schema::EffectError> {
            $crate::effects::fs::need_read(&self.fs, call, &mut request.path).await
        }
    };
}
use needs_read;

/// The need of an effect that looks at a place, and makes its path canonical.
async fn need_read(
    fs: &FsService,
    call: &Call<'_>,
    path: &mut String,
) -> Result<Need, EffectError> {
    let asked = vec![path.clone()];
    let path = place(fs, call, path, Last::Followed).await?;
    Ok(Need::FsRead { asked, path })
}

/// The need of an effect that changes a place, and makes its path canonical.
async fn need_write(
    fs: &FsService,
    call: &Call<'_>,
    path: &mut String,
    last: Last,
) -> Result<Need, EffectError> {
    let asked = vec![path.clone()];
    let path = place(fs, call, path, last).await?;
    Ok(Need::FsWrite { asked, path })
}

async fn place(
    fs: &FsService,
    call: &Call<'_>,
    path: &mut String,
    last: Last,
) -> Result<PathBuf, EffectError> {
    let place = fs.resolve(absolute(path)?, last, call.deadline).await?;
    canonical(path, &place);
    Ok(place)
}

/// The place that was judged.
fn judged(need: &Need) -> Result<PathBuf, EffectError> {
    match need {
        Need::FsRead { path, .. } | Need::FsWrite { path, .. } => Ok(path.clone()),
        _ => Err(invalid("no place was judged")),
    }
}

/// The need for what lies below the place that was judged.
fn at(need: &Need, path: &Path) -> Need {
    let mut below = need.clone();
    if let Need::FsRead { path: judged, .. } | Need::FsWrite { path: judged, .. } = &mut below {
        path.clone_into(judged);
    }
    below
}

/// Judges what lies below a place that may be read, and keeps the first refusal.
fn readable<'a>(
    call: &'a Call<'_>,
    need: &'a Need,
    first: &'a mut Option<String>,
) -> impl FnMut(&Path) -> bool + Send + 'a {
    move |path| match call.host.refusal(&at(need, path)) {
        None => true,
        Some(refusal) => {
            first.get_or_insert(refusal);
            false
        }
    }
}

/// Tells the operator what was withheld: in one line, however much there is of it.
fn tell_withheld(call: &Call<'_>, withheld: u64, first: Option<&str>) {
    if let Some(first) = first {
        tracing::warn!(target: "sinew::permit", plugin = call.plugin, turn = call.turn, "{first}; {withheld} withheld in all");
    }
}

/// Judges what lies below a place that may be changed, and keeps the first refusal, which is the one that is logged.
fn changeable<'a>(
    call: &'a Call<'_>,
    need: &'a Need,
    refusal: &'a mut Option<EffectError>,
) -> impl FnMut(&Path) -> bool + Send + 'a {
    move |path| {
        if refusal.is_some() {
            return call.host.refusal(&at(need, path)).is_none();
        }
        *refusal = call.host.permit(&at(need, path)).err();
        refusal.is_none()
    }
}

/// What a guest is told: why something below was refused, where that is what went wrong.
fn told(error: FsError, refusal: Option<EffectError>) -> EffectError {
    match (error, refusal) {
        (FsError::Withheld, Some(refusal)) => refusal,
        (error, _) => error.into(),
    }
}

/// A digest as a guest has to write it.
fn check_digest(digest: Option<&String>) -> Result<(), EffectError> {
    let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    match digest {
        Some(digest) if digest.len() != DIGEST_LENGTH || !digest.bytes().all(hexadecimal) => Err(
            invalid("`if_digest` is no SHA-256 in lower-case hexadecimal"),
        ),
        _ => Ok(()),
    }
}

/// What a request to write says by itself to be wrong. `what` is what has no content then.
fn check_content(
    text: Option<&String>,
    base64: Option<&String>,
    digest: Option<&String>,
    what: &str,
) -> Result<(), EffectError> {
    check_digest(digest)?;
    if text.is_none() && base64.is_none() {
        return Err(invalid(format!("{what} needs either `text` or `base64`")));
    }
    Ok(())
}

/// What is to be written.
fn written(text: Option<String>, base64: Option<String>) -> Result<Vec<u8>, EffectError> {
    Ok(content(text, base64, ["text", "base64"])?.unwrap_or_default())
}

fn condition(when: Option<FsCondition>) -> Condition {
    match when {
        None | Some(FsCondition::Always) => Condition::Always,
        Some(FsCondition::Absent) => Condition::Absent,
        Some(FsCondition::Present) => Condition::Present,
    }
}

/// A kind's word, which is the same wherever one stands.
fn kind(kind: Kind) -> String {
    match kind {
        Kind::File => "file",
        Kind::Folder => "folder",
        Kind::Link => "link",
        Kind::Other => "other",
    }
    .to_owned()
}

/// A time as the contract writes it; what no calendar has becomes the nearest that one has.
fn rfc3339(seconds: i64) -> String {
    let most = Timestamp::MAX.as_second();
    let seconds = seconds.clamp(Timestamp::MIN.as_second(), most);
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}
