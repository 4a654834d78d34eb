//! Where a remote is.

use std::borrow::Cow;
use std::time::Instant;

use git2::Repository;

use super::error::Doing as _;
use super::{GitError, GitService, Judged};
use crate::permits::PushUrl;

/// The remote that is meant where none is named.
const USUAL: &str = "origin";

/// A remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Where git would fetch from, after `insteadOf`.
    pub url: PushUrl,
}

impl GitService {
    /// Says where a remote is. Nothing is sent, and nothing is run.
    ///
    /// # Errors
    ///
    /// `NotFound` for a remote that does not exist, `Conflict` where none is named and several could be meant, `Invalid`
    /// for one whose URL cannot be read in one way only.
    pub async fn remote(
        &self,
        judged: Judged,
        name: Option<String>,
        deadline: Instant,
    ) -> Result<Remote, GitError> {
        self.on(judged, deadline, move |repository, _, _, _| {
            read(repository, name)
        })
        .await
    }
}

fn read(repository: &Repository, name: Option<String>) -> Result<Remote, GitError> {
    let name = match name {
        Some(name) => name,
        None => usual(repository)?,
    };
    let remote = repository.find_remote(&name).map_err(|error| {
        match GitError::of("find the remote", &error) {
            GitError::NotFound(_) | GitError::Invalid(_) => {
                GitError::NotFound(format!("no remote `{}`", name.escape_debug()))
            }
            other => other,
        }
    })?;
    let url = remote.url().doing("read the remote's URL")?;
    let url = PushUrl::parse(&without_user_info(url)).map_err(|error| {
        GitError::Invalid(format!("the remote `{}`: {error}", name.escape_debug()))
    })?;
    Ok(Remote { name, url })
}

fn usual(repository: &Repository) -> Result<String, GitError> {
    let names = repository.remotes().doing("list the remotes")?;
    let names: Vec<&str> = names.iter().flatten().flatten().collect();
    match names.as_slice() {
        [] => Err(GitError::NotFound(
            "the repository has no remote".to_owned(),
        )),
        names if names.contains(&USUAL) => Ok(USUAL.to_owned()),
        [name] => Ok((*name).to_owned()),
        _ => Err(GitError::Conflict(format!(
            "the repository has {} remotes, and none is called `{USUAL}`; name one",
            names.len()
        ))),
    }
}

/// A URL without what stands before `@`, where people put tokens. Over SSH as `user@host:path` there is a name alone, and
/// it is left to the parser.
fn without_user_info(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Cow::Borrowed(url);
    };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => Cow::Owned(format!("{scheme}://{}", &rest[at + 1..])),
        None => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_host_is_left_out() {
        for (url, expected) in [
            (
                "https://github.com/acme/api.git",
                "https://github.com/acme/api.git",
            ),
            (
                "https://bot:ghp_secret@github.com/acme/api",
                "https://github.com/acme/api",
            ),
            (
                "https://a@b@github.com/acme/@api",
                "https://github.com/acme/@api",
            ),
            ("ssh://git:secret@h:22/a", "ssh://h:22/a"),
            ("https://h", "https://h"),
            ("git@github.com:acme/api.git", "git@github.com:acme/api.git"),
            ("/srv/a@b.git", "/srv/a@b.git"),
        ] {
            assert_eq!(without_user_info(url), expected);
        }
    }
}
