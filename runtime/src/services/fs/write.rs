//! Writing a whole file, all of it or nothing.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, fchmod, fsync, linkat, mkdirat, renameat, renameat_with,
    unlinkat,
};
use rustix::io::Errno;

use super::asking::Asking;
use super::error::Doing as _;
use super::folder::Folder;
use super::place::split;
use super::service::Locks;
use super::stat::Status;
use super::{FsError, FsService, FsSettings, Kind, digest};
use crate::services::threads::Wanted;

const DOING: &str = "write the file";
const MODE_USUAL: u32 = 0o644;

/// What has to be there before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Condition {
    /// Anything or nothing.
    #[default]
    Always,
    /// Nothing.
    Absent,
    /// A file.
    Present,
}

/// What to write.
#[derive(Debug, Clone, Default)]
pub struct WriteQuery {
    /// The whole content.
    pub content: Vec<u8>,
    /// What has to be there before.
    pub condition: Condition,
    /// SHA-256 of what has to be the content before.
    pub if_digest: Option<String>,
    /// Permission bits, where they are not those of the file before.
    pub mode: Option<u32>,
    /// Whether to make missing folders.
    pub folders: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Length of the file.
    pub bytes: u64,
    /// Whether there was none before.
    pub created: bool,
    /// SHA-256 of the content.
    pub digest: String,
}

/// A file under a name of our own, which is gone again unless it takes another file's place.
struct Draft<'f> {
    folder: &'f Folder,
    name: Option<OsString>,
}

impl FsService {
    /// Writes a file. `permitted` is asked about each folder that is made on the way.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Conflict` where the condition does not hold, where something else than a regular file is in the way or
    /// a link came into it, `Invalid` for a folder, `TooLarge`, and `Withheld` for a folder that may not be made.
    pub async fn write(
        &self,
        place: PathBuf,
        query: WriteQuery,
        permitted: impl FnMut(&Path) -> bool + Send,
        deadline: Instant,
    ) -> Result<Written, FsError> {
        let locks = self.locks();
        self.asking(deadline, permitted, move |settings, wanted, asking| {
            let most = settings.file_bytes_max;
            if query.content.len() as u64 > most {
                return Err(FsError::TooLarge(format!(
                    "a file that is written has at most {most} bytes"
                )));
            }
            if query.folders {
                make_around(settings, asking, wanted, &place)?;
            }
            let (folder, name) = Folder::around(&place, settings.opening)?;
            let target = Target {
                settings,
                wanted,
                place: &place,
                folder: &folder,
                name,
            };
            target.write(&locks, &query)
        })
        .await
    }
}

struct Target<'a> {
    settings: &'a FsSettings,
    wanted: &'a Wanted,
    place: &'a Path,
    folder: &'a Folder,
    name: &'a OsStr,
}

impl Target<'_> {
    fn write(&self, locks: &Locks, query: &WriteQuery) -> Result<Written, FsError> {
        let before = meets(self.folder, self.name, query.condition, DOING)?;
        let mode = query
            .mode
            .or(before.map(|before| before.mode))
            .unwrap_or(MODE_USUAL);
        let mut draft = Draft::of(self.folder, &query.content, mode)?;
        let created = {
            let _alone = locks.hold(self.place);
            self.wanted.check()?;
            let before = meets(self.folder, self.name, query.condition, DOING)?;
            digest::expect(
                self.folder,
                self.name,
                query.if_digest.as_deref(),
                self.settings.file_bytes_max,
                self.wanted,
            )?;
            draft.take_the_place_of(self.name, query.condition)?;
            before.is_none()
        };
        // Without the right to read the folder it cannot be asked to be durable; what is in it is.
        if let Ok(handle) = self.folder.readable() {
            let _ = fsync(handle);
        }
        Ok(Written {
            bytes: query.content.len() as u64,
            created,
            digest: digest::of_bytes(&query.content),
        })
    }
}

