//! `destructive-delete`: deleting what is not the agent's to delete. What one target is worth, `target` says.

use super::target::{Target, deleted, is_history, one_by_one};
use super::written::WRITTEN_BY_HAND;
use super::{Context, Rule, no_file};
use crate::analysis::{Argument, Invocation, found};
use crate::finding::{Objection, Severity, ask, deny, graver};
use crate::place::{Zone, covers, holds, in_scratch, resolved};

pub(super) const RULE: Rule = Rule {
    id: "destructive-delete",
    summary: "Recursive deletes of the machine, a home folder, the workspace, or anything outside it.",
    advice: "Delete only what you made, in the workspace and by its name.",
    invocation: judge,
    file: no_file,
};

/// Programs that delete whole folders whatever their options are.
const ALWAYS_WHOLE: &[&str] = &[
    "rimraf",
    "del-cli",
    "del",
    "trash",
    "trash-put",
    "remove-item",
];

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let in_container = invocation.contained && !invocation.mounted;
    if in_container && !invocation.kept {
        return None;
    }
    let name = invocation.name.to_lowercase();
    let targets: Vec<Argument> = match name.as_str() {
        "rm" | "grm" | "srm" | "rimraf" | "del" | "del-cli" | "trash" | "trash-put"
        | "remove-item" => {
            if invocation
                .options()
                .any(|option| option.is_long("no-preserve-root"))
            {
                return deny("`--no-preserve-root` is for deleting the whole machine");
            }
            let recursive = invocation.option('r', "recursive")
                || invocation.option('R', "recursive")
                || ALWAYS_WHOLE.contains(&name.as_str());
            if !recursive {
                return one_by_one(invocation, context);
            }
            invocation.operands().cloned().collect()
        }
        "unlink" | "rmdir" => return one_by_one(invocation, context),
        "gio" if invocation.has(&["trash", "remove"]) => {
            invocation.operands().skip(1).cloned().collect()
        }
        "find" | "gfind" if invocation.has(&["-delete"]) => found(invocation),
        "mv" => {
            let operands: Vec<&Argument> = invocation.operands().collect();
            let [sources @ .., target] = operands.as_slice() else {
                return None;
            };
            if target.text != "/dev/null" {
                return moved(sources, target, invocation, context);
            }
            sources.iter().map(|source| (*source).clone()).collect()
        }
        "tar" | "gtar" | "bsdtar" if invocation.has(&["--remove-files"]) => {
            let archived = invocation.operands();
            archived
                .filter(|argument| !argument.text.contains(".t") && !argument.text.ends_with("gz"))
                .cloned()
                .collect()
        }
        "rsync"
            if invocation
                .arguments
                .iter()
                .any(|argument| argument.text.starts_with("--delete"))
                && !invocation.option('n', "dry-run") =>
        {
            let target = invocation.operands().last()?;
            if let Some((host, folder)) = target.text.split_once(':') {
                return emptied_elsewhere(host, folder);
            }
            let path = resolved(target, invocation.folder.as_deref());
            if path.is_some_and(|path| covers(&path, &context.place.workspace)) {
                return ask(
                    "this deletes whatever of the workspace the other folder does not have",
                );
            }
            vec![Argument {
                text: format!("{}/x*", target.text),
                glob: true,
                ..target.clone()
            }]
        }
        _ => return None,
    };
    let judged = |invocation: &Invocation| {
        targets.iter().fold(None, |worst, target| {
            graver(worst, deleted(&Target::of(target, invocation), context))
        })
    };
    judged(invocation).or_else(|| {
        let elsewhere = Invocation {
            folder: Some(invocation.fallback.clone()?),
            ..invocation.clone()
        };
        judged(&elsewhere).filter(|(severity, _)| *severity == Severity::Deny)?;
        ask("if the `cd` before it fails, this deletes another folder; write `cd … &&`")
    })
}

/// `rsync --delete` to another machine: all of it, or a home folder there, is never the copy of a folder here.
fn emptied_elsewhere(host: &str, folder: &str) -> Objection {
    let folder = folder.trim_start_matches(':').trim_end_matches('/');
    let whole = folder.is_empty()
        || folder == "~"
        || folder == "."
        || crate::place::is_home(folder)
        || folder.starts_with('/') && folder.matches('/').count() == 1;
    whole.then_some(())?;
    ask(format!(
        "this deletes on `{host}` whatever is not here, in a folder that holds more"
    ))
}

/// Judges what is moved away from where it is needed.
fn moved(
    sources: &[&Argument],
    target: &Argument,
    invocation: &Invocation,
    context: &Context<'_>,
) -> Objection {
    let target = resolved(target, invocation.folder.as_deref());
    let is_lost = target
        .is_some_and(|target| in_scratch(&target) && !holds(&context.place.workspace, &target));
    sources.iter().fold(None, |worst, source| {
        let shown = &source.raw;
        let path = resolved(source, invocation.folder.as_deref());
        let is_history = path.as_deref().is_some_and(is_history);
        let objection = match path.map(|path| context.place.zone(&path)) {
            Some(Zone::Root | Zone::Home | Zone::System) => {
                deny(format!("moving `{shown}` away breaks what needs it there"))
            }
            Some(Zone::AroundWorkspace) => {
                ask(format!("moving `{shown}` takes the workspace away"))
            }
            Some(Zone::Workspace) if is_history => ask(format!(
                "moving `{shown}` takes the repository's history away"
            )),
            Some(Zone::Workspace) if is_lost && WRITTEN_BY_HAND.contains(&source.base_name()) => {
                ask(format!(
                    "moving `{shown}` puts what somebody has written where it may be deleted"
                ))
            }
            _ => None,
        };
        graver(worst, objection)
    })
}
