//! Commands that are handed to programs which this plugin does not know: behind `--`, as `sh -c TEXT`, or as the value of
//! an option such as `--exec`.

use super::script::Analysis;
use super::shells::SHELLS;
use super::state::State;
use super::{Argument, Invocation, code};

/// Programs that can do harm. Where one of them, and something for it to do, stands among the arguments of a program that
/// nobody knows, that program most likely starts it.
const STARTED: &[&str] = &[
    "rm",
    "dd",
    "shred",
    "wipefs",
    "git",
    "gh",
    "kubectl",
    "helm",
    "terraform",
    "tofu",
    "pulumi",
    "docker",
    "podman",
    "psql",
    "mysql",
    "mongosh",
    "redis-cli",
    "sqlite3",
    "pkill",
    "killall",
    "crontab",
    "shutdown",
    "reboot",
    "poweroff",
    "halt",
    "chmod",
    "chown",
    "npm",
    "pnpm",
    "yarn",
    "cargo",
    "twine",
    "gem",
    "aws",
    "gcloud",
    "az",
    "curl",
    "wget",
    "xargs",
    "systemctl",
    "iptables",
    "ufw",
    "useradd",
    "usermod",
    "rsync",
    "nc",
    "ncat",
    "eval",
    "python",
    "python3",
    "perl",
];

/// Programs that can do harm, but whose names are words as well: where they follow `--`, or begin a script.
const STARTED_TOO: &[&str] = &[
    "mv", "sudo", "doas", "su", "sinew", "cp", "ln", "cat", "tee", "find", "fd", "env", "exec",
    "time", "timeout", "nohup", "nice", "ssh", "scp", "kill", "truncate", "ruby", "node", "php",
    "service", "source", ".", "sed", "make",
];

/// Programs whose arguments are no commands, whatever they look like.
const TAKES_WORDS: &[&str] = &[
    "echo",
    "printf",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "ag",
    "ack",
    "sed",
    "awk",
    "gawk",
    "mawk",
    "jq",
    "yq",
    "man",
    "tldr",
    "cheat",
    "help",
    "info",
    "apropos",
    "whatis",
    "which",
    "whereis",
    "type",
    "hash",
    "file",
    "stat",
    "ls",
    "cat",
    "head",
    "tail",
    "wc",
    "less",
    "more",
    "diff",
    "cmp",
    "rm",
    "mv",
    "cp",
    "ln",
    "mkdir",
    "touch",
    "chmod",
    "chown",
    "test",
    "[",
    "[[",
    "set",
    "complete",
    "compgen",
    "apt",
    "apt-get",
    "brew",
    "dnf",
    "yum",
    "pacman",
    "apk",
    "zypper",
    "pip",
    "pip3",
    "gem",
    "go",
    "dpkg",
    "rpm",
    "snap",
    "systemctl",
    "service",
    "launchctl",
    "git",
    "gh",
    "make",
    "bazel",
    "trap",
];

/// Options that are followed by a command.
const COMMAND_OPTIONS: &[&str] = &[
    "-c",
    "-C",
    "-e",
    "-x",
    "--exec",
    "--run",
    "--command",
    "--cmd",
    "--shell",
    "--script",
    "--on-change",
    "--shell-command",
    "--execute",
    "/c",
    "/C",
];

impl Analysis<'_> {
    /// Runs what a program that is not known is most likely to start.
    pub(super) fn handed(&mut self, invocation: &Invocation, state: &State) {
        let name = invocation.name.as_str();
        if name.is_empty() || TAKES_WORDS.contains(&name) || code::is_interpreter(name) {
            return;
        }
        let arguments = &invocation.arguments;
        for (at, argument) in arguments.iter().enumerate() {
            let (option, joined) = match argument.text.split_once('=') {
                Some((option, value)) if argument.is_option() => (option, Some(value)),
                _ => (argument.text.as_str(), None),
            };
            if COMMAND_OPTIONS.contains(&option) {
                let apart = || Some(arguments.get(at + 1)?.text.as_str());
                let script = joined.or_else(apart).unwrap_or_default();
                if script.contains(char::is_whitespace) && names_program(script) {
                    self.text(script, state);
                }
            }
        }
        if let Some(command) = started(arguments) {
            let template = invocation.template();
            let mut inner = state.within();
            self.run(command, template, &mut inner);
        }
    }
}

/// Whether text begins, or goes on behind `;`, `&&` or `|`, with a program that can do harm.
pub(super) fn names_program(text: &str) -> bool {
    text.split([';', '&', '|', '\n', '(', '{']).any(|piece| {
        let first = piece
            .split_whitespace()
            .find(|word| !word.contains('=') && *word != "!");
        first.is_some_and(|word| {
            let name = base_name(word);
            is_harmful(name) || STARTED_TOO.contains(&name)
        })
    })
}

/// Whether text begins with a program that does little but harm, or runs other text.
pub(super) fn begins_with_program(text: &str) -> bool {
    let name = base_name(text.split_whitespace().next().unwrap_or_default());
    matches!(
        name,
        "rm" | "dd" | "shred" | "wipefs" | "curl" | "wget" | "eval"
    ) || name.starts_with("mkfs")
        || SHELLS.contains(&name)
}

/// The command among the arguments of a program that is not known.
fn started(arguments: &[Argument]) -> Option<&[Argument]> {
    let dashes = arguments.iter().position(|argument| argument.text == "--");
    let behind = dashes.map(|at| &arguments[at + 1..]);
    if let Some([program, ..]) = behind {
        let name = base_name(&program.text);
        if is_harmful(name) || STARTED_TOO.contains(&name) {
            return behind;
        }
    }
    let at = arguments.windows(2).position(|pair| {
        let name = base_name(&pair[0].text);
        match name {
            "rm" | "chmod" | "chown" => pair[1].is_option() && is_program(&pair[0]),
            name => is_harmful(name) && is_program(&pair[0]),
        }
    })?;
    Some(&arguments[at..])
}

/// Whether an argument may be a program: `rm` or `/bin/rm`, but not `scripts/rm`.
fn is_program(argument: &Argument) -> bool {
    !argument.text.contains('/') || argument.text.contains("bin/")
}

fn is_harmful(name: &str) -> bool {
    STARTED.contains(&name) || SHELLS.contains(&name) || name.starts_with("mkfs")
}

fn base_name(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or_default()
}
