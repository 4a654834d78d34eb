//! Tools for issues: `issue_list`, `issue_get`, `issue_create`, and `issue_comment`, which comments on pull requests, too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, Tool};
use sinew_pdk::schema::{
    GithubComment, GithubCommentRequest, GithubCreateIssueRequest, GithubGetIssueRequest,
    GithubIssue, GithubListIssuesRequest,
};
use sinew_pdk::{
    McpCall, github_comment, github_create_issue, github_get_issue, github_list_issues,
};

use crate::place::{AtGithub, at_github};
use crate::text::{DATA, at, by, clean, counted, more_by, one_line, quoted};

/// Issues that are listed where nobody says how many.
const LISTED: u32 = 30;
/// Comments that are shown where nobody says how many.
const COMMENTS: u32 = 20;

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            Tool::new(
                "issue_list",
                "Lists issues of a repository at GitHub, newest first: open ones, unless `state` says otherwise. Pull requests are \
                 not among them. Use it to find an issue before you make one.",
            )
            .read_only()
            .idempotent(),
            list,
        )
        .tool(
            Tool::new(
                "issue_get",
                "Shows one issue at GitHub with its text and its first comments. Long texts are cut.",
            )
            .read_only()
            .idempotent(),
            get,
        )
        .tool(
            Tool::new(
                "issue_create",
                "Makes an issue at GitHub, under the operator's name. Look with `issue_list` first whether there is one already: \
                 each call makes another.",
            )
            .destructive(false),
            create,
        )
        .tool(
            Tool::new(
                "issue_comment",
                "Comments on an issue or a pull request at GitHub, under the operator's name. Each call makes another comment: \
                 `issue_get` shows those of an issue.",
            )
            .destructive(false),
            comment,
        )
}

/// Which issues or pull requests.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Open,
    Closed,
    All,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(flatten)]
    place: AtGithub,
    /// Which ones. Absent means `open`.
    state: Option<State>,
    /// Labels, all of which an issue has to have.
    #[serde(default)]
    labels: Vec<String>,
    /// Login of whom an issue has to be assigned to; `none` and `*` stand for nobody and anybody.
    assignee: Option<String>,
    /// Login of who made it.
    author: Option<String>,
    /// Only what changed at this time or later, RFC 3339.
    since: Option<String>,
    /// How many issues to list at most. Absent means 30.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Get {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the issue.
    #[schemars(range(min = 1))]
    number: u64,
    /// How many comments to show at most, oldest first. Absent means 20.
    #[schemars(range(max = 100))]
    comments: Option<u32>,
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
    /// Names of labels that the repository has.
    #[serde(default)]
    labels: Vec<String>,
    /// Logins of those to assign it to.
    #[serde(default)]
    assignees: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Say {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the issue or pull request.
    #[schemars(range(min = 1))]
    number: u64,
    /// The comment, Markdown.
    #[schemars(length(min = 1))]
    body: String,
}

#[derive(Serialize, JsonSchema)]
struct Listed {
    /// `owner/name`.
    repository: String,
    issues: Vec<Issue>,
    /// Whether there are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Shown {
    issue: Issue,
    /// Its text; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    comments: Vec<Comment>,
    /// Whether there are more comments.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Issue {
    number: u64,
    title: String,
    /// `open` or `closed`.
    state: String,
    author: String,
    labels: Vec<String>,
    assignees: Vec<String>,
    comments: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Comment {
    author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    body: String,
}

/// What was made.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Made {
    /// Number of the issue or pull request.
    pub(crate) number: u64,
    /// False where this very use of the tool had made it before: a client sent it again.
    pub(crate) created: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
}

