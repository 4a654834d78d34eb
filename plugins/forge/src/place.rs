//! Where a call is about: a folder of this machine, and a repository at GitHub.

use schemars::JsonSchema;
use serde::Deserialize;
use sinew_pdk::mcp::{Failure, failure};
use sinew_pdk::schema::GitGetRemoteRequest;
use sinew_pdk::{EffectError, McpCall, config, git_get_remote};

use crate::text::one_line;

/// Host of GitHub's own remotes.
const USUAL_HOST: &str = "github.com";

/// What the arguments of tools for local repositories may hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Folder {
    /// A folder in the repository, absolute or relative to the project. Absent means the project.
    folder: Option<String>,
}

/// What the arguments of tools for GitHub may hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct AtGithub {
    /// The repository at GitHub, `owner/name`. Absent means the one that the folder's remote is.
    repository: Option<String>,
    /// The remote that says which repository it is. Absent means `origin`.
    remote: Option<String>,
    /// A folder in the local repository, absolute or relative to the project. Absent means the project.
    folder: Option<String>,
}

// === impl Folder ===

impl Folder {
    /// The folder, absolute.
    pub(crate) fn path(&self, call: &McpCall) -> Result<String, Failure> {
        within_project(call, self.folder.as_deref(), "folder")
    }
}

// === impl AtGithub ===

impl AtGithub {
    /// The folder of the local repository, absolute.
    pub(crate) fn folder(&self, call: &McpCall) -> Result<String, Failure> {
        within_project(call, self.folder.as_deref(), "folder")
    }

    /// The repository, `owner/name`.
    pub(crate) fn name(&self, call: &McpCall) -> Result<String, Failure> {
        if let Some(repository) = &self.repository {
            return Ok(repository.clone());
        }
        let remote = git_get_remote(GitGetRemoteRequest {
            path: self.folder(call)?,
            remote: self.remote.clone(),
        })
        .map_err(|error| match error.code.as_str() {
            EffectError::CODE_DENIED => error.into(),
            _ => Failure::from(error).and("Or name the repository: `repository`, as `owner/name`."),
        })?;
        let host: String = setting("host")?.unwrap_or_else(|| USUAL_HOST.to_owned());
        match (remote.host, remote.repository) {
            (Some(found), Some(repository)) if found.eq_ignore_ascii_case(&host) => Ok(repository),
            (Some(found), _) => Err(failure(format!(
                "The remote `{}` is at `{}`, not at `{host}`. Name the repository: `repository`, as `owner/name`.",
                one_line(&remote.remote),
                one_line(&found)
            ))),
            (None, _) => Err(failure(format!(
                "The remote `{}` is a folder of this machine. Name the repository: `repository`, as `owner/name`.",
                one_line(&remote.remote)
            ))),
        }
    }
}

/// An absolute path: of the project, where none is named, and in it, where a relative one is.
pub(crate) fn within_project(
    call: &McpCall,
    path: Option<&str>,
    argument: &str,
) -> Result<String, Failure> {
    match (path, call.project()) {
        (Some(path), _) if path.starts_with('/') => Ok(path.to_owned()),
        (None | Some("" | "."), Some(project)) => Ok(project.to_owned()),
        (Some(path), Some(project)) => Ok(format!("{}/{path}", project.trim_end_matches('/'))),
        (_, None) => Err(failure(format!(
            "The call belongs to no project. Name an absolute path: `{argument}`."
        ))),
    }
}

/// One of the operator's settings.
pub(crate) fn setting(key: &str) -> Result<Option<String>, Failure> {
    config::get(key)
        .map_err(|error| failure(format!("The setting `{key}` cannot be read: {error}.")))
}

/// What GitHub refused.
pub(crate) fn at_github(error: EffectError) -> Failure {
    match error.code.as_str() {
        EffectError::CODE_NOT_FOUND => Failure::from(error)
            .and("GitHub says so, too, of what the operator's credentials may not see."),
        _ => error.into(),
    }
}
