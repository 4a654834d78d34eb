//! The `git` family.
//!
//! ```toml
//! git.read  = ["${project}"]
//! git.write = [{ repo = "${project}", refs = ["refs/heads/bot/*"] }]
//! git.push  = [{ url = "https://github.com/acme/api", refs = ["refs/heads/bot/*"] }]
//! git.deny  = ["/srv/private"]
//! ```
//!
//! A repository is all the folders it reaches into, and each of them has to be covered: the worktree, the common
//! directory and whatever they borrow from. A `.git` belongs to the folder around it. What `deny` covers, and what lies
//! below, may be neither read nor written, nor pushed from or to; a push needs `read` for what it sends.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::literal;
use super::grant::Grant;
use super::judge::{Judge, Lacking, Wanted};
use super::path_pattern::{PathPattern, own_parent, path_rule};
use super::push_url::PushUrl;
use super::ref_pattern::RefPattern;
use super::rule::{Rule, Subject, all_included, tables, texts};
use super::table::{inline, object, quoted, unknown_key};
use super::url_pattern::UrlPattern;

pub(super) const WRITE_FIELDS: &[&str] = &["repo", "refs"];
pub(super) const PUSH_FIELDS: &[&str] = &["url", "refs"];

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GitRules {
    read: Vec<Rule<PathPattern>>,
    write: Vec<Rule<WithRefs<PathPattern>>>,
    push: Vec<Rule<WithRefs<UrlPattern>>>,
    deny: Vec<Rule<PathPattern>>,
}

/// A place, and the references there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WithRefs<T> {
    place: T,
    refs: Vec<RefPattern>,
}

// === impl GitRules ===

impl Family for GitRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        let mut rules = Self::default();
        for (name, value) in object(value, key)? {
            let key = format!("{key}.{name}");
            match name.as_str() {
                "read" => rules.read = texts(value, &key, PathPattern::parse)?,
                "write" => {
                    rules.write = tables(value, &key, WRITE_FIELDS, |fields| {
                        Ok(WithRefs {
                            place: fields.text("repo", PathPattern::parse)?,
                            refs: fields.some_texts("refs", RefPattern::parse)?,
                        })
                    })?;
                }
                "push" => {
                    rules.push = tables(value, &key, PUSH_FIELDS, |fields| {
                        Ok(WithRefs {
                            place: fields.text("url", UrlPattern::parse)?,
                            refs: fields.some_texts("refs", RefPattern::parse)?,
                        })
                    })?;
                }
                "deny" => rules.deny = texts(value, &key, PathPattern::parse)?,
                _ => return Err(unknown_key(key, "git", &["read", "write", "push", "deny"])),
            }
        }
        Ok(rules)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.read, &new.read);
        diff.allow(&self.write, &new.write);
        diff.allow(&self.push, &new.push);
        diff.deny(&self.deny, &new.deny);
    }
}

// === impl WithRefs ===

impl<T> WithRefs<T> {
    fn covers_ref(&self, name: &str) -> bool {
        self.refs.iter().any(|pattern| pattern.matches(name))
    }
}

impl<T: Subject> Subject for WithRefs<T> {
    fn includes(&self, other: &Self) -> bool {
        self.place.includes(&other.place) && all_included(&self.refs, &other.refs)
    }
}

// === judging ===

/// Judges what looks at a repository.
pub(super) fn read<'a>(
    mut judge: Judge<'a>,
    sides: [&'a GitRules; 2],
    paths: &[PathBuf],
) -> Result<Allowed, Denial> {
    covered_for_reading(&mut judge, sides, paths, "read")?;
    Ok(judge.allowed())
}

/// Judges what changes a repository.
pub(super) fn write<'a>(
    mut judge: Judge<'a>,
    sides: [&'a GitRules; 2],
    paths: &[PathBuf],
    refs: &[String],
) -> Result<Allowed, Denial> {
    deny_folders(&judge, sides, paths, "write")?;
    let scope = judge.scope;
    let mut missing = Vec::new();
    let mut missing_refs = Vec::new();
    let mut lacking = Lacking::default();
    for path in paths {
        // No reference to move still takes a rule for the repository.
        let names: Vec<Option<&String>> = if refs.is_empty() {
            vec![None]
        } else {
            refs.iter().map(Some).collect()
        };
        for name in names {
            let here = judge.find(sides.map(|side| side.write.as_slice()), |rule| {
                rule.place.covers_repository(scope, path)
                    && name.is_none_or(|name| rule.covers_ref(name))
            });
            if here.any() {
                push_new(&mut missing, repository_rule(path));
                push_new(
                    &mut missing_refs,
                    name.map_or("refs/heads/**".to_owned(), |name| ref_rule(name)),
                );
                lacking = lacking.or(here);
            }
        }
    }
    judge.settle(lacking, || Wanted {
        what: if refs.is_empty() {
            format!("git.write {}", words(&missing))
        } else {
            format!("git.write {} in {}", words(&missing_refs), words(&missing))
        },
        grants: missing
            .iter()
            .map(|repo| Grant::of("git.write", json!({ "repo": repo, "refs": missing_refs })))
            .collect(),
    })?;
    Ok(judge.allowed())
}

