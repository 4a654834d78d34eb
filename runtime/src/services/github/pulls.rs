//! Pull requests.

use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use super::exchange::Ask;
use super::issues::{Account, Label, is};
use super::once::{Speaking, Wanted};
use super::pages::{PAGE_ITEMS_MAX, Pages, Plain};
use super::service::Errand;
use super::target::Target;
use super::{Body, Created, GithubError, GithubService, Listed, Marker, RepositoryName};

/// A pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct Pull {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// `open` or `closed`.
    pub state: String,
    /// Whether it is a draft.
    pub draft: Option<bool>,
    /// Who made it.
    pub user: Option<Account>,
    /// What it says.
    #[serde(default)]
    pub body: Body,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Who was asked for a review.
    #[serde(default)]
    pub requested_reviewers: Option<Vec<Account>>,
    /// What is to be merged.
    pub head: End,
    /// What it is to be merged into.
    pub base: End,
    /// Whether it was merged; lists do not say it.
    pub merged: Option<bool>,
    /// When it was merged, RFC 3339.
    pub merged_at: Option<String>,
    /// The commit that merged it; before that, one that tries.
    pub merge_commit_sha: Option<String>,
    /// Whether it can be merged.
    pub mergeable: Option<bool>,
    /// What merging would meet.
    pub mergeable_state: Option<String>,
    /// How many commits it has.
    pub commits: Option<u64>,
    /// How many lines it adds.
    pub additions: Option<u64>,
    /// How many lines it takes away.
    pub deletions: Option<u64>,
    /// How many files it changes.
    pub changed_files: Option<u64>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// When it was last changed, RFC 3339.
    pub updated_at: Option<String>,
    /// Where it is shown.
    pub html_url: Option<String>,
}

/// One end of a pull request.
#[derive(Debug, Clone, Deserialize)]
pub struct End {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its last commit.
    pub sha: String,
    /// The repository; none where it is gone.
    pub repo: Option<EndRepository>,
}

/// The repository of one end.
#[derive(Debug, Clone, Deserialize)]
pub struct EndRepository {
    /// `owner/name`.
    pub full_name: String,
}

/// Which pull requests.
#[derive(Debug, Clone, Default)]
pub struct PullQuery {
    /// `open`, `closed` or `all`.
    pub state: &'static str,
    /// `owner:branch`, or a branch of the repository itself.
    pub head: Option<String>,
    /// The branch to merge into.
    pub base: Option<String>,
    /// How many are wanted.
    pub limit: Option<u32>,
}

/// What a new pull request says.
#[derive(Debug, Clone)]
pub struct NewPull {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// `owner:branch`, or a branch of the repository itself.
    pub head: String,
    /// The branch to merge into.
    pub base: String,
    /// Whether it is a draft.
    pub draft: bool,
}

/// A pull request's place among those of the same branches.
enum Same {
    /// The marker is ours.
    Made(Box<Pull>),
    /// Another one is open.
    Open(u64),
}

/// A pull request that was made under a marker, among those of the same branches.
struct MarkedPull<'a> {
    repository: &'a RepositoryName,
    head: &'a Head,
    new: &'a NewPull,
    marker: &'a Marker,
}

impl GithubService {
    /// Lists pull requests, those that were made last first.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn list_pulls(
        &self,
        repository: &RepositoryName,
        query: PullQuery,
        deadline: Instant,
    ) -> Result<Listed<Pull>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}`"));
        let head = query
            .head
            .as_deref()
            .map(|head| Head::parse(head, repository))
            .transpose()?;
        let target = Target::of(repository, &["pulls"])
            .query("state", query.state)
            .query_some("head", head.as_ref().map(Head::label).as_deref())
            .query_some("base", query.base.as_deref());
        let pages = Pages::first(target, self.at_most(query.limit));
        let text_bytes_max = self.shared.settings.text_bytes_max;
        self.list::<Plain<Pull>, _>(&mut errand, &pages, |pull| {
            // GitHub leaves a filter out that it does not understand.
            let wanted = head.as_ref().is_none_or(|head| head.is_of(&pull));
            wanted.then(|| pull.cut(text_bytes_max))
        })
        .await
    }

    /// Describes a pull request.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn pull(
        &self,
        repository: &RepositoryName,
        number: u64,
        deadline: Instant,
    ) -> Result<Pull, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let pull = self.whole_pull(&mut errand, repository, number).await?;
        Ok(pull.cut(self.shared.settings.text_bytes_max))
    }

    /// Makes a pull request, unless it was made before under the same marker.
    ///
    /// # Errors
    ///
    /// `Conflict` where another one is open for the same branches; see [`GithubError`] for the rest.
    pub async fn create_pull(
        &self,
        repository: &RepositoryName,
        new: &NewPull,
        marker: &Marker,
        deadline: Instant,
    ) -> Result<Created<Pull>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}`"));
        let head = Head::parse(&new.head, repository)?;
        let body = json!({
            "title": new.title,
            "body": marker.under(&new.body),
            "head": head.within(repository),
            "base": new.base,
            "draft": new.draft,
        });
        let ask = Ask::post(Target::of(repository, &["pulls"]), body);
        let wanted = MarkedPull {
            repository,
            head: &head,
            new,
            marker,
        };
        match self.once(&mut errand, &ask, &wanted).await {
            // Somebody else may have been quicker.
            Err(refused @ GithubError::Invalid(_)) => match wanted.look(self, &mut errand).await {
                Err(open @ GithubError::Conflict(_)) => Err(open),
                _ => Err(refused),
            },
            made => made,
        }
    }

    pub(super) async fn whole_pull(
        &self,
        errand: &mut Errand,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Pull, GithubError> {
        let target = Target::of(repository, &["pulls", &number.to_string()]);
        self.ask(errand, &Ask::get(target)).await
    }
}

