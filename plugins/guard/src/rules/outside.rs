//! `outside-workspace`: changing files that are not the workspace's.

use super::own_command::OwnLine;
use super::push::Git;
use super::{Access, Context, Rule};
use crate::analysis::{Argument, Invocation};
use crate::finding::{Objection, ask};
use crate::place::{Zone, in_scratch, resolved, settled};

pub(super) const RULE: Rule = Rule {
    id: "outside-workspace",
    summary: "Writing files outside the workspace, the repository's own hooks, and a person's configuration.",
    advice: "Write in the workspace or in a temporary folder, or ask the person to do it.",
    invocation: judge,
    file,
};

/// Folders for hooks that projects bring along, and none.
const OWN_HOOKS: [&str; 7] = [
    ".husky",
    ".husky/_",
    ".githooks",
    ".git/hooks",
    ".git-hooks",
    "/dev/null",
    "",
];

fn file(path: &str, context: &Context<'_>, access: Access) -> Objection {
    if access != Access::Writes {
        return None;
    }
    match context.place.zone(path) {
        Zone::Workspace if path.ends_with(".sample") => None,
        Zone::Workspace if path.contains("/.git/hooks/") || path.ends_with("/.git/config") => {
            ask(format!("`{path}` runs by itself when git is used"))
        }
        Zone::Workspace | Zone::Scratch | Zone::AllScratch | Zone::Stream => None,
        // What is put into a folder takes nothing from what else lies in it.
        Zone::AroundWorkspace if path == context.place.workspace || in_scratch(path) => None,
        _ if path.starts_with("/dev/")
            || path.contains("/.claude/plans/")
            || path.contains("/.claude/todos/") =>
        {
            None
        }
        _ => ask(format!("`{path}` lies outside the workspace")),
    }
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    if invocation.contained || invocation.remote {
        return None;
    }
    for redirect in invocation
        .redirects
        .iter()
        .filter(|redirect| redirect.writes)
    {
        if let Some(objection) = target(&redirect.target, invocation, context) {
            return Some(objection);
        }
    }
    if let Some(git) = Git::of(invocation) {
        let reads = git.rest.iter().any(|argument| {
            argument.text.starts_with("--get") || matches!(argument.text.as_str(), "--list" | "-l")
        });
        let wide = git
            .rest
            .iter()
            .any(|argument| matches!(argument.text.as_str(), "--global" | "--system"));
        let hooks = git
            .rest
            .iter()
            .skip_while(|argument| argument.text.to_lowercase() != "core.hookspath")
            .nth(1)
            .is_some_and(|folder| !OWN_HOOKS.contains(&folder.text.trim_end_matches('/')));
        let hooks_once = invocation.arguments.iter().find_map(|argument| {
            let (key, folder) = argument.text.split_once('=')?;
            (key.to_lowercase() == "core.hookspath" && !OWN_HOOKS.contains(&folder))
                .then_some(folder)
        });
        if let Some(folder) = hooks_once {
            return ask(format!("whatever lies in `{folder}` would run as a hook"));
        }
        let sets = git
            .rest
            .iter()
            .filter(|argument| !argument.is_option())
            .count()
            > 1
            || git.rest.iter().any(|argument| {
                argument.text.starts_with("--unset")
                    || argument.text == "--edit"
                    || argument.text.starts_with("--add")
                    || argument.text.starts_with("--replace")
            });
        return if git.command == "config" && !reads && sets && (wide || hooks) {
            ask("this changes how git works for the person")
        } else {
            None
        };
    }
    if invocation.name == "systemctl"
        && invocation
            .words()
            .first()
            .is_some_and(|verb| matches!(*verb, "enable" | "link" | "edit"))
    {
        return ask("this changes what starts by itself");
    }
    written(invocation)
        .into_iter()
        .find_map(|argument| target(&argument, invocation, context))
}

