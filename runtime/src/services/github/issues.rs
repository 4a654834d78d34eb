//! Issues.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::exchange::Ask;
use super::once::{Speaking, Wanted};
use super::pages::{PAGE_ITEMS_MAX, Pages, Plain};
use super::service::Errand;
use super::target::Target;
use super::{Body, Created, GithubError, GithubService, Listed, Marker, RepositoryName};

/// How long a request may be repeated by the host after it was sent first. A crash is over by then, or in doubt.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many more than are wanted are on a page, since pull requests are among them.
const PULLS_AMONG: usize = 20;

/// An issue.
#[derive(Debug, Clone, Deserialize)]
pub struct Issue {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// `open` or `closed`.
    pub state: String,
    /// Why it is in that state.
    pub state_reason: Option<String>,
    /// Who made it.
    pub user: Option<Account>,
    /// What it says.
    #[serde(default)]
    pub body: Body,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Whom it is assigned to.
    #[serde(default)]
    pub assignees: Option<Vec<Account>>,
    /// How many comments it has.
    pub comments: Option<u64>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// When it was last changed, RFC 3339.
    pub updated_at: Option<String>,
    /// When it was closed, RFC 3339.
    pub closed_at: Option<String>,
    /// Where it is shown.
    pub html_url: Option<String>,
    /// Something where it is a pull request.
    pub pull_request: Option<IgnoredAny>,
}

/// An account.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// Its login.
    pub login: String,
}

/// A label: GitHub writes its name alone, or all about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Label {
    /// Its name.
    Name(String),
    /// All about it.
    Object {
        /// Its name.
        name: Option<String>,
    },
}

/// Which issues.
#[derive(Debug, Clone, Default)]
pub struct IssueQuery {
    /// `open`, `closed` or `all`.
    pub state: &'static str,
    /// Labels, all of which it has to have.
    pub labels: Vec<String>,
    /// Whom it has to be assigned to.
    pub assignee: Option<String>,
    /// Who has to have made it.
    pub author: Option<String>,
    /// Since when it has to have changed, RFC 3339.
    pub since: Option<String>,
    /// How many are wanted.
    pub limit: Option<u32>,
}

/// What a new issue says.
#[derive(Debug, Clone)]
pub struct NewIssue {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Logins of whom it is assigned to.
    pub assignees: Vec<String>,
}

/// An issue that was made under a marker.
struct MarkedIssue<'a> {
    repository: &'a RepositoryName,
    marker: &'a Marker,
}

impl GithubService {
    /// Lists issues, those that were made last first. Pull requests are left out.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn list_issues(
        &self,
        repository: &RepositoryName,
        query: IssueQuery,
        deadline: Instant,
    ) -> Result<Listed<Issue>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}`"));
        let mut target = Target::of(repository, &["issues"])
            .query("state", query.state)
            .query_some("assignee", query.assignee.as_deref())
            .query_some("creator", query.author.as_deref())
            .query_some("since", query.since.as_deref());
        if !query.labels.is_empty() {
            target = target.query("labels", &query.labels.join(","));
        }
        let limit = self.at_most(query.limit);
        let pages = Pages {
            size: (limit + PULLS_AMONG).min(PAGE_ITEMS_MAX),
            ..Pages::first(target, limit)
        };
        let text_bytes_max = self.shared.settings.text_bytes_max;
        self.list::<Plain<Issue>, _>(&mut errand, &pages, |issue| {
            issue
                .pull_request
                .is_none()
                .then(|| issue.cut(text_bytes_max))
        })
        .await
    }

    /// Describes an issue.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn issue(
        &self,
        repository: &RepositoryName,
        number: u64,
        deadline: Instant,
    ) -> Result<Issue, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let issue = self.whole_issue(&mut errand, repository, number).await?;
        Ok(issue.cut(self.shared.settings.text_bytes_max))
    }

    /// Makes an issue, unless it was made before under the same marker.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn create_issue(
        &self,
        repository: &RepositoryName,
        new: NewIssue,
        marker: &Marker,
        deadline: Instant,
    ) -> Result<Created<Issue>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}`"));
        let mut body = json!({ "title": new.title, "body": marker.under(&new.body) });
        if !new.labels.is_empty() {
            body["labels"] = new.labels.into();
        }
        if !new.assignees.is_empty() {
            body["assignees"] = new.assignees.into();
        }
        let ask = Ask::post(Target::of(repository, &["issues"]), body);
        let wanted = MarkedIssue { repository, marker };
        self.once(&mut errand, &ask, &wanted).await
    }

    pub(super) async fn whole_issue(
        &self,
        errand: &mut Errand,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Issue, GithubError> {
        let target = Target::of(repository, &["issues", &number.to_string()]);
        self.ask(errand, &Ask::get(target)).await
    }

    /// Since when what a marker marks can have been made.
    pub(super) fn since(&self, marker: &Marker) -> Option<String> {
        if marker.any_age() {
            return None;
        }
        let now = Timestamp::from_microsecond(self.shared.clock.unix_micros()).ok()?;
        let since = now.checked_sub(REPEATED_WITHIN).ok()?;
        Some(since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }
}

/// Whether an account is that of a login. Somebody else may have copied a marker.
pub(super) fn is(account: Option<&Account>, login: &str) -> bool {
    account.is_some_and(|account| account.login.eq_ignore_ascii_case(login))
}

// === impl MarkedIssue ===

impl Wanted for MarkedIssue<'_> {
    type Made = Issue;

    async fn look(
        &self,
        github: &GithubService,
        errand: &mut Errand,
    ) -> Result<Option<Issue>, GithubError> {
        let login = github.login(errand).await?;
        let target = Target::of(self.repository, &["issues"])
            .query("creator", &login)
            .query("state", "all")
            .query("sort", "created")
            .query("direction", "desc")
            .query_some("since", github.since(self.marker).as_deref());
        let pages = Pages {
            size: PAGE_ITEMS_MAX,
            ..Pages::first(target, 1)
        };
        let found = github
            .list::<Plain<Issue>, _>(errand, &pages, |issue| {
                let ours = issue.pull_request.is_none()
                    && is(issue.user.as_ref(), &login)
                    && self.marker.ends(issue.body.as_str());
                ours.then_some(issue)
            })
            .await?;
        Ok(found.items.into_iter().next())
    }
}

// === impl Issue ===

impl Speaking for Issue {
    fn body(&mut self) -> &mut Body {
        &mut self.body
    }
}

// === impl Label ===

impl Label {
    /// Its name, where it has one.
    #[must_use]
    pub fn name(self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name),
            Self::Object { name } => name,
        }
    }
}
