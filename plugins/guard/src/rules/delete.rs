//! `destructive-delete`: deleting what is not the agent's to delete.
//!
//! In the workspace deleting is ordinary work, as it is in folders for temporary files and for what builds make again.

use super::{Context, Rule, no_file};
use crate::analysis::{Argument, Invocation, UNKNOWN};
use crate::finding::{Objection, Severity, ask, deny, graver};
use crate::place::{Zone, normal, resolved, settled};

pub(super) const RULE: Rule = Rule {
    id: "destructive-delete",
    summary: "Recursive deletes of the machine, a home folder, the workspace, or anything outside it.",
    advice: "Delete only what you made, in the workspace and by its name.",
    invocation: judge,
    file: no_file,
};

/// Folders that builds and package managers make again.
const MADE_AGAIN: [&str; 14] = [
    "node_modules",
    "target",
    "dist",
    "build",
    "__pycache__",
    ".cache",
    ".pytest_cache",
    ".venv",
    "venv",
    ".next",
    "coverage",
    ".gradle",
    "out",
    ".tox",
];

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    if invocation.contained && !invocation.mounted {
        return None;
    }
    let targets: Vec<Argument> = match invocation.name.as_str() {
        "rm" | "grm" | "srm" | "rimraf" | "del" | "trash" => {
            if invocation
                .options()
                .any(|option| option.is_long("no-preserve-root"))
            {
                return deny("`--no-preserve-root` is for deleting the whole machine");
            }
            let recursive = invocation.option('r', "recursive")
                || invocation.option('R', "recursive")
                || invocation.name == "rimraf";
            if !recursive {
                return single(invocation, context);
            }
            invocation.operands().cloned().collect()
        }
        "unlink" | "rmdir" => return single(invocation, context),
        "find" if invocation.has(&["-delete"]) => {
            let starts: Vec<Argument> = invocation
                .arguments
                .iter()
                .take_while(|argument| !argument.text.starts_with(['-', '(', '!']))
                .cloned()
                .collect();
            let narrowed = invocation.arguments.iter().any(|argument| {
                matches!(
                    argument.text.as_str(),
                    "-name"
                        | "-iname"
                        | "-path"
                        | "-regex"
                        | "-newer"
                        | "-mtime"
                        | "-empty"
                        | "-size"
                        | "-mmin"
                )
            });
            let starts = if starts.is_empty() {
                vec![Argument::of(".")]
            } else {
                starts
            };
            if narrowed {
                starts
                    .into_iter()
                    .map(|start| Argument {
                        text: format!("{}/x*", start.text),
                        glob: true,
                        ..start
                    })
                    .collect()
            } else {
                starts
            }
        }
        "fd" | "fdfind" => {
            let at = invocation.arguments.iter().position(|argument| {
                matches!(
                    argument.text.as_str(),
                    "-x" | "-X" | "--exec" | "--exec-batch"
                )
            })?;
            let (search, command) = invocation.arguments.split_at(at);
            let deletes = command
                .get(1)
                .is_some_and(|program| matches!(program.base_name(), "rm" | "unlink" | "shred"));
            let starts = search
                .iter()
                .filter(|argument| !argument.is_option() && argument.text.contains('/'));
            starts
                .filter(|_| deletes)
                .map(|start| Argument {
                    text: format!("{}/x*", start.text),
                    glob: true,
                    ..start.clone()
                })
                .collect()
        }
        "pwsh" | "powershell"
            if invocation.line().contains("Remove-Item")
                && invocation.line().to_lowercase().contains("-recurse") =>
        {
            return ask("this deletes whole folders");
        }
        "mv" => {
            let operands: Vec<&Argument> = invocation.operands().collect();
            let (Some(target), true) = (operands.last(), operands.len() > 1) else {
                return None;
            };
            if target.text == "/dev/null" {
                operands[..operands.len() - 1]
                    .iter()
                    .map(|argument| (*argument).clone())
                    .collect()
            } else {
                return moved(&operands[..operands.len() - 1], invocation, context);
            }
        }
        "rsync"
            if invocation
                .arguments
                .iter()
                .any(|argument| argument.text.starts_with("--delete"))
                && !invocation.option('n', "dry-run") =>
        {
            let target = invocation
                .operands()
                .last()
                .filter(|target| !target.text.contains(':'));
            target
                .cloned()
                .into_iter()
                .map(|target| Argument {
                    text: format!("{}/x*", target.text),
                    glob: true,
                    ..target
                })
                .collect()
        }
        _ => return None,
    };
    let judged = |invocation: &Invocation| {
        targets.iter().fold(None, |worst, target| {
            graver(worst, target_of(target, invocation, context))
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

/// Files, one by one.
fn single(invocation: &Invocation, context: &Context<'_>) -> Objection {
    invocation.operands().fold(None, |worst, target| {
        let (folder, _) = settled(&target.text);
        let Some(path) = resolved(&Argument::of(folder), invocation.folder.as_deref()) else {
            return worst;
        };
        let objection = match context.place.zone(&path) {
            _ if invocation.remote || target.text.starts_with(UNKNOWN) => None,
            Zone::System | Zone::Root | Zone::Outside => ask(format!(
                "deleting `{}` reaches outside the workspace",
                shown(target)
            )),
            Zone::Home if path != folder || target.text.contains('/') => ask(format!(
                "deleting `{}` reaches into the home folder",
                shown(target)
            )),
            _ if path.ends_with("/.git") || path.contains("/.git/") => ask(format!(
                "deleting `{}` damages the repository",
                shown(target)
            )),
            _ => None,
        };
        graver(worst, objection)
    })
}

fn moved(sources: &[&Argument], invocation: &Invocation, context: &Context<'_>) -> Objection {
    sources.iter().fold(None, |worst, source| {
        let path = resolved(source, invocation.folder.as_deref());
        let objection = match path.map(|path| context.place.zone(&path)) {
            Some(Zone::Root | Zone::Home | Zone::System) => deny(format!(
                "moving `{}` away breaks what needs it there",
                shown(source)
            )),
            Some(Zone::AroundWorkspace) => ask(format!(
                "moving `{}` takes the workspace away",
                shown(source)
            )),
            _ => None,
        };
        graver(worst, objection)
    })
}

fn target_of(target: &Argument, invocation: &Invocation, context: &Context<'_>) -> Objection {
    let shown = shown(target);
    let (settled, open) = settled(&target.text);
    let unknown = target.text.contains(UNKNOWN);
    let folder = Argument::of(settled);
    let Some(path) = resolved(&folder, invocation.folder.as_deref()) else {
        let relative = !target.text.starts_with('/')
            && !unknown
            && !target.text.starts_with('.')
            && !target.glob
            && invocation.remote;
        return if relative || invocation.contained {
            None
        } else {
            ask(format!(
                "deleting `{shown}` happens in a folder that cannot be known"
            ))
        };
    };
    let zone = context.place.zone(&path);
    let name = path.rsplit('/').next().unwrap_or_default();
    if unknown {
        // Wherever it is, a build makes it again.
        let last = target.text.rsplit('/').next().unwrap_or_default();
        let made_again = target.text.contains('/') && MADE_AGAIN.contains(&last);
        // `${NAME:?}` ends the command where the variable is empty.
        if made_again || is_temporary(&target.raw) || target.raw.contains(":?") {
            return None;
        }
        let below = matches!(zone, Zone::Workspace | Zone::Scratch)
            || zone == Zone::AllScratch && !target.text.ends_with(UNKNOWN);
        return if below && !target.text.starts_with(UNKNOWN) {
            None
        } else {
            ask(format!(
                "what `{shown}` deletes only running it would tell: an empty variable makes it another folder"
            ))
        };
    }
    let pattern =
        open.then(|| target.text[settled.len().min(target.text.len())..].trim_start_matches('/'));
    let whole = pattern.is_none_or(|pattern| pattern.chars().all(|c| "*?.[]!{},/^".contains(c)));
    let path_of_pattern = || normal(&path, pattern.unwrap_or_default());
    if !whole {
        return match zone {
            Zone::Workspace | Zone::AroundWorkspace
                if context.place.zone(&path_of_pattern()) == Zone::Workspace =>
            {
                None
            }
            Zone::Scratch | Zone::AllScratch => None,
            _ if MADE_AGAIN.iter().any(|made| {
                pattern
                    .unwrap_or_default()
                    .split('/')
                    .any(|part| part == *made)
            }) =>
            {
                None
            }
            Zone::Root => deny(format!("deleting `{shown}` breaks the system")),
            _ => ask(format!("deleting `{shown}` reaches outside the workspace")),
        };
    }
    match zone {
        Zone::Root => deny(format!(
            "deleting `{shown}` takes the whole machine with it"
        )),
        Zone::Home => deny(format!("deleting `{shown}` takes a home folder with it")),
        Zone::System => {
            if invocation.remote {
                ask(format!("deleting `{shown}` on another machine"))
            } else {
                deny(format!(
                    "deleting `{shown}` breaks the system or other people's files"
                ))
            }
        }
        Zone::AroundWorkspace => deny(format!("deleting `{shown}` takes the workspace with it")),
        Zone::Workspace if path.ends_with("/.git") || path.contains("/.git/") => deny(format!(
            "deleting `{shown}` throws away the repository's history"
        )),
        Zone::Workspace | Zone::Scratch | Zone::Stream => None,
        Zone::AllScratch => ask(format!(
            "deleting `{shown}` takes everybody's temporary files"
        )),
        Zone::Outside if MADE_AGAIN.contains(&name) && !open => None,
        Zone::Outside if path.contains("/.cache/") && !path.contains("/sinew") => None,
        Zone::Outside => ask(format!("deleting `{shown}` reaches outside the workspace")),
    }
}

/// Whether a word is one variable whose name says that it is a temporary folder: where it is unset, nothing is deleted.
fn is_temporary(raw: &str) -> bool {
    let name = raw
        .trim_matches('"')
        .trim_start_matches(['$', '{'])
        .trim_end_matches('}')
        .to_lowercase();
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && (name.contains("tmp") || name.contains("temp"))
}

/// An argument, for people.
fn shown(argument: &Argument) -> String {
    argument.text.replace(UNKNOWN, "…")
}
