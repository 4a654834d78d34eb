//! `protected-branch`: moving, rewriting or deleting a protected branch, and pushing to it; if the operator wants it,
//! committing to it, too.
//!
//! Which branch is checked out, git is asked. Where it does not say, a push that names no branch is asked about; any other
//! command is left alone: what would really lose something is asked about by other rules, whatever the branch.

use super::push::{Git, is_protected};
use super::{Context, Rule, no_file};
use crate::analysis::{Argument, Input, Invocation};
use crate::finding::{Objection, ask};
use crate::settings::Protection;

pub(super) const RULE: Rule = Rule {
    id: "protected-branch",
    summary: "Deleting, moving or rewriting a protected branch, and pushing to it; with `protection = \"commits\"` committing to it, too.",
    advice: "Work on a branch of your own: `git switch -c NAME`.",
    invocation: judge,
    file: no_file,
};

/// Commands that add commits to the branch that is checked out.
const COMMITS: [&str; 7] = [
    "commit",
    "merge",
    "cherry-pick",
    "revert",
    "am",
    "pull",
    "rebase",
];

/// Options with which a command only goes on with, or gives up, what was begun.
const GOES_ON: [&str; 5] = ["--abort", "--continue", "--skip", "--quit", "--edit-todo"];

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let git = Git::of(invocation)?;
    let is_protected = |name: &String| is_protected(name, context);
    if let Some(branch) = moved(&git, invocation).into_iter().find(is_protected) {
        return ask(format!("this changes the protected branch `{branch}`"));
    }
    if git.has(&GOES_ON) {
        return None;
    }
    let current = || git.current(invocation, context).filter(is_protected);
    if let Some(branch) = rewritten(&git, current).filter(is_protected) {
        return ask(format!("this rewrites the protected branch `{branch}`"));
    }
    let pushes = matches!(git.command, "push" | "send-pack");
    if context.protection >= Protection::Pushes && pushes && !git.is_dry() {
        return pushed(&git, invocation, context, is_protected);
    }
    // What those send goes to the one line of development that there is.
    let sends = matches!(
        (git.command, git.rest.first().map(|word| word.text.as_str())),
        ("svn", Some("dcommit")) | ("p4", Some("submit"))
    );
    if context.protection >= Protection::Pushes && sends && !git.is_dry() {
        return ask("this sends commits to the branch that everybody works on");
    }
    if context.protection >= Protection::Commits && COMMITS.contains(&git.command) && !git.is_dry()
    {
        let branch = current()?;
        return ask(format!("this commits to the protected branch `{branch}`"));
    }
    None
}

/// The branches that a command deletes, renames or makes point elsewhere by their names.
fn moved(git: &Git<'_>, invocation: &Invocation) -> Vec<String> {
    let letter = |letter: char| git.options().any(|option| option.has_letter(letter));
    let long = |names: &[&str]| {
        git.options().any(|option| {
            names
                .iter()
                .any(|name| option.is_long(name) && option.text.len() > 5)
        })
    };
    let operands = || git.operands().map(|operand| branch_name(&operand.text));
    match git.command {
        "branch"
            if ['d', 'D', 'm', 'M', 'f', 'C'].into_iter().any(letter)
                || long(&["delete", "move", "force"]) =>
        {
            operands().collect()
        }
        "checkout" | "worktree" => git
            .value_of('B', None)
            .map(branch_name)
            .into_iter()
            .collect(),
        "switch" => {
            let created = git.value_of('C', Some("force-create"));
            created.map(branch_name).into_iter().collect()
        }
        "update-ref" if git.has(&["--stdin"]) => match &invocation.input {
            Input::Text(text) => text
                .split_whitespace()
                .filter(|word| word.starts_with("refs/heads/"))
                .map(branch_name)
                .collect(),
            _ => Vec::new(),
        },
        // With one argument it only reads.
        "update-ref" => operands().take(1).collect(),
        "symbolic-ref" if operands().count() > 1 || letter('d') || long(&["delete"]) => {
            operands().take(1).collect()
        }
        "fetch" | "pull" => {
            let forced = letter('f') || long(&["force"]);
            git.operands()
                .filter(|refspec| forced || refspec.text.starts_with('+'))
                .filter_map(|refspec| refspec.text.split_once(':'))
                .map(|(_, target)| branch_name(target))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The protected branch whose commits a command replaces by others.
fn rewritten(git: &Git<'_>, current: impl Fn() -> Option<String>) -> Option<String> {
    let operands: Vec<&Argument> = git.operands().collect();
    match git.command {
        "rebase" => {
            let branch = match operands.get(1) {
                Some(named) => named.text.clone(),
                None => current()?,
            };
            // Onto what it follows, it only moves commits that nobody else has: as `git pull --rebase` does.
            let follows = |upstream: &&Argument| {
                matches!(upstream.text.as_str(), "@{u}" | "@{upstream}")
                    || upstream
                        .text
                        .split_once('/')
                        .is_some_and(|(_, name)| name == branch)
            };
            let elsewhere = git.has(&["--root"]) || git.options().any(|o| o.is_long("onto"));
            let upstream = operands.first();
            (elsewhere || !upstream.is_none_or(follows)).then_some(branch)
        }
        // More than one are paths, which it only takes out of the index.
        "reset" if operands.len() == 1 => {
            let target = operands.first()?.text.as_str();
            let moves = ["--soft", "--mixed", "--hard", "--keep", "--merge"];
            let is_revision = target.contains(['~', '^'])
                || target.contains("@{")
                || target.starts_with("origin/")
                || target.len() >= 7 && target.chars().all(|c| c.is_ascii_hexdigit());
            if matches!(target, "HEAD" | "@") || !is_revision && !git.has(&moves) {
                return None;
            }
            current()
        }
        _ => None,
    }
}

fn pushed(
    git: &Git<'_>,
    invocation: &Invocation,
    context: &Context<'_>,
    is_protected: impl Fn(&String) -> bool,
) -> Objection {
    if git.has(&["--all", "--branches"]) {
        return ask("this pushes every branch, the protected ones with them");
    }
    let refspecs: Vec<_> = git.operands().skip(1).collect();
    if refspecs.is_empty() && git.has(&["--tags"]) {
        return None;
    }
    let targets = git.targets(&refspecs, invocation, context);
    let protected = targets.iter().flatten().find(|branch| is_protected(branch));
    if let Some(branch) = protected {
        return ask(format!("this pushes to the protected branch `{branch}`"));
    }
    let unknown = targets.iter().any(Option::is_none);
    unknown
        .then(|| ask("this pushes a branch that cannot be told from here: push it by its name"))
        .flatten()
}

fn branch_name(reference: &str) -> String {
    let name = reference.strip_prefix("refs/heads/");
    name.or_else(|| reference.strip_prefix("heads/"))
        .unwrap_or(reference)
        .to_owned()
}
