//! Which folders a repository reaches into.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use git2::{Repository, RepositoryOpenFlags};

use super::GitError;
use super::error::Doing as _;

/// As libgit2 itself goes.
const ALTERNATES_DEPTH_MAX: usize = 5;
const ALTERNATES_MAX: usize = 64;
const ALTERNATES_BYTES_MAX: u64 = 64 * 1024;

/// What of a repository could be a link out of it.
const ENTRIES: &[&str] = &[
    "HEAD",
    "commondir",
    "config",
    "config.worktree",
    "index",
    "info",
    "logs",
    "objects/info",
    "objects/pack",
    "packed-refs",
    "refs",
    "shallow",
    "worktrees",
];

/// A repository's place: every folder that work on it reaches into, each of them canonical.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    worktree: Option<PathBuf>,
    git_dir: PathBuf,
    common_dir: PathBuf,
    borrowed: Vec<PathBuf>,
}

impl Location {
    /// The folder to name the repository by: its worktree, or, where it is bare, itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.worktree.as_deref().unwrap_or(&self.git_dir)
    }

    /// The worktree; none where the repository is bare.
    #[must_use]
    pub fn worktree(&self) -> Option<&Path> {
        self.worktree.as_deref()
    }

    /// The worktree's own git directory.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all worktrees share.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Every folder, the root first: worktree, common directory, a git directory that lies outside of it, object stores
    /// that are borrowed from, and whatever symbolic links lead out of the git directory to.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.worktree.iter().cloned().collect();
        if !self.git_dir.starts_with(&self.common_dir) {
            paths.push(self.git_dir.clone());
        }
        paths.push(self.common_dir.clone());
        paths.extend(self.borrowed.iter().cloned());
        paths
    }
}

/// Opens the repository that a path lies in, and says where it is.
pub(super) fn open(path: &Path) -> Result<(Repository, Location), GitError> {
    if !path.is_absolute() {
        return Err(GitError::Invalid(format!(
            "`{}` is no absolute path",
            path.display()
        )));
    }
    if path.as_os_str().as_bytes().contains(&0) {
        return Err(GitError::Invalid("a path has a zero byte in it".to_owned()));
    }
    // Neither the environment is read, nor another file system entered, on the way up.
    let repository = Repository::open_ext(
        path,
        RepositoryOpenFlags::empty(),
        std::iter::empty::<&OsStr>(),
    )
    .map_err(|error| match GitError::of("open the repository", &error) {
        GitError::NotFound(_) => {
            GitError::NotFound(format!("`{}` lies in no git repository", path.display()))
        }
        other => other,
    })?;
    let location = locate(&repository)?;
    Ok((repository, location))
}

fn locate(repository: &Repository) -> Result<Location, GitError> {
    let worktree = repository.workdir().map(canonical).transpose()?;
    let git_dir = canonical(repository.path())?;
    let common_dir = canonical(repository.commondir())?;
    // A folder of the worktree is not part of the repository just for lying there: it may be another one.
    let inside = |path: &Path| path.starts_with(&git_dir) || path.starts_with(&common_dir);
    let mut borrowed = Vec::new();
    let mut borrow = |path: PathBuf| {
        if !inside(&path) && !borrowed.contains(&path) {
            borrowed.push(path);
        }
    };
    let folders = if git_dir == common_dir {
        &[&git_dir][..]
    } else {
        &[&git_dir, &common_dir][..]
    };
    for folder in folders {
        for entry in ENTRIES {
            let entry = folder.join(entry);
            if entry.is_symlink() {
                borrow(canonical(&entry)?);
            }
        }
    }
    let objects = canonical(&common_dir.join("objects"))?;
    borrow(store_of(&objects));
    let mut stores = Vec::new();
    alternates(&objects, 0, &mut stores)?;
    for store in &stores {
        borrow(store_of(store));
    }
    Ok(Location {
        worktree,
        git_dir,
        common_dir,
        borrowed,
    })
}

