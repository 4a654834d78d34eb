//! What `sinew permit grant` is given: one rule as one text.
//!
//! ```text
//! fs.read:/repo/**
//! git.push:refs/heads/bot/* https://github.com/acme/api
//! net:GET https://api.acme.io/v1/**
//! process:cargo test ** @${project}/**
//! process:{"argv":["cargo","test","**"],"cwd":"/repo","env":["HOME"]}
//! github:acme/api:issues.read
//! ```
//!
//! What stands after the first colon is the rule: a text as it stands in the file, or a table as JSON. The tables of
//! `git.write`, `git.push`, `net` and `process` have a short form, too, for what it can say (`spelling.rs`).

use std::fmt;

use serde_json::{Value, json};

use super::diff::{Change, PermitDiff};
use super::error::PermitError;
use super::set::{PermitSet, diff};
use super::spelling::{self, Short};
use super::table::{enumeration, inline};
use super::{git, net, process};

/// One rule that an operator may add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    kind: &'static Kind,
    rule: Value,
}

/// One list, or one value, that rules stand in.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    /// The word before the first colon.
    word: &'static str,
    /// The keys that lead there.
    path: &'static [&'static str],
    shape: Shape,
}

#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// A list of texts.
    Texts,
    /// A list of tables with these fields.
    Tables(&'static [&'static str], Short),
    /// One text.
    Text,
    /// `true`.
    Flag,
}

/// The list of kinds: the word before the first colon, the keys that lead there, and what stands there.
macro_rules! kinds {
    ($($word:literal: $path:expr, $shape:expr;)*) => {
        &[$(Kind { word: $word, path: &$path, shape: $shape }),*]
    };
}

const KINDS: &[Kind] = kinds! {
    "git.read": ["git", "read"], Shape::Texts;
    "git.write": ["git", "write"], Shape::Tables(git::WRITE_FIELDS, Short::Write);
    "git.push": ["git", "push"], Shape::Tables(git::PUSH_FIELDS, Short::Push);
    "fs.read": ["fs", "read"], Shape::Texts;
    "fs.write": ["fs", "write"], Shape::Texts;
    "net": ["net"], Shape::Tables(net::FIELDS, Short::Net);
    "process": ["process"], Shape::Tables(process::FIELDS, Short::Process);
    "github": ["github"], Shape::Texts;
    "llm": ["llm", "models"], Shape::Texts;
    "docker.images": ["docker", "images"], Shape::Texts;
    "docker.mounts": ["docker", "mounts"], Shape::Texts;
    "docker.network": ["docker", "network"], Shape::Text;
    "lsp": ["lsp"], Shape::Texts;
    "mcp": ["mcp"], Shape::Texts;
    "tui": ["tui"], Shape::Flag;
    "send": ["send"], Shape::Texts;
};

// === impl Grant ===

impl Grant {
    /// Reads `FAMILY:RULE`.
    ///
    /// # Errors
    ///
    /// An unknown family, and a rule that could not stand in a file of permits.
    pub fn parse(text: &str) -> Result<Self, PermitError> {
        let words: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
        let (word, rest) = text.split_once(':').ok_or_else(|| {
            PermitError::new(
                text,
                format!(
                    "is no grant, which is `FAMILY:RULE`; the families are {}",
                    enumeration(&words)
                ),
            )
        })?;
        let kind = KINDS.iter().find(|kind| kind.word == word).ok_or_else(|| {
            PermitError::new(
                word,
                format!("is no family of grants; they are {}", enumeration(&words)),
            )
        })?;
        let rule = kind
            .rule(rest)
            .map_err(|problem| PermitError::new(word, problem))?;
        Self::checked(kind, rule)
    }

