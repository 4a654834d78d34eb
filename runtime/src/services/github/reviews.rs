//! Reviews of a pull request.

use std::time::Instant;

use serde::Deserialize;

use super::issues::Account;
use super::pages::{Pages, Plain};
use super::target::Target;
use super::{Body, GithubError, GithubService, Listed, RepositoryName};

/// A review.
#[derive(Debug, Clone, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: u64,
    /// Who gave it.
    pub user: Option<Account>,
    /// What it says, as a word.
    pub state: String,
    /// What it says.
    #[serde(default)]
    pub body: Body,
    /// The commit that was reviewed.
    pub commit_id: Option<String>,
    /// When it was submitted, RFC 3339.
    pub submitted_at: Option<String>,
    /// Where it is shown.
    pub html_url: Option<String>,
}

impl GithubService {
    /// Lists a pull request's reviews, oldest first.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn reviews(
        &self,
        repository: &RepositoryName,
        number: u64,
        limit: Option<u32>,
        deadline: Instant,
    ) -> Result<Listed<Review>, GithubError> {
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let target = Target::of(repository, &["pulls", &number.to_string(), "reviews"]);
        let pages = Pages::first(target, self.at_most(limit));
        let text_bytes_max = self.shared.settings.text_bytes_max;
        self.list::<Plain<Review>, _>(&mut errand, &pages, |mut review| {
            review.state.make_ascii_lowercase();
            review.body.cut(text_bytes_max);
            Some(review)
        })
        .await
    }
}
