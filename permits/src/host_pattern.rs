//! Rule patterns for hosts.

use std::net::IpAddr;

use super::address::is_public;
use super::glob::Glob;
use super::remote_url::canonical_host;
use super::rule::Subject;

/// A pattern for the canonical hosts of URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HostPattern {
    /// One name or address, as it stands in canonical URLs.
    Exactly(String, Option<IpAddr>),
    /// Names by their labels.
    Like(Glob),
}

// === impl HostPattern ===

impl HostPattern {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.contains('*') {
            // A glob's labels are written as they stand in canonical names.
            if !text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"*.-_".contains(&byte)
            }) {
                return Err(format!(
                    "the host glob `{text}` has to be written in lower case, in its ASCII form"
                ));
            }
            return Ok(Self::Like(Glob::parse(text, '.')?));
        }
        let (host, address) = canonical_host(text)?;
        Ok(Self::Exactly(host, address))
    }

    /// A name glob never covers an address literal; `**` alone covers public ones.
    pub(super) fn matches(&self, host: &str, address: Option<IpAddr>) -> bool {
        match (self, address) {
            (Self::Exactly(exact, _), _) => exact == host,
            (Self::Like(glob), Some(address)) => glob.is_everything() && is_public(address),
            (Self::Like(glob), None) => {
                let labels: Vec<&[u8]> = host.split('.').map(str::as_bytes).collect();
                glob.matches(&labels)
            }
        }
    }
}

impl Subject for HostPattern {
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Exactly(host, address)) => self.matches(host, *address),
            (Self::Like(glob), Self::Like(other)) => glob.includes(other),
            (Self::Exactly(..), Self::Like(_)) => false,
        }
    }
}
