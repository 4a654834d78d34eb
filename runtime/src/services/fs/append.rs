//! Adding to the end of a file.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use rustix::fs::{Mode, OFlags};

use super::error::Doing as _;
use super::folder::Folder;
use super::stat::{Status, bytes_of};
use super::write::meets;
use super::{Condition, FsError, FsService, digest};

const DOING: &str = "add to the file";

/// What to add.
#[derive(Debug, Clone, Default)]
pub struct AppendQuery {
    /// The bytes.
    pub content: Vec<u8>,
    /// What has to be there before.
    pub condition: Condition,
    /// SHA-256 of what has to be the content before.
    pub if_digest: Option<String>,
}

impl FsService {
    /// Adds to a file, and returns its length and whether there was none before.
    ///
    /// # Errors
    ///
    /// As for [`FsService::write`], and `Conflict` for a file with several hard links.
    pub async fn append(
        &self,
        place: PathBuf,
        query: AppendQuery,
        deadline: Instant,
    ) -> Result<(u64, bool), FsError> {
        let locks = self.locks();
        self.run(deadline, move |settings, wanted| {
            let (folder, name) = Folder::around(&place, settings.opening)?;
            let _alone = locks.hold(&place);
            wanted.check()?;
            let before = meets(&folder, name, query.condition, DOING)?;
            let most = settings.file_bytes_max;
            digest::expect(&folder, name, query.if_digest.as_deref(), most, wanted)?;
            let created = before.is_none();
            let access = OFlags::WRONLY | OFlags::APPEND;
            let (mut file, length) = if created {
                let mode = Mode::from_raw_mode(0o644);
                (folder.create(name, access, mode).doing(DOING)?, 0)
            } else {
                let (file, status) = folder.file(name, access, DOING)?;
                if Status::of(&status).links > 1 {
                    return Err(FsError::Conflict(
                        "cannot add to the file: it has other names (hard links), which were not judged"
                            .to_owned(),
                    ));
                }
                (file, bytes_of(&status))
            };
            let bytes = length.saturating_add(query.content.len() as u64);
            if bytes > most {
                return Err(FsError::TooLarge(format!(
                    "a file that is written has at most {most} bytes"
                )));
            }
            file.write_all(&query.content).doing(DOING)?;
            file.sync_data().doing(DOING)?;
            Ok((bytes, created))
        })
        .await
    }
}
