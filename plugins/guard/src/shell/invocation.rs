//! An [`Invocation`]: one program that a script starts, seen through what merely starts other programs.

use super::reader::{read, read_inner};
use super::{Command, DEPTH_MAX, End, Part, Redirect, Script, Word};

/// One program with its arguments.
#[derive(Debug, Default, Clone)]
pub(crate) struct Invocation {
    /// The program's name without its folder; empty when something unknown decides it.
    pub(crate) name: String,
    pub(crate) arguments: Vec<Word>,
    pub(crate) redirects: Vec<Redirect>,
    /// Whether its standard input is another command's output.
    pub(crate) piped: bool,
    /// What stands between it and the next command of its script.
    pub(crate) end: End,
    /// Whether it gets further arguments that the script does not show (`xargs`).
    pub(crate) open_ended: bool,
}

/// What happens when a script runs, in order.
#[derive(Debug)]
pub(crate) enum Event {
    /// A shell of its own begins: what changes in it, changes only there.
    Open,
    /// It ends.
    Close,
    /// A program is started.
    Run(Invocation),
}

/// What a script would do, and why a part of it could not be read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) events: Vec<Event>,
    pub(crate) unreadable: Option<&'static str>,
}

impl Reading {
    /// The programs it starts.
    pub(crate) fn invocations(&self) -> impl Iterator<Item = &Invocation> {
        self.events.iter().filter_map(|event| match event {
            Event::Run(invocation) => Some(invocation),
            Event::Open | Event::Close => None,
        })
    }
}

/// The shells whose `-c` text is read as a script.
pub(crate) const SHELLS: [&str; 7] = ["sh", "bash", "zsh", "dash", "ksh", "ash", "fish"];

/// Reads a script and lists what it would start.
pub(crate) fn invocations(source: &str) -> Reading {
    let mut reading = Reading::default();
    collect(read(source), 0, &mut reading);
    reading
}

fn collect(script: Script, depth: u8, reading: &mut Reading) {
    reading.unreadable = reading.unreadable.or(script.unreadable);
    for part in script.parts {
        let Command {
            words,
            redirects,
            piped,
            end,
        } = match part {
            Part::Command(command) => command,
            Part::Open => {
                reading.events.push(Event::Open);
                continue;
            }
            Part::Close => {
                reading.events.push(Event::Close);
                continue;
            }
        };
        let start = words
            .iter()
            .position(|word| !is_assignment(word) && !is_keyword(word))
            .unwrap_or(words.len());
        let invocation = Invocation {
            redirects,
            piped,
            end,
            ..Invocation::default()
        };
        unwrap(&words[start..], invocation, depth, reading);
    }
}

/// Follows wrappers until the program that does the work.
fn unwrap(words: &[Word], mut invocation: Invocation, depth: u8, reading: &mut Reading) {
    if depth > DEPTH_MAX {
        reading.unreadable = Some("it is nested too deeply");
        return;
    }
    let Some((program, arguments)) = words.split_first() else {
        // Only redirections: `> file` truncates all the same.
        reading.events.push(Event::Run(invocation));
        return;
    };
    let name = program
        .known()
        .map(|_| program.base_name().to_owned())
        .unwrap_or_default();
    if let Some(skip) = wrapped(&name, arguments) {
        invocation.open_ended |= name == "xargs";
        if skip < arguments.len() {
            unwrap(&arguments[skip..], invocation, depth + 1, reading);
            return;
        }
    }
    if let Some(script) = inner_script(&name, arguments, &invocation.redirects) {
        // `eval` runs in this very shell; to take it for one of its own hides no danger, it only forgets its `cd`.
        reading.events.push(Event::Open);
        collect(read_inner(&script, depth + 1), depth + 1, reading);
        reading.events.push(Event::Close);
    }
    if name == "find" {
        for run in found_commands(arguments) {
            unwrap(&run, Invocation::default(), depth + 1, reading);
        }
    }
    invocation.name = name;
    invocation.arguments = arguments.to_vec();
    reading.events.push(Event::Run(invocation));
}

