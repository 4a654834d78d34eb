//! Where a request over HTTP goes: parsed once, judged and sent in the form that was parsed.

use std::fmt;

use url::{Host, Url};

/// A URL of a web server, in its canonical form: host in lower case and IDNA-encoded, no user info, no fragment, nothing
/// in the path that a server and a rule could read in two ways.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebUrl {
    url: Url,
}

/// Why a URL is not one that a request may go to. Never holds the URL: it could have a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the URL {0}")]
pub struct WebUrlError(pub(super) String);

// === impl WebUrl ===

impl WebUrl {
    /// Parses `https://…` or `http://…`.
    ///
    /// # Errors
    ///
    /// Everything else, user info, and everything that can be read in two ways: encoded slashes, backslashes or dots in
    /// the path, control characters, white space.
    pub fn parse(text: &str) -> Result<Self, WebUrlError> {
        let refuse = |problem: &str| Err(WebUrlError(problem.to_owned()));
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return refuse("has white space, a control character or a backslash in it");
        }
        let Ok(mut url) = Url::parse(text) else {
            return refuse("cannot be parsed");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("is neither `https://…` nor `http://…`");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("has a user name or a password in it");
        }
        let lower = url.path().to_ascii_lowercase();
        if ["%2f", "%5c", "%2e"]
            .iter()
            .any(|code| lower.contains(code))
        {
            return refuse("has an encoded slash, backslash or dot in its path");
        }
        url.set_fragment(None);
        Ok(Self { url })
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host, as it stands in the URL: an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the host is an address and no name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        matches!(self.url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)))
    }

    /// The port, the scheme's own where none is written.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(0)
    }

    /// The path, with its first slash, percent-encoded as it is sent.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The whole URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}
