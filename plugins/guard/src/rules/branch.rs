//! `protected-branch`: deleting or moving a protected branch here. Committing to one is ordinary work.

use super::push::Git;
use super::{Context, Rule, fits, no_file};
use crate::analysis::Invocation;
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "protected-branch",
    summary: "Deleting, renaming or moving a protected branch, and rebasing while one is checked out.",
    advice: "Work on a branch of your own: `git switch -c NAME`.",
    invocation: judge,
    file: no_file,
};

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let git = Git::of(invocation)?;
    let is_protected = |name: &str| {
        context
            .protected
            .iter()
            .any(|protected| fits(protected, name))
    };
    let named = git
        .rest
        .iter()
        .find(|argument| !argument.is_option() && is_protected(&argument.text));
    match git.command {
        "branch" => {
            let changes = git.rest.iter().any(|argument| {
                ['d', 'D', 'M', 'm', 'f']
                    .iter()
                    .any(|letter| argument.has_letter(*letter))
                    || ["delete", "move", "force"]
                        .iter()
                        .any(|name| argument.is_long(name) && argument.text.len() > 5)
            });
            let named = named.filter(|_| changes)?;
            ask(format!(
                "this changes the protected branch `{}`",
                named.text
            ))
        }
        "rebase"
            if !git.rest.iter().any(|argument| {
                matches!(
                    argument.text.as_str(),
                    "--abort" | "--continue" | "--skip" | "--quit"
                )
            }) =>
        {
            let root = git.rest.iter().any(|argument| argument.text == "--root");
            let current = if root {
                git.place(invocation)
                    .and_then(|folder| (context.branch)(&folder))
            } else {
                None
            };
            let current = current.filter(|branch| is_protected(branch))?;
            ask(format!("this rewrites the protected branch `{current}`"))
        }
        _ => None,
    }
}
