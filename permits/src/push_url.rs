//! Where a push goes: parsed once, judged and given to git in the form that was parsed.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::remote_url::{RemoteUrl, Scheme};

/// A place a push may go to, in its canonical form.
///
/// Only what cannot be read in two ways is accepted: no helper transports (`ext::…`), no relative paths, no user info
/// over HTTP, no query or fragment, no `.` and `..`, and no percent-encoding of what could have been written plainly.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PushUrl {
    /// A repository on this machine. Whoever builds it resolves symbolic links first.
    Local {
        /// The absolute path.
        path: PathBuf,
    },
    /// A repository on a server.
    Remote(RemoteUrl),
}

/// Why a URL is no place to push to. Never holds the URL: it could have a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the push URL {0}")]
pub struct PushUrlError(pub(super) String);

// === impl PushUrl ===

impl PushUrl {
    /// Parses what git would push to: `https://…`, `ssh://…`, `user@host:path`, `file:///…` or an absolute path.
    ///
    /// # Errors
    ///
    /// Everything else, and everything that can be read in two ways.
    pub fn parse(text: &str) -> Result<Self, PushUrlError> {
        if text.is_empty() || text.starts_with('-') {
            return Err(refuse("is empty or starts with `-`"));
        }
        if text.chars().any(char::is_control) {
            return Err(refuse("has a control character in it"));
        }
        if let Some(path) = text
            .strip_prefix("file://")
            .or_else(|| text.starts_with('/').then_some(text))
        {
            if !path.starts_with('/') || path.starts_with("//") {
                return Err(refuse("names a file on another host"));
            }
            if text.starts_with("file://") && path.contains('%') {
                return Err(refuse("has percent-encoding in a file's path"));
            }
            return Ok(Self::Local {
                path: PathBuf::from(path),
            });
        }
        if text.contains(|character: char| character.is_whitespace() || character == '\\') {
            return Err(refuse("has white space or a backslash in it"));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let scheme = Scheme::parse(scheme).map_err(PushUrlError)?;
            let (authority, path) = rest.split_once('/').ok_or_else(|| refuse("has no path"))?;
            return RemoteUrl::new(scheme, authority, path, false).map(Self::Remote);
        }
        let (authority, path) = text
            .split_once(':')
            .filter(|(authority, path)| !authority.contains(['/', '[']) && !path.starts_with(':'))
            .ok_or_else(|| refuse("is neither a URL nor an absolute path"))?;
        let absolute = path.strip_prefix('/');
        let home_relative = absolute.is_none() && !path.starts_with('~');
        RemoteUrl::new(
            Scheme::Ssh,
            authority,
            absolute.unwrap_or(path),
            home_relative,
        )
        .map(Self::Remote)
    }

    /// What git is given, which is exactly what was judged.
    #[must_use]
    pub fn spelled(&self) -> OsString {
        match self {
            Self::Local { path } => path.into(),
            Self::Remote(url) => url.spelled().into(),
        }
    }

    /// The URL without the user's name.
    #[must_use]
    pub fn without_user(&self) -> String {
        match self {
            Self::Local { .. } => self.to_string(),
            Self::Remote(url) => url.without_user().to_string(),
        }
    }

    /// The folder, where the push stays on this machine.
    #[must_use]
    pub fn local(&self) -> Option<&Path> {
        match self {
            Self::Local { path } => Some(path),
            Self::Remote(_) => None,
        }
    }

    /// The server, where the push leaves this machine.
    #[must_use]
    pub fn remote(&self) -> Option<&RemoteUrl> {
        match self {
            Self::Local { .. } => None,
            Self::Remote(url) => Some(url),
        }
    }
}

impl fmt::Display for PushUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { path } => write!(f, "{}", path.display()),
            Self::Remote(url) => url.fmt(f),
        }
    }
}

pub(super) fn refuse(problem: &str) -> PushUrlError {
    PushUrlError(problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_one_canonical_form() {
        for (text, canonical, spelled) in [
            (
                "https://GitHub.com/acme/api",
                "https://github.com/acme/api",
                None,
            ),
            (
                "https://github.com:443/acme/api.git/",
                "https://github.com/acme/api.git",
                None,
            ),
            (
                "https://github.com:8443/a",
                "https://github.com:8443/a",
                None,
            ),
            (
                "https://bücher.example/a",
                "https://xn--bcher-kva.example/a",
                None,
            ),
            ("https://h/%e4%B8%ad%20x", "https://h/%E4%B8%AD%20x", None),
            ("https://0x7f.1/a", "https://127.0.0.1/a", None),
            ("https://[::1]:8080/a", "https://[::1]:8080/a", None),
            (
                "ssh://git@Example.com:22/a/b",
                "ssh://git@example.com/a/b",
                None,
            ),
            (
                "git@github.com:acme/api.git",
                "ssh://git@github.com/acme/api.git",
                Some("git@github.com:acme/api.git"),
            ),
            ("git@h:/srv/api", "ssh://git@h/srv/api", None),
            ("h:~/api", "ssh://h/~/api", None),
            ("/srv/api.git", "/srv/api.git", None),
            ("file:///srv/api.git", "/srv/api.git", None),
        ] {
            let url = PushUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), canonical, "{text}");
            assert_eq!(
                url.spelled(),
                OsString::from(spelled.unwrap_or(canonical)),
                "{text}"
            );
            assert_eq!(
                PushUrl::parse(canonical).unwrap().to_string(),
                canonical,
                "{text}: not stable"
            );
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for text in [
            "",
            "-",
            "--upload-pack=touch /tmp/x",
            "--receive-pack=x",
            "ext::sh -c touch",
            "ext::sh",
            "fd::3",
            "HTTPS://h/a",
            "git://h/a",
            "ftp://h/a",
            "https://user@h/a",
            "https://user:secret@h/a",
            "https://@h/a",
            "ssh://git:secret@h/a",
            "ssh://-oProxyCommand=x/a",
            "ssh://-x@h/a",
            "-oProxyCommand=x:a",
            "git@-oProxyCommand=x:a",
            "https://h",
            "https://h/",
            "https://h//a",
            "https://h/a/../b",
            "https://h/./b",
            "https://h/a%2fb",
            "https://h/a%2Eb",
            "https://h/%61",
            "https://h/%252f",
            "https://h/%zz",
            "https://h/%4",
            "https://h/a?b",
            "https://h/a#b",
            "https://h/a\\b",
            "https://h/a b",
            "https://h./a",
            "https://h%2e/a",
            "https://h:0/a",
            "https://h:port/a",
            "ssh://h/%7Ex",
            "file://host/a",
            "file:////host/a",
            "file:///a%20b",
            "../a",
            "a",
            "./a:b",
            "[h:22]:a",
            "https://h/a\n",
        ] {
            assert!(PushUrl::parse(text).is_err(), "`{text}`");
        }
    }

    #[test]
    fn errors_never_repeat_the_url() {
        let error = PushUrl::parse("https://user:hunter2@h/a").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
