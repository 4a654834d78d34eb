//! `forced-push`: pushes that replace what others may have built on.
//!
//! A plain `--force` is rewritten to `--force-with-lease`, which refuses to overwrite what nobody here has seen. A forced push to a
//! protected branch is asked about even so, as is one whose branch cannot be known.

use std::ops::Range;

use super::{Context, fits};
use crate::finding::Finding;
use crate::shell::{Invocation, Word};

const RULE: &str = "forced-push";

/// A `git push`, taken apart.
struct Push<'a> {
    /// The folder it is run for, where `-C` names one.
    folder: Option<&'a Word>,
    /// Options and arguments after `push`.
    rest: &'a [Word],
}

pub(super) fn judge(invocation: &Invocation, context: &Context<'_>) -> Option<Finding> {
    if invocation.name != "git" {
        return None;
    }
    if invocation
        .arguments
        .iter()
        .any(|word| word.text.starts_with("alias."))
    {
        let message = "a git alias that is defined on the spot can stand for any command. Write the command itself.";
        return Some(Finding::ask(RULE, message));
    }
    let push = Push::of(invocation)?;
    let arguments: Vec<_> = push.arguments().collect();
    let refspecs = arguments.get(1..).unwrap_or_default();
    let flag = push.flag();
    let lease = push
        .rest
        .iter()
        .any(|word| word.text.starts_with("--force-with-lease"));
    let plus = refspecs.iter().any(|word| word.text.starts_with('+'));
    let mirror = push
        .rest
        .iter()
        .any(|word| word.text == "--mirror" || word.text == "--prune");
    let deletes = push
        .rest
        .iter()
        .any(|word| word.text == "--delete" || word.has_letter('d'));
    let all = push
        .rest
        .iter()
        .any(|word| word.text == "--all" || word.text == "--branches");
    if mirror {
        return Some(Finding::ask(
            RULE,
            "`git push --mirror` makes the remote forget every branch that is not here. Push the branch you mean.",
        ));
    }
    let removed: Vec<_> = refspecs
        .iter()
        .filter(|word| deletes || word.text.starts_with(':'))
        .collect();
    if !(flag.is_some() || lease || plus) && removed.is_empty() {
        return None;
    }
    if all {
        return Some(Finding::ask(
            RULE,
            "a forced push of all branches replaces the protected ones too. Push the branch you mean.",
        ));
    }
    let verb = if removed.is_empty() {
        "replaces"
    } else {
        "deletes"
    };
    for branch in targets(&push, refspecs, context) {
        match branch {
            None => {
                let message = format!(
                    "this forced push {verb} a branch that cannot be told from here. Name it: `git push --force-with-lease REMOTE BRANCH`."
                );
                return Some(Finding::ask(RULE, message));
            }
            Some(branch)
                if context
                    .protected
                    .iter()
                    .any(|protected| fits(protected, &branch)) =>
            {
                let message = format!(
                    "this forced push {verb} the protected branch `{branch}`: others may have built on it. Push to a branch of your own and open a pull request."
                );
                return Some(Finding::ask(RULE, message));
            }
            Some(_) => {}
        }
    }
    // Not protected. What could be made harmless was, in the rewriting turn.
    if (flag.is_some() || plus) && removed.is_empty() {
        let message = "a plain forced push overwrites what others pushed meanwhile. Use `--force-with-lease` instead of `--force`, `-f` or `+`.";
        return Some(Finding::ask(RULE, message));
    }
    None
}

/// What a plain `--force` becomes, and where it stands in the script; `None` where there is none, or it does not stand there
/// verbatim.
pub(crate) fn relaxed(invocation: &Invocation) -> Option<(Range<usize>, String)> {
    let push = Push::of(invocation).filter(|_| invocation.name == "git")?;
    let flag = push.flag()?;
    let span = flag.span.clone()?;
    if flag.expands || flag.glob {
        return None;
    }
    let replacement = match flag.text.strip_prefix("--") {
        Some(_) => String::from("--force-with-lease"),
        // A cluster such as `-fu` keeps its other letters.
        None => match flag.text.replace('f', "").as_str() {
            "-" => String::from("--force-with-lease"),
            rest => format!("--force-with-lease {rest}"),
        },
    };
    Some((span, replacement))
}

// === impl Push ===

impl<'a> Push<'a> {
    fn of(invocation: &'a Invocation) -> Option<Self> {
        let mut folder = None;
        let mut at = 0;
        let arguments = &invocation.arguments;
        // Options of git itself, before the command.
        while let Some(word) = arguments.get(at).filter(|word| word.is_option()) {
            at += match word.text.as_str() {
                "-C" => {
                    folder = arguments.get(at + 1);
                    2
                }
                "-c" | "--git-dir" | "--work-tree" | "--namespace" | "--exec-path"
                | "--super-prefix" | "--config-env" => 2,
                _ => 1,
            };
        }
        let command = arguments.get(at)?;
        (command.text == "push").then(|| Self {
            folder,
            rest: &arguments[at + 1..],
        })
    }

    /// The option that forces, as it was written.
    fn flag(&self) -> Option<&'a Word> {
        self.options()
            .find(|word| word.text == "--force" || word.has_letter('f'))
    }

    fn options(&self) -> impl Iterator<Item = &'a Word> {
        self.rest
            .iter()
            .take_while(|word| word.text != "--")
            .filter(|word| word.is_option())
    }

    /// The remote and the refspecs.
    fn arguments(&self) -> impl Iterator<Item = &'a Word> {
        let mut skip = false;
        let mut only_arguments = false;
        self.rest.iter().filter(move |word| {
            if std::mem::take(&mut skip) {
                return false;
            }
            if !only_arguments && word.is_option() {
                only_arguments = word.text == "--";
                skip = ["-o", "--push-option", "--repo", "--receive-pack", "--exec"]
                    .contains(&word.text.as_str());
                return false;
            }
            true
        })
    }
}

/// The branches that a push would change; `None` for one that cannot be known.
fn targets(push: &Push<'_>, refspecs: &[&Word], context: &Context<'_>) -> Vec<Option<String>> {
    let current = || {
        let folder = match push.folder {
            Some(word) => context.place.path(word),
            None => context.place.folder.clone(),
        };
        folder.and_then(|folder| (context.branch)(&folder))
    };
    if refspecs.is_empty() {
        return vec![current()];
    }
    refspecs
        .iter()
        .map(|word| {
            let refspec = word.known()?.trim_start_matches('+');
            let target = refspec.rsplit(':').next().unwrap_or(refspec);
            match target {
                "HEAD" | "@" => current(),
                _ if word.glob || target.is_empty() => None,
                _ => Some(target.trim_start_matches("refs/heads/").to_owned()),
            }
        })
        .collect()
}
