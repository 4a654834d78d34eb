//! Listing a folder, or a tree of folders.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::error::Doing as _;
use super::folder::Folder;
use super::ignored::Ignored;
use super::stat::Status;
use super::walk::{Globs, Step, Walk};
use super::{Entry, FsError, FsService, Kind};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// How many levels.
    pub depth: usize,
    /// Which entries.
    pub globs: Vec<String>,
    /// Whether to leave out what is ignored.
    pub skip_ignored: bool,
    /// The most entries.
    pub entries_max: Option<usize>,
}

/// What a folder holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The entries, each folder before its contents.
    pub entries: Vec<Entry>,
    /// Whether a limit was reached.
    pub truncated: bool,
    /// How many entries were left out because they may not be read.
    pub withheld: u64,
}

impl FsService {
    /// Lists a folder. `permitted` is asked about each entry.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Invalid` for what is no folder and for a glob that is none, `Conflict` where a link came into the way.
    pub async fn list(
        &self,
        place: PathBuf,
        query: ListQuery,
        permitted: impl FnMut(&Path) -> bool + Send,
        deadline: Instant,
    ) -> Result<Listed, FsError> {
        self.asking(deadline, permitted, move |settings, wanted, asking| {
            let folder = folder_at(&place, settings.opening)?;
            let mut walk = Walk {
                settings,
                wanted,
                asking,
                place: &place,
                globs: Globs::new(&place, &query.globs)?,
                depth_max: query.depth.max(1),
                visited: 0,
                withheld: 0,
                cut: false,
            };
            let ignored = query
                .skip_ignored
                .then(|| Ignored::above(&place, settings, asking))
                .transpose()?;
            let most = query
                .entries_max
                .unwrap_or(usize::MAX)
                .min(settings.entries_max);
            let mut listed = Listed::default();
            walk.through(&folder, Path::new(""), ignored.as_ref(), &mut |found| {
                if !found.asked_for {
                    return Ok(Step::On);
                }
                if listed.entries.len() >= most {
                    listed.truncated = true;
                    return Ok(Step::Stop);
                }
                let status = found.folder.status(found.name).ok();
                let status = status.as_ref().map(Status::of);
                listed.entries.push(Entry {
                    path: found.path.to_path_buf(),
                    kind: found.kind,
                    bytes: status
                        .as_ref()
                        .filter(|status| status.kind == Kind::File)
                        .map(|status| status.bytes),
                    modified: status.map(|status| status.modified),
                });
                Ok(Step::On)
            })?;
            listed.truncated |= walk.cut;
            listed.withheld = walk.withheld;
            Ok(listed)
        })
        .await
    }
}

/// Opens a place that has to be a folder.
fn folder_at(place: &Path, opening: super::Opening) -> Result<Folder, FsError> {
    let (around, name) = Folder::around(place, opening)?;
    let status = around.status(name).doing("list the folder")?;
    match Kind::of(&status) {
        Kind::Folder | Kind::Link => around.sub(name),
        Kind::File | Kind::Other => Err(FsError::Invalid(
            "cannot list the folder: it is no folder".to_owned(),
        )),
    }
}
