//! The rules: one file each, and one list.

mod delete;
mod disk;
mod push;
mod secrets;
mod unreadable;

use crate::finding::Finding;
use crate::place::Place;
use crate::shell::Invocation;

pub(crate) use push::relaxed;
pub(crate) use secrets::judge_path;
pub(crate) use unreadable::judge_script;

/// What a rule knows beside the invocation.
pub(crate) struct Context<'a> {
    /// Where the command runs.
    pub(crate) place: &'a Place,
    /// Names the branch that is checked out in a folder; `None` where that cannot be known.
    pub(crate) branch: &'a dyn Fn(&str) -> Option<String>,
    /// Globs over the branches that a forced push is asked about.
    pub(crate) protected: &'a [String],
}

/// A rule judges one invocation.
type Rule = fn(&Invocation, &Context<'_>) -> Option<Finding>;

/// Every rule. An invocation is judged by all of them, and the most severe finding counts.
pub(crate) const RULES: &[Rule] = &[
    delete::judge,
    disk::judge,
    push::judge,
    secrets::judge,
    unreadable::judge,
];

/// Whether `text` fits a pattern in which `*` stands for any characters and `?` for one.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut retry = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            retry = Some((p + 1, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((after, at)) = retry {
            p = after;
            t = at + 1;
            retry = Some((after, at + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}
