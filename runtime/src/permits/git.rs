//! The `git` family.
//!
//! ```toml
//! git.read  = ["${project}"]
//! git.write = [{ repo = "${project}", refs = ["refs/heads/bot/*"] }]
//! git.push  = [{ url = "https://github.com/acme/api", refs = ["refs/heads/bot/*"] }]
//! git.deny  = ["/srv/private/**"]
//! ```
//!
//! A repository is all the folders it reaches into, and each of them has to be covered: the worktree, the common
//! directory and whatever they borrow from. A `.git` belongs to the folder around it. What `deny` covers may be neither
//! read nor written, nor pushed from or to; a push needs `read` for what it sends.

use std::path::Path;

use serde_json::{Map, Value};

use super::denial::{Allowed, Denial, Lacking, Plugin, path_rule, quoted};
use super::error::PermitError;
use super::need::Need;
use super::pattern::{PathPattern, RefPattern, UrlPattern};
use super::push_url::PushUrl;
use super::scope::PermitScope;

/// How many rules one list may have: a check takes time in proportion to it.
const RULES_MAX: usize = 1_000;

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GitRules {
    read: Vec<Rule<PathPattern>>,
    write: Vec<Rule<PathPattern>>,
    push: Vec<Rule<UrlPattern>>,
    deny: Vec<Rule<PathPattern>>,
}

/// One rule and how people find it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule<T> {
    /// Where it stands: `permits.git.read[0]`.
    key: String,
    /// Where it stands and what it says: `permits.git.read[0] "/srv/**"`.
    name: String,
    subject: T,
    /// Empty where the rule is not about references.
    refs: Vec<RefPattern>,
}

// === parsing ===

impl GitRules {
    pub(super) fn parse(table: &Value, key: &str) -> Result<Self, PermitError> {
        let mut rules = Self::default();
        for (name, value) in object(table, key)? {
            let key = format!("{key}.{name}");
            match name.as_str() {
                "read" => rules.read = list(value, &key, path_rule_of)?,
                "write" => rules.write = list(value, &key, write_rule_of)?,
                "push" => rules.push = list(value, &key, push_rule_of)?,
                "deny" => rules.deny = list(value, &key, path_rule_of)?,
                _ => {
                    let problem =
                        "is no key of a git permit; they are `read`, `write`, `push` and `deny`";
                    return Err(PermitError::new(key, problem));
                }
            }
        }
        Ok(rules)
    }
}

fn path_rule_of(value: &Value, key: &str) -> Result<Rule<PathPattern>, PermitError> {
    let text = string(value, key)?;
    let subject = PathPattern::parse(text).map_err(|problem| PermitError::new(key, problem))?;
    Ok(Rule {
        key: key.to_owned(),
        name: format!("{key} {}", quoted(text)),
        subject,
        refs: Vec::new(),
    })
}

fn write_rule_of(value: &Value, key: &str) -> Result<Rule<PathPattern>, PermitError> {
    rule(value, key, "repo", PathPattern::parse)
}

fn push_rule_of(value: &Value, key: &str) -> Result<Rule<UrlPattern>, PermitError> {
    rule(value, key, "url", UrlPattern::parse)
}

fn rule<T>(
    value: &Value,
    key: &str,
    subject_key: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Rule<T>, PermitError> {
    let table = object(value, key)?;
    if let Some(unknown) = table
        .keys()
        .find(|name| *name != subject_key && *name != "refs")
    {
        return Err(PermitError::new(
            format!("{key}.{unknown}"),
            format!("is unknown; a rule has `{subject_key}` and `refs`"),
        ));
    }
    let subject_at = format!("{key}.{subject_key}");
    let text = string(
        table
            .get(subject_key)
            .ok_or_else(|| PermitError::new(&subject_at, "is missing"))?,
        &subject_at,
    )?;
    let subject = parse(text).map_err(|problem| PermitError::new(subject_at, problem))?;
    let refs_at = format!("{key}.refs");
    let refs = table
        .get("refs")
        .ok_or_else(|| PermitError::new(&refs_at, "is missing; `[\"**\"]` stands for all"))?;
    let refs = list(refs, &refs_at, |value, key| {
        let text = string(value, key)?;
        let pattern = RefPattern::parse(text).map_err(|problem| PermitError::new(key, problem))?;
        Ok((pattern, quoted(text)))
    })?;
    if refs.is_empty() {
        return Err(PermitError::new(
            refs_at,
            "is empty, so that the rule matches nothing",
        ));
    }
    let (refs, words): (Vec<_>, Vec<_>) = refs.into_iter().unzip();
    let name = format!("{key} {} [{}]", quoted(text), words.join(", "));
    Ok(Rule {
        key: key.to_owned(),
        name,
        subject,
        refs,
    })
}

fn object<'v>(value: &'v Value, key: &str) -> Result<&'v Map<String, Value>, PermitError> {
    value
        .as_object()
        .ok_or_else(|| PermitError::new(key, "is no table"))
}

fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str, PermitError> {
    value
        .as_str()
        .ok_or_else(|| PermitError::new(key, "is no string"))
}

fn list<T>(
    value: &Value,
    key: &str,
    parse: impl Fn(&Value, &str) -> Result<T, PermitError>,
) -> Result<Vec<T>, PermitError> {
    let items = value
        .as_array()
        .ok_or_else(|| PermitError::new(key, "is no list"))?;
    if items.len() > RULES_MAX {
        return Err(PermitError::new(
            key,
            format!("has more than {RULES_MAX} entries"),
        ));
    }
    items
        .iter()
        .enumerate()
        .map(|(index, item)| parse(item, &format!("{key}[{index}]")))
        .collect()
}

// === judging ===

impl<T> Rule<T> {
    fn covers_ref(&self, name: &str) -> bool {
        self.refs.iter().any(|pattern| pattern.matches(name))
    }
}

/// Judges a git need against both sides, the requested rules first.
pub(super) fn judge(
    plugin: Plugin<'_>,
    sides: [&GitRules; 2],
    scope: &PermitScope,
    need: &Need,
) -> Result<Allowed, Denial> {
    let mut judge = Judge {
        plugin,
        sides,
        scope,
        need,
        used: Vec::new(),
    };
    match need {
        Need::GitRead { .. } => judge.read("read")?,
        Need::GitWrite { refs, .. } => judge.write(refs)?,
        Need::GitPush { url, refs, .. } => {
            judge.read("push from")?;
            if let Some(url) = url {
                judge.push(url, refs)?;
            }
        }
        // Nothing of another family is allowed here, whoever asks.
        _ => {
            return Err(Denial::for_want(
                plugin,
                need,
                "git",
                "",
                Lacking::default(),
            ));
        }
    }
    Ok(Allowed {
        rule: judge.used.join(", "),
    })
}

struct Judge<'a> {
    plugin: Plugin<'a>,
    sides: [&'a GitRules; 2],
    scope: &'a PermitScope,
    need: &'a Need,
    used: Vec<String>,
}

impl<'a> Judge<'a> {
    fn read(&mut self, verb: &str) -> Result<(), Denial> {
        self.deny_paths(verb)?;
        let mut missing = Vec::new();
        let mut lacking = Lacking::default();
        for path in self.need.paths() {
            let [requested, granted] = self.sides.map(|side| {
                side.read
                    .iter()
                    .find(|rule| rule.subject.covers(self.scope, path))
            });
            let here = self.settle(requested, granted);
            if here.any() {
                push_new(&mut missing, path_rule(path));
                lacking = lacking.or(here);
            }
        }
        self.finish(lacking, "git.read", &missing, |list| {
            format!("git.read = [{list}]")
        })
    }

