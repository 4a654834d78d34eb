//! Commits, and the history they form.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use git2::{Oid, Repository, Sort};

use super::change;
use super::error::Doing as _;
use super::location::commit as commit_of;
use super::status::limited;
use super::{GitError, GitService, GitSettings, Judged, head};
use crate::services::threads::Wanted;
use crate::services::threads::within;

/// Which commits to list.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    /// Where to begin; none for `HEAD`.
    pub revision: Option<String>,
    /// Only commits that changed one of these; empty for all.
    pub paths: Vec<String>,
    /// The most commits.
    pub limit: Option<u32>,
    /// How long to wait at most, where the deadline is not sooner.
    pub wait: Option<Duration>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Object id.
    pub id: String,
    /// Object id of its tree.
    pub tree: String,
    /// Object ids of its parents.
    pub parents: Vec<String>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who committed it.
    pub committer: Signature,
    /// First paragraph on one line, lossy.
    pub summary: String,
    /// The message, lossy, cut on a character.
    pub message: String,
    /// Whether it was cut.
    pub message_truncated: bool,
}

/// A name on a commit, lossy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl GitService {
    /// Lists the commits that a revision reaches, and says whether there are or may be more.
    ///
    /// # Errors
    ///
    /// `NotFound` for a revision that does not exist.
    pub async fn log(
        &self,
        judged: Judged,
        query: LogQuery,
        deadline: Instant,
    ) -> Result<(Vec<Commit>, bool), GitError> {
        let deadline = within(deadline, query.wait);
        self.on(judged, deadline, move |repository, _, settings, wanted| {
            log(repository, settings, &query, wanted)
        })
        .await
    }
}

fn log(
    repository: &Repository,
    settings: &GitSettings,
    query: &LogQuery,
    wanted: &Wanted,
) -> Result<(Vec<Commit>, bool), GitError> {
    let paths = change::relative(&query.paths)?;
    let limit = limited(query.limit, settings.entries_max);
    let mut walk = repository.revwalk().doing("read the history")?;
    // Git's own order, newest first: for any other one libgit2 reads the whole history before the first commit.
    walk.set_sorting(Sort::NONE).doing("read the history")?;
    match query.revision.as_deref() {
        // Before the first commit there is nothing to list.
        None if head::read(repository)?.commit.is_none() => return Ok((Vec::new(), false)),
        None => walk.push_head().doing("read `HEAD`")?,
        Some(revision) => match revision.split_once("..") {
            None => walk
                .push(commit_of(repository, revision)?.id())
                .doing("read the history")?,
            Some((_, to)) if to.starts_with('.') => {
                return Err(GitError::Invalid(
                    "`A...B` is no range that a log can begin with; use `A..B`".to_owned(),
                ));
            }
            Some((from, to)) => {
                let or_head = |text: &str| {
                    if text.is_empty() {
                        "HEAD".to_owned()
                    } else {
                        text.to_owned()
                    }
                };
                walk.push(commit_of(repository, &or_head(to))?.id())
                    .doing("read the history")?;
                walk.hide(commit_of(repository, &or_head(from))?.id())
                    .doing("read the history")?;
            }
        },
    }
    let mut commits = Vec::new();
    let mut message_bytes = 0;
    for (seen, id) in walk.enumerate() {
        wanted.check()?;
        let commit = repository
            .find_commit(id.doing("read the history")?)
            .doing("read a commit")?;
        if !paths.is_empty() && !changes(&commit, &paths)? {
            if seen >= settings.log_walk_max {
                return Ok((children_first(commits), true));
            }
            continue;
        }
        if commits.len() >= limit || message_bytes >= settings.text_bytes_max {
            return Ok((children_first(commits), true));
        }
        let commit = described(&commit, settings);
        message_bytes += commit.message.len();
        commits.push(commit);
    }
    Ok((children_first(commits), false))
}

/// Puts commits behind their children, where clocks that went wrong brought them before, and leaves the rest in place.
fn children_first(commits: Vec<Commit>) -> Vec<Commit> {
    let mut children: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, commit) in commits.iter().enumerate() {
        for parent in &commit.parents {
            children.entry(parent).or_default().push(index);
        }
    }
    let mut order = Vec::with_capacity(commits.len());
    let mut placed = vec![false; commits.len()];
    for index in 0..commits.len() {
        let mut waiting = vec![index];
        while let Some(&last) = waiting.last() {
            let before = children
                .get(commits[last].id.as_str())
                .into_iter()
                .flatten()
                .find(|child| !placed[**child]);
            match before {
                Some(child) if !placed[last] => waiting.push(*child),
                _ => {
                    waiting.pop();
                    if !std::mem::replace(&mut placed[last], true) {
                        order.push(last);
                    }
                }
            }
        }
    }
    let mut commits: Vec<_> = commits.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| commits[index].take())
        .collect()
}

/// Whether a commit differs at one of the paths from each of its parents, as `git log -- paths` asks it.
fn changes(commit: &git2::Commit<'_>, paths: &[PathBuf]) -> Result<bool, GitError> {
    let entries = |commit: &git2::Commit<'_>| -> Result<Vec<Option<(Oid, i32)>>, GitError> {
        let tree = commit.tree().doing("read a commit's files")?;
        Ok(paths
            .iter()
            .map(|path| {
                tree.get_path(path)
                    .ok()
                    .map(|entry| (entry.id(), entry.filemode()))
            })
            .collect())
    };
    let ours = entries(commit)?;
    // A shallow clone's last commits have parents that are not there, and count as first ones.
    let parents: Vec<_> = (0..commit.parent_count())
        .filter_map(|index| commit.parent(index).ok())
        .collect();
    if parents.is_empty() {
        return Ok(ours.iter().any(Option::is_some));
    }
    for parent in &parents {
        if entries(parent)? == ours {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Copies what there is to know of a commit.
pub(super) fn described(commit: &git2::Commit<'_>, settings: &GitSettings) -> Commit {
    let message = String::from_utf8_lossy(commit.message_raw_bytes());
    let kept = &message[..message.floor_char_boundary(settings.message_bytes_max)];
    let summary = String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default());
    Commit {
        id: commit.id().to_string(),
        tree: commit.tree_id().to_string(),
        parents: commit.parent_ids().map(|id| id.to_string()).collect(),
        author: signature(&commit.author()),
        committer: signature(&commit.committer()),
        summary: summary[..summary.floor_char_boundary(settings.message_bytes_max)].to_owned(),
        message: kept.to_owned(),
        message_truncated: kept.len() < message.len(),
    }
}

fn signature(signature: &git2::Signature<'_>) -> Signature {
    Signature {
        name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
        seconds: signature.when().seconds(),
        offset_minutes: signature.when().offset_minutes(),
    }
}
