//! Who calls: token, `Host`, `Origin`.

use std::net::IpAddr;

use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::{Role, Tokens, TransportSettings};
use crate::engine::Refusal;
use crate::services::canary;

/// The port that a client leaves out.
const PORT_LEFT_OUT: u16 = 80;

/// Where a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Over TCP, at this address of ours.
    Tcp(std::net::SocketAddr),
    /// Over the Unix socket, where no web page is.
    Unix,
}

/// Decides who may call what.
#[derive(Debug)]
pub(super) struct Callers {
    tokens: Tokens,
    hosts: Vec<String>,
    origins: Vec<String>,
}

// === impl Callers ===

impl Callers {
    pub(super) fn new(tokens: Tokens, settings: &TransportSettings) -> Self {
        let lower = |names: &[String]| names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self {
            tokens,
            hosts: lower(&settings.hosts),
            origins: lower(&settings.origins),
        }
    }

    /// Refuses a request that a web page could have caused, or whose caller holds no token of the role.
    pub(super) fn admit(&self, parts: &Parts, role: Role) -> Result<(), Refusal> {
        // A request without a peer was made by no listener of ours; it gets no benefit of the doubt.
        let Some(peer) = parts.extensions.get::<Peer>() else {
            return Err(Refusal::Host);
        };
        if let Peer::Tcp(address) = peer {
            self.check_host(parts, *address)?;
            self.check_origin(parts)?;
        }
        // On the socket, too: programs that a plugin runs are this user's, and cannot read the tokens.
        self.check_token(parts, role)
    }

    /// Refuses a request to MCP as [`Callers::admit`] does, but that a page of this server's own origin may call, and that no
    /// token is needed where `open`. Returns the view that the caller's token is for; none where it may see any.
    pub(super) fn admit_mcp(&self, parts: &Parts, open: bool) -> Result<Option<&str>, Refusal> {
        let Some(peer) = parts.extensions.get::<Peer>() else {
            return Err(Refusal::Host);
        };
        if let Peer::Tcp(address) = peer {
            self.check_host(parts, *address)?;
            let own = |origin: &HeaderValue| {
                origin
                    .to_str()
                    .is_ok_and(|origin| self.is_own_origin(origin, *address))
            };
            if !parts.headers.get_all(ORIGIN).iter().all(own) {
                self.check_origin(parts)?;
            }
        }
        if open {
            return Ok(None);
        }
        match self.check_token(parts, Role::Mcp) {
            Ok(()) => Ok(None),
            Err(refusal) => bearer(parts)
                .and_then(|token| self.tokens.view(token))
                .map(Some)
                .ok_or(refusal),
        }
    }

    /// Reads the number of a canary, if this event is one that an operator sent.
    pub(super) fn canary(&self, event: &str, input: &serde_json::Value) -> Option<String> {
        canary::read(event, input, self.tokens.token(Role::Admin))
    }

    fn check_host(&self, parts: &Parts, address: std::net::SocketAddr) -> Result<(), Refusal> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Refusal::Host);
        };
        let host = host.to_str().map_err(|_| Refusal::Host)?;
        let named = |authority: &str| self.is_ours(authority, address);
        if named(host) && parts.uri.authority().is_none_or(|uri| named(uri.as_str())) {
            Ok(())
        } else {
            Err(Refusal::Host)
        }
    }

    fn is_ours(&self, authority: &str, address: std::net::SocketAddr) -> bool {
        let authority = authority.to_ascii_lowercase();
        if authority.contains('@') {
            return false;
        }
        let Ok(parsed) = authority.parse::<Authority>() else {
            return false;
        };
        let name = parsed.host().trim_start_matches('[').trim_end_matches(']');
        if self
            .hosts
            .iter()
            .any(|host| *host == authority || host == name)
        {
            return true;
        }
        let loopback = match name.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || ip == address.ip(),
            Err(_) => name == "localhost",
        };
        loopback && parsed.port_u16().unwrap_or(PORT_LEFT_OUT) == address.port()
    }

    /// Whether a page is of this very listener. A name among the configured hosts stands for any port where requests go to,
    /// and at another port of it other pages may be.
    fn is_own_origin(&self, origin: &str, address: std::net::SocketAddr) -> bool {
        let authority = origin.strip_prefix("http://");
        let port = authority
            .and_then(|authority| authority.parse::<Authority>().ok())
            .map(|authority| authority.port_u16().unwrap_or(PORT_LEFT_OUT));
        port == Some(address.port())
            && authority.is_some_and(|authority| self.is_ours(authority, address))
    }

    fn check_origin(&self, parts: &Parts) -> Result<(), Refusal> {
        let allowed = |origin: &HeaderValue| {
            origin.to_str().is_ok_and(|origin| {
                let origin = origin.to_ascii_lowercase();
                self.origins.contains(&origin)
            })
        };
        if parts.headers.get_all(ORIGIN).iter().all(allowed) {
            Ok(())
        } else {
            Err(Refusal::Origin)
        }
    }

    fn check_token(&self, parts: &Parts, role: Role) -> Result<(), Refusal> {
        match bearer(parts) {
            Some(token) if self.tokens.accepts(role, token) => Ok(()),
            Some(_) | None => Err(Refusal::Token),
        }
    }
}

