//! `git-history`: git commands that throw away work which nothing else has.

use super::phrases::Table;
use super::push::Git;
use super::{Context, Rule, no_file, only_looks};
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

/// What throws work away in other programs that keep versions.
static OTHERS: Table = Table::new(&[
    (
        &["hg"],
        "strip, purge, update -C, update --clean, up -C, rollback, revert --all, revert -a",
    ),
    (
        &["svn"],
        "revert -R, revert --recursive, cleanup --remove-unversioned",
    ),
    (&["jj"], "abandon, op restore, operation restore"),
    (&["fossil"], "revert, purge"),
    (&["p4"], "obliterate, revert //..., clean"),
    (&["bzr"], "uncommit, revert"),
]);

fn judge(invocation: &Invocation, _: &Context<'_>) -> Objection {
    if let Some(phrase) = OTHERS.said(invocation).filter(|_| !only_looks(invocation)) {
        return ask(format!("`{} {phrase}` throws work away", invocation.name));
    }
    let script = invocation.operands().next();
    if matches!(invocation.name.as_str(), "git-filter-repo" | "bfg")
        || invocation.name.starts_with("python")
            && script.is_some_and(|script| script.base_name().starts_with("git-filter-repo"))
        || invocation.name == "java" && invocation.line().contains("bfg")
    {
        return ask("this rewrites the whole history");
    }
    let git = Git::of(invocation).filter(|git| !git.has(&["--help"]))?;
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
        "checkout" if whole || is_of_head(&git) && is_many(&git) => {
            ask("`git checkout .` throws away what is not committed")
        }
        "read-tree" if letter('u') && (long("reset") || letter('m')) => {
            ask("this replaces every file of the worktree")
        }
        "checkout-index" if (letter('f') || long("force")) && (letter('a') || long("all")) => {
            ask("this throws away what is not committed")
        }
        "fast-import" if long("force") => ask("this replaces branches, whatever they hold"),
        "lfs" if has(&["prune"]) && (letter('f') || long("force")) => {
            ask("this deletes large files that may be nowhere else")
        }
        "switch" if letter('f') || long("force") || long("discard-changes") => {
            ask("this switch throws away what is not committed")
        }
        "restore"
            if (whole || is_many(&git))
                && (!(letter('S') || long("staged")) || letter('W') || long("worktree")) =>
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
        "submodule" if has(&["deinit"]) && (letter('f') || long("force")) => {
            ask("this throws away what is not committed in the submodules")
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

/// Whether a checkout takes its files from what is committed here, or from the index.
fn is_of_head(git: &Git<'_>) -> bool {
    let first = git
        .rest
        .iter()
        .find(|argument| !argument.is_option() || argument.text == "--");
    let divided = git.rest.iter().any(|argument| argument.text == "--");
    divided
        && first.is_some_and(|first| {
            first.text == "--" || first.text.starts_with("HEAD") || first.text == "@"
        })
}

/// Whether the paths are more than single files: folders, or patterns.
fn is_many(git: &Git<'_>) -> bool {
    let divided = git.rest.iter().position(|argument| argument.text == "--");
    let paths = git.rest[divided.map_or(0, |at| at + 1)..].iter();
    let paths = paths.filter(|argument| !argument.is_option());
    let is_folder =
        |path: &&Argument| path.text.ends_with('/') || path.glob || path.text.contains('*');
    // A name without an ending is a folder's, or that of a single file such as `Makefile`.
    let looks_so = |path: &&Argument| {
        let name = path.base_name();
        !name.contains('.') && name.starts_with(char::is_lowercase)
    };
    paths.clone().any(|path| is_folder(&path)) || paths.filter(looks_so).count() > 1
}
