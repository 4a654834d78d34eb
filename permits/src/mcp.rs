//! The `mcp` family.
//!
//! ```toml
//! mcp = ["elicit", "sample", "roots"]
//! ```
//!
//! What a plugin may ask the client that waits for it: its user, its model, or for its folders.

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::grant::Grant;
use super::judge::{Judge, Lacking, Wanted};
use super::rule::{Rule, Subject, texts};

/// What can be asked, in the words of rules.
pub const MCP_ASKS: &[&str] = &["elicit", "sample", "roots"];

/// One word of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ask(&'static str);

/// One side's rules of the family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct McpRules(Vec<Rule<Ask>>);

// === impl Ask ===

impl Ask {
    fn parse(text: &str) -> Result<Self, String> {
        let known = MCP_ASKS.iter().find(|known| **known == text);
        known.map(|known| Self(known)).ok_or_else(|| {
            format!("`{text}` cannot be asked; what can is `elicit`, `sample` and `roots`")
        })
    }
}

impl Subject for Ask {
    fn includes(&self, other: &Self) -> bool {
        self == other
    }
}

// === impl McpRules ===

impl Family for McpRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        texts(value, key, Ask::parse).map(Self)
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

/// Judges questions to a client: a rule has to cover each.
pub(super) fn ask<'a>(
    mut judge: Judge<'a>,
    sides: [&'a McpRules; 2],
    asks: &[&'static str],
) -> Result<Allowed, Denial> {
    let sides = sides.map(|side| side.0.as_slice());
    let mut lacking = Lacking::default();
    let mut missing = Vec::new();
    for ask in asks {
        let found = judge.find(sides, |rule| rule.0 == *ask);
        if found.any() {
            missing.push(*ask);
        }
        lacking = lacking.or(found);
    }
    judge.settle(lacking, || Wanted {
        what: format!("mcp {}", missing.join(", ")),
        grants: missing
            .iter()
            .map(|ask| Grant::of("mcp", json!(ask)))
            .collect(),
    })?;
    Ok(judge.allowed())
}
