//! Programs that start others in their own ways: `find -exec`, `xargs`, `ssh`, containers, task runners.

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation, wrapper};

/// The programs that are looked into here.
const STARTERS: [&str; 45] = [
    "find",
    "fd",
    "xargs",
    "parallel",
    "ssh",
    "mosh",
    "autossh",
    "su",
    "runuser",
    "script",
    "watch",
    "tmux",
    "screen",
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
    "bundle",
    "poetry",
    "uv",
    "pipenv",
    "rye",
    "pdm",
    "yarn",
    "pnpm",
    "npm",
    "bun",
    "mise",
    "direnv",
    "nix",
    "hatch",
    "conda",
    "dotenv",
    "op",
    "doppler",
    "asdf",
    "rtk",
];

impl Analysis<'_> {
    /// Programs that start others in their own ways.
    pub(super) fn starts(&mut self, invocation: &mut Invocation, state: &State) {
        if !STARTERS.contains(&invocation.name.as_str()) {
            return;
        }
        let arguments = invocation.arguments.clone();
        let template = Invocation {
            name: String::new(),
            arguments: Vec::new(),
            redirects: Vec::new(),
            ..invocation.clone()
        };
        let mut inner = State {
            depth: state.depth + 1,
            ..state.clone()
        };
        match invocation.name.as_str() {
            "find" | "fd" => {
                for command in wrapper::executed(invocation) {
                    self.run(&command, template.clone(), &mut inner);
                }
            }
            "xargs" => self.xargs(invocation, template, &mut inner),
            "parallel" => {
                let at = arguments
                    .iter()
                    .position(|argument| argument.text.starts_with(":::"));
                let (command, values) = arguments.split_at(at.unwrap_or(arguments.len()));
                let command = wrapper::from_operand(command, &["-j", "--jobs", "-n"], 0, false)
                    .unwrap_or_default();
                let mut all = command.to_vec();
                all.extend(values.iter().skip(1).cloned());
                if values.is_empty() {
                    all.push(Argument::unknown("what `parallel` reads"));
                }
                self.run(&all, template, &mut inner);
            }
            "ssh" | "mosh" | "autossh" => {
                const WITH_VALUE: [&str; 19] = [
                    "-b", "-c", "-D", "-E", "-e", "-F", "-i", "-J", "-L", "-l", "-m", "-O", "-o",
                    "-p", "-Q", "-R", "-S", "-W", "-w",
                ];
                for argument in &arguments {
                    if let Some(command) = argument
                        .text
                        .trim_start_matches("-o")
                        .strip_prefix("ProxyCommand=")
                        .or_else(|| argument.text.strip_prefix("LocalCommand="))
                    {
                        self.text(command, state);
                    }
                }
                let rest =
                    wrapper::from_operand(&arguments, &WITH_VALUE, 1, false).unwrap_or_default();
                inner.remote = true;
                inner.folder = None;
                if rest.is_empty() {
                    if let Input::Text(text) = &invocation.input {
                        self.text(text, &inner);
                    }
                } else {
                    let text = joined(rest);
                    inner.input = invocation.input.clone();
                    self.text(&text, &inner);
                }
            }
            "su" | "runuser" => self.value_as_script(invocation, &["-c", "--command"], &inner),
            "script" => self.value_as_script(
                invocation,
                &["-c", "-qc", "-qec", "-qefc", "--command"],
                &inner,
            ),
            "watch" => {
                let rest = wrapper::from_operand(&arguments, &["-n", "-d", "--interval"], 0, false)
                    .unwrap_or_default();
                self.text(&joined(rest), &inner);
            }
            "tmux" | "screen" => {
                for argument in arguments
                    .iter()
                    .filter(|argument| argument.text.contains(' '))
                {
                    self.text(&argument.text, &inner);
                }
            }
            "docker" | "podman" | "nerdctl" | "kubectl" | "oc" | "docker-compose" | "lxc" => {
                self.container(invocation, template, &mut inner);
            }
            "ansible" => self.value_as_script(
                invocation,
                &["-a", "--args"],
                &State {
                    remote: true,
                    folder: None,
                    ..inner
                },
            ),
            "at" | "batch" => {
                if let Input::Text(text) = &invocation.input {
                    self.text(text, &inner);
                }
            }
            "python" | "python3" if arguments.first().is_some_and(|first| first.text == "-m") => {
                self.run(&arguments[1..], template, &mut inner);
            }
            "bundle" | "poetry" | "uv" | "pipenv" | "rye" | "pdm" | "yarn" | "pnpm" | "npm"
            | "bun" | "mise" | "direnv" | "nix" | "hatch" | "conda" | "dotenv" | "op"
            | "doppler" | "asdf" | "rtk" => {
                let at = arguments.iter().position(|argument| {
                    matches!(argument.text.as_str(), "exec" | "run" | "dlx" | "x" | "--")
                });
                if let Some(rest) = at.and_then(|at| {
                    wrapper::from_operand(
                        &arguments[at + 1..],
                        &["-p", "--with", "--filter", "-n"],
                        0,
                        false,
                    )
                }) {
                    self.run(rest, template, &mut inner);
                }
            }
            _ => {}
        }
    }

    fn value_as_script(&mut self, invocation: &Invocation, names: &[&str], state: &State) {
        if let Some(text) = invocation.value(names) {
            self.text(&text.text.clone(), state);
        }
    }

    fn xargs(&mut self, invocation: &Invocation, template: Invocation, state: &mut State) {
        const WITH_VALUE: [&str; 10] = [
            "-I",
            "-n",
            "-P",
            "-L",
            "-s",
            "-d",
            "-a",
            "-E",
            "--max-args",
            "--max-procs",
        ];
        let Some(command) = wrapper::from_operand(&invocation.arguments, &WITH_VALUE, 0, false)
        else {
            return;
        };
        let replace = invocation
            .arguments
            .iter()
            .take_while(|argument| argument.is_option())
            .find_map(|argument| {
                argument
                    .text
                    .strip_prefix("-I")
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            });
        let replace = replace.or_else(|| {
            invocation
                .value(&["-I"])
                .map(|argument| argument.text.clone())
        });
        let from_file = invocation.value(&["-a", "--arg-file"]).is_some();
        let delimiter = delimiter(invocation);
        let given: Vec<Argument> = match &invocation.input {
            _ if from_file => Vec::new(),
            Input::Text(text) if delimiter.is_some() => text
                .split(delimiter.unwrap_or_default())
                .filter(|piece| !piece.is_empty())
                .map(Argument::of)
                .collect(),
            Input::Text(text) if replace.is_some() => text.lines().map(Argument::of).collect(),
            Input::Text(text) => text.split_whitespace().map(Argument::of).collect(),
            Input::Piped(found) => found.clone(),
            Input::Inherited => Vec::new(),
        };
        let given = if given.is_empty() {
            vec![Argument::unknown("what `xargs` reads")]
        } else {
            given
        };
        let template = Invocation {
            input: Input::Inherited,
            ..template
        };
        state.input = Input::Inherited;
        if let Some(replace) = replace {
            for value in given.iter().take(12) {
                let command: Vec<Argument> = command
                    .iter()
                    .map(|argument| Argument {
                        glob: argument.glob || value.glob && argument.text.contains(&replace),
                        text: argument.text.replace(&replace, &value.text),
                        ..argument.clone()
                    })
                    .collect();
                self.run(&command, template.clone(), state);
            }
        } else {
            let command: Vec<Argument> = command.iter().chain(&given).cloned().collect();
            self.run(&command, template, state);
        }
    }

    /// `docker run IMAGE COMMAND`, `docker exec CONTAINER COMMAND`, `kubectl exec POD -- COMMAND`.
    fn container(&mut self, invocation: &mut Invocation, template: Invocation, state: &mut State) {
        const WITH_VALUE: [&str; 34] = [
            "-v",
            "--volume",
            "--mount",
            "-e",
            "--env",
            "--env-file",
            "-p",
            "--publish",
            "--name",
            "-w",
            "--workdir",
            "-u",
            "--user",
            "--network",
            "--net",
            "--entrypoint",
            "-h",
            "--hostname",
            "-l",
            "--label",
            "--add-host",
            "--device",
            "--cap-add",
            "--security-opt",
            "--platform",
            "-n",
            "--namespace",
            "-c",
            "--container",
            "--context",
            "-f",
            "--file",
            "--pid",
            "-m",
        ];
        let at = invocation
            .arguments
            .iter()
            .position(|argument| matches!(argument.text.as_str(), "run" | "exec" | "debug"));
        let Some(at) = at else { return };
        let rest = &invocation.arguments[at + 1..];
        let dashes = rest.iter().position(|argument| argument.text == "--");
        let is_cluster = matches!(invocation.name.as_str(), "kubectl" | "oc" | "lxc");
        let command = match dashes {
            Some(dashes) if is_cluster => rest.get(dashes + 1..),
            _ => wrapper::from_operand(rest, &WITH_VALUE, 1, false),
        };
        let mounted = rest.iter().any(|argument| {
            matches!(argument.text.as_str(), "-v" | "--volume" | "--mount")
                || argument.text.starts_with("-v")
                || argument.text.starts_with("--volume=")
                || argument.text.starts_with("--mount=")
        });
        state.contained = true;
        state.mounted = mounted;
        state.folder = None;
        state.input = invocation.input.clone();
        let template = Invocation {
            contained: true,
            mounted,
            folder: None,
            ..template
        };
        if let Some(command) = command.filter(|command| !command.is_empty()) {
            let command = command.to_vec();
            self.run(&command, template, state);
        }
    }
}

/// What divides the input of `xargs`, where blanks do not.
fn delimiter(xargs: &Invocation) -> Option<char> {
    let own = xargs
        .arguments
        .iter()
        .take_while(|argument| argument.is_option());
    let is_null = |option: &str| {
        option == "--null"
            || option.contains('0') && option.chars().all(|letter| "-0prtx".contains(letter))
    };
    if own.clone().any(|option| is_null(&option.text)) {
        return Some('\0');
    }
    let joined = own.clone().find_map(|option| {
        let text = option.text.strip_prefix("--delimiter=");
        text.or_else(|| option.text.strip_prefix("-d"))
    });
    let text = match joined {
        Some("") | None => xargs.value(&["-d", "--delimiter"])?.text.as_str(),
        Some(text) => text,
    };
    match text {
        "\\n" => Some('\n'),
        "\\0" => Some('\0'),
        "\\t" => Some('\t'),
        text => text.chars().next(),
    }
}

fn joined(arguments: &[Argument]) -> String {
    arguments
        .iter()
        .map(|argument| argument.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}
