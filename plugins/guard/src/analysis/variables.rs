//! Variables whose value some program runs: `GIT_SSH_COMMAND`, `PAGER`, `BASH_ENV`.

use super::handed::begins_with_program;
use super::script::Analysis;
use super::state::State;

/// Variables that hold a command.
const COMMANDS: &[&str] = &[
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_EXTERNAL_DIFF",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_PAGER",
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "SUDO_EDITOR",
    "EDITOR",
    "VISUAL",
    "FCEDIT",
    "PAGER",
    "MANPAGER",
    "BROWSER",
    "LESSOPEN",
    "RSYNC_RSH",
    "CVS_RSH",
    "PROMPT_COMMAND",
];

/// Variables that a shell expands, with the substitutions in them.
const EXPANDED: &[&str] = &["PS1", "PS2", "PS4", "ENV", "PROMPT"];

impl Analysis<'_> {
    /// Runs what the value of a variable makes other programs run.
    pub(super) fn assigned(&mut self, name: &str, value: &str, state: &State) {
        if COMMANDS.contains(&name) {
            self.text(value.trim_start_matches('|'), state);
        } else if EXPANDED.contains(&name) && (value.contains("$(") || value.contains('`')) {
            self.text(&format!(": {value}"), state);
        } else if name == "BASH_ENV"
            && value.starts_with("/dev/fd/")
            && let Some(text) = self.last_process_output.take()
        {
            self.text(&text, state);
        }
    }

    /// Runs the value of a variable that one program gets, where it begins like a command: `CC='rm -rf x' make`.
    pub(super) fn given(&mut self, name: &str, value: &str, state: &State) {
        if !COMMANDS.contains(&name) && value.contains(' ') && begins_with_program(value) {
            self.text(value, state);
        }
    }
}
