//! Tools that look at a local repository's history: `log`, `branch`, `show_file`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson};
use sinew_pdk::schema::{GitCommit, GitLogRequest, GitShowFileRequest};
use sinew_pdk::{McpCall, git_get_branch, git_log, git_show_file};

use crate::file_text::{FILE_BYTES, FileText};
use crate::look;
use crate::place::Folder;
use crate::text::{counted, more, one_line, short};

/// Commits that are listed where nobody says how many.
const COMMITS: u32 = 20;

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            look(
                "log",
                "Lists commits, newest first: of a branch, of a range such as `main..topic`, or only those that changed \
                 `files`. To go on, ask again with `revision` set to the last commit's parent.",
            ),
            log,
        )
        .tool(
            look("branch", "Names the branch that is checked out and its last commit, and nothing else: `status` says more."),
            branch,
        )
        .tool(
            look(
                "show_file",
                "Reads a file as it is in a revision of the local repository: an earlier state, or another branch's. For the \
                 file as it is now use `read_file`; for one at GitHub use `github_file`.",
            ),
            show_file,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Log {
    #[serde(flatten)]
    place: Folder,
    /// A branch, a tag, a commit, or a range `A..B`. Absent means what is checked out.
    revision: Option<String>,
    /// Paths relative to the repository's root: only commits that changed these.
    #[serde(default)]
    files: Vec<String>,
    /// How many commits to list at most. Absent means 20.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Branch {
    #[serde(flatten)]
    place: Folder,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShowFile {
    #[serde(flatten)]
    place: Folder,
    /// Path of the file, relative to the repository's root.
    file: String,
    /// A branch, a tag or a commit. Absent means the last commit.
    revision: Option<String>,
    /// How many bytes to read at most. Absent means 50000.
    #[schemars(range(min = 1, max = 200_000))]
    max_bytes: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct LogTold {
    commits: Vec<Commit>,
    /// Whether there are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Commit {
    id: String,
    parents: Vec<String>,
    author: String,
    /// When it was written, RFC 3339.
    time: String,
    summary: String,
}

#[derive(Serialize, JsonSchema)]
struct BranchTold {
    /// The branch; absent where none is checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    /// Its last commit; absent where there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
}

fn log(call: &McpCall, asked: Log) -> Result<TextAndJson<LogTold>, Failure> {
    let found = git_log(GitLogRequest {
        revision: asked.revision,
        paths: asked.files,
        limit: Some(asked.limit.unwrap_or(COMMITS)),
        ..GitLogRequest::from(&asked.place.path(call)?)
    })?;
    let commits: Vec<_> = found.commits.into_iter().map(Commit::from).collect();
    let mut lines = vec![format!(
        "{}{}.",
        counted(commits.len(), "commit"),
        more(found.truncated)
    )];
    lines.extend(commits.iter().map(Commit::line));
    let told = LogTold {
        commits,
        truncated: found.truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn branch(call: &McpCall, asked: Branch) -> Result<TextAndJson<BranchTold>, Failure> {
    let found = git_get_branch(&asked.place.path(call)?)?;
    let head = found.head.as_deref().map_or("no commit yet", short);
    let text = match &found.branch {
        Some(branch) => format!("`{}` ({head})", one_line(branch)),
        None => format!("No branch is checked out, but {head}."),
    };
    let told = BranchTold {
        branch: found.branch,
        head: found.head,
    };
    Ok(TextAndJson(text, told))
}

fn show_file(call: &McpCall, asked: ShowFile) -> Result<TextAndJson<FileText>, Failure> {
    let found = git_show_file(GitShowFileRequest {
        path: asked.place.path(call)?,
        revision: asked.revision.unwrap_or_else(|| "HEAD".to_owned()),
        file: asked.file.clone(),
        max_bytes: Some(asked.max_bytes.unwrap_or(FILE_BYTES)),
    })?;
    Ok(FileText::new(asked.file, found.text, found.total_bytes, found.truncated).told())
}

// === impl Commit ===

impl From<GitCommit> for Commit {
    fn from(commit: GitCommit) -> Self {
        Self {
            id: commit.id,
            parents: commit.parents,
            author: one_line(&commit.author.name),
            time: commit.author.time,
            summary: one_line(&commit.summary),
        }
    }
}

impl Commit {
    pub(crate) fn line(&self) -> String {
        let Self {
            id,
            author,
            time,
            summary,
            ..
        } = self;
        format!("- {} {summary} ({author}, {})", short(id), one_line(time))
    }
}
