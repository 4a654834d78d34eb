//! The `github` family.
//!
//! ```toml
//! github = ["acme/api:issues.read", "acme/*:pulls.write"]
//! ```
//!
//! Each rule is `owner/name:right`; `*` stands for any characters of an owner or of a name. Names are compared in lower
//! case, as GitHub does. A right is one word of a closed list, and stands for itself alone: to write does not include to
//! read, and to merge takes neither.

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::{Glob, literal};
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::rule::{Rule, Subject, texts};
use super::table::{enumeration, quoted};

/// What a plugin may be allowed to do on GitHub.
pub const GITHUB_RIGHTS: &[&str] = &[
    "issues.read",
    "issues.write",
    "pulls.read",
    "pulls.write",
    "pulls.merge",
    "checks.read",
    "contents.read",
];

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GithubRules(Vec<Rule<RightPattern>>);

/// One right, and the repositories it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RightPattern {
    repository: Glob,
    right: &'static str,
}

// === impl GithubRules ===

impl Family for GithubRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        texts(value, key, RightPattern::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

// === impl RightPattern ===

impl RightPattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (repository, right) = text
            .split_once(':')
            .ok_or_else(|| format!("`{text}` has no right; it is `owner/name:right`"))?;
        let right = GITHUB_RIGHTS
            .iter()
            .find(|known| **known == right)
            .ok_or_else(|| {
                format!(
                    "`{right}` is no right; they are {}",
                    enumeration(GITHUB_RIGHTS)
                )
            })?;
        if !is_repository(repository, "*") {
            return Err(format!(
                "`{repository}` is no `owner/name`, in which `*` stands for any characters"
            ));
        }
        Ok(Self {
            repository: Glob::parse(&repository.to_ascii_lowercase(), '/')?,
            right,
        })
    }
}

impl Subject for RightPattern {
    fn includes(&self, other: &Self) -> bool {
        self.right == other.right && self.repository.includes(&other.repository)
    }
}

/// Whether a text is an owner and a name, of the characters that GitHub has in them and those in `also`.
fn is_repository(text: &str, also: &str) -> bool {
    let is_name = |name: &str| {
        let plain = |character: char| {
            character.is_ascii_alphanumeric()
                || "-_.".contains(character)
                || also.contains(character)
        };
        !matches!(name, "" | "." | ".." | "**") && name.chars().all(plain)
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| is_name(owner) && is_name(name))
}

// === judging ===

/// Judges a use of GitHub.
pub(super) fn exercise(
    judge: Judge<'_>,
    sides: [&GithubRules; 2],
    repository: &str,
    right: &str,
) -> Result<Allowed, Denial> {
    let segments: Vec<&[u8]> = repository.split('/').map(str::as_bytes).collect();
    let plain = is_repository(repository, "");
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| plain && pattern.right == right && pattern.repository.matches(&segments),
        || Wanted {
            what: if plain {
                format!("github {repository}:{right}")
            } else {
                format!("github {}:{right}", quoted(repository))
            },
            grants: vec![
                plain
                    .then(|| Grant::of("github", json!(format!("{}:{right}", literal(repository)))))
                    .flatten(),
            ],
        },
    )
}
