//! Diffs: patches and their statistics.

use std::time::Instant;

use git2::{Diff, DiffFormat, DiffLineType, Repository, Tree};

use super::change::{self, Change};
use super::error::Doing as _;
use super::location::{revision, worktree_of};
use super::status::{find_renames, limited};
use super::{GitError, GitService, GitSettings, Judged, Location};
use crate::services::threads::Wanted;

/// Which states to compare.
#[derive(Debug, Clone, Default)]
pub struct DiffQuery {
    /// The old side; none for the index, or `HEAD` when `staged`.
    pub from: Option<String>,
    /// The new side; none for the worktree, or the index when `staged`.
    pub to: Option<String>,
    /// Whether the index takes the worktree's place.
    pub staged: bool,
    /// Only these files and those below these folders; empty for all.
    pub paths: Vec<String>,
    /// Unchanged lines around a change.
    pub context_lines: Option<u32>,
    /// The most bytes of patch.
    pub bytes_max: Option<u64>,
    /// The most files.
    pub limit: Option<u32>,
}

/// A patch and its statistics, which count everything, shown or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// The patch, cut at the end of a line.
    pub text: Vec<u8>,
    /// Whether it was cut.
    pub text_truncated: bool,
    /// The files.
    pub files: Vec<FileChange>,
    /// How many files differ.
    pub files_changed: u64,
    /// Lines added in all files.
    pub insertions: u64,
    /// Lines removed in all files.
    pub deletions: u64,
}

/// One file of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path relative to the worktree, as bytes.
    pub path: Vec<u8>,
    /// Former path of a renamed or copied file.
    pub old_path: Option<Vec<u8>>,
    /// How it differs.
    pub change: Change,
    /// Whether its lines are not counted.
    pub binary: bool,
    /// Lines added.
    pub insertions: u64,
    /// Lines removed.
    pub deletions: u64,
}

impl GitService {
    /// Compares two states of a repository.
    ///
    /// # Errors
    ///
    /// `Invalid` for a combination that is none, `NotFound` for a revision that does not exist.
    pub async fn diff(
        &self,
        judged: Judged,
        query: DiffQuery,
        deadline: Instant,
    ) -> Result<Patch, GitError> {
        self.on(
            judged,
            deadline,
            move |repository, location, settings, wanted| {
                let mut diff = compare(repository, location, settings, &query)?;
                find_renames(&mut diff)?;
                printed(&diff, settings, &query, wanted)
            },
        )
        .await
    }
}

fn compare<'r>(
    repository: &'r Repository,
    location: &Location,
    settings: &GitSettings,
    query: &DiffQuery,
) -> Result<Diff<'r>, GitError> {
    let paths = change::relative(&query.paths)?;
    let mut options = change::options(&paths, settings.file_bytes_max);
    options.context_lines(query.context_lines.unwrap_or(3).min(1_000));
    let tree = |text: &str| -> Result<Tree<'r>, GitError> {
        revision(repository, text)?
            .peel_to_tree()
            .map_err(|_| GitError::Invalid(format!("`{text}` names neither a commit nor a tree")))
    };
    let index = || repository.index().doing("read the index");
    let compared = match (&query.from, &query.to) {
        (None, Some(_)) => return Err(GitError::Invalid("`to` needs a `from`".to_owned())),
        (Some(_), Some(_)) if query.staged => {
            return Err(GitError::Invalid(
                "`to` and `staged` are two new sides".to_owned(),
            ));
        }
        (Some(from), Some(to)) => {
            repository.diff_tree_to_tree(Some(&tree(from)?), Some(&tree(to)?), Some(&mut options))
        }
        (from, None) if query.staged => {
            let from = match from {
                Some(from) => Some(tree(from)?),
                // Before the first commit everything is new.
                None => repository
                    .head()
                    .ok()
                    .and_then(|head| head.peel_to_tree().ok()),
            };
            repository.diff_tree_to_index(from.as_ref(), Some(&index()?), Some(&mut options))
        }
        (from, None) => {
            worktree_of(location)?;
            // A submodule's own worktree is another repository, which nobody judged.
            options.ignore_submodules(true).update_index(false);
            match from {
                Some(from) => repository
                    .diff_tree_to_workdir_with_index(Some(&tree(from)?), Some(&mut options)),
                None => repository.diff_index_to_workdir(Some(&index()?), Some(&mut options)),
            }
        }
    };
    compared.doing("compare")
}

fn printed(
    diff: &Diff<'_>,
    settings: &GitSettings,
    query: &DiffQuery,
    wanted: &Wanted,
) -> Result<Patch, GitError> {
    let asked = query
        .bytes_max
        .and_then(|bytes| usize::try_from(bytes).ok())
        .unwrap_or(usize::MAX);
    let bytes_max = asked.min(settings.text_bytes_max);
    let limit = limited(query.limit, settings.entries_max);
    let mut found = Patch::default();
    // The file that lines belong to, listed or not.
    let mut listed = false;
    let printed = diff.print(DiffFormat::Patch, |delta, _, line| {
        let origin = line.origin_value();
        if origin == DiffLineType::FileHeader {
            found.files_changed += 1;
            listed = found.files.len() < limit;
            if listed {
                let (path, old_path) = change::paths_of(&delta);
                let change = Change::of(delta.status()).unwrap_or(Change::Modified);
                let binary = delta.flags().is_binary();
                found.files.push(FileChange {
                    path,
                    old_path,
                    change,
                    binary,
                    insertions: 0,
                    deletions: 0,
                });
            }
        }
        let file = found.files.last_mut().filter(|_| listed);
        match origin {
            DiffLineType::Addition => {
                found.insertions += 1;
                if let Some(file) = file {
                    file.insertions += 1;
                }
            }
            DiffLineType::Deletion => {
                found.deletions += 1;
                if let Some(file) = file {
                    file.deletions += 1;
                }
            }
            DiffLineType::Binary => {
                if let Some(file) = file {
                    file.binary = true;
                }
            }
            _ => {}
        }
        let sign = match origin {
            DiffLineType::Addition | DiffLineType::Deletion | DiffLineType::Context => {
                Some(line.origin())
            }
            _ => None,
        };
        let bytes = line.content().len() + usize::from(sign.is_some());
        if !found.text_truncated && found.text.len() + bytes <= bytes_max {
            found
                .text
                .extend(sign.and_then(|sign| u8::try_from(sign).ok()));
            found.text.extend_from_slice(line.content());
        } else {
            found.text_truncated = true;
        }
        wanted.check().is_ok()
    });
    wanted.check()?;
    printed.doing("write the patch")?;
    Ok(found)
}
