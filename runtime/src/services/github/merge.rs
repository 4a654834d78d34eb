//! Merging a pull request.
//!
//! GitHub does it only while the branch ends in the commit that it is told, and a merged pull request keeps that commit
//! as its head: so whether it was done can always be found out, and asking twice does it once.

use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use super::exchange::Ask;
use super::once::found_after;
use super::pulls::Pull;
use super::target::Target;
use super::{GithubError, GithubService, RepositoryName};

/// What to merge, and how.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Number of the pull request.
    pub number: u64,
    /// The commit that its branch has to end in.
    pub sha: String,
    /// How.
    pub method: MergeMethod,
    /// First line of the commit's message.
    pub title: Option<String>,
    /// Rest of the commit's message.
    pub message: Option<String>,
}

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMethod {
    /// With a commit that joins both.
    Merge,
    /// As one commit.
    Squash,
    /// Commit by commit.
    Rebase,
}

/// A pull request that is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The commit that the base branch got.
    pub sha: Option<String>,
    /// Whether it had been merged already.
    pub before: bool,
}

#[derive(Deserialize)]
struct MergeAnswer {
    sha: Option<String>,
}

impl GithubService {
    /// Merges a pull request, unless that was done before with the same commit.
    ///
    /// # Errors
    ///
    /// `Conflict` where its branch ends in another commit, or it cannot be merged; see [`GithubError`] for the rest.
    pub async fn merge(
        &self,
        repository: &RepositoryName,
        merge: Merge,
        deadline: Instant,
    ) -> Result<Merged, GithubError> {
        let number = merge.number;
        let mut errand = self.errand(deadline, format!("`{repository}#{number}`"));
        let _lane = self.lane(&errand).await?;
        let pull = self.whole_pull(&mut errand, repository, number).await?;
        if let Some(merged) = merged(&pull, &merge, &errand.subject)? {
            return Ok(merged);
        }
        let method = match merge.method {
            MergeMethod::Merge => "merge",
            MergeMethod::Squash => "squash",
            MergeMethod::Rebase => "rebase",
        };
        let mut body = json!({ "sha": merge.sha, "merge_method": method });
        if let Some(title) = &merge.title {
            body["commit_title"] = title.as_str().into();
        }
        if let Some(message) = &merge.message {
            body["commit_message"] = message.as_str().into();
        }
        let target = Target::of(repository, &["pulls", &number.to_string(), "merge"]);
        match self
            .ask::<MergeAnswer>(&mut errand, &Ask::put(target, body))
            .await
        {
            Ok(answer) => Ok(Merged {
                sha: answer.sha,
                before: false,
            }),
            Err(doubt @ GithubError::InDoubt(_)) => {
                let looked = self.whole_pull(&mut errand, repository, number).await;
                let found = looked.and_then(|pull| merged(&pull, &merge, &errand.subject));
                let merged = found_after(doubt, found)?;
                Ok(Merged {
                    before: false,
                    ..merged
                })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether it is merged as was asked, or can still be; `Conflict` where it never can.
fn merged(pull: &Pull, merge: &Merge, subject: &str) -> Result<Option<Merged>, GithubError> {
    let conflict = |what: String| Err(GithubError::Conflict(format!("{subject} {what}")));
    let same = pull.head.sha.eq_ignore_ascii_case(&merge.sha);
    match (pull.is_merged(), same) {
        (true, true) => Ok(Some(Merged {
            sha: pull.merge_commit_sha.clone(),
            before: true,
        })),
        (true, false) => conflict(format!("was merged, with the commit `{}`", pull.head.sha)),
        (false, false) => conflict(format!("ends in the commit `{}` by now", pull.head.sha)),
        (false, true) if pull.state == "closed" => conflict("is closed".to_owned()),
        (false, true) if pull.draft == Some(true) => conflict("is a draft".to_owned()),
        (false, true) => Ok(None),
    }
}
