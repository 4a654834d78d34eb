//! Which repository a call is about.

use serde::Deserialize;
use sinew_pdk::schema::{GitGetBranchRequest, GitGetRemoteRequest};
use sinew_pdk::{EffectError, McpCall, config, git_get_branch, git_get_remote};

use crate::failure::Failure;
use crate::text::one_line;

/// Host of GitHub's own remotes.
const USUAL_HOST: &str = "github.com";

/// What every tool's arguments may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Where {
    /// `owner/name`, in place of what the folder's remote says.
    repository: Option<String>,
    /// A folder in the repository; the project, where it is absent.
    path: Option<String>,
    /// The remote; `origin`, where it is absent.
    remote: Option<String>,
}

// === impl Where ===

impl Where {
    /// The repository, `owner/name`.
    pub(crate) fn repository(&self, call: &McpCall) -> Result<String, Failure> {
        if let Some(repository) = &self.repository {
            return Ok(repository.clone());
        }
        let folder = self.folder(call)?;
        let remote = git_get_remote(GitGetRemoteRequest {
            path: folder.to_owned(),
            remote: self.remote.clone(),
        })
        .map_err(|error| {
            let names_one = error.code != EffectError::CODE_DENIED;
            let failure = Failure::from(error);
            if names_one {
                failure.and("Or name the repository: `repository`, as `owner/name`.")
            } else {
                failure
            }
        })?;
        let host: String = setting("host")?.unwrap_or_else(|| USUAL_HOST.to_owned());
        match (remote.host, remote.repository) {
            (Some(found), Some(repository)) if found.eq_ignore_ascii_case(&host) => Ok(repository),
            (Some(found), _) => Err(Failure::new(format!(
                "The remote `{}` is at `{}`, not at `{host}`. Name the repository: `repository`, as `owner/name`.",
                one_line(&remote.remote),
                one_line(&found)
            ))),
            (None, _) => Err(Failure::new(format!(
                "The remote `{}` is a folder of this machine. Name the repository: `repository`, as `owner/name`.",
                one_line(&remote.remote)
            ))),
        }
    }

    /// The branch that is checked out.
    pub(crate) fn branch(&self, call: &McpCall) -> Result<String, Failure> {
        let found = git_get_branch(GitGetBranchRequest::from(self.folder(call)?))?;
        found.branch.ok_or_else(|| {
            Failure::new("No branch is checked out. Name the one to merge: `head`.".to_owned())
        })
    }

    fn folder<'a>(&'a self, call: &'a McpCall) -> Result<&'a str, Failure> {
        self.path.as_deref().or(call.project()).ok_or_else(|| {
            Failure::new(
                "The call belongs to no project. Name the repository (`repository`, as `owner/name`), or a folder in it (`path`)."
                    .to_owned(),
            )
        })
    }
}

/// One of the operator's settings.
pub(crate) fn setting(key: &str) -> Result<Option<String>, Failure> {
    config::get(key)
        .map_err(|error| Failure::new(format!("The setting `{key}` cannot be read: {error}.")))
}