fn target(argument: &Argument, invocation: &Invocation, context: &Context<'_>) -> Objection {
    let (folder, open) = settled(&argument.text);
    let path = resolved(&Argument::of(folder), invocation.folder.as_deref())?;
    if open && argument.known().is_none() && argument.text.starts_with(crate::analysis::UNKNOWN) {
        // Where that is only running it would tell; most often it is a file of one's own.
        return None;
    }
    file(&path, context, Access::Writes)
}

/// What a program writes to.
fn written(invocation: &Invocation) -> Vec<Argument> {
    let operands: Vec<Argument> = invocation.operands().cloned().collect();
    let last = || {
        operands
            .last()
            .filter(|_| operands.len() > 1)
            .cloned()
            .into_iter()
            .collect::<Vec<_>>()
    };
    let value = |names: &[&str]| {
        let joined = invocation.arguments.iter().find_map(|argument| {
            names
                .iter()
                .filter(|name| name.starts_with("--"))
                .find_map(|name| {
                    argument
                        .text
                        .strip_prefix(&format!("{name}="))
                        .map(Argument::of)
                })
        });
        invocation.value(names).cloned().or(joined)
    };
    match invocation.name.as_str() {
        "sinew" => OwnLine::of(invocation).map_or_else(Vec::new, |line| line.written),
        "tee" | "sponge" => operands,
        "cp" | "mv" | "install" | "ln" | "ditto" => {
            if invocation.name == "install" && invocation.has(&["-d"]) {
                return operands;
            }
            match value(&["-t", "--target-directory"]) {
                Some(target) => vec![target],
                None => last(),
            }
        }
        "rsync" | "scp" => last()
            .into_iter()
            .filter(|target| !target.text.contains(':'))
            .collect(),
        "sed" | "gsed" | "perl" | "ruby"
            if invocation.options().any(|option| {
                option.has_letter('i') && !option.text.contains("ni") || option.is_long("in-place")
            }) =>
        {
            let script = invocation
                .value(&["-e", "--expression", "-f", "-pe", "-pie", "-ne"])
                .is_some();
            let skip = usize::from(
                !script || invocation.name == "sed" && invocation.value(&["-e"]).is_none(),
            );
            operands
                .into_iter()
                .skip(skip)
                .filter(|argument| !argument.text.contains(' '))
                .collect()
        }
        "dd" => invocation
            .arguments
            .iter()
            .filter_map(|argument| argument.text.strip_prefix("of="))
            .map(Argument::of)
            .collect(),
        "tar" | "bsdtar" | "gtar" => {
            if !extracts(invocation) {
                return Vec::new();
            }
            let folder = value(&["-C", "--directory"]);
            vec![folder.unwrap_or_else(|| Argument::of("."))]
        }
        "unzip" if invocation.has(&["-l", "-t", "-p", "-v", "-z", "-Z"]) => Vec::new(),
        "unzip" => {
            let folder = invocation.value(&["-d"]).cloned();
            vec![folder.unwrap_or_else(|| Argument::of("."))]
        }
        "patch" => value(&["-d", "--directory"]).into_iter().collect(),
        "7z" => invocation.value(&["-d"]).cloned().into_iter().collect(),
        "touch" | "truncate" => operands,
        "curl" => {
            let clustered = || {
                let at = invocation.arguments.iter().position(|argument| {
                    argument.has_letter('o') && argument.text.ends_with('o')
                })?;
                invocation.arguments.get(at + 1).cloned()
            };
            value(&["-o", "--output"])
                .or_else(clustered)
                .into_iter()
                .collect()
        }
        "wget" => value(&["-O", "--output-document"])
            .filter(|target| target.text != "-")
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether `tar` puts files into a folder.
pub(super) fn extracts(tar: &Invocation) -> bool {
    let bundled = tar
        .arguments
        .first()
        .is_some_and(|first| !first.text.starts_with("--") && first.text.contains('x'));
    bundled || tar.option('x', "extract") || tar.option('x', "get")
}
