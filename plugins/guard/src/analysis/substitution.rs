//! What a command substitution writes, as far as that can be known.

use sinew_pdk::schema::ShellScript;

use super::script::Analysis;
use super::state::State;

/// Programs whose output is meant to be evaluated, and sets up a shell.
const SETS_UP: [&str; 20] = [
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
    "luarocks",
];

impl Analysis<'_> {
    /// Runs a substitution; returns what it stands for.
    pub(super) fn substituted(&mut self, script: &ShellScript, state: &State) -> Option<String> {
        let from = self.invocations.len();
        let output = self.script(script, &mut state.clone());
        if let Some(output) = output {
            return Some(output.trim_end_matches('\n').to_owned());
        }
        let [invocation] = self.invocations.get(from..)? else {
            return None;
        };
        let words = invocation.words();
        match (invocation.name.as_str(), words.as_slice()) {
            ("pwd", _) => state.folder.clone(),
            ("mktemp", _) => Some("/tmp/tmp.mktemp".to_owned()),
            ("git", ["rev-parse", ..]) if invocation.has(&["--show-toplevel"]) => {
                Some(state.workspace.to_string())
            }
            ("which" | "command" | "type", [name]) if !name.contains('/') => {
                Some(format!("/usr/bin/{name}"))
            }
            ("dirname", ["$0" | "bash"]) => Some(".".to_owned()),
            ("uname" | "date" | "nproc" | "wc" | "hostname", _) => Some("1".to_owned()),
            ("id", _) => Some("1000".to_owned()),
            (name, _) if SETS_UP.contains(&name) => Some(String::new()),
            _ => None,
        }
    }
}
