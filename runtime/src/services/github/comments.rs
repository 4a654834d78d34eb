//! Comments on issues and pull requests.

use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use super::exchange::Ask;
use super::issues::{Account, is};
use super::pages::{PAGE_ITEMS_MAX, Pages, Plain};
use super::service::{Errand, found_after};
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
        let text_bytes_max = self.shared.settings.text_bytes_max;
        let _lane = self.lane(&errand).await?;
        let found = self
            .marked_comment(&mut errand, repository, number, marker)
            .await?;
        if let Some(comment) = found {
            return Ok(Created {
                item: comment.cut(text_bytes_max),
                created: false,
            });
        }
        let body = json!({ "body": marker.under(&new.body) });
        let ask = Ask::post(comments(repository, number), body);
        let comment = match self.ask::<Comment>(&mut errand, &ask).await {
            Err(doubt @ GithubError::InDoubt(_)) => {
                let looked = self
                    .marked_comment(&mut errand, repository, number, marker)
                    .await;
                found_after(doubt, looked)?
            }
            made => made?,
        };
        Ok(Created {
            item: comment.cut(text_bytes_max),
            created: true,
        })
    }

    /// Looks a comment up. GitHub lists them oldest first, so for one of any age the last pages are looked through.
    async fn marked_comment(
        &self,
        errand: &mut Errand,
        repository: &RepositoryName,
        number: u64,
        marker: &Marker,
    ) -> Result<Option<Comment>, GithubError> {
        let login = self.login(errand).await?;
        let since = self.since(marker);
        let first = if since.is_some() {
            1
        } else {
            let issue = self.whole_issue(errand, repository, number).await?;
            let pages = issue
                .comments
                .unwrap_or_default()
                .div_ceil(PAGE_ITEMS_MAX as u64);
            let looked_through = u64::from(self.shared.settings.pages_max);
            pages.saturating_sub(looked_through) + 1
        };
        let pages = Pages {
            size: PAGE_ITEMS_MAX,
            first,
            ..Pages::first(
                comments(repository, number).query_some("since", since.as_deref()),
                1,
            )
        };
        let found = self
            .list::<Plain<Comment>, _>(errand, &pages, |comment| {
                let ours = is(comment.user.as_ref(), &login) && marker.ends(comment.body.as_str());
                ours.then_some(comment)
            })
            .await?;
        Ok(found.items.into_iter().next())
    }
}

fn comments(repository: &RepositoryName, number: u64) -> Target {
    Target::of(repository, &["issues", &number.to_string(), "comments"])
}

// === impl Comment ===

impl Comment {
    fn cut(mut self, text_bytes_max: usize) -> Self {
        self.body.cut(text_bytes_max);
        self
    }
}
