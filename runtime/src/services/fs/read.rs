//! Reading a file, or a range of it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::time::Instant;

use rustix::fs::OFlags;

use super::error::Doing as _;
use super::folder::Folder;
use super::stat::bytes_of;
use super::{FsError, FsService, FsSettings, digest};
use crate::services::threads::Wanted;

/// Which part of a file.
#[derive(Debug, Clone, Default)]
pub struct ReadQuery {
    /// Where to begin, in bytes.
    pub offset: u64,
    /// The most bytes.
    pub bytes_max: Option<u64>,
    /// Whether the digest of the whole file is wanted even where a part is read.
    pub digest: bool,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// The bytes.
    pub content: Vec<u8>,
    /// Length of the whole file.
    pub total_bytes: u64,
    /// SHA-256 of the whole file, where it was asked for, or where all of it was read.
    pub digest: Option<String>,
}

impl FsService {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Invalid` for a folder, `Conflict` for what is no regular file and where a link came into the way, and
    /// `TooLarge` for a digest of too large a file.
    pub async fn read(
        &self,
        place: PathBuf,
        query: ReadQuery,
        deadline: Instant,
    ) -> Result<ReadFile, FsError> {
        self.run(deadline, move |settings, wanted| {
            let (folder, name) = Folder::around(&place, settings.opening)?;
            let (file, status) = folder.file(name, OFlags::RDONLY, "read the file")?;
            read(settings, wanted, file, bytes_of(&status), &query)
        })
        .await
    }
}

fn read(
    settings: &FsSettings,
    wanted: &Wanted,
    mut file: File,
    length: u64,
    query: &ReadQuery,
) -> Result<ReadFile, FsError> {
    const DOING: &str = "read the file";
    let most = query
        .bytes_max
        .unwrap_or(u64::MAX)
        .min(settings.text_bytes_max as u64);
    // No file is as long as what does not fit here.
    let offset = query.offset.min(i64::MAX.unsigned_abs());
    file.seek(SeekFrom::Start(offset)).doing(DOING)?;
    let mut content = Vec::new();
    (&mut file)
        .take(most)
        .read_to_end(&mut content)
        .doing(DOING)?;
    let end = offset.saturating_add(content.len() as u64);
    // Some files of the kernel's own say that they are empty, and are not.
    let total_bytes = if content.is_empty() {
        length
    } else {
        length.max(end)
    };
    let whole = query.offset == 0 && content.len() as u64 == total_bytes;
    let digest = if whole {
        Some(digest::of_bytes(&content))
    } else if query.digest {
        file.rewind().doing(DOING)?;
        Some(digest::of(&mut file, settings.file_bytes_max, wanted)?)
    } else {
        None
    };
    Ok(ReadFile {
        content,
        total_bytes,
        digest,
    })
}
