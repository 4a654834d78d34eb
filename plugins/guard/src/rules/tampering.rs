//! `gate-tampering`: changing the gate that judges these calls, or reading what only it may know.

use super::{Context, Rule, path_of};
use crate::analysis::Invocation;
use crate::finding::{Objection, ask, deny};
use crate::place::settled;

pub(super) const RULE: Rule = Rule {
    id: "gate-tampering",
    summary: "The gate's own settings, processes, state and tokens, and the client's settings that call it.",
    advice: "These are the person's to change: say what you need changed, and why.",
    invocation: judge,
    file,
};

/// Commands of `sinew` that change nothing and show no secret.
const LOOKS: [&str; 8] = [
    "doctor",
    "explain",
    "effects",
    "help",
    "completions",
    "version",
    "ledger",
    "status",
];

/// Programs whose arguments are looked at as a whole.
const WATCHED: [&str; 17] = [
    "pkill",
    "killall",
    "kill",
    "skill",
    "systemctl",
    "service",
    "launchctl",
    "rc-service",
    "sv",
    "fuser",
    "curl",
    "wget",
    "http",
    "nc",
    "socat",
    "xh",
    "claude",
];

fn file(path: &str, _: &Context<'_>, writes: bool) -> Objection {
    let own = is_own(path);
    if own {
        return ask(format!("`{path}` belongs to the gate"));
    }
    let settings = path.contains("/.claude/")
        && path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("settings") && name.contains(".json"));
    let client = path.ends_with("/.claude.json")
        || path.starts_with("/etc/claude-code")
        || path.ends_with("/.claude/.credentials.json")
        || path.contains("/.claude/hooks/")
        || path.ends_with("/managed-settings.json");
    if writes && (settings || client || path.ends_with("/.claude")) {
        return deny(format!("`{path}` says which calls are judged"));
    }
    None
}

/// Where the gate usually keeps its state and its configuration.
const OWN: [&str; 6] = [
    "/.local/state/sinew",
    "/.config/sinew",
    "/.cache/sinew",
    "/.local/share/sinew",
    "/etc/sinew",
    "/var/lib/sinew",
];

fn is_own(path: &str) -> bool {
    OWN.iter().any(|own| {
        path.find(own).is_some_and(|at| {
            path[at + own.len()..].is_empty() || path[at + own.len()..].starts_with(['/', '.'])
        })
    })
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    if matches!(name, "echo" | "printf" | "which" | "command" | "type") {
        return redirected(invocation, context);
    }
    if name == "sinew" {
        return own_command(invocation);
    }
    let raw = if WATCHED.contains(&name) {
        let raws: Vec<&str> = invocation
            .arguments
            .iter()
            .map(|argument| argument.raw.as_str())
            .collect();
        raws.join(" ")
    } else {
        String::new()
    };
    match name {
        "pkill" | "killall" | "kill" | "skill" => {
            let line = invocation.line();
            let words = format!("{line} {raw} {}", invocation.upstream);
            if !has_option_zero(invocation) && names_gate(&words) {
                return deny("this ends the gate's process");
            }
        }
        "systemctl" | "service" | "launchctl" | "rc-service" | "sv" => {
            let changes = [
                "stop", "disable", "kill", "mask", "restart", "bootout", "unload", "remove",
                "edit", "revert",
            ];
            if invocation
                .arguments
                .iter()
                .any(|argument| changes.contains(&argument.text.as_str()))
                && raw.contains("sinew")
            {
                return deny("this stops the gate");
            }
        }
        "fuser" if raw.contains("7717") && invocation.option('k', "kill") => {
            return deny("this ends the gate's process");
        }
        "curl" | "wget" | "http" | "nc" | "socat" | "xh" => {
            if raw.contains(":7717") && raw.contains("/v1/") || raw.contains("sinew.sock") {
                return ask("this talks to the gate's own interface");
            }
        }
        "claude"
            if raw.contains("disableAllHooks")
                || raw.contains("--settings")
                || raw.contains("--dangerously-skip-permissions") =>
        {
            return ask("this starts an agent that the gate may not see");
        }
        _ => {}
    }
    let mut worst = redirected(invocation, context);
    let writes = changes_files(invocation);
    let last = invocation.operands().count();
    for (at, argument) in invocation.operands().enumerate() {
        let (folder, _) = settled(&argument.text);
        let piece = folder.rsplit(['=', '@']).next().unwrap_or(folder);
        for text in [folder, piece] {
            let Some(path) = path_of(&crate::analysis::Argument::of(text), invocation) else {
                continue;
            };
            let copies = matches!(name, "cp" | "rsync" | "scp" | "install" | "ln");
            let objection = file(&path, context, writes && (!copies || at + 1 == last));
            let objection = match objection {
                Some((_, message)) if name == "rm" => deny(message),
                objection => objection,
            };
            worst = crate::finding::graver(worst, objection);
        }
        let program = argument.base_name() == "sinew"
            && (argument.text.contains("/bin/") || argument.raw.contains("which sinew"));
        if program && writes {
            worst =
                crate::finding::graver(worst, ask("this replaces or removes the gate's program"));
        }
    }
    worst
}

fn redirected(invocation: &Invocation, context: &Context<'_>) -> Objection {
    invocation.redirects.iter().fold(None, |worst, redirect| {
        let path = path_of(&redirect.target, invocation);
        let objection = path.and_then(|path| file(&path, context, redirect.writes));
        crate::finding::graver(worst, objection)
    })
}

fn changes_files(invocation: &Invocation) -> bool {
    match invocation.name.as_str() {
        "rm" | "mv" | "cp" | "tee" | "ln" | "install" | "truncate" | "unlink" | "shred"
        | "chmod" | "chown" | "rsync" | "scp" | "dd" | "touch" | "sponge" | "patch" | "ed"
        | "vim" | "vi" | "nano" | "code" => true,
        "sed" | "perl" | "ruby" => invocation
            .options()
            .any(|option| option.has_letter('i') || option.is_long("in-place")),
        "git" => invocation.has(&["checkout", "restore", "rm", "mv", "apply"]),
        "jq" | "yq" => invocation.option('i', "inplace"),
        _ => false,
    }
}

fn own_command(invocation: &Invocation) -> Objection {
    if invocation.has(&["--help", "-h", "--version", "-V", "--dry-run"]) {
        return None;
    }
    let words = invocation.words();
    let looks = match words.as_slice() {
        [] => true,
        ["ledger", command, ..] => !matches!(*command, "erase" | "prune" | "drop" | "export"),
        ["plugin", command, ..] => matches!(
            *command,
            "list" | "inspect" | "check" | "build" | "new" | "test" | "diff"
        ),
        [command, ..] => {
            LOOKS.contains(command)
                || *command == "call"
                || *command == "replay"
                || *command == "plan"
        }
    };
    if looks {
        None
    } else {
        deny(format!("`sinew {}` changes the gate", words.join(" ")))
    }
}

fn has_option_zero(invocation: &Invocation) -> bool {
    invocation.has(&["-0", "-l", "-L"])
}

fn names_gate(text: &str) -> bool {
    text.contains("sinew") || text.contains("7717")
}
