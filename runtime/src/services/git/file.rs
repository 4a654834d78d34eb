//! Files as they are in a revision.

use std::time::Instant;

use git2::{ObjectType, Repository};

use super::change::relative_path;
use super::error::Doing as _;
use super::location::revision;
use super::{GitError, GitService, GitSettings, Judged};

/// Which file to show.
#[derive(Debug, Clone, Default)]
pub struct FileQuery {
    /// In which revision.
    pub revision: String,
    /// Path relative to the worktree.
    pub file: String,
    /// The most bytes.
    pub bytes_max: Option<u64>,
}

/// A file's content, or its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFile {
    /// Object id of the content.
    pub blob: String,
    /// What it is.
    pub kind: FileKind,
    /// The content, cut where it is too long.
    pub content: Vec<u8>,
    /// Length of the whole.
    pub total_bytes: u64,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// An ordinary file.
    File,
    /// A file that may be executed.
    Executable,
    /// A symbolic link, whose content is where it points.
    Symlink,
}

impl GitService {
    /// Reads a file as it is in a revision: the bytes that git stores.
    ///
    /// # Errors
    ///
    /// `NotFound` for a revision or file that does not exist, `Invalid` for a folder or submodule, `TooLarge` for a file
    /// that is too large to be read even in part.
    pub async fn show_file(
        &self,
        judged: Judged,
        query: FileQuery,
        deadline: Instant,
    ) -> Result<ShownFile, GitError> {
        self.on(judged, deadline, move |repository, _, settings, _| {
            show(repository, settings, &query)
        })
        .await
    }
}

fn show(
    repository: &Repository,
    settings: &GitSettings,
    query: &FileQuery,
) -> Result<ShownFile, GitError> {
    let path = relative_path(&query.file)?;
    let tree = revision(repository, &query.revision)?
        .peel_to_tree()
        .map_err(|_| {
            GitError::Invalid(format!(
                "`{}` names neither a commit nor a tree",
                query.revision
            ))
        })?;
    let entry = tree.get_path(&path).map_err(|_| {
        GitError::NotFound(format!("no file `{}` in `{}`", query.file, query.revision))
    })?;
    if entry.kind() != Some(ObjectType::Blob) {
        return Err(GitError::Invalid(format!(
            "`{}` is a folder or a submodule",
            query.file
        )));
    }
    let kind = match entry.filemode() {
        0o120_000 => FileKind::Symlink,
        0o100_755 => FileKind::Executable,
        _ => FileKind::File,
    };
    // Asked before the content is read: libgit2 unpacks an object as a whole.
    let store = repository.odb().doing("read the objects")?;
    let (total, _) = store.read_header(entry.id()).doing("read the file")?;
    let total_bytes = total as u64;
    if total_bytes > settings.file_bytes_max {
        let message = format!(
            "`{}` has {total_bytes} bytes, and at most {} are read",
            query.file, settings.file_bytes_max
        );
        return Err(GitError::TooLarge(message));
    }
    let asked = query
        .bytes_max
        .and_then(|bytes| usize::try_from(bytes).ok())
        .unwrap_or(usize::MAX);
    let blob = repository.find_blob(entry.id()).doing("read the file")?;
    let kept = blob.content().len().min(asked).min(settings.text_bytes_max);
    Ok(ShownFile {
        blob: entry.id().to_string(),
        kind,
        content: blob.content()[..kept].to_vec(),
        total_bytes,
    })
}
