//! The tools for pull requests, and for files as they are at GitHub.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sinew_pdk::schema::{
    GithubCreatePrRequest, GithubGetChecksRequest, GithubGetChecksResponse, GithubGetFileRequest,
    GithubGetPrRequest, GithubListPrsRequest, GithubListReviewsRequest, GithubMergePrRequest,
    GithubPullRequest, GithubReview,
};
use sinew_pdk::{
    McpCall, github_create_pr, github_get_checks, github_get_file, github_get_pr, github_list_prs,
    github_list_reviews, github_merge_pr,
};

use crate::Told;
use crate::failure::Failure;
use crate::issues::at;
use crate::place::{Where, setting};
use crate::text::{DATA, by, counted, one_line, quoted, short};

/// Pull requests that are listed where nobody says how many.
const LISTED: u32 = 30;
/// Branch that pull requests are for where nobody says which.
const USUAL_BASE: &str = "main";

#[derive(Deserialize)]
struct List {
    #[serde(flatten)]
    place: Where,
    state: Option<String>,
    head: Option<String>,
    base: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
struct Numbered {
    #[serde(flatten)]
    place: Where,
    number: u64,
}

#[derive(Deserialize)]
struct Create {
    #[serde(flatten)]
    place: Where,
    title: String,
    body: Option<String>,
    head: Option<String>,
    base: Option<String>,
    draft: Option<bool>,
}

#[derive(Deserialize)]
struct Merge {
    #[serde(flatten)]
    place: Where,
    number: u64,
    sha: String,
    method: Option<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(flatten)]
    place: Where,
    #[serde(rename = "file")]
    path: String,
    revision: Option<String>,
}

/// A pull request, its reviews and its checks in one.
#[derive(Serialize)]
struct Status {
    pull_request: GithubPullRequest,
    /// The last word of everybody who took a side.
    verdicts: BTreeMap<String, String>,
    checks: GithubGetChecksResponse,
    /// Whether nothing that is known stands in its way.
    ready: bool,
    /// What stands in its way.
    missing: Vec<String>,
}

/// `list_prs`.
pub(crate) fn list(call: &McpCall) -> Result<Told, Failure> {
    let asked: List = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let listed = github_list_prs(GithubListPrsRequest {
        repository: repository.clone(),
        state: asked.state,
        head: asked.head,
        base: asked.base,
        limit: Some(asked.limit.unwrap_or(LISTED).max(1)),
    })?;
    let count = counted(listed.pull_requests.len() as u64, "pull request");
    let more = if listed.truncated {
        ", and there are more"
    } else {
        ""
    };
    let mut lines = vec![format!("`{}`: {count}{more}.", one_line(&repository))];
    if !listed.pull_requests.is_empty() {
        lines.push(DATA.to_owned());
    }
    lines.extend(listed.pull_requests.iter().map(line));
    Told::new(lines.join("\n"), &listed)
}

/// `show_pr`.
pub(crate) fn show(call: &McpCall) -> Result<Told, Failure> {
    let asked: Numbered = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let found = github_get_pr(GithubGetPrRequest {
        repository,
        number: asked.number,
    })?;
    let pull = &found.pull_request;
    let mut lines = vec![DATA.to_owned(), line(pull)];
    if let (Some(commits), Some(files)) = (pull.commits, pull.changed_files) {
        lines.push(format!(
            "{} in {}, +{} −{}.",
            counted(commits, "commit"),
            counted(files, "file"),
            pull.additions.unwrap_or_default(),
            pull.deletions.unwrap_or_default()
        ));
    }
    lines.push(format!(
        "Its branch ends in `{}`.",
        one_line(&pull.head_sha)
    ));
    lines.extend(quoted(pull.body.as_deref().unwrap_or_default()));
    Told::new(lines.join("\n"), &found)
}