/// Judges what sends a repository somewhere else.
pub(super) fn push<'a>(
    mut judge: Judge<'a>,
    sides: [&'a GitRules; 2],
    paths: &[PathBuf],
    url: Option<&PushUrl>,
    refs: &[String],
) -> Result<Allowed, Denial> {
    covered_for_reading(&mut judge, sides, paths, "push from")?;
    let Some(url) = url else {
        return Ok(judge.allowed());
    };
    let scope = judge.scope;
    if let Some(path) = url.local() {
        deny(&judge, sides, [path], "push to")?;
    }
    let mut missing = Vec::new();
    // A push of nothing is not a thing that can be allowed by having nothing to check.
    let mut lacking = if refs.is_empty() {
        Lacking::BOTH
    } else {
        Lacking::default()
    };
    for name in refs {
        let here = judge.find(sides.map(|side| side.push.as_slice()), |rule| {
            rule.place.matches(scope, url) && rule.covers_ref(name)
        });
        if here.any() {
            push_new(&mut missing, ref_rule(name));
            lacking = lacking.or(here);
        }
    }
    judge.settle(lacking, || {
        let place = url_rule(url);
        Wanted {
            what: format!("git.push {} to {}", words(&missing), quoted(&place)),
            grants: vec![Grant::of(
                "git.push",
                json!({ "url": place, "refs": missing }),
            )],
        }
    })?;
    Ok(judge.allowed())
}

fn covered_for_reading<'a>(
    judge: &mut Judge<'a>,
    sides: [&'a GitRules; 2],
    paths: &[PathBuf],
    verb: &str,
) -> Result<(), Denial> {
    deny_folders(judge, sides, paths, verb)?;
    let scope = judge.scope;
    let mut missing = Vec::new();
    let mut lacking = Lacking::default();
    for path in paths {
        let here = judge.find(sides.map(|side| side.read.as_slice()), |pattern| {
            pattern.covers_repository(scope, path)
        });
        if here.any() {
            push_new(&mut missing, repository_rule(path));
            lacking = lacking.or(here);
        }
    }
    judge.settle(lacking, || Wanted {
        what: format!("git.read {}", words(&missing)),
        grants: missing
            .iter()
            .map(|path| Grant::of("git.read", json!(path)))
            .collect(),
    })
}

/// What may not be looked at may not be touched either.
fn deny<'p>(
    judge: &Judge<'_>,
    sides: [&GitRules; 2],
    paths: impl IntoIterator<Item = &'p Path>,
    verb: &str,
) -> Result<(), Denial> {
    for path in paths {
        judge.deny(
            sides.map(|side| side.deny.as_slice()),
            |pattern| pattern.denies(judge.scope, path),
            || {
                format!(
                    "{verb} the git repository {}",
                    quoted(&repository_rule(path))
                )
            },
        )?;
    }
    Ok(())
}

/// Refuses the folders of a repository that are denied, and a repository without any: nothing to judge is nothing that
/// was allowed.
fn deny_folders(
    judge: &Judge<'_>,
    sides: [&GitRules; 2],
    paths: &[PathBuf],
    verb: &str,
) -> Result<(), Denial> {
    if paths.is_empty() {
        judge.settle(Lacking::BOTH, || Wanted {
            what: "a repository without a path".to_owned(),
            grants: Vec::new(),
        })?;
    }
    deny(judge, sides, paths.iter().map(PathBuf::as_path), verb)
}

// === what would grant it ===

/// The pattern that covers exactly this folder: a `.git` is covered by the folder around it.
fn repository_rule(path: &Path) -> String {
    path_rule(own_parent(path).unwrap_or(path))
}

fn ref_rule(name: &str) -> String {
    let name = literal(name);
    if name.starts_with("refs/") {
        name
    } else {
        format!("**/{name}")
    }
}

fn url_rule(url: &PushUrl) -> String {
    match url {
        PushUrl::Local { path } => repository_rule(path),
        PushUrl::Remote(url) => {
            let whole = url.to_string();
            let before = whole.len() - url.path().len();
            format!("{}{}", &whole[..before], literal(url.path()))
        }
    }
}

fn words(texts: &[String]) -> String {
    let list = inline(&json!(texts), &[]);
    list.trim_matches(['[', ']']).to_owned()
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
