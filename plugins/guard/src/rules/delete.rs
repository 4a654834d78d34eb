//! `destructive-delete`: recursive deletes of what is not the agent's to delete.
//!
//! Denied: the root, home and system folders, the workspace itself and what it lies in. Asked: everything else outside the
//! workspace, the repository's own folder, and what cannot be read off the command. Everything below the workspace, and
//! folders that tools make and make again, may go.

use super::Context;
use crate::finding::Finding;
use crate::place::Place;
use crate::shell::{Invocation, Word};

const RULE: &str = "destructive-delete";

/// Folders that builds make: deleting them costs time, and nothing else.
const MADE_AGAIN: [&str; 17] = [
    "target",
    "node_modules",
    "dist",
    "build",
    "out",
    ".next",
    ".nuxt",
    ".cache",
    ".turbo",
    "coverage",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".venv",
    "venv",
    ".gradle",
];

/// First segments of paths that belong to the machine.
const SYSTEM: [&str; 22] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
];

/// Folders whose contents nobody misses.
const SCRATCH: [&str; 4] = ["/tmp", "/var/tmp", "/private/tmp", "/dev/shm"];

/// Tests of `find` that pick out certain files.
const FILTERS: [&str; 9] = [
    "-name", "-iname", "-path", "-regex", "-empty", "-mtime", "-mmin", "-newer", "-size",
];

enum Verdict {
    Fine,
    Ask(&'static str),
    Deny(&'static str),
}

pub(super) fn judge(invocation: &Invocation, context: &Context<'_>) -> Option<Finding> {
    match invocation.name.as_str() {
        "rm" => judge_rm(invocation, context.place),
        "find" => judge_find(invocation, context.place),
        _ => None,
    }
}

fn judge_rm(invocation: &Invocation, place: &Place) -> Option<Finding> {
    let mut recursive = false;
    let mut no_preserve = false;
    let mut targets = Vec::new();
    let mut only_targets = false;
    for word in &invocation.arguments {
        if only_targets || !word.is_option() {
            targets.push(word);
        } else if word.text == "--" {
            only_targets = true;
        } else {
            recursive |= word.text == "--recursive" || word.has_letter('r') || word.has_letter('R');
            no_preserve |= word.text == "--no-preserve-root";
        }
    }
    if no_preserve {
        return Some(Finding::deny(
            RULE,
            "`--no-preserve-root` has no use but deleting the whole machine. Name the folder you mean.",
        ));
    }
    if !recursive {
        return None;
    }
    if invocation.open_ended {
        let why = "deletes recursively what another command lists, which cannot be judged. Name the folders, or delete file by file.";
        return Some(Finding::ask(RULE, format!("`rm` {why}")));
    }
    worst(
        targets
            .into_iter()
            .map(|word| (word, judge_target(word, place))),
    )
}

fn judge_find(invocation: &Invocation, place: &Place) -> Option<Finding> {
    let has = |option: &str| invocation.arguments.iter().any(|word| word.text == option);
    let removes = has("-delete")
        || invocation
            .arguments
            .iter()
            .any(|word| word.base_name() == "rm" || word.base_name() == "shred");
    if !removes {
        return None;
    }
    let filtered = FILTERS.iter().any(|filter| has(filter));
    let starts: Vec<_> = invocation
        .arguments
        .iter()
        .take_while(|word| !word.is_option())
        .collect();
    let here = Word::literal(".");
    let starts = if starts.is_empty() {
        vec![&here]
    } else {
        starts
    };
    worst(starts.into_iter().map(|word| {
        let inside = place.path(word).is_some_and(|path| place.is_inside(&path));
        let verdict = match (filtered, inside) {
            (false, _) => judge_target(word, place),
            (true, true) => Verdict::Fine,
            (true, false) => Verdict::Ask("reaches outside the workspace"),
        };
        (word, verdict)
    }))
}

/// The most severe verdict, as a finding that names its target.
fn worst<'a>(verdicts: impl Iterator<Item = (&'a Word, Verdict)>) -> Option<Finding> {
    let mut asked = None;
    for (word, verdict) in verdicts {
        let shown = &word.text;
        match verdict {
            Verdict::Fine => {}
            Verdict::Deny(why) => {
                let message = format!(
                    "deleting `{shown}` recursively {why}. Delete only what you made, by its name."
                );
                return Some(Finding::deny(RULE, message));
            }
            Verdict::Ask(why) => {
                asked.get_or_insert_with(|| {
                    Finding::ask(RULE, format!("deleting `{shown}` recursively {why}."))
                });
            }
        }
    }
    asked
}

fn judge_target(word: &Word, place: &Place) -> Verdict {
    if word.expands {
        return Verdict::Ask(
            "depends on something that only running it would tell: an empty variable makes it another folder",
        );
    }
    let (folder, pattern) = split(word);
    let Some(path) = place.path(&folder) else {
        return Verdict::Ask("happens in a folder that cannot be known");
    };
    let Some(pattern) = pattern else {
        return judge_path(&path, place);
    };
    let wide = pattern.chars().all(|c| "*?.[]!{},/".contains(c));
    if wide || path == "/" || place.is_home(&path) {
        // Everything in a folder is the folder; below the workspace, standing in it is no harm.
        if place.is_below_workspace(&path) {
            judge_inside(&path)
        } else {
            judge_path(&path, place)
        }
    } else if place.is_inside(&path) || is_scratch(&path) {
        Verdict::Fine
    } else {
        Verdict::Ask("reaches outside the workspace")
    }
}

/// Splits `build/*.o` into the folder before its first pattern, and the rest.
fn split(word: &Word) -> (Word, Option<String>) {
    if !word.glob {
        return (word.clone(), None);
    }
    let first = word
        .text
        .find(['*', '?', '[', '{'])
        .unwrap_or(word.text.len());
    let cut = word.text[..first].rfind('/');
    let (folder, rest) = match cut {
        Some(0) => ("/", &word.text[1..]),
        Some(cut) => (&word.text[..cut], &word.text[cut + 1..]),
        None => (".", word.text.as_str()),
    };
    (
        Word {
            text: folder.to_owned(),
            glob: false,
            ..word.clone()
        },
        Some(rest.to_owned()),
    )
}

fn judge_path(path: &str, place: &Place) -> Verdict {
    let name = path.rsplit('/').next().unwrap_or_default();
    let segments = path
        .trim_start_matches('/')
        .split('/')
        .filter(|segment| !segment.is_empty())
        .count();
    let first = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if path == "/" {
        Verdict::Deny("takes the whole machine with it")
    } else if place.is_home(path) {
        Verdict::Deny("takes the home folder with it")
    } else if place.is_under_us(path) {
        Verdict::Deny("takes the workspace or the current folder with it")
    } else if place.is_inside(path) {
        judge_inside(path)
    } else if is_scratch(path) || MADE_AGAIN.contains(&name) {
        Verdict::Fine
    } else if SCRATCH.contains(&path) {
        Verdict::Ask("takes everybody's temporary files")
    } else if SYSTEM.contains(&first) && segments <= 2 {
        Verdict::Deny("breaks the system or another user's files")
    } else {
        Verdict::Ask("reaches outside the workspace")
    }
}

fn judge_inside(path: &str) -> Verdict {
    if path.ends_with("/.git") || path.contains("/.git/") {
        Verdict::Ask("throws away the repository's history")
    } else {
        Verdict::Fine
    }
}

fn is_scratch(path: &str) -> bool {
    SCRATCH.iter().any(|scratch| {
        path.strip_prefix(scratch)
            .is_some_and(|rest| rest.starts_with('/'))
    })
}