/// The one bearer token of a request.
fn bearer(parts: &Parts) -> Option<&[u8]> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.as_bytes().split_at_checked("Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::world::SystemRandom;

    fn admit(uri: &str, headers: &[(&str, &str)], role: Role) -> Result<(), Refusal> {
        let peer = Peer::Tcp("127.0.0.1:7717".parse().unwrap());
        admit_from(peer, uri, headers, role)
    }

    fn admit_from(
        peer: Peer,
        uri: &str,
        headers: &[(&str, &str)],
        role: Role,
    ) -> Result<(), Refusal> {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), &SystemRandom).unwrap();
        let token = tokens.token(Role::Hook).to_owned();
        let settings = TransportSettings {
            hosts: vec!["gate.example".to_owned(), "Other.example:99".to_owned()],
            origins: vec!["https://ui.example".to_owned()],
            ..TransportSettings::default()
        };
        let callers = Callers::new(tokens, &settings);
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, value.replace("TOKEN", &token));
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(peer);
        callers.admit(&parts, role)
    }

    const BEARER: (&str, &str) = ("authorization", "Bearer TOKEN");

    #[test]
    fn hosts_are_loopback_with_our_port_or_configured() {
        let ours = [
            "127.0.0.1:7717",
            "localhost:7717",
            "LOCALHOST:7717",
            "[::1]:7717",
            "gate.example",
            "gate.example:1",
            "other.example:99",
        ];
        for host in ours {
            assert_eq!(
                admit("/", &[("host", host), BEARER], Role::Hook),
                Ok(()),
                "{host}"
            );
        }
        let foreign = [
            "",
            "evil.example",
            "evil.example:7717",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost.evil.example:7717",
            "127.0.0.1@evil.example:7717",
            "other.example:7717",
            "10.0.0.1:7717",
            "[::1",
            "é",
        ];
        for host in foreign {
            let refused = admit("/", &[("host", host), BEARER], Role::Hook);
            assert_eq!(refused, Err(Refusal::Host), "{host}");
        }
        let two = [
            ("host", "localhost:7717"),
            ("host", "localhost:7717"),
            BEARER,
        ];
        assert_eq!(admit("/", &two, Role::Hook), Err(Refusal::Host));
        let absolute = admit(
            "http://evil.example/hooks/Stop",
            &[("host", "localhost:7717"), BEARER],
            Role::Hook,
        );
        assert_eq!(absolute, Err(Refusal::Host));
    }

    #[test]
    fn a_web_page_is_refused_unless_configured() {
        let with = |origin| {
            admit(
                "/",
                &[("host", "localhost:7717"), ("origin", origin), BEARER],
                Role::Hook,
            )
        };
        assert_eq!(with("https://ui.example"), Ok(()));
        for origin in [
            "null",
            "http://localhost:7717",
            "https://evil.example",
            "https://ui.example.evil",
        ] {
            assert_eq!(with(origin), Err(Refusal::Origin), "{origin}");
        }
    }

    #[test]
    fn a_page_may_call_mcp_from_this_very_port_alone() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path(), &SystemRandom).unwrap();
        let settings = TransportSettings {
            hosts: vec!["gate.example".to_owned()],
            ..TransportSettings::default()
        };
        let callers = Callers::new(tokens, &settings);
        let with = |origin: &str| {
            let request = Request::builder()
                .header("host", "gate.example")
                .header("origin", origin);
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            let peer = Peer::Tcp("127.0.0.1:7717".parse().unwrap());
            parts.extensions.insert(peer);
            callers.admit_mcp(&parts, true).map(drop)
        };
        for own in ["http://gate.example:7717", "http://localhost:7717"] {
            assert_eq!(with(own), Ok(()), "{own}");
        }
        for other in [
            "http://gate.example",
            "http://gate.example:1",
            "https://gate.example:7717",
            "http://gate.example:7717/",
        ] {
            assert_eq!(with(other), Err(Refusal::Origin), "{other}");
        }
    }

    #[test]
    fn the_socket_takes_tokens_too_and_no_other_header() {
        let with = |headers: &[(&str, &str)], role| admit_from(Peer::Unix, "/", headers, role);
        assert_eq!(with(&[BEARER], Role::Hook), Ok(()));
        assert_eq!(with(&[BEARER], Role::Admin), Err(Refusal::Token));
        assert_eq!(with(&[], Role::Hook), Err(Refusal::Token));
    }

    #[test]
    fn a_token_opens_its_own_role_only() {
        let with = |value, role| {
            admit(
                "/",
                &[("host", "localhost:7717"), ("authorization", value)],
                role,
            )
        };
        assert_eq!(with("Bearer TOKEN", Role::Hook), Ok(()));
        assert_eq!(with("bearer TOKEN", Role::Hook), Ok(()));
        assert_eq!(with("Bearer TOKEN", Role::Admin), Err(Refusal::Token));
        for value in [
            "TOKEN",
            "Bearer",
            "Bearer ",
            "Bearer TOKENx",
            "Basic TOKEN",
            "Bearer TOKEN, Bearer x",
        ] {
            assert_eq!(with(value, Role::Hook), Err(Refusal::Token), "{value}");
        }
        assert_eq!(
            admit("/", &[("host", "localhost:7717")], Role::Hook),
            Err(Refusal::Token)
        );
        let twice = [("host", "localhost:7717"), BEARER, BEARER];
        assert_eq!(admit("/", &twice, Role::Hook), Err(Refusal::Token));
    }
}
