//! Comments on issues and pull requests.

use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use super::exchange::Ask;
use super::issues::{Account, is};
use super::once::{Speaking, Wanted};
use super::pages::{PAGE_ITEMS_MAX, Pages, Plain};
use super::service::Errand;
use super::target::Target;
use super::{Body, Created, GithubError, GithubService, Listed, Marker, RepositoryName};

/// A comment.
#[derive(Debug, Clone, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Who made it.
    pub user: Option<Account>,
    /// What it says.
    #[serde(default)]
    pub body: Body,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// When it was last changed, RFC 3339.
    pub updated_at: Option<String>,
    /// Where it is shown.
    pub html_url: Option<String>,
}

/// A comment to make.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// Number of the issue or pull request.
    pub number: u64,
    /// What it says.
    pub body: String,
}

/// A comment that was made under a marker.
struct MarkedComment<'a> {
    repository: &'a RepositoryName,
    number: u64,
    marker: &'a Marker,
}

impl GithubService {
    /// Lists an issue's comments, oldest first.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn comments(
        &self,
        repository: &RepositoryName,
        number: u64,
        limit: u32,
        deadline: Instant,
    ) -> Result<Listed<Comment>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let pages = Pages::first(comments(repository, number), self.at_most(Some(limit)));
        let text_bytes_max = self.shared.settings.text_bytes_max;
        self.list::<Plain<Comment>, _>(&mut errand, &pages, |comment| {
            Some(comment.cut(text_bytes_max))
        })
        .await
    }

    /// Comments, unless that was done before under the same marker.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn create_comment(
        &self,
        repository: &RepositoryName,
        new: &NewComment,
        marker: &Marker,
        deadline: Instant,
    ) -> Result<Created<Comment>, GithubError> {
        let number = new.number;
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let body = json!({ "body": marker.under(&new.body) });
        let ask = Ask::post(comments(repository, number), body);
        let wanted = MarkedComment {
            repository,
            number,
            marker,
        };
        self.once(&mut errand, &ask, &wanted).await
    }
}

fn comments(repository: &RepositoryName, number: u64) -> Target {
    Target::of(repository, &["issues", &number.to_string(), "comments"])
}

// === impl MarkedComment ===

impl Wanted for MarkedComment<'_> {
    type Made = Comment;

    /// GitHub lists comments oldest first, so for one of any age the last pages are looked through.
    async fn look(
        &self,
        github: &GithubService,
        errand: &mut Errand,
    ) -> Result<Option<Comment>, GithubError> {
        let login = github.login(errand).await?;
        let since = github.since(self.marker);
        let first = if since.is_some() {
            1
        } else {
            let issue = github
                .whole_issue(errand, self.repository, self.number)
                .await?;
            let pages = issue
                .comments
                .unwrap_or_default()
                .div_ceil(PAGE_ITEMS_MAX as u64);
            let looked_through = u64::from(github.shared.settings.pages_max);
            pages.saturating_sub(looked_through) + 1
        };
        let pages = Pages {
            size: PAGE_ITEMS_MAX,
            first,
            ..Pages::first(
                comments(self.repository, self.number).query_some("since", since.as_deref()),
                1,
            )
        };
        let found = github
            .list::<Plain<Comment>, _>(errand, &pages, |comment| {
                let ours =
                    is(comment.user.as_ref(), &login) && self.marker.ends(comment.body.as_str());
                ours.then_some(comment)
            })
            .await?;
        Ok(found.items.into_iter().next())
    }
}

// === impl Comment ===

impl Speaking for Comment {
    fn body(&mut self) -> &mut Body {
        &mut self.body
    }
}