/// A borrowed object store belongs to a repository, and is permitted with it.
fn store_of(objects: &Path) -> PathBuf {
    match objects.parent() {
        Some(parent) if objects.file_name() == Some(OsStr::new("objects")) => parent.to_path_buf(),
        _ => objects.to_path_buf(),
    }
}

/// Collects the object stores that one borrows from, and those that they borrow from.
fn alternates(objects: &Path, depth: usize, stores: &mut Vec<PathBuf>) -> Result<(), GitError> {
    let Ok(file) = fs::File::open(objects.join("info/alternates")) else {
        return Ok(());
    };
    let mut text = Vec::new();
    let read = file.take(ALTERNATES_BYTES_MAX + 1).read_to_end(&mut text);
    if read.is_err() || text.len() as u64 > ALTERNATES_BYTES_MAX || depth >= ALTERNATES_DEPTH_MAX {
        return Err(unreadable(
            "its list of borrowed objects is too long or too deep",
        ));
    }
    for line in text
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.is_empty() && line[0] != b'#')
    {
        let path = Path::new(OsStr::from_bytes(line));
        let path = match line[0] {
            b'/' => path.to_path_buf(),
            b'.' => objects.join(path),
            // git and libgit2 read these differently.
            _ => {
                return Err(unreadable(
                    "its list of borrowed objects has a path that starts with neither `/` nor `.`",
                ));
            }
        };
        // What does not exist lends nothing.
        let Ok(store) = fs::canonicalize(path) else {
            continue;
        };
        if !stores.contains(&store) {
            if stores.len() >= ALTERNATES_MAX {
                return Err(unreadable("it borrows objects from too many places"));
            }
            stores.push(store.clone());
            alternates(&store, depth + 1, stores)?;
        }
    }
    Ok(())
}

fn canonical(path: &Path) -> Result<PathBuf, GitError> {
    fs::canonicalize(path).map_err(|_| unreadable("a part of it is missing"))
}

fn unreadable(why: &str) -> GitError {
    GitError::Unavailable(format!("the repository cannot be used: {why}"))
}

/// Makes a path canonical as far as it exists: links are resolved in what is there, and what is missing is taken as it
/// is written, without `.` and `..`. So a path under a link is judged where the link leads, whether it exists or not.
pub(super) fn resolve(path: &Path) -> PathBuf {
    if let Ok(canonical) = fs::canonicalize(path) {
        return canonical;
    }
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            _ => {
                resolved.push(part);
                if let Ok(canonical) = fs::canonicalize(&resolved) {
                    resolved = canonical;
                }
            }
        }
    }
    resolved
}

/// The worktree of a repository that has to have one.
pub(super) fn worktree_of(location: &Location) -> Result<&Path, GitError> {
    location
        .worktree()
        .ok_or_else(|| GitError::Conflict("the repository is bare: it has no worktree".to_owned()))
}

/// Opens a revision's object.
pub(super) fn revision<'r>(
    repository: &'r Repository,
    text: &str,
) -> Result<git2::Object<'r>, GitError> {
    if text.is_empty() || text.contains('\0') {
        return Err(GitError::Invalid(
            "a revision is empty or has a zero byte in it".to_owned(),
        ));
    }
    repository.revparse_single(text).map_err(|error| {
        match GitError::of("find the revision", &error) {
            GitError::NotFound(_) => GitError::NotFound(format!("no revision `{text}`")),
            other => other,
        }
    })
}

/// Opens the commit that a revision names, through tags.
pub(super) fn commit<'r>(
    repository: &'r Repository,
    text: &str,
) -> Result<git2::Commit<'r>, GitError> {
    let object = revision(repository, text)?;
    object
        .peel_to_commit()
        .doing("find a commit")
        .map_err(|_| GitError::Invalid(format!("`{text}` names no commit")))
}
