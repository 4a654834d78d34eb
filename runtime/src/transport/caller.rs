//! Who calls: token, `Host`, `Origin`.

use std::net::IpAddr;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::{Role, Tokens, TransportSettings};
use crate::engine::Refusal;
use crate::services::canary;

/// Where a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Over TCP, at this address of ours.
    Tcp(std::net::SocketAddr),
    /// Over the Unix socket, whose mode is the credential.
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
        match peer {
            Peer::Unix => Ok(()),
            Peer::Tcp(address) => {
                self.check_host(parts, *address)?;
                self.check_origin(parts)?;
                self.check_token(parts, role)
            }
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
        // 80 is what a client leaves out.
        loopback && parsed.port_u16().unwrap_or(80) == address.port()
    }

    fn check_origin(&self, parts: &Parts) -> Result<(), Refusal> {
        let allowed = |origin: &axum::http::HeaderValue| {
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
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Refusal::Token);
        };
        let bytes = value.as_bytes();
        let Some((scheme, token)) = bytes.split_at_checked("Bearer ".len()) else {
            return Err(Refusal::Token);
        };
        if scheme.eq_ignore_ascii_case(b"Bearer ") && self.tokens.accepts(role, token.trim_ascii())
        {
            Ok(())
        } else {
            Err(Refusal::Token)
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::world::SystemRandom;

    fn admit(uri: &str, headers: &[(&str, &str)], role: Role) -> Result<(), Refusal> {
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
        parts
            .extensions
            .insert(Peer::Tcp("127.0.0.1:7717".parse().unwrap()));
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
