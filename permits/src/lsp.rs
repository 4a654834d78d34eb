//! The `lsp` family.
//!
//! ```toml
//! lsp = ["rust-analyzer"]
//! ```
//!
//! A server is named as the operator's configuration names it.

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
use super::table::quoted;

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LspRules(Vec<Rule<NamePattern>>);

// === impl LspRules ===

impl Family for LspRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        texts(value, key, NamePattern::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

/// Judges a question to a language server.
pub(super) fn ask(
    judge: Judge<'_>,
    sides: [&LspRules; 2],
    server: &str,
) -> Result<Allowed, Denial> {
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |pattern| pattern.matches(server),
        || Wanted {
            what: format!("lsp {}", quoted(server)),
            grants: vec![Grant::of("lsp", json!(literal(server)))],
        },
    )
}
