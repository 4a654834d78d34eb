//! Worktrees: describing and listing them.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use git2::{Repository, WorktreeLockStatus};

use super::error::Doing as _;
use super::status::limited;
use super::{GitError, GitService, Head, Judged, Location, head, location};

/// A worktree's `HEAD` is a line.
const HEAD_BYTES_MAX: u64 = 4_096;

/// A worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// Its folder; canonical where it exists.
    pub path: PathBuf,
    /// Its own git directory.
    pub git_dir: PathBuf,
    /// The git directory that all worktrees share.
    pub common_dir: PathBuf,
    /// What is checked out.
    pub head: Head,
    /// Whether the repository was made with it.
    pub main: bool,
    /// Whether it is locked against removal, and why.
    pub locked: Option<String>,
    /// Whether its folder is gone.
    pub prunable: bool,
}

impl GitService {
    /// Describes the judged worktree.
    ///
    /// # Errors
    ///
    /// `NotFound` for a bare repository.
    pub async fn worktree(&self, judged: Judged, deadline: Instant) -> Result<Worktree, GitError> {
        self.on(judged, deadline, |repository, location, _, _| {
            current(repository, location)
        })
        .await
    }

    /// Lists a repository's worktrees, the main one first, then by path, and says whether there are more.
    ///
    /// # Errors
    ///
    /// `Conflict` where the repository is not the judged one.
    pub async fn worktrees(
        &self,
        judged: Judged,
        limit: Option<u32>,
        deadline: Instant,
    ) -> Result<(Vec<Worktree>, bool), GitError> {
        self.on(
            judged,
            deadline,
            move |repository, location, settings, wanted| {
                let limit = limited(limit, settings.entries_max);
                let mut worktrees = Vec::new();
                for name in names(repository)? {
                    wanted.check()?;
                    worktrees.push(linked(repository, location.common_dir(), &name)?);
                }
                worktrees.sort_by(|one, other| one.path.cmp(&other.path));
                if let Some(main) = main(location)? {
                    worktrees.insert(0, main);
                }
                let truncated = worktrees.len() > limit;
                worktrees.truncate(limit);
                Ok((worktrees, truncated))
            },
        )
        .await
    }
}

/// Describes the worktree that a repository was opened in.
pub(super) fn current(repository: &Repository, location: &Location) -> Result<Worktree, GitError> {
    let Some(path) = location.worktree() else {
        return Err(GitError::NotFound(
            "the repository is bare: it has no worktree".to_owned(),
        ));
    };
    match location
        .git_dir()
        .file_name()
        .and_then(|name| name.to_str())
    {
        Some(name) if repository.is_worktree() => linked(repository, location.common_dir(), name),
        _ => Ok(Worktree {
            path: path.to_path_buf(),
            git_dir: location.git_dir().to_path_buf(),
            common_dir: location.common_dir().to_path_buf(),
            head: head::read(repository)?,
            main: true,
            locked: None,
            prunable: false,
        }),
    }
}

/// The main worktree, seen from any; none where the repository is bare.
fn main(location: &Location) -> Result<Option<Worktree>, GitError> {
    let (repository, location) = location::open(location.common_dir())?;
    if location.worktree().is_none() {
        Ok(None)
    } else {
        current(&repository, &location).map(Some)
    }
}

/// The names of the linked worktrees.
pub(super) fn names(repository: &Repository) -> Result<Vec<String>, GitError> {
    let names = repository.worktrees().doing("list the worktrees")?;
    Ok(names
        .iter()
        .filter_map(|name| name.ok().flatten().map(str::to_owned))
        .collect())
}

/// Describes a linked worktree by what the repository knows of it: nothing in its folder is read.
pub(super) fn linked(
    repository: &Repository,
    common_dir: &Path,
    name: &str,
) -> Result<Worktree, GitError> {
    let worktree = repository.find_worktree(name).doing("read a worktree")?;
    let git_dir = common_dir.join("worktrees").join(name);
    let locked = match worktree.is_locked().doing("read a worktree")? {
        WorktreeLockStatus::Unlocked => None,
        WorktreeLockStatus::Locked(reason) => Some(reason.unwrap_or_default().trim().to_owned()),
    };
    let path = worktree.path();
    Ok(Worktree {
        path: fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()),
        head: linked_head(repository, &git_dir)?,
        git_dir,
        common_dir: common_dir.to_path_buf(),
        main: false,
        locked,
        prunable: worktree.validate().is_err(),
    })
}

fn linked_head(repository: &Repository, git_dir: &Path) -> Result<Head, GitError> {
    let unreadable = || GitError::Unavailable("a worktree's `HEAD` cannot be read".to_owned());
    let mut text = String::new();
    let file = fs::File::open(git_dir.join("HEAD")).map_err(|_| unreadable())?;
    file.take(HEAD_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|_| unreadable())?;
    match text.trim_end().strip_prefix("ref: ") {
        Some(name) => head::follow(repository, name.trim_start().to_owned()),
        None => Ok(Head {
            references: Vec::new(),
            commit: Some(text.trim_end().to_owned()),
        }),
    }
}
