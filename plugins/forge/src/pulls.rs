//! Tools for pull requests: `pull_list`, `pull_get`, `pull_create`, `pull_merge`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, Tool, failure};
use sinew_pdk::schema::{
    GithubCreatePrRequest, GithubGetPrRequest, GithubListPrsRequest, GithubMergePrRequest,
    GithubPullRequest,
};
use sinew_pdk::{
    EffectError, McpCall, git_get_branch, github_create_pr, github_get_pr, github_list_prs,
    github_merge_pr,
};

use crate::issues::{Made, State};
use crate::place::{AtGithub, at_github, setting};
use crate::text::{DATA, by, clean, counted, more_by, one_line, quoted, short};

/// Pull requests that are listed where nobody says how many.
const LISTED: u32 = 30;
/// Branch that pull requests are for where nobody says which.
const USUAL_BASE: &str = "main";

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            Tool::new(
                "pull_list",
                "Lists pull requests of a repository at GitHub, newest first: open ones, unless `state` says otherwise. Find the \
                 one for a branch with `head`.",
            )
            .read_only()
            .idempotent(),
            list,
        )
        .tool(
            Tool::new(
                "pull_get",
                "Shows one pull request at GitHub: its text, its branches, how much it changes, and the commit it ends in. \
                 Whether it can be merged, `pull_status` says.",
            )
            .read_only()
            .idempotent(),
            get,
        )
        .tool(
            Tool::new(
                "pull_create",
                "Makes a pull request at GitHub, under the operator's name, for the branch that is checked out unless `head` \
                 names another. The branch has to be pushed: `push` does it. GitHub takes one that is open for a branch, not two: find it \
                 with `pull_list`.",
            )
            .destructive(false),
            create,
        )
        .tool(
            Tool::new(
                "pull_merge",
                "Merges a pull request at GitHub, which cannot be taken back, if it still ends in the commit `sha`: take that from \
                 `pull_status`, which also says what is missing.",
            )
            .destructive(true)
            .idempotent(),
            merge,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(flatten)]
    place: AtGithub,
    /// Which ones. Absent means `open`.
    state: Option<State>,
    /// Branch that is to be merged; of another repository as `owner:branch`.
    head: Option<String>,
    /// Branch to be merged into.
    base: Option<String>,
    /// How many pull requests to list at most. Absent means 30.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Get {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the pull request.
    #[schemars(range(min = 1))]
    number: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Create {
    #[serde(flatten)]
    place: AtGithub,
    /// Its title, on one line.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// Its text, Markdown.
    body: Option<String>,
    /// Branch that is to be merged; of another repository as `owner:branch`. Absent means the one that is checked out.
    head: Option<String>,
    /// Branch to be merged into. Absent means the operator's usual one, or `main`.
    base: Option<String>,
    /// Whether it is a draft.
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the pull request.
    #[schemars(range(min = 1))]
    number: u64,
    /// Object id that its branch has to end in: what was looked at.
    #[schemars(regex(pattern = r"^[0-9a-fA-F]{40}$"))]
    sha: String,
    /// How. Absent means `merge`.
    method: Option<Method>,
}

/// How to merge.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Method {
    /// With a commit that joins both.
    Merge,
    /// As one commit.
    Squash,
    /// Commit by commit, on top.
    Rebase,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    /// `owner/name`.
    repository: String,
    pull_requests: Vec<Pull>,
    /// Whether there are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Shown {
    pull_request: Pull,
    /// Its text; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletions: Option<u64>,
}

/// A pull request.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    title: String,
    /// `open`, `draft`, `closed` or `merged`.
    state: String,
    author: String,
    /// Branch that is to be merged.
    head: String,
    /// The commit that this branch ends in: what `pull_merge` wants to be told.
    pub(crate) sha: String,
    /// Branch to be merged into.
    base: String,
    labels: Vec<String>,
    /// Logins of those who were asked for a review and have not given one.
    requested_reviewers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct MergeTold {
    number: u64,
    /// The commit that the base branch got; absent where GitHub does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    /// Whether it had been merged already.
    merged_before: bool,
}

