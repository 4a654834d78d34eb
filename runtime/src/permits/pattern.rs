//! Rule patterns for paths, references and push URLs.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path};

use super::glob::Glob;
use super::push_url::PushUrl;
use super::remote_url::{Scheme, canonical_host};
use super::scope::PermitScope;

/// What `${project}` is written as in a rule.
const PROJECT: &str = "${project}";

/// A glob over canonical absolute paths, below the filesystem's root or below the session's project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathPattern {
    below_project: bool,
    glob: Glob,
}

/// A glob over full reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefPattern {
    glob: Glob,
}

/// A pattern for the places a push may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UrlPattern {
    /// A folder on this machine.
    Local(PathPattern),
    /// A server.
    Remote {
        scheme: Scheme,
        /// Byte for byte; no user only matches no user.
        user: Option<String>,
        host: HostPattern,
        port: u16,
        path: Glob,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HostPattern {
    /// One name or address, as it stands in canonical URLs.
    Exactly(String),
    /// Names by their labels.
    Like(Glob),
}

// === impl PathPattern ===

impl PathPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (below_project, rest) = match text.strip_prefix(PROJECT) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let glob = match rest.strip_prefix('/') {
            Some("") if below_project => return Err("ends with `/`".to_owned()),
            Some(below) => below,
            None if below_project && rest.is_empty() => "",
            None if below_project => {
                return Err(format!("goes on after `{PROJECT}` without a `/`"));
            }
            // Written for any depth, as in `**/secret`.
            None if rest == "**" || rest.starts_with("**/") => rest,
            None => {
                return Err(format!(
                    "`{text}` is no absolute path and starts neither with `{PROJECT}` nor `**`"
                ));
            }
        };
        if glob.contains("${") {
            return Err(format!(
                "only `{PROJECT}` can be a placeholder, and only as the start"
            ));
        }
        Ok(Self {
            below_project,
            glob: Glob::parse(glob, '/')?,
        })
    }

    /// Whether the folder itself matches.
    fn matches(&self, scope: &PermitScope, path: &Path) -> bool {
        let below = if self.below_project {
            // The root is taken off as a whole and never becomes part of the glob: a `*` in its name stays a `*`.
            let Some(rest) = scope
                .project()
                .and_then(|root| path.strip_prefix(root).ok())
            else {
                return false;
            };
            rest
        } else {
            path
        };
        segments(below).is_some_and(|segments| self.glob.matches(&segments))
    }

    /// Whether the folder matches, or is the `.git` of one that does: a rule for a repository is one for its contents.
    pub(super) fn covers(&self, scope: &PermitScope, path: &Path) -> bool {
        if !path.is_absolute() || segments(path).is_none() {
            return false;
        }
        self.matches(scope, path)
            || own_parent(path).is_some_and(|parent| self.matches(scope, parent))
    }
}

/// The folder around a `.git`.
pub(super) fn own_parent(path: &Path) -> Option<&Path> {
    path.parent()
        .filter(|_| path.file_name() == Some(".git".as_ref()))
}

/// A path's segments as bytes; `None` where it has `..` in it and so is not canonical.
fn segments(path: &Path) -> Option<Vec<&[u8]>> {
    path.components()
        .filter(|part| *part != Component::RootDir)
        .map(|part| match part {
            Component::Normal(name) => Some(name.as_bytes()),
            _ => None,
        })
        .collect()
}

// === impl RefPattern ===

impl RefPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !(text == "**" || text.starts_with("**/") || text.starts_with("refs/")) {
            return Err(format!(
                "`{text}` is no full reference name: it starts with `refs/` or `**`"
            ));
        }
        Ok(Self {
            glob: Glob::parse(text, '/')?,
        })
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let segments: Vec<&[u8]> = name.split('/').map(str::as_bytes).collect();
        self.glob.matches(&segments)
    }
}

// === impl UrlPattern ===

impl UrlPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let local = text.strip_prefix("file://").unwrap_or(text);
        if local.starts_with('/') || local.starts_with(PROJECT) || local.starts_with("**") {
            return Ok(Self::Local(PathPattern::parse(local)?));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!(
                "`{text}` is neither `https://…`, `ssh://…` nor an absolute path"
            ));
        };
        let scheme = Scheme::parse(scheme)?;
        if rest.contains('$') {
            return Err(format!(
                "`{PROJECT}` stands for a folder and cannot be part of a server's URL"
            ));
        }
        let (authority, path) = rest
            .split_once('/')
            .ok_or("has no path; `/**` stands for all")?;
        let (user, address) = match authority.rsplit_once('@') {
            Some((user, address)) => (Some(scheme.user(user)?), address),
            None => (None, authority),
        };
        let (host, port) = split_port(address)?;
        Ok(Self::Remote {
            scheme,
            user,
            host: HostPattern::parse(host)?,
            port: port.unwrap_or_else(|| scheme.default_port()),
            path: Glob::parse(without_suffix(path), '/')?,
        })
    }

    pub(super) fn matches(&self, scope: &PermitScope, value: &PushUrl) -> bool {
        match (self, value) {
            (Self::Local(pattern), PushUrl::Local { path }) => pattern.covers(scope, path),
            (
                Self::Remote {
                    scheme,
                    user,
                    host,
                    port,
                    path,
                },
                PushUrl::Remote(url),
            ) => {
                let segments: Vec<&[u8]> = without_suffix(url.path())
                    .split('/')
                    .map(str::as_bytes)
                    .collect();
                *scheme == url.scheme()
                    && user.as_deref() == url.user()
                    && *port == url.port()
                    && host.matches(url.host(), url.is_address(), url.is_public_address())
                    && path.matches(&segments)
            }
            _ => false,
        }
    }
}

/// A path without the `.git` that forges take or leave: both spellings name one repository, and a rule means both.
fn without_suffix(path: &str) -> &str {
    path.strip_suffix(".git")
        .filter(|rest| !rest.is_empty() && !rest.ends_with('/'))
        .unwrap_or(path)
}

fn split_port(address: &str) -> Result<(&str, Option<u16>), String> {
    let cut = match address.rfind(']') {
        Some(bracket) => address[bracket..].find(':').map(|colon| bracket + colon),
        None => address.find(':'),
    };
    match cut {
        None => Ok((address, None)),
        Some(colon) => {
            let port = address[colon + 1..]
                .parse()
                .map_err(|_| format!("`{}` is no port", &address[colon + 1..]))?;
            Ok((&address[..colon], Some(port)))
        }
    }
}

// === impl HostPattern ===

impl HostPattern {
    fn parse(text: &str) -> Result<Self, String> {
        if text.contains('*') {
            // A glob's labels are written as they stand in canonical names.
            if !text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"*.-".contains(&byte)
            }) {
                return Err(format!(
                    "the host glob `{text}` has to be written in lower case, in its ASCII form"
                ));
            }
            return Ok(Self::Like(Glob::parse(text, '.')?));
        }
        Ok(Self::Exactly(
            canonical_host(text).map_err(|error| error.to_string())?.0,
        ))
    }

    /// A name glob never covers an address literal; `**` alone covers public ones.
    fn matches(&self, host: &str, is_address: bool, is_public: bool) -> bool {
        match self {
            Self::Exactly(exact) => exact == host,
            Self::Like(glob) if is_address => is_public && glob.is_everything(),
            Self::Like(glob) => {
                let labels: Vec<&[u8]> = host.split('.').map(str::as_bytes).collect();
                glob.matches(&labels)
            }
        }
    }
}
