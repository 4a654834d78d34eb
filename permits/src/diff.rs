//! What one set of rules permits and another does not.

use std::fmt;

use super::rule::{Rule, Subject};

/// How two sets of rules differ, rule by rule.
///
/// What the new set permits and the old one does not always has a widening that says so. A rule that says the same in
/// other words may be listed, too: as a widening and, for what it replaced, as a narrowing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermitDiff {
    /// By what the new set permits more: rules that grant, and rules that denied.
    pub widenings: Vec<Change>,
    /// By what it permits less.
    pub narrowings: Vec<Change>,
}

/// A rule of one of the two sets, which the other has nothing like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A rule of the new set, with where it stands: `permits.git.read[0] "/srv/**"`.
    Added(String),
    /// A rule of the old set, likewise.
    Removed(String),
}

// === impl PermitDiff ===

impl PermitDiff {
    /// Compares rules that permit.
    pub(super) fn allow<T: Subject>(&mut self, old: &[Rule<T>], new: &[Rule<T>]) {
        self.widenings
            .extend(unlike(new, old).map(|name| Change::Added(name.to_owned())));
        self.narrowings
            .extend(unlike(old, new).map(|name| Change::Removed(name.to_owned())));
    }

    /// Compares rules that deny.
    pub(super) fn deny<T: Subject>(&mut self, old: &[Rule<T>], new: &[Rule<T>]) {
        self.widenings
            .extend(unlike(old, new).map(|name| Change::Removed(name.to_owned())));
        self.narrowings
            .extend(unlike(new, old).map(|name| Change::Added(name.to_owned())));
    }
}

/// The names of the rules that are included in none of the others.
fn unlike<'r, T: Subject>(
    rules: &'r [Rule<T>],
    others: &'r [Rule<T>],
) -> impl Iterator<Item = &'r str> {
    rules
        .iter()
        .filter(|rule| {
            !others
                .iter()
                .any(|other| other.subject.includes(&rule.subject))
        })
        .map(|rule| rule.name.as_str())
}

// === impl Change ===

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(rule) => write!(f, "+ {rule}"),
            Self::Removed(rule) => write!(f, "- {rule}"),
        }
    }
}
