//! `gate-tampering`: changing the gate that judges these calls, or reading what only it may know.

use super::expression::finds;
use super::outside::extracts;
use super::own_command::OwnLine;
use super::{Access, Context, PATTERN_FIRST, Rule, path_of};
use crate::analysis::{Argument, Invocation, UNKNOWN, found};
use crate::finding::{Objection, ask, deny, graver};
use crate::gate::{Own, names_gate};
use crate::place::{Zone, holds, settled};

pub(super) const RULE: Rule = Rule {
    id: "gate-tampering",
    summary: "The gate's own settings, processes, state and tokens, and the client's settings that call it.",
    advice: "These are the person's to change: say what you need changed, and why.",
    invocation: judge,
    file,
};

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

/// Signs of code that ends processes.
const ENDS_PROCESSES: [&str; 5] = ["kill(", "pkill", "killall", ".terminate()", "taskkill"];

/// Variables that name the gate's places where they are set.
const VARIABLES: [(&str, Own); 2] = [
    ("SINEW_STATE", Own::State),
    ("SINEW_CONFIG", Own::Configuration),
];

fn file(path: &str, context: &Context<'_>, access: Access) -> Objection {
    if let Some(own) = context.gate.owns(path) {
        return of_own(own, path, context, access);
    }
    if access == Access::Searches && takes_state(path, context) {
        return ask(format!("the gate's own state lies in `{path}`"));
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
    if access == Access::Writes && (settings || client || path.ends_with("/.claude")) {
        return deny(format!("`{path}` says which calls are judged"));
    }
    None
}

/// Judges what a call does with something of the gate's.
fn of_own(own: Own, path: &str, context: &Context<'_>, access: Access) -> Objection {
    match own {
        Own::State => deny(format!(
            "`{path}` is the gate's own: what it has recorded, and the tokens that open it"
        )),
        Own::Configuration if access == Access::Writes => {
            deny(format!("`{path}` decides what the gate allows"))
        }
        // One that the project brings along is no secret from those who work on it.
        Own::Configuration if context.place.zone(path) == Zone::Workspace => None,
        Own::Configuration => ask(format!("`{path}` decides what the gate allows")),
    }
}

fn judge(invocation: &Invocation, context: &Context<'_>) -> Objection {
    let name = invocation.name.as_str();
    if matches!(name, "echo" | "printf" | "which" | "command" | "type") {
        return redirected(invocation, context);
    }
    if let Some(code) = &invocation.code
        && code.contains("7717")
        && ["Server(", "listen(", "bind("]
            .iter()
            .any(|sign| code.contains(sign))
    {
        return deny("this answers in the gate's place");
    }
    if let Some(line) = OwnLine::of(invocation) {
        return of_own_command(&line, invocation, context);
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
            let by_expression =
                name == "pkill" || name == "killall" && invocation.has(&["-r", "--regexp"]);
            let found = by_expression
                && invocation
                    .operands()
                    .any(|pattern| finds(&pattern.text, "sinew"));
            if !has_option_zero(invocation) && (found || names_gate(&words)) {
                return deny("this ends the gate's process");
            }
        }
        "kill-port" | "fkill" | "killport" | "fkill-cli" | "kill-port-process"
            if names_gate(&invocation.line()) =>
        {
            return deny("this ends the gate's process");
        }
        "renice" | "prlimit" | "gdb" | "lldb" | "strace" | "ptrace" | "taskset" | "chrt"
        | "cpulimit"
            if invocation.line().contains("pid-of-sinew") =>
        {
            return ask("this interferes with the gate's process");
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
            let sends = [
                "-d",
                "--data",
                "--data-raw",
                "--data-binary",
                "--json",
                "-X",
                "--request",
            ];
            let asks = raw.contains("/v1/") || invocation.has(&sends);
            if raw.contains(":7717") && asks || raw.contains("sinew.sock") {
                return ask("this talks to the gate's own interface");
            }
        }
        "claude" if changes_server(invocation) => {
            return deny("this changes how the client reaches the gate's tools");
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
    if let Some(code) = &invocation.code
        && names_gate(code)
        && ENDS_PROCESSES.iter().any(|sign| code.contains(sign))
    {
        return deny("this ends the gate's process");
    }
    if name == "find" && searches_state(invocation) {
        return deny("this searches for the gate's own state, to do something with it");
    }
    let mut worst = redirected(invocation, context);
    let writes = changes_files(invocation);
    let last = invocation.operands().count();
    let copies = matches!(name, "cp" | "rsync" | "scp" | "install" | "ln");
    let into = put_into(invocation);
    let takes_all = takes_all(invocation);
    // The first argument of a search is what it looks for.
    let pattern = PATTERN_FIRST.contains(&name) && !invocation.has(&["-e", "-f", "--files"]);
    for (at, argument) in invocation.operands().enumerate().skip(usize::from(pattern)) {
        let access = if writes && (!copies || at + 1 == last) {
            Access::Writes
        } else {
            Access::Reads
        };
        let taken = takes_all && into != Some(argument);
        worst = graver(
            worst,
            of_argument(argument, access, taken, invocation, context),
        );
        let program = argument.base_name() == "sinew"
            && (argument.text.contains("/bin/") || argument.raw.contains("which sinew"));
        if program && writes {
            worst = graver(worst, ask("this replaces or removes the gate's program"));
        }
    }
    // `--file=PATH`
    let joined = invocation.options().filter_map(|option| {
        let (_, value) = option.text.split_once('=')?;
        Some(Argument {
            text: value.to_owned(),
            ..option.clone()
        })
    });
    joined.fold(worst, |worst, argument| {
        let objection = of_argument(&argument, Access::Reads, takes_all, invocation, context);
        graver(worst, objection)
    })
}

fn of_own_command(line: &OwnLine<'_>, invocation: &Invocation, context: &Context<'_>) -> Objection {
    if let Some(command) = line.reserved() {
        return deny(format!(
            "`sinew {}` changes the gate, acts in its name, or hands out what it has recorded",
            command.replace(UNKNOWN, "…")
        ));
    }
    let written = line.written.iter().fold(None, |worst, target| {
        let objection = of_argument(target, Access::Writes, false, invocation, context);
        graver(worst, objection)
    });
    graver(written, redirected(invocation, context))
}

/// Judges what a program does with the file that an argument may name; `takes_all` says whether it does so
/// with all that is in it.
fn of_argument(
    argument: &Argument,
    access: Access,
    takes_all: bool,
    invocation: &Invocation,
    context: &Context<'_>,
) -> Objection {
    let of_variable = VARIABLES
        .iter()
        .find(|(name, _)| argument.known().is_none() && argument.raw.contains(name));
    if let Some((name, own)) = of_variable {
        return of_own(*own, &format!("${name}"), context, access);
    }
    let access = match access {
        Access::Reads if takes_all => Access::Searches,
        access => access,
    };
    let (folder, open) = settled(&argument.text);
    let piece = folder.rsplit(['=', '@']).next().unwrap_or(folder);
    let pieces = [folder, piece]
        .into_iter()
        .take(if piece == folder { 1 } else { 2 });
    let named = pieces.fold(None, |worst, text| {
        let path = path_of(&Argument::of(text), invocation);
        graver(worst, path.and_then(|path| file(&path, context, access)))
    });
    if named.is_some() {
        return named;
    }
    if open {
        let pattern = path_of(argument, invocation)?;
        let own = context.gate.matched(&pattern)?;
        return match of_own(own, &pattern, context, access)? {
            (_, message) if access == Access::Writes => deny(message),
            // Perhaps it was meant for something else.
            (_, message) => ask(message),
        };
    }
    let path = path_of(argument, invocation)?;
    if access == Access::Writes && takes_all && takes_state(&path, context) {
        return deny(format!("the gate's own state lies in `{path}`"));
    }
    None
}

/// Whether who takes a folder takes the gate's state along. In what the workspace lies in, too, it is not what was meant.
fn takes_state(folder: &str, context: &Context<'_>) -> bool {
    !holds(folder, &context.place.workspace) && context.gate.is_in(folder)
}

/// The folder that a program puts something into, which leaves alone what else is there.
fn put_into(invocation: &Invocation) -> Option<&Argument> {
    match invocation.name.as_str() {
        "rsync"
            if invocation
                .options()
                .any(|option| option.text.starts_with("--delete")) =>
        {
            None
        }
        "cp" | "mv" | "scp" | "rsync" | "install" => invocation
            .value(&["-t", "--target-directory"])
            .or_else(|| invocation.operands().last()),
        "tar" | "bsdtar" | "gtar" if extracts(invocation) => {
            invocation.value(&["-C", "--directory"])
        }
        "7z" | "unzip" => invocation.value(&["-d", "-o"]),
        _ => None,
    }
}

/// Whether a search is for the gate's files wherever they are, and something is done with what it finds.
fn searches_state(find: &Invocation) -> bool {
    let acts = find.has(&["-exec", "-execdir", "-delete", "-ok", "-fprint"]);
    acts && find.arguments.windows(2).any(|pair| {
        matches!(
            pair[0].text.as_str(),
            "-path" | "-wholename" | "-ipath" | "-regex" | "-iregex"
        ) && [
            "sinew/tokens",
            "state/sinew",
            "sinew/journal",
            "sinew/*",
            "sinew/ledger",
            "sinew/sinew.db",
        ]
        .iter()
        .any(|place| pair[1].text.contains(place))
            || matches!(pair[0].text.as_str(), "-name" | "-iname")
                && pair[1].text.starts_with("sinew.db")
    })
}

/// Whether a program does what it does with all that lies in a folder.
fn takes_all(invocation: &Invocation) -> bool {
    let recursive = |letters: &[char]| {
        let letter = |option: &Argument| letters.iter().any(|letter| option.has_letter(*letter));
        let long = |option: &Argument| option.is_long("recursive") || option.is_long("archive");
        invocation
            .options()
            .any(|option| letter(option) || long(option))
    };
    match invocation.name.as_str() {
        "mv" | "rsync" | "tar" | "bsdtar" | "gtar" | "zip" | "7z" | "rg" | "ag" | "ack" => true,
        "rm" | "cp" | "scp" | "grep" | "egrep" | "fgrep" => recursive(&['r', 'R', 'a']),
        "chmod" | "chown" | "chgrp" => recursive(&['R']),
        "find" => {
            invocation.has(&["-exec", "-execdir", "-delete"])
                && found(invocation)
                    .iter()
                    .any(|found| found.text.ends_with("/*"))
        }
        _ => false,
    }
}

fn redirected(invocation: &Invocation, context: &Context<'_>) -> Objection {
    invocation.redirects.iter().fold(None, |worst, redirect| {
        let access = if redirect.writes {
            Access::Writes
        } else {
            Access::Reads
        };
        let objection = of_argument(&redirect.target, access, false, invocation, context);
        graver(worst, objection)
    })
}

fn changes_files(invocation: &Invocation) -> bool {
    match invocation.name.as_str() {
        "rm" | "mv" | "cp" | "tee" | "ln" | "install" | "truncate" | "unlink" | "shred"
        | "chmod" | "chown" | "rsync" | "scp" | "dd" | "touch" | "sponge" | "patch" | "ed"
        | "ex" | "vim" | "vi" | "nvim" | "nano" | "micro" | "emacs" | "code" => true,
        "sed" | "perl" | "ruby" => invocation
            .options()
            .any(|option| option.has_letter('i') || option.is_long("in-place")),
        "git" => invocation.has(&["checkout", "restore", "rm", "mv", "apply"]),
        "jq" | "yq" => invocation.option('i', "inplace"),
        _ => false,
    }
}

/// Whether the client is told to list another MCP server of the gate's name, or none.
fn changes_server(invocation: &Invocation) -> bool {
    let mut words = invocation.operands().map(|word| word.text.as_str());
    words.next() == Some("mcp")
        && matches!(words.next(), Some("add" | "add-json" | "remove"))
        && words.any(|word| word == "sinew")
}

fn has_option_zero(invocation: &Invocation) -> bool {
    invocation.has(&["-0", "-l", "-L"])
}
