//! What is lost when one target is deleted: where it lies, and what its name or pattern covers.

use super::written::{SETTINGS, WRITTEN_BY_HAND, of_settings, of_sources};
use super::{Context, kept};
use crate::analysis::{Argument, Invocation, UNKNOWN};
use crate::finding::{Objection, ask, deny, graver};
use crate::place::{Zone, covers, normal, resolved, settled};

/// Folders that builds and package managers make again.
pub(super) const MADE_AGAIN: &[&str] = &[
    "node_modules",
    "target",
    "dist",
    "build",
    "__pycache__",
    ".cache",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".venv",
    "venv",
    ".next",
    ".nuxt",
    ".turbo",
    ".parcel-cache",
    "coverage",
    ".gradle",
    "out",
    ".tox",
    "_cacache",
    "DerivedData",
    ".terraform",
];

/// Something that is to be deleted.
pub(super) struct Target<'a> {
    argument: &'a Argument,
    invocation: &'a Invocation,
    /// Its text, with the patterns that say what is *not* meant made plain.
    text: String,
    /// Whether only some of what its pattern covers is meant, and nobody knows what.
    sifted: bool,
}

/// Judges deleting a target with all that is in it.
pub(super) fn deleted(target: &Target<'_>, context: &Context<'_>) -> Objection {
    let Target {
        argument,
        invocation,
        text,
        ..
    } = target;
    let shown = target.shown();
    let (settled, open) = settled(text);
    let unknown = text.contains(UNKNOWN);
    let folder = Argument::of(settled);
    if invocation.contained && !invocation.mounted {
        return kept::deleted(text, &shown);
    }
    let Some(path) = resolved(&folder, invocation.folder.as_deref()) else {
        let relative = !text.starts_with('/')
            && !unknown
            && !text.starts_with('.')
            && !argument.glob
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
        return of_unknown(target, zone, context);
    }
    let pattern = open.then(|| behind(settled, text));
    let whole = pattern.is_none_or(is_whole);
    let path_of_pattern = || normal(&path, pattern.unwrap_or_default());
    if let Some(pattern) = pattern
        && !whole
    {
        return of_pattern(target, pattern, &path, context);
    }
    match zone {
        Zone::Root => deny(format!(
            "deleting `{shown}` takes the whole machine with it"
        )),
        Zone::Home if target.sifted => ask(format!(
            "deleting `{shown}` reaches all over the home folder"
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
        Zone::AroundWorkspace if target.sifted => ask(format!(
            "`{shown}` covers every file of the workspace, and which of them are deleted only running it would tell"
        )),
        Zone::AroundWorkspace => deny(format!("deleting `{shown}` takes the workspace with it")),
        Zone::Workspace if is_history(&path) => deny(format!(
            "deleting `{shown}` throws away the repository's history"
        )),
        Zone::Workspace if SETTINGS.contains(&name) => of_settings(&shown),
        Zone::Workspace if WRITTEN_BY_HAND.contains(&below(&path, context)) => ask(format!(
            "`{shown}` is where people write, and what is not committed comes back from nowhere"
        )),
        Zone::Workspace if pattern.is_some() => {
            of_sources(below(&path_of_pattern(), context), &shown)
        }
        Zone::Workspace | Zone::Scratch | Zone::Stream => None,
        Zone::AllScratch if target.sifted => None,
        Zone::AllScratch => ask(format!(
            "deleting `{shown}` takes everybody's temporary files"
        )),
        Zone::Outside if MADE_AGAIN.contains(&name) && !open => None,
        Zone::Outside if path_of_pattern().contains("/.cache/") && !path.contains("/sinew") => None,
        Zone::Outside => ask(format!("deleting `{shown}` reaches outside the workspace")),
    }
}

/// Judges deleting files, and nothing that is in a folder.
pub(super) fn one_by_one(invocation: &Invocation, context: &Context<'_>) -> Objection {
    if invocation.contained && !invocation.mounted {
        return None;
    }
    invocation.operands().fold(None, |worst, argument| {
        let target = Target::of(argument, invocation);
        graver(worst, of_file(&target, context))
    })
}

fn of_file(target: &Target<'_>, context: &Context<'_>) -> Objection {
    let text = target.text.as_str();
    let shown = target.shown();
    let (folder, open) = settled(text);
    let path = resolved(&Argument::of(folder), target.invocation.folder.as_deref())?;
    if target.invocation.remote || text.starts_with(UNKNOWN) {
        return None;
    }
    let zone = context.place.zone(&path);
    let name = path.rsplit('/').next().unwrap_or_default();
    match zone {
        Zone::AroundWorkspace | Zone::Workspace if open => {
            let pattern = behind(folder, text);
            if is_whole(pattern) && path == context.place.workspace {
                return ask(format!(
                    "`{shown}` covers files of the workspace that somebody has written"
                ));
            }
            of_pattern(target, pattern, &path, context)
                .filter(|_| zone == Zone::Workspace || path == context.place.workspace)
        }
        Zone::System | Zone::Root | Zone::Outside => {
            ask(format!("deleting `{shown}` reaches outside the workspace"))
        }
        Zone::Home if path != folder || text.contains('/') => {
            ask(format!("deleting `{shown}` reaches into the home folder"))
        }
        _ if is_history(&path) => ask(format!("deleting `{shown}` damages the repository")),
        Zone::Workspace if SETTINGS.contains(&name) => of_settings(&shown),
        _ => None,
    }
}

/// Judges a target a part of which only running it would tell.
fn of_unknown(target: &Target<'_>, zone: Zone, context: &Context<'_>) -> Objection {
    let text = target.text.as_str();
    // Wherever it is, a build makes it again.
    let last = text.rsplit('/').next().unwrap_or_default();
    let made_again = text.contains('/') && MADE_AGAIN.contains(&last);
    // `${NAME:?}` ends the command where the variable is empty.
    let raw = &target.argument.raw;
    if made_again || is_temporary(raw) || raw.contains(":?") {
        return None;
    }
    let begins = last.split(UNKNOWN).next().unwrap_or_default();
    let named = begins.chars().filter(|c| c.is_alphanumeric()).count() >= 1;
    let pattern = text.replace(UNKNOWN, "*");
    let path = resolved(&Argument::of(pattern), target.invocation.folder.as_deref());
    let below = match zone {
        Zone::Workspace | Zone::Scratch => true,
        Zone::AllScratch => named || !text.ends_with(UNKNOWN),
        Zone::AroundWorkspace => {
            named
                && path.is_some_and(|path| {
                    context.place.is_scratch(&path) && !covers(&path, &context.place.workspace)
                })
        }
        _ => false,
    };
    if below && !text.starts_with(UNKNOWN) {
        return None;
    }
    ask(format!(
        "what `{}` deletes only running it would tell: an empty variable makes it another folder",
        target.shown()
    ))
}

/// Judges a pattern in a folder that says something of what it covers.
fn of_pattern(
    target: &Target<'_>,
    pattern: &str,
    folder: &str,
    context: &Context<'_>,
) -> Objection {
    let place = context.place;
    let shown = target.shown();
    let path = normal(folder, pattern);
    let made_again = pattern.split('/').any(|part| MADE_AGAIN.contains(&part));
    match place.zone(folder) {
        Zone::Root if made_again => ask(format!(
            "deleting `{shown}` reaches into every project on the machine"
        )),
        _ if made_again => None,
        Zone::AroundWorkspace if covers(&path, &place.workspace) && folder != place.workspace => {
            deny(format!("deleting `{shown}` takes the workspace with it"))
        }
        Zone::Workspace | Zone::AroundWorkspace
            if folder == place.workspace || place.zone(&path) == Zone::Workspace =>
        {
            of_sources(below(&path, context), &shown)
        }
        Zone::AroundWorkspace
            if pattern.contains("**") && of_sources(pattern, &shown).is_some() =>
        {
            of_sources(pattern, &shown)
        }
        Zone::AroundWorkspace if place.is_scratch(&path) => None,
        Zone::Scratch | Zone::AllScratch => None,
        Zone::Root => deny(format!("deleting `{shown}` breaks the system")),
        _ => ask(format!("deleting `{shown}` reaches outside the workspace")),
    }
}

/// A path in the workspace, as seen from there.
fn below<'a>(path: &'a str, context: &Context<'_>) -> &'a str {
    path.strip_prefix(&context.place.workspace)
        .unwrap_or_default()
        .trim_start_matches('/')
}

/// Whether a path is the repository's own, and no lock or leftover of something that was interrupted.
pub(super) fn is_history(path: &str) -> bool {
    const LEFT_OVER: [&str; 7] = [
        "gc.log",
        "gc.pid",
        "rebase-merge",
        "rebase-apply",
        "COMMIT_EDITMSG",
        "MERGE_MSG",
        "SQUASH_MSG",
    ];
    let Some((_, inner)) = path.split_once("/.git/") else {
        return path.ends_with("/.git");
    };
    let last = inner.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let loose = matches!(ending, "lock" | "sample")
        || last.ends_with("_HEAD")
        || inner.split('/').any(|part| LEFT_OVER.contains(&part));
    !loose
}

/// The part of a text behind the folder that is settled.
fn behind<'a>(folder: &str, text: &'a str) -> &'a str {
    text.strip_prefix(folder)
        .filter(|rest| folder != "." || rest.starts_with('/'))
        .unwrap_or(text)
        .trim_start_matches('/')
}

