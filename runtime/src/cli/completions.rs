//! `sinew completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap_complete::Shell;

use super::say;

/// Print the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  sinew completions bash >~/.local/share/bash-completion/completions/sinew
  sinew completions zsh >~/.zfunc/_sinew
  sinew completions fish >~/.config/fish/completions/sinew.fish

Exit codes: 0; 2 for wrong usage.")]
pub(crate) struct Args {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(arguments: &Args, mut command: clap::Command) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "sinew", &mut script);
    say(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}