fn is_assignment(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '+')
    })
}

fn is_keyword(word: &Word) -> bool {
    const KEYWORDS: [&str; 15] = [
        "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "esac", "!", "{", "}",
        "time", "function",
    ];
    KEYWORDS.contains(&word.text.as_str())
}

/// For a program that starts another one: how many of its arguments stand before that one.
fn wrapped(name: &str, arguments: &[Word]) -> Option<usize> {
    // The options that take a value as a word of their own.
    let (with_value, positional): (&[&str], usize) = match name {
        "sudo" => (
            &[
                "-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "-r", "-t",
            ],
            0,
        ),
        "doas" => (&["-u", "-C"], 0),
        "env" => (&["-u", "-C", "--unset", "--chdir"], 0),
        "nice" => (&["-n"], 0),
        "ionice" => (&["-c", "-n", "-p"], 0),
        "timeout" => (&["-k", "-s", "--signal", "--kill-after"], 1),
        "stdbuf" => (&["-i", "-o", "-e"], 0),
        "xargs" => (&["-I", "-n", "-P", "-L", "-s", "-d", "-a", "-E"], 0),
        "exec" => (&["-a"], 0),
        "nohup" | "setsid" | "command" | "builtin" | "busybox" | "toybox" | "caffeinate"
        | "unbuffer" => (&[], 0),
        _ => return None,
    };
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        if word.text == "--" {
            at += 1;
            break;
        } else if with_value.contains(&word.text.as_str()) {
            at += 2;
        } else if word.is_option() || (matches!(name, "env" | "sudo") && is_assignment(word)) {
            at += 1;
        } else {
            break;
        }
    }
    Some(at + positional)
}

/// The script that a program gets as text and runs.
fn inner_script(name: &str, arguments: &[Word], redirects: &[Redirect]) -> Option<String> {
    let join = |words: &[Word]| {
        words
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    if SHELLS.contains(&name) {
        let option = arguments.iter().position(|word| word.has_letter('c'));
        if let Some(option) = option {
            return arguments[option + 1..]
                .iter()
                .find(|word| !word.is_option())
                .map(|word| word.text.clone());
        }
        return redirects
            .iter()
            .find(|redirect| redirect.inline)
            .map(|redirect| redirect.target.text.clone());
    }
    match name {
        "eval" | "watch" => Some(join(arguments)),
        "su" => {
            let option = arguments
                .iter()
                .position(|word| word.text == "-c" || word.text == "--command")?;
            arguments.get(option + 1).map(|word| word.text.clone())
        }
        "ssh" => {
            const WITH_VALUE: [&str; 14] = [
                "-b", "-c", "-D", "-E", "-e", "-F", "-i", "-J", "-L", "-l", "-m", "-o", "-p", "-R",
            ];
            let mut at = 0;
            while let Some(word) = arguments.get(at).filter(|word| word.is_option()) {
                at += if WITH_VALUE.contains(&word.text.as_str()) {
                    2
                } else {
                    1
                };
            }
            arguments
                .get(at + 1..)
                .map(join)
                .filter(|script| !script.is_empty())
        }
        _ => None,
    }
}

/// The commands of `find … -exec COMMAND ;`.
fn found_commands(arguments: &[Word]) -> Vec<Vec<Word>> {
    const ACTIONS: [&str; 4] = ["-exec", "-execdir", "-ok", "-okdir"];
    let mut commands = Vec::new();
    let mut rest = arguments;
    while let Some(at) = rest
        .iter()
        .position(|word| ACTIONS.contains(&word.text.as_str()))
    {
        rest = &rest[at + 1..];
        let end = rest
            .iter()
            .position(|word| word.text == ";" || word.text == "+")
            .unwrap_or(rest.len());
        commands.push(
            rest[..end]
                .iter()
                .filter(|word| word.text != "{}")
                .cloned()
                .collect(),
        );
        rest = &rest[end..];
    }
    commands
}
