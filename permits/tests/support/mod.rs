//! Random rules and needs, and the naive reading of both.

pub(crate) mod naive;
pub(crate) mod question;
pub(crate) mod random;
pub(crate) mod rules;

use std::path::Path;

use serde_json::Value;
use sinew_permits::{PermitScope, PermitSet, Permits};

/// The scope in which random needs are judged.
pub(crate) fn scope() -> PermitScope {
    PermitScope::pinned(Path::new(naive::PROJECT), Some(Path::new("/home")))
}

pub(crate) fn set(rules: &Value) -> PermitSet {
    PermitSet::parse(rules, "permits").unwrap_or_else(|error| panic!("{error}: {rules:#}"))
}

/// Permits with the same rules on both sides.
pub(crate) fn both(rules: &Value) -> Permits {
    Permits::new("p", set(rules), set(rules))
}
