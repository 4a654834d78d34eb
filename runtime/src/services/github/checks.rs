//! What checks say of a commit: check runs, which apps make, and statuses, which anybody sets.

use std::time::Instant;

use serde::Deserialize;

use super::answer::parsed;
use super::exchange::Ask;
use super::pages::{PAGE_ITEMS_MAX, Page, Pages};
use super::printable::printable;
use super::target::Target;
use super::{GithubError, GithubService, RepositoryName};

/// What checks say of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// Object id of the commit.
    pub commit: String,
    /// The checks, check runs first.
    pub checks: Vec<Check>,
    /// Whether there are, or may be, more.
    pub truncated: bool,
}

/// What one check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub kind: CheckKind,
    /// What it says, as a word: a check run's conclusion, or `pending`.
    pub state: String,
    /// What it says, on one line.
    pub summary: Option<String>,
    /// Where its details are.
    pub url: Option<String>,
    /// When it began, RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    pub completed_at: Option<String>,
}

/// Where a check comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckKind {
    /// An app.
    Run,
    /// Whoever set a commit status.
    Status,
}

#[derive(Deserialize)]
struct RunPage {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    name: String,
    status: String,
    conclusion: Option<String>,
    output: Option<Output>,
    html_url: Option<String>,
    details_url: Option<String>,
    started_at: Option<String>,
    completed_at: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    title: Option<String>,
}

#[derive(Deserialize)]
struct StatusPage {
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
struct Status {
    context: Option<String>,
    state: String,
    description: Option<String>,
    target_url: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Commit {
    sha: String,
}

impl Page for RunPage {
    type Item = Run;
    fn items(self) -> Vec<Run> {
        self.check_runs
    }
}

impl Page for StatusPage {
    type Item = Status;
    fn items(self) -> Vec<Status> {
        self.statuses
    }
}

impl GithubService {
    /// Says what checks say of a commit, the latest of each.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn checks(
        &self,
        repository: &RepositoryName,
        revision: &str,
        limit: Option<u32>,
        deadline: Instant,
    ) -> Result<Checks, GithubError> {
        let shown = printable(revision);
        let mut errand = self.errand(deadline, format!("commit `{shown}` in `{repository}`"));
        let statuses = |revision: &str| Target::of(repository, &["commits", revision, "status"]);
        // Both lists are of the commit that the revision is now; the branch may move in between.
        let named = Ask::get(statuses(revision).query("per_page", "1"));
        let commit: Commit = parsed(&self.send(&mut errand, &named).await?.body)?;
        let limit = self.at_most(limit);
        let target = Target::of(repository, &["commits", &commit.sha, "check-runs"]);
        let pages = Pages {
            size: PAGE_ITEMS_MAX,
            ..Pages::first(target, limit)
        };
        let runs = self
            .list::<RunPage, _>(&mut errand, &pages, |run| Some(Check::from(run)))
            .await?;
        let pages = Pages {
            size: PAGE_ITEMS_MAX,
            ..Pages::first(statuses(&commit.sha), limit - runs.items.len())
        };
        let set = self
            .list::<StatusPage, _>(&mut errand, &pages, |status| Some(Check::from(status)))
            .await?;
        let mut checks = runs.items;
        checks.extend(set.items);
        Ok(Checks {
            commit: commit.sha,
            checks,
            truncated: runs.truncated || set.truncated,
        })
    }
}

// === impl Checks ===

impl Checks {
    /// Whether one of them failed, or could not be run.
    #[must_use]
    pub fn any_failed(&self) -> bool {
        self.checks.iter().any(Check::failed)
    }

    /// Whether one of them is still running, or is not among them.
    #[must_use]
    pub fn any_pending(&self) -> bool {
        self.truncated
            || self
                .checks
                .iter()
                .any(|check| !check.failed() && !check.passed())
    }
}

// === impl Check ===

impl Check {
    fn failed(&self) -> bool {
        matches!(
            self.state.as_str(),
            "failure" | "error" | "cancelled" | "timed_out" | "action_required" | "startup_failure"
        )
    }

    /// A word that nobody knows yet passes nothing.
    fn passed(&self) -> bool {
        matches!(self.state.as_str(), "success" | "neutral" | "skipped")
    }
}

impl From<Run> for Check {
    fn from(run: Run) -> Self {
        let state = match run.conclusion {
            Some(conclusion) if run.status == "completed" => conclusion,
            _ => "pending".to_owned(),
        };
        Self {
            name: run.name,
            kind: CheckKind::Run,
            state,
            summary: run
                .output
                .and_then(|output| output.title)
                .map(|title| printable(&title)),
            url: run.html_url.or(run.details_url),
            started_at: run.started_at,
            completed_at: run.completed_at,
        }
    }
}

impl From<Status> for Check {
    fn from(status: Status) -> Self {
        let pending = status.state == "pending";
        Self {
            name: status.context.unwrap_or_else(|| "default".to_owned()),
            kind: CheckKind::Status,
            state: status.state,
            summary: status
                .description
                .map(|description| printable(&description)),
            url: status.target_url,
            started_at: None,
            completed_at: status.updated_at.filter(|_| !pending),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_that_is_not_known_to() {
        let checks = |states: &[&str], truncated| Checks {
            commit: String::new(),
            checks: states
                .iter()
                .map(|state| {
                    Check::from(Status {
                        context: None,
                        state: (*state).to_owned(),
                        description: None,
                        target_url: None,
                        updated_at: None,
                    })
                })
                .collect(),
            truncated,
        };
        for (states, truncated, failed, pending) in [
            (&["success", "neutral", "skipped"][..], false, false, false),
            (&["success"], true, false, true),
            (&["success", "pending"], false, false, true),
            (&["stale"], false, false, true),
            (&["newer_than_us"], false, false, true),
            (&["success", "failure"], false, true, false),
            (&["cancelled"], true, true, true),
            (&[], false, false, false),
        ] {
            let checks = checks(states, truncated);
            assert_eq!(
                (checks.any_failed(), checks.any_pending()),
                (failed, pending),
                "{states:?}"
            );
        }
    }

    #[test]
    fn a_run_that_has_not_ended_is_pending_whatever_it_concludes() {
        let run = |status: &str, conclusion: Option<&str>| {
            Check::from(Run {
                name: "test".to_owned(),
                status: status.to_owned(),
                conclusion: conclusion.map(str::to_owned),
                output: None,
                html_url: None,
                details_url: None,
                started_at: None,
                completed_at: None,
            })
            .state
        };
        assert_eq!(run("completed", Some("success")), "success");
        assert_eq!(run("in_progress", Some("success")), "pending");
        assert_eq!(run("queued", None), "pending");
        assert_eq!(run("completed", None), "pending");
    }
}