    /// The keys that lead to where the rule belongs, for example `fs` and `read`.
    #[must_use]
    pub fn path(&self) -> &'static [&'static str] {
        self.kind.path
    }

    /// The rule as it stands there.
    #[must_use]
    pub fn rule(&self) -> &Value {
        &self.rule
    }

    /// Whether the rule is one more entry of a list; otherwise it is the value itself, and replaces another.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        matches!(self.kind.shape, Shape::Texts | Shape::Tables(..))
    }

    /// The permits that consist of this rule alone.
    #[must_use]
    pub fn table(&self) -> Value {
        table(self.kind, vec![self.rule.clone()])
    }

    /// The same as a line of TOML: `fs.read = ["/repo/**"]`.
    #[must_use]
    pub fn line(&self) -> String {
        lines(std::slice::from_ref(self))
    }

    /// The set that permits this and nothing else.
    fn alone(&self) -> PermitSet {
        // It was checked, so that it can be read.
        PermitSet::parse(&self.table(), "").unwrap_or_default()
    }

    /// Whether a set has a rule that covers all of it.
    #[must_use]
    pub fn stands_in(&self, set: &PermitSet) -> bool {
        let lacking = diff(set, &self.alone()).widenings;
        !lacking
            .iter()
            .any(|change| matches!(change, Change::Added(_)))
    }

    /// Lists how `new` differs from `old` beyond what this grant is meant to change.
    #[must_use]
    pub fn besides(&self, old: &PermitSet, new: &PermitSet) -> PermitDiff {
        let beyond = diff(&self.alone(), new).widenings;
        let mut found = diff(old, new);
        found
            .widenings
            .retain(|change| matches!(change, Change::Removed(_)) || beyond.contains(change));
        // A value takes the place of another one.
        let place = format!("{} ", self.path().join("."));
        found.narrowings.retain(|change| {
            self.is_listed() || !matches!(change, Change::Removed(rule) if rule.contains(&place))
        });
        found
    }

    /// A rule of a kind, by the kind's word; `None` where the kind has no such rule.
    pub(super) fn of(word: &str, rule: Value) -> Option<Self> {
        KINDS
            .iter()
            .find(|kind| kind.word == word)
            .and_then(|kind| Self::checked(kind, rule).ok())
    }

    fn checked(kind: &'static Kind, rule: Value) -> Result<Self, PermitError> {
        let grant = Self { kind, rule };
        PermitSet::parse(&grant.table(), "")?;
        Ok(grant)
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match &self.kind.shape {
            Shape::Tables(fields, short) => {
                let text = spelling::short(*short, &self.rule);
                if self.kind.rule(&text).as_ref() == Ok(&self.rule) {
                    text
                } else {
                    spelling::json(&self.rule, fields)
                }
            }
            Shape::Texts | Shape::Text => self.rule.as_str().unwrap_or_default().to_owned(),
            Shape::Flag => self.rule.to_string(),
        };
        write!(f, "{}:{rule}", self.kind.word)
    }
}

// === impl Kind ===

impl Kind {
    /// Reads what stands after the colon.
    fn rule(&self, text: &str) -> Result<Value, String> {
        match &self.shape {
            Shape::Texts | Shape::Text => Ok(json!(text)),
            Shape::Flag if text == "true" => Ok(json!(true)),
            Shape::Flag => Err("can only be granted as a whole: `tui:true`".to_owned()),
            Shape::Tables(..) if text.starts_with('{') => {
                serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))
            }
            Shape::Tables(_, short) => spelling::long(*short, text),
        }
    }
}

/// The permits that consist of these rules of one kind.
fn table(kind: &Kind, mut rules: Vec<Value>) -> Value {
    let leaf = match (&kind.shape, rules.pop()) {
        (Shape::Text | Shape::Flag, Some(rule)) => rule,
        (_, last) => {
            rules.extend(last);
            Value::Array(rules)
        }
    };
    kind.path
        .iter()
        .rev()
        .fold(leaf, |value, key| json!({ *key: value }))
}

/// Rules as lines of TOML that could stand in one file, parted by ` and `.
pub(super) fn lines(grants: &[Grant]) -> String {
    let mut lines = Vec::new();
    for kind in KINDS {
        let rules: Vec<&Value> = grants
            .iter()
            .filter(|grant| grant.kind == kind)
            .map(|grant| &grant.rule)
            .collect();
        let Some(first) = rules.first() else { continue };
        let rules = match kind.shape {
            Shape::Tables(fields, _) => inline(&json!(rules), fields),
            Shape::Texts => inline(&json!(rules), &[]),
            Shape::Text | Shape::Flag => inline(first, &[]),
        };
        lines.push(format!("{} = {rules}", kind.path.join(".")));
    }
    lines.join(" and ")
}

/// The command that adds rules to what an operator grants to a plugin.
pub(super) fn command(plugin: &str, grants: &[Grant]) -> String {
    let mut command = format!("sinew permit grant {}", shell_word(plugin));
    for grant in grants {
        command.push(' ');
        command.push_str(&quoted_for_shell(&grant.to_string()));
    }
    command
}

fn shell_word(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if plain {
        text.to_owned()
    } else {
        quoted_for_shell(text)
    }
}

fn quoted_for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
