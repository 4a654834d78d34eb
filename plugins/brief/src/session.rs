//! From a session's beginning to its end: what was there at first, and what has come since.

use serde::{Deserialize, Serialize};
use sinew_pdk::schema::{ClockNowRequest, GitGetWorktreeResponse, GitLogRequest};
use sinew_pdk::{StateError, clock_now, git_get_worktree, git_log, var};

use crate::Patience;
use crate::repository::{self, Repository, changes, described};
use crate::text::{counted, one_line};

/// The Var that holds the beginning.
const BEGINNING: &str = "beginning";
/// New commits that are counted; beyond them there are simply more.
const COMMITS_MAX: u32 = 50;
/// New commits that are named.
const COMMITS_NAMED: usize = 3;

/// What was there when the session began.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Beginning {
    /// When, where the clock could be read.
    unix_ms: Option<i64>,
    /// The commit that was checked out, where there was one.
    head: Option<String>,
}

// === impl Beginning ===

impl Beginning {
    /// Keeps what is there now, unless the session has begun before: it was resumed, or its memory compacted.
    pub(crate) fn remember(repository: &Repository) -> Result<(), StateError> {
        if var::get::<Self>(BEGINNING)?.is_none() {
            let beginning = Self {
                unix_ms: now(),
                head: repository.head().map(str::to_owned),
            };
            var::set(BEGINNING, &beginning)?;
        }
        Ok(())
    }
}

/// What came of the session in `folder`; none where there is no repository to tell of.
pub(crate) fn summary(folder: &str, patience: Patience) -> Result<Option<String>, StateError> {
    let Ok(GitGetWorktreeResponse { worktree, .. }) = git_get_worktree(folder) else {
        return Ok(None);
    };
    let beginning = var::get::<Beginning>(BEGINNING)?;
    let place = match &worktree.branch {
        Some(branch) => format!("on `{}`", one_line(branch)),
        None => "with a detached `HEAD`".to_owned(),
    };
    let minutes = beginning
        .as_ref()
        .and_then(|beginning| Some(now()?.saturating_sub(beginning.unix_ms?)))
        .map(|milliseconds| u64::try_from(milliseconds / 60_000).unwrap_or_default());
    let mut parts = vec![match minutes {
        None => format!("The session ended {place}"),
        Some(0) => format!("The session ended {place} after less than a minute"),
        Some(minutes) => format!(
            "The session ended {place} after {}",
            counted(minutes, "minute")
        ),
    }];
    let since = beginning.and_then(|beginning| beginning.head);
    if let Some(since) = since {
        parts.extend(commits(folder, &since, worktree.head.as_deref(), patience));
    }
    parts.push(match repository::status(folder, patience) {
        Ok(status) if status.entries.is_empty() => "nothing uncommitted".to_owned(),
        Ok(status) => format!("not committed: {}", changes(&status)),
        Err(_) => "what is not committed could not be told in time".to_owned(),
    });
    Ok(Some(format!("{}.", parts.join("; "))))
}

/// The commits that `HEAD` has and had not at first. A rebase or a merge brings other people's along, so nothing is said
/// of who made them.
fn commits(folder: &str, since: &str, head: Option<&str>, patience: Patience) -> Option<String> {
    if head == Some(since) {
        return Some("no new commits".to_owned());
    }
    let log = git_log(GitLogRequest {
        revision: Some(format!("{since}..HEAD")),
        limit: Some(COMMITS_MAX),
        wait_ms: Some(patience.log_ms),
        ..GitLogRequest::from(folder)
    })
    .ok()?;
    if log.commits.is_empty() {
        return Some("`HEAD` moved back, without new commits".to_owned());
    }
    let named: Vec<_> = log
        .commits
        .iter()
        .take(COMMITS_NAMED)
        .map(described)
        .collect();
    let count = log.commits.len() as u64;
    let more = if log.truncated { "more than " } else { "" };
    let rest = if log.truncated || log.commits.len() > named.len() {
        ", …"
    } else {
        ""
    };
    Some(format!(
        "{more}{} since it began: {}{rest}",
        counted(count, "new commit"),
        named.join(", ")
    ))
}

fn now() -> Option<i64> {
    clock_now(ClockNowRequest::default())
        .ok()
        .map(|now| now.unix_ms)
}
