//! What `.gitignore` and `.ignore` files leave out.
//!
//! They are read through the folders that are held open, and only where they may be: those of a tree, and those above it
//! up to the repository's root. Neither `.git/info/exclude` nor the lists of the machine and of its user are read.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustix::fs::OFlags;

use super::asking::Asking;
use super::folder::Folder;
use super::{FsError, FsSettings};

/// In the order in which they count: what the second says wins.
const FILES: [&str; 2] = [".gitignore", ".ignore"];

/// What is longer has no say.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// The lists that hold in a folder, the outermost first.
#[derive(Debug, Clone, Default)]
pub(super) struct Ignored {
    lists: Vec<Rc<Gitignore>>,
}

impl Ignored {
    /// The lists above a folder, up to the root of the repository it lies in; none where it lies in none, or is the root.
    pub(super) fn above(
        place: &Path,
        settings: &FsSettings,
        asking: &Asking,
    ) -> Result<Self, FsError> {
        let is_root = |folder: &Folder| folder.status(OsStr::new(".git")).is_ok();
        let mut above = Vec::new();
        let mut inside = false;
        for ancestor in place.ancestors() {
            // What lies beyond a folder that is closed to us has no say.
            let Ok(folder) = Folder::open(ancestor, settings.opening) else {
                break;
            };
            inside = is_root(&folder);
            if ancestor != place {
                above.push((ancestor, folder));
            }
            if inside {
                break;
            }
        }
        let mut ignored = Self::default();
        if inside {
            for (ancestor, folder) in above.iter().rev() {
                ignored = ignored.within(folder, ancestor, asking)?;
            }
        }
        Ok(ignored)
    }

    /// These lists and those of a folder.
    pub(super) fn within(
        &self,
        folder: &Folder,
        place: &Path,
        asking: &Asking,
    ) -> Result<Self, FsError> {
        let there: Vec<&str> = FILES
            .into_iter()
            .filter(|name| folder.status(OsStr::new(name)).is_ok())
            .collect();
        let places: Vec<PathBuf> = there.iter().map(|name| place.join(name)).collect();
        let verdicts = asking.permitted(places)?;
        let mut ignored = self.clone();
        for (name, permitted) in there.into_iter().zip(verdicts) {
            if permitted && let Some(list) = read(folder, name, place) {
                ignored.lists.push(Rc::new(list));
            }
        }
        Ok(ignored)
    }

    pub(super) fn leaves_out(&self, place: &Path, is_folder: bool) -> bool {
        for list in self.lists.iter().rev() {
            match list.matched(place, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

/// A list that cannot be read says nothing, and of one that can, a line that is none.
fn read(folder: &Folder, name: &str, place: &Path) -> Option<Gitignore> {
    let (file, _) = folder
        .file(OsStr::new(name), OFlags::RDONLY, "read the list")
        .ok()?;
    let mut text = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text).ok()?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return None;
    }
    let mut builder = GitignoreBuilder::new(place);
    for line in String::from_utf8_lossy(&text).lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().ok()
}
