//! Where a request over HTTP goes: parsed once, judged and sent in the form that was parsed.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::table::is_deceptive;
use super::url_path;

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

/// The longest URL, in bytes: guests and servers write them.
const LENGTH_BYTES_MAX: usize = 16_384;

// === impl WebUrl ===

impl WebUrl {
    /// Parses `https://…` or `http://…`.
    ///
    /// # Errors
    ///
    /// Everything else, user info, and everything that can be read in two ways: a host that is encoded, no DNS name, or
    /// ends with a dot; encoded slashes, backslashes, dots and percent signs in the path, segments of dots, empty
    /// segments, what is encoded though it can be written plainly, what is not UTF-8; control characters, white space and
    /// invisible characters anywhere. What is refused only because it is written oddly has another spelling.
    pub fn parse(text: &str) -> Result<Self, WebUrlError> {
        Self::read(text).map_err(|problem| WebUrlError(problem.to_owned()))
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        if text.len() > LENGTH_BYTES_MAX {
            return Err("is too long");
        }
        if text.contains(|character: char| {
            is_deceptive(character) || character.is_whitespace() || character == '\\'
        }) {
            return Err("has white space, an invisible or control character or a backslash in it");
        }
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        if !["http", "https"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
        {
            return Err("is neither `https://…` nor `http://…`");
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if authority.contains('@') {
            return Err("has a user name or a password in it");
        }
        if authority.is_empty() || authority.contains('%') || authority.ends_with(':') {
            return Err("has a host that is empty or encoded, or a port that is empty");
        }
        // Before the whole is parsed, which would take dots away, encoded ones too.
        let path = url_path::canonical(rest.split(['?', '#']).next().unwrap_or_default())?;
        let mut url = Url::parse(text).map_err(|_| "cannot be parsed")?;
        if let Some(Host::Domain(name)) = url.host()
            && !is_dns_name(name)
        {
            return Err("has a host that is no DNS name");
        }
        if url.port() == Some(0) {
            return Err("has the port 0");
        }
        url.set_path(&path);
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

    /// The host, where it is an address and no name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        }
    }

    /// Whether the host is an address and no name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.address().is_some()
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

    /// The URL as far as rules look at it.
    pub(super) fn without_query(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }

    /// The path's segments; none for the root, and an empty last one where the path ends with a slash.
    pub(super) fn segments(&self) -> Vec<&[u8]> {
        match self.path() {
            "/" => Vec::new(),
            path => path.split('/').skip(1).map(str::as_bytes).collect(),
        }
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

fn is_dns_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        })
}
