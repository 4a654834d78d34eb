//! How the GitHub service is set up.

use std::fmt;
use std::time::Duration;

use url::{Host, Url};

/// Where GitHub is, as whom it is asked, and limits. Every limit is on one effect, but for `concurrency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubSettings {
    /// Root of the API.
    pub base_url: BaseUrl,
    /// As whom it is asked.
    pub credentials: GithubCredentials,
    /// Login of that account. Where it is absent, GitHub is asked, which does not tell every kind of token.
    pub login: Option<String>,
    /// Requests in flight at once; writes go one after another, as GitHub wants them.
    pub concurrency: usize,
    /// The most pages of any list that are asked for.
    pub pages_max: u32,
    /// The most entries of any list.
    pub items_max: usize,
    /// The most bytes of answers that are read.
    pub answer_bytes_max: usize,
    /// The most bytes of a file's content.
    pub file_bytes_max: usize,
    /// The most bytes of one text: what an issue, a comment or a review says.
    pub text_bytes_max: usize,
    /// How often one request is sent at most.
    pub attempts_max: u32,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long one request may take, from being sent to the last byte of its answer.
    pub request_timeout: Duration,
}

/// As whom GitHub is asked. Secrets are named here, and looked up when they are used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GithubCredentials {
    /// As nobody: what is public can be read.
    #[default]
    None,
    /// With somebody's token.
    Token {
        /// Name of the secret.
        secret: String,
    },
    /// As an installation of a GitHub App.
    App {
        /// Number of the app.
        app_id: u64,
        /// Number of the installation.
        installation_id: u64,
        /// Name of the secret that holds the app's private key, PEM.
        private_key: String,
    },
}

/// The root of GitHub's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a URL cannot be the root of GitHub's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is none.
    #[error("it is no `https` URL")]
    Url,
    /// It says more than where the API is.
    #[error("it has a user, a query or a fragment")]
    Extra,
    /// Credentials would be sent in the clear.
    #[error("`http` is for loopback addresses only: credentials would be sent in the clear")]
    Clear,
}

// === impl GithubSettings ===

impl Default for GithubSettings {
    fn default() -> Self {
        Self {
            base_url: BaseUrl::default(),
            credentials: GithubCredentials::None,
            login: None,
            concurrency: 8,
            pages_max: 10,
            items_max: 200,
            answer_bytes_max: 8 << 20,
            file_bytes_max: 1 << 20,
            text_bytes_max: 64 << 10,
            attempts_max: 3,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(20),
        }
    }
}

// === impl BaseUrl ===

impl BaseUrl {
    /// Parses a URL such as `https://github.example.com/api/v3`.
    ///
    /// # Errors
    /// See [`BaseUrlError`].
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::Url)?;
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(BaseUrlError::Extra);
        }
        let loopback = match url.host() {
            None => return Err(BaseUrlError::Url),
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if loopback => Ok(Self(url)),
            "http" => Err(BaseUrlError::Clear),
            _ => Err(BaseUrlError::Url),
        }
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        // It parses: a test looks.
        Self::parse("https://api.github.com").unwrap_or_else(|error| unreachable!("{error}"))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_sent_in_the_clear() {
        for (text, expected) in [
            ("https://github.example.com/api/v3", None),
            ("http://127.0.0.1:4010", None),
            ("http://[::1]:4010", None),
            ("http://localhost:4010/", None),
            (
                "http://github.example.com/api/v3",
                Some(BaseUrlError::Clear),
            ),
            ("http://127.0.0.1.example.com", Some(BaseUrlError::Clear)),
            (
                "https://token@github.example.com",
                Some(BaseUrlError::Extra),
            ),
            ("https://github.example.com/?a=b", Some(BaseUrlError::Extra)),
            ("https://github.example.com/#a", Some(BaseUrlError::Extra)),
            ("ftp://github.example.com", Some(BaseUrlError::Url)),
            ("github.example.com", Some(BaseUrlError::Url)),
        ] {
            assert_eq!(BaseUrl::parse(text).err(), expected, "{text}");
        }
        assert_eq!(BaseUrl::default().to_string(), "https://api.github.com/");
    }
}