fn list(call: &McpCall, asked: List) -> Result<TextAndJson<Listed>, Failure> {
    let repository = asked.place.name(call)?;
    let listed = github_list_issues(GithubListIssuesRequest {
        repository: repository.clone(),
        state: asked.state.map(State::word),
        labels: asked.labels,
        assignee: asked.assignee,
        author: asked.author,
        since: asked.since,
        limit: Some(asked.limit.unwrap_or(LISTED)),
    })
    .map_err(at_github)?;
    let issues: Vec<_> = listed.issues.into_iter().map(Issue::from).collect();
    let mut lines = vec![format!(
        "`{}`: {}{}.",
        one_line(&repository),
        counted(issues.len(), "issue"),
        more_by(
            listed.truncated,
            "raise `limit`, up to 100, or narrow it with `labels`, `author`, `assignee` or `since`"
        )
    )];
    if !issues.is_empty() {
        lines.push(DATA.to_owned());
    }
    lines.extend(issues.iter().map(Issue::line));
    let told = Listed {
        repository,
        issues,
        truncated: listed.truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn get(call: &McpCall, asked: Get) -> Result<TextAndJson<Shown>, Failure> {
    let mut found = github_get_issue(GithubGetIssueRequest {
        repository: asked.place.name(call)?,
        number: asked.number,
        comments: Some(asked.comments.unwrap_or(COMMENTS)),
    })
    .map_err(at_github)?;
    let told = Shown {
        body: found.issue.body.take().map(|body| clean(&body)),
        issue: found.issue.into(),
        comments: found.comments.into_iter().map(Comment::from).collect(),
        truncated: found.truncated,
    };
    let mut lines = vec![DATA.to_owned(), told.issue.line()];
    lines.extend(quoted(told.body.as_deref().unwrap_or_default()));
    for comment in &told.comments {
        let when = comment.created_at.as_deref().unwrap_or("at no known time");
        lines.push(format!("- {}, {}:", comment.author, one_line(when)));
        lines.extend(quoted(&comment.body));
    }
    if told.truncated {
        lines.push(format!(
            "There are more comments than these: raise `comments`, up to 100; all of them are on its page{}",
            at(told.issue.url.as_ref())
        ));
    }
    Ok(TextAndJson(lines.join("\n"), told))
}

fn create(call: &McpCall, asked: Create) -> Result<TextAndJson<Made>, Failure> {
    let made = github_create_issue(GithubCreateIssueRequest {
        repository: asked.place.name(call)?,
        title: asked.title,
        body: asked.body,
        labels: asked.labels,
        assignees: asked.assignees,
        // The client may send this very use of the tool again.
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })
    .map_err(at_github)?;
    Ok(Made {
        number: made.issue.number,
        created: made.created,
        url: made.issue.url,
    }
    .told())
}

fn comment(call: &McpCall, asked: Say) -> Result<TextAndJson<Made>, Failure> {
    let made = github_comment(GithubCommentRequest {
        repository: asked.place.name(call)?,
        number: asked.number,
        body: asked.body,
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })
    .map_err(at_github)?;
    let did = if made.created {
        "Commented on"
    } else {
        "This call had commented before on"
    };
    let text = format!("{did} #{}{}", asked.number, at(made.comment.url.as_ref()));
    let told = Made {
        number: asked.number,
        created: made.created,
        url: made.comment.url,
    };
    Ok(TextAndJson(text, told))
}

// === impl State ===

impl State {
    pub(crate) fn word(self) -> String {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::All => "all",
        }
        .to_owned()
    }
}

// === impl Issue ===

impl From<GithubIssue> for Issue {
    fn from(issue: GithubIssue) -> Self {
        Self {
            number: issue.number,
            title: one_line(&issue.title),
            state: issue.state,
            author: by(issue.author.as_ref()),
            labels: issue.labels.iter().map(|label| one_line(label)).collect(),
            assignees: issue.assignees,
            comments: issue.comments,
            updated_at: issue.updated_at,
            url: issue.url,
        }
    }
}

impl Issue {
    fn line(&self) -> String {
        let labels = self.labels.iter().map(|label| format!(", {label}"));
        format!(
            "- #{} {} ({} by {}, {}{})",
            self.number,
            self.title,
            one_line(&self.state),
            self.author,
            counted(self.comments, "comment"),
            labels.collect::<String>()
        )
    }
}

// === impl Comment ===

impl From<GithubComment> for Comment {
    fn from(comment: GithubComment) -> Self {
        Self {
            author: by(comment.author.as_ref()),
            created_at: comment.created_at,
            body: clean(comment.body.as_deref().unwrap_or_default()),
        }
    }
}

// === impl Made ===

impl Made {
    /// An issue or a pull request.
    pub(crate) fn told(self) -> TextAndJson<Self> {
        let did = if self.created {
            "Made"
        } else {
            "This call had made it before:"
        };
        let text = format!("{did} #{}{}", self.number, at(self.url.as_ref()));
        TextAndJson(text, self)
    }
}
