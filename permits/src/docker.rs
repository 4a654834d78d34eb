//! The `docker` family.
//!
//! ```toml
//! docker = { images = ["ghcr.io/acme/ci@sha256:*"], mounts = ["/repo/**:ro"], network = "none" }
//! ```
//!
//! An image is named by its digest, so that what runs is what was looked at. A mount is a path and `ro` or `rw`; `rw`
//! covers both, and everything below the path comes along, a `.git` included. A container has no network, or the one that
//! `network` names.

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::{Glob, literal};
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::need::{DockerNeed, Mount};
use super::path_pattern::{PathPattern, path_rule};
use super::rule::{Rule, Subject, texts};
use super::scope::PermitScope;
use super::table::{object, quoted, string, unknown_key};

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DockerRules {
    images: Vec<Rule<ImagePattern>>,
    mounts: Vec<Rule<MountPattern>>,
    /// One, or none.
    networks: Vec<Rule<Network>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ImagePattern {
    name: Glob,
    digest: Glob,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct MountPattern {
    path: PathPattern,
    writable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Network(String);

/// How the absence of a network is written.
const NO_NETWORK: &str = "none";

/// What stands between an image's name and its digest.
const DIGEST: &str = "@sha256:";

// === impl DockerRules ===

impl Family for DockerRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        let mut rules = Self::default();
        for (name, value) in object(value, key)? {
            let key = format!("{key}.{name}");
            match name.as_str() {
                "images" => rules.images = texts(value, &key, ImagePattern::parse)?,
                "mounts" => rules.mounts = texts(value, &key, MountPattern::parse)?,
                "network" => {
                    let network = Network::parse(string(value, &key)?)
                        .map_err(|problem| PermitError::new(&key, problem))?;
                    // To have none takes no permit.
                    if network.0 != NO_NETWORK {
                        rules.networks = vec![Rule::new(&key, value, &[], network)];
                    }
                }
                _ => {
                    return Err(unknown_key(key, "docker", &["images", "mounts", "network"]));
                }
            }
        }
        Ok(rules)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.images, &new.images);
        diff.allow(&self.mounts, &new.mounts);
        diff.allow(&self.networks, &new.networks);
    }
}

// === impl ImagePattern ===

impl ImagePattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, digest) = text
            .split_once(DIGEST)
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| format!("`{text}` has no digest; `{DIGEST}*` stands for all"))?;
        let plain = digest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'*'));
        if digest.is_empty() || !plain {
            return Err(format!("`{digest}` is no digest in lower-case hexadecimal"));
        }
        Ok(Self {
            name: Glob::parse(name, '/')?,
            digest: Glob::of([digest])?,
        })
    }

    fn covers(&self, image: &str) -> bool {
        let Some((name, digest)) = image.split_once(DIGEST) else {
            return false;
        };
        let plain = digest.len() == 64
            && digest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let segments: Vec<&[u8]> = name.split('/').map(str::as_bytes).collect();
        plain && self.name.matches(&segments) && self.digest.matches(&[digest.as_bytes()])
    }
}

impl Subject for ImagePattern {
    fn includes(&self, other: &Self) -> bool {
        self.name.includes(&other.name) && self.digest.includes(&other.digest)
    }
}

// === impl MountPattern ===

impl MountPattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (path, writable) = match text.rsplit_once(':') {
            Some((path, "ro")) => (path, false),
            Some((path, "rw")) => (path, true),
            _ => return Err(format!("`{text}` ends neither with `:ro` nor with `:rw`")),
        };
        Ok(Self {
            path: PathPattern::parse(path)?,
            writable,
        })
    }

    fn covers(&self, scope: &PermitScope, mount: &Mount) -> bool {
        self.writable >= mount.writable && self.path.matches(scope, &mount.path)
    }
}

impl Subject for MountPattern {
    fn includes(&self, other: &Self) -> bool {
        self.writable >= other.writable && self.path.includes(&other.path)
    }
}

// === impl Network ===

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        if text.is_empty() || !plain {
            return Err(format!("`{text}` is no network's name"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Subject for Network {
    fn includes(&self, other: &Self) -> bool {
        other == self
    }
}

// === judging ===

/// Judges the start of a container.
pub(super) fn run<'a>(
    mut judge: Judge<'a>,
    sides: [&'a DockerRules; 2],
    need: &DockerNeed,
) -> Result<Allowed, Denial> {
    let scope = judge.scope;
    let mut what = Vec::new();
    let mut grants = Vec::new();
    let mut lacking = judge.find(sides.map(|side| side.images.as_slice()), |pattern| {
        pattern.covers(&need.image)
    });
    if lacking.any() {
        what.push(format!("the image {}", quoted(&need.image)));
        grants.push(Grant::of("docker.images", json!(literal(&need.image))));
    }
    for mount in &need.mounts {
        let here = judge.find(sides.map(|side| side.mounts.as_slice()), |pattern| {
            pattern.covers(scope, mount)
        });
        if here.any() {
            let mode = if mount.writable { "rw" } else { "ro" };
            let path = path_rule(&mount.path);
            what.push(format!("the mount {}", quoted(&format!("{path}:{mode}"))));
            grants.push(Grant::of("docker.mounts", json!(format!("{path}:{mode}"))));
            lacking = lacking.or(here);
        }
    }
    if need.network != NO_NETWORK {
        let here = judge.find(sides.map(|side| side.networks.as_slice()), |network| {
            network.0 == need.network
        });
        if here.any() {
            what.push(format!("the network {}", quoted(&need.network)));
            grants.push(Grant::of("docker.network", json!(need.network)));
            lacking = lacking.or(here);
        }
    }
    judge.settle(lacking, || Wanted {
        what: format!("docker: {}", what.join(", ")),
        grants,
    })?;
    Ok(judge.allowed())
}
