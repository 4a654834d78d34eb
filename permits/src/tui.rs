//! The `tui` family.
//!
//! ```toml
//! tui = true
//! ```

use serde_json::{Value, json};

use super::denial::{Allowed, Denial};
use super::diff::PermitDiff;
use super::error::PermitError;
use super::family::Family;
use super::grant::Grant;
use super::judge::{Judge, Wanted};
use super::rule::{Rule, Subject};

/// One side's rules of the family: one, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TuiRules(Vec<Rule<Terminal>>);

/// The terminal of whoever runs the client.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terminal;

// === impl TuiRules ===

impl Family for TuiRules {
    fn parse(value: &Value, key: &str) -> Result<Self, PermitError> {
        match value {
            Value::Bool(true) => Ok(Self(vec![Rule::new(key, value, &[], Terminal)])),
            Value::Bool(false) => Ok(Self::default()),
            _ => Err(PermitError::new(key, "is neither `true` nor `false`")),
        }
    }

    fn compare(&self, new: &Self, diff: &mut PermitDiff) {
        diff.allow(&self.0, &new.0);
    }
}

impl Subject for Terminal {
    fn includes(&self, _other: &Self) -> bool {
        true
    }
}

/// Judges a use of the terminal.
pub(super) fn show(judge: Judge<'_>, sides: [&TuiRules; 2]) -> Result<Allowed, Denial> {
    judge.one(
        sides.map(|side| side.0.as_slice()),
        |Terminal| true,
        || Wanted {
            what: "tui".to_owned(),
            grants: vec![Grant::of("tui", json!(true))],
        },
    )
}
