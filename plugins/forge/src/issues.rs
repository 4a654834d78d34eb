//! The tools for issues, and for comments on issues and pull requests.

use serde::Deserialize;
use sinew_pdk::schema::{
    GithubCommentRequest, GithubCreateIssueRequest, GithubGetIssueRequest, GithubIssue,
    GithubListIssuesRequest,
};
use sinew_pdk::{
    McpCall, github_comment, github_create_issue, github_get_issue, github_list_issues,
};

use crate::Told;
use crate::failure::Failure;
use crate::place::Where;
use crate::text::{DATA, by, counted, one_line, quoted};

/// Issues that are listed where nobody says how many.
const LISTED: u32 = 30;
/// Comments that are shown where nobody says how many.
const COMMENTS: u32 = 20;

#[derive(Deserialize)]
struct List {
    #[serde(flatten)]
    place: Where,
    state: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    assignee: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
struct Show {
    #[serde(flatten)]
    place: Where,
    number: u64,
    comments: Option<u32>,
}

#[derive(Deserialize)]
struct Create {
    #[serde(flatten)]
    place: Where,
    title: String,
    body: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
}

#[derive(Deserialize)]
struct Say {
    #[serde(flatten)]
    place: Where,
    number: u64,
    body: String,
}

/// `list_issues`.
pub(crate) fn list(call: &McpCall) -> Result<Told, Failure> {
    let asked: List = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let listed = github_list_issues(GithubListIssuesRequest {
        repository: repository.clone(),
        state: asked.state,
        labels: asked.labels,
        assignee: asked.assignee,
        author: None,
        since: None,
        limit: Some(asked.limit.unwrap_or(LISTED).max(1)),
    })?;
    let count = counted(listed.issues.len() as u64, "issue");
    let more = if listed.truncated {
        ", and there are more"
    } else {
        ""
    };
    let mut lines = vec![format!("`{}`: {count}{more}.", one_line(&repository))];
    if !listed.issues.is_empty() {
        lines.push(DATA.to_owned());
    }
    lines.extend(listed.issues.iter().map(line));
    Told::new(lines.join("\n"), &listed)
}

/// `show_issue`.
pub(crate) fn show(call: &McpCall) -> Result<Told, Failure> {
    let asked: Show = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let found = github_get_issue(GithubGetIssueRequest {
        repository,
        number: asked.number,
        comments: Some(asked.comments.unwrap_or(COMMENTS)),
    })?;
    let mut lines = vec![DATA.to_owned(), line(&found.issue)];
    lines.extend(quoted(found.issue.body.as_deref().unwrap_or_default()));
    for comment in &found.comments {
        let when = comment.created_at.as_deref().unwrap_or("at no known time");
        lines.push(format!(
            "- {}, {}:",
            by(comment.author.as_ref()),
            one_line(when)
        ));
        lines.extend(quoted(comment.body.as_deref().unwrap_or_default()));
    }
    if found.truncated {
        lines.push("There are more comments than these.".to_owned());
    }
    Told::new(lines.join("\n"), &found)
}

/// `create_issue`.
pub(crate) fn create(call: &McpCall) -> Result<Told, Failure> {
    let asked: Create = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let made = github_create_issue(GithubCreateIssueRequest {
        repository,
        title: asked.title,
        body: asked.body,
        labels: asked.labels,
        assignees: asked.assignees,
        // The client may send the same call again.
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })?;
    let did = if made.created {
        "Made"
    } else {
        "This call had made it before:"
    };
    let text = format!(
        "{did} #{}{}",
        made.issue.number,
        at(made.issue.url.as_ref())
    );
    Told::new(text, &made)
}

/// `comment`.
pub(crate) fn comment(call: &McpCall) -> Result<Told, Failure> {
    let asked: Say = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let made = github_comment(GithubCommentRequest {
        repository,
        number: asked.number,
        body: asked.body,
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })?;
    let did = if made.created {
        "Commented on"
    } else {
        "This call had commented before on"
    };
    let text = format!("{did} #{}{}", asked.number, at(made.comment.url.as_ref()));
    Told::new(text, &made)
}

/// Where something is shown to people, as the end of a sentence.
pub(crate) fn at(url: Option<&String>) -> String {
    url.map_or_else(|| ".".to_owned(), |url| format!(": {}", one_line(url)))
}

fn line(issue: &GithubIssue) -> String {
    let labels: Vec<String> = issue.labels.iter().map(|label| one_line(label)).collect();
    let labels = if labels.is_empty() {
        String::new()
    } else {
        format!(", {}", labels.join(", "))
    };
    format!(
        "- #{} {} ({} by {}, {}{labels})",
        issue.number,
        one_line(&issue.title),
        one_line(&issue.state),
        by(issue.author.as_ref()),
        counted(issue.comments, "comment"),
    )
}
