//! Files that a command fetches or writes, and runs later on.

use super::script::Analysis;
use super::shells::SHELLS;
use super::state::State;
use super::{Argument, Input, Invocation, code};
use crate::place::holds;

/// A program that fetches files.
struct Fetcher {
    name: &'static str,
    /// Options that name the file.
    names: &'static [&'static str],
    /// Options that name the folder of the file.
    folders: &'static [&'static str],
    /// Options without which the file is written to the output; empty where it never is.
    keeps: &'static [&'static str],
}

const FETCHERS: &[Fetcher] = &[
    Fetcher {
        name: "curl",
        names: &["-o", "--output"],
        folders: &["--output-dir"],
        keeps: &["-O", "--remote-name", "--remote-name-all"],
    },
    Fetcher {
        name: "wget",
        names: &["-O", "--output-document"],
        folders: &["-P", "--directory-prefix"],
        keeps: &[],
    },
    Fetcher {
        name: "wget2",
        names: &["-O", "--output-document"],
        folders: &["-P", "--directory-prefix"],
        keeps: &[],
    },
    Fetcher {
        name: "aria2c",
        names: &["-o", "--out"],
        folders: &["-d", "--dir"],
        keeps: &[],
    },
    Fetcher {
        name: "axel",
        names: &["-o", "--output"],
        folders: &[],
        keeps: &[],
    },
    Fetcher {
        name: "http",
        names: &["-o", "--output"],
        folders: &[],
        keeps: &["-d", "--download"],
    },
    Fetcher {
        name: "xh",
        names: &["-o", "--output"],
        folders: &[],
        keeps: &["-d", "--download"],
    },
];

impl Analysis<'_> {
    /// Notes files that are fetched, and programs that are such files.
    pub(super) fn follow_files(&mut self, invocation: &mut Invocation, state: &mut State) {
        self.follow_environment(invocation, state);
        self.follow_archive(invocation, state);
        match invocation.name.as_str() {
            "make" | "gmake" if state.depth < 6 => {
                let files = ["Makefile", "makefile", "GNUmakefile"];
                let mut paths = files
                    .iter()
                    .filter_map(|file| state.path(&Argument::of(*file)));
                let text = paths.find_map(|path| self.written.get(&path).cloned());
                if let Some(text) = text {
                    self.text(&recipes(&text), state);
                }
            }
            name if fetcher(name).is_some() => {
                let fetched = fetched(invocation, state);
                self.fetched.extend(fetched);
            }
            "tee" => {
                if let Input::Text(text) = &invocation.input {
                    for path in invocation.operands().filter_map(|file| state.path(file)) {
                        self.written.insert(path, text.clone());
                    }
                }
            }
            "git" => {
                // What is checked out from here on.
                let words = invocation.words();
                if let ["clone", address, folder @ ..] = words.as_slice() {
                    let named = address.trim_end_matches('/').trim_end_matches(".git");
                    let named = named.rsplit(['/', ':']).next().unwrap_or_default();
                    let folder = folder.first().copied().unwrap_or(named);
                    self.cloned.extend(state.path(&Argument::of(folder)));
                }
                let creates = invocation.has(&["-b", "-B", "-c", "-C", "--create", "--orphan"]);
                if let ["checkout" | "switch", branch, rest @ ..] = words.as_slice()
                    && !invocation.has(&["--"])
                    && (rest.is_empty() || creates)
                {
                    state.branch = Some((*branch).to_owned());
                }
            }
            _ => {}
        }
        let sourced = matches!(invocation.name.as_str(), "source" | ".");
        let operand = invocation.operands().next().filter(|_| {
            sourced
                || SHELLS.contains(&invocation.name.as_str())
                || code::is_interpreter(&invocation.name)
        });
        let script = operand.filter(|_| !code::is_interpreter(&invocation.name));
        let script =
            script.or(Some(&invocation.program).filter(|program| program.text.contains('/')));
        let text = script.and_then(|script| self.written.get(&state.path(script)?).cloned());
        if let Some(text) = text
            && !code::is_foreign(&text)
            && state.depth < 6
        {
            self.text(&text, state);
        }
        let files = operand
            .into_iter()
            .chain([&invocation.program])
            .filter(|file| file.text.contains('/') || operand.is_some());
        let is_script = SHELLS.contains(&invocation.name.as_str()) || sourced;
        let is_cloned = |path: &str| {
            let mut folders = self.cloned.iter();
            (is_script || path.rsplit('.').next() == Some("sh"))
                && folders.any(|folder| holds(folder, path))
        };
        let fetched = files
            .filter_map(|file| state.path(file))
            .find(|path| self.fetched.contains(path) || is_cloned(path));
        if let Some(path) = fetched {
            invocation.runs_unseen = Some(path);
        }
    }

    /// Notes the folder that what was fetched is unpacked in. The workspace is none: it holds what was there before.
    fn follow_archive(&mut self, invocation: &Invocation, state: &State) {
        let options: &[&str] = match invocation.name.as_str() {
            "tar" | "bsdtar" | "gtar" => &["-C", "--directory"],
            "unzip" => &["-d"],
            _ => return,
        };
        let is_fetched = |argument: &Argument| {
            let path = state.path(argument);
            path.is_some_and(|path| self.fetched.contains(&path))
        };
        let fetches = |command: &str| {
            let name = command.split_whitespace().next().unwrap_or_default();
            fetcher(name).is_some()
        };
        if !invocation.arguments.iter().any(is_fetched)
            && !invocation.upstream.split('|').any(fetches)
        {
            return;
        }
        let folder = match invocation.value(options) {
            Some(folder) => state.path(folder),
            None => state.folder.clone(),
        };
        let folder = folder.filter(|folder| **folder != *state.workspace);
        self.cloned.extend(folder);
    }

    /// Notes files that hold the environment, and has what is given such a file be fed the environment.
    fn follow_environment(&mut self, invocation: &mut Invocation, state: &State) {
        let is_fed = invocation.upstream.split('|').any(writes_environment);
        if writes_environment(&invocation.line()) || is_fed && invocation.name == "tee" {
            let written = invocation
                .redirects
                .iter()
                .filter(|redirect| redirect.writes);
            let targets = written.map(|redirect| &redirect.target);
            let named = invocation.operands().filter(|_| is_fed);
            let paths = targets.chain(named).filter_map(|file| state.path(file));
            self.dumped
                .extend(paths.filter(|path| !path.starts_with("/dev/")));
            return;
        }
        if self.dumped.is_empty() {
            return;
        }
        let is_dumped = |argument: &Argument| {
            let file = argument.text.rsplit(['@', '=']).next().unwrap_or_default();
            let path = state.path(&Argument::of(file));
            path.is_some_and(|path| self.dumped.contains(&path))
        };
        if invocation.arguments.iter().any(is_dumped) {
            "printenv".clone_into(&mut invocation.upstream);
        }
    }
}

