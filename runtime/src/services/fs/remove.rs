//! Removing a file, or a folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::fs::{AtFlags, unlinkat};
use rustix::io::Errno;

use super::asking::Asking;
use super::error::Doing as _;
use super::folder::Folder;
use super::place::split;
use super::walk::entries;
use super::{FsError, FsService, FsSettings, Kind, digest};
use crate::services::threads::Wanted;

const DOING: &str = "remove it";

/// How to remove.
#[derive(Debug, Clone, Default)]
pub struct RemoveQuery {
    /// Whether a folder goes with everything in it.
    pub recursive: bool,
    /// SHA-256 of what has to be the file's content.
    pub if_digest: Option<String>,
}

impl FsService {
    /// Removes what is at a place, and returns how many entries that were. `permitted` is asked about everything below
    /// before anything is removed, and once more right before it goes.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Conflict` for a folder that is not empty or where a link came into the way, `TooLarge`, and
    /// `Withheld` for something below that may not be removed.
    pub async fn remove(
        &self,
        place: PathBuf,
        query: RemoveQuery,
        permitted: impl FnMut(&Path) -> bool + Send,
        deadline: Instant,
    ) -> Result<u64, FsError> {
        let locks = self.locks();
        self.asking(deadline, permitted, move |settings, wanted, asking| {
            if split(&place)?.is_none() {
                return Err(FsError::Invalid("the root cannot be removed".to_owned()));
            }
            let (folder, name) = Folder::around(&place, settings.opening)?;
            let _alone = locks.hold(&place);
            let status = folder.status(name).doing(DOING)?;
            let is_folder = Kind::of(&status) == Kind::Folder;
            if is_folder && query.if_digest.is_some() {
                return Err(FsError::Invalid("a folder has no digest".to_owned()));
            }
            let expected = query.if_digest.as_deref();
            digest::expect(&folder, name, expected, settings.file_bytes_max, wanted)?;
            wanted.check()?;
            if !is_folder {
                unlinkat(folder.handle(), name, AtFlags::empty()).doing(DOING)?;
                return Ok(1);
            }
            let mut removal = Removal {
                settings,
                wanted,
                asking,
                device: Device::of(&folder.sub(name)?)?,
                seen: 0,
            };
            if query.recursive {
                removal.go(&folder.sub(name)?, &place, 0, Pass::Look)?;
                removal.seen = 0;
                removal.go(&folder.sub(name)?, &place, 0, Pass::Remove)?;
            }
            unlinkat(folder.handle(), name, AtFlags::REMOVEDIR).doing(DOING)?;
            Ok(removal.seen as u64 + 1)
        })
        .await
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Look,
    Remove,
}

struct Removal<'a> {
    settings: &'a FsSettings,
    wanted: &'a Wanted,
    asking: &'a Asking,
    device: Device,
    seen: usize,
}

/// Which file system a folder lies on.
#[derive(Debug, PartialEq, Eq)]
struct Device(u64);

impl Device {
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_sign_loss,
        reason = "systems differ in the type of this number"
    )]
    fn of(folder: &Folder) -> Result<Self, FsError> {
        Ok(Self(folder.own_status()?.st_dev as u64))
    }
}

impl Removal<'_> {
    fn go(
        &mut self,
        folder: &Folder,
        place: &Path,
        depth: usize,
        pass: Pass,
    ) -> Result<(), FsError> {
        if depth >= self.settings.depth_max {
            return Err(FsError::TooLarge(format!(
                "folders are removed with at most {} levels in them",
                self.settings.depth_max
            )));
        }
        if Device::of(folder)? != self.device {
            return Err(FsError::Conflict(
                "another file system is mounted in the folder".to_owned(),
            ));
        }
        let left = self.settings.visited_max.saturating_sub(self.seen);
        let (entries, all) = entries(folder, left, self.wanted)?;
        if !all {
            return Err(FsError::TooLarge(format!(
                "folders are removed with at most {} entries in them",
                self.settings.visited_max
            )));
        }
        self.seen += entries.len();
        let places = entries.iter().map(|(name, _)| place.join(name)).collect();
        if self.asking.permitted(places)?.contains(&false) {
            return Err(FsError::Withheld);
        }
        for (name, kind) in entries {
            self.wanted.check()?;
            if kind == Kind::Folder {
                self.go(&folder.sub(&name)?, &place.join(&name), depth + 1, pass)?;
            }
            if pass == Pass::Remove {
                gone(folder, &name, kind)?;
            }
        }
        Ok(())
    }
}

/// Removes an entry, unless somebody else was faster.
fn gone(folder: &Folder, name: &OsStr, kind: Kind) -> Result<(), FsError> {
    let flags = if kind == Kind::Folder {
        AtFlags::REMOVEDIR
    } else {
        AtFlags::empty()
    };
    match unlinkat(folder.handle(), name, flags) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(FsError::of(DOING, errno)),
    }
}