fn list(call: &McpCall, asked: List) -> Result<TextAndJson<Listed>, Failure> {
    let repository = asked.place.name(call)?;
    let listed = github_list_prs(GithubListPrsRequest {
        repository: repository.clone(),
        state: asked.state.map(State::word),
        head: asked.head,
        base: asked.base,
        limit: Some(asked.limit.unwrap_or(LISTED)),
    })
    .map_err(at_github)?;
    let pulls: Vec<_> = listed.pull_requests.into_iter().map(Pull::from).collect();
    let mut lines = vec![format!(
        "`{}`: {}{}.",
        one_line(&repository),
        counted(pulls.len(), "pull request"),
        more_by(
            listed.truncated,
            "raise `limit`, up to 100, or narrow it with `head`, `base` or `state`"
        )
    )];
    if !pulls.is_empty() {
        lines.push(DATA.to_owned());
    }
    lines.extend(pulls.iter().map(Pull::line));
    let told = Listed {
        repository,
        pull_requests: pulls,
        truncated: listed.truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn get(call: &McpCall, asked: Get) -> Result<TextAndJson<Shown>, Failure> {
    let mut pull = github_get_pr(GithubGetPrRequest {
        repository: asked.place.name(call)?,
        number: asked.number,
    })
    .map_err(at_github)?
    .pull_request;
    let told = Shown {
        body: pull.body.take().map(|body| clean(&body)),
        commits: pull.commits,
        changed_files: pull.changed_files,
        additions: pull.additions,
        deletions: pull.deletions,
        pull_request: pull.into(),
    };
    let mut lines = vec![DATA.to_owned(), told.pull_request.line()];
    if let (Some(commits), Some(files)) = (told.commits, told.changed_files) {
        lines.push(format!(
            "{} in {}, +{} −{}.",
            counted(commits, "commit"),
            counted(files, "file"),
            told.additions.unwrap_or_default(),
            told.deletions.unwrap_or_default()
        ));
    }
    lines.push(format!(
        "Its branch ends in `{}`.",
        one_line(&told.pull_request.sha)
    ));
    lines.extend(quoted(told.body.as_deref().unwrap_or_default()));
    Ok(TextAndJson(lines.join("\n"), told))
}

fn create(call: &McpCall, asked: Create) -> Result<TextAndJson<Made>, Failure> {
    let repository = asked.place.name(call)?;
    let head = match asked.head {
        Some(head) => head,
        None => git_get_branch(&asked.place.folder(call)?)?
            .branch
            .ok_or_else(|| failure("No branch is checked out. Name the one to merge: `head`."))?,
    };
    let base = match asked.base {
        Some(base) => base,
        None => setting("base")?.unwrap_or_else(|| USUAL_BASE.to_owned()),
    };
    if head == base {
        return Err(failure(format!(
            "`{}` cannot be merged into itself. Make a branch for the change, push it, and name it: `head`.",
            one_line(&head)
        )));
    }
    let made = github_create_pr(GithubCreatePrRequest {
        repository,
        title: asked.title,
        body: asked.body,
        head,
        base,
        draft: Some(asked.draft),
        // The client may send the same call again.
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })
    .map_err(|error| match error.code.as_str() {
        EffectError::CODE_INVALID_REQUEST => Failure::from(error)
            .and("The branch has to be pushed, and to differ from the one to merge into."),
        _ => at_github(error),
    })?;
    Ok(Made {
        number: made.pull_request.number,
        created: made.created,
        url: made.pull_request.url,
    }
    .told())
}

fn merge(call: &McpCall, asked: Merge) -> Result<TextAndJson<MergeTold>, Failure> {
    let number = asked.number;
    let merged = github_merge_pr(GithubMergePrRequest {
        repository: asked.place.name(call)?,
        number,
        sha: asked.sha,
        method: asked.method.map(Method::word),
        title: None,
        message: None,
    })
    .map_err(|error| match error.code.as_str() {
        EffectError::CODE_CONFLICT => {
            Failure::from(error).and("`pull_status` says what is missing.")
        }
        _ => at_github(error),
    })?;
    let did = if merged.merged_before {
        "had been merged already"
    } else {
        "is merged"
    };
    let commit = merged
        .sha
        .as_deref()
        .map(|sha| format!(", as `{}`", short(sha)));
    let text = format!("#{number} {did}{}.", commit.unwrap_or_default());
    let told = MergeTold {
        number,
        commit: merged.sha,
        merged_before: merged.merged_before,
    };
    Ok(TextAndJson(text, told))
}

// === impl Method ===

impl Method {
    fn word(self) -> String {
        match self {
            Self::Merge => "merge",
            Self::Squash => "squash",
            Self::Rebase => "rebase",
        }
        .to_owned()
    }
}

// === impl Pull ===

impl From<GithubPullRequest> for Pull {
    fn from(pull: GithubPullRequest) -> Self {
        let state = match (pull.merged, pull.draft, pull.state.as_str()) {
            (true, _, _) => "merged",
            (_, true, "open") => "draft",
            (_, _, state) => state,
        };
        Self {
            number: pull.number,
            title: one_line(&pull.title),
            state: one_line(state),
            author: by(pull.author.as_ref()),
            head: pull.head,
            sha: pull.head_sha,
            base: pull.base,
            labels: pull.labels.iter().map(|label| one_line(label)).collect(),
            requested_reviewers: pull.requested_reviewers,
            updated_at: pull.updated_at,
            url: pull.url,
        }
    }
}

impl Pull {
    pub(crate) fn line(&self) -> String {
        format!(
            "- #{} {} ({} by {}, `{}` into `{}`)",
            self.number,
            self.title,
            self.state,
            self.author,
            one_line(&self.head),
            one_line(&self.base)
        )
    }
}
