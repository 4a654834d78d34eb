//! Tasks that a project gives a name and a program runs by it: `make release`, `npm run deploy`, `just publish`.
//!
//! What they do stands in a file of the project. Their names say enough to ask. Part of the rule `package-publish`.

use super::only_looks;
use super::phrases::twin;
use crate::analysis::{Invocation, SHELLS};

/// What stands before a task's name on the command line of a program that runs tasks.
enum Before {
    /// Nothing.
    Nothing,
    /// One of these words.
    One(&'static [&'static str]),
    /// One of these words, or nothing.
    Perhaps(&'static [&'static str]),
}

/// `None` where a program runs no tasks.
fn before(program: &str) -> Option<Before> {
    Some(match program {
        "make" | "gmake" | "bmake" | "remake" | "mingw32-make" | "just" | "task" | "go-task"
        | "mage" | "invoke" | "inv" | "fab" | "poe" | "gulp" | "grunt" | "jake" | "rake"
        | "thor" => Before::Nothing,
        "pnpm" | "yarn" | "bun" | "composer" => Before::Perhaps(&["run", "run-script"]),
        "npm" => Before::One(&["run", "run-script"]),
        "pdm" | "rye" | "hatch" | "lein" | "bb" | "mise" | "nx" | "turbo" => Before::One(&["run"]),
        "deno" => Before::One(&["task"]),
        "nox" => Before::One(&["-s", "--session", "--sessions"]),
        "cargo" => Before::One(&["make", "xtask"]),
        _ => return None,
    })
}

/// What divides the parts of a task's name.
const DIVIDERS: [char; 5] = [':', '-', '_', '.', '/'];

/// What the names of tasks begin with that say behind it what is done: `docker-push`.
const WHAT: [&str; 8] = [
    "docker",
    "image",
    "images",
    "container",
    "npm",
    "pypi",
    "helm",
    "chart",
];

/// What is done to a database that is emptied.
const EMPTYING: [&str; 8] = [
    "reset", "drop", "wipe", "fresh", "nuke", "purge", "truncate", "flush",
];

/// How the names of tasks begin that publish, deploy or destroy.
const GRAVE: [&str; 8] = [
    "publish",
    "release",
    "deploy",
    "destroy",
    "unpublish",
    "teardown",
    "undeploy",
    "nuke",
];

/// The same, where a name is no more than this and what, or where.
const SENDING: [&str; 3] = ["ship", "push", "upload"];

/// Where something goes.
const WHERE: [&str; 8] = [
    "prod",
    "production",
    "live",
    "staging",
    "stage",
    "all",
    "latest",
    "aws",
];

/// What else stands in the names of tasks that only try, check or prepare.
const HARMLESS: [&str; 30] = [
    "dry",
    "dryrun",
    "check",
    "test",
    "tests",
    "notes",
    "local",
    "preview",
    "plan",
    "build",
    "dev",
    "help",
    "verify",
    "validate",
    "lint",
    "status",
    "list",
    "changelog",
    "prepare",
    "diff",
    "debug",
    "snapshot",
    "docs",
    "version",
    "pack",
    "binary",
    "bin",
    "log",
    "logs",
    "info",
];

/// Options with which such a program only says what it would do.
const TRIES: [&str; 8] = [
    "-n",
    "--just-print",
    "--recon",
    "--dry",
    "--list",
    "-l",
    "--summary",
    "--snapshot",
];

/// The task that publishes, deploys or destroys by its name.
pub(super) fn publishes(invocation: &Invocation) -> Option<String> {
    named(invocation, is_grave)
}

/// The task that empties a database by its name: `db:reset`, `drop-db`.
pub(super) fn empties(invocation: &Invocation) -> Option<String> {
    named(invocation, |task, _| {
        let mut parts = task.split(DIVIDERS);
        let is_of = |wanted: &[&str]| task.split(DIVIDERS).any(|part| wanted.contains(&part));
        let whole = matches!(task, "dropdb" | "resetdb" | "wipedb" | "nukedb");
        (whole || is_of(&["db", "database"]) && is_of(&EMPTYING))
            && !parts.any(|part| part.starts_with("test"))
    })
}

/// The first task of a kind that an invocation names.
fn named(invocation: &Invocation, kind: impl Fn(&str, bool) -> bool) -> Option<String> {
    let name = twin(&invocation.name);
    let texts = || {
        invocation
            .arguments
            .iter()
            .map(|argument| argument.text.as_str())
    };
    let behind = |words: &[&str]| {
        let mut rest = texts().skip_while(|text| !words.contains(text)).skip(1);
        rest.find(|text| !text.starts_with('-'))
    };
    let first = || texts().find(|text| !text.starts_with('-'));
    let is_script = before(name).is_none();
    let task = match before(name) {
        Some(Before::Nothing) => first(),
        Some(Before::One(words)) => behind(words),
        Some(Before::Perhaps(words)) => behind(words).or_else(first),
        // A script is a task as well.
        None if SHELLS.contains(&name) || matches!(name, "source" | ".") => first().and_then(stem),
        None => stem(&invocation.name),
    };
    // `make` takes several; what stands behind an option may be a folder.
    let makes = name.ends_with("make");
    let more = invocation.arguments.windows(2).filter(|pair| {
        makes
            && !matches!(
                pair[0].text.as_str(),
                "-C" | "-f" | "-I" | "-o" | "-W" | "--directory"
            )
    });
    let more = more.map(|pair| pair[1].text.as_str());
    // It is a command of `pnpm` that copies a package into a folder.
    let copies = name == "pnpm" && !invocation.has(&["run"]);
    task.into_iter()
        .chain(more)
        .find(|task| kind(task, is_script) && !(copies && *task == "deploy"))
        .filter(|_| !only_looks(invocation) && !invocation.has(&TRIES))
        .map(|task| format!("{name} {task}"))
}

/// What a script is called, without its folder and its ending; `None` of what is no script.
fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.')?;
    ["sh", "bash", "py", "js", "mjs", "ts", "rb", "pl"]
        .contains(&ending)
        .then_some(stem)
}

fn is_grave(task: &str, is_script: bool) -> bool {
    let parts: Vec<&str> = task.split(DIVIDERS).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return false;
    };
    let grave = |part: &str| GRAVE.contains(&part) || SENDING.contains(&part);
    // `push_notifications.py` is none: where the word has other meanings, nothing else may stand behind it than what, or where.
    let alone = || {
        parts[1..]
            .iter()
            .all(|part| WHAT.contains(part) || WHERE.contains(part))
    };
    let begins = if is_script {
        grave(first) && alone()
    } else {
        GRAVE.contains(first) || grave(first) && alone()
    };
    (begins || WHAT.contains(first) && grave(last))
        && !parts.iter().any(|part| HARMLESS.contains(part))
}
