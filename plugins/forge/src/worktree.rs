//! Tools that compare a local repository's states: `status`, `diff`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson};
use sinew_pdk::schema::{GitDiffRequest, GitFileChange, GitStatusEntry, GitStatusRequest};
use sinew_pdk::{McpCall, git_diff, git_status};

use crate::look;
use crate::place::Folder;
use crate::text::{counted, more, one_line, short};

/// Bytes of a patch that are shown where nobody says how many.
const PATCH_BYTES: u64 = 40_000;
/// Changed files that are listed where nobody says how many.
const FILES: u32 = 200;
pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            look(
                "status",
                "Shows what is changed and not committed: staged, unstaged and untracked files, the branch, and how far it is \
                 from its upstream. Use it before you commit, and to see where you are. Lists up to `limit` files.",
            ),
            status,
        )
        .tool(
            look(
                "diff",
                "Shows changes as a patch. Without `from` and `to`: what is not staged, or, with `staged`, what is. With `from` \
                 alone: from that revision to the working folder; with both: between two revisions. Narrow it with `files`, or \
                 set `max_bytes` to 0 for the list of files alone. Untracked files are not in it: `status` lists them.",
            ),
            diff,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Status {
    #[serde(flatten)]
    place: Folder,
    /// Paths relative to the repository's root: only these files, and those below these folders.
    #[serde(default)]
    files: Vec<String>,
    /// How many files to list at most. Absent means 200.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Diff {
    #[serde(flatten)]
    place: Folder,
    /// Revision on the old side.
    from: Option<String>,
    /// Revision on the new side; it needs `from`.
    to: Option<String>,
    /// Whether the index takes the place of the working folder.
    #[serde(default)]
    staged: bool,
    /// Paths relative to the repository's root: only these files, and those below these folders.
    #[serde(default)]
    files: Vec<String>,
    /// How many bytes of the patch to show at most. Absent means 40000.
    #[schemars(range(max = 200_000))]
    max_bytes: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct StatusTold {
    /// The branch; absent where none is checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    /// The commit that is checked out; absent where there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    /// The branch's upstream; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<String>,
    /// Commits that the upstream lacks.
    ahead: u64,
    /// Commits that the branch lacks, as of the last fetch.
    behind: u64,
    files: Vec<FileStatus>,
    /// Whether there are more files.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct FileStatus {
    path: String,
    /// Former path of a renamed file.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
    /// How what is staged differs from the last commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    staged: Option<String>,
    /// How the file differs from what is staged; `untracked` where git does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unstaged: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct DiffTold {
    files: Vec<FileDiff>,
    files_changed: u64,
    insertions: u64,
    deletions: u64,
    /// Whether more files differ than are listed.
    truncated: bool,
    /// The patch in git's unified format.
    patch: String,
    /// Whether the patch is longer than this.
    patch_truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct FileDiff {
    path: String,
    /// `added`, `modified`, `deleted`, `renamed`, `copied` or another of git's words.
    change: String,
    insertions: u64,
    deletions: u64,
}

fn status(call: &McpCall, asked: Status) -> Result<TextAndJson<StatusTold>, Failure> {
    let found = git_status(GitStatusRequest {
        paths: asked.files,
        limit: Some(asked.limit.unwrap_or(FILES)),
        ..GitStatusRequest::from(&asked.place.path(call)?)
    })?;
    let head = found.head.as_deref().map_or("no commit yet", short);
    let place = match &found.branch {
        Some(branch) => format!("On `{}` ({head})", one_line(branch)),
        None => format!("No branch is checked out, but {head}"),
    };
    let (ahead, behind) = (found.ahead.unwrap_or(0), found.behind.unwrap_or(0));
    let distance = found
        .upstream
        .as_deref()
        .map_or_else(String::new, |upstream| {
            format!(
                ", {ahead} ahead of and {behind} behind `{}`",
                one_line(upstream)
            )
        });
    let files: Vec<_> = found.entries.into_iter().map(FileStatus::from).collect();
    let mut lines = vec![format!("{place}{distance}.")];
    lines.push(match files.len() {
        0 => "Nothing is changed.".to_owned(),
        count => format!(
            "Changed: {}{}.",
            counted(count, "file"),
            more(found.truncated)
        ),
    });
    lines.extend(files.iter().map(FileStatus::line));
    let told = StatusTold {
        branch: found.branch,
        head: found.head,
        upstream: found.upstream,
        ahead,
        behind,
        files,
        truncated: found.truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn diff(call: &McpCall, asked: Diff) -> Result<TextAndJson<DiffTold>, Failure> {
    let found = git_diff(GitDiffRequest {
        from: asked.from,
        to: asked.to,
        staged: Some(asked.staged),
        paths: asked.files,
        max_bytes: Some(asked.max_bytes.unwrap_or(PATCH_BYTES)),
        limit: Some(FILES),
        ..GitDiffRequest::from(&asked.place.path(call)?)
    })?;
    let mut lines = vec![format!(
        "{} changed, +{} −{}.",
        counted(found.files_changed, "file"),
        found.insertions,
        found.deletions
    )];
    let files: Vec<_> = found.files.into_iter().map(FileDiff::from).collect();
    if found.text_truncated {
        // The patch does not show all, so the list has to.
        lines.extend(files.iter().map(FileDiff::line));
    }
    if !found.text.is_empty() {
        lines.push(found.text.trim_end().to_owned());
    }
    if found.text_truncated {
        lines.push("(cut: narrow it with `files`, or raise `max_bytes`)".to_owned());
    }
    let told = DiffTold {
        files,
        files_changed: found.files_changed,
        insertions: found.insertions,
        deletions: found.deletions,
        truncated: found.truncated,
        patch: found.text,
        patch_truncated: found.text_truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

// === impl FileStatus ===

impl From<GitStatusEntry> for FileStatus {
    fn from(entry: GitStatusEntry) -> Self {
        Self {
            path: entry.path,
            old_path: entry.old_path,
            staged: entry.staged,
            unstaged: entry.unstaged,
        }
    }
}

impl FileStatus {
    fn line(&self) -> String {
        let mut words = Vec::new();
        if let Some(staged) = &self.staged {
            words.push(format!("staged {}", one_line(staged)));
        }
        match self.unstaged.as_deref() {
            Some("untracked") => words.push("untracked".to_owned()),
            Some(unstaged) => words.push(format!("unstaged {}", one_line(unstaged))),
            None => {}
        }
        let from = self.old_path.as_deref().map(one_line);
        let from = from.map_or_else(String::new, |from| format!(" (was {from})"));
        format!("- {}: {}{from}", one_line(&self.path), words.join(", "))
    }
}

// === impl FileDiff ===

impl From<GitFileChange> for FileDiff {
    fn from(change: GitFileChange) -> Self {
        Self {
            path: change.path,
            change: change.change,
            insertions: change.insertions,
            deletions: change.deletions,
        }
    }
}

impl FileDiff {
    fn line(&self) -> String {
        format!(
            "- {}: {}, +{} −{}",
            one_line(&self.path),
            one_line(&self.change),
            self.insertions,
            self.deletions
        )
    }
}
