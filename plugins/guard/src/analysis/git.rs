//! Git: the commands that it is told to run, by subcommands, by settings and by addresses.

use super::launch::joined;
use super::script::Analysis;
use super::state::State;
use super::{Argument, Invocation};

/// The ends of the names of settings whose value git runs.
const RUN: &[&str] = &[
    "pager",
    "editor",
    "sshcommand",
    "askpass",
    "fsmonitor",
    "helper",
    "textconv",
    "external",
    "gitproxy",
    ".cmd",
    ".clean",
    ".smudge",
    ".program",
];

/// Options whose value git runs, whatever the subcommand is.
const SCRIPT_OPTIONS: &[&str] = &[
    "-x",
    "--exec",
    "--extcmd",
    "--upload-pack",
    "--receive-pack",
    "--tree-filter",
    "--index-filter",
    "--msg-filter",
    "--env-filter",
    "--commit-filter",
    "--tag-name-filter",
    "--setup",
    "--smtp-server",
];

impl Analysis<'_> {
    /// Runs what a call of git runs.
    pub(super) fn git(&mut self, git: &Invocation, state: &State) {
        if git.name != "git" {
            return;
        }
        let arguments = &git.arguments;
        for text in scripts(git) {
            self.text(&text, state);
        }
        let behind = |word: &str| {
            let at = arguments
                .iter()
                .position(|argument| argument.text == word)?;
            let rest = arguments.get(at + 1..)?;
            let own = rest
                .iter()
                .take_while(|argument| argument.is_option())
                .count();
            Some(&rest[own..])
        };
        if git.has(&["bisect"])
            && let Some(command) = behind("run")
        {
            let template = git.template();
            let mut inner = state.within();
            self.run(command, template, &mut inner);
        }
        if git.has(&["for-each-repo"])
            && let Some(at) = arguments
                .iter()
                .position(|argument| argument.text == "for-each-repo")
        {
            let command: Vec<Argument> = arguments[at + 1..]
                .iter()
                .skip_while(|argument| argument.is_option())
                .cloned()
                .collect();
            self.text(&format!("git {}", joined(&command)), state);
        }
        if git.has(&["submodule"])
            && let Some(command) = behind("foreach")
        {
            self.text(&joined(command), state);
        }
    }
}

fn scripts(git: &Invocation) -> Vec<String> {
    let mut scripts: Vec<String> = git.arguments.iter().filter_map(of_argument).collect();
    scripts.extend(configured(git));
    for option in SCRIPT_OPTIONS {
        let script = git.joined_value(&[option]);
        // `git clean -x FOLDER`, `git fetch --upload-pack PROGRAM`.
        scripts.extend(script.filter(|script| script.contains(' ')));
    }
    scripts
}

/// What a setting (`-c alias.x=!…`), an address (`ext::…`) or a pager (`-O…`) in one argument makes git run.
fn of_argument(argument: &Argument) -> Option<String> {
    let text = argument.text.as_str();
    if let Some(address) = text.strip_prefix("ext::") {
        // A blank within a word is `% `.
        let words = address.replace("% ", "\u{1}");
        let words = words
            .split(' ')
            .map(|word| match word.replace('\u{1}', " ") {
                word if word.contains(' ') => format!("'{word}'"),
                word => word,
            });
        return Some(words.collect::<Vec<_>>().join(" "));
    }
    if let Some(pager) = text
        .strip_prefix("-O")
        .or_else(|| text.strip_prefix("--open-files-in-pager="))
    {
        return pager.contains(' ').then(|| pager.to_owned());
    }
    let (key, value) = text.split_once('=')?;
    of_setting(key.trim_start_matches("--config-env="), value)
}

/// What `git config NAME TEXT` will make git run.
fn configured(git: &Invocation) -> Option<String> {
    let mut words = git.words().into_iter();
    words.find(|word| *word == "config")?;
    let key = words.find(|word| word.contains('.'))?;
    of_setting(key, words.next()?)
}

fn of_setting(key: &str, value: &str) -> Option<String> {
    let key = key.to_lowercase();
    if !key.contains('.') {
        return None;
    }
    match value.strip_prefix('!') {
        Some(script) => Some(script.to_owned()),
        None if key.starts_with("alias.") => Some(format!("git {value}")),
        None => RUN
            .iter()
            .any(|end| key.ends_with(end))
            .then(|| value.to_owned()),
    }
}
