//! The GitHub family: what all of it shares about repositories, permits and keys.
//!
//! The permit is on the repository's name in lower case and on what is done there; as whom, is the operator's to say.

mod github_comment;
mod github_create_issue;
mod github_create_pr;
mod github_get_checks;
mod github_get_file;
mod github_get_issue;
mod github_get_pr;
mod github_list_issues;
mod github_list_prs;
mod github_list_reviews;
mod github_merge_pr;
mod types;

pub(super) use github_comment::GithubComment;
pub(super) use github_create_issue::GithubCreateIssue;
pub(super) use github_create_pr::GithubCreatePr;
pub(super) use github_get_checks::GithubGetChecks;
pub(super) use github_get_file::GithubGetFile;
pub(super) use github_get_issue::GithubGetIssue;
pub(super) use github_get_pr::GithubGetPr;
pub(super) use github_list_issues::GithubListIssues;
pub(super) use github_list_prs::GithubListPrs;
pub(super) use github_list_reviews::GithubListReviews;
pub(super) use github_merge_pr::GithubMergePr;

use sinew_schema::EffectError;

use super::Call;
use super::error::invalid;
use crate::permits::Need;
use crate::services::github::{Key, Marker, RepositoryName};

/// Declares an effect that has the GitHub service and nothing else.
macro_rules! on_github {
    ($effect:ident) => {
        #[derive(Debug)]
        pub(in crate::effects) struct $effect {
            github: $crate::services::github::GithubService,
        }

        impl $effect {
            pub(in crate::effects) fn new(
                github: &$crate::services::github::GithubService,
            ) -> Self {
                Self {
                    github: github.clone(),
                }
            }
        }
    };
}
use on_github;

/// Declares the need of an effect that needs a right on its request's `repository`, and nothing else.
macro_rules! needs {
    ($right:literal) => {
        async fn need(
            &self,
            _call: &$crate::effects::Call<'_>,
            request: &mut Self::Request,
        ) -> Result<$crate::permits::Need, ::sinew_schema::EffectError> {
            $crate::effects::github::need(&mut request.repository, $right)
        }
    };
}
use needs;

/// The need for a right on a repository, whose name becomes canonical.
fn need(repository: &mut String, right: &'static str) -> Result<Need, EffectError> {
    let name = RepositoryName::parse(repository)?.to_string();
    repository.clone_from(&name);
    Ok(Need::Github {
        repository: name,
        right,
    })
}

/// The marker of what an effect makes: by the plugin's own key, or else by the host's.
fn marker(
    call: &Call<'_>,
    effect: &str,
    repository: &RepositoryName,
    issue: Option<u64>,
    given: Option<&str>,
) -> Marker {
    let key = given.map_or(Key::Repeat(call.repeat_key), Key::Given);
    Marker::new(call.plugin, effect, repository, issue, key)
}

/// Which state a list is of.
fn state(word: Option<&str>) -> Result<&'static str, EffectError> {
    match word {
        None | Some("open") => Ok("open"),
        Some("closed") => Ok("closed"),
        Some("all") => Ok("all"),
        Some(_) => Err(invalid("`state` is `open`, `closed` or `all`")),
    }
}