fn already_open(repository: &RepositoryName, number: u64) -> GithubError {
    GithubError::Conflict(format!(
        "`{repository}#{number}` is open already for the same branches"
    ))
}

/// A branch, and whose it is.
#[derive(Debug)]
struct Head {
    owner: String,
    branch: String,
}

// === impl Head ===

impl Head {
    fn parse(text: &str, repository: &RepositoryName) -> Result<Self, GithubError> {
        let (owner, branch) = text.split_once(':').unwrap_or((repository.owner(), text));
        if owner.is_empty() || branch.is_empty() {
            return Err(GithubError::Invalid(format!(
                "`{}` is no branch: write `branch` or `owner:branch`",
                text.escape_debug()
            )));
        }
        Ok(Self {
            owner: owner.to_owned(),
            branch: branch.to_owned(),
        })
    }

    /// As GitHub filters by it.
    fn label(&self) -> String {
        format!("{}:{}", self.owner, self.branch)
    }

    /// As GitHub wants to be told it: without an owner where that is the repository's own.
    fn within(&self, repository: &RepositoryName) -> String {
        if self.owner.eq_ignore_ascii_case(repository.owner()) {
            self.branch.clone()
        } else {
            self.label()
        }
    }

    fn is_of(&self, pull: &Pull) -> bool {
        let owner = pull
            .head
            .repo
            .as_ref()
            .and_then(|repository| repository.full_name.split('/').next());
        pull.head.branch == self.branch
            && owner.is_none_or(|owner| owner.eq_ignore_ascii_case(&self.owner))
    }
}

// === impl MarkedPull ===

impl Wanted for MarkedPull<'_> {
    type Made = Pull;

    /// Fails with `Conflict` where another one is open for the same branches.
    async fn look(
        &self,
        github: &GithubService,
        errand: &mut Errand,
    ) -> Result<Option<Pull>, GithubError> {
        let login = github.login(errand).await?;
        let target = Target::of(self.repository, &["pulls"])
            .query("state", "all")
            .query("head", &self.head.label())
            .query("base", &self.new.base)
            .query("sort", "created")
            .query("direction", "desc");
        let pages = Pages {
            limit: usize::MAX,
            ..Pages::first(target, PAGE_ITEMS_MAX)
        };
        let found = github
            .list::<Plain<Pull>, _>(errand, &pages, |pull| {
                if is(pull.user.as_ref(), &login) && self.marker.ends(pull.body.as_str()) {
                    return Some(Same::Made(Box::new(pull)));
                }
                let open = pull.state == "open"
                    && pull.base.branch == self.new.base
                    && self.head.is_of(&pull);
                open.then_some(Same::Open(pull.number))
            })
            .await?;
        // Ours counts, wherever it stands.
        let mut open = None;
        for same in found.items {
            match same {
                Same::Made(pull) => return Ok(Some(*pull)),
                Same::Open(number) => open = open.or(Some(number)),
            }
        }
        match open {
            Some(number) => Err(already_open(self.repository, number)),
            None => Ok(None),
        }
    }
}

// === impl Pull ===

impl Pull {
    /// Whether it was merged.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        self.merged.unwrap_or(self.merged_at.is_some())
    }
}

impl Speaking for Pull {
    fn body(&mut self) -> &mut Body {
        &mut self.body
    }
}
