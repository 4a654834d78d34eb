//! The rules: one file each, and one list.

mod branch;
mod cloud;
mod database;
mod delete;
mod destroying;
mod disk;
mod dropping;
mod exfiltration;
mod expression;
mod forge;
mod grant;
mod history;
mod infrastructure;
mod kept;
mod machine;
mod outside;
mod own_command;
mod phrases;
mod privilege;
mod publishing;
mod push;
mod remote_code;
mod secret_file;
mod secrets;
mod shown;
mod sql;
mod tampering;
mod target;
mod task;
mod unreadable;
mod windows;
mod written;

use crate::analysis::{Argument, Invocation};
use crate::finding::{Finding, Objection};
use crate::gate::Gate;
use crate::place::{Place, resolved};
use crate::settings::Protection;

pub(crate) use database::stated;
pub(crate) use infrastructure::taken_away;
pub use own_command::{EVERYWHERE, Manner, OWN_COMMANDS, OwnCommand};
pub(crate) use push::relaxed;
pub(crate) use secrets::written;
pub(crate) use unreadable::unread;

/// What a rule knows beside the invocation.
pub(crate) struct Context<'a> {
    pub(crate) place: &'a Place,
    pub(crate) gate: &'a Gate,
    /// Names the branch that is checked out in a folder; `None` where that cannot be known.
    pub(crate) branch: &'a dyn Fn(&str) -> Option<String>,
    /// Globs over the branches that are protected.
    pub(crate) protected: &'a [String],
    /// How much of what changes one is asked about.
    pub(crate) protection: Protection,
}

/// What a call does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It only says that the file is there.
    Lists,
    Reads,
    /// It reads whatever lies in the folder.
    Searches,
    Writes,
}

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its id, which is also the name of its pack.
    pub id: &'static str,
    /// What it objects to.
    pub summary: &'static str,
    /// What to do instead.
    pub advice: &'static str,
    /// Judges one program that would be started.
    pub(crate) invocation: fn(&Invocation, &Context<'_>) -> Objection,
    /// Judges what a tool of the client does with a file.
    pub(crate) file: fn(&str, &Context<'_>, Access) -> Objection,
}

/// Every rule.
pub const RULES: &[Rule] = &[
    delete::RULE,
    disk::RULE,
    history::RULE,
    push::RULE,
    branch::RULE,
    remote_code::RULE,
    privilege::RULE,
    secrets::RULE,
    exfiltration::RULE,
    tampering::RULE,
    publishing::RULE,
    infrastructure::RULE,
    database::RULE,
    machine::RULE,
    outside::RULE,
    unreadable::RULE,
];

/// Programs whose first argument is a pattern.
pub(crate) const PATTERN_FIRST: [&str; 9] = [
    "grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk", "jq",
];

// === impl Rule ===

impl Rule {
    pub(crate) fn finding(&self, objection: Objection) -> Option<Finding> {
        let (severity, message) = objection?;
        Some(Finding {
            rule: self.id,
            severity,
            message: format!("{message}. {}", self.advice),
        })
    }
}

/// For rules that have nothing to say about files.
pub(crate) fn no_file(_: &str, _: &Context<'_>, _: Access) -> Objection {
    None
}

/// The normal path that an argument of an invocation names.
pub(crate) fn path_of(argument: &Argument, invocation: &Invocation) -> Option<String> {
    resolved(argument, invocation.folder.as_deref())
}

/// Whether an invocation only tries, asks for help, or tells its version.
pub(crate) fn only_looks(invocation: &Invocation) -> bool {
    // `cargo yank --version 1.2.3` is no question.
    if invocation
        .arguments
        .last()
        .is_some_and(|last| last.text == "--version")
    {
        return true;
    }
    invocation.arguments.iter().any(|argument| {
        matches!(
            argument.text.as_str(),
            "--help" | "-help" | "--dry-run" | "--dryrun" | "--what-if" | "--noop" | "-WhatIf"
        ) || argument.text.starts_with("--dry-run=")
            && argument.text != "--dry-run=none"
            && argument.text != "--dry-run=false"
    })
}

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
