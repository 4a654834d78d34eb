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

pub(crate) fn run(arguments: &Args, command: &clap::Command) -> ExitCode {
    let mut command = without_hidden(command);
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "sinew", &mut script);
    say(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}

/// The command without the subcommands that nobody types: most shells would offer them.
fn without_hidden(command: &clap::Command) -> clap::Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    clap::Command::default()
        .name("sinew")
        .about(about)
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .args(command.get_arguments().cloned())
        .subcommands(shown.cloned())
}
