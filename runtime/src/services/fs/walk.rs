//! Going through a tree of folders, each entry judged before anything is done with it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use rustix::fs::Dir;

use super::asking::Asking;
use super::error::Doing as _;
use super::folder::Folder;
use super::ignored::Ignored;
use super::{FsError, FsSettings, Kind};
use crate::services::threads::Wanted;

/// Something in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path relative to the folder that was asked about.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Length of a file.
    pub bytes: Option<u64>,
    /// When its content last changed, in seconds since 1970-01-01T00:00:00Z, where that could be seen.
    pub modified: Option<i64>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    On,
    Stop,
}

/// What is found on the way.
pub(super) struct Found<'a> {
    /// The folder it lies in.
    pub(super) folder: &'a Folder,
    pub(super) name: &'a OsStr,
    /// Relative to where the walk began.
    pub(super) path: &'a Path,
    pub(super) kind: Kind,
    /// Whether the globs ask for it by itself, rather than for something that may lie in it.
    pub(super) asked_for: bool,
}

/// A walk, and how far it came.
pub(super) struct Walk<'a> {
    pub(super) settings: &'a FsSettings,
    pub(super) wanted: &'a Wanted,
    pub(super) asking: &'a Asking,
    /// Where it begins.
    pub(super) place: &'a Path,
    pub(super) globs: Globs,
    /// How many levels it goes.
    pub(super) depth_max: usize,
    /// How many entries were looked at.
    pub(super) visited: usize,
    /// How many were left out because they may not be read.
    pub(super) withheld: u64,
    /// Whether it left something out because there was too much.
    pub(super) cut: bool,
}

/// Which entries somebody asked for.
pub(super) struct Globs(Option<Override>);

impl Globs {
    pub(super) fn new(place: &Path, globs: &[String]) -> Result<Self, FsError> {
        if globs.is_empty() {
            return Ok(Self(None));
        }
        let mut builder = OverrideBuilder::new(place);
        for glob in globs {
            builder
                .add(glob)
                .map_err(|error| FsError::Invalid(format!("`{glob}` is no glob: {error}")))?;
        }
        let built = builder
            .build()
            .map_err(|error| FsError::Invalid(format!("the globs are too much: {error}")))?;
        Ok(Self(Some(built)))
    }

    /// Whether an entry is asked for, and whether what lies in it may be.
    fn look(&self, place: &Path, is_folder: bool) -> (bool, bool) {
        let Some(globs) = &self.0 else {
            return (true, true);
        };
        let matched = globs.matched(place, is_folder);
        let asked_for = matched.is_whitelist() || globs.num_whitelists() == 0 && matched.is_none();
        (asked_for, !matched.is_ignore())
    }
}

impl Walk<'_> {
    /// Shows everything in `folder` to `visit`, in the order of names, each folder before its contents. `ignored` is
    /// absent where nothing is to be left out.
    pub(super) fn through(
        &mut self,
        folder: &Folder,
        relative: &Path,
        ignored: Option<&Ignored>,
        visit: &mut dyn FnMut(&Found<'_>) -> Result<Step, FsError>,
    ) -> Result<Step, FsError> {
        self.wanted.check()?;
        let place = self.place.join(relative);
        let ignored = ignored
            .map(|ignored| ignored.within(folder, &place, self.asking))
            .transpose()?;
        let depth = relative.components().count() + 1;
        for (name, kind) in self.permitted(folder, &place)? {
            let (path, place) = (relative.join(&name), place.join(&name));
            let is_folder = kind == Kind::Folder;
            let left_out = ignored
                .as_ref()
                .is_some_and(|ignored| ignored.leaves_out(&place, is_folder));
            let (asked_for, inside) = self.globs.look(&place, is_folder);
            if left_out || !inside {
                continue;
            }
            let found = Found {
                folder,
                name: &name,
                path: &path,
                kind,
                asked_for,
            };
            if visit(&found)? == Step::Stop {
                return Ok(Step::Stop);
            }
            if !is_folder || name == ".git" || depth >= self.depth_max {
                continue;
            }
            if depth >= self.settings.depth_max {
                self.cut = true;
                continue;
            }
            // It may be gone again, or closed to us.
            let Ok(sub) = folder.sub(&name) else { continue };
            if self.through(&sub, &path, ignored.as_ref(), visit)? == Step::Stop {
                return Ok(Step::Stop);
            }
        }
        Ok(Step::On)
    }

    /// What lies in a folder and may be read, by name.
    fn permitted(
        &mut self,
        folder: &Folder,
        place: &Path,
    ) -> Result<Vec<(OsString, Kind)>, FsError> {
        let left = self.settings.visited_max.saturating_sub(self.visited);
        let (entries, all) = entries(folder, left, self.wanted)?;
        self.visited += entries.len();
        self.cut |= !all;
        let places = entries.iter().map(|(name, _)| place.join(name)).collect();
        let verdicts = self.asking.permitted(places)?;
        let all = entries.len();
        let permitted: Vec<_> = entries
            .into_iter()
            .zip(verdicts)
            .filter_map(|(entry, permitted)| permitted.then_some(entry))
            .collect();
        self.withheld += (all - permitted.len()) as u64;
        Ok(permitted)
    }
}

/// The entries of a folder by name, at most so many, and whether those are all.
pub(super) fn entries(
    folder: &Folder,
    most: usize,
    wanted: &Wanted,
) -> Result<(Vec<(OsString, Kind)>, bool), FsError> {
    const DOING: &str = "list the folder";
    let mut entries = Vec::new();
    let mut all = true;
    for entry in Dir::new(folder.readable().doing(DOING)?).doing(DOING)? {
        let entry = entry.doing(DOING)?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        if entries.len() >= most {
            all = false;
            break;
        }
        if entries.len() % 1_000 == 0 {
            wanted.check()?;
        }
        let kind = match entry.file_type() {
            rustix::fs::FileType::Unknown => match folder.status(name) {
                Ok(status) => Kind::of(&status),
                Err(_) => continue,
            },
            kind => Kind::of_type(kind),
        };
        entries.push((name.to_owned(), kind));
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok((entries, all))
}
