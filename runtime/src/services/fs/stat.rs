//! What is at a place.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Instant;

use rustix::fs::{FileType, OFlags, Stat};

use super::error::Doing as _;
use super::folder::Folder;
use super::{FsError, FsService, FsSettings, digest};
use crate::services::threads::Wanted;

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device.
    Other,
}

/// What is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What it is.
    pub kind: Kind,
    /// Length in bytes.
    pub bytes: u64,
    /// Permission bits.
    pub mode: u32,
    /// When the content last changed, in seconds since 1970-01-01T00:00:00Z.
    pub modified: i64,
    /// How many names it has.
    pub links: u64,
    /// SHA-256 of a file's content, where it was asked for.
    pub digest: Option<String>,
}

// === impl Kind ===

impl Kind {
    pub(super) fn of(status: &Stat) -> Self {
        Self::of_type(FileType::from_raw_mode(status.st_mode))
    }

    pub(super) fn of_type(kind: FileType) -> Self {
        match kind {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Folder,
            FileType::Symlink => Self::Link,
            _ => Self::Other,
        }
    }
}

// === impl Status ===

impl Status {
    #[allow(
        clippy::useless_conversion,
        clippy::cast_lossless,
        reason = "systems differ in the types of these numbers"
    )]
    pub(super) fn of(status: &Stat) -> Self {
        Self {
            kind: Kind::of(status),
            bytes: bytes_of(status),
            mode: u32::from(status.st_mode) & 0o777,
            modified: i64::try_from(status.st_mtime).unwrap_or_default(),
            links: u64::from(status.st_nlink),
            digest: None,
        }
    }
}

/// How long a file's content is.
pub(super) fn bytes_of(status: &Stat) -> u64 {
    u64::try_from(status.st_size).unwrap_or_default()
}

impl FsService {
    /// Says what is at a place.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Conflict` where a link came into the way, and `TooLarge` for a digest of too large a file.
    pub async fn stat(
        &self,
        place: PathBuf,
        with_digest: bool,
        deadline: Instant,
    ) -> Result<Status, FsError> {
        self.run(deadline, move |settings, wanted| {
            let (folder, name) = Folder::around(&place, settings.opening)?;
            stat(settings, wanted, &folder, name, with_digest)
        })
        .await
    }
}

fn stat(
    settings: &FsSettings,
    wanted: &Wanted,
    folder: &Folder,
    name: &OsStr,
    with_digest: bool,
) -> Result<Status, FsError> {
    let raw = folder.status(name).doing("look at it")?;
    let mut status = Status::of(&raw);
    match status.kind {
        // What was judged was canonical, so this came later.
        Kind::Link => return Err(FsError::of("look at it", rustix::io::Errno::LOOP)),
        Kind::File if with_digest => {
            let (mut file, raw) = folder.file(name, OFlags::RDONLY, "read the file")?;
            status = Status::of(&raw);
            status.digest = Some(digest::of(&mut file, settings.file_bytes_max, wanted)?);
        }
        _ => {}
    }
    Ok(status)
}