/// `create_pr`.
pub(crate) fn create(call: &McpCall) -> Result<Told, Failure> {
    let asked: Create = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let head = match asked.head {
        Some(head) => head,
        None => asked.place.branch(call)?,
    };
    let base = match asked.base {
        Some(base) => base,
        None => setting("base")?.unwrap_or_else(|| USUAL_BASE.to_owned()),
    };
    if head == base {
        return Err(Failure::new(format!(
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
        draft: asked.draft,
        // The client may send the same call again.
        idempotency_key: call.tool_use_id().map(str::to_owned),
    })
    .map_err(|error| {
        let refused = error.code == sinew_pdk::EffectError::CODE_INVALID_REQUEST;
        let failure = Failure::from(error);
        if refused {
            failure.and("The branch has to be pushed, and to differ from the one to merge into.")
        } else {
            failure
        }
    })?;
    let did = if made.created {
        "Made"
    } else {
        "This call had made it before:"
    };
    let text = format!(
        "{did} #{}{}",
        made.pull_request.number,
        at(made.pull_request.url.as_ref())
    );
    Told::new(text, &made)
}

/// `merge_pr`.
pub(crate) fn merge(call: &McpCall) -> Result<Told, Failure> {
    let asked: Merge = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let merged = github_merge_pr(GithubMergePrRequest {
        repository,
        number: asked.number,
        sha: asked.sha,
        method: asked.method,
        title: None,
        message: None,
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
    let text = format!("#{} {did}{}.", asked.number, commit.unwrap_or_default());
    Told::new(text, &merged)
}

/// `pr_status`: whether it can be merged, and what is missing.
pub(crate) fn status(call: &McpCall) -> Result<Told, Failure> {
    let asked: Numbered = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let number = asked.number;
    let pull_request = github_get_pr(GithubGetPrRequest {
        repository: repository.clone(),
        number,
    })?
    .pull_request;
    let reviews = github_list_reviews(GithubListReviewsRequest {
        repository: repository.clone(),
        number,
        limit: None,
    })?;
    let checks = github_get_checks(GithubGetChecksRequest {
        repository,
        revision: pull_request.head_sha.clone(),
        limit: None,
    })?;
    let verdicts = verdicts(&reviews.reviews);
    let mut missing = missing(&pull_request, &verdicts, &checks);
    if reviews.truncated {
        missing.push("there are more reviews than were looked at".to_owned());
    }
    let status = Status {
        ready: missing.is_empty(),
        pull_request,
        verdicts,
        checks,
        missing,
    };
    Told::new(status.text(), &status)
}

/// `file_at`.
pub(crate) fn file(call: &McpCall) -> Result<Told, Failure> {
    let asked: File = call.arguments()?;
    let repository = asked.place.repository(call)?;
    let found = github_get_file(GithubGetFileRequest {
        repository,
        file: asked.path.clone(),
        revision: asked.revision,
        max_bytes: None,
    })?;
    let text = match &found.text {
        Some(text) if found.truncated => format!(
            "{text}\n(cut: these are the first {} of {} bytes)",
            text.len(),
            found.total_bytes
        ),
        Some(text) => text.clone(),
        None => format!(
            "`{}` is no text; {} bytes.",
            one_line(&asked.path),
            found.total_bytes
        ),
    };
    Told::new(text, &found)
}

/// The last review of everybody that takes a side. A comment takes none back, and one that was dismissed counts no more.
fn verdicts(reviews: &[GithubReview]) -> BTreeMap<String, String> {
    let mut verdicts = BTreeMap::new();
    for review in reviews {
        let author = by(review.author.as_ref());
        match review.state.as_str() {
            "approved" | "changes_requested" => {
                verdicts.insert(author, review.state.clone());
            }
            "dismissed" => {
                verdicts.remove(&author);
            }
            _ => {}
        }
    }
    verdicts
}

/// What stands in the way of merging, as far as it is known.
fn missing(
    pull: &GithubPullRequest,
    verdicts: &BTreeMap<String, String>,
    checks: &GithubGetChecksResponse,
) -> Vec<String> {
    let mut missing = Vec::new();
    if pull.merged {
        return vec!["it is merged already".to_owned()];
    }
    if pull.state != "open" {
        missing.push("it is closed".to_owned());
    }
    if pull.draft {
        missing.push("it is a draft".to_owned());
    }
    match (pull.mergeable, pull.mergeable_state.as_deref()) {
        (Some(false), _) => missing.push("it conflicts with its base".to_owned()),
        (None, _) => {
            missing.push("GitHub has not found out yet whether it can be merged".to_owned());
        }
        (_, Some("blocked")) => missing.push("the repository's rules block it".to_owned()),
        (_, Some("behind")) => missing.push("its branch is behind its base".to_owned()),
        _ => {}
    }
    for (author, verdict) in verdicts {
        if verdict == "changes_requested" {
            missing.push(format!("{author} wants changes"));
        }
    }
    match checks.state.as_str() {
        "failure" => missing.push("checks failed".to_owned()),
        "pending" => missing.push("checks have not finished".to_owned()),
        _ => {}
    }
    missing
}

fn line(pull: &GithubPullRequest) -> String {
    let state = match (pull.merged, pull.draft, pull.state.as_str()) {
        (true, _, _) => "merged",
        (_, true, "open") => "draft",
        (_, _, state) => state,
    };
    format!(
        "- #{} {} ({} by {}, `{}` into `{}`)",
        pull.number,
        one_line(&pull.title),
        one_line(state),
        by(pull.author.as_ref()),
        one_line(&pull.head),
        one_line(&pull.base)
    )
}

// === impl Status ===

impl Status {
    fn text(&self) -> String {
        let mut lines = vec![DATA.to_owned(), line(&self.pull_request)];
        lines.push(if self.ready {
            format!(
                "Nothing that is known stands in its way. To merge exactly this, pass `sha`: `{}`.",
                one_line(&self.pull_request.head_sha)
            )
        } else {
            format!("Not ready: {}.", self.missing.join("; "))
        });
        let verdicts: Vec<String> = self
            .verdicts
            .iter()
            .map(|(author, verdict)| format!("{author} {}", verdict.replace('_', " ")))
            .collect();
        lines.push(if verdicts.is_empty() {
            "Reviews: nobody took a side.".to_owned()
        } else {
            format!("Reviews: {}.", verdicts.join(", "))
        });
        lines.push(format!("Checks: {}.", one_line(&self.checks.state)));
        for check in &self.checks.checks {
            if !matches!(check.state.as_str(), "success" | "neutral" | "skipped") {
                let summary = check
                    .summary
                    .as_deref()
                    .map(|summary| format!(": {}", one_line(summary)));
                lines.push(format!(
                    "- {} {}{}",
                    one_line(&check.name),
                    one_line(&check.state),
                    summary.unwrap_or_default()
                ));
            }
        }
        lines.join("\n")
    }
}