/// Whether a pattern says nothing of what it covers.
pub(super) fn is_whole(pattern: &str) -> bool {
    pattern.chars().all(|c| "*?.[]!{},/^".contains(c))
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

// === impl Target ===

impl<'a> Target<'a> {
    pub(super) fn of(argument: &'a Argument, invocation: &'a Invocation) -> Self {
        let (text, negated) = plain(&argument.text);
        Self {
            argument,
            invocation,
            text,
            sifted: argument.sifted || negated,
        }
    }

    /// The target, for people.
    fn shown(&self) -> String {
        self.argument.text.replace(UNKNOWN, "…")
    }
}

/// A pattern with `*` for `!(…)`, which covers everything else, and `?` for `[…]`; and whether there was the former.
fn plain(text: &str) -> (String, bool) {
    let mut plain = String::new();
    let mut negated = false;
    let mut rest = text;
    while let Some(at) = rest.find(['!', '[']) {
        plain.push_str(&rest[..at]);
        let (mark, end) = if rest[at..].starts_with("!(") {
            ('*', ')')
        } else {
            ('?', ']')
        };
        match rest[at..].find(end) {
            Some(length) if mark == '*' || rest[at..].starts_with('[') => {
                negated |= mark == '*';
                plain.push(mark);
                rest = &rest[at + length + 1..];
            }
            _ => {
                plain.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    plain.push_str(rest);
    (plain, negated)
}
