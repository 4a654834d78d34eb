//! How files differ, and the paths they are asked for by.

use std::path::{Component, Path, PathBuf};

use git2::{Delta, DiffDelta, DiffOptions};

use super::GitError;

/// The most paths one request may name, as the schema says.
const PATHS_MAX: usize = 1_000;

/// How a file differs between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Its content or mode changed.
    Modified,
    /// It is gone.
    Deleted,
    /// It has another path.
    Renamed,
    /// It is a copy.
    Copied,
    /// A file became a link, a submodule or the like.
    TypeChanged,
    /// A merge left it unresolved.
    Conflicted,
    /// Git does not track it.
    Untracked,
}

impl Change {
    /// `None` for what is no difference.
    pub(super) fn of(delta: Delta) -> Option<Self> {
        match delta {
            Delta::Added => Some(Self::Added),
            Delta::Modified => Some(Self::Modified),
            Delta::Deleted => Some(Self::Deleted),
            Delta::Renamed => Some(Self::Renamed),
            Delta::Copied => Some(Self::Copied),
            Delta::Typechange => Some(Self::TypeChanged),
            Delta::Conflicted => Some(Self::Conflicted),
            Delta::Untracked => Some(Self::Untracked),
            Delta::Unmodified | Delta::Ignored | Delta::Unreadable => None,
        }
    }
}

/// The paths of a difference: the path that counts, and the former one of a renamed or copied file.
pub(super) fn paths_of(delta: &DiffDelta<'_>) -> (Vec<u8>, Option<Vec<u8>>) {
    let (old, new) = (delta.old_file().path_bytes(), delta.new_file().path_bytes());
    let moved = matches!(delta.status(), Delta::Renamed | Delta::Copied);
    let path = if delta.status() == Delta::Deleted {
        old.or(new)
    } else {
        new.or(old)
    };
    (
        path.unwrap_or_default().to_vec(),
        old.filter(|_| moved).map(<[u8]>::to_vec),
    )
}

/// Checks that paths stay inside the worktree. They are taken literally.
pub(super) fn relative(paths: &[String]) -> Result<Vec<PathBuf>, GitError> {
    if paths.len() > PATHS_MAX {
        return Err(GitError::TooLarge(format!("more than {PATHS_MAX} paths")));
    }
    paths.iter().map(|path| relative_path(path)).collect()
}

pub(super) fn relative_path(text: &str) -> Result<PathBuf, GitError> {
    let path = Path::new(text);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if text.is_empty() || text.contains('\0') || !inside {
        return Err(GitError::Invalid(format!(
            "`{text}` is no path relative to the worktree"
        )));
    }
    // Without the slash at its end that a folder may have been given.
    Ok(path.components().collect())
}

/// Options of every comparison: paths taken literally, files above the limit not read.
pub(super) fn options(paths: &[PathBuf], file_bytes_max: u64) -> DiffOptions {
    let mut options = DiffOptions::new();
    options
        .disable_pathspec_match(true)
        .include_typechange(true)
        .max_size(i64::try_from(file_bytes_max).unwrap_or(i64::MAX));
    for path in paths {
        options.pathspec(path);
    }
    options
}

/// How many files on either side are compared with each other to find renames; the time grows with its square.
pub(super) const RENAME_LIMIT: usize = 400;
