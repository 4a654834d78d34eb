//! Status: what differs between `HEAD`, index and worktree.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use git2::{Diff, DiffFindOptions, Repository};

use super::change::{self, Change, RENAME_LIMIT};
use super::error::Doing as _;
use super::location::worktree_of;
use super::{GitError, GitService, GitSettings, Head, Judged, Location, head};
use crate::services::threads::within;

/// What to compare.
#[derive(Debug, Clone, Default)]
pub struct StatusQuery {
    /// Only these files and those below these folders; empty for all.
    pub paths: Vec<String>,
    /// Whether to list untracked files.
    pub untracked: bool,
    /// The most entries.
    pub limit: Option<u32>,
    /// How long to wait at most, where the deadline is not sooner.
    pub wait: Option<Duration>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What is checked out.
    pub head: Head,
    /// The branch that the branch follows, where it was fetched.
    pub upstream: Option<Upstream>,
    /// By path.
    pub entries: Vec<StatusEntry>,
    /// Whether more differs than is listed.
    pub truncated: bool,
}

/// A branch's upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Short name, such as `origin/main`.
    pub name: String,
    /// Commits that only the branch has.
    pub ahead: usize,
    /// Commits that only the upstream has.
    pub behind: usize,
}

/// One file that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusEntry {
    /// Path relative to the worktree, as bytes.
    pub path: Vec<u8>,
    /// Former path of a renamed file.
    pub old_path: Option<Vec<u8>>,
    /// How the index differs from `HEAD`.
    pub staged: Option<Change>,
    /// How the worktree differs from the index.
    pub unstaged: Option<Change>,
}

impl GitService {
    /// Compares a worktree with its index, and the index with `HEAD`.
    ///
    /// # Errors
    ///
    /// `Conflict` for a bare repository, and where the repository is not the judged one.
    pub async fn status(
        &self,
        judged: Judged,
        query: StatusQuery,
        deadline: Instant,
    ) -> Result<Status, GitError> {
        self.on(
            judged,
            within(deadline, query.wait),
            move |repository, location, settings, wanted| {
                wanted.check()?;
                status(repository, location, settings, &query)
            },
        )
        .await
    }
}

pub(super) fn status(
    repository: &Repository,
    location: &Location,
    settings: &GitSettings,
    query: &StatusQuery,
) -> Result<Status, GitError> {
    worktree_of(location)?;
    let head = head::read(repository)?;
    let paths = change::relative(&query.paths)?;
    let mut entries: BTreeMap<Vec<u8>, StatusEntry> = BTreeMap::new();

    let tree = match &head.commit {
        Some(_) => Some(
            repository
                .head()
                .and_then(|head| head.peel_to_tree())
                .doing("read `HEAD`")?,
        ),
        None => None,
    };
    let index = repository.index().doing("read the index")?;
    let mut options = change::options(&paths, settings.file_bytes_max);
    let mut diff = repository
        .diff_tree_to_index(tree.as_ref(), Some(&index), Some(&mut options))
        .doing("compare with `HEAD`")?;
    find_renames(&mut diff)?;
    collect(&diff, &mut entries, |entry, change| {
        entry.staged = Some(change);
    });

    let mut options = change::options(&paths, settings.file_bytes_max);
    // A submodule's own worktree is another repository, which nobody judged.
    options
        .ignore_submodules(true)
        .include_untracked(query.untracked)
        .recurse_untracked_dirs(query.untracked)
        .update_index(false);
    let mut diff = repository
        .diff_index_to_workdir(Some(&index), Some(&mut options))
        .doing("compare with the worktree")?;
    find_renames(&mut diff)?;
    collect(&diff, &mut entries, |entry, change| {
        entry.unstaged = Some(change);
    });

    let limit = limited(query.limit, settings.entries_max);
    let truncated = entries.len() > limit;
    let upstream = upstream(repository, &head);
    Ok(Status {
        head,
        upstream,
        entries: entries.into_values().take(limit).collect(),
        truncated,
    })
}

/// The smaller of what was asked for and what is given at once.
pub(super) fn limited(asked: Option<u32>, most: usize) -> usize {
    asked
        .and_then(|asked| usize::try_from(asked).ok())
        .map_or(most, |asked| asked.min(most))
}

pub(super) fn find_renames(diff: &mut Diff<'_>) -> Result<(), GitError> {
    let mut options = DiffFindOptions::new();
    options.renames(true).rename_limit(RENAME_LIMIT);
    diff.find_similar(Some(&mut options))
        .doing("find renamed files")
}

fn collect(
    diff: &Diff<'_>,
    entries: &mut BTreeMap<Vec<u8>, StatusEntry>,
    set: impl Fn(&mut StatusEntry, Change),
) {
    for delta in diff.deltas() {
        let Some(change) = Change::of(delta.status()) else {
            continue;
        };
        let (path, old_path) = change::paths_of(&delta);
        let entry = entries.entry(path.clone()).or_insert_with(|| StatusEntry {
            path,
            ..StatusEntry::default()
        });
        if old_path.is_some() {
            entry.old_path = old_path;
        }
        set(entry, change);
    }
}

/// The upstream; none where nothing is configured or nothing was fetched.
fn upstream(repository: &Repository, head: &Head) -> Option<Upstream> {
    let name = repository.branch_upstream_name(head.reference()?).ok()?;
    let name = name.as_str().ok()?.to_owned();
    let theirs = repository.refname_to_id(&name).ok()?;
    let ours = repository.refname_to_id(head.reference()?).ok()?;
    let (ahead, behind) = repository.graph_ahead_behind(ours, theirs).ok()?;
    let name = name
        .strip_prefix("refs/remotes/")
        .or(name.strip_prefix("refs/heads/"))
        .unwrap_or(&name)
        .to_owned();
    Some(Upstream {
        name,
        ahead,
        behind,
    })
}
