//! Tools about a revision at GitHub: `checks` and `github_file`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, Tool};
use sinew_pdk::schema::{
    GithubCheck, GithubGetChecksRequest, GithubGetChecksResponse, GithubGetFileRequest,
};
use sinew_pdk::{McpCall, git_get_branch, github_get_checks, github_get_file};

use crate::file_text::{FILE_BYTES, FileText};
use crate::place::{AtGithub, at_github};
use crate::text::{counted, more, one_line, short};

/// Checks that are listed where nobody says how many.
const CHECKS: u32 = 50;

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            Tool::new(
                "checks",
                "Says what checks and statuses at GitHub say of a commit: those that did not pass first. Without `revision` it is the \
                 commit that is checked out, which has to be pushed. For a pull request use `pull_status`.",
            )
            .read_only()
            .idempotent(),
            checks,
        )
        .tool(
            Tool::new(
                "github_file",
                "Reads a file as it is in a revision at GitHub: of the default branch where none is named, and of any \
                 repository. For files of the project use `read_file`.",
            )
            .read_only()
            .idempotent(),
            file,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OfCommit {
    #[serde(flatten)]
    place: AtGithub,
    /// A branch, a tag or a commit at GitHub. Absent means the commit that is checked out.
    revision: Option<String>,
    /// How many checks to list at most. Absent means 50.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OfFile {
    #[serde(flatten)]
    place: AtGithub,
    /// Path of the file, from the repository's root.
    #[schemars(length(min = 1))]
    file: String,
    /// A branch, a tag or a commit. Absent means the default branch.
    revision: Option<String>,
    /// How many bytes to read at most. Absent means 50000.
    #[schemars(range(min = 1, max = 200_000))]
    max_bytes: Option<u64>,
}

/// What checks say of a commit.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CheckResults {
    commit: String,
    /// What they come to: `success`, `failure`, `pending` or `none`.
    pub(crate) state: String,
    checks: Vec<Check>,
    /// Whether there are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Check {
    name: String,
    /// `success`, `failure`, `pending`, `skipped` or another of GitHub's words.
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

fn checks(call: &McpCall, asked: OfCommit) -> Result<TextAndJson<CheckResults>, Failure> {
    let repository = asked.place.name(call)?;
    let revision = match asked.revision {
        Some(revision) => revision,
        None => git_get_branch(&asked.place.folder(call)?)?
            .head
            .ok_or("There is no commit yet. Name one at GitHub: `revision`.")?,
    };
    let told: CheckResults = github_get_checks(GithubGetChecksRequest {
        repository,
        revision,
        limit: Some(asked.limit.unwrap_or(CHECKS)),
    })
    .map_err(at_github)?
    .into();
    let mut lines = vec![format!(
        "`{}`: {}, in {}{}.",
        short(&told.commit),
        one_line(&told.state),
        counted(told.checks.len(), "check"),
        more(told.truncated)
    )];
    lines.extend(told.unpassed());
    Ok(TextAndJson(lines.join("\n"), told))
}

fn file(call: &McpCall, asked: OfFile) -> Result<TextAndJson<FileText>, Failure> {
    let found = github_get_file(GithubGetFileRequest {
        repository: asked.place.name(call)?,
        file: asked.file.clone(),
        revision: asked.revision,
        max_bytes: Some(asked.max_bytes.unwrap_or(FILE_BYTES)),
    })
    .map_err(at_github)?;
    Ok(FileText::new(asked.file, found.text, found.total_bytes, found.truncated).told())
}

// === impl CheckResults ===

impl From<GithubGetChecksResponse> for CheckResults {
    fn from(found: GithubGetChecksResponse) -> Self {
        let mut checks: Vec<_> = found.checks.into_iter().map(Check::from).collect();
        checks.sort_by_key(Check::is_passed);
        Self {
            commit: found.commit,
            state: found.state,
            checks,
            truncated: found.truncated,
        }
    }
}

impl CheckResults {
    /// A line for each that did not pass.
    pub(crate) fn unpassed(&self) -> impl Iterator<Item = String> {
        let unpassed = self.checks.iter().filter(|check| !check.is_passed());
        unpassed.map(|check| {
            let summary = check.summary.as_deref().map(|text| format!(": {text}"));
            format!(
                "- {} {}{}",
                check.name,
                one_line(&check.state),
                summary.unwrap_or_default()
            )
        })
    }
}

// === impl Check ===

impl From<GithubCheck> for Check {
    fn from(check: GithubCheck) -> Self {
        Self {
            name: one_line(&check.name),
            state: check.state,
            summary: check.summary.as_deref().map(one_line),
            url: check.url,
        }
    }
}

impl Check {
    fn is_passed(&self) -> bool {
        matches!(self.state.as_str(), "success" | "neutral" | "skipped")
    }
}