/// What is there before, if it is what the condition asks for.
pub(super) fn meets(
    folder: &Folder,
    name: &OsStr,
    condition: Condition,
    doing: &str,
) -> Result<Option<Status>, FsError> {
    let Some(status) = folder.status_if_any(name)? else {
        return match condition {
            Condition::Present => Err(FsError::of(doing, Errno::NOENT)),
            Condition::Always | Condition::Absent => Ok(None),
        };
    };
    let status = Status::of(&status);
    match status.kind {
        Kind::Folder => Err(FsError::of(doing, Errno::ISDIR)),
        _ if condition == Condition::Absent => Err(FsError::of(doing, Errno::EXIST)),
        Kind::File => Ok(Some(status)),
        Kind::Link => Err(FsError::of(doing, Errno::LOOP)),
        Kind::Other => Err(FsError::no_file(doing)),
    }
}

/// Makes the missing folders around a place.
fn make_around(
    settings: &FsSettings,
    asking: &Asking,
    wanted: &Wanted,
    place: &Path,
) -> Result<(), FsError> {
    let Some((parent, _)) = split(place)? else {
        return Ok(());
    };
    let mut missing = Vec::new();
    let mut folder = None;
    for ancestor in parent.ancestors() {
        match Folder::open(ancestor, settings.opening) {
            Ok(there) => {
                folder = Some(there);
                break;
            }
            Err(FsError::NotFound(_)) if missing.len() < settings.depth_max => {
                missing.push(ancestor.to_path_buf());
            }
            Err(error) => return Err(error),
        }
    }
    let Some(mut folder) = folder else {
        return Err(FsError::of(DOING, Errno::NOENT));
    };
    missing.reverse();
    if asking.permitted(missing.clone())?.contains(&false) {
        return Err(FsError::Withheld);
    }
    for path in &missing {
        wanted.check()?;
        let name = path.file_name().unwrap_or_default();
        match mkdirat(folder.handle(), name, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(FsError::of("make the folder", errno)),
        }
        folder = folder.sub(name)?;
    }
    Ok(())
}

// === impl Draft ===

impl<'f> Draft<'f> {
    /// Writes a draft and makes it durable.
    fn of(folder: &'f Folder, content: &[u8], mode: u32) -> Result<Self, FsError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        const TRIES: usize = 1_000;
        for _ in 0..TRIES {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = OsString::from(format!(".sinew-{}-{number}", std::process::id()));
            let private = Mode::RUSR | Mode::WUSR;
            let mut file = match folder.create(&name, OFlags::WRONLY, private) {
                Ok(file) => file,
                // Somebody else's, or left by a crash.
                Err(Errno::EXIST) => continue,
                Err(errno) => return Err(FsError::of(DOING, errno)),
            };
            let draft = Self {
                folder,
                name: Some(name),
            };
            file.write_all(content).doing(DOING)?;
            fchmod(&file, Mode::from_raw_mode(mode)).doing(DOING)?;
            file.sync_all().doing(DOING)?;
            return Ok(draft);
        }
        Err(FsError::of(DOING, Errno::EXIST))
    }

    fn take_the_place_of(&mut self, name: &OsStr, condition: Condition) -> Result<(), FsError> {
        let Some(own) = self.name.take() else {
            return Ok(());
        };
        let folder = self.folder.handle();
        let moved = match condition {
            Condition::Absent => {
                match renameat_with(folder, &own, folder, name, RenameFlags::NOREPLACE) {
                    // Not every file system can do that. A link does not replace anything either.
                    Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                        let linked = linkat(folder, &own, folder, name, AtFlags::empty());
                        linked.and_then(|()| unlinkat(folder, &own, AtFlags::empty()))
                    }
                    moved => moved,
                }
            }
            Condition::Always | Condition::Present => renameat(folder, &own, folder, name),
        };
        if moved.is_err() {
            self.name = Some(own);
        }
        moved.doing(DOING)
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            let _ = unlinkat(self.folder.handle(), name, AtFlags::empty());
        }
    }
}
