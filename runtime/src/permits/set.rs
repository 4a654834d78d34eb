//! The rules of one side, and the two sides together.

use serde_json::Value;

use super::denial::{Allowed, Denial, Lacking, Plugin};
use super::error::PermitError;
use super::git::{self, GitRules};
use super::need::Need;
use super::scope::PermitScope;

/// One side's rules: what a manifest requests, or what an operator grants. Empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermitSet {
    /// Whether the rules are a file of their own.
    own_file: bool,
    pub(super) git: GitRules,
}

/// What one plugin may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permits {
    plugin: String,
    requested: PermitSet,
    granted: PermitSet,
}

// === impl PermitSet ===

impl PermitSet {
    /// Reads a `[permits]` table. `key` is where it stands, for example `permits` or `plugins.forge.permits`: errors
    /// and refusals name rules with it in front. An empty key stands for a
    /// file in `permits.d`, which is the table itself.
    ///
    /// # Errors
    ///
    /// An unknown family, key or shape, or a pattern that is none: nothing can be declared that is not enforced.
    pub fn parse(table: &Value, key: &str) -> Result<Self, PermitError> {
        let Value::Object(families) = table else {
            return Err(PermitError::new(
                if key.is_empty() { "permits" } else { key },
                "is no table",
            ));
        };
        let mut set = Self {
            own_file: key.is_empty(),
            ..Self::default()
        };
        for (family, rules) in families {
            let key = if key.is_empty() {
                family.clone()
            } else {
                format!("{key}.{family}")
            };
            match family.as_str() {
                "git" => set.git = GitRules::parse(rules, &key)?,
                _ => {
                    return Err(PermitError::new(
                        key,
                        "is no permit family that this version enforces; it knows `git`",
                    ));
                }
            }
        }
        Ok(set)
    }
}

// === impl Permits ===

impl Permits {
    /// Puts a plugin's two sides together.
    #[must_use]
    pub fn new(plugin: &str, requested: PermitSet, granted: PermitSet) -> Self {
        Self {
            plugin: plugin.to_owned(),
            requested,
            granted,
        }
    }

    /// The plugin these permits are for.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// Judges one need. Every value has to be covered by a requested and by a granted rule, and by no deny rule of
    /// either side.
    ///
    /// # Errors
    ///
    /// The refusal, which names the rule that denied or prints the line that would grant.
    pub fn check(&self, scope: &PermitScope, need: &Need) -> Result<Allowed, Denial> {
        match need {
            Need::None => Ok(Allowed {
                rule: "no permit needed".to_owned(),
            }),
            Need::GitRead { .. } | Need::GitWrite { .. } | Need::GitPush { .. } => git::judge(
                Plugin {
                    name: &self.plugin,
                    has_own_file: self.granted.own_file,
                },
                [&self.requested.git, &self.granted.git],
                scope,
                need,
            ),
            _ => Err(Denial::for_want(
                Plugin {
                    name: &self.plugin,
                    has_own_file: self.granted.own_file,
                },
                need,
                "this effect",
                "",
                Lacking::default(),
            )),
        }
    }
}
