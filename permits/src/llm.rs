//! The `llm` family.
//!
//! ```toml
//! llm = { models = ["small-*"] }
//! ```
//!
//! A model is named as the operator's configuration names it.

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::glob::literal;
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::name_pattern::NamePattern;
use super::rule::{Rule, texts};
use super::table::{object, quoted, unknown_key};

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LlmRules {
    models: Vec<Rule<NamePattern>>,
}

// === impl LlmRules ===

impl Family for LlmRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        let mut rules = Self::default();
        for (name, value) in object(value, key)? {
            let key = format!("{key}.{name}");
            match name.as_str() {
                "models" => rules.models = texts(value, &key, NamePattern::parse)?,
                _ => return Err(unknown_key(key, "llm", &["models"])),
            }
        }
        Ok(rules)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.models, &new.models);
    }
}

/// Judges a call of a model.
pub(super) fn call(
    judge: Judge<'_>,
    sides: [&LlmRules; 2],
    model: &str,
) -> Result<Allowed, Denial> {
    judge.one(
        sides.map(|side| side.models.as_slice()),
        |pattern| pattern.matches(model),
        || Wanted {
            what: format!("llm {}", quoted(model)),
            grants: vec![Grant::of("llm", json!(literal(model)))],
        },
    )
}
