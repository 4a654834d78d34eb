//! What a command substitution writes, as far as that can be known.

use sinew_pdk::schema::{ShellPart, ShellScript, ShellSimple, ShellWord};

use super::script::Analysis;
use super::state::State;
use super::{Argument, Input, Invocation};
use crate::gate::names_gate;

/// Programs whose output is meant to be evaluated, and sets up a shell.
const SETS_UP: &[&str] = &[
    "ssh-agent",
    "direnv",
    "fnm",
    "rbenv",
    "pyenv",
    "nodenv",
    "brew",
    "starship",
    "conda",
    "zoxide",
    "mise",
    "asdf",
    "opam",
    "dircolors",
    "resize",
    "keychain",
    "minikube",
    "docker-machine",
    "thefuck",
    "goenv",
    "jenv",
    "rustup",
    "sdk",
    "nvm",
    "volta",
    "atuin",
    "mcfly",
    "register-python-argcomplete",
    "tmuxp",
    "gpg-agent",
    "lesspipe",
    "hub",
    "luarocks",
];

/// Programs that write such text where they are asked to: `gh completion`, `poetry env activate`.
const SETS_UP_WITH: &[&str] = &[
    "completion",
    "completions",
    "completion-script",
    "init",
    "activate",
    "shellenv",
    "hook",
    "shell-init",
    "docker-env",
    "generate-shell-completion",
    "--completion",
    "--bash",
    "--zsh",
    "--fish",
    "--completion-script-bash",
    "--completion-script-zsh",
    "-Mlocal::lib",
];

/// Programs that find processes.
const FINDS_PROCESSES: &[&str] = &[
    "pgrep",
    "pidof",
    "lsof",
    "fuser",
    "ps",
    "ss",
    "netstat",
    "systemctl",
];

impl Analysis<'_> {
    /// Runs a substitution; returns what it stands for.
    pub(super) fn substituted(&mut self, script: &ShellScript, state: &State) -> Argument {
        let from = self.invocations.len();
        self.last_listed.clear();
        let mut inner = State {
            captured: true,
            withheld: !state.shows,
            ..state.clone()
        };
        let output = self.script(script, &mut inner);
        if let Some(output) = output {
            return Argument::of(output.trim_end_matches('\n'));
        }
        let started = self.invocations.get(from..).unwrap_or_default();
        if let [invocation] = started
            && let Some(output) = written(invocation, state)
        {
            return Argument::of(output);
        }
        let of_gate = |invocation: &Invocation| {
            FINDS_PROCESSES.contains(&invocation.name.as_str())
                && started.iter().any(|other| names_gate(&other.line()))
        };
        if started.iter().any(of_gate) {
            return Argument::of("pid-of-sinew");
        }
        if self.last_listed.is_empty() {
            self.last_listed = self.listed(from, &Input::Inherited);
        }
        let is_pattern = |file: &Argument| file.glob && file.known().is_some();
        if !self.last_listed.is_empty() && self.last_listed.iter().all(is_pattern) {
            let names: Vec<&str> = self
                .last_listed
                .iter()
                .map(|file| file.text.as_str())
                .collect();
            return Argument {
                glob: true,
                sifted: self.last_listed.iter().any(|file| file.sifted),
                ..Argument::of(names.join(" "))
            };
        }
        Argument::unknown("")
    }
}

/// What one program writes.
fn written(invocation: &Invocation, state: &State) -> Option<String> {
    let words = invocation.words();
    match (invocation.name.as_str(), words.as_slice()) {
        ("pwd", _) => state.folder.clone(),
        ("mktemp", _) => Some("/tmp/tmp.mktemp".to_owned()),
        ("git", ["rev-parse", ..]) if invocation.has(&["--show-toplevel"]) => {
            Some(state.workspace.to_string())
        }
        // The branch that is checked out, whichever that is.
        ("git", ["branch"]) if invocation.has(&["--show-current"]) => Some("HEAD".to_owned()),
        ("git", ["rev-parse", "HEAD" | "@"]) if invocation.has(&["--abbrev-ref"]) => {
            Some("HEAD".to_owned())
        }
        ("git", ["symbolic-ref", "HEAD"]) => Some("HEAD".to_owned()),
        ("which" | "command" | "type", [name]) if !name.contains('/') => {
            Some(format!("/usr/bin/{name}"))
        }
        ("dirname", ["$0" | "bash"]) => Some(".".to_owned()),
        ("uname" | "date" | "nproc" | "wc" | "hostname", _) => Some("1".to_owned()),
        ("id", _) => Some("1000".to_owned()),
        (name, _) if SETS_UP.contains(&name) => Some(String::new()),
        ("curl" | "wget" | "cat" | "ssh" | "nc" | "docker" | "kubectl", ["exec" | "run", ..]) => {
            None
        }
        ("curl" | "wget" | "cat" | "ssh" | "nc" | "echo" | "base64", _) => None,
        _ => invocation
            .arguments
            .iter()
            .take(3)
            .any(|argument| SETS_UP_WITH.contains(&argument.text.as_str()))
            .then(String::new),
    }
}

/// Whether what a command is given becomes settings, and is not shown: of `export`, and of `env` before a program.
pub(super) fn loads(simple: &ShellSimple, state: &State) -> bool {
    let text = |word: &ShellWord| state.source.get(word.start as usize..word.end as usize);
    let last_is_program = || {
        let last = simple.words.last();
        last.is_some_and(|last| !matches!(last.parts.as_slice(), [ShellPart::Command(_)]))
    };
    match simple.words.first().and_then(text) {
        Some("export") => true,
        Some("env") => simple.words.len() > 2 && last_is_program(),
        _ => false,
    }
}

/// Where the tokens are for that the programs of forges and clouds print.
const HOSTS_OF_TOKENS: &[&str] = &[
    "github.com",
    "gitlab.com",
    ".googleapis.com",
    ".run.app",
    ".azure.com",
    ".microsoft.com",
    ".windows.net",
    "localhost",
    "127.0.0.1",
];

/// Whether a command shows its words, or sends them elsewhere than in the header with which one logs in.
pub(super) fn shows(command: &str) -> bool {
    let name = command.split_whitespace().next().unwrap_or_default();
    match name {
        "echo" | "printf" | "cat" | "tee" | "nc" => true,
        "curl" | "wget" | "http" | "xh" => {
            let is_known = HOSTS_OF_TOKENS.iter().any(|host| command.contains(host));
            !(is_known && command.to_lowercase().contains("authorization:"))
        }
        _ => false,
    }
}

/// Whether a command reads the secret with which it logs in.
pub(super) fn logs_in(command: &str) -> bool {
    ["--password-stdin", "--with-token"]
        .iter()
        .any(|option| command.contains(option))
}
