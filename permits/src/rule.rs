//! One rule, and how lists of them are read.

use serde_json::Value;

use super::error::PermitError;
use super::table::{Fields, inline, list, text_of};

/// One rule and how people find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule<T> {
    /// Where it stands: `permits.git.read[0]`.
    pub(super) key: String,
    /// Where it stands and what it says: `permits.git.read[0] "/srv/**"`.
    pub(super) name: String,
    /// What it covers.
    pub(super) subject: T,
}

/// What a rule covers.
pub(super) trait Subject {
    /// Whether all that `other` covers is covered here, too. A yes is certain; a no may be wrong where the two say the
    /// same in other words.
    fn includes(&self, other: &Self) -> bool;
}

// === impl Rule ===

impl<T> Rule<T> {
    /// Names a rule by where it stands and what it says.
    pub(super) fn new(key: &str, written: &Value, fields: &[&str], subject: T) -> Self {
        Self {
            key: key.to_owned(),
            name: format!("{key} {}", inline(written, fields)),
            subject,
        }
    }
}

/// Reads a list of rules that are one text each.
pub(super) fn texts<T>(
    value: &Value,
    key: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<Rule<T>>, PermitError> {
    let parse = text_of(parse);
    list(value, key, |value, key| {
        Ok(Rule::new(key, value, &[], parse(value, key)?))
    })
}

/// Reads a list of rules that are a table each, with no other fields than `fields`.
pub(super) fn tables<T>(
    value: &Value,
    key: &str,
    fields: &[&str],
    parse: impl Fn(&Fields<'_>) -> Result<T, PermitError>,
) -> Result<Vec<Rule<T>>, PermitError> {
    list(value, key, |value, key| {
        let subject = parse(&Fields::of(value, key, fields)?)?;
        Ok(Rule::new(key, value, fields, subject))
    })
}

/// Whether every one of `narrow` is included in one of `wide`.
pub(super) fn all_included<T: Subject>(wide: &[T], narrow: &[T]) -> bool {
    narrow
        .iter()
        .all(|narrow| wide.iter().any(|wide| wide.includes(narrow)))
}

/// Whether every one of `few` is one of `many`.
pub(super) fn all_in<T: PartialEq>(many: &[T], few: &[T]) -> bool {
    few.iter().all(|item| many.contains(item))
}
