//! A server's part of a push URL: protocol, user, host, port and path, each in its one canonical form.

use std::fmt;
use std::net::IpAddr;

use url::Host;

use super::push_url::{PushUrlError, refuse};

/// A repository on a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RemoteUrl {
    scheme: Scheme,
    user: Option<String>,
    host: String,
    address: Option<IpAddr>,
    port: u16,
    path: String,
    /// Written `user@host:path`: git then starts at the user's home, which no `ssh://` URL says in a way forges accept.
    home_relative: bool,
}

/// The protocols a push may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `https`
    Https,
    /// `http`: only where a grant spells it out.
    Http,
    /// `ssh`
    Ssh,
}

// === impl RemoteUrl ===

impl RemoteUrl {
    pub(super) fn new(
        scheme: Scheme,
        authority: &str,
        path: &str,
        home_relative: bool,
    ) -> Result<Self, PushUrlError> {
        let (user, address) = match authority.rsplit_once('@') {
            Some((user, address)) => (Some(scheme.user(user).map_err(PushUrlError)?), address),
            None => (None, authority),
        };
        let (host, port) = match address.rfind(':') {
            Some(colon) if !address[colon..].contains(']') => {
                let port: u16 = address[colon + 1..]
                    .parse()
                    .map_err(|_| refuse("has a port that is no number"))?;
                (&address[..colon], port)
            }
            _ => (address, scheme.default_port()),
        };
        if port == 0 {
            return Err(refuse("has the port 0"));
        }
        let (host, address) = canonical_host(host).map_err(PushUrlError)?;
        let path = canonical_path(scheme, path)?;
        Ok(Self {
            scheme,
            user,
            host,
            address,
            port,
            path,
            home_relative,
        })
    }

    /// What git is given: the canonical form, but for a path that begins at the user's home.
    pub(super) fn spelled(&self) -> String {
        match &self.user {
            _ if !self.home_relative => self.to_string(),
            Some(user) => format!("{user}@{}:{}", self.host, self.path),
            None => format!("{}:{}", self.host, self.path),
        }
    }

    pub(super) fn without_user(&self) -> Self {
        Self {
            user: None,
            ..self.clone()
        }
    }

    /// The protocol.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The user's name, over SSH.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The host: lower case, IDNA-encoded; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the protocol's own where the URL has none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path without its leading slash.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address, where the host is one and no name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = match &self.user {
            Some(user) => format!("{user}@"),
            None => String::new(),
        };
        let port = if self.port == self.scheme.default_port() {
            String::new()
        } else {
            format!(":{}", self.port)
        };
        write!(
            f,
            "{}://{user}{}{port}/{}",
            self.scheme.name(),
            self.host,
            self.path
        )
    }
}

// === impl Scheme ===

impl Scheme {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "https" => Ok(Self::Https),
            "http" => Ok(Self::Http),
            "ssh" => Ok(Self::Ssh),
            _ => Err("uses a protocol other than `https`, `ssh`, `http` and `file`".to_owned()),
        }
    }

    /// The name in front of `://`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
        }
    }

    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
            Self::Ssh => 22,
        }
    }

    /// Checks the part before `@`: SSH needs a name there, HTTP would have a secret there.
    pub(super) fn user(self, text: &str) -> Result<String, String> {
        if self != Self::Ssh {
            return Err("has user info in it".to_owned());
        }
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if text.is_empty() || text.starts_with('-') || !plain {
            return Err(
                "has a user name with other than letters, digits, `.`, `_` and `-`".to_owned(),
            );
        }
        Ok(text.to_owned())
    }
}

/// The canonical form of a host, and its address where it is one.
pub(super) fn canonical_host(text: &str) -> Result<(String, Option<IpAddr>), String> {
    if text.is_empty() || text.starts_with('-') || text.ends_with('.') || text.contains('%') {
        return Err(
            "has a host that is empty, starts with `-`, ends with `.` or is percent-encoded"
                .to_owned(),
        );
    }
    let host = Host::parse(text).map_err(|error| format!("has a host that is none: {error}"))?;
    let address = match &host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address)),
    };
    Ok((host.to_string(), address))
}

fn canonical_path(scheme: Scheme, text: &str) -> Result<String, PushUrlError> {
    let text = text.strip_suffix('/').unwrap_or(text);
    if text
        .split('/')
        .any(|segment| matches!(segment, "" | "." | ".."))
    {
        return Err(refuse("has an empty, `.` or `..` segment in its path"));
    }
    let mut path = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            if !(byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte)) {
                return Err(refuse(
                    "has a character in its path that has to be percent-encoded",
                ));
            }
            path.push(char::from(byte));
            continue;
        }
        let digits = [bytes.next(), bytes.next()]
            .map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        // git decodes `ssh` URLs before it uses them, so one repository would have many spellings.
        match digits {
            [Some(high), Some(low)]
                if scheme != Scheme::Ssh && (high >= 8 || (high, low) == (2, 0)) =>
            {
                path.extend(['%', hex(high), hex(low)]);
            }
            _ => {
                return Err(refuse(
                    "has an encoded slash, dot or other character that can be written plainly",
                ));
            }
        }
    }
    Ok(path)
}

fn hex(digit: u32) -> char {
    char::from_digit(digit, 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}
