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

/// Judges what lies below a place that may be read.
fn readable<'a>(call: &'a Call<'_>, need: &'a Need) -> impl FnMut(&Path) -> bool + Send + 'a {
    move |path| call.host.permit(&at(need, path)).is_ok()
}

/// Judges what lies below a place that may be changed, and keeps the first refusal.
fn changeable<'a>(
    call: &'a Call<'_>,
    need: &'a Need,
    refusal: &'a mut Option<EffectError>,
) -> impl FnMut(&Path) -> bool + Send + 'a {
    move |path| match call.host.permit(&at(need, path)) {
        Ok(()) => true,
        Err(error) => {
            refusal.get_or_insert(error);
            false
        }
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
