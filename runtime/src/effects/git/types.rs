//! The service's values in the contract's words.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use std::os::unix::ffi::OsStrExt as _;

use sinew_schema::{GitCommit, GitFileChange, GitSignature, GitStatusEntry, GitWorktree};

use crate::effects::Fields;
use crate::effects::bytes::path;
pub(super) use crate::effects::bytes::{lossy, lossy_path};
use crate::services::git::{Change, Commit, FileChange, Signature, StatusEntry, Worktree};

pub(super) fn worktree(worktree: Worktree) -> GitWorktree {
    let (path, path_base64) = path(worktree.path.as_os_str().as_bytes());
    GitWorktree {
        path,
        path_base64,
        git_dir: lossy_path(&worktree.git_dir),
        common_dir: lossy_path(&worktree.common_dir),
        branch: worktree.head.branch().map(str::to_owned),
        detached: worktree.head.reference().is_none(),
        head: worktree.head.commit,
        main: worktree.main,
        locked: worktree.locked.is_some(),
        lock_reason: worktree.locked.filter(|reason| !reason.is_empty()),
        prunable: worktree.prunable,
        extra: Fields::new(),
    }
}

pub(super) fn commit(commit: Commit) -> GitCommit {
    GitCommit {
        id: commit.id,
        tree: commit.tree,
        parents: commit.parents,
        author: signature(commit.author),
        committer: signature(commit.committer),
        summary: commit.summary,
        message: commit.message,
        message_truncated: commit.message_truncated,
        extra: Fields::new(),
    }
}

fn signature(signature: Signature) -> GitSignature {
    GitSignature {
        time: rfc3339(signature.seconds, signature.offset_minutes),
        name: signature.name,
        email: signature.email,
        extra: Fields::new(),
    }
}

/// A commit can carry any number for a time; what no calendar has becomes the nearest that one has.
fn rfc3339(seconds: i64, offset_minutes: i32) -> String {
    // A day from the ends, so that every offset still fits.
    let (first, last) = (
        Timestamp::MIN.as_second() + 86_400,
        Timestamp::MAX.as_second() - 86_400,
    );
    let timestamp =
        Timestamp::from_second(seconds.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH);
    let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    timestamp
        .to_zoned(TimeZone::fixed(offset))
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

pub(super) fn file_change(change: &FileChange) -> GitFileChange {
    let (path, path_base64) = path(&change.path);
    GitFileChange {
        path,
        path_base64,
        old_path: change.old_path.as_deref().map(lossy),
        change: word(change.change).to_owned(),
        binary: change.binary,
        insertions: change.insertions,
        deletions: change.deletions,
        extra: Fields::new(),
    }
}

pub(super) fn status_entry(entry: &StatusEntry) -> GitStatusEntry {
    let (path, path_base64) = path(&entry.path);
    GitStatusEntry {
        path,
        path_base64,
        old_path: entry.old_path.as_deref().map(lossy),
        staged: entry.staged.map(|change| word(change).to_owned()),
        unstaged: entry.unstaged.map(|change| word(change).to_owned()),
        extra: Fields::new(),
    }
}

/// The word that `change`, `staged` and `unstaged` share.
fn word(change: Change) -> &'static str {
    match change {
        Change::Added => GitFileChange::CHANGE_ADDED,
        Change::Modified => GitFileChange::CHANGE_MODIFIED,
        Change::Deleted => GitFileChange::CHANGE_DELETED,
        Change::Renamed => GitFileChange::CHANGE_RENAMED,
        Change::Copied => GitFileChange::CHANGE_COPIED,
        Change::TypeChanged => GitFileChange::CHANGE_TYPE_CHANGED,
        Change::Conflicted => GitFileChange::CHANGE_CONFLICTED,
        Change::Untracked => GitStatusEntry::UNSTAGED_UNTRACKED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_time_can_be_written() {
        assert_eq!(rfc3339(0, 0), "1970-01-01T00:00:00+00:00");
        assert_eq!(rfc3339(1_700_000_000, -210), "2023-11-14T18:43:20-03:30");
        for seconds in [i64::MIN, -1, i64::MAX] {
            for offset in [i32::MIN, -1_500, 1_500, i32::MAX] {
                assert!(rfc3339(seconds, offset).contains('T'));
            }
        }
    }
}