/// What a makefile runs, as text for a shell.
fn recipes(makefile: &str) -> String {
    let lines = makefile.lines().filter_map(|line| line.strip_prefix('\t'));
    let mut text = String::new();
    for line in lines {
        let line = line.trim_start_matches(['@', '-', '+']).replace("$$", "$");
        let mut parts = line.split("$(");
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            match part.split_once(')') {
                Some((name, rest))
                    if name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
                {
                    for piece in ["${", name, "}", rest] {
                        text.push_str(piece);
                    }
                }
                _ => {
                    text.push_str("$(");
                    text.push_str(part);
                }
            }
        }
        text.push('\n');
    }
    text
}

/// Whether a command writes out the whole environment.
pub(crate) fn writes_environment(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    matches!(
        words.as_slice(),
        ["env" | "printenv" | "set" | "export" | "declare"] | ["export" | "declare", "-p"]
    )
}

/// What is known of a program that fetches files.
fn fetcher(name: &str) -> Option<&'static Fetcher> {
    FETCHERS.iter().find(|fetcher| fetcher.name == name)
}

/// The paths of the files that a program fetches.
fn fetched(invocation: &Invocation, state: &State) -> Vec<String> {
    let Some(fetcher) = fetcher(&invocation.name) else {
        return Vec::new();
    };
    let short = |options: &[&str]| options[0].chars().last().unwrap_or_default();
    let named = invocation
        .joined_value(fetcher.names)
        .or_else(|| clustered(invocation, short(fetcher.names)));
    let folder = invocation.joined_value(fetcher.folders);
    let keeps = fetcher.keeps.is_empty()
        || invocation.has(fetcher.keeps)
        || invocation
            .options()
            .any(|option| option.has_letter(short(fetcher.keeps)));
    let of_addresses = invocation
        .operands()
        .filter(|operand| keeps && named.is_none() && operand.text.contains("://"))
        .filter_map(|address| {
            let path = address.text.split(['?', '#']).next()?;
            Some(path.rsplit('/').next()?.to_owned())
        });
    let redirected = invocation
        .redirects
        .iter()
        .filter(|redirect| redirect.writes)
        .map(|redirect| redirect.target.text.clone());
    named
        .clone()
        .into_iter()
        .chain(of_addresses)
        .map(|name| match &folder {
            Some(folder) => format!("{folder}/{name}"),
            None => name,
        })
        .chain(redirected)
        .filter_map(|file| state.path(&Argument::of(file)))
        .collect()
}

/// The file that a cluster of letters such as `-sSLo` names.
fn clustered(fetcher: &Invocation, letter: char) -> Option<String> {
    let at = fetcher
        .arguments
        .iter()
        .position(|argument| argument.has_letter(letter) && argument.text.ends_with(letter))?;
    fetcher.arguments.get(at + 1).map(|file| file.text.clone())
}
