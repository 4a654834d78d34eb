//! Programs that start others in their own ways: `find -exec`, `xargs`, `ssh`, containers, task runners.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, found, wrapper};

/// Programs whose operands are scripts, each by itself.
const OF_SCRIPTS: &[&str] = &[
    "hyperfine",
    "concurrently",
    "tmux",
    "screen",
    "run-parallel",
    "mprocs",
    "multitail",
    "sops",
];

/// Programs whose operands are one script together.
const OF_WORDS: &[(&[&str], &[&str])] = &[
    (&["watch", "viddy", "hwatch"], &["-n", "--interval"]),
    (
        &["watchexec"],
        &[
            "-w",
            "--watch",
            "-e",
            "--exts",
            "-i",
            "--ignore",
            "-d",
            "--debounce",
            "-s",
            "--signal",
            "--shell",
            "-f",
            "--filter",
        ],
    ),
];

/// Options whose value is a script, by the programs that have them.
const SCRIPT_OPTIONS: &[(&[&str], &[&str])] = &[
    (
        &["su", "runuser", "sg", "newgrp", "flock"],
        &["-c", "--command"],
    ),
    (
        &["script"],
        &["-c", "-qc", "-qec", "-qefc", "-eqc", "--command"],
    ),
    (
        &["npx", "bunx", "pnpx", "npm", "pnpm"],
        &["-c", "--call", "--shell-mode"],
    ),
    (&["nix-shell"], &["--run", "--command"]),
    (&["nodemon"], &["-x", "--exec"]),
    (&["entr"], &["-s", "-cs", "-rs", "-crs"]),
    (
        &["hyperfine"],
        &["-p", "--prepare", "-s", "--setup", "-c", "--cleanup"],
    ),
    (
        &["xterm", "gnome-terminal", "konsole", "kitty", "alacritty"],
        &["-e"],
    ),
    (&["vagrant", "lima"], &["-c", "--command"]),
    (&["zip"], &["-TT", "--unzip-command"]),
];

/// Programs that are looked into in ways of their own.
const OF_THEIR_OWN: &[&str] = &[
    "find",
    "gfind",
    "fd",
    "fdfind",
    "xargs",
    "gxargs",
    "parallel",
    "ssh",
    "mosh",
    "autossh",
    "docker",
    "podman",
    "nerdctl",
    "kubectl",
    "oc",
    "docker-compose",
    "lxc",
    "ansible",
    "at",
    "batch",
    "python",
    "python3",
    "cargo",
    "pwsh",
    "powershell",
    "powershell.exe",
    "pwsh.exe",
];

fn is_starter(name: &str) -> bool {
    let has = |names: &[&str]| names.contains(&name);
    has(OF_THEIR_OWN) || has(OF_SCRIPTS) || OF_WORDS.iter().any(|(names, _)| has(names))
}

