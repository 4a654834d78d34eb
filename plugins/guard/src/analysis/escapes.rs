//! Ways out to the shell that programs with a language of their own have: `\!` of psql, `.shell` of sqlite3, `e` of sed.

use super::script::Analysis;
use super::state::State;
use super::{Input, Invocation};

/// Programs, and what a command follows at the beginning of a line or an argument.
const AT_START: &[(&[&str], &[&str])] = &[
    (&["psql", "pgcli"], &["\\!"]),
    (&["mysql", "mariadb", "mycli"], &["\\!", "system "]),
    (&["sqlite3", "duckdb", "litecli"], &[".shell ", ".system "]),
    (&["gdb", "lldb"], &["shell ", "!", "platform shell "]),
    (&["ed", "red", "less", "more", "most", "ipython"], &["!"]),
    (
        &["ftp", "sftp", "lftp", "smbclient", "mail", "mutt"],
        &["!"],
    ),
    (&["make", "gmake"], &["\t"]),
];

/// Programs, and what a command follows wherever it stands.
const ANYWHERE: &[(&[&str], &[&str])] = &[
    (&["vim", "vi", "nvim", "ex", "view"], &["!"]),
    (
        &["expect", "tclsh", "wish"],
        &["spawn ", "exec ", "system "],
    ),
];

/// Options whose value is a program with its arguments.
const OPTIONS: &[(&[&str], &[&str])] = &[
    (
        &["tar", "gtar", "bsdtar"],
        &[
            "--to-command",
            "-I",
            "--use-compress-program",
            "--rsh-command",
            "-F",
            "--info-script",
            "--new-volume-script",
        ],
    ),
    (&["rsync"], &["-e", "--rsh"]),
    (&["man"], &["-P", "--pager"]),
    (&["split"], &["--filter"]),
    (&["sort"], &["--compress-program"]),
];

impl Analysis<'_> {
    /// Runs what a program is told to hand to the shell.
    pub(super) fn escapes(&mut self, invocation: &Invocation, state: &State) {
        for text in escaping(invocation) {
            self.text(&text, state);
        }
    }
}

fn escaping(invocation: &Invocation) -> Vec<String> {
    let name = invocation.name.as_str();
    let mut scripts = Vec::new();
    let for_program = |(names, _): &&(&[&str], &[&str])| names.contains(&name);
    let at_start = AT_START.iter().find(for_program);
    let anywhere = ANYWHERE.iter().find(for_program);
    if at_start.is_some() || anywhere.is_some() {
        let arguments = invocation
            .arguments
            .iter()
            .map(|argument| argument.text.as_str());
        let input = match &invocation.input {
            Input::Text(text) => text.as_str(),
            _ => "",
        };
        for line in arguments.chain([input]).flat_map(str::lines) {
            if let Some((_, marks)) = at_start {
                let value = line.split_once('=').filter(|_| line.starts_with("--"));
                let command = value
                    .map_or(line, |(_, value)| value)
                    .trim_start_matches(['+', ':', ' ']);
                scripts.extend(marks.iter().filter_map(|mark| command.strip_prefix(mark)));
            }
            if let Some((_, marks)) = anywhere {
                scripts.extend(
                    marks
                        .iter()
                        .filter_map(|mark| Some(line.split_once(mark)?.1)),
                );
            }
        }
    }
    let braced = matches!(name, "expect" | "tclsh" | "wish");
    let mut scripts: Vec<String> = scripts
        .into_iter()
        .map(|script| {
            if braced {
                unbraced(script)
            } else {
                script.to_owned()
            }
        })
        .collect();
    if let Some((_, options)) = OPTIONS.iter().find(for_program) {
        scripts.extend(invocation.joined_value(options));
    }
    match name {
        "tar" | "gtar" | "bsdtar" => scripts.extend(behind(invocation, &["exec="])),
        "ssh" | "scp" | "sftp" | "rsync" | "mosh" | "autossh" => scripts.extend(behind(
            invocation,
            &["ProxyCommand=", "LocalCommand=", "KnownHostsCommand="],
        )),
        "sed" | "gsed" => scripts.extend(
            invocation
                .operands()
                .filter_map(|operand| of_sed(&operand.text)),
        ),
        _ => {}
    }
    scripts
}

/// What follows one of the marks in an argument.
fn behind(invocation: &Invocation, marks: &[&str]) -> Vec<String> {
    let arguments = invocation.arguments.iter();
    arguments
        .filter_map(|argument| {
            marks
                .iter()
                .find_map(|mark| Some(argument.text.split_once(mark)?.1.to_owned()))
        })
        .collect()
}

/// The command of `1e COMMAND` and of `s/…/COMMAND/e`.
fn of_sed(script: &str) -> Option<String> {
    let behind_address = script
        .strip_prefix('/')
        .and_then(|expression| Some(expression.split_once('/')?.1))
        .unwrap_or(script)
        .trim_start_matches(|c: char| c.is_ascii_digit() || "$,;{ ".contains(c));
    if let Some(command) = behind_address.strip_prefix("e ") {
        return Some(command.to_owned());
    }
    let script = script.strip_suffix('e')?;
    let separator = script
        .strip_prefix('s')?
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric())?;
    script
        .strip_suffix(separator)?
        .rsplit(separator)
        .next()
        .map(str::to_owned)
}

/// Tcl quotes with braces, the shell with apostrophes: `sh -c {rm x}`.
fn unbraced(script: &str) -> String {
    let (Some(from), Some(to)) = (script.find('{'), script.rfind('}')) else {
        return script.to_owned();
    };
    if from > to {
        return script.to_owned();
    }
    let quoted = script[from + 1..to].replace('\'', "'\\''");
    format!("{}'{quoted}'{}", &script[..from], &script[to + 1..])
}
