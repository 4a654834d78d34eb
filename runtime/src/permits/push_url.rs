//! Where a push goes: parsed once, judged and given to git in the form that was parsed.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use url::Host;

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

/// Why a URL is no place to push to. Never holds the URL: it could have a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the push URL {0}")]
pub struct PushUrlError(String);

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
        if text.chars().any(|character| {
            character.is_control() || character.is_whitespace() || character == '\\'
        }) {
            return Err(refuse(
                "has white space, a control character or a backslash in it",
            ));
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
            Self::Remote(RemoteUrl {
                home_relative: true,
                user,
                host,
                path,
                ..
            }) => match user {
                Some(user) => format!("{user}@{host}:{path}").into(),
                None => format!("{host}:{path}").into(),
            },
            Self::Local { path } => path.into(),
            Self::Remote(_) => self.to_string().into(),
        }
    }

    /// The URL without the user's name.
    #[must_use]
    pub fn without_user(&self) -> String {
        match self {
            Self::Remote(url) => Self::Remote(RemoteUrl {
                user: None,
                ..url.clone()
            })
            .to_string(),
            Self::Local { .. } => self.to_string(),
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
            Self::Remote(url) => {
                write!(f, "{}://", url.scheme.name())?;
                if let Some(user) = &url.user {
                    write!(f, "{user}@")?;
                }
                f.write_str(&url.host)?;
                if url.port != url.scheme.default_port() {
                    write!(f, ":{}", url.port)?;
                }
                write!(f, "/{}", url.path)
            }
        }
    }
}

// === impl RemoteUrl ===

impl RemoteUrl {
    fn new(
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
        let (host, address) = canonical_host(host)?;
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

    /// Whether the host is an address literal.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.address.is_some()
    }

    /// Whether the host is an address literal that anybody on the internet could have.
    #[must_use]
    pub fn is_public_address(&self) -> bool {
        self.address.is_some_and(is_public)
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
pub(super) fn canonical_host(text: &str) -> Result<(String, Option<IpAddr>), PushUrlError> {
    if text.is_empty() || text.starts_with('-') || text.ends_with('.') || text.contains('%') {
        return Err(refuse(
            "has a host that is empty, starts with `-`, ends with `.` or is percent-encoded",
        ));
    }
    let host =
        Host::parse(text).map_err(|error| refuse(&format!("has a host that is none: {error}")))?;
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

/// Whether an address is one that the internet routes: an allow-list, since the exceptions keep growing.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || a == 0
                || a >= 224
                || (a == 100 && b & 0xc0 == 64)
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && b & 0xfe == 18))
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            // Global unicast without documentation, protocol assignments and tunnels to other address spaces.
            a & 0xe000 == 0x2000
                && a != 0x2002
                && !(a == 0x2001 && (b < 0x200 || b == 0x0db8))
                && a != 0x3fff
        }
    }
}

fn refuse(problem: &str) -> PushUrlError {
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
            let url = PushUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
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

    #[test]
    fn private_addresses_are_not_public() {
        for (address, expected) in [
            ("8.8.8.8", true),
            ("10.0.0.1", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("2002:7f00:1::", false),
            ("64:ff9b::7f00:1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }
}
