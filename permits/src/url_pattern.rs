//! Rule patterns for the places a push may go to.

use super::glob::Glob;
use super::host_pattern::HostPattern;
use super::path_pattern::{PROJECT, PathPattern};
use super::push_url::PushUrl;
use super::remote_url::Scheme;
use super::rule::Subject;
use super::scope::PermitScope;

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
            (Self::Local(pattern), PushUrl::Local { path }) => {
                pattern.covers_repository(scope, path)
            }
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
                    && host.matches(url.host(), url.address())
                    && path.matches(&segments)
            }
            _ => false,
        }
    }
}

impl Subject for UrlPattern {
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Local(own), Self::Local(other)) => own.includes(other),
            (
                Self::Remote {
                    scheme,
                    user,
                    host,
                    port,
                    path,
                },
                Self::Remote {
                    scheme: other_scheme,
                    user: other_user,
                    host: other_host,
                    port: other_port,
                    path: other_path,
                },
            ) => {
                (scheme, user, port) == (other_scheme, other_user, other_port)
                    && host.includes(other_host)
                    && path.includes(other_path)
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
