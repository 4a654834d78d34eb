//! Tools about whether a pull request can be merged: `pull_reviews`, and `pull_status`, which is all of it in one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sinew_pdk::mcp::{Failure, McpServer, TextAndJson, Tool};
use sinew_pdk::schema::{
    GithubGetChecksRequest, GithubGetPrRequest, GithubListReviewsRequest, GithubPullRequest,
    GithubReview,
};
use sinew_pdk::{McpCall, github_get_checks, github_get_pr, github_list_reviews};

use crate::place::{AtGithub, at_github};
use crate::pulls::Pull;
use crate::revisions::CheckResults;
use crate::text::{DATA, by, clean, counted, more, one_line, quoted};

/// Reviews that are shown where nobody says how many.
const REVIEWS: u32 = 30;

pub(crate) fn offer(server: McpServer) -> McpServer {
    server
        .tool(
            Tool::new(
                "pull_status",
                "Says whether a pull request at GitHub can be merged, and what is missing: its state, its reviews and its checks in \
                 one. Use it before `pull_merge`, and to find out why something cannot be merged.",
            )
            .read_only()
            .idempotent(),
            status,
        )
        .tool(
            Tool::new(
                "pull_reviews",
                "Lists the reviews of a pull request at GitHub with what they say, oldest first. Long texts are cut.",
            )
            .read_only()
            .idempotent(),
            reviews,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Status {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the pull request.
    #[schemars(range(min = 1))]
    number: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reviews {
    #[serde(flatten)]
    place: AtGithub,
    /// Number of the pull request.
    #[schemars(range(min = 1))]
    number: u64,
    /// How many reviews to list at most. Absent means 30.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Readiness {
    pull_request: Pull,
    /// The last word of everybody who took a side, by login: `approved` or `changes_requested`.
    verdicts: BTreeMap<String, String>,
    checks: CheckResults,
    /// Whether nothing that is known stands in its way.
    ready: bool,
    /// What stands in its way.
    missing: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Reviewed {
    reviews: Vec<Review>,
    /// Whether there are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Review {
    author: String,
    /// `approved`, `changes_requested`, `commented`, `dismissed` or another of GitHub's words.
    state: String,
    /// The commit that was reviewed; absent where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<String>,
    body: String,
}

fn status(call: &McpCall, asked: Status) -> Result<TextAndJson<Readiness>, Failure> {
    let repository = asked.place.name(call)?;
    let number = asked.number;
    let pull = github_get_pr(GithubGetPrRequest {
        repository: repository.clone(),
        number,
    })
    .map_err(at_github)?
    .pull_request;
    let reviews = github_list_reviews(GithubListReviewsRequest {
        repository: repository.clone(),
        number,
        limit: None,
    })
    .map_err(at_github)?;
    let checks = github_get_checks(GithubGetChecksRequest {
        repository,
        revision: pull.head_sha.clone(),
        limit: None,
    })
    .map_err(at_github)?;
    let verdicts = verdicts(&reviews.reviews);
    let mut missing = missing(&pull, &verdicts, &checks.state);
    if reviews.truncated {
        missing.push("there are more reviews than were looked at".to_owned());
    }
    let told = Readiness {
        pull_request: pull.into(),
        verdicts,
        checks: checks.into(),
        ready: missing.is_empty(),
        missing,
    };
    Ok(TextAndJson(told.text(), told))
}

fn reviews(call: &McpCall, asked: Reviews) -> Result<TextAndJson<Reviewed>, Failure> {
    let listed = github_list_reviews(GithubListReviewsRequest {
        repository: asked.place.name(call)?,
        number: asked.number,
        limit: Some(asked.limit.unwrap_or(REVIEWS)),
    })
    .map_err(at_github)?;
    let reviews: Vec<_> = listed.reviews.into_iter().map(Review::from).collect();
    let mut lines = vec![format!(
        "#{}: {}{}.",
        asked.number,
        counted(reviews.len(), "review"),
        more(listed.truncated)
    )];
    if !reviews.is_empty() {
        lines.push(DATA.to_owned());
    }
    for review in &reviews {
        lines.push(format!("- {} {}", review.author, in_words(&review.state)));
        lines.extend(quoted(&review.body));
    }
    let told = Reviewed {
        reviews,
        truncated: listed.truncated,
    };
    Ok(TextAndJson(lines.join("\n"), told))
}

fn in_words(state: &str) -> String {
    one_line(&state.replace('_', " "))
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
    checks: &str,
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
    match checks {
        "failure" => missing.push("checks failed".to_owned()),
        "pending" => missing.push("checks have not finished".to_owned()),
        _ => {}
    }
    missing
}

// === impl Readiness ===

impl Readiness {
    fn text(&self) -> String {
        let mut lines = vec![DATA.to_owned(), self.pull_request.line()];
        lines.push(if self.ready {
            format!(
                "Nothing that is known stands in its way. To merge exactly this, pass `sha`: `{}`.",
                one_line(&self.pull_request.sha)
            )
        } else {
            format!("Not ready: {}.", self.missing.join("; "))
        });
        let verdicts: Vec<String> = self
            .verdicts
            .iter()
            .map(|(author, verdict)| format!("{author} {}", in_words(verdict)))
            .collect();
        lines.push(if verdicts.is_empty() {
            "Reviews: nobody took a side.".to_owned()
        } else {
            format!("Reviews: {}.", verdicts.join(", "))
        });
        lines.push(format!("Checks: {}.", one_line(&self.checks.state)));
        lines.extend(self.checks.unpassed());
        lines.join("\n")
    }
}

// === impl Review ===

impl From<GithubReview> for Review {
    fn from(review: GithubReview) -> Self {
        Self {
            author: by(review.author.as_ref()),
            state: review.state,
            commit: review.commit,
            submitted_at: review.submitted_at,
            body: clean(review.body.as_deref().unwrap_or_default()),
        }
    }
}
