//! `git-history`: git commands that throw away work which nothing else has.

use super::push::Git;
use super::{Context, Rule, no_file};
use crate::analysis::{Argument, Invocation};
use crate::finding::{Objection, ask};

pub(super) const RULE: Rule = Rule {
    id: "git-history",
    summary: "Git commands that throw away uncommitted work, branches, stashes or history.",
    advice: "Commit or stash first, name single files, or ask the person to do it.",
    invocation: judge,
    file: no_file,
};

/// Whether a setting makes `git clean` go without its flag.
fn unforced(invocation: &Invocation) -> bool {
    let setting = |argument: &Argument| argument.text.to_lowercase() == "clean.requireforce=false";
    invocation.arguments.iter().any(setting)
}

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    let script = invocation.operands().next();
    if matches!(invocation.name.as_str(), "git-filter-repo" | "bfg")
        || invocation.name.starts_with("python")
            && script.is_some_and(|script| script.base_name().starts_with("git-filter-repo"))
        || invocation.name == "java" && invocation.line().contains("bfg")
    {
        return ask("this rewrites the whole history");
    }
    let git = Git::of(invocation)?;
    let has = |texts: &[&str]| {
        git.rest
            .iter()
            .any(|argument| texts.contains(&argument.text.as_str()))
    };
    let letter = |letter: char| {
        git.rest
            .iter()
            .take_while(|argument| argument.text != "--")
            .any(|argument| argument.has_letter(letter))
    };
    let long = |name: &str| git.rest.iter().any(|argument| argument.is_long(name));
    let dry = letter('n') || long("dry-run");
    let whole = has(&[".", ":/", "*", "./", ":/*"]);
    match git.command {
        "reset" if long("hard") || long("merge") && has(&["--merge"]) => {
            ask("`git reset --hard` throws away what is not committed")
        }
        "clean" if !dry && (letter('f') || long("force") || unforced(invocation)) => {
            ask("`git clean` deletes files that git does not have")
        }
        "checkout" if letter('f') || long("force") => {
            ask("`git checkout --force` throws away what is not committed")
        }
        "checkout" if whole => ask("`git checkout .` throws away what is not committed"),
        "switch" if letter('f') || long("force") || long("discard-changes") => {
            ask("this switch throws away what is not committed")
        }
        "restore"
            if whole && (!(letter('S') || long("staged")) || letter('W') || long("worktree")) =>
        {
            ask("`git restore .` throws away what is not committed")
        }
        "stash" if has(&["clear", "drop"]) => ask("a dropped stash is gone"),
        "rebase" if has(&["--root"]) => ask("this rewrites the whole history"),
        "filter-branch" | "filter-repo" => ask("this rewrites the whole history"),
        "reflog" if has(&["expire", "delete"]) && !dry => {
            ask("without the reflog nothing lost can be found again")
        }
        "gc" if git
            .rest
            .iter()
            .any(|argument| argument.text == "--prune=now" || argument.text == "--prune=all") =>
        {
            ask("`git gc --prune=now` deletes what could still be restored")
        }
        "prune" if !dry => ask("`git prune` deletes what could still be restored"),
        "update-ref" if has(&["-d", "--delete"]) => ask("deleting a reference loses its commits"),
        "branch"
            if letter('D') || (letter('d') || long("delete")) && (letter('f') || long("force")) =>
        {
            ask("`git branch -D` deletes a branch though it is not merged")
        }
        "tag" if letter('d') || long("delete") => None,
        "worktree" if has(&["remove"]) && (letter('f') || long("force")) => {
            ask("removing a worktree by force throws away what is not committed in it")
        }
        "rm" if letter('r') && whole && !long("cached") => {
            ask("this deletes every file of the worktree")
        }
        "replace" if !has(&["-l", "--list"]) => ask("replacing objects rewrites history"),
        _ => None,
    }
}