impl Analysis<'_> {
    /// Programs that start others in their own ways; whether this is one.
    pub(super) fn starts(&mut self, invocation: &mut Invocation, state: &State) -> bool {
        let runs = self.runner(invocation, state);
        if !is_starter(&invocation.name) {
            return runs;
        }
        let arguments = invocation.arguments.clone();
        let template = invocation.template();
        let mut inner = state.within();
        match invocation.name.as_str() {
            "find" | "gfind" | "fd" | "fdfind" => {
                for command in found::executed(invocation) {
                    self.run(&command, template.clone(), &mut inner);
                }
            }
            "xargs" | "gxargs" => self.xargs(invocation, template, &mut inner),
            "parallel" => self.parallel(invocation, template, &mut inner),
            "ssh" | "mosh" | "autossh" => self.shell_elsewhere(invocation, &mut inner),
            "docker" | "podman" | "nerdctl" | "kubectl" | "oc" | "docker-compose" | "lxc" => {
                self.container(invocation, template, &mut inner);
            }
            "ansible" => {
                if let Some(text) = invocation.value(&["-a", "--args"]) {
                    inner.remote = true;
                    inner.folder = None;
                    self.text(&text.text, &inner);
                }
            }
            "at" | "batch" => {
                if let Input::Text(text) = &invocation.input {
                    self.text(text, &inner);
                }
            }
            "python" | "python3" if arguments.first().is_some_and(|first| first.text == "-m") => {
                self.run(&arguments[1..], template, &mut inner);
            }
            "pwsh" | "powershell" | "powershell.exe" | "pwsh.exe" => {
                let is_command = |argument: &Argument| {
                    let option = argument.text.to_lowercase();
                    option.len() > 1 && "-command".starts_with(&option)
                };
                if let Some(at) = arguments.iter().position(is_command) {
                    for text in crate::powershell::as_commands(&joined(&arguments[at + 1..])) {
                        self.text(&text, &inner);
                    }
                }
            }
            "cargo" => self.cargo(invocation, template, &mut inner),
            name => {
                let script = OF_WORDS.iter().find(|(names, _)| names.contains(&name));
                if let Some((_, with_value)) = script {
                    let rest = wrapper::from_operand(&arguments, with_value, 0, false);
                    match rest.unwrap_or_default() {
                        [script] => drop(self.text(&script.text, &inner)),
                        command => drop(self.run(command, template, &mut inner)),
                    }
                } else if OF_SCRIPTS.contains(&name) {
                    for script in arguments
                        .iter()
                        .filter(|argument| argument.text.contains(' '))
                    {
                        self.text(&script.text, &inner);
                    }
                    return false;
                } else {
                    return runs;
                }
            }
        }
        true
    }

    /// Runs the scripts that stand as values of options.
    pub(super) fn scripts_of_options(&mut self, invocation: &Invocation, state: &State) {
        let name = invocation.name.as_str();
        let of_program = SCRIPT_OPTIONS
            .iter()
            .filter(|(names, _)| names.contains(&name));
        for (_, options) in of_program {
            if let Some(text) = invocation.joined_value(options) {
                self.text(&text, state);
            }
        }
        if matches!(name, "make" | "gmake") {
            for (name, value) in invocation
                .operands()
                .filter_map(|word| word.text.split_once('='))
            {
                self.given(name, value, state);
            }
        }
    }

    /// `ssh HOST COMMAND`, and what is run to reach the host.
    fn shell_elsewhere(&mut self, invocation: &Invocation, state: &mut State) {
        const WITH_VALUE: [&str; 19] = [
            "-b", "-c", "-D", "-E", "-e", "-F", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p",
            "-Q", "-R", "-S", "-W", "-w",
        ];
        let rest =
            wrapper::from_operand(&invocation.arguments, &WITH_VALUE, 1, false).unwrap_or_default();
        state.remote = true;
        state.folder = None;
        if !rest.is_empty() {
            state.input = invocation.input.clone();
            self.text(&joined(rest), state);
        } else if let Input::Text(text) = &invocation.input {
            self.text(text, state);
        }
    }

    /// `cargo watch`, which runs a script or other commands of cargo, and `cargo run` of the gate's own program.
    fn cargo(&mut self, invocation: &Invocation, template: Invocation, state: &mut State) {
        let words = invocation.words();
        if words.first() == Some(&"watch") {
            for pair in invocation.arguments.windows(2) {
                match pair[0].text.as_str() {
                    "-s" | "--shell" => drop(self.text(&pair[1].text, state)),
                    "-x" | "--exec" => drop(self.text(&format!("cargo {}", pair[1].text), state)),
                    _ => {}
                }
            }
        }
        let of_gate = ["-p", "--package", "--bin"]
            .iter()
            .any(|option| invocation.joined_value(&[option]).as_deref() == Some("sinew"));
        if matches!(words.first(), Some(&"run" | &"r")) && of_gate {
            let own = invocation
                .arguments
                .iter()
                .skip_while(|argument| argument.text != "--");
            let command: Vec<Argument> = std::iter::once(Argument::of("sinew"))
                .chain(own.skip(1).cloned())
                .collect();
            self.run(&command, template, state);
        }
    }
}

pub(super) fn joined(arguments: &[Argument]) -> String {
    arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}