    fn write(&mut self, refs: &[String]) -> Result<(), Denial> {
        self.deny_paths("write")?;
        let mut missing = Vec::new();
        let mut missing_refs = Vec::new();
        let mut lacking = Lacking::default();
        for path in self.need.paths() {
            // No reference to move still takes a rule for the repository.
            let names = if refs.is_empty() {
                vec![None]
            } else {
                refs.iter().map(Some).collect()
            };
            for name in names {
                let [requested, granted] = self.sides.map(|side| {
                    side.write.iter().find(|rule| {
                        rule.subject.covers(self.scope, path)
                            && name.is_none_or(|name| rule.covers_ref(name))
                    })
                });
                let here = self.settle(requested, granted);
                if here.any() {
                    push_new(&mut missing, path_rule(path));
                    push_new(
                        &mut missing_refs,
                        quoted(name.map_or("refs/heads/**", String::as_str)),
                    );
                    lacking = lacking.or(here);
                }
            }
        }
        let refs = missing_refs.join(", ");
        let what = if self.need.refs().is_empty() {
            "git.write".to_owned()
        } else {
            format!("git.write {refs} in")
        };
        let line = |repos: &[String]| {
            let rules: Vec<String> = repos
                .iter()
                .map(|repo| format!("{{ repo = {repo}, refs = [{refs}] }}"))
                .collect();
            format!("git.write = [{}]", rules.join(", "))
        };
        let text = line(&missing);
        self.finish(lacking, &what, &missing, |_| text)
    }

    fn push(&mut self, url: &PushUrl, refs: &[String]) -> Result<(), Denial> {
        let place = match url.local() {
            Some(path) => path_rule(path),
            None => quoted(&url.to_string()),
        };
        if let Some(path) = url.local() {
            self.deny_path("push to", path)?;
        }
        let mut missing = Vec::new();
        let mut lacking = Lacking::default();
        for name in refs {
            let [requested, granted] = self.sides.map(|side| {
                side.push
                    .iter()
                    .find(|rule| rule.subject.matches(self.scope, url) && rule.covers_ref(name))
            });
            let here = self.settle(requested, granted);
            if here.any() {
                push_new(&mut missing, quoted(name));
                lacking = lacking.or(here);
            }
        }
        // A push of nothing is not a thing that can be allowed by having nothing to check.
        if refs.is_empty() {
            lacking = Lacking {
                requested: true,
                granted: true,
            };
        }
        let refs = missing.join(", ");
        let what = format!("git.push {refs} to");
        self.finish(lacking, &what, &[place], |place| {
            format!("git.push = [{{ url = {place}, refs = [{refs}] }}]")
        })
    }

    /// What may not be looked at may not be touched either.
    fn deny_path(&self, verb: &str, path: &Path) -> Result<(), Denial> {
        let mut denied = self.sides.iter().flat_map(|side| &side.deny);
        if let Some(rule) = denied.find(|rule| rule.subject.covers(self.scope, path)) {
            let what = format!("{verb} the git repository {}", path_rule(path));
            return Err(Denial::by_rule(
                self.plugin,
                self.need,
                &what,
                &rule.name,
                rule.key.clone(),
            ));
        }
        Ok(())
    }

    fn deny_paths(&self, verb: &str) -> Result<(), Denial> {
        for path in self.need.paths() {
            self.deny_path(verb, path)?;
        }
        // Nothing to judge is nothing that was allowed.
        if self.need.paths().is_empty() {
            let lacking = Lacking {
                requested: true,
                granted: true,
            };
            return Err(Denial::for_want(
                self.plugin,
                self.need,
                "a repository without a path",
                "git.read = []",
                lacking,
            ));
        }
        Ok(())
    }

    fn settle<T>(
        &mut self,
        requested: Option<&'a Rule<T>>,
        granted: Option<&'a Rule<T>>,
    ) -> Lacking {
        if let (Some(_), Some(rule)) = (requested, granted) {
            push_new(&mut self.used, rule.name.clone());
        }
        Lacking {
            requested: requested.is_none(),
            granted: granted.is_none(),
        }
    }

    fn finish(
        &self,
        lacking: Lacking,
        what: &str,
        subjects: &[String],
        line: impl FnOnce(&str) -> String,
    ) -> Result<(), Denial> {
        if !lacking.any() {
            return Ok(());
        }
        let subjects = subjects.join(", ");
        let what = format!("{what} {subjects}");
        Err(Denial::for_want(
            self.plugin,
            self.need,
            &what,
            &line(&subjects),
            lacking,
        ))
    }
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
