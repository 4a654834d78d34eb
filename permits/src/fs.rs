//! The `fs` family.
//!
//! ```toml
//! fs.read  = ["${project}/**"]
//! fs.write = ["/repo/out/**", "/repo/.git/info/exclude"]
//! fs.deny  = ["**/.env", "**/*.pem"]
//! ```
//!
//! `write` does not include `read`. A `.git` holds hooks and configuration, which git runs: to write there is to run
//! code. So no wildcard of a `write` rule stands for a `.git` (whatever its case, which some filesystems fold), and a
//! rule that means one spells it out. What `deny` covers, and what lies below, may be neither read nor written.

use std::path::Path;

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::path_pattern::{PathPattern, WritePattern, path_rule};
use super::rule::{Rule, texts};
use super::table::{object, quoted, unknown_key};

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FsRules {
    read: Vec<Rule<PathPattern>>,
    write: Vec<Rule<WritePattern>>,
    deny: Vec<Rule<PathPattern>>,
}

// === impl FsRules ===

impl Family for FsRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        let mut rules = Self::default();
        for (name, value) in object(value, key)? {
            let key = format!("{key}.{name}");
            match name.as_str() {
                "read" => rules.read = texts(value, &key, PathPattern::parse)?,
                "write" => rules.write = texts(value, &key, WritePattern::parse)?,
                "deny" => rules.deny = texts(value, &key, PathPattern::parse)?,
                _ => return Err(unknown_key(key, "fs", &["read", "write", "deny"])),
            }
        }
        Ok(rules)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.read, &new.read);
        diff.allow(&self.write, &new.write);
        diff.deny(&self.deny, &new.deny);
    }
}

// === judging ===

/// Judges what looks at a file or a folder.
pub(super) fn read(judge: Judge<'_>, sides: [&FsRules; 2], path: &Path) -> Result<Allowed, Denial> {
    deny(&judge, sides, "read", path)?;
    let scope = judge.scope;
    judge.one(
        sides.map(|side| side.read.as_slice()),
        |pattern| pattern.matches(scope, path),
        || wanted("fs.read", path),
    )
}

/// Judges what makes, changes or removes one.
pub(super) fn write(
    judge: Judge<'_>,
    sides: [&FsRules; 2],
    path: &Path,
) -> Result<Allowed, Denial> {
    deny(&judge, sides, "write", path)?;
    let scope = judge.scope;
    judge.one(
        sides.map(|side| side.write.as_slice()),
        |pattern| pattern.matches(scope, path),
        || wanted("fs.write", path),
    )
}

fn deny(judge: &Judge<'_>, sides: [&FsRules; 2], verb: &str, path: &Path) -> Result<(), Denial> {
    judge.deny(
        sides.map(|side| side.deny.as_slice()),
        |pattern| pattern.denies(judge.scope, path),
        || format!("{verb} {}", quoted(&path.to_string_lossy())),
    )
}

fn wanted(kind: &'static str, path: &Path) -> Wanted {
    Wanted {
        what: format!("{kind} {}", quoted(&path.to_string_lossy())),
        grants: vec![Grant::of(kind, json!(path_rule(path)))],
    }
}
