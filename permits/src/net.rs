//! The `net` family.
//!
//! ```toml
//! net = [
//!     { host = "api.acme.io", methods = ["GET"], path = "/v1/**", secrets = ["ACME_KEY"] },
//!     { host = "wiki.corp", methods = ["GET"], path = "/**", schemes = ["http"], ports = [8080], private = ["10.0.0.0/8"] },
//! ]
//! ```
//!
//! One and the same rule has to cover all of a request: host, method, path, scheme, port, the secrets that are put into
//! it, and the address it goes to. The query is no part of it. `path` is compared with the path as it is sent, segment by
//! segment; a slash at its end is one more, empty segment, which `*` and `**` cover.
//!
//! A glob over names never covers an address that stands in a URL, but for `**` alone, which covers public ones. An
//! address, written or resolved, has to be public, or in one of the rule's `private` ranges.

use std::fmt::Write as _;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::address::{AddressRange, is_public};
use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::{Glob, literal};
use super::grant::Grant;
use super::host_pattern::HostPattern;
use super::judge::{Judge, Wanted};
use super::need::NetNeed;
use super::rule::{Rule, Subject, all_in, all_included, tables};
use super::table::{Fields, quoted};
use super::web_url::WebUrl;

pub(super) const FIELDS: &[&str] = &[
    "host", "methods", "path", "schemes", "ports", "secrets", "private",
];

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NetRules(Vec<Rule<NetPattern>>);

/// The requests that one rule covers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NetPattern {
    host: HostPattern,
    methods: Vec<String>,
    path: Glob,
    schemes: Vec<String>,
    ports: Vec<u16>,
    secrets: Vec<String>,
    private: Vec<AddressRange>,
}

// === impl NetRules ===

impl Family for NetRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        tables(value, key, FIELDS, NetPattern::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

// === impl NetPattern ===

impl NetPattern {
    fn parse(fields: &Fields<'_>) -> Result<Self, PermitError> {
        let schemes = if fields.has("schemes") {
            fields.some_texts("schemes", scheme)?
        } else {
            vec!["https".to_owned()]
        };
        let ports = if fields.has("ports") {
            fields.some_items("ports", port)?
        } else if schemes == ["https"] {
            vec![443]
        } else {
            let problem = "is missing; 443 is the default for `https` alone";
            return Err(PermitError::new(fields.key_of("ports"), problem));
        };
        Ok(Self {
            host: fields.text("host", HostPattern::parse)?,
            methods: fields.some_texts("methods", method)?,
            path: fields.text("path", path)?,
            schemes,
            ports,
            secrets: fields.texts("secrets", secret)?,
            private: fields.texts("private", AddressRange::parse)?,
        })
    }

    fn covers(&self, need: &NetNeed) -> bool {
        let url = &need.url;
        self.schemes.iter().any(|scheme| scheme == url.scheme())
            && self.ports.contains(&url.port())
            && self.methods.contains(&need.method)
            && self.host.matches(url.host(), url.address())
            && self.path.matches(&url.segments())
            && all_in(&self.secrets, &need.secrets)
            && addresses(need).all(|address| self.reaches(address))
    }

    fn reaches(&self, address: IpAddr) -> bool {
        is_public(address) || self.private.iter().any(|range| range.contains(address))
    }
}

impl Subject for NetPattern {
    fn includes(&self, other: &Self) -> bool {
        self.host.includes(&other.host)
            && all_in(&self.methods, &other.methods)
            && self.path.includes(&other.path)
            && all_in(&self.schemes, &other.schemes)
            && all_in(&self.ports, &other.ports)
            && all_in(&self.secrets, &other.secrets)
            && all_included(&self.private, &other.private)
    }
}

/// The address that stands in the URL, and the one that was resolved.
fn addresses(need: &NetNeed) -> impl Iterator<Item = IpAddr> {
    need.url.address().into_iter().chain(need.address)
}

fn scheme(text: &str) -> Result<String, String> {
    match text {
        "https" | "http" => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is neither `https` nor `http`")),
    }
}

fn port(value: &Value, key: &str) -> Result<u16, PermitError> {
    value
        .as_u64()
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port != 0)
        .ok_or_else(|| PermitError::new(key, "is no port, which is a number from 1 to 65535"))
}

fn method(text: &str) -> Result<String, String> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    if text.is_empty() || !plain {
        return Err(format!(
            "`{text}` is no method, which is a word in upper case"
        ));
    }
    Ok(text.to_owned())
}

fn path(text: &str) -> Result<Glob, String> {
    let below = text
        .strip_prefix('/')
        .ok_or_else(|| format!("`{text}` does not start with `/`"))?;
    let glob = Glob::parse(below, '/')?;
    if !WebUrl::parse(&format!("https://h{text}")).is_ok_and(|url| url.path() == text) {
        return Err(format!(
            "`{text}` is no path as it is sent; `*` can stand in for what has to be encoded"
        ));
    }
    Ok(glob)
}

fn secret(text: &str) -> Result<String, String> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if text.is_empty() || !plain {
        return Err(format!(
            "`{text}` is no name of a secret, which has letters, digits, `_`, `.` and `-`"
        ));
    }
    Ok(text.to_owned())
}

// === judging ===

/// Judges a request over HTTP.
pub(super) fn request(
    judge: Judge<'_>,
    sides: [&NetRules; 2],
    need: &NetNeed,
) -> Result<Allowed, Denial> {
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| pattern.covers(need),
        || wanted(need),
    )
}

fn wanted(need: &NetNeed) -> Wanted {
    let url = &need.url;
    let mut what = format!(
        "net {} {}",
        need.method.escape_debug(),
        quoted(&url.without_query())
    );
    if let Some(address) = need.address.filter(|_| url.address().is_none()) {
        let _ = write!(what, ", which is at {address}");
    }
    if !need.secrets.is_empty() {
        let _ = write!(what, ", with the secrets {}", need.secrets.join(", "));
    }
    let mut rule = json!({
        "host": url.host(),
        "methods": [need.method],
        "path": path_rule(url.path()),
    });
    if url.scheme() != "https" {
        rule["schemes"] = json!([url.scheme()]);
    }
    if url.scheme() != "https" || url.port() != 443 {
        rule["ports"] = json!([url.port()]);
    }
    if !need.secrets.is_empty() {
        rule["secrets"] = json!(need.secrets);
    }
    let private: Vec<String> = addresses(need)
        .filter(|address| !is_public(*address))
        .map(|address| address.to_canonical().to_string())
        .collect();
    if !private.is_empty() {
        rule["private"] = json!(private);
    }
    Wanted {
        what,
        grants: vec![Grant::of("net", rule)],
    }
}

fn path_rule(path: &str) -> String {
    let rule = literal(path);
    // The empty segment after a last slash cannot be spelled.
    if rule.len() > 1 && rule.ends_with('/') {
        rule + "*"
    } else {
        rule
    }
}
