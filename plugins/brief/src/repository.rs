//! What git says of the folder that a session works in.

use std::collections::BTreeMap;

use sinew_pdk::schema::{
    GitCommit, GitLogRequest, GitStatusEntry, GitStatusRequest, GitStatusResponse, GitWorktree,
};
use sinew_pdk::{EffectError, git_get_worktree, git_log, git_status};

use crate::Patience;
use crate::text::{counted, one_line, short};

/// Changed files that are counted; beyond them there are simply more.
const CHANGES_MAX: u32 = 500;
/// Changed files that are named.
const CHANGES_NAMED: usize = 12;
/// Recent commits that are named.
const COMMITS_NAMED: u32 = 5;

/// A repository as far as it could be read.
pub(crate) enum Repository {
    /// Why there is nothing to say.
    Unknown(String),
    /// A worktree.
    Known(Box<Known>),
}

/// A worktree, and what could be read of it in time.
pub(crate) struct Known {
    worktree: GitWorktree,
    status: Result<GitStatusResponse, String>,
    log: Result<Vec<GitCommit>, String>,
}

/// Looks at the repository that `folder` lies in; `None` where the operator did not let it look.
pub(crate) fn look(folder: &str, patience: Patience) -> Option<Repository> {
    let worktree = match git_get_worktree(folder) {
        Ok(found) => found.worktree,
        Err(error) if error.code == EffectError::CODE_DENIED => return None,
        Err(error) => {
            return Some(Repository::Unknown(why(
                "what git says of this folder",
                &error,
            )));
        }
    };
    // The log first: where the status of a large worktree takes all its time, the log is already there.
    let log = git_log(GitLogRequest {
        limit: Some(COMMITS_NAMED),
        wait_ms: Some(patience.log_ms),
        ..GitLogRequest::from(folder)
    });
    Some(Repository::Known(Box::new(Known {
        log: log
            .map(|log| log.commits)
            .map_err(|error| why("the recent commits", &error)),
        status: status(folder, patience).map_err(|error| why("the status", &error)),
        worktree,
    })))
}

/// The worktree's status, with limits on how much is listed and how long it may take.
pub(crate) fn status(folder: &str, patience: Patience) -> Result<GitStatusResponse, EffectError> {
    git_status(GitStatusRequest {
        limit: Some(CHANGES_MAX),
        wait_ms: Some(patience.status_ms),
        ..GitStatusRequest::from(folder)
    })
}

/// Why `what` is missing, in words for whoever reads the brief. The error's own message may name more than they should see.
pub(crate) fn why(what: &str, error: &EffectError) -> String {
    match error.code.as_str() {
        EffectError::CODE_NOT_FOUND => "This folder is in no git worktree.".to_owned(),
        EffectError::CODE_DENIED => format!("Not shown: {what}, for which brief has no permit."),
        EffectError::CODE_DEADLINE => format!("Not shown: {what}, which took too long."),
        code => format!("Not shown: {what} ({}).", one_line(code)),
    }
}

/// How many files differ, by how, most first.
pub(crate) fn changes(status: &GitStatusResponse) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in &status.entries {
        *kinds.entry(kind(entry)).or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let kinds: Vec<_> = kinds
        .iter()
        .map(|(kind, count)| format!("{count} {}", one_line(kind).replace('_', " ")))
        .collect();
    let counted = counted(status.entries.len() as u64, "changed file");
    let more = if status.truncated { "more than " } else { "" };
    format!("{more}{counted} ({})", kinds.join(", "))
}

fn kind(entry: &GitStatusEntry) -> &str {
    let staged = entry.staged.as_deref();
    // A new file that was touched again is still new.
    staged
        .filter(|staged| matches!(*staged, "added" | "conflicted"))
        .or(entry.unstaged.as_deref())
        .or(staged)
        .unwrap_or("changed")
}

// === impl Repository ===

impl Repository {
    /// What there is to say of it, a fact a line.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::Unknown(why) => vec![format!("- {why}")],
            Self::Known(known) => known.lines(),
        }
    }

    /// The commit that is checked out; none where there is no repository, or no commit yet.
    pub(crate) fn head(&self) -> Option<&str> {
        match self {
            Self::Unknown(_) => None,
            Self::Known(known) => known.worktree.head.as_deref(),
        }
    }
}

// === impl Known ===

impl Known {
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.checked_out(), self.place()];
        match &self.status {
            Err(why) => lines.push(format!("- {why}")),
            Ok(status) => lines.push(files(status)),
        }
        match &self.log {
            Err(why) => lines.push(format!("- {why}")),
            Ok(commits) if commits.is_empty() => {}
            Ok(commits) => {
                lines.push("- Recent commits:".to_owned());
                lines.extend(
                    commits
                        .iter()
                        .map(|commit| format!("  - {}", described(commit))),
                );
            }
        }
        lines
    }

    fn checked_out(&self) -> String {
        let at = self
            .worktree
            .head
            .as_deref()
            .map(|head| format!(" at {}", short(head)));
        match (&self.worktree.branch, at) {
            (None, at) => format!("- No branch: `HEAD` is detached{}.", at.unwrap_or_default()),
            (Some(branch), None) => {
                format!("- Branch `{}`, which has no commit yet.", one_line(branch))
            }
            (Some(branch), Some(at)) => {
                format!(
                    "- Branch `{}`{at}{}.",
                    one_line(branch),
                    self.beside_upstream()
                )
            }
        }
    }

    fn beside_upstream(&self) -> String {
        let Ok(GitStatusResponse {
            upstream: Some(upstream),
            ahead,
            behind,
            ..
        }) = &self.status
        else {
            return String::new();
        };
        let upstream = one_line(upstream);
        match (ahead.unwrap_or_default(), behind.unwrap_or_default()) {
            (0, 0) => format!(", level with `{upstream}`"),
            (ahead, 0) => format!(", {ahead} ahead of `{upstream}`"),
            (0, behind) => format!(", {behind} behind `{upstream}`"),
            (ahead, behind) => format!(", {ahead} ahead of and {behind} behind `{upstream}`"),
        }
    }

    fn place(&self) -> String {
        let path = one_line(&self.worktree.path);
        if self.worktree.main {
            format!("- Worktree `{path}`.")
        } else {
            format!(
                "- Worktree `{path}`, linked: other worktrees of the repository have work of their own."
            )
        }
    }
}

fn files(status: &GitStatusResponse) -> String {
    let named: Vec<_> = status
        .entries
        .iter()
        .take(CHANGES_NAMED)
        .map(|entry| format!("`{}`", one_line(&entry.path)))
        .collect();
    let changes = changes(status);
    if named.is_empty() {
        return "- Worktree and index: nothing has changed since the last commit.".to_owned();
    }
    let more = if status.truncated || status.entries.len() > named.len() {
        ", …"
    } else {
        ""
    };
    format!("- Not committed: {changes}: {}{more}", named.join(", "))
}

/// A commit in a line.
pub(crate) fn described(commit: &GitCommit) -> String {
    let day = commit.author.time.get(..10).unwrap_or_default();
    format!(
        "{} {} ({}, {day})",
        short(&commit.id),
        one_line(&commit.summary),
        one_line(&commit.author.name)
    )
}
